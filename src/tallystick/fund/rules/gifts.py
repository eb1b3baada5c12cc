"""Gifts and their restrictions."""

from collections.abc import Iterator
from typing import Any

from tallystick.decide import rules as decide
from tallystick.fund.rules.accounts import Pool, held, move, outside, own
from tallystick.fund.rules.codes import covers, nobody_named
from tallystick.people import rules as people
from tallystick.record import days, shapes
from tallystick.record import rules as record
from tallystick.record.entry import Entry
from tallystick.record.facts import Fact, Facts, Refused, fact, gettext_noop, replace, require, rule


@fact("fund.Gift", "id")
class Gift(Fact):
    """A gift as its giver restricted it. giver: an organisation's reference, "" for a person (kept private)."""

    id: str  # the entry's id
    account: str
    currency: str
    minor: int
    purpose: str
    place: str
    until: str
    giver: str
    at: str


def _donor(value: Any) -> bool:
    return value == "" or shapes.sealed(value)


@rule(
    "fund.receive_gift",
    takes=shapes.Shape(
        account=shapes.account_id,
        minor=shapes.amount,
        currency=shapes.currency,
        purpose=shapes.code,
        place=shapes.code,
        until=shapes.optional(shapes.day),
        giver=shapes.optional(shapes.reference),
        donor=_donor,
    ),
    beside=shapes.Shape(happened=shapes.optional(shapes.day)),
)
def receive_gift(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """A gift goes into an account whose pool keeps what its giver asked for."""
    yield from people.holds(facts, entry)
    args = entry.args
    nobody_named(args["purpose"])
    account = held(facts, entry, args["account"], args["currency"], "account")
    if args["giver"]:
        facts.get(people.Organisation, args["giver"], "giver")
    if args["donor"]:
        record.sealed_here(entry, args["donor"]["sealed"], "donor")
    pool = facts.get(Pool, account.pool)
    still_open(facts, pool, entry.at)
    kept(pool, args["purpose"], args["place"], args["until"])
    yield from move(
        entry,
        outside(facts, "gifts", args["currency"]),
        account,
        args["minor"],
        posted=True,
        purpose=args["purpose"],
        place=args["place"],
    )
    yield Gift(
        entry.id,
        account.id,
        args["currency"],
        args["minor"],
        args["purpose"],
        args["place"],
        args["until"],
        args["giver"],
        entry.at,
    )


def still_open(facts: Facts, pool: Pool, at: str) -> None:
    """Refuse a gift that could not be spent any more."""
    if pool.until and days.local_day(at, facts.get(people.Commission, "commission").timezone) > pool.until:
        raise Refused(
            gettext_noop("{pool} could be spent until {until} only; take the gift into another."),
            "account",
            pool=pool.name,
            until=pool.until,
        )


def kept(pool: Pool, purpose: str, place: str, until: str) -> None:
    """Refuse a gift whose restriction the pool would not keep.

    A gift for exactly the appeal's purpose accepts its secondary purpose; one with a restriction of its own must
    allow both.
    """
    # Money that was turned to its second purpose has no further one.
    bound, then = (pool.secondary, pool.secondary) if pool.turned else (pool.purpose, pool.secondary)
    if not covers(purpose, bound) or not (purpose == bound or covers(purpose, then)):
        raise Refused(
            gettext_noop("A gift for {purpose} cannot go into {pool}: that money may be spent on something else."),
            "purpose",
            purpose=purpose,
            pool=pool.name,
        )
    if not covers(place, pool.place):
        raise Refused(
            gettext_noop("A gift for {place} cannot go into {pool}: that money may be spent elsewhere."),
            "place",
            place=place,
            pool=pool.name,
        )
    if until:
        require(days.is_day(until), gettext_noop("The calendar has no {day}."), "until", day=until)
        require(
            pool.until != "" and pool.until <= until,
            gettext_noop("A gift to be spent by {until} cannot go into {pool}: that money may be spent later."),
            "until",
            until=until,
            pool=pool.name,
        )


@rule("fund.turn_pool", takes=shapes.Shape(pool=shapes.slug, purpose=shapes.code))
def turn_pool(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """By a carried vote: the purpose is fulfilled, what is left goes to the secondary purpose named from the start."""
    yield from people.holds(facts, entry, vote=True)
    yield decide.authorised(facts, entry.under[1], entry)
    pool = own(facts, entry.args["pool"], entry, "pool")
    require(not pool.turned, gettext_noop("This money already serves its second purpose."), "pool")
    require(
        pool.secondary != "" and entry.args["purpose"] == pool.secondary,
        gettext_noop("Money left over can only go to {secondary}, as was said when people gave."),
        "purpose",
        secondary=pool.secondary or "-",
    )
    yield replace(pool, turned=entry.at)
