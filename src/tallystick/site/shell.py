"""What every page shows around its content: the fund's name, the ways in, and the strip of recent lines."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

STRIP = 60
ROOMS = {"record", "people", "decide", "fund", "aid", "call", "inquiry", "oversight", "audit", "site"}
PLACES = (
    ("/", gettext_lazy("Home")),
    ("/money/", gettext_lazy("Money")),
    ("/ledger/", gettext_lazy("Ledger")),
    ("/people/", gettext_lazy("Who decides")),
    ("/votes/", gettext_lazy("Votes")),
    ("/record/", gettext_lazy("Record")),
    ("/check/", gettext_lazy("Check us")),
)


@dataclass(frozen=True)
class Place:
    """One place in the navigation; `here` when the page is in it."""

    path: str
    label: Any
    here: bool


@dataclass(frozen=True)
class Notch:
    """One recent line: its number, the room it came from (a colour) and when, as the record writes it."""

    index: int
    room: str
    act: str
    at: str


@dataclass(frozen=True)
class Check:
    """The last time the halves were held together. `why`: a sentence for the page if they did not match."""

    ok: bool
    at: str
    why: str = ""


class Shell:
    """What the templates call `shell`. Each part is looked up when a page first uses it, and once."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def name(self) -> str:
        row = getattr(self.request, "commission", None)
        return str(row.name) if row else _("A fund being set up")

    @cached_property
    def places(self) -> list[Place]:
        return [Place(path, label, here(self.request.path, path)) for path, label in PLACES]

    @cached_property
    def at_desk(self) -> bool:
        return here(self.request.path, "/desk/")

    @property
    def address(self) -> str:
        """Where the language switch brings you back to."""
        return self.request.get_full_path()

    @cached_property
    def languages(self) -> list[tuple[str, str]]:
        """Codes with each language's own name for itself."""
        return list(settings.LANGUAGES)

    @property
    def language(self) -> str:
        return dict(settings.LANGUAGES).get(get_language() or "", "English")

    @cached_property
    def strip(self) -> list[Notch]:
        """The newest lines in the record, oldest first, so that the stick grows to the reading side's end."""
        row = standing("record", "EntryRow")
        if row is None:
            return []
        newest = row._default_manager.order_by("-index").values_list("index", "act", "at")[:STRIP]
        return [notch(index, act, at) for index, act, at in reversed(newest)]

    @cached_property
    def check(self) -> Check | None:
        return last_check()

    @property
    def halves(self) -> str:
        """How the two halves of the stick lie: 'met', 'broken', or 'apart' while nobody has checked yet."""
        if self.check is None:
            return "apart"
        return "met" if self.check.ok else "broken"


class FundTime:
    """Middleware: days on pages are the fund's own. Leaves its row (or None) at `request.commission`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        model = standing("people", "Commission")
        row: Any = model._default_manager.first() if model else None
        request.commission = row  # type: ignore[attr-defined]
        with timezone.override(ZoneInfo(row.timezone) if row else None):
            return self.get_response(request)


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: gives every template `shell`."""
    return {"shell": Shell(request)}


def here(path: str, place: str) -> bool:
    """Whether a page lies at a place of the navigation or below it."""
    return path == place if place == "/" else path.startswith(place)


def notch(index: int, act: str, at: Any) -> Notch:
    """The notch for one entry."""
    room = act.split(".", 1)[0]
    return Notch(index, room if room in ROOMS else "site", act, at if isinstance(at, str) else at.isoformat())


_seen: set[str] = set()


def standing(room: str, name: str) -> type[models.Model] | None:
    """A room's model once the room is installed and the table exists; None on a site still being set up."""
    if not apps.is_installed(f"tallystick.{room}"):
        return None
    try:
        model = apps.get_model(room, name)
    except LookupError:
        return None
    table = model._meta.db_table
    # A table that exists stays: ask the database only until the answer is yes.
    if table not in _seen and table in connection.introspection.table_names():
        _seen.add(table)
    return model if table in _seen else None


def check_file() -> Path:
    """Where the last check is kept for the pages."""
    return Path(settings.HOME) / "check.json"


def keep_check(check: Check) -> None:
    """Keep the outcome of a check where every process serving this home finds it."""
    path = check_file()
    whole = path.with_suffix(".new")
    whole.write_text(json.dumps({"ok": check.ok, "at": check.at, "why": check.why}))
    whole.replace(path)


def last_check() -> Check | None:
    """The outcome of the last check, or None when none was ever made."""
    try:
        kept = json.loads(check_file().read_text())
    except FileNotFoundError:
        return None
    return Check(bool(kept["ok"]), str(kept["at"]), str(kept.get("why", "")))
