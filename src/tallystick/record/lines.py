"""Lines: acts that concern one person in need. Each is one sealed digest under its day's close, never an entry.

A line is sealed in its act's transaction as a single RFC 9901 disclosure whose value is a JSON object of all it says.
Its person, group and minor units stand beside it, so that totals can be told and survive erasure. Acts call this
inside `batch`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum

from tallystick.record import clock, days, shapes, vault
from tallystick.record.append import Batch, batch
from tallystick.record.chance import new_id
from tallystick.record.entry import canonical
from tallystick.record.facts import Refused, gettext_noop
from tallystick.record.models import Line
from tallystick.record.rules import log

NAME = "line"  # what a line's disclosure is called inside


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person holds of a line: its digest, its day, and the day on which its proof is there at the latest.

    promised_day: the close after next is made then; a close is made once its day is over.
    """

    digest: str
    day: str
    promised_day: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Untold:
    """What a group holds that no total has told: households, lines, and minor units in all."""

    people: int
    lines: int
    minor: int


def group_of(act: str, committee: str, programme: str = "", account: str = "", currency: str = "") -> str:
    """The group of a line: its amounts are told together with those of the same group only."""
    return " ".join((act, committee, programme, account, currency))


def present(now: Batch) -> tuple[str, str]:
    """The moment and the commission's day, as an entry written now would have them: never before the last entry."""
    at = max(clock.now(), now.at)
    return at, days.local_day(at, log(now.facts).timezone)


def seal_line(
    *,
    act: str,
    committee: str,
    group: str,
    person: str,
    author: str,
    fields: dict[str, Any],
    minor: int,
    repeat_id: str = "",
    mandate: str = "",
) -> Receipt:
    """Seal what happened for one person (a vault id) and let it wait for its day's close.

    fields: JSON values, whole numbers only. repeat_id: the caller's id of this act (a UUIDv4); the same one gives the
    same receipt and seals nothing again, and is refused with other content.
    """
    if not shapes.whole(minor):
        raise Refused(gettext_noop("{name} cannot be {value}."), "minor", name="minor", value=repr(minor)[:80])
    if repeat_id and not shapes.identifier(repeat_id):
        raise Refused(gettext_noop("{name} cannot be {value}."), "repeat_id", name="repeat_id", value=repeat_id[:80])
    said = {
        "act": act, "by": author, "for": committee, "under": mandate, "group": group, "minor": minor, "fields": fields,
    }  # fmt: skip
    canonical(said)  # what no entry could hold, no line can either
    with batch() as now:
        before = find_repeat(repeat_id)
        if before is not None:
            _same(before, person, said)
            return _receipt(before, repeated=True)
        at, day = present(now)
        digest = vault.seal(person, NAME, {**said, "day": day, "at": at})
        line = Line.objects.create(
            digest=digest, day=day, at=at, group=group, person_id=person, author=author, mandate=mandate, minor=minor,
            repeat=repeat_id or new_id(),
        )  # fmt: skip
        return _receipt(line)


def find_repeat(repeat_id: str) -> Line | None:
    """The line that was sealed under this id before, if any."""
    return Line.objects.filter(repeat=repeat_id).first() if repeat_id else None


def _same(line: Line, person: str, said: dict[str, Any]) -> None:
    """Refuse other content under an id already used. Of an erased line only what stands beside it can be compared."""
    beside = (line.person_id, line.group, line.author, line.mandate, line.minor)
    same = beside == (person, said["group"], said["by"], said["under"], said["minor"])
    if same:
        try:
            _, value = vault.reveal(line.digest)
            same = {name: each for name, each in value.items() if name not in ("day", "at")} == said
        except vault.Erased:
            pass
    if not same:
        raise Refused(gettext_noop("Another line already has the id {id}."), "repeat_id", id=line.repeat)


def _receipt(line: Line, repeated: bool = False) -> Receipt:
    return Receipt(line.digest, line.day, days.next_day(days.next_day(line.day)), repeated)


def waiting(through: str = "") -> QuerySet[Line]:
    """Lines under no close yet, of days up to and with `through` where it is given. In the order of their digests,
    which says nothing about the order in which they came."""
    lines = Line.objects.filter(closed="")
    return (lines.filter(day__lte=through) if through else lines).order_by("digest")


def untold_lines(group: str) -> QuerySet[Line]:
    """A group's lines that count and that no total has told."""
    return Line.objects.filter(group=group, told="", cancelled="")


def untold(group: str) -> Untold:
    """What a group holds that no total has told. People, not lines, are counted: ten payments to one household would
    point at it."""
    return counted(untold_lines(group))


def counted(lines: QuerySet[Line]) -> Untold:
    """Households, lines and minor units of some lines."""
    total = lines.aggregate(minor=Sum("minor"))["minor"] or 0
    return Untold(lines.values("person").distinct().count(), lines.count(), total)


def disposed(member: str, currency: str, month: str) -> int:
    """Minor units that a member's lines disposed of in a month, by the currency their groups end with."""
    lines = Line.objects.filter(author=member, cancelled="", day__startswith=month, group__endswith=f" {currency}")
    return lines.aggregate(minor=Sum("minor"))["minor"] or 0


def received(person: str, group: str) -> int:
    """Minor units that a household has in a group, told or not."""
    lines = Line.objects.filter(person=person, group=group, cancelled="")
    return lines.aggregate(minor=Sum("minor"))["minor"] or 0


def close(day: str) -> None:
    """Note that all lines waiting up to and with a day stand under its close."""
    waiting(day).order_by().update(closed=day)


def tell(releases: Iterable[str], total: str) -> None:
    """Note that the lines of these releases were told in a total, by its entry's id."""
    Line.objects.filter(release__in=list(releases)).update(told=total)
