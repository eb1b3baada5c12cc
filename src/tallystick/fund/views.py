"""The fund's public pages: money, the ledger, one transfer, one organisation. They read and never write."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tallystick.fund import figures, ledger
from tallystick.fund.forms import LedgerFilter
from tallystick.fund.grants import GrantsError, table
from tallystick.fund.models import (
    Approval,
    BankReference,
    Brought,
    Gift,
    Payment,
    Total,
    Transfer,
)
from tallystick.fund.names import Codes, Named, account_named, legal_form, programme_words
from tallystick.fund.writers.xlsx import Amount, Column, Value, ledger_workbook
from tallystick.people.models import Currency, Organisation
from tallystick.record import days
from tallystick.record.files import read_file
from tallystick.record.models import EntryRow
from tallystick.record.words import Say, lines_of, short

PAGE = 50
TOTALS = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Line:
    """One transfer as the ledger shows it."""

    transfer: Transfer
    what: str
    giving: Named
    receiving: Named
    state: str
    index: int | None
    wrong: bool
    brought: bool


def _zone(request: HttpRequest) -> str:
    return figures.zone_of(getattr(request, "commission", None))


def state_words(transfer: Transfer) -> str:
    """How a transfer stands, in words."""
    if transfer.reversed_by:
        return _("Corrected")
    return str(ledger.STATES[transfer.state][0])


def lines(rows: list[Transfer], say: Say) -> list[Line]:
    """Transfers as lines, with the number of the line in the record that made each."""
    numbers = dict(EntryRow.objects.filter(id__in={each.entry for each in rows}).values_list("id", "index"))
    givers = dict(
        Gift.objects.filter(id__in={each.entry for each in rows}).exclude(giver="").values_list("id", "giver")
    )
    told = []
    for each in rows:
        giving = account_named(each.credit, say)
        if each.entry in givers:
            giver = givers[each.entry]
            giving = Named(say.named(Organisation, giver), f"/ledger/organisations/{giver}/")
        told.append(
            Line(
                each,
                str(ledger.WHAT.get(each.act, each.act)),
                giving,
                account_named(each.debit, say),
                state_words(each),
                numbers.get(each.entry),
                bool(each.reversed_by),
                each.act in ("fund.bring_over", "fund.bring_forward"),
            )
        )
    return told


def page_of(rows: "QuerySet[Transfer]", request: HttpRequest) -> tuple[list[Transfer], str | None, str | None]:
    """One page of rows newest first by key, with the keys that older and newer pages go on from. 404 for a
    key that is no transfer."""
    rows = rows.select_related("credit", "debit")
    before, after = request.GET.get("before"), request.GET.get("after")
    if before is not None:
        edge = _edge(before)
        rows = rows.filter(Q(at__lt=edge.at) | Q(at=edge.at, id__lt=edge.id))
        found = list(rows[: PAGE + 1])
        return found[:PAGE], _key(found[PAGE - 1]) if len(found) > PAGE else None, before_first(found)
    if after is not None:
        edge = _edge(after)
        rows = rows.filter(Q(at__gt=edge.at) | Q(at=edge.at, id__gt=edge.id)).order_by("at", "id")
        found = list(rows[: PAGE + 1])
        shown = found[:PAGE][::-1]
        return shown, _key(shown[-1]) if shown else None, _key(shown[0]) if len(found) > PAGE else None
    found = list(rows[: PAGE + 1])
    return found[:PAGE], _key(found[PAGE - 1]) if len(found) > PAGE else None, None


def before_first(found: list[Transfer]) -> str | None:
    """The key from which the newer page goes on: this page's first row."""
    return _key(found[0]) if found else None


def _key(transfer: Transfer) -> str:
    return transfer.id


def _edge(key: str) -> Transfer:
    return get_object_or_404(Transfer, pk=checked(key))


def checked(key: str) -> str:
    """A key from an address; 404 for what no key looks like."""
    if not re.fullmatch(r"[A-Za-z0-9._:/-]{1,64}", key):
        raise Http404
    return key


@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """What came in, went out and is there; who has it; what for; how it flowed; month by month."""
    say, codes = Say(), Codes()
    flows = figures.flow()
    kept = figures.pools(flows)
    currencies = [_currency(sums, flows, kept, _zone(request)) for sums in figures.totals()]
    programmes = [
        {
            "purse": each,
            "name": programme_words(each.programme.id),
            "aim": codes.aim(each.programme.purpose, each.programme.place),
        }
        for each in figures.programmes()
    ]
    told = [
        {"total": each, "names": say.listed(programme_words(name) for name in _names(each.programmes))}
        for each in Total.objects.order_by("-at", "-id")[:TOTALS]
    ]
    holders = [{"kept": each, "form": legal_form(each.row.legal_form)} for each in figures.holders()]
    pools = [
        {"kept": each, "purpose": codes.purpose(each.pool.purpose), "place": codes.place(each.pool.place),
         "secondary": codes.purpose(each.pool.secondary) if each.pool.secondary else ""}
        for each in kept
    ]  # fmt: skip
    return render(
        request,
        "fund/money.html",
        {
            "currencies": currencies,
            "holders": holders,
            "pools": pools,
            "programmes": programmes,
            "told": told,
            "newest": EntryRow.objects.order_by("-index").values("index", "at").first(),
        },
    )


def _names(listed: str) -> list[str]:
    return re.findall(r'"([^"]+)"', listed)


def _currency(
    sums: figures.Sums, flows: list[figures.Flow], kept: list[figures.Restricted], zone: str
) -> dict[str, Any]:
    months = figures.months(sums.currency, zone)
    years = figures.brought_by_year(sums.currency) if sums.came["brought"] else []
    return {
        "sums": sums,
        "names": {picture: f"{picture}-{sums.currency}" for picture in ("flow", "months", "years")},
        "links": figures.links(flows, kept, sums.currency),
        "months": [(date.fromisoformat(f"{each.month}-01"), each.came, each.went) for each in months],
        "bars": [(short_month(each.month), max(each.came, 0), max(each.went, 0)) for each in months[-24:]],
        "years": [(each.year or _("No date"), each.payments, each.minor) for each in years],
        "year_bars": [(each.year or _("No date"), each.minor) for each in years],
    }


def short_month(month: str) -> str:
    """ "2026-11" as a label under a bar: "11/26"."""
    return f"{month[5:]}/{month[2:4]}"


def _filters(request: HttpRequest, say: Say) -> tuple[LedgerFilter, list[ledger.Chosen]]:
    form = LedgerFilter(request.GET)
    if not form.is_valid():
        return form, []
    values = dict(form.cleaned_data)
    organisation = request.GET.get("organisation")
    if organisation:
        values["organisation"] = get_object_or_404(Organisation, pk=checked(organisation)).id
    return form, ledger.chosen(values, say, _zone(request))


@require_safe
def ledger_page(request: HttpRequest) -> HttpResponse:
    """Every transfer, newest first, filtered as the reader chose."""
    say = Say()
    form, filters = _filters(request, say)
    rows = ledger.filtered(filters)
    if form.errors:
        rows = rows.none()
    shown, older, newer = page_of(rows, request)
    number, sums = ledger.come_to(rows)
    query = request.GET.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    return render(
        request,
        "fund/ledger.html",
        {
            "form": form,
            "words": ledger.in_words(filters),
            "lines": lines(shown, say),
            "older": older,
            "newer": newer,
            "number": number,
            "sums": sums,
            "organisation": request.GET.get("organisation", ""),
            "xlsx": f"/ledger.xlsx?{query.urlencode()}",
        },
    )


@require_safe
def ledger_xlsx(request: HttpRequest) -> HttpResponse:
    """The filtered rows as a spreadsheet."""
    say = Say()
    form, filters = _filters(request, say)
    if form.errors:
        raise Http404
    rows = list(ledger.filtered(filters).select_related("credit", "debit"))
    columns = [
        Column(_("Line"), 8), Column(_("Day"), 12), Column(_("What"), 18), Column(_("From"), 36), Column(_("To"), 36),
        Column(_("Amount"), 16), Column(_("Currency"), 10), Column(_("For"), 20), Column(_("Where"), 20),
        Column(_("How it stands"), 18), Column(_("Id"), 38),
    ]  # fmt: skip
    book = ledger_workbook(_cells(rows, say, _zone(request)), columns, _("Ledger"))
    answer = HttpResponse(book, content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="ledger.xlsx"'
    return answer


def _cells(rows: list[Transfer], say: Say, zone: str) -> Iterator[list[Value]]:
    codes = Codes()
    exponents = dict(Currency.objects.values_list("code", "exponent"))
    for start in range(0, len(rows), 500):
        for line in lines(rows[start : start + 500], say):
            each = line.transfer
            yield [
                line.index, date.fromisoformat(days.local_day(each.at, zone)), line.what, line.giving.label,
                line.receiving.label, Amount(each.minor, exponents[each.currency_id]), each.currency_id,
                codes.purpose(each.purpose) if each.purpose else "", codes.place(each.place) if each.place else "",
                line.state, each.id,
            ]  # fmt: skip


@require_safe
def transfer(request: HttpRequest, key: str) -> HttpResponse:
    """One transfer with the vote, the approvals and the lines that stand behind it."""
    found = get_object_or_404(Transfer.objects.select_related("credit", "debit"), pk=checked(key))
    say = Say()
    payment = Payment.objects.filter(pk=found.id).select_related("request", "motion").first()
    line = lines([found], say)[0]
    return render(
        request,
        "fund/transfer.html",
        {
            "line": line,
            "transfer": found,
            "aim": Codes().aim(found.purpose, found.place),
            "payment": payment,
            "asked_by": say.member(payment.request.asked_by_id) if payment else "",
            "approvals": _approvals(payment, say),
            "asked": _numbered("fund.request", payment.request.at, id=payment.request_id) if payment else None,
            "ending": _ending(found),
            "reference": BankReference.objects.filter(transfer=found.id).first(),
            "gift": Gift.objects.filter(pk=found.entry).first(),
            "brought": _brought(found),
            "short": short(found.id),
        },
    )


def _numbered(act: str, at: str, **args: Any) -> int | None:
    return next(iter(lines_of(act, at, **args)), None)


def _approvals(payment: Payment | None, say: Say) -> list[dict[str, Any]]:
    if payment is None:
        return []
    rows = Approval.objects.filter(request=payment.request_id, terms=payment.request.terms).order_by("at")
    return [
        {
            "who": say.member(each.member_id),
            "at": each.at,
            "index": _numbered("fund.approve", each.at, by=each.member_id, request=each.request_id),
        }
        for each in rows
    ]


def _ending(found: Transfer) -> int | None:
    """The number of the line that posted or freed a transfer that waited; None where it never waited."""
    act = "fund.void" if found.state == "void" else "fund.settle"
    return _numbered(act, found.ended, transfer=found.id) if found.ended else None


def _brought(found: Transfer) -> dict[str, Any] | None:
    """What the source says of a transfer brought over: its row's title, read from the published table."""
    part = Brought.objects.filter(transfer=found.id).select_related("source").first()
    if part is None:
        return None
    told: dict[str, Any] = {"source": part.source, "row": None, "title": "", "day": ""}
    if part.part.startswith("row/"):
        told["row"] = int(part.part[4:])
        content = read_file(part.source_id)
        try:
            grant = table(part.source.format, content)[told["row"] - 1] if content else None
        except GrantsError:
            grant = None
        if grant:
            told |= {"title": grant.title, "day": grant.day, "project": grant.project, "place": grant.place}
    return told


@require_safe
def organisation(request: HttpRequest, ref: str) -> HttpResponse:
    """One organisation: what it was paid in all, and its transfers."""
    found = get_object_or_404(Organisation, pk=checked(ref))
    say = Say()
    rows = ledger.filtered([ledger.by_organisation(found.id, say, "UTC")])
    shown, older, newer = page_of(rows, request)
    return render(
        request,
        "fund/organisation.html",
        {
            "organisation": found,
            "paid": figures.paid_to(found.id),
            "lines": lines(shown, say),
            "older": older,
            "newer": newer,
        },
    )
