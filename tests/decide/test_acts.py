"""Motions as a committee carries them, with small rolls in the entry and large ones in files."""

import pytest

from tallystick.audit.replay import Replay
from tallystick.decide import acts as decide
from tallystick.decide import rules
from tallystick.decide.models import Ballot, Motion
from tallystick.people import acts as people
from tallystick.record import clock
from tallystick.record.append import Actor, batch
from tallystick.record.chance import new_id
from tallystick.record.facts import Refused
from tallystick.record.files import read_file
from tallystick.record.models import EntryRow
from tests.founding import World, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return found()


@pytest.fixture(autouse=True)
def _day():
    with clock.set_to("2026-03-03T15:00:00Z"):
        yield


def opened(world: World, closes: str = "2026-03-05T00:00:00Z") -> str:
    motion = new_id()
    decide.open_motion(world.actor("chair"), id=motion, text="Shall we?", closes=closes)
    return motion


def test_a_vote_can_be_changed_until_the_close(world: World) -> None:
    motion = opened(world)
    for choice in ("yes", "no", "abstain"):
        decide.vote(world.actor("ama"), motion=motion, choice=choice)
    assert Motion.objects.get(pk=motion).cast == 1
    assert Ballot.objects.get(motion=motion, voter=world.members["ama"]).choice == "abstain"


def test_the_worker_closes_what_is_due(world: World) -> None:
    motion = opened(world)
    for name in ("ama", "ben", "chair"):
        decide.vote(world.actor(name), motion=motion, choice="yes")
    assert decide.close_due_motions("2026-03-04T00:00:00Z") == []
    with clock.set_to("2026-03-05T00:00:00Z"):
        assert len(decide.close_due_motions(clock.now())) == 1
    told = Motion.objects.get(pk=motion)
    assert (told.state, told.yes, told.no, told.abstain) == ("carried", 3, 0, 0)
    with clock.set_to("2026-03-05T00:00:00Z"), pytest.raises(Refused, match="closed"):
        decide.vote(world.actor("ben"), motion=motion, choice="no")


def test_without_its_quorum_a_vote_fails(world: World) -> None:
    motion = opened(world)
    decide.vote(world.actor("ama"), motion=motion, choice="yes")
    with clock.set_to("2026-03-05T00:00:00Z"):
        decide.close_motion(world.actor("chair"), motion=motion)
    assert Motion.objects.get(pk=motion).state == "failed"


def test_an_outsider_cannot_vote(world: World) -> None:
    motion = opened(world)
    stranger = Actor(world.members["neighbour"], world.committees["relief"])
    with pytest.raises(Refused, match="not on the roll"):
        decide.vote(stranger, motion=motion, choice="yes")


def test_a_large_roll_and_its_votes_are_files(world: World) -> None:
    chair, assembly, size = world.actor("chair"), new_id(), rules.LONGEST_LIST + 5
    members = [new_id() for _ in range(size)]
    people.open_committee(chair, id=assembly, name="Assembly", quorum=size)
    with batch():
        for member in members:
            people.admit_member(chair, member=member)
            people.seat_member(chair, committee=assembly, member=member)
    speaker = Actor(members[0], assembly, new_id())
    people.grant_mandate(
        chair,
        mandate={
            "id": speaker.mandate, "member": speaker.by, "committee": assembly, "limits": [],
            "acts": ["decide.open_motion", "decide.close_motion"],
            "starts": "2026-03-03T00:00:00Z", "ends": "2027-01-01T00:00:00Z",
        },
    )  # fmt: skip
    motion = new_id()
    decide.open_motion(speaker, id=motion, text="Shall we?", closes="2026-03-05T00:00:00Z")
    with batch():
        for number, member in enumerate(members):
            decide.vote(Actor(member, assembly), motion=motion, choice="yes" if number >= 5 else "no")
    with clock.set_to("2026-03-05T00:00:00Z"):
        closed = decide.close_motion(speaker, motion=motion)
    assert closed.entry.args["votes_file"] == closed.entry.files[0]["sha256"]
    assert Motion.objects.get(pk=motion).roll == rules.LONGEST_LIST + 5
    assert Motion.objects.get(pk=motion).yes == rules.LONGEST_LIST
    replay = Replay(read_file)
    replay.bundle(0, [bytes(row.data) for row in EntryRow.objects.order_by("index")])
    assert replay.facts.get(rules.Motion, motion).state == "carried"


@pytest.mark.parametrize(
    ("yes", "no", "abstain", "state"),
    [(2, 1, 0, "carried"), (2, 2, 0, "failed"), (1, 0, 2, "carried"), (0, 0, 5, "failed"), (2, 0, 0, "failed")],
)
def test_the_outcome_by_quorum_and_majority(yes: int, no: int, abstain: int, state: str) -> None:
    motion = rules.Motion("", "", "", "", "", "", "", "", 3, 1, 2, 9, 0, "open", 0, 0, 0, "")
    assert rules.outcome(motion, yes, no, abstain) == state
