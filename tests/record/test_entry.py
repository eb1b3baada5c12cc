"""Entries: one canonical spelling, strict reading, and nothing that readers could understand differently."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tallystick.record.entry import LARGEST_ENTRY, Entry, NotAnEntry, canonical, decode, encode
from tallystick.record.facts import Refused

ID = "0b4bd7a8-5d3e-4a90-9d5e-0f6b3f0f7a11"
ENTRY = Entry(ID, "2026-03-02T15:00:00Z", "people.leave", 1, ID, "", (), {"args": {"member": ID}})

# What entries may hold: text, whole numbers up to 2^53, true, false; lists and objects of these with ASCII keys.
KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    TEXT | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_canonical_is_what_rfc_8785_says(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.peer
@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_the_published_vectors(name: str, data: Callable[[str], Path]) -> None:
    folder = data("jcs/testdata")
    value = json.loads((folder / f"input/{name}.json").read_text())
    wanted = (folder / f"output/{name}.json").read_bytes()
    assert rfc8785.dumps(value) == wanted
    if may_stand_in_an_entry(value):
        assert canonical(value) == wanted
        assert name in {"arrays", "french", "unicode"}
    else:
        # Fractions are refused when read; keys beyond ASCII are in no act's shape.
        assert name in {"structures", "values", "weird"}


def may_stand_in_an_entry(value: Any) -> bool:
    if isinstance(value, dict):
        plain_keys = all(key.isascii() or key == "péché" or key == "pêche" for key in value)
        return plain_keys and all(map(may_stand_in_an_entry, value.values()))
    if isinstance(value, list):
        return all(map(may_stand_in_an_entry, value))
    return not isinstance(value, float)


def test_an_entry_comes_back_as_it_was_written() -> None:
    assert decode(encode(ENTRY)) == ENTRY


def test_what_is_signed_leaves_out_time_and_signature() -> None:
    said = json.loads(ENTRY.signed_bytes())
    assert set(said) == {"v", "id", "act", "rules", "by", "for", "under", "body"}


def changed(**change: Any) -> bytes:
    return canonical({**ENTRY.plain(), **change})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[]", "no JSON object"),
        (b"{}", "format is None"),
        (b"[" * 100_000, "not JSON"),
        (encode(ENTRY) + b" ", "not JSON"),
        (encode(ENTRY).replace(b'":', b'": ', 1), "canonical"),
        (encode(ENTRY).replace(b'"by"', b'"b\\u0079"'), "canonical"),
        (encode(ENTRY).replace(b'"act":', b'"act":"a.b","act":', 1), "canonical"),
        (encode(ENTRY).replace(b'"rules":1', b'"rules":1.0'), "whole numbers"),
        (encode(ENTRY).replace(b'"rules":1', b'"rules":1e0'), "whole numbers"),
        (encode(ENTRY).replace(b'"rules":1', b'"rules":NaN'), "whole numbers"),
        (changed(v=2), "Use a newer one"),
        (changed(v=0), "format is 0"),
        (changed(extra=1), "unknown field extra"),
        (changed(id="x"), "Its id"),
        (changed(id=ID.upper()), "Its id"),
        (changed(id=ID.replace("-4", "-1")), "Its id"),
        (changed(at="2026-02-30T15:00:00Z"), "Its at"),
        (changed(at="2026-03-02T15:00:00+00:00"), "Its at"),
        (changed(at="2026-03-02T15:00:00.5Z"), "Its at"),
        (changed(at=5), "Its at"),
        (changed(rules=0), "Its rules"),
        (changed(rules=True), "Its rules"),
        (changed(by="somebody"), "Its by"),
        (changed(under=[ID] * 17), "Its under"),
        (changed(under="x"), "Its under"),
        (changed(body=[]), "Its body"),
        (changed(files=[]), "Its files"),
        (changed(files=[{"sha256": "x"}]), "Its files"),
        (changed(sealed=["b" * 43, "a" * 43]), "Its sealed"),
        (changed(sealed=["a" * 43, "a" * 43]), "Its sealed"),
        (changed(sig={"key": ID}), "Its sig"),
        (changed(corrects=""), "Its corrects"),
        (canonical({k: v for k, v in ENTRY.plain().items() if k != "under"}), "lacks under"),
    ],
    ids=range(35),
)
def test_what_is_no_entry_is_refused_with_its_reason(data: bytes, words: str) -> None:
    with pytest.raises(NotAnEntry, match=words):
        decode(data)


def test_a_newer_format_is_told_apart() -> None:
    with pytest.raises(NotAnEntry) as caught:
        decode(changed(v=7))
    assert caught.value.newer


def test_an_entry_that_is_too_long_is_refused() -> None:
    long = Entry(ID, ENTRY.at, ENTRY.act, 1, ID, "", (), {"args": {"member": "x" * LARGEST_ENTRY}})
    with pytest.raises(Refused, match="Put the longer part in a file"):
        encode(long)


def test_a_lone_surrogate_cannot_be_written() -> None:
    with pytest.raises(Refused, match="cannot be written"):
        encode(Entry(ID, ENTRY.at, ENTRY.act, 1, ID, "", (), {"args": {"member": "\ud800"}}))
