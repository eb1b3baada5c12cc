"""Purposes and places: dotted codes in which a wider one allows a narrower, and their labels."""

from collections.abc import Iterator

from tallystick.people import rules as people
from tallystick.record import shapes
from tallystick.record.entry import Entry
from tallystick.record.facts import Fact, Facts, Refused, fact, gettext_noop, rule

ANY = "any"
PERSONAL = ("person", "family", "household")


@fact("fund.Code", "kind", "code")
class Code(Fact):
    """What a purpose or a place is called on pages."""

    kind: str  # "purpose", "place"
    code: str
    label: str


def covers(wide: str, narrow: str) -> bool:
    """Whether the wider code allows the narrower: any, the same, or a dot further down."""
    return wide in (ANY, narrow) or narrow.startswith(wide + ".")


def nobody_named(purpose: str, field: str = "purpose") -> None:
    """Refuse a purpose that is one person or family: it could not be a gift to a fund, and would expose them."""
    if purpose.split(".", 1)[0] in PERSONAL:
        raise Refused(
            gettext_noop(
                "We cannot take a gift for one named person or family. Name a purpose and a place instead, for example "
                "rent in Orleans Parish; people in need there can then be helped, and nobody is singled out."
            ),
            field,
        )


@rule(
    "fund.label_code",
    everywhere=True,
    takes=shapes.Shape(kind=shapes.one_of("purpose", "place"), code=shapes.code, label=shapes.name),
)
def label_code(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Say what a purpose or place is called."""
    yield from people.holds(facts, entry)
    nobody_named(entry.args["code"], "code")
    yield Code(entry.args["kind"], entry.args["code"], entry.args["label"])
