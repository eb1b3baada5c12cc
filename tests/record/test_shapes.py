"""Shapes: what may stand in an entry, and by which name a wrong field is refused."""

import pytest

from tallystick.audit.replay import ROOMS
from tallystick.record import shapes
from tallystick.record.facts import RULES, Refused

UUID = "0b4bd7a8-5d3e-4a90-9d5e-0f6b3f0f7a11"


def passes(check: shapes.Check, value: object) -> bool:
    try:
        return bool(check(value))
    except TypeError:
        return False


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (shapes.identifier, [UUID], [UUID.upper(), UUID[:-1], UUID + "\n", "", None, 5]),
        (shapes.amount, [1, 2**53], [0, -1, 2**53 + 1, 1.0, True, "1", None]),
        (shapes.whole, [0, 2**53], [-1, 2**53 + 1, False, 0.0]),
        (shapes.currency, ["USD"], ["usd", "US", "USDX", "ÜSD"]),
        (shapes.code, ["any", "shelter.rent", "us.la"], ["", "A", "a.", ".a", "a b", "a" * 41, "a.b.c.d.e.f.g"]),
        (shapes.slug, ["bank", "cerf-2018"], ["", "-a", "A", "a_b", "a" * 41]),
        (shapes.name, ["Elm Street Fund", "Église", "a" * 120], ["", " a", "a ", "a\nb", "a\u202eb", "a" * 121, 5]),
        (shapes.day, ["2026-03-02"], ["2026-3-2", "2026-13-01", "2026-03-02T", "02.03.2026"]),
        (shapes.moment, ["2026-03-02T15:00:00Z"], ["2026-03-02T24:00:00Z", "2026-03-02 15:00:00Z", "2026-03-02"]),
        (shapes.digest_hex, ["0" * 64], ["0" * 63, "G" * 64, "A" * 64]),
        (shapes.sealed, [{"sealed": "a" * 43}], [{"sealed": "a"}, {"sealed": "a" * 43, "x": 1}, "a" * 43, {}]),
        (shapes.flag, [True, False], [0, 1, "true", None]),
        (shapes.optional(shapes.currency), ["", "USD"], [" ", None]),
        (shapes.one_of("a", "b"), ["a"], ["c", "", None, ["a"]]),
        (shapes.listed(shapes.currency, least=1, most=2), [["USD"]], [[], ["USD"] * 3, "USD", ["x"], [None]]),
    ],
)  # fmt: skip
def test_what_passes_and_what_does_not(check: shapes.Check, good: list[object], bad: list[object]) -> None:
    assert [value for value in good if not passes(check, value)] == []
    assert [value for value in bad if passes(check, value)] == []


SHAPE = shapes.Shape(from_=shapes.slug, minor=shapes.amount)


@pytest.mark.parametrize(
    ("value", "field", "words"),
    [
        (None, "args", "args is missing"),
        ({"from": "bank"}, "minor", "args lacks minor"),
        ({"from": "bank", "minor": 1, "note": "for Mary"}, "note", "unknown field note"),
        ({"from": "bank", "minor": "1"}, "minor", "minor cannot be '1'"),
        ({"from": ["bank"], "minor": 1}, "from", "from cannot be"),
    ],
)
def test_a_wrong_object_is_refused_by_the_name_of_its_field(value: object, field: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        SHAPE.check(value, "args")
    assert caught.value.field == field


def test_no_act_takes_free_text() -> None:
    """Every text that any act's shape takes is a code, a reference, a digest, a moment or a name; never a sentence
    with a line break, and never a name beyond 120 characters."""
    assert ROOMS
    sentence = "She lives at 12 Elm Street.\nCall her after six."
    for (act, _), rule in RULES.items():
        for shape in filter(None, (rule.takes, rule.beside)):
            for field, check in shape.fields.items():
                assert field.isascii(), (act, field)
                assert not passes(check, sentence), (act, field)
                assert not passes(check, "x" * 301), (act, field)
