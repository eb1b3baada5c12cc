"""Mandates: who may do what, for which committee, up to which amounts, from when until when."""

from collections.abc import Iterator
from typing import Any

from tallystick.people.rules.committees import Commission, Committee, Currency, Member, ours
from tallystick.record import days, shapes
from tallystick.record.entry import Entry
from tallystick.record.facts import RULES, Fact, Facts, Refused, fact, gettext_noop, replace, require, rule


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


def holds(
    facts: Facts, entry: Entry, act: str = "", minor: int = 0, currency: str = "", vote: bool = False
) -> Iterator[Fact]:
    """The actor's mandate allows this act, for this committee, now, up to this amount; yields what it has now spent.

    The mandate is the first that the entry names in `under`. act: another act than the entry's own where one mandate
    covers several steps. minor, currency: what the act disposes of; 0 where it disposes of nothing. vote: the act
    needs a carried vote too, which `under` names second; nothing else may stand there as if it gave authority.
    """
    if vote:
        require(len(entry.under) == 2, gettext_noop("It must name a mandate and a vote."), "under")
    elif not entry.under:
        raise Refused(gettext_noop("It names no mandate."), "under")
    elif len(entry.under) > 1:
        raise Refused(gettext_noop("It must name one mandate, and nothing else."), "under")
    mandate = facts.get(Mandate, entry.under[0], "under")
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
