"""Holders, pools, accounts, and transfers with one debit and one credit. Amounts are whole minor units.

An account is one holder's money in one pool and currency, so that one transfer keeps both books. A transfer credits
the account that gives and debits the one that receives. In hand = posted in - posted out - pending out.
"""

from collections.abc import Iterator

from tallystick.fund.rules.codes import ANY, PERSONAL, covers, nobody_named
from tallystick.people import rules as people
from tallystick.record import days, shapes
from tallystick.record.entry import Entry
from tallystick.record.facts import Fact, Facts, Refused, fact, gettext_noop, replace, require, rule


@fact("fund.Holder", "id")
class Holder(Fact):
    """Who has money for the commission: a bank account's owner or a fiscal sponsor. legal_form: a code."""

    id: str
    name: str
    legal_form: str
    since: str


@fact("fund.Pool", "id")
class Pool(Fact):
    """Money under one restriction: by purpose, place and last day ("" without). secondary: what it may be used for
    once the purpose is fulfilled; turned: the moment from which it is. Its committee alone disposes of it."""

    id: str
    committee: str
    name: str
    purpose: str
    place: str
    until: str
    secondary: str
    turned: str
    since: str


@fact("fund.Account", "id")
class Account(Fact):
    """One account. kind: "held" (a holder's), "purse" (a programme's), "ended" (purses of ended programmes together),
    "payee" (an organisation's), "outside" (gifts, opening balances, exchange, persons, brought over).

    floor: what in hand may not fall below; None outside. The four sums are minor units since the beginning.
    """

    id: str
    kind: str
    holder: str
    pool: str
    owner: str  # the programme of a purse, the organisation of a payee
    currency: str
    floor: int | None
    posted_in: int
    posted_out: int
    pending_in: int
    pending_out: int


@fact("fund.Transfer", "id")
class Transfer(Fact):
    """Money moving from `credit` to `debit`. state: "pending", "posted", "void". Never changed once it has ended."""

    id: str  # the entry's id, with /2 for an exchange's second
    act: str
    credit: str
    debit: str
    currency: str
    minor: int
    purpose: str
    place: str
    state: str
    at: str
    ended: str  # moment it was posted or void, "" while pending
    entry: str
    corrects: str  # the transfer that this one reverses
    reversed_by: str  # the transfer that reverses this one


@fact("fund.BankReference", "holder", "currency", "reference")
class BankReference(Fact):
    """One line of a holder's bank statement, used by one transfer only, whichever pool it came from."""

    holder: str
    currency: str
    reference: str
    transfer: str


def in_hand(account: Account) -> int:
    """What can be disposed of, in minor units."""
    return account.posted_in - account.posted_out - account.pending_out


def held_id(holder: str, pool: str, currency: str) -> str:
    """The id of a holder's account."""
    return f"{holder}/{pool}/{currency}"


def outside(facts: Facts, what: str, currency: str) -> Account:
    """The outside account that stands for gifts, opening, exchange, persons or brought, new where it is the first."""
    return _other(facts, f"outside/{what}/{currency}", "outside", "", currency)


def payee(facts: Facts, organisation: str, currency: str) -> Account:
    """The account that stands for an organisation that is paid; refuses one that is not on the record."""
    facts.get(people.Organisation, organisation, "to")
    return _other(facts, f"payee/{organisation}/{currency}", "payee", organisation, currency)


def _other(facts: Facts, account_id: str, kind: str, owner: str, currency: str) -> Account:
    found = facts.find(Account, account_id)
    return found or Account(account_id, kind, "", "", owner, currency, None, 0, 0, 0, 0)


def own(facts: Facts, pool_id: str, entry: Entry, field: str = "for") -> Pool:
    """The pool; refuses a committee that disposes of another's money. The program tells totals of all."""
    pool = facts.get(Pool, pool_id, field)
    if pool.committee != entry.for_ and entry.by != "system":
        raise Refused(gettext_noop("{pool} is another committee's money."), field, pool=pool.name)
    return pool


def held(facts: Facts, entry: Entry, account_id: str, currency: str, field: str = "from") -> Account:
    """A holder's account in this currency, of the committee that acts."""
    account = facts.get(Account, account_id, field)
    if account.kind != "held":
        raise Refused(gettext_noop("That is not one of our holders' accounts."), field)
    if account.currency != currency:
        raise Refused(
            gettext_noop("That account is in {has}, not {asked}."),
            "currency",
            has=account.currency,
            asked=currency,
        )
    own(facts, account.pool, entry, field)
    return account


def move(
    entry: Entry,
    credit: Account,
    debit: Account,
    minor: int,
    *,
    posted: bool,
    purpose: str = "",
    place: str = "",
    corrects: str = "",
    part: str = "",
) -> Iterator[Fact]:
    """One transfer and both accounts as they will stand; refuses below the giving account's floor."""
    if credit.id == debit.id:
        raise Refused(gettext_noop("Money cannot move from an account to itself."), "to")
    if credit.currency != debit.currency:
        raise Refused(gettext_noop("The accounts are in different currencies."), "currency")
    if credit.floor is not None and in_hand(credit) - minor < credit.floor:
        raise Refused(
            gettext_noop("{account} has {available} in hand; {minor} is more."),
            "minor",
            account=credit.id,
            available=in_hand(credit) - credit.floor,
            minor=minor,
        )
    if debit.posted_in + debit.pending_in + minor > shapes.LARGEST:
        raise Refused(gettext_noop("{account} would count beyond 2^53."), "minor", account=debit.id)
    if posted:
        yield replace(credit, posted_out=credit.posted_out + minor)
        yield replace(debit, posted_in=debit.posted_in + minor)
    else:
        yield replace(credit, pending_out=credit.pending_out + minor)
        yield replace(debit, pending_in=debit.pending_in + minor)
    yield Transfer(
        entry.id + part,
        entry.act,
        credit.id,
        debit.id,
        credit.currency,
        minor,
        purpose,
        place,
        "posted" if posted else "pending",
        entry.at,
        entry.at if posted else "",
        entry.id,
        corrects,
        "",
    )


def end_pending(facts: Facts, transfer: Transfer, state: str, at: str) -> Iterator[Fact]:
    """A pending transfer posted or freed."""
    require(
        transfer.state == "pending",
        gettext_noop("That transfer is {state} already."),
        "transfer",
        state=transfer.state,
    )
    credit, debit = facts.get(Account, transfer.credit), facts.get(Account, transfer.debit)
    posted = transfer.minor if state == "posted" else 0
    yield replace(credit, pending_out=credit.pending_out - transfer.minor, posted_out=credit.posted_out + posted)
    yield replace(debit, pending_in=debit.pending_in - transfer.minor, posted_in=debit.posted_in + posted)
    yield replace(transfer, state=state, ended=at)


def purpose_now(pool: Pool) -> str:
    """The purpose that binds: the secondary one once the pool was turned to it."""
    return pool.secondary if pool.turned else pool.purpose


def allows(facts: Facts, pool_id: str, purpose: str, place: str, at: str) -> None:
    """Refuse spending outside the pool's restriction by purpose, place or day."""
    pool = facts.get(Pool, pool_id)
    require(
        purpose.split(".", 1)[0] not in PERSONAL,
        gettext_noop("No payment on the record is for one named person or family. Use a programme for people."),
        "purpose",
    )
    bound = purpose_now(pool)
    require(
        covers(bound, purpose),
        gettext_noop("{pool} may be spent on {bound} only, not on {purpose}."),
        "purpose",
        pool=pool.name,
        bound=bound,
        purpose=purpose,
    )
    require(
        covers(pool.place, place),
        gettext_noop("{pool} may be spent in {bound} only, not in {place}."),
        "place",
        pool=pool.name,
        bound=pool.place,
        place=place,
    )
    if pool.until:
        today = days.local_day(at, facts.get(people.Commission, "commission").timezone)
        require(
            today <= pool.until,
            gettext_noop("{pool} could be spent until {until} only."),
            "from",
            pool=pool.name,
            until=pool.until,
        )


@rule("fund.add_holder", everywhere=True, takes=shapes.Shape(id=shapes.slug, name=shapes.name, legal_form=shapes.code))
def add_holder(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Somebody who has money for the commission, with its legal form."""
    yield from people.holds(facts, entry)
    args = entry.args
    require(facts.find(Holder, args["id"]) is None, gettext_noop("There is already a holder of that name."), "id")
    require(
        args["id"] not in ("outside", "payee", "purse", "ended"),
        gettext_noop("That name is kept for the books."),
        "id",
    )
    yield Holder(args["id"], args["name"], args["legal_form"], entry.at)


@rule(
    "fund.open_pool",
    takes=shapes.Shape(
        id=shapes.slug,
        name=shapes.name,
        purpose=shapes.code,
        place=shapes.code,
        until=shapes.optional(shapes.day),
        secondary=shapes.optional(shapes.code),
    ),
)
def open_pool(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """An appeal's money under one restriction; a restricted one must say what any money left over is for."""
    yield from people.holds(facts, entry)
    args = entry.args
    require(facts.find(Pool, args["id"]) is None, gettext_noop("There is already a pool of that name."), "id")
    nobody_named(args["purpose"])
    require(
        args["purpose"] == ANY or args["secondary"],
        gettext_noop(
            "Say what money left over is for once the purpose is fulfilled: people must know before they give."
        ),
        "secondary",
    )
    if args["secondary"]:
        nobody_named(args["secondary"], "secondary")
    if args["until"]:
        require(days.is_day(args["until"]), gettext_noop("The calendar has no {day}."), "until", day=args["until"])
    yield Pool(
        args["id"],
        entry.for_,
        args["name"],
        args["purpose"],
        args["place"],
        args["until"],
        args["secondary"],
        "",
        entry.at,
    )


@rule(
    "fund.open_account",
    takes=shapes.Shape(holder=shapes.slug, pool=shapes.slug, currency=shapes.currency, floor=shapes.whole),
)
def open_account(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """One holder's money in one pool and currency; floor: what must always stay in it."""
    yield from people.holds(facts, entry)
    args = entry.args
    facts.get(Holder, args["holder"], "holder")
    own(facts, args["pool"], entry, "pool")
    facts.get(people.Currency, args["currency"], "currency")
    account_id = held_id(args["holder"], args["pool"], args["currency"])
    require(facts.find(Account, account_id) is None, gettext_noop("That account is already open."), "holder")
    yield Account(account_id, "held", args["holder"], args["pool"], "", args["currency"], args["floor"], 0, 0, 0, 0)


@rule(
    "fund.bring_forward",
    files=True,
    takes=shapes.Shape(
        account=shapes.account_id, minor=shapes.amount, currency=shapes.currency, source=shapes.digest_hex
    ),
)
def bring_forward(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """An account's opening balance: brought in, not decided here; its statement or minutes are the file."""
    yield from people.holds(facts, entry)
    args = entry.args
    account = held(facts, entry, args["account"], args["currency"], "account")
    require(account.posted_in == 0, gettext_noop("An opening balance comes before anything else."), "account")
    require(
        [args["source"]] == [each["sha256"] for each in entry.files],
        gettext_noop("An opening balance needs the paper it comes from."),
        "source",
    )
    yield from move(entry, outside(facts, "opening", args["currency"]), account, args["minor"], posted=True)
