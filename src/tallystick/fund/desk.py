"""Payments at the desk: asked for, approved, carried out, settled, by three people. Payments to people stand in
desk_people.py, books and gifts in desk_books.py."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tallystick.decide.desk import motion_at
from tallystick.decide.models import Motion
from tallystick.fund import desk_payment_forms as questions
from tallystick.fund.acts import payments
from tallystick.fund.models import Approval, Request, Transfer
from tallystick.fund.names import account_words
from tallystick.fund.rules.approvals import APPROVERS
from tallystick.people.desk import Desk, Job, page
from tallystick.record import shapes
from tallystick.record.append import Actor, Recorded
from tallystick.record.desk import Answer, Confirm, DeskForm, happens_next, in_order, member_only, with_query
from tallystick.record.form_fields import written_sum
from tallystick.record.words import Say, may

ASK = {
    "payment": ("fund.pay", gettext_lazy("Ask for a payment")),
    "move": ("fund.move", gettext_lazy("Ask to move money to another holder")),
    "exchange": ("fund.exchange", gettext_lazy("Ask to change money into another currency")),
    "correction": ("fund.reverse", gettext_lazy("Ask to take a wrong line back")),
}
THREE = gettext_lazy("Three people: you ask, two others approve. Whoever asks or pays is neither of the two.")


def _ask(actor: Actor, form: DeskForm, _subject: Any) -> Recorded:
    assert isinstance(form, questions.TermsForm)
    return payments.request(actor, id=form.cleaned_data["new_id"], act=form.act, terms=form.terms())


ASKING = {
    slug: page(Job("fund.request", title, questions.ASKING[act], _ask, lead=THREE))
    for slug, (act, title) in ASK.items()
}


def ask(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The page that asks for one kind of disposal of money."""
    if slug not in ASKING:
        raise Http404
    return ASKING[slug](request)


def _passed(desk: Desk, address: Mapping[str, str]) -> Motion:
    motion = motion_at(address, act="fund.pay")
    if motion.state not in ("carried", "used"):
        raise Http404
    return motion


def terms_in_words(act: str, terms: dict[str, Any], say: Say) -> list[Answer]:
    """What is asked for, exactly, as rows."""
    return [Answer(_("What"), may(act)), *in_order(terms, say)]


ASK_AS_VOTED = Job(
    "fund.request",
    gettext_lazy("Ask for the payment that was voted"),
    Confirm,
    lambda actor, form, motion: payments.request(
        actor, id=form.cleaned_data["new_id"], act="fund.pay", terms=json.loads(motion.args)
    ),
    lead=THREE,
    last=gettext_lazy("Ask for it"),
    check=False,
    find=_passed,
    terms=lambda desk, motion: terms_in_words(motion.act, json.loads(motion.args), desk.say),
    committee_of=lambda motion: str(motion.committee_id),
)


def request_at(address: Mapping[str, str]) -> Request:
    """The request that an address names."""
    if not shapes.identifier(address["asked"]):
        raise Http404
    return get_object_or_404(Request.objects.select_related("committee"), pk=address["asked"])


def _own(desk: Desk, address: Mapping[str, str]) -> Request:
    asked = request_at(address)
    if asked.asked_by_id != desk.member:
        raise PermissionDenied
    if asked.state != "open":
        raise Http404
    return asked


def approvals(asked: Request) -> list[Approval]:
    """Approvals of the request's present terms."""
    return list(Approval.objects.filter(request=asked, terms=asked.terms).order_by("at", "member"))


def vote_for(asked: Request) -> Motion | None:
    """The passed vote, not used yet, on exactly this payment."""
    return Motion.objects.filter(
        state="carried", act=asked.act, args=asked.terms, committee=asked.committee_id
    ).first()  # fmt: skip


def _asked_rows(desk: Desk, asked: Request) -> list[Answer]:
    said = approvals(asked)
    return [
        Answer(_("Asked by"), desk.who(asked.asked_by_id)),
        *terms_in_words(asked.act, json.loads(asked.terms), desk.say),
        Answer(_("Approved by"), "\n".join(desk.who(each.member_id) for each in said) or _("Nobody yet")),
    ]


def _currency(asked: Request) -> str:
    """The currency that a request is about."""
    terms = json.loads(asked.terms)
    if "transfer" in terms:
        return str(Transfer.objects.values_list("currency", flat=True).get(pk=terms["transfer"]))
    return str(terms["currency"])


class Approve(DeskForm):
    """A yes to the terms that the page showed, not to what they may have become since."""

    shown_terms = forms.CharField(widget=forms.HiddenInput)

    def filled(self) -> dict[str, Any]:
        """The terms as they stand now."""
        return {"shown_terms": self.subject.terms}

    def clean_shown_terms(self) -> Any:
        """The terms as they were shown."""
        try:
            return json.loads(self.cleaned_data["shown_terms"])
        except ValueError:
            raise forms.ValidationError(_("Load the page again, and read the terms before you approve.")) from None


APPROVE = Job(
    "fund.approve",
    gettext_lazy("Approve a request"),
    Approve,
    lambda actor, form, asked: payments.approve(
        actor, request=asked.id, act=asked.act, terms=form.cleaned_data["shown_terms"]
    ),
    lead=gettext_lazy("Your yes is for exactly these terms. If they change, it no longer counts."),
    last=gettext_lazy("Approve it"),
    check=False,
    find=lambda _desk, address: request_at(address),
    terms=_asked_rows,
    committee_of=lambda asked: str(asked.committee_id),
    currency_of=_currency,
)

WITHDRAW = Job(
    "fund.request",
    gettext_lazy("Take back what you asked for"),
    Confirm,
    lambda actor, _form, asked: payments.withdraw_request(actor, id=asked.id),
    last=gettext_lazy("Take it back"),
    check=False,
    grave=True,
    find=_own,
    terms=_asked_rows,
    committee_of=lambda asked: str(asked.committee_id),
)


def _change(actor: Actor, form: DeskForm, asked: Request) -> Recorded:
    assert isinstance(form, questions.TermsForm)
    return payments.change_request(actor, id=asked.id, act=asked.act, terms=form.terms())


CHANGING = {
    act: page(
        Job(
            "fund.request",
            gettext_lazy("Change what you asked for"),
            form,
            _change,
            lead=gettext_lazy(
                "Approvals of the old terms no longer count. A payment also needs a vote on the new ones."
            ),
            find=_own,
            committee_of=lambda asked: str(asked.committee_id),
        )
    )
    for act, form in questions.ASKING.items()
}


def change(request: HttpRequest, **address: str) -> HttpResponseBase:
    """The page that changes a request, with the questions of its kind."""
    return CHANGING[request_at(address).act](request, **address)


def _carry(actor: Actor, _form: DeskForm, asked: Request) -> Recorded:
    if asked.act == "fund.pay":
        motion = vote_for(asked) or Motion.objects.filter(act="fund.pay", args=asked.terms).order_by("-opened").first()
        return payments.pay(actor, request=asked.id, motion=motion.id if motion else "")
    return {"fund.move": payments.move, "fund.exchange": payments.exchange, "fund.reverse": payments.reverse}[
        asked.act
    ](actor, request=asked.id)


CARRYING = {
    act: page(
        Job(
            act,
            gettext_lazy("Carry it out"),
            Confirm,
            _carry,
            lead=lead,
            last=gettext_lazy("Carry it out"),
            check=False,
            find=lambda _desk, address: request_at(address),
            terms=_asked_rows,
            committee_of=lambda asked: str(asked.committee_id),
            currency_of=_currency,
        )
    )
    for act, lead in {
        "fund.pay": gettext_lazy(
            "A vote passed on exactly this, and two members approved it. The money is then on its way."
        ),
        "fund.move": gettext_lazy("Two members approved it. The money is then on its way."),
        "fund.exchange": gettext_lazy("Two members approved it. Both sums are booked at once."),
        "fund.reverse": gettext_lazy(
            "Two members approved it. The wrong line stays in sight, with this one beside it."
        ),
    }.items()
}


def carry_out(request: HttpRequest, **address: str) -> HttpResponseBase:
    """The page that does what was asked for and approved."""
    return CARRYING[request_at(address).act](request, **address)


@member_only
@require_safe
def request_page(request: HttpRequest, **address: str) -> HttpResponse:
    """How a request stands, and what this member can do about it. For who handles money in its committee."""
    desk = Desk.of(request)
    asked = request_at(address)
    handles = ("fund.request", "fund.approve", asked.act)
    if not any(desk.may(act, asked.committee_id) for act in handles):
        raise PermissionDenied
    said = approvals(asked)
    motion = vote_for(asked) if asked.act == "fund.pay" else None
    mine = asked.asked_by_id == desk.member
    approved = any(each.member_id == desk.member for each in said)
    still = asked.state == "open"
    ready = still and len(said) >= APPROVERS and (asked.act != "fund.pay" or motion is not None)
    return render(
        request,
        "fund/desk/request.html",
        {
            "asked": asked,
            "rows": _asked_rows(desk, asked),
            "missing": max(APPROVERS - len(said), 0),
            "motion": motion,
            "needs_vote": still and asked.act == "fund.pay" and motion is None,
            "propose": _propose_address(desk, asked) if desk.may("decide.open_motion", asked.committee_id) else "",
            "can_change": still and mine and desk.may("fund.request", asked.committee_id),
            "can_approve": still and not mine and not approved and desk.may("fund.approve", asked.committee_id),
            "can_carry": ready and not approved and desk.may(asked.act, asked.committee_id),
        },
    )


def _propose_address(desk: Desk, asked: Request) -> str:
    """The page that proposes a vote on exactly this payment, filled in."""
    if asked.act != "fund.pay":
        return ""
    was = json.loads(asked.terms)
    return with_query(
        "/desk/votes/new/payment/", organisation=was["to"], source=was["from"], purpose=was["purpose"],
        place=was["place"], minor=written_sum(was["minor"], desk.exponent(was["currency"])),
    )  # fmt: skip


def _pending(_desk: Desk, address: Mapping[str, str]) -> Transfer:
    if not shapes.account_id(address["transfer"]):
        raise Http404
    return get_object_or_404(Transfer.objects.select_related("credit__pool"), pk=address["transfer"], state="pending")


def _keeps(transfer: Transfer) -> str:
    """The committee whose money is on its way."""
    pool = transfer.credit.pool
    return str(pool.committee_id) if pool else ""


def _transfer_rows(desk: Desk, transfer: Transfer) -> list[Answer]:
    return [
        Answer(_("Amount"), desk.say.money(transfer.minor, transfer.currency_id)),
        Answer(_("From"), account_words(transfer.credit_id, desk.say)),
        Answer(_("To"), account_words(transfer.debit_id, desk.say)),
        Answer(_("Sent"), desk.say.day(transfer.at)),
    ]


SETTLE = Job(
    "fund.settle",
    gettext_lazy("The bank has paid"),
    questions.Settle,
    lambda actor, form, transfer: payments.settle(
        actor, transfer=transfer.id, reference=form.cleaned_data["reference"], happened=form.cleaned_data["happened"]
    ),
    find=_pending,
    terms=_transfer_rows,
    committee_of=_keeps,
)

VOID = Job(
    "fund.void",
    gettext_lazy("It will not be paid"),
    questions.Void,
    lambda actor, form, transfer: payments.void(actor, transfer=transfer.id, reason=form.cleaned_data["reason"]),
    lead=gettext_lazy("The money is free again. Its vote stays used: to pay after all, vote again."),
    grave=True,
    find=_pending,
    terms=_transfer_rows,
    committee_of=_keeps,
)


for _act in ("fund.request", "fund.change_request"):
    happens_next(
        _act,
        (
            gettext_lazy("Two members who did not ask find it on their desk and approve it, or do not."),
            "/desk/money/requests/{id}/",
        ),
        (
            gettext_lazy(
                "Somebody who did not approve it then carries it out. "
                "A payment to an organisation needs a passed vote, too."
            ),
            "",
        ),
    )  # fmt: skip
happens_next("fund.withdraw_request", (gettext_lazy("Nobody can approve it any more."), ""))
happens_next(
    "fund.approve",
    (
        gettext_lazy("After two approvals, somebody who approved nothing of it carries it out."),
        "/desk/money/requests/{request}/",
    ),
)
for _act in ("fund.pay", "fund.move"):
    happens_next(
        _act,
        (gettext_lazy("Order it at the bank now. Here it is on its way; the money is no longer free."), ""),
        (
            gettext_lazy("When it stands on the statement, enter the bank’s reference."),
            "/desk/money/transfers/{entry}/settle/",
        ),
    )
happens_next("fund.exchange", (gettext_lazy("Both sums stand in the ledger."), "/ledger/"))
happens_next(
    "fund.reverse", (gettext_lazy("Both lines stand in the ledger, each with a link to the other."), "/ledger/")
)
happens_next(
    "fund.settle", (gettext_lazy("It counts as paid. Everybody sees it in the ledger."), "/ledger/{transfer}/")
)
happens_next("fund.void", (gettext_lazy("The money is free again."), "/ledger/{transfer}/"))
