"""The record's own pages: the list of lines, one line with its proof. They read and never write."""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tallystick.record import proofs
from tallystick.record.entry import Entry, canonical, decode
from tallystick.record.models import EntryRow, Withdrawn
from tallystick.record.publishing import covered, record_folder
from tallystick.record.sources import FolderSource
from tallystick.record.tiles import LogError, TileReader
from tallystick.record.words import Reference, Say, arguments, may, reference, sentence

PAGE = 50
LARGEST_INDEX = 2**62  # beyond it no database column reaches
ACT = re.compile(r"[a-z]+\.[a-z_]+")


@dataclass(frozen=True)
class Told:
    """One line as a list shows it."""

    index: int
    at: str
    act: str
    words: str


def told(rows: Any, say: Say) -> list[Told]:
    """Lines with what each says in plain words. rows: entry rows with index and data."""
    entries = [decode(bytes(row["data"]), row["index"]) for row in rows]
    return [Told(each.index, each.at, each.act, sentence(each, say)) for each in entries]


def _key(request: HttpRequest, name: str) -> int | None:
    written = request.GET.get(name)
    if written is None:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", written, re.ASCII):
        raise Http404
    return int(written)


def act_words(act: str) -> str:
    """What an act is called in the filter: its phrase, or its name for what only the program does."""
    phrase = may(act)
    return phrase[:1].upper() + phrase[1:] if phrase != act else act.split(".", 1)[1].replace("_", " ").capitalize()


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Lines newest first, a page at a time; those of one act where one is chosen."""
    before, after = _key(request, "before"), _key(request, "after")
    act = request.GET.get("act", "")
    if act and not ACT.fullmatch(act):
        raise Http404
    acts = sorted(set(EntryRow.objects.values_list("act", flat=True).distinct()))
    rows = EntryRow.objects.filter(act=act) if act else EntryRow.objects.all()
    if after is not None:
        found = list(rows.filter(index__gt=after).order_by("index").values("index", "data")[: PAGE + 1])
        shown, more_newer, more_older = found[:PAGE][::-1], len(found) > PAGE, bool(found)
    else:
        if before is not None:
            rows = rows.filter(index__lt=before)
        found = list(rows.order_by("-index").values("index", "data")[: PAGE + 1])
        shown, more_newer, more_older = found[:PAGE], before is not None and bool(found), len(found) > PAGE
    newest = EntryRow.objects.order_by("-index").values("index", "at").first()
    return render(
        request,
        "record/entries.html",
        {
            "lines": told(shown, Say()),
            "newer": shown[0]["index"] if shown and more_newer else None,
            "older": shown[-1]["index"] if shown and more_older else None,
            "act": act,
            "act_words": act_words(act) if act else "",
            "acts": sorted(((each, act_words(each)) for each in acts), key=lambda each: each[1]),
            "newest": newest,
        },
    )


def _row(index: int) -> EntryRow:
    row = EntryRow.objects.filter(index=index).first() if index < LARGEST_INDEX else None
    if row is None:
        raise Http404
    return row


def _files(entry: Entry) -> list[dict[str, Any]]:
    digests = [each["sha256"] for each in entry.files]
    down = set(Withdrawn.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
    return [{**each, "down": each["sha256"] in down} for each in entry.files]


def _corrects(entry: Entry) -> Reference | None:
    return reference(entry.corrects) if entry.corrects else None


@require_safe
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """One line in plain words and as it is written, with all that a visitor's browser needs to check it."""
    row = _row(index)
    found = decode(bytes(row.data), index)
    say = Say()
    return render(
        request,
        "record/entry.html",
        {
            "entry": found,
            "words": sentence(found, say),
            "by": say.member(found.by),
            "for": reference_name(found.for_),
            "under": [reference(each) for each in found.under],
            "corrects": _corrects(found),
            "corrected_by": _corrected_by(found),
            "files": _files(found),
            "json": json.dumps(found.plain(), indent=2, ensure_ascii=False, sort_keys=True),
            "bytes": len(canonical(found.plain())),
            "leaf": bytes(row.leaf).hex(),
            "previous": index - 1 if index else None,
            "following": index + 1 if EntryRow.objects.filter(index=index + 1).exists() else None,
            "secure": request.is_secure(),
        },
    )


def reference_name(committee: str) -> str:
    """The committee a line was made for, by whatever name a room above gives it; "" for none."""
    if not committee:
        return ""
    return dict(arguments({"committee": committee}, Say())).popitem()[1]


def _corrected_by(found: Entry) -> list[int]:
    """Numbers of later lines that say they correct this one. Only corrections are read."""
    rows = EntryRow.objects.filter(act="fund.reverse", index__gt=found.index).order_by("index")
    return [
        index
        for index, data in rows.values_list("index", "data").iterator()
        if decode(bytes(data), index).corrects == found.id
    ]


@require_safe
def proof(request: HttpRequest, index: int) -> HttpResponse:
    """The proof that this line is in the record, as a file that can be checked without us (c2sp.org/tlog-proof)."""
    _row(index)
    folder = record_folder()
    try:
        note = (folder / "checkpoint").read_bytes()
        signed = covered(note)
        if index >= signed.size:
            return _not_yet(request, index)
        reader = TileReader(FolderSource(folder), signed.size, signed.root)
        content = proofs.prove(reader, index, note).format()
    except FileNotFoundError:
        return _not_yet(request, index)
    except LogError as error:
        return render(request, "record/no_proof.html", {"index": index, "why": str(error)}, status=503)
    answer = HttpResponse(content, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="line-{index}.tlog-proof"'
    return answer


def _not_yet(request: HttpRequest, index: int) -> HttpResponse:
    why = _("It is newer than the last signed checkpoint. Come back in a minute.")
    return render(request, "record/no_proof.html", {"index": index, "why": why}, status=503)
