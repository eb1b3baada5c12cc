"""Facts: later steps of a rule see earlier ones, and a refusal half way leaves nothing behind."""

from collections.abc import Iterator

import pytest

from tallystick.record.facts import Fact, Facts, Refused, fact, replace, require, rule
from tallystick.record.shapes import Shape


@fact("tests.Jar", "id")
class Jar(Fact):
    """A jar with so many beans."""

    id: str
    beans: int


@fact("tests.Pair", "left", "right")
class Pair(Fact):
    """Two of something."""

    left: str
    right: str


def test_a_later_step_sees_an_earlier_one() -> None:
    facts = Facts()

    def steps() -> Iterator[Fact]:
        yield Jar("a", 1)
        yield replace(facts.get(Jar, "a"), beans=facts.get(Jar, "a").beans + 1)

    facts.keep(steps())
    assert facts.get(Jar, "a") == Jar("a", 2)


def test_a_refusal_half_way_takes_all_back() -> None:
    facts = Facts()
    facts.keep([Jar("a", 1)])

    def steps() -> Iterator[Fact]:
        yield Jar("a", 5)
        yield Jar("b", 1)
        require(False, "No.")

    with pytest.raises(Refused):
        facts.keep(steps())
    assert facts.get(Jar, "a") == Jar("a", 1)
    assert facts.find(Jar, "b") is None


def test_a_missing_fact_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="no jar x on the record"):
        Facts().get(Jar, "x")
    with pytest.raises(Refused, match="no pair x/y on the record"):
        Facts().get(Pair, ("x", "y"))


def test_facts_are_frozen_and_keyed() -> None:
    with pytest.raises(AttributeError):
        Jar("a", 1).beans = 2  # type: ignore[misc]
    assert Pair.key_of(Pair("x", "y")) == ("x", "y")
    assert Jar.key_of(Jar("a", 1)) == "a"


def test_two_facts_or_rules_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match=r"tests\.Jar"):
        fact("tests.Jar", "id")(type("Jar", (Fact,), {"__annotations__": {"id": str}}))
    with pytest.raises(ValueError, match="two rules"):
        rule("people.leave", takes=Shape())(lambda facts, entry: iter(()))
