"""The page on which anybody checks us, when all is well and when it is not."""

import pytest
from django.test import Client

from tallystick.audit.models import Look
from tests.founding import found
from tests.pages_world import read

pytestmark = pytest.mark.django_db
PRIVATE = f"The decoy {'x' * 43} is of a day that was not closed."
AT = "2026-06-02T15:00:00Z"


def test_before_anything_was_checked(client: Client) -> None:
    assert "Nobody has checked yet" in read(client, "/check/")


def test_it_tells_the_key_and_the_command(client: Client) -> None:
    world = found()
    page = read(client, "/check/")
    vkey = world.signer.vkey.replace("+", "+")
    assert vkey in page
    assert f"tallystick audit http://testserver/record --vkey {vkey}" in page
    assert "--seen checkpoint" in page


def test_when_the_halves_match(client: Client) -> None:
    Look.objects.create(at=AT, size=1204, ok=True, report={"ok": True})
    page = read(client, "/check/")
    assert "The two halves match." in page
    assert "1,204" in page
    assert "mark broken" not in page.split("<main")[1]


def test_when_they_do_not_it_is_red_and_says_why(client: Client) -> None:
    found()
    Look.objects.create(at=AT, size=1, ok=True, report={"ok": True})
    problem = "Entry 7 (fund.pay) is wrong: <b>it is missing</b>"
    Look.objects.create(
        at=AT, size=9, ok=False, report={"problems": [problem, "fund.Pool storm: its name differs.", PRIVATE]}
    )
    page = read(client, "/check/")
    assert "The two halves do not match" in page
    assert "mark broken" in page
    assert "&lt;b&gt;it is missing" in page
    assert "/record/entry/7/" in page
    assert "fund.Pool storm: its name differs." in page
    assert "1 thing that is kept private" in page
    assert PRIVATE[10:50] not in page
    assert "Earlier checks" in page
