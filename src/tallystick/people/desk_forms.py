"""The people room's questions at the desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.people.models import Organisation
from tallystick.record.chance import new_id
from tallystick.record.days import next_day
from tallystick.record.desk import Answer, DeskForm
from tallystick.record.facts import RULES
from tallystick.record.form_fields import DayField, MoneyField, NameField, OneField, WholeField
from tallystick.record.words import Say, may, short

MAJORITIES = {
    "1/2": gettext_lazy("More than half of yes and no"),
    "2/3": gettext_lazy("More than two thirds"),
    "3/4": gettext_lazy("More than three quarters"),
}
SECTORS = {
    "charity": gettext_lazy("Charity"),
    "church": gettext_lazy("Church or other house of faith"),
    "vendor": gettext_lazy("Business or contractor"),
    "school": gettext_lazy("School"),
    "health": gettext_lazy("Clinic or hospital"),
    "landlord": gettext_lazy("Landlord or housing provider"),
    "utility": gettext_lazy("Water, power or telephone company"),
    "government": gettext_lazy("Government office"),
    "foundation": gettext_lazy("Foundation"),
    "other": gettext_lazy("Something else"),
}
SUGGESTED = 5


class OrganisationField(forms.CharField):
    """An organisation by its reference or its exact name; the error names those that come near."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Organisation"))
        kwargs.setdefault("help_text", gettext_lazy("Its name or its reference, as on our list of organisations."))
        kwargs.setdefault("error_messages", {"required": gettext_lazy("Enter the organisation.")})
        super().__init__(max_length=120, **kwargs)
        self.widget.attrs["autocomplete"] = "off"

    def clean(self, value: Any) -> Any:
        """The organisation's reference."""
        text = " ".join(str(super().clean(value)).replace("\0", "").split())
        if not text:
            return ""
        found = list(Organisation.objects.filter(pk=text)[:1]) or list(
            Organisation.objects.filter(name__iexact=text)[:2]
        )
        if len(found) == 1:
            return found[0].id
        near = found or list(Organisation.objects.filter(name__icontains=text).order_by("name")[:SUGGESTED])
        if near:
            listed = ", ".join(f"{each.name} ({each.id})" for each in near)
            raise forms.ValidationError(
                _("Which one do you mean? Enter its reference: %(listed)s."), params={"listed": listed}
            )
        raise forms.ValidationError(_("We know no organisation of that name. Add it first, or check the spelling."))


class NewCommittee(DeskForm):
    """A committee and how it votes."""

    PUBLIC = ("name",)
    MEANT = {"majority_num": "majority"}

    name = NameField(label=gettext_lazy("What is the committee called?"))
    quorum = WholeField(
        label=gettext_lazy("How many must vote for a vote to count?"), min_value=1,
        help_text=gettext_lazy("Yes, no and abstentions count."),
    )  # fmt: skip
    majority = OneField(
        label=gettext_lazy("How many must say yes?"),
        widget=forms.RadioSelect,
        choices=list(MAJORITIES.items()),
        initial="1/2",
    )
    notice = WholeField(
        label=gettext_lazy("For how many hours does a vote stay open at least?"), min_value=0, max_value=24 * 366,
        help_text=gettext_lazy("It may close earlier once everybody has voted. 0 for no wait."), initial=24,
    )  # fmt: skip


class SeatMember(DeskForm):
    """A member for one of the first seats of a committee that cannot vote yet."""

    committee = OneField(label=gettext_lazy("On which committee?"), missing=gettext_lazy("Choose a committee."))
    member = OneField(label=gettext_lazy("Who gets a seat?"), missing=gettext_lazy("Choose a member."))

    def prepare(self) -> None:
        """Committees below their quorum that one may seat members on; members but oneself."""
        small = [(each.id, each.name) for each in self.desk.ours() if each.seated < each.quorum]
        self.one_of("committee", small, _("Choose a committee"))
        self.one_of("member", self.desk.members(self.desk.member), _("Choose a member"))


class MandateForm(DeskForm):
    """What a member may decide from now on: acts, sums, term. Subclasses say what can be given."""

    MEANT = {"limits": "acts", "per_act": "acts"}

    committee = OneField(label=gettext_lazy("For which committee?"), missing=gettext_lazy("Choose a committee."))
    member = OneField(label=gettext_lazy("Who may decide?"), missing=gettext_lazy("Choose a member."))
    acts = forms.MultipleChoiceField(
        label=gettext_lazy("What may they do?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one thing they may do.")},
    )
    starts = DayField(
        label=gettext_lazy("From which day?"), required=False, help_text=gettext_lazy("Empty: from today.")
    )
    ends = DayField(label=gettext_lazy("Last day"))

    def offered(self) -> tuple[list[str], list[tuple[str, int, int]]]:
        """Acts that can be given, and the most in each currency (0: any). The right to say yes to what others do
        comes from a vote only."""
        right = self.desk.right
        assert right is not None
        acts = [act for act in right.acts if (act, 1) in RULES and not RULES[act, 1].vouches]
        return sorted(acts), [(code, once, month) for code, once, month, _left in right.limits]

    def prepare(self) -> None:
        """Choices, and two sums for each currency."""
        acts, limits = self.offered()
        ours = [(each.id, each.name) for each in self.desk.ours()]
        self.one_of("committee", ours, _("Choose a committee"))
        if len(ours) == 1:  # nothing to choose
            del self.fields["committee"]
        self.one_of("member", self.desk.members(self.desk.member), _("Choose a member"))
        self.one_of("acts", sorted(((act, may(act)) for act in acts), key=lambda choice: choice[1].casefold()))
        for code, once, month in limits:
            at_most = _("At most %(sum)s. Empty: no money in this currency.")
            for name, label, most in (
                (f"once_{code}", _("Most at once, in %(currency)s"), once),
                (f"month_{code}", _("Most in a month, in %(currency)s"), month),
            ):
                hint = at_most % {"sum": self.desk.say.money(most, code)} if most else ""
                self.fields[name] = MoneyField(label=label % {"currency": code}, required=False, help_text=hint)
        self.order_fields([*[name for name in self.fields if name not in ("starts", "ends")], "starts", "ends"])

    def clean(self) -> dict[str, Any]:
        """Sums in minor units; both or neither for a currency."""
        super().clean()
        for code, _once, _month in self.offered()[1]:
            once, month = self.exact(f"once_{code}", code), self.exact(f"month_{code}", code)
            if once and not month and f"month_{code}" not in self.errors:
                self.add_error(f"month_{code}", _("Enter how much in a month, too."))
            if month and not once and f"once_{code}" not in self.errors:
                self.add_error(f"once_{code}", _("Enter how much at once, too."))
        return self.cleaned_data

    def answer(self, name: str, value: Any, say: Say) -> str:
        """Sums in their own currency."""
        if name.startswith(("once_", "month_")):
            return say.money(value, name.rpartition("_")[2]) if value else ""
        return super().answer(name, value, say)

    def mandate(self) -> dict[str, Any]:
        """The mandate as the act takes it."""
        said = self.cleaned_data
        limits = [
            {"currency": code, "per_act": said[f"once_{code}"], "per_month": said[f"month_{code}"]}
            for code, _once, _month in self.offered()[1]
            if said.get(f"once_{code}")
        ]
        return {
            "id": said["new_id"],
            "member": said["member"],
            "committee": said.get("committee") or self.desk.right.committee,
            "acts": sorted(said["acts"]),
            "limits": limits,
            "starts": self.desk.moment_of(said["starts"] or self.desk.today),
            "ends": self.desk.moment_of(next_day(said["ends"])),
        }


class NewOrganisation(DeskForm):
    """An organisation for the public list."""

    PUBLIC = ("name",)

    name = NameField(label=gettext_lazy("What is the organisation called?"))
    id = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$",
        label=gettext_lazy("Its reference"),
        help_text=gettext_lazy(
            "A public number such as its EIN, or a short word. It stays for ever. Nobody’s own number."
        ),
        error_messages={
            "required": gettext_lazy("Enter a reference."),
            "invalid": gettext_lazy("Use letters, figures and . _ : / - only, for example 72-1234567."),
        },
    )
    sector = OneField(label=gettext_lazy("What is it?"), choices=[("", gettext_lazy("Choose one")), *SECTORS.items()])


class NameRepresentative(DeskForm):
    """Who speaks for an organisation."""

    organisation = OrganisationField()
    member = OneField(label=gettext_lazy("Who speaks for it?"), missing=gettext_lazy("Choose a member."))

    def prepare(self) -> None:
        """Members but oneself."""
        self.one_of("member", self.desk.members(self.desk.member), _("Choose a member"))


class RegisterKey(DeskForm):
    """A key to sign with."""

    public_key = forms.CharField(
        label=gettext_lazy("Your public key"),
        max_length=44,
        help_text=gettext_lazy("An Ed25519 key: 44 letters and figures that end with =. Never paste the secret one."),
        error_messages={
            "required": gettext_lazy("Paste the key."),
            "max_length": gettext_lazy("A public key has 44 letters and figures. Paste the public one alone."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class Pick(DeskForm):
    """One of the rows that the job's subject lists: (key, words)."""

    picked = OneField(label=gettext_lazy("Which one?"))

    def prepare(self) -> None:
        """The subject's rows."""
        self.one_of("picked", self.subject, _("Choose one"))


class NewMember(DeskForm):
    """A member's private name: the record gets a random pseudonym only."""

    name = NameField(
        label=gettext_lazy("What is the new member’s name?"), max_length=80,
        help_text=gettext_lazy("Only members see it. The record gets a random number instead."),
    )  # fmt: skip

    def fresh(self) -> str:
        """The new member's pseudonym."""
        return str(self.cleaned_data["new_id"]) or new_id()


def right_in_words(right: Any, say: Say) -> list[Answer]:
    """A mandate as rows: committee, acts, sums with what is left, last day."""
    left = [
        _("%(once)s at once, %(month)s a month; %(left)s left this month")
        % {"once": say.money(once, code), "month": say.money(month, code), "left": say.money(max(rest, 0), code)}
        for code, once, month, rest in right.limits
    ]
    return [
        Answer(_("Committee"), right.committee_name),
        Answer(_("May do"), say.listed(sorted((may(act) for act in right.acts), key=str.casefold))),
        Answer(_("Up to"), "\n".join(left)),
        Answer(_("Until"), say.day(right.ends)),
    ]


def key_in_words(row: Any, desk: Any) -> str:
    """A key in a list: whose, and since when."""
    return _("%(who)s, since %(day)s (%(short)s)") % {
        "who": desk.who(row.member),
        "day": desk.say.day(row.registered),
        "short": short(row.id),
    }
