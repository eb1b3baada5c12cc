"""Appending: one index after the other, all or nothing, and a batch in which a refused act takes only its own back."""

import pytest
from django.db import transaction

from tallystick.audit.database import compare
from tallystick.people import acts as people
from tallystick.people.models import Member
from tallystick.record import clock, repeats
from tallystick.record.append import batch
from tallystick.record.chance import new_id
from tallystick.record.facts import Refused
from tallystick.record.models import EntryRow, Head
from tests.founding import World, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return found(books_too=False)


@pytest.fixture(autouse=True)
def _day():
    with clock.set_to("2026-03-03T15:00:00Z"):
        yield


def admit(world: World, member: str = "", entry: str = "") -> str:
    member = member or new_id()
    people.admit_member(world.actor("chair", entry), member=member)
    return member


def admit_twice(world: World, written_between: bool = False) -> None:
    """A part of a batch whose second act is refused."""
    with batch() as part:
        member = admit(world)
        if written_between:
            part.write()
        admit(world, member)


def test_entries_follow_one_another(world: World) -> None:
    for _ in range(5):
        admit(world)
    assert list(EntryRow.objects.order_by("index").values_list("index", flat=True)) == list(range(6))
    assert Head.objects.get().size == 6


def test_a_refused_act_leaves_nothing(world: World) -> None:
    member = admit(world)
    with pytest.raises(Refused):
        admit(world, member)
    assert Head.objects.get().size == 2
    assert compare().ok


def test_in_a_batch_a_refused_act_takes_only_its_own_back(world: World) -> None:
    with batch():
        first = admit(world)
        with pytest.raises(Refused):
            admit(world, first)
        second = admit(world)
    assert Head.objects.get().size == 3
    assert Member.objects.filter(pk__in=[first, second]).count() == 2
    assert compare().ok


def test_a_batch_that_fails_leaves_nothing(world: World) -> None:
    class Stop(Exception):
        pass

    def fail() -> None:
        with batch():
            admit(world)
            raise Stop

    with pytest.raises(Stop):
        fail()
    assert Head.objects.get().size == 1
    assert compare().ok


def test_acts_in_a_part_that_fails_are_taken_back_alone(world: World) -> None:
    with batch():
        admit(world)
        with pytest.raises(Refused):
            admit_twice(world)
        admit(world)
    assert Head.objects.get().size == 3
    assert compare().ok


def test_a_part_that_fails_after_it_was_written_fails_the_whole(world: World) -> None:
    def fail() -> None:
        with batch():
            admit(world)
            with pytest.raises(Refused):
                admit_twice(world, written_between=True)
            admit(world)

    with pytest.raises(RuntimeError, match="the whole batch is taken back"), transaction.atomic():
        fail()
    assert Head.objects.get().size == 1


def test_a_repeat_within_a_batch_is_recorded_once(world: World) -> None:
    entry, member = new_id(), new_id()
    with batch():
        admit(world, member, entry)
        admit(world, member, entry)
    assert Head.objects.get().size == 2


def test_a_repeat_whose_key_is_destroyed_is_refused_as_another(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    entry, member = new_id(), new_id()
    admit(world, member, entry)
    now = repeats.period()
    monkeypatch.setattr(repeats, "period", lambda: now + 2)
    assert repeats.destroy_old() >= 1
    with pytest.raises(Refused, match="already has the id"):
        admit(world, member, entry)
