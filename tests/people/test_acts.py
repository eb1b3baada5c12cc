"""People's acts as the commission does them: a new committee gets its first members, and nobody widens rights."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tallystick.audit.replay import Replay
from tallystick.people import acts as people
from tallystick.people.models import Committee, Mandate, Member, Seat
from tallystick.record import clock
from tallystick.record.append import Actor
from tallystick.record.chance import new_id
from tallystick.record.entry import Entry
from tallystick.record.facts import Refused
from tallystick.record.files import read_file
from tallystick.record.models import EntryRow, Head
from tests.founding import World, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return found()


@pytest.fixture(autouse=True)
def _day():
    with clock.set_to("2026-03-03T15:00:00Z"):
        yield


def mandate(world: World, member: str, committee: str, acts: list[str], **change: object) -> dict[str, object]:
    return {
        "id": new_id(), "member": member, "committee": committee, "acts": acts, "limits": [],
        "starts": "2026-03-03T00:00:00Z", "ends": "2027-01-01T00:00:00Z", **change,
    }  # fmt: skip


def test_a_new_committee_gets_its_first_members_from_the_one_that_opened_it(world: World) -> None:
    chair, kitchen, cook = world.actor("chair"), new_id(), new_id()
    people.open_committee(chair, id=kitchen, name="Kitchen", quorum=1)
    people.admit_member(chair, member=cook)
    people.seat_member(chair, committee=kitchen, member=cook)
    given = mandate(world, cook, kitchen, ["people.admit_member"])
    people.grant_mandate(chair, mandate=given)
    people.admit_member(Actor(cook, kitchen, str(given["id"])), member=new_id())
    assert Committee.objects.get(pk=kitchen).seats == 1
    assert Committee.objects.get(pk=kitchen).parent == chair.committee


def test_another_committee_than_ones_own_is_refused(world: World) -> None:
    chair, size = world.actor("chair"), Head.objects.get().size
    with pytest.raises(Refused, match="neither your committee"):
        people.seat_member(chair, committee=world.committees["housing"], member=world.members["ama"])
    with pytest.raises(Refused, match="neither your committee"):
        people.grant_mandate(
            chair,
            mandate=mandate(world, world.members["ama"], world.committees["housing"], ["people.admit_member"]),
        )
    assert Head.objects.get().size == size


def test_a_leaver_gives_up_seats_first(world: World) -> None:
    ben = Actor(world.members["ben"])
    with pytest.raises(Refused, match="Give up your seats first"):
        people.leave(ben)
    people.leave_seat(ben, committee=world.committees["relief"])
    people.leave(ben)
    assert Member.objects.get(pk=ben.by).left
    assert Seat.objects.get(member=ben.by).until
    with pytest.raises(Refused, match="has left"):
        people.admit_member(world.actor("ben"), member=new_id())


def test_a_resigned_mandate_no_longer_holds(world: World) -> None:
    ama = world.actor("ama")
    people.resign_mandate(Actor(ama.by), mandate=ama.mandate)
    assert Mandate.objects.get(pk=ama.mandate).ended_by == "resignation"
    with clock.set_to("2026-03-03T15:00:01Z"), pytest.raises(Refused, match="was ended"):
        people.admit_member(ama, member=new_id())


def test_the_same_act_sent_twice_is_recorded_once(world: World) -> None:
    member, entry = new_id(), new_id()
    first = people.admit_member(world.actor("chair", entry), member=member)
    with clock.set_to("2026-03-03T16:00:00Z"):
        again = people.admit_member(world.actor("chair", entry), member=member)
    assert (again.repeated, again.index, again.entry.id) == (True, first.index, entry)
    with pytest.raises(Refused, match="Another line already has the id"):
        people.admit_member(world.actor("chair", entry), member=new_id())


def test_a_clock_that_is_behind_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    people.admit_member(world.actor("chair"), member=new_id())
    monkeypatch.setattr("tallystick.record.append.PATIENCE", 0)
    with clock.set_to("2026-03-03T14:59:59Z"), pytest.raises(Refused, match="Set the clock"):
        people.admit_member(world.actor("chair"), member=new_id())


def test_a_member_signs_an_act_and_a_wrong_signature_is_refused(world: World) -> None:
    private, key = Ed25519PrivateKey.generate(), new_id()
    ben, committee = Actor(world.members["ben"]), world.committees["relief"]
    public = base64.b64encode(private.public_key().public_bytes_raw()).decode()
    people.register_key(ben, id=key, public_key=public)
    args = {"committee": committee, "member": ben.by}
    said = Entry(new_id(), clock.now(), "people.leave_seat", 1, ben.by, "", (), {"args": args})
    value = base64.b64encode(private.sign(said.signed_bytes())).decode()
    with pytest.raises(Refused, match="does not fit"):
        people.leave_seat(Actor(ben.by, entry_id=new_id(), sig={"key": key, "value": value}), committee=committee)
    signed = Actor(ben.by, entry_id=said.id, sig={"key": key, "value": value})
    assert people.leave_seat(signed, committee=committee).entry.sig == {"key": key, "value": value}
    replay = Replay(read_file)
    replay.bundle(0, [bytes(row.data) for row in EntryRow.objects.order_by("index")])
    assert replay.told.signed == 1
