"""The desk's first page, the confirmation page and the password page, by owner, teammate and outsider."""

import pytest
from django.test import Client

from tallystick.record.models import EntryRow
from tallystick.site.models import User
from tests.desk_world import Room, assert_door, plain, room

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Room:
    return room()


def test_the_desk_is_for_members(made: Room) -> None:
    assert made.sit("ama").get("/desk/").status_code == 200
    assert made.sit("stranger").get("/desk/").status_code == 403
    assert made.sit("visitor").get("/desk/")["Location"] == "/sign-in/?next=/desk/"


def test_the_desk_says_what_one_may_decide_and_nothing_else(made: Room) -> None:
    ama = made.sit("ama").page("/desk/")
    assert "approve payments that others asked for" in ama
    assert "$900,000.00 USD left this month" in ama
    assert "Nothing waits for you." in ama
    assert "Take in a gift" not in ama
    assert "Take in a gift" in made.sit("treasurer").page("/desk/")


def test_a_page_kept_by_nobody(made: Room) -> None:
    assert "no-store" in made.sit("ama").get("/desk/")["Cache-Control"]


def test_only_who_did_it_sees_the_confirmation(made: Room) -> None:
    chair = made.sit("chair")
    page = chair.send("/desk/people/committees/new/", name="Boats", quorum="1", majority="1/2", notice="0")
    index = EntryRow.objects.latest("index").index
    path = f"/desk/done/{index}/"
    assert page.redirect_chain == [(path, 302)]
    assert f'href="/record/entry/{index}/proof"' in plain(page)
    assert made.sit("ama").get(path).status_code == 404
    assert made.sit("stranger").get(path).status_code == 403
    assert made.sit("visitor").get(path).status_code == 302
    assert chair.get("/desk/done/99999/").status_code == 404
    assert "A new committee was opened: Boats." in chair.page("/desk/")


def test_a_password_is_chosen(made: Room, client: Client) -> None:
    user = User.objects.create_user("ana", "three herons on a levee", member=made.world.members["ben"])
    client.force_login(user)
    wrong = client.post("/desk/password/", {"now": "no", "new": "short"})
    assert "That is not your password. Try again." in plain(wrong)
    assert "too short" in plain(wrong)
    client.post("/desk/password/", {"now": "three herons on a levee", "new": "four pelicans and a bridge"})
    user.refresh_from_db()
    assert user.check_password("four pelicans and a bridge")
    assert client.get("/desk/").status_code == 200
    assert made.sit("visitor").get("/desk/password/").status_code == 302


def test_a_first_password_goes_to_a_new_member_by_whoever_admits(made: Room) -> None:
    assert_door(made, "/desk/people/members/new/", "chair", "ama")


def test_who_left_holds_no_rights(made: Room) -> None:
    neighbour = made.sit("neighbour")
    housing = made.world.committees["housing"]
    neighbour.send(f"/desk/people/seats/{housing}/leave/")
    neighbour.send("/desk/people/leave/")
    assert neighbour.get("/desk/money/ask/payment/").status_code == 403


@pytest.mark.parametrize("language", ["es", "fr", "vi"])
def test_the_desk_opens_in_other_languages(made: Room, language: str) -> None:
    treasurer = made.sit("treasurer")
    treasurer.client.post("/language/", {"language": language, "next": "/"})
    assert f'<html lang="{language}"' in treasurer.page("/desk/money/gifts/new/")
