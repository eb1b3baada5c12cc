"""Paying organisations, moving and exchanging money, and taking a wrong transfer back: always three people."""

from collections.abc import Iterator
from fractions import Fraction

from tallystick.decide import rules as decide
from tallystick.fund.rules import accounts
from tallystick.fund.rules.accounts import Account, BankReference, Transfer
from tallystick.fund.rules.approvals import APPROVED, three_people
from tallystick.people import rules as people
from tallystick.record import shapes
from tallystick.record.entry import Entry
from tallystick.record.facts import Fact, Facts, fact, gettext_noop, replace, require, rule


@fact("fund.Payment", "id")
class Payment(Fact):
    """A payment to an organisation: one request, one vote, one transfer."""

    id: str  # the transfer's id
    request: str
    motion: str
    organisation: str
    currency: str
    minor: int
    at: str


@rule(
    "fund.pay",
    takes=shapes.Shape(
        from_=shapes.account_id,
        to=shapes.reference,
        minor=shapes.amount,
        currency=shapes.currency,
        purpose=shapes.code,
        place=shapes.code,
    ),
    beside=APPROVED,
)
def pay(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Pay an organisation: under a carried vote on exactly this, approved by two, within restriction and balance."""
    args = entry.args
    yield from people.holds(facts, entry, minor=args["minor"], currency=args["currency"], vote=True)
    yield decide.authorised(facts, entry.under[1], entry)
    done = three_people(facts, entry)
    yield done
    credit = accounts.held(facts, entry, args["from"], args["currency"])
    accounts.allows(facts, credit.pool, args["purpose"], args["place"], entry.at)
    debit = accounts.payee(facts, args["to"], args["currency"])
    yield from accounts.move(
        entry, credit, debit, args["minor"], posted=False, purpose=args["purpose"], place=args["place"]
    )
    yield Payment(entry.id, done.id, entry.under[1], args["to"], args["currency"], args["minor"], entry.at)


@rule(
    "fund.move",
    takes=shapes.Shape(from_=shapes.account_id, to=shapes.account_id, minor=shapes.amount, currency=shapes.currency),
    beside=APPROVED,
)
def move(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Move money between two holders; it stays in its pool, so its restriction goes with it."""
    args = entry.args
    yield from people.holds(facts, entry, minor=args["minor"], currency=args["currency"])
    yield three_people(facts, entry)
    credit = accounts.held(facts, entry, args["from"], args["currency"])
    debit = accounts.held(facts, entry, args["to"], args["currency"], "to")
    require(
        credit.pool == debit.pool,
        gettext_noop("Money stays in its pool: both accounts must be of one."),
        "to",
    )
    yield from accounts.move(entry, credit, debit, args["minor"], posted=False)


@rule(
    "fund.exchange",
    takes=shapes.Shape(
        from_=shapes.account_id,
        to=shapes.account_id,
        minor=shapes.amount,
        currency=shapes.currency,
        minor_to=shapes.amount,
        currency_to=shapes.currency,
        rate_num=shapes.amount,
        rate_den=shapes.amount,
    ),
    beside=APPROVED,
)
def exchange(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Change money into another currency: two transfers over the exchange accounts, the rate in the entry.

    rate_num / rate_den: units of the new currency for one unit of the old; rounded half to even in minor units.
    """
    args = entry.args
    yield from people.holds(facts, entry, minor=args["minor"], currency=args["currency"])
    yield three_people(facts, entry)
    credit = accounts.held(facts, entry, args["from"], args["currency"])
    debit = accounts.held(facts, entry, args["to"], args["currency_to"], "to")
    require(
        credit.pool == debit.pool,
        gettext_noop("Money stays in its pool: both accounts must be of one."),
        "to",
    )
    require(
        args["currency"] != args["currency_to"],
        gettext_noop("Both accounts are in {currency}."),
        "to",
        currency=args["currency"],
    )
    wanted = exchanged(
        args["minor"],
        facts.get(people.Currency, args["currency"]).exponent,
        facts.get(people.Currency, args["currency_to"]).exponent,
        Fraction(args["rate_num"], args["rate_den"]),
    )
    require(
        args["minor_to"] == wanted,
        gettext_noop("At that rate it would be {wanted}, not {found}."),
        "minor_to",
        wanted=wanted,
        found=args["minor_to"],
    )
    yield from accounts.move(
        entry, credit, accounts.outside(facts, "exchange", args["currency"]), args["minor"], posted=True
    )
    yield from accounts.move(
        entry,
        accounts.outside(facts, "exchange", args["currency_to"]),
        debit,
        args["minor_to"],
        posted=True,
        part="/2",
    )


def exchanged(minor: int, exponent: int, exponent_to: int, rate: Fraction) -> int:
    """Minor units of the new currency for minor units of the old, half to even."""
    return round(Fraction(minor, 10**exponent) * rate * 10**exponent_to)  # type: ignore[no-any-return]


def _pending(facts: Facts, entry: Entry) -> Transfer:
    """The transfer that an entry ends, of the committee that acts."""
    transfer = facts.get(Transfer, entry.args["transfer"], "transfer")
    pool = facts.get(Account, transfer.credit).pool
    require(pool != "", gettext_noop("That transfer is {state} already."), "transfer", state=transfer.state)
    accounts.own(facts, pool, entry)
    return transfer


@rule(
    "fund.settle",
    takes=shapes.Shape(transfer=shapes.account_id, reference=shapes.reference),
    beside=shapes.Shape(happened=shapes.optional(shapes.day)),
)
def settle(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """The bank has paid: post a pending transfer with the bank's own reference, which counts once."""
    yield from people.holds(facts, entry)
    transfer = _pending(facts, entry)
    key = (facts.get(Account, transfer.credit).holder, transfer.currency, entry.args["reference"])
    require(
        facts.find(BankReference, key) is None,
        gettext_noop("The bank's reference {reference} was already used."),
        "reference",
        reference=key[2],
    )
    yield from accounts.end_pending(facts, transfer, "posted", entry.at)
    yield BankReference(*key, transfer.id)


@rule(
    "fund.void",
    takes=shapes.Shape(
        transfer=shapes.account_id,
        reason=shapes.one_of("bank_refused", "payee_closed", "mistake", "court_order", "expired"),
    ),
)
def void(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Free a pending transfer that will not be paid. Its vote stays used: paying after all needs a new one."""
    yield from people.holds(facts, entry)
    yield from accounts.end_pending(facts, _pending(facts, entry), "void", entry.at)


REVERSIBLE = ("fund.receive_gift", "fund.bring_forward", "fund.pay", "fund.move")


@rule(
    "fund.reverse",
    takes=shapes.Shape(
        transfer=shapes.account_id,
        reason=shapes.one_of("recorded_twice", "wrong_amount", "wrong_account", "money_returned", "mistake"),
    ),
    beside=APPROVED,
)
def reverse(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Correct a posted transfer by one the other way; the wrong one stays in sight."""
    wrong = facts.get(Transfer, entry.args["transfer"], "transfer")
    yield from people.holds(facts, entry, minor=wrong.minor, currency=wrong.currency)
    yield three_people(facts, entry)
    require(entry.corrects == wrong.entry, gettext_noop("It must name the line that it corrects."), "corrects")
    require(
        wrong.act in REVERSIBLE,
        gettext_noop("A transfer by {act} cannot be taken back."),
        "transfer",
        act=wrong.act,
    )
    require(wrong.state == "posted", gettext_noop("That transfer is {state}."), "transfer", state=wrong.state)
    require(not wrong.reversed_by, gettext_noop("That transfer was already taken back."), "transfer")
    for account in (wrong.credit, wrong.debit):
        if pool := facts.get(Account, account).pool:
            accounts.own(facts, pool, entry)
    yield replace(wrong, reversed_by=entry.id)
    yield from accounts.move(
        entry,
        facts.get(Account, wrong.debit),
        facts.get(Account, wrong.credit),
        wrong.minor,
        posted=True,
        corrects=wrong.id,
    )
