"""Who decides: committees, their members by pseudonym, what they may decide; and the list of organisations."""

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tallystick.people.models import Committee, Mandate, Organisation, Representative, Seat
from tallystick.people.words import limits_in_words, row_limits
from tallystick.record import clock
from tallystick.record.models import EntryRow
from tallystick.record.words import Reference, Say, may, reference, share, short, span

PAGE = 50


@dataclass(frozen=True)
class Rights:
    """One mandate as the page shows it. ending: "" while it holds, else why it no longer does."""

    mandate: Mandate
    member: str
    acts: list[str]
    limits: list[str]
    given_by: Reference
    ending: str


def _given_by(mandate: Mandate, say: Say) -> Reference:
    found = reference(mandate.given_by)
    return found if found.href else Reference(say.member(mandate.given_by), "")


def _ending(mandate: Mandate, now: str) -> str:
    if mandate.ended:
        told = {
            "resignation": _("given back"),
            "recall": _("taken back by a vote"),
            "left": _("the member left"),
        }
        return told.get(mandate.ended_by or "", _("ended early"))
    return _("the term is over") if mandate.ends <= now else ""


def rights(mandate: Mandate, say: Say, now: str) -> Rights:
    """What a mandate allows, in words."""
    return Rights(
        mandate,
        say.member(mandate.member_id),
        [may(act) for act in json.loads(mandate.acts)],
        limits_in_words(row_limits(mandate.limits), say),
        _given_by(mandate, say),
        _ending(mandate, now),
    )


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Committees with seats and mandates; ended ones are folded."""
    say, now = Say(), clock.now()
    seats: dict[str, list[Seat]] = defaultdict(list)
    for seat in Seat.objects.order_by("until", "since", "member"):
        seats[seat.committee_id].append(seat)
    given: dict[str, list[Rights]] = defaultdict(list)
    for mandate in Mandate.objects.order_by("-starts", "id"):
        given[mandate.committee_id].append(rights(mandate, say, now))
    committees: list[dict[str, Any]] = [
        {
            "committee": each,
            "majority": share(each.majority_num, each.majority_den),
            "notice": span(each.notice) if each.notice else "",
            "members": [(say.member(seat.member_id), seat) for seat in seats[each.id] if not seat.until],
            "past": [(say.member(seat.member_id), seat) for seat in seats[each.id] if seat.until],
            "rights": [held for held in given[each.id] if not held.ending],
            "ended": [held for held in given[each.id] if held.ending],
        }
        for each in Committee.objects.order_by("opened", "name")
    ]
    return render(
        request,
        "people/people.html",
        {
            "committees": committees,
            "organisations": Organisation.objects.count(),
            "newest": _newest(("people.", "decide.grant_mandate", "decide.recall_mandate", "decide.unseat_member")),
        },
    )


def _newest(acts: tuple[str, ...]) -> dict[str, Any] | None:
    """The latest line about people, for the small line that says how to check the page."""
    condition = Q()
    for act in acts:
        condition |= Q(act__startswith=act)
    found = EntryRow.objects.filter(condition).order_by("-index").values("index", "at").first()
    return dict(found) if found else None


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Organisations by name, a page at a time, those with the words in their name where some are given."""
    words = " ".join(request.GET.get("words", "").replace("\0", "").split())[:120]
    rows = Organisation.objects.all()
    if words:
        rows = rows.filter(name__icontains=words)
    number = rows.count()
    shown, previous, following = _page(rows, request)
    speakers = Representative.objects.filter(until="", organisation__in=[each.id for each in shown])
    speaking: dict[str, list[str]] = defaultdict(list)
    for each in speakers:
        speaking[each.organisation_id].append(short(each.member_id))
    return render(
        request,
        "people/organisations.html",
        {
            "words": words,
            "number": number,
            "organisations": [
                {"row": each, "sector": each.sector.replace("_", " "), "speaks": speaking[each.id]} for each in shown
            ],
            "previous": previous,
            "following": following,
        },
    )


def _page(rows: Any, request: HttpRequest) -> tuple[list[Organisation], str | None, str | None]:
    """A page in order of names and the keys of the pages before and after it; 404 for a key that is none."""
    after, before = request.GET.get("after"), request.GET.get("before")
    if after is not None:
        edge = _edge(after)
        rows = rows.filter(Q(name__gt=edge.name) | Q(name=edge.name, id__gt=edge.id))
    if before is not None:
        edge = _edge(before)
        rows = rows.filter(Q(name__lt=edge.name) | Q(name=edge.name, id__lt=edge.id))
        found = list(rows.order_by("-name", "-id")[: PAGE + 1])
        shown = found[:PAGE][::-1]
        return shown, shown[0].id if len(found) > PAGE else None, shown[-1].id if shown else None
    found = list(rows.order_by("name", "id")[: PAGE + 1])
    shown = found[:PAGE]
    return (
        shown,
        shown[0].id if after is not None and shown else None,
        shown[-1].id if len(found) > PAGE else None,
    )


def _edge(key: str) -> Organisation:
    found = Organisation.objects.filter(pk=key).first() if re.fullmatch(r"[A-Za-z0-9._:/-]{1,64}", key) else None
    if found is None:
        raise Http404
    return found
