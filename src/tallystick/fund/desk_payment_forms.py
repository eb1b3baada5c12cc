"""Questions about payments: to organisations by three people, to households by sealed lines."""

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.fund.desk_forms import AccountForm, CodeField, account_choices, offer
from tallystick.fund.models import Account, Transfer
from tallystick.fund.names import Codes
from tallystick.fund.rules.accounts import purpose_now
from tallystick.fund.rules.codes import covers
from tallystick.fund.rules.payments import REVERSIBLE, exchanged
from tallystick.fund.words import REVERSE, VOID
from tallystick.people.desk_forms import OrganisationField
from tallystick.people.models import Organisation
from tallystick.record.desk import DeskForm
from tallystick.record.form_fields import DayField, MoneyField, NameField, OneField, written_sum
from tallystick.record.words import Say


class TermsForm(AccountForm):
    """What is asked for: an act and its exact terms. `filled` shows what was asked before, where it is changed."""

    FROM = "source"
    MEANT = {"from": "source", "minor": "minor", "terms": "minor"}
    act = ""

    def terms(self) -> dict[str, Any]:
        """The act's arguments."""
        raise NotImplementedError

    def before(self) -> dict[str, Any]:
        """The terms asked for so far; {} for a new request."""
        return json.loads(self.subject.terms) if self.subject is not None and hasattr(self.subject, "terms") else {}


class AskPay(TermsForm):
    """Money for an organisation."""

    act = "fund.pay"
    MEANT = {**TermsForm.MEANT, "to": "organisation"}

    organisation = OrganisationField(label=gettext_lazy("Who gets it?"))
    source = OneField(label=gettext_lazy("Out of which account?"))
    minor = MoneyField(label=gettext_lazy("How much?"))
    purpose = CodeField("purpose", label=gettext_lazy("What is it for?"))
    place = CodeField("place", label=gettext_lazy("Where?"))

    def prepare(self) -> None:
        """Accounts and codes."""
        self.one_of("source", account_choices(self), _("Choose one"))
        offer(self, "purpose")
        offer(self, "place")

    def filled(self) -> dict[str, Any]:
        """What was asked before."""
        was = self.before()
        if not was:
            return {}
        return {
            "organisation": was["to"], "source": was["from"], "purpose": was["purpose"], "place": was["place"],
            "minor": written_sum(was["minor"], self.desk.exponent(was["currency"])),
        }  # fmt: skip

    def terms(self) -> dict[str, Any]:
        """The payment's arguments."""
        said = self.cleaned_data
        return {
            "from": said["source"], "to": said["organisation"], "minor": said["minor"], "currency": self.in_currency(),
            "purpose": said["purpose"], "place": said["place"],
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A purpose and a place that the appeal allows are asked of the rules when it is paid; say it here first."""
        said = super().clean()
        account = self.chosen()
        if account is not None and account.pool is not None:
            pool = account.pool
            bound = purpose_now(pool)  # type: ignore[arg-type]  # a row has the fact's fields
            codes = Codes()
            if said.get("purpose") and not covers(bound, said["purpose"]):
                self.add_error(
                    "purpose",
                    _("“%(pool)s” may be spent on %(bound)s only.")
                    % {"pool": pool.name, "bound": codes.purpose(bound)},
                )
            if said.get("place") and not covers(pool.place, said["place"]):
                self.add_error(
                    "place",
                    _("“%(pool)s” may be spent in %(bound)s only.")
                    % {"pool": pool.name, "bound": codes.place(pool.place)},
                )
        return said

    def answer(self, name: str, value: Any, say: Say) -> str:
        """The organisation by its name."""
        if name == "organisation" and value:
            return f"{say.named(Organisation, value)} ({value})"
        return super().answer(name, value, say)


class AskMove(TermsForm):
    """Money from one holder to another within an appeal."""

    act = "fund.move"

    source = OneField(label=gettext_lazy("Out of which account?"))
    to = OneField(label=gettext_lazy("Into which account?"), help_text=gettext_lazy("Of the same appeal and currency."))
    minor = MoneyField(label=gettext_lazy("How much?"))

    def prepare(self) -> None:
        """Accounts."""
        for name in ("source", "to"):
            self.one_of(name, account_choices(self), _("Choose one"))

    def filled(self) -> dict[str, Any]:
        """What was asked before."""
        was = self.before()
        if not was:
            return {}
        return {
            "source": was["from"],
            "to": was["to"],
            "minor": written_sum(was["minor"], self.desk.exponent(was["currency"])),
        }

    def terms(self) -> dict[str, Any]:
        """The move's arguments."""
        said = self.cleaned_data
        return {"from": said["source"], "to": said["to"], "minor": said["minor"], "currency": self.in_currency()}


class AskExchange(AskMove):
    """Money changed into another currency."""

    act = "fund.exchange"

    rate = MoneyField(
        label=gettext_lazy("At which rate?"),
        help_text=gettext_lazy("Units of the new currency for one of the old, as the bank says."),
    )  # fmt: skip

    def prepare(self) -> None:
        """Another currency's account may receive."""
        super().prepare()
        self.fields["to"].help_text = _("Of the same appeal, in the other currency.")

    def filled(self) -> dict[str, Any]:
        """The rate as it was."""
        was = self.before()
        if not was:
            return {}
        rate = Decimal(was["rate_num"]) / Decimal(was["rate_den"])
        return {**super().filled(), "rate": written_sum(int(rate.scaleb(6)), 6)}

    def terms(self) -> dict[str, Any]:
        """The exchange's arguments, with what arrives computed from the rate."""
        said = self.cleaned_data
        currency_to = Account.objects.get(pk=said["to"]).currency_id
        rate = Fraction(said["rate"])
        minor_to = exchanged(
            said["minor"], self.desk.exponent(self.in_currency()), self.desk.exponent(currency_to), rate
        )
        return {
            **super().terms(),
            "minor_to": minor_to, "currency_to": currency_to, "rate_num": rate.numerator, "rate_den": rate.denominator,
        }  # fmt: skip

    def answer(self, name: str, value: Any, say: Say) -> str:
        """The rate as a number."""
        return f"{value:f}" if name == "rate" and value is not None else super().answer(name, value, say)


class AskReverse(TermsForm):
    """A wrong line taken back."""

    act = "fund.reverse"

    transfer = forms.CharField(
        label=gettext_lazy("Which line of the ledger is wrong?"),
        max_length=300,
        help_text=gettext_lazy("The address of its page in the ledger, or the long number at its end."),
        error_messages={"required": gettext_lazy("Enter the address of the line’s page.")},
    )
    reason = OneField(label=gettext_lazy("Why?"), choices=[("", gettext_lazy("Choose one")), *REVERSE.items()])

    def filled(self) -> dict[str, Any]:
        """What was asked before."""
        return {name: self.before().get(name, "") for name in ("transfer", "reason")} if self.before() else {}

    def clean_transfer(self) -> str:
        """A posted line that can be taken back."""
        key = str(self.cleaned_data["transfer"]).strip().strip("/").rpartition("ledger/")[2]  # an address will do
        found = Transfer.objects.filter(pk=key).first()
        if found is None:
            raise forms.ValidationError(_("There is no such line in the ledger. Copy its number from its page."))
        if found.state != "posted" or found.reversed_by or found.act not in REVERSIBLE:
            raise forms.ValidationError(
                _("That line cannot be taken back: it is still on its way, was taken back, or concerns people.")
            )
        return key

    def terms(self) -> dict[str, Any]:
        """The correction's arguments."""
        return {"transfer": self.cleaned_data["transfer"], "reason": self.cleaned_data["reason"]}


ASKING: dict[str, type[TermsForm]] = {form.act: form for form in (AskPay, AskMove, AskExchange, AskReverse)}


class Settle(DeskForm):
    """What the bank says."""

    reference = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$",
        label=gettext_lazy("The bank’s own reference"),
        help_text=gettext_lazy("From the statement. It counts once. It is public: never a person’s name."),
        error_messages={
            "required": gettext_lazy("Enter the reference on the statement."),
            "invalid": gettext_lazy("Use letters, figures and . _ : / - only, as on the statement."),
        },
    )
    happened = DayField(label=gettext_lazy("On which day did the bank pay?"))

    def clean_happened(self) -> str:
        """Not a day to come."""
        day = str(self.cleaned_data["happened"])
        if day > self.desk.today:
            raise forms.ValidationError(_("That day is still to come. Enter the day on the statement."))
        return day


class Void(DeskForm):
    """Why it will not be paid."""

    reason = OneField(
        label=gettext_lazy("Why will it not be paid?"), choices=[("", gettext_lazy("Choose one")), *VOID.items()]
    )


class SumForm(DeskForm):
    """A sum in the programme's currency."""

    minor = MoneyField(label=gettext_lazy("How much?"))

    def in_currency(self) -> str:
        """The programme's."""
        return str(self.subject.currency_id)

    def clean(self) -> dict[str, Any]:
        """The sum in minor units."""
        super().clean()
        self.exact("minor", self.in_currency())
        return self.cleaned_data


class PayPerson(SumForm):
    """A household's payment. What is typed here goes into the vault and nowhere else."""

    name = NameField(label=gettext_lazy("Name"), max_length=120)
    phone = forms.CharField(
        label=gettext_lazy("Telephone"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    address = forms.CharField(
        label=gettext_lazy("Address"), max_length=400, required=False,
        widget=forms.Textarea(attrs={"autocomplete": "off", "rows": 3}),
    )  # fmt: skip
    person = forms.CharField(widget=forms.HiddenInput, max_length=36, required=False)

    field_order = ("name", "phone", "address", "minor")

    def prepare(self) -> None:
        """Somebody whom this programme paid before is not asked for again."""
        if self.data.get("person") or self.initial.get("person"):
            for name in ("name", "phone", "address"):
                del self.fields[name]

    def details(self) -> dict[str, str]:
        """What the vault keeps."""
        return {name: self.cleaned_data[name] for name in ("name", "phone", "address") if self.cleaned_data.get(name)}


CANCEL = {
    "mistake": gettext_lazy("It was a mistake"),
    "recorded_twice": gettext_lazy("It was entered twice"),
    "not_wanted": gettext_lazy("The household did not want it"),
    "wrong_amount": gettext_lazy("The amount was wrong"),
}


class CancelPayment(DeskForm):
    """Why a payment is taken back."""

    reason = OneField(label=gettext_lazy("Why?"), choices=[("", gettext_lazy("Choose one")), *CANCEL.items()])
