"""Who the commission is: its committees, members, organisations, and the mandates that say who may do what."""

from collections.abc import Iterator
from typing import Any

from tallystick.record import days, shapes
from tallystick.record import rules as record
from tallystick.record.entry import Entry
from tallystick.record.facts import RULES, Fact, Facts, Refused, fact, gettext_noop, replace, require, rule


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


@fact("people.Mandate", "id")
class Mandate(Fact):
    """What a member may do, for which committee, up to which amounts, from when until when, and who gave it.

    limits: (currency, most per act, most per calendar month) in minor units; a currency not named is not allowed.
    starts, ends: moments; it holds from `starts` and no longer at `ends`. ended: moment of its early end, else "".
    """

    id: str
    member: str
    committee: str
    acts: tuple[str, ...]
    limits: tuple[tuple[str, int, int], ...]
    starts: str
    ends: str
    given_by: str  # a member, or the entry that founded the commission or carried the motion
    ended: str
    ended_by: str  # "term" stays ""; "resignation", "recall", "left"


@fact("people.Spent", "member", "currency", "month")
class Spent(Fact):
    """What a member disposed of, under whatever mandates, in one calendar month of the commission's time zone, in
    minor units: a second mandate does not double a month."""

    member: str
    currency: str
    month: str
    minor: int


MANDATE = shapes.Shape(
    id=shapes.identifier,
    member=shapes.identifier,
    committee=shapes.identifier,
    acts=shapes.listed(shapes.act_name, least=1, most=100),
    limits=shapes.listed(shapes.limit, most=20),
    starts=shapes.moment,
    ends=shapes.moment,
)
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


def holds(
    facts: Facts, entry: Entry, act: str = "", minor: int = 0, currency: str = "", mandate_id: str = ""
) -> Iterator[Fact]:
    """The actor's mandate allows this act, for this committee, now, up to this amount; yields what it has now spent.

    The mandate is the first that the entry names in `under`. act: another act than the entry's own where one mandate
    covers several steps. minor, currency: what the act disposes of; 0 where it disposes of nothing.
    """
    if not mandate_id:
        require(entry.under, gettext_noop("It names no mandate."), "under")
        mandate_id = entry.under[0]
    mandate = facts.get(Mandate, mandate_id, "under")
    act = act or entry.act
    if mandate.member != entry.by:
        raise Refused(gettext_noop("That mandate is somebody else's."), "under")
    if mandate.committee != entry.for_:
        raise Refused(gettext_noop("That mandate is for another committee."), "for")
    if act not in mandate.acts:
        raise Refused(gettext_noop("That mandate does not cover {act}."), "under", act=act)
    in_force(mandate, entry.at)
    if facts.get(Member, entry.by).left:
        raise Refused(gettext_noop("That member has left."), "by")
    if minor:
        yield within(facts, mandate, minor, currency, entry.at)


def in_force(mandate: Mandate, at: str) -> None:
    """Refuse unless the mandate holds at a moment."""
    if at < mandate.starts:
        raise Refused(gettext_noop("That mandate starts on {day}."), "under", day=mandate.starts[:10])
    if at >= mandate.ends:
        raise Refused(gettext_noop("That mandate ended on {day}."), "under", day=mandate.ends[:10])
    if mandate.ended and at >= mandate.ended:
        raise Refused(gettext_noop("That mandate was ended on {day}."), "under", day=mandate.ended[:10])


def within(facts: Facts, mandate: Mandate, minor: int, currency: str, at: str) -> Spent:
    """What the mandate has spent in this month with this amount; refuses above its limits."""
    per_act, per_month = limit(mandate, currency)
    require(
        minor <= per_act,
        gettext_noop("That mandate allows {limit} at once, not {minor}."),
        "minor",
        limit=per_act,
        minor=minor,
    )
    month = days.local_month(at, facts.get(Commission, "commission").timezone)
    before = facts.find(Spent, (mandate.member, currency, month))
    total = minor + (before.minor if before else 0)
    require(
        total <= per_month,
        gettext_noop("That mandate allows {limit} a month; with this it would be {total}."),
        "minor",
        limit=per_month,
        total=total,
    )
    return Spent(mandate.member, currency, month, total)


def limit(mandate: Mandate, currency: str) -> tuple[int, int]:
    """The mandate's limits in a currency: most per act, most per month. Refuses a currency it does not name."""
    for named, per_act, per_month in mandate.limits:
        if named == currency:
            return per_act, per_month
    raise Refused(gettext_noop("That mandate allows no money in {currency}."), "currency", currency=currency)


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


def narrower(given: Mandate, own: Mandate) -> None:
    """Refuse to pass on more than one's own mandate holds: nobody can widen rights, their own or another's."""
    beyond = sorted(set(given.acts) - set(own.acts))
    require(
        not beyond,
        gettext_noop("You cannot pass on {act}: your own mandate lacks it."),
        "acts",
        act=beyond[0] if beyond else "",
    )
    for act in given.acts:
        require(
            not any(rule_of.vouches for (name, _), rule_of in RULES.items() if name == act),
            gettext_noop("The right to {act} comes from a vote only: else one person could be all who must agree."),
            "acts",
            act=act,
        )
    require(given.ends <= own.ends, gettext_noop("You cannot pass on rights beyond your own term."), "ends")
    for currency, per_act, per_month in given.limits:
        most_act, most_month = limit(own, currency)
        require(
            per_act <= most_act and per_month <= most_month,
            gettext_noop("You cannot pass on more than your own limit in {currency}."),
            "limits",
            currency=currency,
        )


def new_mandate(facts: Facts, args: dict[str, Any], given_by: str, at: str) -> Mandate:
    """The mandate that these arguments describe, checked against what there is."""
    require(
        facts.find(Mandate, args["id"]) is None,
        gettext_noop("There is already a mandate with that id."),
        "id",
    )
    member = facts.get(Member, args["member"], "member")
    require(not member.left, gettext_noop("That member has left."), "member")
    facts.get(Committee, args["committee"], "committee")
    require(args["starts"] < args["ends"], gettext_noop("A mandate must end after it starts."), "ends")
    require(args["ends"] > at, gettext_noop("That mandate would already be over."), "ends")
    require(len(set(args["acts"])) == len(args["acts"]), gettext_noop("An act is named twice."), "acts")
    limits = tuple((each["currency"], each["per_act"], each["per_month"]) for each in args["limits"])
    require(len({each[0] for each in limits}) == len(limits), gettext_noop("A currency is named twice."), "limits")
    for currency, _, _ in limits:
        facts.get(Currency, currency, "limits")
    return Mandate(
        args["id"],
        args["member"],
        args["committee"],
        tuple(args["acts"]),
        limits,
        args["starts"],
        args["ends"],
        given_by,
        "",
        "",
    )


def ended(mandate: Mandate, at: str, how: str) -> Mandate:
    """The mandate as it stands once ended early."""
    require(not mandate.ended, gettext_noop("That mandate was already ended."), "mandate")
    return replace(mandate, ended=at, ended_by=how)


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
        yield _new_member(facts, founder, entry.at)
    for each in args["committees"]:
        yield _new_committee(facts, each, entry.at, "")
    for each in args["seats"]:
        yield from seated(facts, each["committee"], each["member"], entry.at)
    for each in args["mandates"]:
        yield new_mandate(facts, each, entry.id, entry.at)


def _is_month_day(text: str) -> bool:
    return days.is_day(f"2024-{text}")


def _new_member(facts: Facts, member: str, at: str) -> Member:
    require(facts.find(Member, member) is None, gettext_noop("There is already a member of that name."), "member")
    return Member(member, at, 0, "")


def _new_committee(facts: Facts, args: dict[str, Any], at: str, parent: str) -> Committee:
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


@rule("people.open_committee", takes=COMMITTEE)
def open_committee(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """A new committee, without seats yet."""
    yield from holds(facts, entry)
    yield _new_committee(facts, entry.args, entry.at, entry.for_)


@rule("people.admit_member", takes=shapes.Shape(member=shapes.identifier))
def admit_member(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """A new member, by a random pseudonym."""
    yield from holds(facts, entry)
    yield _new_member(facts, entry.args["member"], entry.at)


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


@rule("people.grant_mandate", takes=MANDATE)
def grant_mandate(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Pass on rights that one holds, to somebody else, for no longer than one's own term."""
    yield from holds(facts, entry)
    require(entry.args["member"] != entry.by, gettext_noop("Nobody can widen their own rights."), "member")
    given = new_mandate(facts, entry.args, entry.by, entry.at)
    ours(facts, given.committee, entry)
    narrower(given, facts.get(Mandate, entry.under[0]))
    yield given


@rule("people.resign_mandate", takes=shapes.Shape(mandate=shapes.identifier))
def resign_mandate(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """A member gives a mandate back."""
    mandate = facts.get(Mandate, entry.args["mandate"], "mandate")
    require(mandate.member == entry.by, gettext_noop("That mandate is somebody else's."), "mandate")
    yield ended(mandate, entry.at, "resignation")


@rule(
    "people.add_organisation",
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


@rule("people.name_representative", takes=REPRESENTATIVE)
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


@rule("people.end_representative", takes=REPRESENTATIVE)
def end_representative(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """A member no longer speaks for an organisation."""
    args = entry.args
    speaks = facts.get(Representative, (args["organisation"], args["member"]), "member")
    if entry.by != args["member"]:
        yield from holds(facts, entry)
    require(not speaks.until, gettext_noop("That has already ended."), "member")
    yield replace(speaks, until=entry.at)


@rule("people.register_key", takes=shapes.Shape(id=shapes.identifier, public_key=shapes.base64text))
def register_key(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """A member's own signing key."""
    require(not facts.get(Member, entry.by, "by").left, gettext_noop("That member has left."), "by")
    yield from record.register_key(facts, entry, entry.args["id"], entry.by, entry.args["public_key"])


@rule("people.revoke_key", takes=shapes.Shape(id=shapes.identifier))
def revoke_key(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """A member's key no longer counts: by themselves, or by a mandate where the phone was lost."""
    key = facts.get(record.Key, entry.args["id"], "id")
    if key.member != entry.by:
        yield from holds(facts, entry)
    yield from record.revoke_key(facts, entry, key.id)
