"""Votes at the desk: proposed, read again where they name somebody, voted, counted, carried out."""

import json

import pytest

from tallystick.decide.models import Ballot, Motion
from tallystick.people.models import Mandate, Seat
from tallystick.record import vault
from tallystick.record.files import read_file
from tests.desk_world import Room, assert_door, plain, room
from tests.founding import RELIEF, RELIEF_SEATS

pytestmark = pytest.mark.django_db
DAY = "2027-12-31"


@pytest.fixture
def made() -> Room:
    return room()


def passed(made: Room, kind: str, **fields: object) -> Motion:
    """A vote proposed by the chair that everybody says yes to and the chair counts."""
    chair = made.sit("chair")
    page = plain(chair.send(f"/desk/votes/new/{kind}/", closes=DAY, **fields))
    assert "What happens next" in page, page[:3000]
    motion = Motion.objects.get(state="open")
    for name in RELIEF_SEATS:
        assert "voted yes." in plain(made.sit(name).send(f"/desk/votes/{motion.id}/", choice="yes"))
    assert "The vote passed" in plain(chair.send(f"/desk/votes/{motion.id}/close/"))
    motion.refresh_from_db()
    return motion


@pytest.mark.parametrize("path", ["/desk/votes/new/", "/desk/votes/new/text/", "/desk/votes/new/mandate/"])
def test_only_whoever_may_open_votes_proposes_one(made: Room, path: str) -> None:
    assert_door(made, path, "caseworker", "treasurer")


def test_a_vote_of_no_known_kind_is_not_there(made: Room) -> None:
    assert made.sit("chair").get("/desk/votes/new/anything/").status_code == 404


def test_a_vote_is_cast_changed_and_counted(made: Room) -> None:
    chair = made.sit("chair")
    page = plain(chair.send("/desk/votes/new/text/", text="Shall we meet on Sundays?\r\nIt is quiet then.", closes=DAY))
    assert "Everybody on the committee finds the vote on the desk" in page
    motion = Motion.objects.get()
    assert read_file(motion.text) == b"Shall we meet on Sundays?\nIt is quiet then."
    path = f"/desk/votes/{motion.id}/"
    ama = made.sit("ama")
    assert "Vote: Shall we meet on Sundays?" in ama.page("/desk/")
    ama.send(path, choice="yes")
    assert "Vote: Shall we meet on Sundays?" not in ama.page("/desk/")
    assert 'value="yes" id="id_choice_0" checked' in ama.page(path).replace(' aria-invalid="true"', "")
    ama.send(path, choice="no")
    assert Ballot.objects.get(motion=motion, voter=made.world.members["ama"]).choice == "no"
    assert "This vote stays open until" in plain(chair.send(f"{path}close/"))


def test_who_is_not_on_the_roll_does_not_vote(made: Room) -> None:
    made.sit("chair").send("/desk/votes/new/text/", text="Shall we?", closes=DAY)
    assert_door(made, f"/desk/votes/{Motion.objects.get().id}/", "ben", "neighbour")


def test_a_text_that_names_somebody_is_read_again_first(made: Room) -> None:
    vault.put(vault.new_person(), "name", "Marguerite Boudreaux")
    chair = made.sit("chair")
    path = "/desk/votes/new/text/"
    checked = chair.answer(path, text="A roof for Marguerite Boudreaux.", closes=DAY)
    assert "This text may name somebody." in plain(checked)
    asked = chair.confirm(checked)
    assert "Tick the box if everybody may read this, or change the text." in plain(asked)
    assert not Motion.objects.exists()
    assert "What happens next" in plain(chair.confirm(asked, sure="on"))
    assert Motion.objects.count() == 1


def test_a_day_that_is_over_is_refused(made: Room) -> None:
    page = plain(made.sit("chair").answer("/desk/votes/new/text/", text="Shall we?", closes="2020-01-01"))
    assert "That day is over. Choose today or a later day." in page


def test_rights_given_and_taken_back_by_votes(made: Room) -> None:
    ben = made.world.members["ben"]
    motion = passed(
        made,
        "mandate",
        text="Ben shall settle.",
        member=ben,
        acts=["fund.settle"],
        once_USD="10",
        month_USD="20",
        ends="2027-01-31",
    )
    chair = made.sit("chair")
    path = f"/desk/votes/{motion.id}/carry-out/"
    assert f'href="{path}"' in chair.page("/desk/")
    assert made.sit("ama").get(path).status_code == 403
    assert "By a vote, Member" in plain(chair.send(path))
    given = Mandate.objects.get(member=ben, acts='["fund.settle"]')
    assert json.loads(given.limits) == [["USD", 1000, 2000]]
    recall = passed(made, "recall", text="Ben shall not.", mandate=given.id)
    chair.send(f"/desk/votes/{recall.id}/carry-out/")
    given.refresh_from_db()
    assert given.ended_by == "recall"
    assert "That vote was already used." in plain(chair.send(f"/desk/votes/{recall.id}/carry-out/"))


def test_a_seat_is_given_by_a_vote(made: Room) -> None:
    neighbour = made.world.members["neighbour"]
    motion = passed(made, "new-seat", text="The neighbour joins us.", member=neighbour)
    made.sit("chair").send(f"/desk/votes/{motion.id}/carry-out/")
    assert not Seat.objects.get(committee=made.world.committees[RELIEF], member=neighbour).until


def test_a_seat_is_ended_by_a_vote(made: Room) -> None:
    motion = passed(made, "seat", text="Ben is gone.", member=made.world.members["ben"])
    made.sit("chair").send(f"/desk/votes/{motion.id}/carry-out/")
    assert Seat.objects.get(committee=made.world.committees[RELIEF], member=made.world.members["ben"]).until
