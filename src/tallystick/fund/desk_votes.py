"""What a vote can allow the fund to do: a payment, a programme for people, a second purpose for money left over."""

from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.decide.desk import kind
from tallystick.decide.desk_forms import ProposeForm
from tallystick.fund.acts import gifts
from tallystick.fund.desk_forms import AccountForm, CodeField, account_choices, short_name
from tallystick.fund.desk_payment_forms import AskPay
from tallystick.fund.desk_people import opened
from tallystick.fund.models import Pool
from tallystick.fund.names import codes
from tallystick.record.form_fields import DayField, MoneyField, NameField, OneField


class ProposePay(ProposeForm, AskPay):
    """A vote on one payment to an organisation."""

    act = "fund.pay"

    def prepare(self) -> None:
        """A payment's questions between the text and its last day to vote."""
        AskPay.prepare(self)
        ProposeForm.prepare(self)

    def args(self) -> dict[str, Any]:
        """The payment."""
        return self.terms()


class ProposeProgramme(ProposeForm, AccountForm):
    """A vote on a programme for people. Its text is the rule for who can get help."""

    act = "fund.open_programme"
    MEANT = {"id": "name"}
    PUBLIC = ("text", "name")

    name = NameField(label=gettext_lazy("What is the programme called?"), max_length=40)
    account = OneField(label=gettext_lazy("Out of which account?"))
    purpose = CodeField("purpose", label=gettext_lazy("What is the help for?"))
    place = CodeField("place", label=gettext_lazy("Where?"))
    cap = MoneyField(label=gettext_lazy("At most how much for one household?"))
    total = MoneyField(label=gettext_lazy("At most how much in all?"))
    until = DayField(label=gettext_lazy("Last day of the programme"))

    def prepare(self) -> None:
        """Accounts and codes."""
        super().prepare()
        self.one_of("account", account_choices(self), _("Choose one"))
        for name in ("purpose", "place"):
            field = self.fields[name]
            assert isinstance(field, CodeField)
            field.offer()
        self.fields["text"].label = _("Who can get help, and how is it decided?")
        self.fields["text"].help_text = _(
            "Begin with one short line that says it all. This text is the rule that everybody is measured by. "
            "Name no person."
        )

    def clean(self) -> dict[str, Any]:
        """Both sums in the account's currency."""
        super().clean()
        if self.in_currency():
            cap, total = self.exact("cap", self.in_currency()), self.exact("total", self.in_currency())
            if cap and total and cap > total:
                self.add_error("cap", _("One household cannot get more than all together."))
        if self.cleaned_data.get("until") and self.cleaned_data["until"] < self.desk.today:
            self.add_error("until", _("That day is over. Choose today or a later day."))
        return self.cleaned_data

    def args(self) -> dict[str, Any]:
        """The programme's terms."""
        said = self.cleaned_data
        return {
            "id": short_name(said["name"], said["new_id"]),
            "account": said["account"],
            "purpose": said["purpose"],
            "place": said["place"],
            "criteria": sha256(self.paper().encode()).hexdigest(),
            "cap": said["cap"],
            "currency": self.in_currency(),
            "total": said["total"],
            "until": said["until"],
        }


class ProposeTurn(ProposeForm):
    """A vote that an appeal has done what it was for."""

    act = "fund.turn_pool"

    pool = OneField(label=gettext_lazy("Which appeal has done what it was for?"))

    def prepare(self) -> None:
        """Appeals with a second purpose that are not turned yet."""
        super().prepare()
        said = codes(self.desk.say)
        rows = (
            Pool.objects.filter(turned="", committee=self.desk.right.committee).exclude(secondary="").order_by("name")
        )
        listed = [
            (
                each.id,
                _("%(pool)s: what is left goes to %(purpose)s")
                % {"pool": each.name, "purpose": said.purpose(each.secondary)},
            )
            for each in rows
        ]
        self.one_of("pool", listed, _("Choose one"))

    def args(self) -> dict[str, Any]:
        """The appeal and the purpose named from the start."""
        pool = Pool.objects.get(pk=self.cleaned_data["pool"])
        return {"pool": pool.id, "purpose": pool.secondary}


kind(
    "payment", gettext_lazy("Pay an organisation"),
    gettext_lazy("One payment, exactly so much to exactly whom. Two approvals follow."), ProposePay,
)  # fmt: skip
kind(
    "programme", gettext_lazy("Open a programme for people"),
    gettext_lazy("Who can get help, how much at most, until when. Nobody is named."), ProposeProgramme, opened,
)  # fmt: skip
kind(
    "left-over", gettext_lazy("Let money left over serve its second purpose"),
    gettext_lazy("The one that was named when people gave."), ProposeTurn,
    lambda actor, motion, args: gifts.turn_pool(actor, motion=motion.id, **args),
)  # fmt: skip
