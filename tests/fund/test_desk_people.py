"""Programmes at the desk: households paid without being named, released by two, proved later."""

import re
from typing import Any

import pytest

from tallystick.decide.models import Motion
from tallystick.fund.models import Account, Programme, Release
from tallystick.record import acts as record
from tallystick.record import clock
from tallystick.record.models import EntryRow, Line
from tests.desk_world import Room, assert_door, hidden, plain, room
from tests.founding import ACCOUNT, RELIEF_SEATS

pytestmark = pytest.mark.django_db
HOUSEHOLD = {"name": "Odile Thibodeaux", "phone": "504 555 0188", "address": "12 Levee Road", "minor": "300"}


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Any) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def made() -> Room:
    """A fund with an open programme and $5,000 in its purse, all by the desk."""
    made = room()
    treasurer, chair = made.sit("treasurer"), made.sit("chair")
    treasurer.send("/desk/money/gifts/new/", account=ACCOUNT, minor="10,000", who="unknown")
    terms = {"account": ACCOUNT, "purpose": "relief", "place": "us.la", "cap": "1,000", "total": "8,000"}
    chair.send(
        "/desk/votes/new/programme/",
        text="Whose home was flooded.",
        name="Dry rooms",
        until="2027-12-31",
        closes="2027-12-31",
        **terms,
    )
    motion = Motion.objects.get()
    for name in RELIEF_SEATS:
        made.sit(name).send(f"/desk/votes/{motion.id}/", choice="yes")
    chair.send(f"/desk/votes/{motion.id}/close/")
    treasurer.send(f"/desk/votes/{motion.id}/carry-out/")
    treasurer.send("/desk/programmes/dry-rooms/set-aside/", minor="5,000")
    return made


def test_the_vote_was_on_exactly_these_terms(made: Room) -> None:
    programme = Programme.objects.get()
    assert (programme.cap, programme.total, programme.set_aside) == (100_000, 800_000, 500_000)
    assert programme.criteria == Motion.objects.get().text
    assert Account.objects.get(pk="purse/dry-rooms").posted_in == 500_000


@pytest.mark.parametrize(
    ("path", "owner", "teammate"),
    [
        ("", "caseworker", "neighbour"),
        ("pay/", "caseworker", "treasurer"),
        ("gather/", "caseworker", "ama"),
        ("set-aside/", "treasurer", "caseworker"),
        ("end/", "chair", "caseworker"),
    ],
)
def test_pages_open_for_whoever_has_the_right(made: Room, path: str, owner: str, teammate: str) -> None:
    if owner == "chair":
        treasurer = made.sit("treasurer").get(f"/desk/programmes/dry-rooms/{path}")
        assert treasurer.status_code == 403
    assert_door(made, f"/desk/programmes/dry-rooms/{path}", owner, teammate)


def test_a_household_is_paid_once_and_nobody_is_named_in_public(made: Room) -> None:
    caseworker = made.sit("caseworker")
    path = "/desk/programmes/dry-rooms/pay/"
    lines = EntryRow.objects.count()
    checked = caseworker.answer(path, **HOUSEHOLD)
    assert "Names, numbers and addresses stay private." in plain(checked)
    sent = {**hidden(checked), "step": "send"}
    for _time in range(2):
        page = plain(caseworker.client.post(path, sent, follow=True))
        assert "Receipt for a payment" in page
        assert "Odile Thibodeaux" in page
    line = Line.objects.get()
    assert line.minor == 30_000
    assert EntryRow.objects.count() == lines
    assert line.digest in page
    private = caseworker.page("/desk/programmes/dry-rooms/")
    assert "Odile Thibodeaux" in private
    assert "$4,700.00 USD" in private
    public = made.sit("treasurer").get("/desk/programmes/dry-rooms/")
    assert "Odile" not in plain(public)
    assert "$4,700.00" not in plain(public)
    assert_door(made, f"/desk/payments/{line.digest}/", "caseworker", "treasurer")
    assert_door(made, f"/desk/payments/{line.digest}/take-back/", "caseworker", "ama")


def test_the_cap_holds_for_a_household_paid_again(made: Room) -> None:
    caseworker = made.sit("caseworker")
    caseworker.send("/desk/programmes/dry-rooms/pay/", **HOUSEHOLD)
    again = re.search(
        r'href="(/desk/programmes/dry-rooms/pay/\?person=[^"]+)"',
        caseworker.page(f"/desk/payments/{Line.objects.get().digest}/"),
    )
    assert again
    page = plain(caseworker.send(again[1], minor="800"))
    assert "One household may have $1,000.00 USD from this programme; with this it would be $1,100.00 USD." in page
    assert "Receipt" in plain(caseworker.send(again[1], minor="700"))
    assert Line.objects.values("person").distinct().count() == 1


def test_a_release_takes_two_who_asked_for_none_of_it(made: Room) -> None:
    caseworker = made.sit("caseworker")
    for number in range(3):
        caseworker.send("/desk/programmes/dry-rooms/pay/", **{**HOUSEHOLD, "name": f"Household {number}"})
    wrong = Line.objects.first()
    assert wrong
    caseworker.send("/desk/programmes/dry-rooms/gather/")
    assert "Waiting for two approvals" in caseworker.page("/desk/programmes/dry-rooms/")
    caseworker.send(f"/desk/payments/{wrong.digest}/take-back/", reason="mistake")
    caseworker.send("/desk/programmes/dry-rooms/gather/")
    root = Line.objects.exclude(release="").values_list("release", flat=True).distinct().get()
    path = f"/desk/programmes/dry-rooms/releases/{root}/"
    assert_door(made, path, "ama", "treasurer")
    for name in ("ama", "ben"):
        member = made.sit(name)
        assert path in member.page("/desk/")
        assert "$600.00 USD" in member.page(path)
        assert "approved payments to people" in plain(member.send(path))
    assert Release.objects.get().second_id
    assert "Approved: pay it out" in caseworker.page("/desk/programmes/dry-rooms/")
    assert "Two members have approved it." in plain(
        caseworker.send(
            f"/desk/payments/{Line.objects.filter(cancelled='', release=root)[0].digest}/take-back/", reason="mistake"
        )
    )


def test_the_proof_comes_with_the_days_close(made: Room) -> None:
    caseworker = made.sit("caseworker")
    caseworker.send("/desk/programmes/dry-rooms/pay/", **HOUSEHOLD)
    path = f"/desk/payments/{Line.objects.get().digest}/"
    assert caseworker.get(f"{path}proof").status_code == 404
    with clock.set_to(f"{int(Line.objects.get().day[:4]) + 1}-01-05T12:00:00Z"):
        record.close_due_days()
        assert f'href="{path}proof"' in caseworker.page(path)
        proof = caseworker.get(f"{path}proof")
        assert proof["Content-Disposition"].startswith("attachment")
        assert proof.content.startswith(b"tallystick-line-proof@v1")


def test_whoever_may_end_it_ends_the_programme(made: Room) -> None:
    chair = made.sit("chair")
    assert "We ended “Dry rooms”." in plain(chair.send("/desk/programmes/dry-rooms/end/"))
    assert made.sit("caseworker").get("/desk/programmes/dry-rooms/pay/").status_code == 404
