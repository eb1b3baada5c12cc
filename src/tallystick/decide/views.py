"""Votes: open, passed and failed ones; and one vote with its text, what it authorises, and every vote cast."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tallystick.decide.models import Ballot, Motion
from tallystick.record import shapes
from tallystick.record.entry import decode
from tallystick.record.files import read_file
from tallystick.record.models import EntryRow, Withdrawn
from tallystick.record.words import Say, arguments, lines_of, may, reference, share

PAGE = 20
TITLE = 90


def text_of(motion: Motion) -> str | None:
    """The motion's text; None where its file was taken down or is missing."""
    if Withdrawn.objects.filter(sha256=motion.text).exists():
        return None
    content = read_file(motion.text)
    return None if content is None else content.decode("utf-8", "replace")


def title_of(text: str | None) -> str:
    """The text's first line, for a list."""
    first = next((line.strip() for line in (text or "").splitlines() if line.strip()), "")
    if not first:
        return _("A text that was taken down") if text is None else _("A vote without words")
    return first if len(first) <= TITLE else first[: TITLE - 1].rstrip() + "…"


def state_words(motion: Motion) -> str:
    """How the vote stands: open, passed or failed."""
    return {"open": _("Open"), "failed": _("Failed")}.get(motion.state, _("Passed"))


def _listed(motion: Motion) -> dict[str, Any]:
    return {
        "motion": motion,
        "title": title_of(text_of(motion)),
        "state": state_words(motion),
        "act": may(motion.act) if motion.act else "",
    }


@require_safe
def votes(request: HttpRequest) -> HttpResponse:
    """Open votes, then those that ended, newest first, a page at a time."""
    ended = Motion.objects.exclude(state="open").select_related("committee").order_by("-opened", "-id")
    before = request.GET.get("before")
    if before is not None:
        if not shapes.identifier(before):
            raise Http404
        edge = get_object_or_404(Motion, pk=before)
        ended = ended.filter(opened__lt=edge.opened) | ended.filter(opened=edge.opened, id__lt=edge.id)
    rows = list(ended[: PAGE + 1])
    shown = rows[:PAGE]
    still_open = Motion.objects.filter(state="open").select_related("committee").order_by("closes", "id")
    newest = EntryRow.objects.filter(act__startswith="decide.").order_by("-index").values("index", "at").first()
    return render(
        request,
        "decide/votes.html",
        {
            "open": [_listed(each) for each in still_open] if before is None else [],
            "first_page": before is None,
            "ended": [_listed(each) for each in shown],
            "older": shown[-1].id if len(rows) > PAGE else None,
            "newest": newest,
        },
    )


def _closing(motion: Motion) -> dict[str, Any] | None:
    """The line that closed the vote. No fact keeps its number, so the closing lines after the opening are read."""
    if motion.state == "open":
        return None
    rows = EntryRow.objects.filter(act="decide.close_motion", at__gte=motion.opened).order_by("index")
    for index, at, data in rows.values_list("index", "at", "data").iterator():
        if decode(bytes(data), index).args["motion"] == motion.id:
            return {"index": index, "at": at}
    return None


@require_safe
def motion(request: HttpRequest, key: str) -> HttpResponse:
    """One vote: its text, what it lets the committee do, and every vote, so that anybody can count again."""
    found = get_object_or_404(Motion.objects.select_related("committee"), pk=key)
    say = Say()
    cast = list(Ballot.objects.filter(motion=found).exclude(choice="").order_by("voter"))
    names = {"yes": _("Yes"), "no": _("No"), "abstain": _("Abstained")}
    tally = [(names[choice], sum(each.choice == choice for each in cast)) for choice in names]
    opened = next(iter(lines_of("decide.open_motion", found.opened, id=found.id)), None)
    text = text_of(found)
    return render(
        request,
        "decide/motion.html",
        {
            "motion": found,
            "title": title_of(text),
            "text": text,
            "state": state_words(found),
            "act": may(found.act) if found.act else "",
            "arguments": arguments(json.loads(found.args), say) if found.act else [],
            "tally": tally,
            "cast": [(say.member(each.voter_id), names[each.choice]) for each in cast],
            "majority": share(found.majority_num, found.majority_den),
            "opened": opened,
            "opened_by": say.member(found.opened_by),
            "closing": _closing(found),
            "used_by": reference(found.used_by) if found.used_by else None,
            "transfer": f"/ledger/{found.used_by}/" if found.used_by and found.act == "fund.pay" else "",
        },
    )
