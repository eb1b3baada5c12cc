"""Votes, and one vote that anybody can count again."""

import pytest
from django.test import Client

from tallystick.record.models import EntryRow
from tests.pages_world import Story, read, story

pytestmark = pytest.mark.django_db
NONE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def told() -> Story:
    return story()


def test_votes_are_listed_by_how_they_stand(client: Client, told: Story) -> None:
    page = read(client, "/votes/")
    opened, ended = page.split(">Ended</h2>")
    assert f"/votes/{told.open}/" in opened
    assert "1 of 5 have voted" in opened
    assert "&lt;b&gt;Shall&lt;/b&gt; we meet" in opened
    assert f"/votes/{told.failed}/" in ended
    assert "Shall we buy a boat?" in ended
    assert ">Failed<" in ended
    assert ">Passed<" in ended


def test_a_passed_vote_tells_what_it_allows_and_what_used_it(client: Client, told: Story) -> None:
    page = read(client, f"/votes/{told.motion}/")
    assert "not otherwise: pay organisations." in page
    assert "Bayou Roofing" in page
    assert "$8,250.00\u00a0USD" in page
    assert "Bayou Relief Inc., Storm" in page
    assert f"/ledger/{told.payment}/" in page


def test_every_vote_stands_there_to_be_counted(client: Client, told: Story) -> None:
    page = read(client, f"/votes/{told.failed}/")
    assert page.count("<td>No</td>") == 4
    assert page.count("<td>Yes</td>") == 1
    assert "5 may vote, 5 did" in page
    for name in ("chair", "treasurer", "caseworker", "ama", "ben"):
        assert f"Member {told.world.members[name][:8]}" in page
    closing = EntryRow.objects.filter(act="decide.close_motion").order_by("index")
    assert any(f"/record/entry/{row.index}/" in page for row in closing)


def test_an_open_vote_says_until_when(client: Client, told: Story) -> None:
    page = read(client, f"/votes/{told.open}/")
    assert "You can follow it here until" in page
    assert "<td>Abstained</td>" in page
    assert "It allows no payment" in page


@pytest.mark.parametrize("path", ["/votes/x/", f"/votes/{NONE}/", f"/votes/?before={NONE}", "/votes/?before=x"])
def test_what_is_no_vote_is_not_found(client: Client, told: Story, path: str) -> None:
    read(client, path, 404)


def test_ended_votes_page_by_key(client: Client, told: Story) -> None:
    for _round in range(21):
        told.world.carried()
    first = read(client, "/votes/")
    key = first.split("?before=")[1].split('"')[0]
    second = read(client, f"/votes/?before={key}")
    assert "Open now" not in second
    assert f"/votes/{told.failed}/" in second


def test_votes_before_the_founding(client: Client) -> None:
    assert "No vote has ended yet" in read(client, "/votes/")
