"""Asking and approving: whoever asks for or makes a payment is neither of its two approvers.

An approval is for exact terms: change payee, amount, currency, purpose or account and it is void.
"""

from collections.abc import Iterator
from typing import Any

from tallystick.fund.rules.accounts import Account, Transfer
from tallystick.fund.rules.gifts import Gift
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
    round: int  # how often its terms were changed: approvals of an earlier round are void for good


@fact("fund.Approval", "request", "member")
class Approval(Fact):
    """A member's yes to a request's terms as they stood then; worth nothing for other terms."""

    request: str
    member: str
    mandate: str
    terms: str
    at: str
    round: int


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
    yield Request(args["id"], entry.for_, args["act"], _known_terms(facts, args), entry.by, entry.at, "open", 0)


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
    yield replace(asked, terms=_known_terms(facts, entry.args), round=asked.round + 1)


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
        before is None or before.round != asked.round,
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
    yield Approval(asked.id, entry.by, entry.under[0], asked.terms, entry.at, asked.round)


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
        gift = facts.find(Gift, terms["transfer"])
        wrong = facts.get(Transfer, terms["transfer"], "transfer")
        organisation = gift.giver if gift else facts.get(Account, wrong.debit).owner
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
            approval.terms == terms and approval.round == asked.round,
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
