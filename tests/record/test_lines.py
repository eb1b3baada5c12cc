"""Sealed lines: fixed in their act's transaction, told apart from repeats, and still counted once erased."""

import pytest

from tallystick.record import clock, lines, vault
from tallystick.record.append import batch
from tallystick.record.facts import Refused
from tallystick.record.models import EntryRow, Line, VaultValue
from tests.founding import START, found, new_id

LATE = "2026-03-03T05:59:59Z"  # a second before midnight in Chicago


@pytest.fixture
def world(db):
    with clock.set_to(START):
        yield found()


def sealed(world, **changed):
    """A line about somebody, with what a test changes."""
    said = {
        "act": "aid.ask", "committee": world.committees["relief"], "group": "aid.ask relief", "author": new_id(),
        "fields": {"need": "roof"}, "minor": 500, "person": changed.get("person") or vault.new_person(),
    }  # fmt: skip
    return lines.seal_line(**{**said, **changed})


def test_a_line_is_one_seal_and_no_entry(world):
    entries = EntryRow.objects.count()
    receipt = sealed(world)
    assert (receipt.day, receipt.promised_day) == ("2026-03-02", "2026-03-04")
    assert EntryRow.objects.count() == entries
    name, value = vault.reveal(receipt.digest)
    assert name == "line"
    assert value["fields"] == {"need": "roof"}
    assert (value["act"], value["day"], value["minor"]) == ("aid.ask", "2026-03-02", 500)


def test_the_day_is_the_commissions_own(world):
    with clock.set_to(LATE):
        assert sealed(world).day == "2026-03-02"
    with clock.set_to("2026-03-03T06:00:00Z"):
        assert sealed(world).day == "2026-03-03"


def test_a_clock_behind_the_record_does_not_reach_into_a_day_before(world):
    with clock.set_to("2026-02-20T12:00:00Z"):
        assert sealed(world).day == "2026-03-02"


def test_the_same_id_gives_the_same_receipt(world):
    said = {"repeat_id": new_id(), "person": vault.new_person(), "author": new_id()}
    first = sealed(world, **said)
    with clock.set_to("2026-03-09T15:00:00Z"):
        again = sealed(world, **said)
    assert (again.digest, again.day, again.promised_day) == (first.digest, first.day, first.promised_day)
    assert (first.repeated, again.repeated) == (False, True)
    assert Line.objects.count() == 1
    for other in ({"minor": 501}, {"fields": {"need": "food"}}, {"person": vault.new_person()}, {"group": "aid"}):
        with pytest.raises(Refused, match="already has the id"):
            sealed(world, **{**said, **other})


def test_a_repeat_of_an_erased_line_is_known_by_what_is_left(world):
    said = {"repeat_id": new_id(), "person": vault.new_person(), "author": new_id()}
    first = sealed(world, **said)
    vault.erase(said["person"])
    assert sealed(world, **said).digest == first.digest
    with pytest.raises(Refused, match="already has the id"):
        sealed(world, **{**said, "minor": 501})


@pytest.mark.parametrize(
    "wrong", [{"minor": -1}, {"minor": 1.5}, {"minor": 2**53 + 1}, {"minor": True}, {"repeat_id": "twice"}]
)
def test_a_line_that_cannot_be_is_refused(world, wrong):
    with pytest.raises(Refused):
        sealed(world, **wrong)
    assert not Line.objects.exists()


def test_a_refused_act_leaves_no_line(world):
    def refused():
        with batch():
            sealed(world)
            raise Refused("No.")

    with pytest.raises(Refused):
        refused()
    assert not Line.objects.exists()
    assert not VaultValue.objects.exists()


def test_households_are_counted_and_not_lines(world):
    somebody = vault.new_person()
    for _ in range(10):
        sealed(world, person=somebody)
    sealed(world)
    assert lines.untold("aid.ask relief") == lines.Untold(people=2, lines=11, minor=5500)


def test_what_a_line_adds_survives_erasure(world):
    somebody = vault.new_person()
    sealed(world, person=somebody)
    sealed(world)
    vault.erase(somebody)
    assert lines.untold("aid.ask relief") == lines.Untold(people=2, lines=2, minor=1000)


def test_waiting_lines_come_in_no_telling_order(world):
    digests = [sealed(world).digest for _ in range(20)]
    assert list(lines.waiting().values_list("digest", flat=True)) == sorted(digests)
    assert lines.waiting("2026-03-01").count() == 0
