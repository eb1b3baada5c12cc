"""Asking, approving, paying, settling, correcting."""

import json
from typing import Any

from tallystick.fund.models import Approval, Request, Transfer
from tallystick.record.append import Actor, Recorded, batch


def request(actor: Actor, *, id: str, act: str, terms: dict[str, Any]) -> Recorded:
    """Ask that money be disposed of. act: fund.pay, fund.move, fund.exchange or fund.reverse; terms: its arguments."""
    return actor.does("fund.request", {"id": id, "act": act, "terms": terms})


def change_request(actor: Actor, *, id: str, act: str, terms: dict[str, Any]) -> Recorded:
    """Change what was asked for; approvals of the old terms are void."""
    return actor.does("fund.change_request", {"id": id, "act": act, "terms": terms})


def withdraw_request(actor: Actor, *, id: str) -> Recorded:
    """Take back what one asked for."""
    return actor.does("fund.withdraw_request", {"id": id})


def approve(actor: Actor, *, request: str, act: str, terms: dict[str, Any]) -> Recorded:
    """Approve a request on exactly these terms."""
    return actor.does("fund.approve", {"request": request, "act": act, "terms": terms})


def _approved(request_id: str) -> dict[str, Any]:
    """Who has approved the request's present terms, as the entry lists them."""
    asked = Request.objects.get(pk=request_id)
    members = Approval.objects.filter(request=request_id, terms=asked.terms, round=asked.round).order_by("member")
    return {"request": request_id, "approvals": [each.member_id for each in members[:20]]}


def _terms(request_id: str) -> dict[str, Any]:
    return json.loads(Request.objects.get(pk=request_id).terms)  # type: ignore[no-any-return]


def pay(actor: Actor, *, request: str, motion: str) -> Recorded:
    """Pay an organisation on a request's terms, under the vote that authorises exactly them. Pending until settled."""
    with batch() as now:
        now.write()
        return actor.does("fund.pay", _terms(request), under=[motion], beside=_approved(request))


def move(actor: Actor, *, request: str) -> Recorded:
    """Move money between holders on a request's terms. Pending until settled."""
    with batch() as now:
        now.write()
        return actor.does("fund.move", _terms(request), beside=_approved(request))


def exchange(actor: Actor, *, request: str) -> Recorded:
    """Change money into another currency on a request's terms."""
    with batch() as now:
        now.write()
        return actor.does("fund.exchange", _terms(request), beside=_approved(request))


def reverse(actor: Actor, *, request: str) -> Recorded:
    """Correct a posted transfer by one the other way, on a request's terms."""
    with batch() as now:
        now.write()
        terms = _terms(request)
        wrong = Transfer.objects.get(pk=terms["transfer"])
        return actor.does("fund.reverse", terms, beside=_approved(request), corrects=wrong.entry)


def settle(actor: Actor, *, transfer: str, reference: str, happened: str = "") -> Recorded:
    """Post a pending transfer with the bank's reference. happened: the bank's day, a claim."""
    return actor.does("fund.settle", {"transfer": transfer, "reference": reference}, beside={"happened": happened})


def void(actor: Actor, *, transfer: str, reason: str) -> Recorded:
    """Free a pending transfer that will not be paid."""
    return actor.does("fund.void", {"transfer": transfer, "reason": reason})
