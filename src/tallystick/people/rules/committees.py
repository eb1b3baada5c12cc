"""Committees, their members and seats: the facts, and what every rule of the house asks of them."""

from collections.abc import Iterator
from typing import Any

from tallystick.record import shapes
from tallystick.record.entry import Entry
from tallystick.record.facts import Fact, Facts, fact, gettext_noop, replace, require


@fact("people.Commission", "id")
class Commission(Fact):
    """The commission itself, one. year_end: the last day of its books' year, "12-31"."""

    id: str  # always "commission"
    name: str
    languages: tuple[str, ...]
    timezone: str
    year_end: str


@fact("people.Currency", "code")
class Currency(Fact):
    """A currency the commission keeps. exponent: decimal places of its minor unit by ISO 4217 (USD 2, JPY 0, BHD 3)."""

    code: str
    exponent: int


@fact("people.Committee", "id")
class Committee(Fact):
    """A committee: who sits on it is told by seats. quorum in votes; majority as a fraction that yes must exceed."""

    id: str
    name: str
    opened: str
    seats: int  # held now
    seated: int  # ever given
    quorum: int
    majority_num: int
    majority_den: int
    notice: int  # seconds that a vote stays open unless all have voted
    parent: str  # the committee that opened it and may give its first seats and mandates; "" for a founding one


@fact("people.Member", "id")
class Member(Fact):
    """A member, by a random pseudonym."""

    id: str
    since: str
    seats: int
    left: str


@fact("people.Seat", "committee", "member")
class Seat(Fact):
    """A member's seat on a committee. until: "" while it is held."""

    committee: str
    member: str
    since: str
    until: str


COMMITTEE = shapes.Shape(
    id=shapes.identifier,
    name=shapes.name,
    quorum=shapes.amount,
    majority_num=shapes.amount,
    majority_den=shapes.amount,
    notice=shapes.whole,
)
CURRENCY = shapes.Shape(code=shapes.currency, exponent=lambda value: shapes.whole(value) and value <= 4)
SEAT = shapes.Shape(committee=shapes.identifier, member=shapes.identifier)


def sits(facts: Facts, committee: str, member: str) -> None:
    """Refuse unless the member has a seat on the committee now."""
    seat = facts.find(Seat, (committee, member))
    require(
        seat is not None and not seat.until,
        gettext_noop("That member has no seat on this committee."),
        "member",
    )


def ours(facts: Facts, committee_id: str, entry: Entry) -> None:
    """Refuse unless a committee is the one acted for, or one that it opened: so a new one gets its first members."""
    committee = facts.get(Committee, committee_id, "committee")
    require(
        entry.for_ in (committee.id, committee.parent),
        gettext_noop("That is neither your committee nor one that it opened."),
        "committee",
    )


def new_member(facts: Facts, member: str, at: str) -> Member:
    """A fresh member."""
    require(facts.find(Member, member) is None, gettext_noop("There is already a member of that name."), "member")
    return Member(member, at, 0, "")


def new_committee(facts: Facts, args: dict[str, Any], at: str, parent: str) -> Committee:
    """The committee that these arguments describe, without seats yet."""
    require(
        facts.find(Committee, args["id"]) is None,
        gettext_noop("There is already a committee with that id."),
        "id",
    )
    num, den = args["majority_num"], args["majority_den"]
    require(num < den, gettext_noop("A majority is a fraction below one, for example 1 of 2."), "majority_num")
    require(2 * num >= den, gettext_noop("Less than half is no majority."), "majority_num")
    return Committee(args["id"], args["name"], at, 0, 0, args["quorum"], num, den, args["notice"], parent)


def seated(facts: Facts, committee_id: str, member_id: str, at: str) -> Iterator[Fact]:
    """A new seat, and its count."""
    committee = facts.get(Committee, committee_id, "committee")
    member = facts.get(Member, member_id, "member")
    require(not member.left, gettext_noop("That member has left."), "member")
    seat = facts.find(Seat, (committee_id, member_id))
    require(seat is None or seat.until, gettext_noop("That member already has a seat there."), "member")
    yield Seat(committee_id, member_id, at, "")
    yield replace(member, seats=member.seats + 1)
    yield replace(committee, seats=committee.seats + 1, seated=committee.seated + 1)


def unseated(facts: Facts, committee_id: str, member_id: str, at: str) -> Iterator[Fact]:
    """A seat given up or taken away."""
    sits(facts, committee_id, member_id)
    committee = facts.get(Committee, committee_id)
    member = facts.get(Member, member_id)
    yield replace(facts.get(Seat, (committee_id, member_id)), until=at)
    yield replace(member, seats=member.seats - 1)
    yield replace(committee, seats=committee.seats - 1)
