"""Entries: what stands on the record, one canonical JSON object each (RFC 8785). Pure.

Canonical bytes come from a sorted `json.dumps`; for what an entry may hold (ASCII keys, whole numbers up to 2^53,
strings without lone surrogates) that is byte for byte what RFC 8785 asks for, and about five times faster than a
general canonicaliser. The tests hold both side by side.
"""

import json
import re
from dataclasses import dataclass, field, fields
from datetime import datetime
from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]
from operator import attrgetter
from typing import Any

from tallystick.record import shapes
from tallystick.record.facts import Refused, gettext_noop, quick_init

VERSION = 1
LARGEST_ENTRY = 65_535  # bytes: a tlog-tiles bundle counts an entry's length in 16 bits


class NotAnEntry(ValueError):
    """These bytes are no entry of the format this program knows. `newer` when a newer program might know it."""

    def __init__(self, message: str, newer: bool = False) -> None:
        super().__init__(message)
        self.newer = newer


@quick_init
@dataclass(frozen=True, slots=True)
class Entry:
    """One act as the record holds it. See docs/record.md for each field."""

    id: str
    at: str
    act: str
    rules: int
    by: str
    for_: str
    under: tuple[str, ...]
    body: dict[str, Any]
    files: tuple[dict[str, Any], ...] = ()
    sealed: tuple[str, ...] = ()
    sig: dict[str, str] | None = None
    corrects: str = ""
    index: int = field(default=-1, compare=False)

    @property
    def args(self) -> dict[str, Any]:
        """The act's arguments."""
        return self.body["args"]  # type: ignore[no-any-return]

    def values(self) -> tuple[Any, ...]:
        """Its fields in order, so that `Entry(*values)` is the same again in another process."""
        return _values(self)

    def plain(self) -> dict[str, Any]:
        """The JSON object that is written."""
        plain: dict[str, Any] = {
            "v": VERSION,
            "id": self.id,
            "at": self.at,
            "act": self.act,
            "rules": self.rules,
            "by": self.by,
            "for": self.for_,
            "under": list(self.under),
            "body": self.body,
        }
        if self.files:
            plain["files"] = list(self.files)
        if self.sealed:
            plain["sealed"] = list(self.sealed)
        if self.sig is not None:
            plain["sig"] = self.sig
        if self.corrects:
            plain["corrects"] = self.corrects
        return plain

    def signed_bytes(self) -> bytes:
        """What the actor signs: the entry without `sig` and `at` (the server sets `at` last)."""
        plain = self.plain()
        plain.pop("sig", None)
        del plain["at"]
        return canonical(plain)


_values = attrgetter(*(each.name for each in fields(Entry)))


def _unfit(value: Any) -> Any:
    raise TypeError(f"{type(value).__name__} is no JSON value")


# One encoder for good: `json.dumps` would make a new one for each entry, at half the cost of the whole.
_chunks = c_make_encoder(None, _unfit, encode_basestring, None, ":", ",", True, False, False)


def _encode(value: Any) -> str:
    return "".join(_chunks(value, 0))


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes of a JSON value without fractions, with ASCII keys."""
    return _encode(value).encode("utf-8")


def _no_fraction(text: str) -> Any:
    raise NotAnEntry(f"It holds the number {text[:40]}; entries hold whole numbers only.")


_scan = json.JSONDecoder(parse_float=_no_fraction, parse_constant=_no_fraction).scan_once  # type: ignore[attr-defined]


def _decode(text: str) -> Any:
    value, end = _scan(text, 0)
    if end != len(text):
        raise ValueError(f"something follows at character {end}")
    return value


_ALWAYS = frozenset(("v", "id", "at", "act", "rules", "by", "for", "under", "body"))
_SOMETIMES = frozenset(("files", "sealed", "sig", "corrects"))
_SIG = shapes.Shape(key=shapes.identifier, value=shapes.base64text)


def encode(entry: Entry) -> bytes:
    """The entry's bytes; refuses what would not fit or not be read the same by everybody.

    The body's values were checked by the rule's shapes, so only the header is looked at again here.
    """
    try:
        plain = entry.plain()
        from_plain(plain)
        data = canonical(plain)
    except (UnicodeEncodeError, ValueError, TypeError) as error:
        raise Refused(gettext_noop("This cannot be written on the record: {why}"), "body", why=str(error)) from error
    if len(data) > LARGEST_ENTRY:
        raise Refused(
            gettext_noop("This line would be {size} bytes long, more than 65,535. Put the longer part in a file."),
            "body",
            size=len(data),
        )
    return data


def decode(data: bytes, index: int = -1) -> Entry:
    """The entry in these bytes. NotAnEntry unless they are canonical and each field is of its kind."""
    try:
        plain = _decode(data.decode("utf-8"))
    except NotAnEntry:
        raise
    except (UnicodeDecodeError, ValueError, RecursionError, StopIteration) as error:
        raise NotAnEntry(f"It is not JSON: {error}") from None
    if not isinstance(plain, dict):
        raise NotAnEntry("It is no JSON object.")
    version = plain.get("v")
    if version != VERSION or version is True:
        if isinstance(version, int) and version > VERSION:
            raise NotAnEntry(f"It is of format {version}; this program reads format {VERSION}. Use a newer one.", True)
        raise NotAnEntry(f"Its format is {version!r}; this program reads format {VERSION}.")
    if _encode(plain).encode("utf-8", "surrogatepass") != data:
        raise NotAnEntry("It is not in canonical form (RFC 8785).")
    return from_plain(plain, index)


def from_plain(plain: dict[str, Any], index: int = -1) -> Entry:
    """The entry for a decoded JSON object, its header checked field by field."""
    keys = plain.keys()
    if keys == _ALWAYS and _ordinary(plain):
        return Entry(
            plain["id"],
            plain["at"],
            plain["act"],
            plain["rules"],
            plain["by"],
            plain["for"],
            tuple(plain["under"]),
            plain["body"],
            index=index,
        )
    if not keys >= _ALWAYS:
        raise NotAnEntry(f"It lacks {min(_ALWAYS - keys)}.")
    if not keys <= _ALWAYS:
        _check_rest(plain)
    _check_header(plain)
    return Entry(
        plain["id"],
        plain["at"],
        plain["act"],
        plain["rules"],
        plain["by"],
        plain["for"],
        tuple(plain["under"]),
        plain["body"],
        tuple(plain.get("files", ())),
        tuple(plain.get("sealed", ())),
        plain.get("sig"),
        plain.get("corrects", ""),
        index,
    )


def _moment(value: Any) -> bool:
    """A moment that the calendar has: the pattern alone would take February 30th."""
    try:
        return shapes.moment(value) is not None and datetime.fromisoformat(value) is not None
    except ValueError:
        return False


def _actor(value: Any) -> bool:
    return value in ("system", "public") or shapes.identifier(value)


_HEADER = (
    ("id", shapes.identifier),
    ("at", _moment),
    ("act", shapes.act_name),
    ("rules", shapes.amount),
    ("by", _actor),
    ("for", shapes.optional(shapes.identifier)),
    ("under", shapes.listed(shapes.identifier, most=16)),
    ("body", lambda value: isinstance(value, dict)),
)

_usual = re.compile(
    " ".join((shapes.IDENTIFIER, shapes.MOMENT, shapes.ACT_NAME, *[shapes.IDENTIFIER] * 3)), re.ASCII
).fullmatch


def _ordinary(plain: dict[str, Any]) -> bool:
    """Whether the header is of the commonest kind, by one expression instead of one for each field: a member's act for
    a committee under one mandate. A value with a space in it would give more spaces than the expression has."""
    try:
        (mandate,) = plain["under"]
        said = f"{plain['id']} {plain['at']} {plain['act']} {plain['by']} {plain['for']} {mandate}"
    except (TypeError, ValueError):
        return False
    return (
        _usual(said) is not None
        and _moment(plain["at"])
        and type(plain["under"]) is list
        and shapes.amount(plain["rules"])
        and type(plain["body"]) is dict
    )


def _check_header(plain: dict[str, Any]) -> None:
    name = ""
    try:
        for name, check in _HEADER:
            if not check(plain[name]):
                raise NotAnEntry(f"Its {name} cannot be {plain[name]!r:.80}.")
    except TypeError:
        raise NotAnEntry(f"Its {name} cannot be {plain[name]!r:.80}.") from None


_REST: dict[str, shapes.Check] = {
    "files": shapes.listed(shapes.file_listing, least=1, most=64),
    "sealed": lambda value: shapes.listed(shapes.digest64, least=1)(value) and value == sorted(set(value)),
    "sig": _SIG,
    "corrects": shapes.identifier,
}


def _check_rest(plain: dict[str, Any]) -> None:
    extra = plain.keys() - _ALWAYS
    if not extra <= _SOMETIMES:
        raise NotAnEntry(f"It has an unknown field {min(extra - _SOMETIMES)}.")
    for name in extra:
        try:
            fits = _REST[name](plain[name])
        except TypeError:
            fits = False
        if not fits:
            raise NotAnEntry(f"Its {name} is not as it must be.")
