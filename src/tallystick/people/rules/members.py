"""What members do about committees, seats and their own signing keys."""

from collections.abc import Iterator

from tallystick.people.rules.committees import (
    COMMITTEE,
    SEAT,
    Committee,
    Member,
    new_committee,
    new_member,
    ours,
    seated,
    unseated,
)
from tallystick.people.rules.mandates import holds
from tallystick.record import rules as record
from tallystick.record import shapes
from tallystick.record.entry import Entry
from tallystick.record.facts import Fact, Facts, gettext_noop, replace, require, rule


@rule("people.open_committee", everywhere=True, takes=COMMITTEE)
def open_committee(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """A new committee, without seats yet."""
    yield from holds(facts, entry)
    yield new_committee(facts, entry.args, entry.at, entry.for_)


@rule("people.admit_member", everywhere=True, takes=shapes.Shape(member=shapes.identifier))
def admit_member(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """A new member, by a random pseudonym."""
    yield from holds(facts, entry)
    yield new_member(facts, entry.args["member"], entry.at)


@rule("people.leave", takes=shapes.Shape(member=shapes.identifier))
def leave(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """A member leaves the commission: by themselves, with all seats given up before."""
    member = facts.get(Member, entry.args["member"], "member")
    require(entry.by == member.id, gettext_noop("Members leave by their own word."), "by")
    require(not member.left, gettext_noop("That member has left."), "member")
    require(member.seats == 0, gettext_noop("Give up your seats first."), "member")
    yield replace(member, left=entry.at)


@rule("people.seat_member", takes=SEAT)
def seat_member(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """One of the first seats of a committee, up to its quorum; never one's own. Later ones it gives by vote."""
    args = entry.args
    yield from holds(facts, entry)
    ours(facts, args["committee"], entry)
    require(args["member"] != entry.by, gettext_noop("Nobody can give a seat to themselves."), "member")
    committee = facts.get(Committee, args["committee"])
    require(
        committee.seated < committee.quorum,
        gettext_noop("This committee can vote by now, so it decides by vote who joins it."),
        "committee",
    )
    yield from seated(facts, args["committee"], args["member"], entry.at)


@rule("people.leave_seat", takes=SEAT)
def leave_seat(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """A member gives up a seat by their own word."""
    require(entry.by == entry.args["member"], gettext_noop("Members leave by their own word."), "by")
    yield from unseated(facts, entry.args["committee"], entry.args["member"], entry.at)


@rule("people.register_key", takes=shapes.Shape(id=shapes.identifier, public_key=shapes.base64text))
def register_key(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """A member's own signing key."""
    require(not facts.get(Member, entry.by, "by").left, gettext_noop("That member has left."), "by")
    yield from record.register_key(facts, entry, entry.args["id"], entry.by, entry.args["public_key"])


@rule("people.revoke_key", everywhere=True, takes=shapes.Shape(id=shapes.identifier))
def revoke_key(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """A member's key no longer counts: by themselves, or by a mandate where the phone was lost."""
    key = facts.get(record.Key, entry.args["id"], "id")
    if key.member != entry.by:
        yield from holds(facts, entry)
    yield from record.revoke_key(facts, entry, key.id)
