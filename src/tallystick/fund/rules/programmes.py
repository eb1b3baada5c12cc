"""Programmes: how money reaches people without anyone of them being named.

A carried vote opens a programme with criteria, a total and an end. `set_aside` fills its purse in public. Two members
approve a *release*: a sealed root over payments to people. What was paid is told later as a total (`totals.py`).
"""

from collections.abc import Iterator

from tallystick.decide import rules as decide
from tallystick.fund.rules import accounts
from tallystick.fund.rules.accounts import Account
from tallystick.people import rules as people
from tallystick.record import days, shapes
from tallystick.record import rules as record
from tallystick.record.entry import Entry
from tallystick.record.facts import Fact, Facts, fact, gettext_noop, replace, require, rule


@fact("fund.Programme", "id")
class Programme(Fact):
    """Help for people under criteria that anybody can read. cap: most per household; total: most in all; minor units.

    account: where its money is set aside from. set_aside: so far; told: paid so far, as told. until: its last day.
    """

    id: str
    motion: str
    committee: str
    account: str
    purpose: str
    place: str
    criteria: str  # digest of its file
    cap: int
    currency: str
    total: int
    until: str
    set_aside: int
    told: int
    untold: int  # releases approved by two and told in no total yet
    opened: str
    ended: str


@fact("fund.Gathering", "account")
class Gathering(Fact):
    """What ended programmes of one account still have to tell together: their releases told in no total yet."""

    account: str
    untold: int


@fact("fund.Release", "id")
class Release(Fact):
    """Payments to people that two members approved together. told_in: its total's entry.

    id: a seal (RFC 9901, fresh salt) over the root of its lines. The bare root would give it away: its leaves are
    among the day's published digests, so trying small sets would find the lines and how many they are.
    """

    id: str
    programme: str
    first: str
    first_mandate: str
    first_at: str
    second: str
    second_mandate: str
    second_at: str
    told_in: str


def purse_id(programme: str) -> str:
    """The account from which a programme's payments to people come."""
    return f"purse/{programme}"


def ended_id(account: str) -> str:
    """The account that gathers the purses of ended programmes set aside from one account."""
    return f"ended/{account}"


def today(facts: Facts, at: str) -> str:
    """The commission's day at a moment."""
    return days.local_day(at, facts.get(people.Commission, "commission").timezone)


@rule(
    "fund.open_programme",
    files=True,
    takes=shapes.Shape(
        id=shapes.slug,
        account=shapes.account_id,
        purpose=shapes.code,
        place=shapes.code,
        criteria=shapes.digest_hex,
        cap=shapes.amount,
        currency=shapes.currency,
        total=shapes.amount,
        until=shapes.day,
    ),
)
def open_programme(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Open a programme by a carried vote on exactly these terms."""
    yield from people.holds(facts, entry, vote=True)
    yield decide.authorised(facts, entry.under[1], entry)
    args = entry.args
    require(
        facts.find(Programme, args["id"]) is None,
        gettext_noop("There is already a programme of that name."),
        "id",
    )
    source = accounts.held(facts, entry, args["account"], args["currency"], "account")
    accounts.allows(facts, source.pool, args["purpose"], args["place"], entry.at)
    require(
        [args["criteria"]] == [each["sha256"] for each in entry.files],
        gettext_noop("A programme needs its criteria as a file."),
        "criteria",
    )
    require(days.is_day(args["until"]), gettext_noop("The calendar has no {day}."), "until", day=args["until"])
    require(args["until"] >= today(facts, entry.at), gettext_noop("That day is over."), "until")
    kept_until = facts.get(accounts.Pool, source.pool).until
    require(
        not kept_until or args["until"] <= kept_until,
        gettext_noop("That money could be spent until {until} only; the programme must end by then."),
        "until",
        until=kept_until,
    )
    require(args["cap"] <= args["total"], gettext_noop("One household cannot get more than all together."), "cap")
    yield Programme(
        args["id"],
        entry.under[1],
        entry.for_,
        source.id,
        args["purpose"],
        args["place"],
        args["criteria"],
        args["cap"],
        args["currency"],
        args["total"],
        args["until"],
        0,
        0,
        0,
        entry.at,
        "",
    )
    yield Account(purse_id(args["id"]), "purse", source.holder, source.pool, args["id"], source.currency, 0, 0, 0, 0, 0)


def running(facts: Facts, programme_id: str, at: str) -> Programme:
    """The programme, not ended and not past its last day."""
    programme = facts.get(Programme, programme_id, "programme")
    require(not programme.ended, gettext_noop("That programme has ended."), "programme")
    require(
        today(facts, at) <= programme.until,
        gettext_noop("That programme ran until {until}."),
        "programme",
        until=programme.until,
    )
    return programme


@rule(
    "fund.set_aside",
    takes=shapes.Shape(programme=shapes.slug, minor=shapes.amount, currency=shapes.currency),
)
def set_aside(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Put money into a programme's purse, in public, up to the programme's total."""
    args = entry.args
    yield from people.holds(facts, entry, minor=args["minor"], currency=args["currency"])
    programme = running(facts, args["programme"], entry.at)
    require(programme.committee == entry.for_, gettext_noop("That programme is another committee's."), "for")
    source = accounts.held(facts, entry, programme.account, args["currency"], "currency")
    accounts.allows(facts, source.pool, programme.purpose, programme.place, entry.at)
    aside = programme.set_aside + args["minor"]
    require(
        aside <= programme.total,
        gettext_noop("The programme may have {total} in all; with this it would be {aside}."),
        "minor",
        total=programme.total,
        aside=aside,
    )
    yield replace(programme, set_aside=aside)
    yield from accounts.move(
        entry,
        source,
        facts.get(Account, purse_id(programme.id)),
        args["minor"],
        posted=True,
        purpose=programme.purpose,
        place=programme.place,
    )


def total_allowed(facts: Facts, programme_id: str, minor: int, at: str) -> Programme:
    """Whether this much may be paid to people from the programme's purse, beyond what was told: asked for each new
    line with all that waits, and again when the total is told."""
    programme = running(facts, programme_id, at)
    purse = facts.get(Account, purse_id(programme.id))
    left = accounts.in_hand(purse)
    require(
        minor <= left,
        gettext_noop("The programme's purse has {left}; {minor} is more. Set money aside first."),
        "minor",
        left=left,
        minor=minor,
    )
    return programme


RELEASE_CLAIMS = shapes.one_of("not_the_asker", "within_limit", "within_cap")
END_CLAIMS = shapes.one_of("nothing_unapproved")


@rule(
    "fund.approve_release",
    vouches=True,
    takes=shapes.Shape(programme=shapes.slug, release=shapes.sealed),
    beside=shapes.Shape(claims=shapes.listed(RELEASE_CLAIMS, least=1)),
)
def approve_release(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """One of two members approves payments to people, by the sealed root of their lines."""
    yield from people.holds(facts, entry)
    args = entry.args
    require("not_the_asker" in entry.body["claims"], gettext_noop("Say that you asked for none of it."), "claims")
    programme = facts.get(Programme, args["programme"], "programme")
    require(not programme.ended, gettext_noop("That programme has ended."), "programme")
    require(programme.committee == entry.for_, gettext_noop("That programme is another committee's."), "for")
    root = args["release"]["sealed"]
    record.sealed_here(entry, root, "release")
    release = facts.find(Release, root)
    if release is None:
        yield Release(root, programme.id, entry.by, entry.under[0], entry.at, "", "", "", "")
        return
    require(release.programme == programme.id, gettext_noop("That release is another programme's."), "release")
    require(not release.second, gettext_noop("Two members have approved that release."), "release")
    require(release.first != entry.by, gettext_noop("You have approved this already; another member must."), "by")
    people.in_force(facts.get(people.Mandate, release.first_mandate), entry.at)
    require(not facts.get(people.Member, release.first).left, gettext_noop("Its first approver has left."), "release")
    yield replace(release, second=entry.by, second_mandate=entry.under[0], second_at=entry.at)
    yield replace(programme, untold=programme.untold + 1)


@rule(
    "fund.end_programme",
    takes=shapes.Shape(programme=shapes.slug),
    beside=shapes.Shape(claims=shapes.listed(END_CLAIMS, least=1, most=1)),
)
def end_programme(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """End a programme: what is left in its purse joins that of other ended ones until its last payments are told.

    All that is left moves at once, told or not: moving only what nobody waits for would show the rest by difference.
    """
    yield from people.holds(facts, entry)
    programme = facts.get(Programme, entry.args["programme"], "programme")
    require(not programme.ended, gettext_noop("That programme has ended."), "programme")
    require(programme.committee == entry.for_, gettext_noop("That programme is another committee's."), "for")
    yield replace(programme, ended=entry.at)
    before = facts.find(Gathering, programme.account)
    yield Gathering(programme.account, programme.untold + (before.untold if before else 0))
    purse = facts.get(Account, purse_id(programme.id))
    left = accounts.in_hand(purse)
    if left:
        gathered = facts.find(Account, ended_id(programme.account)) or Account(
            ended_id(programme.account), "ended", purse.holder, purse.pool, "", purse.currency, 0, 0, 0, 0, 0
        )
        yield from accounts.move(entry, purse, gathered, left, posted=True)
