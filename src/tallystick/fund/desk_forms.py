"""The fund's questions about its books and gifts. Sums are typed in the account's own currency."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.fund.models import Account, Code, Holder, Pool
from tallystick.fund.names import FORMS, Codes, account_named
from tallystick.people.desk_forms import OrganisationField
from tallystick.record.desk import DeskForm
from tallystick.record.form_fields import DayField, MoneyField, NameField, OneField, PaperField

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


def offer(form: DeskForm, name: str, empty: Any = None) -> None:
    """Fill in the labels of a form's code field; `empty`: the words for none."""
    field = form.fields[name]
    assert isinstance(field, CodeField)
    field.offer(empty)


def account_choices(form: DeskForm, **which: Any) -> list[tuple[str, str]]:
    """Holders' accounts of the committee that acts, with what is in hand."""
    rows = Account.objects.filter(kind="held", pool__committee=form.desk.right.committee, **which)
    rows = rows.select_related("holder", "pool").order_by("pool__name", "id")
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
        offer(self, "purpose")
        offer(self, "place")
        offer(self, "secondary", _("Nothing else"))


class OpenAccount(DeskForm):
    """One holder's money in one appeal and currency."""

    holder = OneField(label=gettext_lazy("Who has the money?"))
    pool = OneField(label=gettext_lazy("For which appeal?"))
    currency = OneField(label=gettext_lazy("In which currency?"))

    def prepare(self) -> None:
        """Holders, appeals, currencies."""
        self.one_of("holder", Holder.objects.order_by("name").values_list("id", "name"), _("Choose one"))
        ours = Pool.objects.filter(committee=self.desk.right.committee).order_by("name")
        self.one_of("pool", ours.values_list("id", "name"), _("Choose one"))
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
        offer(self, "purpose", _("As the appeal says"))
        offer(self, "place", _("As the appeal says"))
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
