"""The fund's questions at the desk: books, gifts, payments. Sums are typed in the account's own currency."""

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.fund.models import Account, Code, Holder, Pool, Transfer
from tallystick.fund.names import FORMS, Codes, account_named
from tallystick.fund.rules.accounts import purpose_now
from tallystick.fund.rules.codes import covers
from tallystick.fund.rules.payments import REVERSIBLE, exchanged
from tallystick.fund.words import REVERSE, VOID
from tallystick.people.desk_forms import OrganisationField
from tallystick.people.models import Organisation
from tallystick.record.desk import DeskForm
from tallystick.record.form_fields import DayField, MoneyField, NameField, OneField, PaperField, written_sum
from tallystick.record.words import Say

ONE_PERSON = "person"  # offered so that the rule can say kindly why not
SHORT_NAME = 40


class CodeField(OneField):
    """A purpose or a place by the fund's own label; choices come when the form is made. any: offers "any need"."""

    def __init__(self, kind: str, *, any: bool = True, **kwargs: Any) -> None:
        self.kind, self.any = kind, any
        kwargs.setdefault("missing", gettext_lazy("Choose one of the list. Name a new one first if it is not there."))
        super().__init__(**kwargs)

    def offer(self, empty: Any = None) -> None:
        """Fill in the labels, wider before narrower."""
        named = Codes()
        say = named.purpose if self.kind == "purpose" else named.place
        used = {each for pair in Pool.objects.values_list(*self._columns()) for each in pair if each}
        codes = set(Code.objects.filter(kind=self.kind).values_list("code", flat=True)) | used
        listed = [(code, self._indented(code, say(code))) for code in sorted(codes - {"any"})]
        first = [("", empty if empty is not None else _("Choose one"))]
        self.choices = [*first, *([("any", say("any").capitalize())] if self.any else []), *listed]

    def _columns(self) -> tuple[str, ...]:
        return ("purpose", "secondary") if self.kind == "purpose" else ("place",)

    @staticmethod
    def _indented(code: str, label: str) -> str:
        return "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}" * code.count(".") + label


def _offer(form: DeskForm, name: str, empty: Any = None) -> None:
    field = form.fields[name]
    assert isinstance(field, CodeField)
    field.offer(empty)


def account_choices(form: DeskForm, **which: Any) -> list[tuple[str, str]]:
    """Holders' accounts with their currency and what is in hand."""
    rows = Account.objects.filter(kind="held", **which).select_related("holder", "pool").order_by("pool__name", "id")
    listed = []
    for each in rows:
        hand = form.desk.say.money(each.posted_in - each.posted_out - each.pending_out, each.currency_id)
        label = _("%(account)s (%(hand)s in hand)") % {
            "account": account_named(each, form.desk.say).label,
            "hand": hand,
        }
        listed.append((each.id, label))
    return listed


def short_name(name: str, spare: str) -> str:
    """The short public name by which the books know something: from its name, else from a random id."""
    return slugify(name)[:SHORT_NAME].strip("-") or f"n-{spare[:8]}"


class AccountForm(DeskForm):
    """A sum out of or into one account, in that account's currency."""

    FROM = "account"

    def chosen(self) -> Account | None:
        """The account."""
        key = self.cleaned_data.get(self.FROM, "") if hasattr(self, "cleaned_data") else ""
        return Account.objects.select_related("pool").filter(pk=key, kind="held").first() if key else None

    def in_currency(self) -> str:
        """The account's currency."""
        found = self.chosen()
        return found.currency_id if found else ""

    def clean(self) -> dict[str, Any]:
        """The sum in minor units."""
        super().clean()
        if self.in_currency():
            self.exact("minor", self.in_currency())
        return self.cleaned_data


class LabelCode(DeskForm):
    """A purpose's or a place's words."""

    PUBLIC = ("label",)

    kind = OneField(
        label=gettext_lazy("What do you name?"), widget=forms.RadioSelect,
        choices=[
            ("purpose", gettext_lazy("A purpose, such as rent")),
            ("place", gettext_lazy("A place, such as a parish")),
        ],
        missing=gettext_lazy("Choose a purpose or a place."),
    )  # fmt: skip
    label = NameField(
        label=gettext_lazy("What do people call it?"),
        help_text=gettext_lazy("As it stands in a sentence: “rent”, “Orleans Parish”."),
    )
    code = forms.RegexField(
        r"^[a-z0-9_]{1,40}(\.[a-z0-9_]{1,40}){0,5}$",
        max_length=240,
        label=gettext_lazy("Its code"),
        help_text=gettext_lazy(
            "Small letters and figures; a dot leads from wider to narrower. "
            "Money for relief may be spent on relief.rent."
        ),
        error_messages={
            "required": gettext_lazy("Enter a code, for example relief.rent."),
            "invalid": gettext_lazy(
                "Use small letters, figures, _ and dots only, for example relief.rent or us.la.orleans."
            ),
        },
    )


class AddHolder(DeskForm):
    """Who has money for the fund."""

    PUBLIC = ("name",)
    MEANT = {"id": "name"}

    name = NameField(label=gettext_lazy("Who has the money?"), help_text=gettext_lazy("The name on the bank account."))
    legal_form = OneField(
        label=gettext_lazy("What are they?"), choices=[("", gettext_lazy("Choose one")), *FORMS.items()]
    )


class OpenPool(DeskForm):
    """An appeal's restriction."""

    PUBLIC = ("name",)
    MEANT = {"id": "name"}

    name = NameField(label=gettext_lazy("What is the appeal called?"))
    purpose = CodeField("purpose", label=gettext_lazy("What may the money be spent on?"))
    place = CodeField("place", label=gettext_lazy("Where?"))
    until = DayField(
        label=gettext_lazy("Until which day?"), required=False, help_text=gettext_lazy("Empty: without an end.")
    )
    secondary = CodeField(
        "purpose", required=False, label=gettext_lazy("What is money left over for?"),
        help_text=gettext_lazy("Needed unless the money is for any need. People must know before they give."),
    )  # fmt: skip

    def prepare(self) -> None:
        """Labels."""
        _offer(self, "purpose")
        _offer(self, "place")
        _offer(self, "secondary", _("Nothing else"))


class OpenAccount(DeskForm):
    """One holder's money in one appeal and currency."""

    holder = OneField(label=gettext_lazy("Who has the money?"))
    pool = OneField(label=gettext_lazy("For which appeal?"))
    currency = OneField(label=gettext_lazy("In which currency?"))

    def prepare(self) -> None:
        """Holders, appeals, currencies."""
        self.one_of("holder", Holder.objects.order_by("name").values_list("id", "name"), _("Choose one"))
        self.one_of("pool", Pool.objects.order_by("name").values_list("id", "name"), _("Choose one"))
        self.one_of("currency", [(code, code) for code in self.desk.exponents], _("Choose one"))


class OpeningBalance(AccountForm):
    """What was there when the books began, with its paper."""

    LATE = ("paper",)
    MEANT = {"source": "paper"}

    account = OneField(label=gettext_lazy("Which account?"))
    minor = MoneyField(label=gettext_lazy("How much was in it?"))
    paper = PaperField(
        label=gettext_lazy("The bank statement or minutes it comes from"),
        help_text=gettext_lazy(
            "Everybody can read it. Black out account numbers and names first. "
            "A PDF, picture or text up to 10 megabytes."
        ),
    )  # fmt: skip

    def prepare(self) -> None:
        """Accounts into which nothing came yet."""
        self.one_of("account", account_choices(self, posted_in=0), _("Choose one"))


GIVERS = {
    "private": gettext_lazy("A person: the name stays private"),
    "organisation": gettext_lazy("An organisation: its name is public"),
    "unknown": gettext_lazy("We do not know"),
}


class ReceiveGift(AccountForm):
    """A gift, as its giver restricted it."""

    MEANT = {"giver": "organisation", "until": "until"}

    account = OneField(label=gettext_lazy("Where did the money come in?"))
    minor = MoneyField(label=gettext_lazy("How much?"))
    purpose = CodeField("purpose", required=False, label=gettext_lazy("Did the giver say what it is for?"))
    place = CodeField("place", required=False, label=gettext_lazy("Did the giver say where?"))
    until = DayField(
        label=gettext_lazy("Must it be spent by a day?"), required=False, help_text=gettext_lazy("Empty: no.")
    )
    who = OneField(
        label=gettext_lazy("Who gave it?"), widget=forms.RadioSelect, choices=list(GIVERS.items()),
        missing=gettext_lazy("Choose who gave it."),
    )  # fmt: skip
    donor_name = NameField(
        label=gettext_lazy("If a person gave it: the name"), required=False,
        help_text=gettext_lazy("Kept private, for the receipt. The record gets a digest that says nothing."),
    )  # fmt: skip
    organisation = OrganisationField(required=False, label=gettext_lazy("If an organisation gave it: which one"))
    happened = DayField(
        label=gettext_lazy("On which day did the bank book it?"), required=False,
        help_text=gettext_lazy("As the statement says. Empty: not said."),
    )  # fmt: skip

    def prepare(self) -> None:
        """Accounts and codes; a gift that says nothing takes the appeal's own words."""
        self.one_of("account", account_choices(self), _("Choose one"))
        _offer(self, "purpose", _("As the appeal says"))
        _offer(self, "place", _("As the appeal says"))
        field = self.fields["purpose"]
        assert isinstance(field, CodeField)
        field.choices = [*field.choices, (ONE_PERSON, _("One named person or family"))]  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        """Exactly one giver, as chosen; a day that is not to come."""
        said = super().clean()
        who = said.get("who")
        if who == "private" and not said.get("donor_name"):
            self.add_error("donor_name", _("Enter the name, or choose that we do not know who gave it."))
        if who == "organisation" and not said.get("organisation") and "organisation" not in self.errors:
            self.add_error("organisation", _("Enter the organisation that gave it."))
        said["donor_name"] = said.get("donor_name", "") if who == "private" else ""
        said["organisation"] = said.get("organisation", "") if who == "organisation" else ""
        if said.get("happened", "") > self.desk.today:
            self.add_error("happened", _("That day is still to come. Enter the day on the statement."))
        return said

    def restriction(self) -> dict[str, str]:
        """The gift's own words, or the appeal's."""
        account = self.chosen()
        assert account is not None
        pool = account.pool
        assert pool is not None
        said = self.cleaned_data
        return {
            "purpose": said["purpose"] or pool.purpose,
            "place": said["place"] or pool.place,
            "until": said["until"],
        }


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
        _offer(self, "purpose")
        _offer(self, "place")

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
