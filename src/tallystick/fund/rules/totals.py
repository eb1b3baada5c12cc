"""Totals: what was paid to people, told once enough of them share it. Money exactly, people in bands from ten."""

from collections.abc import Iterator

from tallystick.fund.rules import accounts
from tallystick.fund.rules.accounts import Account
from tallystick.fund.rules.programmes import (
    Gathering,
    Programme,
    Release,
    ended_id,
    purse_id,
    today,
    total_allowed,
)
from tallystick.people import rules as people
from tallystick.record import days, shapes
from tallystick.record import rules as record
from tallystick.record.entry import Entry
from tallystick.record.facts import Fact, Facts, fact, gettext_noop, replace, require, rule

FEWEST = 10
BANDS = (
    (10, "10-19"),
    (20, "20-49"),
    (50, "50-99"),
    (100, "100-199"),
    (200, "200-499"),
    (500, "500-999"),
    (1000, "1000+"),
)
BAND = shapes.one_of(*(name for _, name in BANDS))


@fact("fund.Total", "id")
class Total(Fact):
    """One told total. programmes: one, or several ended ones. people: households as a band, "" at the end of the
    books' year. Its days are whole months as far as the programmes ran: the day of a first or a last payment would
    point at somebody, and undo the decoys of that day's close."""

    id: str  # the entry's id
    programmes: tuple[str, ...]
    account: str
    currency: str
    minor: int
    people: str
    first_day: str
    last_day: str
    releases: tuple[str, ...]
    at: str


def band(count: int) -> str:
    """The band that a number of households falls into; ValueError under ten. Ten payments to one are not ten."""
    if count < FEWEST:
        raise ValueError("A total of fewer than ten would point at somebody.")
    return next(name for least, name in reversed(BANDS) if count >= least)


def most(people: str) -> int | None:
    """The most households that a band stands for, None where it is open."""
    return None if people.endswith("+") else int(people.rpartition("-")[2])


_DAYS = {"first_day": shapes.day, "last_day": shapes.day}
_ROOTS = shapes.listed(shapes.digest64, least=1)


def _days(facts: Facts, entry: Entry) -> tuple[str, str]:
    """The days that a total names: in order, and closed."""
    first, last = entry.args["first_day"], entry.args["last_day"]
    require(first <= last, gettext_noop("Its last day is before its first."), "last_day")
    closed = record.log(facts).closed_through
    require(last <= closed, gettext_noop("{day} is not closed yet."), "last_day", day=last)
    return first, last


def _whole_months(facts: Facts, programmes: list[Programme], first: str, last: str) -> None:
    """Refuse days that are not whole months as far as the programmes ran and days are closed: the day of a first or a
    last payment would point at somebody."""
    opened = min(today(facts, each.opened) for each in programmes)
    until = max(each.until for each in programmes)
    ends = (until, record.log(facts).closed_through)
    require(
        (first == opened or first.endswith("-01")) and (last in ends or days.next_day(last).endswith("-01")),
        gettext_noop("A total tells whole months."),
        "first_day",
    )


def _covered(facts: Facts, entry: Entry, programmes: list[str]) -> Iterator[Fact]:
    """The releases a total names: theirs, approved twice by mandates that held, told for the first time."""
    roots = entry.args["releases"]
    require(len(set(roots)) == len(roots), gettext_noop("A release is named twice."), "releases")
    for root in roots:
        release = facts.find(Release, root)
        require(release is not None, gettext_noop("No release {root} was approved."), "releases", root=root)
        assert release is not None
        require(release.programme in programmes, gettext_noop("A release is another programme's."), "releases")
        require(release.second != "", gettext_noop("A release was approved by one member only."), "releases")
        require(not release.told_in, gettext_noop("A release was told already."), "releases")
        people.in_force(facts.get(people.Mandate, release.first_mandate), release.first_at)
        people.in_force(facts.get(people.Mandate, release.second_mandate), release.second_at)
        yield replace(release, told_in=entry.id)
        programme = facts.get(Programme, release.programme)
        yield replace(programme, untold=programme.untold - 1)


@rule(
    "fund.tell_total",
    takes=shapes.Shape(
        act=shapes.one_of("fund.pay_person"),
        committee=shapes.identifier,
        programme=shapes.slug,
        account=shapes.account_id,
        currency=shapes.currency,
        minor=shapes.amount,
        people=BAND,
        releases=_ROOTS,
        **_DAYS,
    ),
)
def tell_total(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Tell what a programme paid to ten people or more: exact money out of its purse, people as a band."""
    record.by_system(entry)
    args = entry.args
    first, last = _days(facts, entry)
    programme = facts.get(Programme, args["programme"], "programme")
    require(not programme.ended, gettext_noop("That programme has ended."), "programme")
    require(
        programme.committee == args["committee"],
        gettext_noop("That programme is another committee's."),
        "committee",
    )
    require(
        args["account"] == purse_id(programme.id),
        gettext_noop("That is not the programme's purse."),
        "account",
    )
    require(
        args["currency"] == programme.currency,
        gettext_noop("That is not the programme's currency."),
        "currency",
    )
    _ran(facts, [programme], first, last)
    _in_purse(facts, programme, args["minor"])
    households = most(args["people"])
    require(
        households is None or args["minor"] <= programme.cap * households,
        gettext_noop("At {cap} each, {people} households cannot have had {minor}."),
        "minor",
        cap=programme.cap,
        people=args["people"],
        minor=args["minor"],
    )
    _whole_months(facts, [programme], first, last)
    yield from _covered(facts, entry, [programme.id])
    programme = facts.get(Programme, programme.id)
    yield replace(programme, told=programme.told + args["minor"])
    yield from accounts.move(
        entry,
        facts.get(Account, args["account"]),
        accounts.outside(facts, "persons", args["currency"]),
        args["minor"],
        posted=True,
        purpose=programme.purpose,
        place=programme.place,
    )
    yield Total(
        entry.id,
        (programme.id,),
        args["account"],
        args["currency"],
        args["minor"],
        args["people"],
        first,
        last,
        tuple(args["releases"]),
        entry.at,
    )


def _ran(facts: Facts, programmes: list[Programme], first: str, last: str) -> None:
    """Refuse days before the first of the programmes opened or after the last was over."""
    opened = min(today(facts, each.opened) for each in programmes)
    until = max(each.until for each in programmes)
    require(
        opened <= first and last <= until,
        gettext_noop("The programme ran from {first} until {last}."),
        "first_day",
        first=opened,
        last=until,
    )


def _in_purse(facts: Facts, programme: Programme, minor: int) -> None:
    """A total is told after the last day too: what counts is that it was allowed on the programme's days."""
    total_allowed(facts, programme.id, minor, programme.opened)


@rule(
    "fund.tell_ended",
    takes=shapes.Shape(
        account=shapes.account_id,
        programmes=shapes.listed(shapes.slug, least=1),
        currency=shapes.currency,
        minor=shapes.whole,
        returned=shapes.whole,
        people=shapes.optional(BAND),
        releases=shapes.listed(shapes.digest64),
        **_DAYS,
    ),
)
def tell_ended(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Tell what ended programmes of one account paid together, and give back what was left.

    Without a band only when the books' year is over in which the last day lies and the programmes ended: then what is
    still under ten is told as one sum.
    Either all that is left goes back or nothing does: a part would leave exactly what the untold were paid. Where
    nothing is left to tell, the rest goes back alone.
    """
    record.by_system(entry)
    args = entry.args
    first, last = _days(facts, entry)
    programmes = [facts.get(Programme, each, "programmes") for each in args["programmes"]]
    require(
        len(set(args["programmes"])) == len(programmes),
        gettext_noop("A programme is named twice."),
        "programmes",
    )
    for programme in programmes:
        require(
            programme.ended != "",
            gettext_noop("{programme} has not ended."),
            "programmes",
            programme=programme.id,
        )
        require(
            programme.account == args["account"],
            gettext_noop("A programme's money is another account's."),
            "programmes",
        )
    _ran(facts, programmes, first, last)
    _whole_months(facts, programmes, first, last)
    source = accounts.held(facts, entry, args["account"], args["currency"], "account")
    gathered = facts.get(Account, ended_id(source.id), "account")
    left = accounts.in_hand(gathered) - args["minor"]
    require(
        args["returned"] in (0, left),
        gettext_noop("All that is left goes back, {left}, or nothing."),
        "returned",
        left=left,
    )
    if args["minor"]:
        if not args["people"]:
            year_over(facts, max(last, *(today(facts, each.ended) for each in programmes)), entry.at)
        yield from _told_together(facts, entry, gathered)
    else:
        require(
            not args["releases"] and not args["people"] and args["returned"],
            gettext_noop("A total of nothing can only give back what was left."),
            "minor",
        )
    if args["returned"]:
        require(
            facts.get(Gathering, args["account"], "account").untold == 0,
            gettext_noop("Payments of ended programmes are not told yet, so their money stays."),
            "returned",
        )
        yield from _returned(facts, entry, gathered.id, source.id)


def _told_together(facts: Facts, entry: Entry, gathered: Account) -> Iterator[Fact]:
    args = entry.args
    require(args["releases"], gettext_noop("A total must name the releases it covers."), "releases")
    top = most(args["people"]) if args["people"] else FEWEST - 1
    paying = {facts.get(Release, root, "releases").programme for root in args["releases"]}
    caps = sum(facts.get(Programme, each).cap for each in paying)
    require(
        top is None or args["minor"] <= caps * top,
        gettext_noop("So many households could not have got so much: {minor} is above their caps."),
        "minor",
        minor=args["minor"],
    )
    yield from _covered(facts, entry, args["programmes"])
    yield from _spread(facts, sorted(paying), args["minor"])
    gathering = facts.get(Gathering, args["account"], "account")
    yield replace(gathering, untold=gathering.untold - len(args["releases"]))
    yield from accounts.move(
        entry, gathered, accounts.outside(facts, "persons", args["currency"]), args["minor"], posted=True
    )
    yield Total(
        entry.id,
        tuple(args["programmes"]),
        gathered.id,
        args["currency"],
        args["minor"],
        args["people"],
        args["first_day"],
        args["last_day"],
        tuple(args["releases"]),
        entry.at,
    )


def _spread(facts: Facts, paying: list[str], minor: int) -> Iterator[Fact]:
    """What was told, added to the programmes that paid it, each up to what was set aside for it."""
    for name in paying:
        programme = facts.get(Programme, name)
        share = min(minor, programme.set_aside - programme.told)
        minor -= share
        yield replace(programme, told=programme.told + share)
    require(
        minor == 0,
        gettext_noop("That is {minor} more than was set aside for the programmes whose releases it names."),
        "minor",
        minor=minor,
    )


def _returned(facts: Facts, entry: Entry, gathered: str, source: str) -> Iterator[Fact]:
    yield from accounts.move(
        entry,
        facts.get(Account, gathered),
        facts.get(Account, source),
        entry.args["returned"],
        posted=True,
        part="/2",
    )


def books_year_end(facts: Facts, day: str) -> str:
    """The last day of the books' year in which a day falls."""
    ends = facts.get(people.Commission, "commission").year_end
    return f"{int(day[:4]) + (day[5:] > ends)}-{ends}"


def year_over(facts: Facts, last_day: str, at: str) -> None:
    """Refuse before the books' year of a day is over."""
    ends = books_year_end(facts, last_day)
    require(
        today(facts, at) > ends,
        gettext_noop("A total of fewer than ten people can be told only after {ends}."),
        "people",
        ends=ends,
    )
