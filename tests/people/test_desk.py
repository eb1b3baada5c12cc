"""The people room's pages of the desk: each by its owner, by a teammate without the right, and by outsiders."""

import base64
import re

import pytest

from tallystick.people.models import Committee, Mandate, Organisation, Representative, Seat
from tallystick.record.models import EntryRow, Key
from tallystick.site.models import User
from tests.desk_world import Room, assert_door, hidden, plain, room
from tests.founding import RELIEF

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Room:
    return room()


@pytest.mark.parametrize(
    ("path", "teammate"),
    [
        ("people/committees/new/", "ama"),
        ("people/seats/new/", "ama"),
        ("people/rights/new/", "ama"),
        ("people/members/new/", "ama"),
        ("people/organisations/new/", "ama"),
        ("people/speakers/new/", "ama"),
    ],
)
def test_pages_open_for_whoever_has_the_right(made: Room, path: str, teammate: str) -> None:
    assert_door(made, f"/desk/{path}", "chair", teammate)


def test_a_committee_is_opened_once_however_often_it_is_sent(made: Room) -> None:
    chair = made.sit("chair")
    checked = chair.answer(
        "/desk/people/committees/new/", name="Roof committee", quorum="2", majority="2/3", notice="48"
    )
    assert "More than two thirds" in plain(checked)
    sent = {**hidden(checked), "step": "send"}
    first = chair.client.post("/desk/people/committees/new/", sent, follow=True)
    again = chair.client.post("/desk/people/committees/new/", sent, follow=True)
    assert first.redirect_chain == again.redirect_chain
    assert "A new committee was opened: Roof committee." in plain(first)
    opened = Committee.objects.get(name="Roof committee")
    assert (opened.quorum, opened.majority_num, opened.majority_den, opened.notice) == (2, 2, 3, 48 * 3600)


def test_wrong_answers_are_named_in_the_fields_words(made: Room) -> None:
    page = plain(made.sit("chair").answer("/desk/people/committees/new/", name="", quorum="none", notice="1"))
    assert '<a href="#id_name">Enter a name.</a>' in page
    assert '<a href="#id_quorum">Enter a whole number, for example 3.</a>' in page
    assert "<title>Error:" in page


def test_answers_can_be_changed_before_they_are_sent(made: Room) -> None:
    chair = made.sit("chair")
    checked = chair.answer("/desk/people/committees/new/", name="Roofs", quorum="2", majority="1/2", notice="0")
    page = plain(chair.client.post("/desk/people/committees/new/", {**hidden(checked), "step": "change"}))
    assert 'value="Roofs"' in page
    assert "There is a problem" not in page
    assert not Committee.objects.filter(name="Roofs").exists()


def test_a_new_member_gets_a_sign_in_and_the_record_no_name(made: Room) -> None:
    chair = made.sit("chair")
    checked = chair.answer("/desk/people/members/new/", name="Marisol Guidry")
    sent = {**hidden(checked), "step": "send"}
    page = plain(chair.client.post("/desk/people/members/new/", sent))
    user = User.objects.get(name="Marisol Guidry")
    assert user.username in page
    shown = re.findall(r"<strong>(\w{5}-\w{5}-\w{5})</strong>", page)[0]
    assert user.check_password(shown)
    assert not EntryRow.objects.filter(data__contains=b"Marisol").exists()
    again = plain(chair.client.post("/desk/people/members/new/", sent))
    assert User.objects.filter(name="Marisol Guidry").count() == 1
    assert "<strong>" in again
    assert f'{user.member}">Marisol Guidry ({user.member[:8]})' in chair.page("/desk/people/seats/new/")


def test_a_seat_is_given_and_given_up(made: Room) -> None:
    made.sit("neighbour")
    chair, neighbour = made.sit("chair"), made.world.members["neighbour"]
    chair.send("/desk/people/committees/new/", name="Boats", quorum="1", majority="1/2", notice="0")
    boats = Committee.objects.get(name="Boats").id
    page = chair.page("/desk/people/seats/new/")
    assert boats in page
    assert made.world.committees[RELIEF] not in page  # it can vote by now
    assert "What happens next" in plain(chair.send("/desk/people/seats/new/", committee=boats, member=neighbour))
    assert Seat.objects.get(committee=boats, member=neighbour).until == ""
    path = f"/desk/people/seats/{boats}/leave/"
    own = made.sit("neighbour")
    assert "gave up the seat" in plain(own.send(path))
    assert own.get(path).status_code == 404
    assert made.sit("visitor").get(path).status_code == 302


def test_rights_are_passed_on_and_given_back(made: Room) -> None:
    chair, ama = made.sit("chair"), made.world.members["ama"]
    page = chair.page("/desk/people/rights/new/")
    assert "open committees" in page
    assert "approve payments that others asked for" not in page  # that right comes by vote only
    checked = chair.answer(
        "/desk/people/rights/new/",
        member=ama,
        acts=["people.add_organisation"],
        once_USD="1,000.00",
        month_USD="2,000",
        ends="2027-06-30",
    )
    assert "$2,000.00 USD" in plain(checked)
    chair.confirm(checked)
    given = Mandate.objects.get(member=ama, given_by=made.world.members["chair"])
    assert '["people.add_organisation"]' in given.acts
    assert given.ends == "2027-07-01T05:00:00Z"
    own = made.sit("ama")
    path = f"/desk/people/rights/{given.id}/give-back/"
    assert "add organisations" in own.page(path)
    assert made.sit("ben").get(path).status_code == 404
    opened = own.client.get(path)
    for _time in range(2):  # sent twice: the second finds the first
        done = own.client.post(path, hidden(opened), follow=True)
        assert "gave rights back" in plain(done)
    assert EntryRow.objects.filter(act="people.resign_mandate").count() == 1


def test_a_refusal_of_the_rules_stands_beside_its_field(made: Room) -> None:
    chair, ama = made.sit("chair"), made.world.members["ama"]
    page = plain(
        chair.send(
            "/desk/people/rights/new/",
            member=ama,
            acts=["people.add_organisation"],
            once_USD="600,000",
            month_USD="600,000",
            ends="2027-06-30",
        )
    )
    assert "You cannot pass on more than your own limit in USD." in page
    page = plain(
        chair.send("/desk/people/rights/new/", member=ama, acts=["people.add_organisation"], ends="2030-06-30")
    )
    assert '<a href="#id_ends_0">You cannot pass on rights beyond your own term.</a>' in page


def test_an_organisation_and_who_speaks_for_it(made: Room) -> None:
    chair = made.sit("chair")
    made.sit("ama")
    chair.send("/desk/people/organisations/new/", name="Bayou Boats", id="72-1", sector="charity")
    assert Organisation.objects.get(pk="72-1").name == "Bayou Boats"
    page = plain(chair.answer("/desk/people/speakers/new/", organisation="Bayou", member=made.world.members["ama"]))
    assert "Which one do you mean? Enter its reference: Bayou Boats (72-1), Bayou Roofing (roofer)." in page
    chair.send("/desk/people/speakers/new/", organisation="bayou boats", member=made.world.members["ama"])
    speaks = Representative.objects.get(organisation="72-1")
    own = made.sit("ama")
    picked = f"{speaks.member_id} 72-1"
    assert picked in own.page("/desk/people/speakers/end/")
    assert picked not in made.sit("ben").page("/desk/people/speakers/end/")
    own.send("/desk/people/speakers/end/", picked=picked)
    speaks.refresh_from_db()
    assert speaks.until


def test_a_key_is_registered_and_revoked(made: Room) -> None:
    ama = made.sit("ama")
    assert "32 bytes in base64" in plain(ama.send("/desk/people/keys/new/", public_key="abc"))
    ama.send("/desk/people/keys/new/", public_key=base64.b64encode(bytes(32)).decode())
    key = Key.objects.get(member=made.world.members["ama"])
    assert key.id not in made.sit("ben").page("/desk/people/keys/revoke/")
    assert key.id in made.sit("chair").page("/desk/people/keys/revoke/")
    ama.send("/desk/people/keys/revoke/", picked=key.id)
    key.refresh_from_db()
    assert key.revoked


def test_leaving_needs_every_seat_given_up_first(made: Room) -> None:
    ben = made.sit("ben")
    assert "Give up your seats first." in plain(ben.send("/desk/people/leave/"))
    ben.send(f"/desk/people/seats/{made.world.committees[RELIEF]}/leave/")
    assert "left" in plain(ben.send("/desk/people/leave/"))
    assert "You hold no rights" in ben.page("/desk/")
