"""The fund's books and gifts at the desk, and a gift's receipt."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tallystick.fund import desk_forms as questions
from tallystick.fund.acts import books, gifts
from tallystick.fund.models import Gift, Holder, Pool
from tallystick.fund.names import codes
from tallystick.people.desk import Desk, Job
from tallystick.people.models import Organisation
from tallystick.record import vault
from tallystick.record.append import Actor, Recorded
from tallystick.record.desk import Answer, DeskForm, happens_next, member_only
from tallystick.record.entry import decode
from tallystick.record.files import NewFile
from tallystick.record.form_fields import paper_name
from tallystick.record.models import EntryRow

LABEL_CODE = Job(
    "fund.label_code",
    gettext_lazy("Name a purpose or a place"),
    questions.LabelCode,
    lambda actor, form, _subject: books.label_code(
        actor, **{name: form.cleaned_data[name] for name in ("kind", "code", "label")}
    ),
)

ADD_HOLDER = Job(
    "fund.add_holder",
    gettext_lazy("Add who has our money"),
    questions.AddHolder,
    lambda actor, form, _subject: books.add_holder(
        actor,
        id=questions.short_name(form.cleaned_data["name"], form.cleaned_data["new_id"]),
        name=form.cleaned_data["name"],
        legal_form=form.cleaned_data["legal_form"],
    ),
    lead=gettext_lazy("A bank account’s owner, or a sponsor who keeps money for the fund."),
)

OPEN_POOL = Job(
    "fund.open_pool",
    gettext_lazy("Open an appeal"),
    questions.OpenPool,
    lambda actor, form, _subject: books.open_pool(
        actor,
        id=questions.short_name(form.cleaned_data["name"], form.cleaned_data["new_id"]),
        **{name: form.cleaned_data[name] for name in ("name", "purpose", "place", "until", "secondary")},
    ),
    lead=gettext_lazy("What an appeal’s money may be spent on is fixed now, for ever."),
)

OPEN_ACCOUNT = Job(
    "fund.open_account",
    gettext_lazy("Open an account"),
    questions.OpenAccount,
    lambda actor, form, _subject: books.open_account(
        actor,
        **{name: form.cleaned_data[name] for name in ("holder", "pool", "currency")},
    ),
    lead=gettext_lazy("One holder’s money for one appeal in one currency. It may lie in one bank account with others."),
)


def _bring_forward(actor: Actor, form: DeskForm, _subject: Any) -> Recorded:
    assert isinstance(form, questions.OpeningBalance)
    content, kind = form.cleaned_data["paper"]
    paper = NewFile(content, kind, paper_name(kind, "opening-balance"))
    return books.bring_forward(
        actor, account=form.cleaned_data["account"], minor=form.cleaned_data["minor"], currency=form.in_currency(),
        paper=paper,
    )  # fmt: skip


OPENING_BALANCE = Job(
    "fund.bring_forward",
    gettext_lazy("Put an opening balance on the record"),
    questions.OpeningBalance,
    _bring_forward,
    lead=gettext_lazy("What was there before these books began. It is shown as brought in, not decided here."),
)


def _receive_gift(actor: Actor, form: DeskForm, _subject: Any) -> Recorded:
    assert isinstance(form, questions.ReceiveGift)
    said = form.cleaned_data
    return gifts.receive_gift(
        actor, account=said["account"], minor=said["minor"], currency=form.in_currency(), **form.restriction(),
        giver=said["organisation"], donor_name=said["donor_name"], happened=said["happened"],
    )  # fmt: skip


RECEIVE_GIFT = Job(
    "fund.receive_gift",
    gettext_lazy("Take in a gift"),
    questions.ReceiveGift,
    _receive_gift,
    lead=gettext_lazy("A gift goes into an appeal that keeps what its giver asked for."),
)


@member_only
@require_safe
def receipt(request: HttpRequest, gift: str) -> HttpResponse:
    """A gift's receipt, to print. The donor's name is private, so it is for those who take gifts in."""
    desk = Desk.of(request)
    row = EntryRow.objects.filter(id=gift, act="fund.receive_gift").first()
    if row is None or not desk.may("fund.receive_gift"):
        raise PermissionDenied if not desk.may("fund.receive_gift") else Http404
    entry = decode(bytes(row.data), row.index)
    if not desk.may("fund.receive_gift", entry.for_):
        raise PermissionDenied
    found = get_object_or_404(Gift.objects.select_related("account__pool", "account__holder"), pk=gift)
    donor, disclosure = _donor(entry.args["donor"])
    said = codes(desk.say)
    rows = [
        Answer(_("Gift"), desk.say.money(found.minor, found.currency_id)),
        Answer(
            _("From"), donor or desk.say.named(Organisation, found.giver) if donor or found.giver else _("Not known")
        ),
        Answer(_("Received by"), desk.say.named(Holder, found.account.holder_id or "")),
        Answer(_("Appeal"), desk.say.named(Pool, found.account.pool_id or "")),
        Answer(_("May be spent on"), said.purpose(found.purpose)),
        Answer(_("Where"), said.place(found.place)),
        Answer(_("By"), desk.say.day(found.until) if found.until else _("No day was set")),
        Answer(
            _("Booked by the bank"), desk.say.day(entry.body["happened"]) if entry.body["happened"] else _("Not said")
        ),
    ]
    pool = found.account.pool
    second = said.purpose(pool.secondary) if pool and pool.secondary else ""
    return render(
        request,
        "fund/desk/receipt.html",
        {"entry": entry, "rows": rows, "second": second, "disclosure": disclosure, "donor": entry.args["donor"]},
    )


def _donor(donor: Any) -> tuple[str, str]:
    """The donor's private name and the text that opens its digest; both empty without one or once erased."""
    if not donor:
        return "", ""
    try:
        return str(vault.reveal(donor["sealed"])[1]), vault.disclosure(donor["sealed"])
    except vault.Erased:
        return "", ""


happens_next("fund.label_code", (gettext_lazy("It can be chosen now wherever a purpose or a place is asked for."), ""))
happens_next(
    "fund.add_holder", (gettext_lazy("Open an account for the money of an appeal."), "/desk/money/accounts/new/")
)
happens_next(
    "fund.open_pool", (gettext_lazy("Open an account in which gifts for it come in."), "/desk/money/accounts/new/")
)
happens_next("fund.open_account", (gettext_lazy("Gifts can come in."), "/desk/money/gifts/new/"))
happens_next(
    "fund.receive_gift",
    (gettext_lazy("Print the receipt for the giver, or save its proof."), "/desk/money/gifts/{entry}/receipt/"),
    (gettext_lazy("The gift stands among the money that came in."), "/money/"),
)
