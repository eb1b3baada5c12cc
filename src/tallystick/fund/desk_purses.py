"""What a programme's members see at the desk: its money as told and in truth, its payments with names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tallystick.fund.acts.programmes import PAY_PERSON, group
from tallystick.fund.models import Account, Programme, Release
from tallystick.fund.names import codes, programme_words
from tallystick.fund.rules.programmes import purse_id
from tallystick.people.desk import Desk
from tallystick.record import lines, shapes, vault
from tallystick.record.models import Line

PRIVATE = (PAY_PERSON, "fund.approve_release")  # the rights that show names


def programme_at(desk: Desk, address: Mapping[str, str]) -> Programme:
    """The programme that an address names."""
    if not shapes.slug(address["programme"]):
        raise Http404
    return get_object_or_404(Programme.objects.select_related("account", "committee"), pk=address["programme"])


def sees_names(desk: Desk, programme: Programme) -> bool:
    """Whether this member pays people of this programme or approves it."""
    return any(desk.may(act, programme.committee_id) for act in PRIVATE)


@dataclass(frozen=True)
class Purse:
    """A programme's money. told: what anybody can see; left: in truth, with all that waits. Minor units."""

    programme: Programme
    name: str
    aim: str
    in_hand: int
    waiting: int
    left: int
    over: bool


def purse(programme: Programme, desk: Desk) -> Purse:
    """The programme's money as told and as it is."""
    row = Account.objects.get(pk=purse_id(programme.id))
    in_hand = row.posted_in - row.posted_out - row.pending_out
    waiting = lines.untold(group(programme)).minor
    return Purse(
        programme,
        programme_words(programme.id),
        codes(desk.say).aim(programme.purpose, programme.place),
        in_hand,
        waiting,
        max(in_hand - waiting, 0),
        bool(programme.ended) or programme.until < desk.today,
    )


@dataclass(frozen=True)
class Paid:
    """One payment to a household as those who may see it do. name: "" once erased."""

    line: Line
    name: str
    state: str
    can_cancel: bool


def _name(person: str | None) -> str:
    try:
        kept = {each.name: each.value for each in vault.values(person or "")}
    except (vault.Erased, vault.NotInVault):
        return _("Erased")
    return str(kept.get("name") or _("Without a name"))


def _state(line: Line, approved: dict[str, bool]) -> tuple[str, bool]:
    """How a payment stands, and whether it can still be taken back."""
    if line.cancelled:
        return _("Taken back"), False
    if line.told:
        return _("Told in a total"), False
    if not line.release:
        return _("Not gathered for approval yet"), True
    if line.release not in approved:
        return _("Waits for two approvals"), True
    return (_("Approved: pay it out"), False) if approved[line.release] else (_("Waits for one more approval"), True)


def paid(rows: list[Line]) -> list[Paid]:
    """Payments with names, decrypted for this page only."""
    roots = {each.release for each in rows if each.release}
    approved = {each.id: each.second_id is not None for each in Release.objects.filter(pk__in=roots)}
    names = {person: _name(person) for person in {each.person_id for each in rows}}
    told = []
    for each in rows:
        state, can_cancel = _state(each, approved)
        told.append(Paid(each, names[each.person_id], state, can_cancel))
    return told


@dataclass(frozen=True)
class Waiting:
    """A release that waits for approvals. by_me: whether this member asked for some of it or approved it."""

    root: str
    programme: Programme
    number: int
    minor: int
    by_me: bool

    def words(self, say: Any) -> str:
        """ "12 payments, $4,800.00 USD in all"."""
        text = ngettext("%(n)s payment, %(sum)s in all", "%(n)s payments, %(sum)s in all", self.number)
        return text % {"n": self.number, "sum": say.money(self.minor, self.programme.currency_id)}


def releases(programme: Programme, desk: Desk) -> list[Waiting]:
    """The programme's releases that two members have not approved yet."""
    rows = lines.untold_lines(group(programme)).exclude(release="").order_by("release")
    known = {each.id: each for each in Release.objects.filter(programme=programme)}
    gathered: dict[str, list[Line]] = {}
    for each in rows:
        gathered.setdefault(each.release, []).append(each)
    waiting = []
    for root, found in gathered.items():
        release = known.get(root)
        if release is None or release.second_id is None:
            mine = any(each.author == desk.member for each in found) or (
                release is not None and release.first_id == desk.member
            )
            waiting.append(Waiting(root, programme, len(found), sum(each.minor for each in found), mine))
    return waiting
