"""Paying organisations, moving and exchanging money, and taking a wrong transfer back: always three people.

Whoever asks for or makes a payment is neither of its two approvers. An approval is for exact terms: change payee,
amount, currency, purpose or account and it is void.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from tallystick.decide import rules as decide
from tallystick.fund.rules import accounts
from tallystick.fund.rules.accounts import Account, BankReference, Transfer
from tallystick.people import rules as people
from tallystick.record import rules as record
from tallystick.record import shapes
from tallystick.record.entry import Entry, canonical
from tallystick.record.facts import Fact, Facts, fact, gettext_noop, replace, require, rule

APPROVERS = 2
ASKED = ("fund.pay", "fund.move", "fund.exchange", "fund.reverse")


@fact("fund.Request", "id")
class Request(Fact):
    """Somebody asked that money be disposed of. terms: the act's arguments as canonical JSON.
    state: "open", "done", "withdrawn"."""

    id: str
    committee: str
    act: str
    terms: str
    asked_by: str
    at: str
    state: str


@fact("fund.Approval", "request", "member")
class Approval(Fact):
    """A member's yes to a request's terms as they stood then; worth nothing for other terms."""

    request: str
    member: str
    mandate: str
    terms: str
    at: str


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


def terms_of(args: dict[str, Any]) -> str:
    """Terms as they are compared: canonical JSON."""
    return canonical(args).decode()


REQUEST = shapes.Shape(id=shapes.identifier, act=shapes.one_of(*ASKED), terms=lambda value: isinstance(value, dict))


def _known_terms(facts: Facts, args: dict[str, Any]) -> str:
    record.rule_of(facts, args["act"]).takes.check(args["terms"], "terms")
    return terms_of(args["terms"])


@rule("fund.request", takes=REQUEST)
def request(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Ask that money be disposed of on these terms."""
    yield from people.holds(facts, entry)
    args = entry.args
    require(
        facts.find(Request, args["id"]) is None,
        gettext_noop("There is already a request with that id."),
        "id",
    )
    yield Request(args["id"], entry.for_, args["act"], _known_terms(facts, args), entry.by, entry.at, "open")


def _open(facts: Facts, entry: Entry, request_id: str) -> Request:
    asked = facts.get(Request, request_id, "request")
    require(asked.committee == entry.for_, gettext_noop("That request is another committee's."), "for")
    require(asked.state == "open", gettext_noop("That request is {state}."), "request", state=asked.state)
    return asked


@rule("fund.change_request", takes=REQUEST)
def change_request(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Change a request's terms, by whoever asked; every approval of the old terms is void."""
    yield from people.holds(facts, entry, "fund.request")
    asked = _open(facts, entry, entry.args["id"])
    require(asked.asked_by == entry.by, gettext_noop("Only who asked can change a request."), "by")
    require(asked.act == entry.args["act"], gettext_noop("A request cannot become another kind."), "act")
    yield replace(asked, terms=_known_terms(facts, entry.args))


@rule("fund.withdraw_request", takes=shapes.Shape(id=shapes.identifier))
def withdraw_request(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Take a request back, by whoever asked."""
    yield from people.holds(facts, entry, "fund.request")
    asked = _open(facts, entry, entry.args["id"])
    require(asked.asked_by == entry.by, gettext_noop("Only who asked can withdraw a request."), "by")
    yield replace(asked, state="withdrawn")


@rule(
    "fund.approve",
    vouches=True,
    takes=shapes.Shape(
        request=shapes.identifier, act=shapes.one_of(*ASKED), terms=lambda value: isinstance(value, dict)
    ),
)
def approve(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Say yes to a request on exactly these terms, within one's own limit."""
    yield from people.holds(facts, entry)
    args = entry.args
    asked = _open(facts, entry, args["request"])
    require(asked.asked_by != entry.by, gettext_noop("Whoever asks for a payment cannot approve it."), "by")
    require(
        asked.act == args["act"] and asked.terms == terms_of(args["terms"]),
        gettext_noop("The request says something else now. Read it again before you approve."),
        "terms",
    )
    before = facts.find(Approval, (asked.id, entry.by))
    require(
        before is None or before.terms != asked.terms,
        gettext_noop("You have approved this already."),
        "request",
    )
    for minor, currency in _disposed(facts, args["act"], args["terms"]):
        most, _ = people.limit(facts.get(people.Mandate, entry.under[0]), currency)
        require(
            minor <= most,
            gettext_noop("That mandate allows {limit} at once, not {minor}."),
            "terms",
            limit=most,
            minor=minor,
        )
    no_interest(facts, args["act"], args["terms"], entry.by)
    yield Approval(asked.id, entry.by, entry.under[0], asked.terms, entry.at)


def _disposed(facts: Facts, act: str, terms: dict[str, Any]) -> list[tuple[int, str]]:
    """What the terms dispose of: (minor units, currency)."""
    if act == "fund.reverse":
        wrong = facts.get(Transfer, terms["transfer"], "transfer")
        return [(wrong.minor, wrong.currency)]
    return [(terms["minor"], terms["currency"])]


def no_interest(facts: Facts, act: str, terms: dict[str, Any], member: str) -> None:
    """Refuse a member who speaks for the organisation that a payment, or its taking back, concerns."""
    organisation = terms.get("to", "")
    if act == "fund.reverse":
        organisation = facts.get(Account, facts.get(Transfer, terms["transfer"], "transfer").debit).owner
    speaks = facts.find(people.Representative, (organisation, member))
    require(
        speaks is None or speaks.until != "",
        gettext_noop("Who speaks for an organisation cannot approve or make a payment to it."),
        "by",
    )


def three_people(facts: Facts, entry: Entry) -> Request:
    """The request, done: asked for on these terms, approved twice by others whose mandates hold now."""
    asked = _open(facts, entry, entry.body["request"])
    terms = terms_of(entry.args)
    require(
        asked.act == entry.act and asked.terms == terms,
        gettext_noop("The request says something else."),
        "request",
    )
    approvers = entry.body["approvals"]
    require(
        len(set(approvers)) == len(approvers) >= APPROVERS,
        gettext_noop("Two members must approve this; {found} have."),
        "approvals",
        found=len(set(approvers)),
    )
    for member in approvers:
        require(
            member not in (entry.by, asked.asked_by),
            gettext_noop("Whoever asks for or makes a payment cannot be one of its approvers."),
            "approvals",
        )
        approval = facts.find(Approval, (asked.id, member))
        require(approval is not None, gettext_noop("{member} has not approved this."), "approvals", member=member)
        assert approval is not None
        require(
            approval.terms == terms,
            gettext_noop("What {member} approved was changed since."),
            "approvals",
            member=member,
        )
        people.in_force(facts.get(people.Mandate, approval.mandate), entry.at)
        require(not facts.get(people.Member, member).left, gettext_noop("An approver has left."), "approvals")
        no_interest(facts, entry.act, entry.args, member)
    no_interest(facts, entry.act, entry.args, entry.by)
    return replace(asked, state="done")


APPROVED = shapes.Shape(request=shapes.identifier, approvals=shapes.listed(shapes.identifier, least=1, most=20))


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
    require(len(entry.under) == 2, gettext_noop("It must name a mandate and a vote."), "under")
    args = entry.args
    yield from people.holds(facts, entry, minor=args["minor"], currency=args["currency"])
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
    key = (transfer.credit, entry.args["reference"])
    require(
        facts.find(BankReference, key) is None,
        gettext_noop("The bank's reference {reference} was already used."),
        "reference",
        reference=key[1],
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
