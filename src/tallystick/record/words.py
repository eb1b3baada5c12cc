"""Plain words for lines in the record: each room says in its `words.py` what its acts mean to a reader.

    @words("fund.pay", gettext_lazy("pay organisations"))
    def pay(entry, say): return _("We paid …") % {…}

The first sentence tells what happened; the phrase tells what a mandate for this act lets a member do. `shows` says
how one argument of an act is called and written in a table. Rooms above this one are found by their name alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Model
from django.template import Context, Engine
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tallystick.record.entry import Entry, decode
from tallystick.record.models import EntryRow, StoredFile

Phrase = str | Promise
Tell = Callable[[Entry, "Say"], str]
Show = Callable[[Any, dict[str, Any], "Say"], str]

_TELL: dict[str, Tell] = {}
_MAY: dict[str, Phrase] = {}
_SHOW: dict[str, tuple[Phrase, Show]] = {}
_FIND: list[Callable[[str], "Reference | None"]] = []


@dataclass(frozen=True)
class Reference:
    """What an id in a line stands for, and the page that shows it."""

    label: str
    href: str


def words(act: str, may: Phrase = "") -> Callable[[Tell], Tell]:
    """Register an act's sentence, and the phrase for a mandate that covers it."""

    def register(tell: Tell) -> Tell:
        _TELL[act] = tell
        _MAY[act] = may
        return tell

    return register


def phrase(act: str, may: Phrase) -> None:
    """Register the phrase of an act that is never an entry of its own: a line that waits for its day's close."""
    _MAY[act] = may


def shows(argument: str, label: Phrase) -> Callable[[Show], Show]:
    """Register how an argument of any act is called and written. "" from the function leaves it out."""

    def register(show: Show) -> Show:
        _SHOW[argument] = (label, show)
        return show

    return register


def finds(find: Callable[[str], Reference | None]) -> Callable[[str], Reference | None]:
    """Register a way to tell what an id stands for."""
    _FIND.append(find)
    return find


@cache
def _rooms() -> None:
    """Load every room's words, once."""
    autodiscover_modules("words")


@cache
def _template(source: str) -> Any:
    return Engine.get_default().from_string("{% load shell %}" + source)


class Say:
    """Sums, days and names in the reader's language. Names are looked up once for a page.

    kept: what a room looks up once for a page, under a key of its own.
    """

    def __init__(self) -> None:
        self._named: dict[tuple[type[Model], str], str] = {}
        self.kept: dict[str, Any] = {}

    def money(self, minor: int, currency: str) -> str:
        """A sum with its currency, "$250.00 USD"."""
        return self._filtered("{{ minor|money:currency }}", minor=minor, currency=currency)

    def day(self, value: str) -> str:
        """A day or moment of the record as a day, "November 22, 2026"."""
        return self._filtered("{{ value|day }}", value=value)

    def count(self, number: int) -> str:
        """A whole number as the language groups it."""
        return self._filtered("{{ number|count }}", number=number)

    @staticmethod
    def _filtered(source: str, **values: Any) -> str:
        # The site's filters are reached as a template reaches them: a room does not import the site.
        return str(_template(source).render(Context(values, autoescape=False)))

    def named(self, model: type[Model], key: str, field: str = "name") -> str:
        """What the row of this key is called; the key itself where there is none."""
        at = (model, key)
        if at not in self._named:
            found = model._default_manager.filter(pk=key).values_list(field, flat=True).first()
            self._named[at] = str(found) if found else key
        return self._named[at]

    def member(self, member: str) -> str:
        """Who acted: "Member 3f2a9c1e". Never a name; members are on the record by random pseudonyms only."""
        if member == "system":
            return _("The program")
        if member == "public":
            return _("Somebody")
        return _("Member %(short)s") % {"short": short(member)}

    def listed(self, parts: Iterable[str]) -> str:
        """Words one after another."""
        return ", ".join(parts)


def short(identifier: str) -> str:
    """The beginning of a random id: enough to tell it from the others on a page."""
    return identifier[:8]


def span(seconds: int) -> str:
    """A length of time: days where they are whole, else hours rounded up."""
    if seconds >= 86400 and seconds % 86400 == 0:
        days = seconds // 86400
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    hours = -(-seconds // 3600)
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


def share(part: int, whole: int) -> str:
    """A majority's fraction: "half", "two thirds", or "3 of 5"."""
    told = {(1, 2): _("half"), (2, 3): _("two thirds"), (3, 4): _("three quarters")}
    return told.get((part, whole)) or _("%(part)s of %(whole)s") % {"part": part, "whole": whole}


def sentence(entry: Entry, say: Say) -> str:
    """What the line says, in plain words."""
    _rooms()
    tell = _TELL.get(entry.act)
    if tell is None:
        return _("A line of a kind that this program has no words for yet: %(act)s.") % {"act": entry.act}
    return tell(entry, say)


def may(act: str) -> str:
    """What a mandate for this act lets a member do: "pay organisations"."""
    _rooms()
    return str(_MAY.get(act) or act)


def has_words(act: str) -> bool:
    """Whether some room has a sentence for this act."""
    _rooms()
    return act in _TELL


def arguments(args: dict[str, Any], say: Say) -> list[tuple[str, str]]:
    """An act's arguments as a table's rows: what each is called, and its value in plain words."""
    _rooms()
    rows = []
    for name, value in args.items():
        label, show = _SHOW.get(name, (name.replace("_", " ").capitalize(), _plainly))
        shown = show(value, args, say)
        if shown:
            rows.append((str(label), shown))
    return rows


def _plainly(value: Any, args: dict[str, Any], say: Say) -> str:
    if isinstance(value, list):
        return say.listed(_plainly(each, args, say) for each in value)
    return "" if isinstance(value, dict) else str(value)


def reference(identifier: str) -> Reference:
    """What an id stands for; the bare id where no room knows it."""
    _rooms()
    for find in _FIND:
        found = find(identifier)
        if found is not None:
            return found
    return Reference(identifier, "")


def lines_of(act: str, at: str, by: str = "", **args: Any) -> list[int]:
    """Indexes of the lines by this act at this moment, by this member where one is given, whose arguments hold these
    values.

    Facts keep the moment of the line that made them, not its number; this finds the way back.
    """
    found = []
    for index, data in EntryRow.objects.filter(act=act, at=at).order_by("index").values_list("index", "data"):
        entry = decode(bytes(data), index)
        if by in ("", entry.by) and all(entry.args.get(name) == value for name, value in args.items()):
            found.append(index)
    return found


@finds
def _entry(identifier: str) -> Reference | None:
    index = EntryRow.objects.filter(id=identifier).values_list("index", flat=True).first()
    if index is None:
        return None
    return Reference(_("Line %(index)s in the record") % {"index": index}, f"/record/entry/{index}/")


@shows("minor", gettext_lazy("Amount"))
def _minor(value: int, args: dict[str, Any], say: Say) -> str:
    return say.money(value, args["currency"]) if "currency" in args else str(value)


@shows("currency", gettext_lazy("Currency"))
def _currency(value: str, args: dict[str, Any], say: Say) -> str:
    return "" if {"minor", "cap", "total"} & args.keys() else value  # it stands with the sum


@shows("until", gettext_lazy("Until"))
@shows("starts", gettext_lazy("From"))
@shows("ends", gettext_lazy("Until"))
def _day(value: str, args: dict[str, Any], say: Say) -> str:
    return say.day(value)


@words("record.adopt")
def adopt(entry: Entry, say: Say) -> str:
    """A later version of one act's rules."""
    return _("From here on we follow version %(version)s of the rules for “%(act)s”.") % {
        "version": entry.args["version"],
        "act": may(entry.args["act"]),
    }


@words("record.rotate_key")
def rotate_key(entry: Entry, say: Say) -> str:
    """A new key for checkpoints."""
    return _("A new key signs the record. The old one signs beside it until %(day)s.") % {
        "day": say.day(entry.args["retires"])
    }


REASONS = {
    "names_a_person": gettext_lazy("it named a person"),
    "court_order": gettext_lazy("a court ordered it"),
    "copyright": gettext_lazy("somebody else owns the text"),
    "danger": gettext_lazy("it put somebody in danger"),
    "mistake": gettext_lazy("it was published by mistake"),
}


@words("record.take_down")
def take_down(entry: Entry, say: Say) -> str:
    """A file withheld."""
    return _("We took down the file “%(file)s”: %(reason)s. Its digest stays, so a copy can still be checked.") % {
        "file": say.named(StoredFile, entry.args["sha256"]),
        "reason": REASONS[entry.args["reason"]],
    }


@words("record.close_day")
def close_day(entry: Entry, say: Say) -> str:
    """The day's close."""
    return _("We closed %(day)s: whatever was kept private on that day can be proved from now on.") % {
        "day": say.day(entry.args["day"])
    }
