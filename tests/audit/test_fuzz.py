"""No entry, however malformed, stops an audit: it is refused with a reason, by its shape or by a rule."""

import copy
import random
from collections.abc import Iterator
from typing import Any

from tallystick.audit.replay import Lie, Replay
from tests.audit.book import Book, canonical
from tests.audit.test_liars import story

CASES = 3000
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 2**53 + 1, 10**400, 1.5, "", "x", "é" * 200, "2026-02-30T10:00:00Z", "0000-00-00", [], [[]],
    ["x"], {}, {"sealed": "x"}, {"": None}, "\u0000", "\ud800",
)  # fmt: skip


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) inside a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        yield value, key
        yield from places(inner)


def replay(book: Book, entries: list[dict[str, Any]]) -> str:
    """The reason for which a replay stops, "" when it goes through."""
    going = Replay(book.files.get)
    try:
        for index, entry in enumerate(entries):
            try:
                data = canonical(entry)
            except UnicodeEncodeError:
                data = repr(entry).encode("utf-8", "surrogatepass")
            going.one(index, data)
    except Lie as lie:
        return lie.reason
    return ""


def test_whatever_stands_in_an_entry_the_audit_says_what_is_wrong() -> None:
    book = story(2)
    entries = book.entries[:60]
    assert replay(book, entries) == ""
    rng = random.Random(9)
    for _ in range(CASES):
        index = rng.randrange(len(entries))
        changed = copy.deepcopy(entries[index])
        container, key = rng.choice(list(places(changed)))
        if isinstance(container, dict) and rng.random() < 0.3:
            container[rng.choice(("", "extra", "é", "minor"))] = rng.choice(ODD)
        elif rng.random() < 0.2:
            del container[key]
        else:
            container[key] = rng.choice(ODD)
        reason = replay(book, [*entries[:index], changed])
        assert "make sense" not in reason, (changed, reason)
