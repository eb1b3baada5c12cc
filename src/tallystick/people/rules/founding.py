"""Entry 0: the commission is founded."""

from collections.abc import Iterator

from tallystick.people.rules.committees import (
    COMMITTEE,
    CURRENCY,
    SEAT,
    Commission,
    Currency,
    new_committee,
    new_member,
    seated,
)
from tallystick.people.rules.mandates import MANDATE, new_mandate
from tallystick.record import days, shapes
from tallystick.record import rules as record
from tallystick.record.entry import Entry
from tallystick.record.facts import Fact, Facts, gettext_noop, require, rule

FOUND = shapes.Shape(
    name=shapes.name,
    origin=shapes.origin,
    vkey=shapes.verifier_key,
    timezone=shapes.zone,
    languages=shapes.listed(shapes.language, least=1, most=40),
    year_end=shapes.month_day,
    currencies=shapes.listed(CURRENCY, least=1, most=40),
    committees=shapes.listed(COMMITTEE, least=1, most=100),
    founders=shapes.listed(shapes.identifier, least=1),
    seats=shapes.listed(SEAT, least=1),
    mandates=shapes.listed(MANDATE, least=1, most=100),
)


@rule("people.found", takes=FOUND)
def found(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Entry 0: the commission's name, founders, first committees and mandates, currencies, origin."""
    args = entry.args
    require(entry.by == args["founders"][0], gettext_noop("The first founder must sign for the founding."), "by")
    require(not entry.for_ and not entry.under, gettext_noop("The founding rests on nothing before it."), "under")
    yield from record.founded(facts, entry, args["origin"], args["timezone"], args["vkey"])
    require(
        _is_month_day(args["year_end"]),
        gettext_noop("The calendar has no {day}."),
        "year_end",
        day=args["year_end"],
    )
    yield Commission("commission", args["name"], tuple(args["languages"]), args["timezone"], args["year_end"])
    for each in args["currencies"]:
        require(
            facts.find(Currency, each["code"]) is None,
            gettext_noop("A currency is named twice."),
            "currencies",
        )
        yield Currency(each["code"], each["exponent"])
    for founder in args["founders"]:
        yield new_member(facts, founder, entry.at)
    for each in args["committees"]:
        yield new_committee(facts, each, entry.at, "")
    for each in args["seats"]:
        yield from seated(facts, each["committee"], each["member"], entry.at)
    for each in args["mandates"]:
        yield new_mandate(facts, each, entry.id, entry.at)


def _is_month_day(text: str) -> bool:
    return days.is_day(f"2024-{text}")
