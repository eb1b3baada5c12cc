"""Organisations that may be paid, give, or send somebody who speaks for them."""

from collections.abc import Iterator

from tallystick.people.rules.committees import Member
from tallystick.people.rules.mandates import holds
from tallystick.record import shapes
from tallystick.record.entry import Entry
from tallystick.record.facts import Fact, Facts, fact, gettext_noop, replace, require, rule


@fact("people.Organisation", "id")
class Organisation(Fact):
    """An organisation with a stable public reference. sector: a code (charity, church, vendor, un_agency …)."""

    id: str
    name: str
    sector: str
    since: str


@fact("people.Representative", "organisation", "member")
class Representative(Fact):
    """A member who speaks for an organisation."""

    organisation: str
    member: str
    since: str
    until: str


@rule(
    "people.add_organisation",
    everywhere=True,
    takes=shapes.Shape(id=shapes.reference, name=shapes.name, sector=shapes.code),
)
def add_organisation(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """An organisation that may be paid, give, or send a representative."""
    yield from holds(facts, entry)
    yield from new_organisation(facts, entry.args["id"], entry.args["name"], entry.args["sector"], entry.at)


def new_organisation(facts: Facts, ref: str, name: str, sector: str, at: str) -> Iterator[Fact]:
    """The organisation's fact; refuses a reference already taken."""
    require(
        facts.find(Organisation, ref) is None,
        gettext_noop("There is already an organisation with the reference {ref}."),
        "id",
        ref=ref,
    )
    yield Organisation(ref, name, sector, at)


REPRESENTATIVE = shapes.Shape(organisation=shapes.reference, member=shapes.identifier)


@rule("people.name_representative", everywhere=True, takes=REPRESENTATIVE)
def name_representative(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """A member speaks for an organisation from now on; never named by themselves."""
    yield from holds(facts, entry)
    args = entry.args
    facts.get(Organisation, args["organisation"], "organisation")
    require(not facts.get(Member, args["member"], "member").left, gettext_noop("That member has left."), "member")
    require(args["member"] != entry.by, gettext_noop("Nobody can name themselves."), "member")
    before = facts.find(Representative, (args["organisation"], args["member"]))
    require(before is None or before.until, gettext_noop("That member already speaks for it."), "member")
    yield Representative(args["organisation"], args["member"], entry.at, "")


@rule("people.end_representative", everywhere=True, takes=REPRESENTATIVE)
def end_representative(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """A member no longer speaks for an organisation."""
    args = entry.args
    speaks = facts.get(Representative, (args["organisation"], args["member"]), "member")
    if entry.by != args["member"]:
        yield from holds(facts, entry)
    require(not speaks.until, gettext_noop("That has already ended."), "member")
    yield replace(speaks, until=entry.at)
