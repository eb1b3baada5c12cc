"""Programmes at the desk: paying people without naming them. Who pays or approves sees names here; nobody else does.

The public hears of a payment to a person only as part of a total. These pages show what is left in truth, with all
that waits; they are for members whose mandates cover paying people or approving it in the programme's committee.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tallystick.fund import desk_payment_forms as questions
from tallystick.fund.acts import programmes
from tallystick.fund.acts.programmes import PAY_PERSON, group
from tallystick.fund.desk_purses import PRIVATE, paid, programme_at, purse, releases, sees_names
from tallystick.fund.models import Programme
from tallystick.fund.names import programme_words
from tallystick.people.desk import Desk, Job
from tallystick.record import days, shapes, vault
from tallystick.record.append import Actor, Recorded
from tallystick.record.desk import Answer, Confirm, DeskForm, happens_next, member_only
from tallystick.record.facts import Refused, gettext_noop
from tallystick.record.files import NewFile, read_file
from tallystick.record.models import Line
from tallystick.record.proving import prove_line

LONGEST = 200


@member_only
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The programmes of this member's committees."""
    desk = Desk.of(request)
    acts = (*PRIVATE, "fund.set_aside", "fund.end_programme", "fund.open_programme")
    mine = set().union(*(desk.committees(act) for act in acts))
    if not mine:
        raise PermissionDenied
    found = Programme.objects.filter(committee__in=mine).select_related("account").order_by("ended", "until", "id")
    shown = [{"purse": purse(each, desk), "private": sees_names(desk, each)} for each in found]
    return render(
        request, "fund/desk/programmes.html", {"programmes": shown, "may_propose": desk.may("decide.open_motion")}
    )


@member_only
@require_safe
def one(request: HttpRequest, **address: str) -> HttpResponse:
    """One programme: its money as told and in truth, what waits, and the payments with names."""
    desk = Desk.of(request)
    programme = programme_at(desk, address)
    private = sees_names(desk, programme)
    others = ("fund.set_aside", "fund.end_programme")
    if not private and not any(desk.may(act, programme.committee_id) for act in others):
        raise PermissionDenied
    rows = list(Line.objects.filter(group=group(programme)).order_by("-at", "digest")[:LONGEST]) if private else []
    waiting = releases(programme, desk) if private else []
    return render(
        request,
        "fund/desk/programme.html",
        {
            "purse": purse(programme, desk),
            "programme": programme,
            "private": private,
            "paid": paid(rows),
            "ungathered": any(not each.release and not each.cancelled and not each.told for each in rows),
            "releases": [(each, each.words(desk.say)) for each in waiting],
            "may_pay": desk.may(PAY_PERSON, programme.committee_id),
            "may_approve": desk.may("fund.approve_release", programme.committee_id),
            "may_set_aside": desk.may("fund.set_aside", programme.committee_id),
            "may_end": desk.may("fund.end_programme", programme.committee_id),
        },
    )


def _rows(desk: Desk, programme: Programme) -> list[Answer]:
    held = purse(programme, desk)
    rows = [
        Answer(_("Programme"), held.name),
        Answer(_("At most for one household"), desk.say.money(programme.cap, programme.currency_id)),
    ]
    if sees_names(desk, programme):
        rows.append(
            Answer(_("Left in the purse, with all that waits"), desk.say.money(held.left, programme.currency_id))
        )
    return rows


def _running(desk: Desk, address: Mapping[str, str]) -> Programme:
    programme = programme_at(desk, address)
    if programme.ended:
        raise Http404
    return programme


def _committee(programme: Programme) -> str:
    return str(programme.committee_id)


def _pay_person(actor: Actor, form: DeskForm, programme: Programme) -> HttpResponseBase:
    assert isinstance(form, questions.PayPerson)
    receipt = programmes.pay_person(
        actor, programme=programme.id, person=form.cleaned_data["person"] or None, minor=form.cleaned_data["minor"],
        details=form.details(), repeat_id=form.cleaned_data["entry_id"],
    )  # fmt: skip
    return redirect("fund_desk:line", digest=receipt.digest)


PAY = Job(
    PAY_PERSON,
    gettext_lazy("Pay a household"),
    questions.PayPerson,
    _pay_person,
    lead=gettext_lazy(
        "Nothing of this is published but a digest among others, and later a total for ten households or more."
    ),
    last=gettext_lazy("Seal the payment"),
    private=True,
    find=_running,
    terms=_rows,
    committee_of=_committee,
)

SET_ASIDE = Job(
    "fund.set_aside",
    gettext_lazy("Set money aside"),
    questions.SumForm,
    lambda actor, form, programme: programmes.set_aside(
        actor, programme=programme.id, minor=form.cleaned_data["minor"], currency=programme.currency_id
    ),
    lead=gettext_lazy("For many households at once: a sum made for one would show what it gets."),
    find=_running,
    terms=_rows,
    committee_of=_committee,
)

END = Job(
    "fund.end_programme",
    gettext_lazy("End the programme"),
    Confirm,
    lambda actor, _form, programme: programmes.end_programme(actor, programme=programme.id),
    lead=gettext_lazy("No more payments. What is left goes back once the last payments were told in a total."),
    last=gettext_lazy("End it"),
    check=False,
    grave=True,
    find=_running,
    terms=_rows,
    committee_of=_committee,
)


def _gather(actor: Actor, _form: DeskForm, programme: Programme) -> HttpResponseBase:
    programmes.release(actor, programme=programme.id)
    return redirect("fund_desk:programme", programme=programme.id)


GATHER = Job(
    PAY_PERSON,
    gettext_lazy("Gather payments for approval"),
    Confirm,
    _gather,
    lead=gettext_lazy(
        "Every payment that waits is put together. Two members who asked for none of them approve them at once."
    ),
    last=gettext_lazy("Gather them"),
    check=False,
    private=True,
    find=_running,
    terms=_rows,
    committee_of=_committee,
)


def _release(desk: Desk, address: Mapping[str, str]) -> dict[str, Any]:
    programme = programme_at(desk, address)
    rows = list(Line.objects.filter(group=group(programme), release=address["root"]).order_by("digest"))
    if not rows or not desk.may("fund.approve_release", programme.committee_id):
        raise Http404
    return {"programme": programme, "root": address["root"], "lines": rows}


def _release_rows(desk: Desk, subject: dict[str, Any]) -> list[Answer]:
    programme = subject["programme"]
    rows = [
        Answer(each.name, desk.say.money(each.line.minor, programme.currency_id)) for each in paid(subject["lines"])
    ]
    minor = sum(each.minor for each in subject["lines"])
    return [
        Answer(_("Programme"), programme_words(programme.id)),
        *rows,
        Answer(_("In all"), desk.say.money(minor, programme.currency_id)),
    ]


APPROVE_RELEASE = Job(
    "fund.approve_release",
    gettext_lazy("Approve payments to people"),
    Confirm,
    lambda actor, _form, subject: programmes.approve_release(
        actor, programme=subject["programme"].id, root=subject["root"]
    ),
    lead=gettext_lazy(
        "Read every line. Your yes is for exactly these payments; the public sees only that you approved some."
    ),
    last=gettext_lazy("Approve these payments"),
    check=False,
    find=_release,
    terms=_release_rows,
    committee_of=lambda subject: str(subject["programme"].committee_id),
    currency_of=lambda subject: str(subject["programme"].currency_id),
)


def _line(desk: Desk, address: Mapping[str, str]) -> tuple[Line, Programme]:
    """A payment's line with its programme, for those who may see it."""
    found = Line.objects.filter(pk=address["digest"]).first() if shapes.digest64(address["digest"]) else None
    parts = found.group.split(" ") if found is not None else []
    if found is None or len(parts) != 5 or parts[0] != PAY_PERSON:
        raise Http404
    programme = get_object_or_404(Programme, pk=parts[2])
    if not sees_names(desk, programme):
        raise PermissionDenied
    return found, programme


@member_only
@require_safe
def line(request: HttpRequest, **address: str) -> HttpResponse:
    """A payment's receipt: what the household keeps, what happens next, and its proof once the day is closed."""
    desk = Desk.of(request)
    found, programme = _line(desk, address)
    try:
        disclosure = vault.disclosure(found.digest)
    except vault.Erased:
        disclosure = ""
    return render(
        request,
        "fund/desk/line.html",
        {
            "line": found,
            "paid": paid([found])[0],
            "programme": programme,
            "name": programme_words(programme.id),
            "promised": days.next_day(days.next_day(found.day)),
            "disclosure": disclosure,
        },
    )


@member_only
@require_safe
def line_proof(request: HttpRequest, **address: str) -> HttpResponse:
    """The proof that a line stands under its day's close, as a file; 404 while the day is open."""
    found, _programme = _line(Desk.of(request), address)
    if not found.closed:
        raise Http404
    answer = HttpResponse(prove_line(found.digest), content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="payment-{found.day}.tlog-proof"'
    return answer


def _cancellable(desk: Desk, address: Mapping[str, str]) -> dict[str, Any]:
    found, programme = _line(desk, address)
    return {"line": found, "programme": programme}


def _cancel(actor: Actor, form: DeskForm, subject: dict[str, Any]) -> HttpResponseBase:
    programmes.cancel_payment(
        actor, line=subject["line"].digest, reason=form.cleaned_data["reason"], repeat_id=form.cleaned_data["entry_id"]
    )
    return redirect("fund_desk:programme", programme=subject["programme"].id)


CANCEL = Job(
    PAY_PERSON,
    gettext_lazy("Take a payment back"),
    questions.CancelPayment,
    _cancel,
    lead=gettext_lazy("Only before two members approved it. The others of its gathering must be gathered again."),
    last=gettext_lazy("Take it back"),
    grave=True,
    private=True,
    find=_cancellable,
    terms=lambda desk, subject: [
        Answer(_("Household"), paid([subject["line"]])[0].name),
        Answer(_("Amount"), desk.say.money(subject["line"].minor, subject["programme"].currency_id)),
    ],
    committee_of=lambda subject: str(subject["programme"].committee_id),
    currency_of=lambda subject: str(subject["programme"].currency_id),
)


def opened(actor: Actor, motion: Any, args: dict[str, Any]) -> Recorded:
    """Open a programme by its passed vote. What the committee voted on is the rule for who can get it."""
    content = read_file(motion.text)
    if content is None:
        raise Refused(gettext_noop("The vote's text is not kept here: restore it, or vote again."), "criteria")
    said = {name: value for name, value in args.items() if name != "criteria"}
    criteria = NewFile(content, "text/plain", "criteria.txt")
    return programmes.open_programme(actor, motion=motion.id, criteria=criteria, **said)


happens_next("fund.open_programme", (gettext_lazy("Set money aside for it."), "/desk/programmes/{id}/set-aside/"))
happens_next("fund.set_aside", (gettext_lazy("Households can be paid from it."), "/desk/programmes/{programme}/"))
happens_next(
    "fund.approve_release",
    (
        gettext_lazy("After two approvals the households are paid. The total is told once it holds ten of them."),
        "/desk/programmes/{programme}/",
    ),
)  # fmt: skip
happens_next(
    "fund.end_programme",
    (gettext_lazy("What was paid is told in a total; the rest then goes back to its account."), ""),
)
