"""The page on which anybody sees what was last checked, and how to check without asking us."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tallystick.audit.models import Look
from tallystick.record.models import EntryRow, Head, Log, LogKey, SignedCheckpoint

LOOKS = 10


# What a look says of public facts. Its other sentences speak of lines and decoys, and saying in public which digest
# is which would undo what keeps them private: those are counted, and stand in full at the keeper's command line.
PUBLIC = re.compile(
    r"Entry [0-9]+ |[a-z]+\.[A-Z][A-Za-z]+ |The head row |[A-Za-z0-9._:/-]+ says \[|-?[0-9]+ minor units of "
)


def reasons(look: Look) -> list[dict[str, Any]]:
    """Why a look was not well: each public sentence of its report, with the number of the line that it names."""
    problems = look.report.get("problems", []) if isinstance(look.report, dict) else []
    return [{"index": _index(each), "reason": each} for each in map(str, problems) if PUBLIC.match(each)]


def private_reasons(look: Look) -> int:
    """How many of a look's sentences are about what is kept private."""
    problems = look.report.get("problems", []) if isinstance(look.report, dict) else []
    return sum(not PUBLIC.match(str(each)) for each in problems)


def _index(problem: str) -> int | None:
    found = re.match(r"Entry ([0-9]{1,18}) ", problem)
    return int(found[1]) if found else None


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """What was last checked, what that proves, and how to check it oneself."""
    looks = list(Look.objects.order_by("-at", "-id")[:LOOKS])
    last = looks[0] if looks else None
    keys = LogKey.objects.order_by("-since")
    return render(
        request,
        "audit/check.html",
        {
            "last": last,
            "reasons": reasons(last) if last and not last.ok else [],
            "private": private_reasons(last) if last and not last.ok else 0,
            "looks": looks[1:],
            "size": Head.objects.values_list("size", flat=True).first() or 0,
            "log": Log.objects.first(),
            "keys": keys,
            "published": SignedCheckpoint.objects.order_by("-size").first(),
            "newest": EntryRow.objects.order_by("-index").values("index", "at").first(),
            "address": request.build_absolute_uri("/record"),
        },
    )
