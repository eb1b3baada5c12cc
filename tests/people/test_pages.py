"""Who decides, and the organisations."""

import re

import pytest
from django.test import Client

from tallystick.people import acts as people
from tests.founding import World, found
from tests.pages_world import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return found()


def test_committees_tell_who_may_decide_what(client: Client, world: World) -> None:
    page = read(client, "/people/")
    assert "Relief committee" in page
    assert "Housing committee" in page
    for member in world.members.values():
        assert f"Member {member[:8]}" in page
    assert "pay organisations" in page
    assert "$500,000.00\u00a0USD at once" in page
    assert "February 29, 2028" in page  # midnight of March 1 in UTC is still February in Chicago
    assert f'id="mandate-{world.mandates["ama"]}"' in page


def test_ended_rights_are_folded(client: Client, world: World) -> None:
    people.resign_mandate(world.actor("ben"), mandate=world.mandates["ben"])
    page = read(client, "/people/")
    assert re.search(r"<details><summary>1 ended</summary>.*given back", page, re.DOTALL)


def test_an_outsider_sees_no_names_of_members(client: Client, world: World) -> None:
    page = read(client, "/people/")
    assert "treasurer" not in page.lower()
    assert 'href="/sign-in/"' in page


def test_organisations_are_found_by_name_and_paged(client: Client, world: World) -> None:
    for number in range(120):
        people.add_organisation(world.actor("treasurer"), id=f"o{number}", name=f"Church {number:03}", sector="church")
    people.name_representative(world.actor("chair"), organisation="o7", member=world.members["ama"])
    first = read(client, "/people/organisations/")
    assert "121 organisations" in first
    assert "Church 048" in first
    assert "Church 050" not in first
    assert f"Member {world.members['ama'][:8]}" in first
    key = re.search(r"\?after=(\w+)", first)
    assert key
    second = read(client, f"/people/organisations/?after={key[1]}")
    assert "Church 049" in second
    back = re.search(r"\?before=(\w+)", second)
    assert back
    assert "Church 048" in read(client, f"/people/organisations/?before={back[1]}")
    found = read(client, "/people/organisations/?words=ROOFing")
    assert "1 organisation with" in found
    assert "/ledger/organisations/roofer/" in found
    assert "None." in read(client, "/people/organisations/?words=%00%22")


@pytest.mark.parametrize("key", ["nobody", "<script>", "%00", ""])
def test_a_key_that_is_none_is_not_found(client: Client, world: World, key: str) -> None:
    read(client, f"/people/organisations/?after={key}", 404)
    read(client, f"/people/organisations/?before={key}", 404)


def test_pages_before_the_founding(client: Client) -> None:
    assert "No committee was opened yet" in read(client, "/people/")
    assert "None." in read(client, "/people/organisations/")
