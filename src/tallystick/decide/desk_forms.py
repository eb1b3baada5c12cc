"""Questions about votes. What a vote may allow is a kind; rooms above this one bring kinds of their own."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.people.desk_forms import MandateForm
from tallystick.people.models import Committee, Currency, Mandate, Seat
from tallystick.people.words import limits_in_words, row_limits
from tallystick.record import days
from tallystick.record.desk import DeskForm
from tallystick.record.facts import RULES
from tallystick.record.form_fields import DayField, OneField
from tallystick.record.words import may


class ProposeForm(DeskForm):
    """A text to vote on, and until when. Subclasses add what it allows: `act` and `args`."""

    PUBLIC: tuple[str, ...] = ("text",)
    act = ""

    text = forms.CharField(
        label=gettext_lazy("What do you propose, and why?"),
        help_text=gettext_lazy("Begin with one short line that says it all. Everybody can read this. Name no person."),
        widget=forms.Textarea,
        max_length=20_000,
        error_messages={"required": gettext_lazy("Write what you propose.")},
    )
    closes = DayField(
        label=gettext_lazy("Last day to vote"), help_text=gettext_lazy("It closes earlier once everybody has voted.")
    )

    def prepare(self) -> None:
        """The text first, its last day at the end."""
        self.order_fields(["text", *[name for name in self.fields if name not in ("text", "closes")], "closes"])

    def paper(self) -> str:
        """The text as it will be a file. One kind of line end, so that it has one digest whoever sends it."""
        return "\n".join(str(self.cleaned_data["text"]).splitlines())

    def args(self) -> dict[str, Any]:
        """What the act will be allowed to do, exactly."""
        return {}

    def voting(self) -> Committee:
        """The committee that votes."""
        return Committee.objects.get(pk=self.desk.right.committee)

    def closing(self) -> str:
        """The moment at which the vote closes: when its last day is over."""
        return str(self.desk.moment_of(days.next_day(self.cleaned_data["closes"])))

    def clean(self) -> dict[str, Any]:
        """A last day that leaves the committee the time it gives itself."""
        super().clean()
        last = self.cleaned_data.get("closes")
        if last:
            seconds = (days.parse(self.closing()) - days.parse(self.desk.now)).total_seconds()
            if last < self.desk.today:
                self.add_error("closes", _("That day is over. Choose today or a later day."))
            elif seconds < self.voting().notice:
                self.add_error("closes", _("This committee’s votes stay open longer than that. Choose a later day."))
        return self.cleaned_data


class ProposeMandate(ProposeForm, MandateForm):
    """Let a member decide: the only way to rights wider than somebody can pass on."""

    act = "decide.grant_mandate"

    def offered(self) -> tuple[list[str], list[tuple[str, int, int]]]:
        """Every act that a mandate can cover, and any sum."""
        acts = sorted({act for act, _version in RULES if may(act) != act})
        return acts, [(code, 0, 0) for code in Currency.objects.order_by("code").values_list("code", flat=True)]

    def prepare(self) -> None:
        """A mandate's questions between the text and its last day to vote."""
        MandateForm.prepare(self)
        ProposeForm.prepare(self)

    def args(self) -> dict[str, Any]:
        """The mandate."""
        return self.mandate()


class ProposeRecall(ProposeForm):
    """Take rights back."""

    act = "decide.recall_mandate"

    mandate = OneField(label=gettext_lazy("Whose rights?"))

    def prepare(self) -> None:
        """The committee's mandates in force."""
        super().prepare()
        held = Mandate.objects.filter(committee=self.desk.right.committee, ended="", ends__gt=self.desk.now)
        self.one_of(
            "mandate", [(each.id, self._words(each)) for each in held.order_by("starts", "id")], _("Choose one")
        )

    def _words(self, row: Mandate) -> str:
        acts = ", ".join(may(act) for act in json.loads(row.acts)[:3])
        limits = "; ".join(limits_in_words(row_limits(row.limits), self.desk.say))
        return " – ".join(part for part in (self.desk.who(row.member_id), acts, limits) if part)

    def args(self) -> dict[str, Any]:
        """The mandate's id."""
        return {"mandate": self.cleaned_data["mandate"]}


class ProposeSeat(ProposeForm):
    """A seat for a member."""

    act = "decide.seat_member"

    member = OneField(label=gettext_lazy("Who gets a seat?"), missing=gettext_lazy("Choose a member."))

    def prepare(self) -> None:
        """Members without a seat on the committee."""
        super().prepare()
        held = Seat.objects.filter(committee=self.desk.right.committee, until="").values_list("member", flat=True)
        free = [each for each in self.desk.members("") if each[0] not in set(held)]
        self.one_of("member", free, _("Choose a member"))

    def args(self) -> dict[str, Any]:
        """Committee and member."""
        return {"committee": self.desk.right.committee, "member": self.cleaned_data["member"]}


class ProposeUnseat(ProposeForm):
    """End a seat."""

    act = "decide.unseat_member"

    member = OneField(label=gettext_lazy("Whose seat?"), missing=gettext_lazy("Choose a member."))

    def prepare(self) -> None:
        """Who has a seat on the committee."""
        super().prepare()
        held = Seat.objects.filter(committee=self.desk.right.committee, until="").values_list("member", flat=True)
        self.one_of("member", [(each, self.desk.who(each)) for each in held], _("Choose a member"))

    def args(self) -> dict[str, Any]:
        """Committee and member."""
        return {"committee": self.desk.right.committee, "member": self.cleaned_data["member"]}


CHOICES = {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No"), "abstain": gettext_lazy("I abstain")}


class VoteForm(DeskForm):
    """One vote; the one cast before is filled in."""

    choice = OneField(
        label=gettext_lazy("How do you vote?"), widget=forms.RadioSelect, choices=list(CHOICES.items()),
        missing=gettext_lazy("Choose yes, no, or that you abstain."),
    )  # fmt: skip

    def filled(self) -> dict[str, Any]:
        """The vote cast before."""
        return {"choice": self.subject["ballot"].choice}
