"""The record's pages: the list of lines, one line, its proof file, and words for every act."""

from typing import Any

import pytest
from django.test import Client

from tallystick.audit.replay import ROOMS
from tallystick.record.entry import Entry, decode
from tallystick.record.facts import RULES
from tallystick.record.models import EntryRow
from tallystick.record.note import Verifier
from tallystick.record.proofs import check
from tallystick.record.publishing import sign_checkpoint
from tallystick.record.words import Say, arguments, has_words, may, sentence
from tests.pages_world import DONOR, Story, read, story

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Story:
    return story()


def test_every_act_has_words() -> None:
    assert ROOMS
    assert [act for act, _version in sorted(RULES) if not has_words(act)] == []


def test_every_line_of_a_story_is_told_without_codes(told: Story) -> None:
    say = Say()
    for row in EntryRow.objects.order_by("index"):
        words = sentence(decode(bytes(row.data), row.index), say)
        assert words.endswith("."), words
        if row.act != "fund.label_code":
            assert not [code for code in ("us.la", "bank/storm", "None", "%(") if code in words], words


def test_a_gift_is_told_in_plain_words(told: Story) -> None:
    row = EntryRow.objects.get(id=told.gift)
    words = sentence(decode(bytes(row.data), row.index), Say())
    assert words == "Bayou Relief Inc. received a gift of $40,000.00\u00a0USD for relief in Louisiana."


def test_an_act_without_words_is_told_by_its_name() -> None:
    entry = Entry("", "", "aid.unheard_of", 1, "system", "", (), {"args": {}})
    assert "aid.unheard_of" in sentence(entry, Say())
    assert may("aid.unheard_of") == "aid.unheard_of"
    assert arguments({"odd_thing": 3, "hidden": {"sealed": "x"}}, Say()) == [("Odd thing", "3")]


def test_the_list_pages_by_key_and_filters(client: Client, told: Story) -> None:
    size = EntryRow.objects.count()
    assert size > 60
    first = read(client, "/record/")
    assert f"/record/entry/{size - 1}/" in first
    assert f"?before={size - 50}" in first
    second = read(client, f"/record/?before={size - 50}")
    assert f'<a href="/record/entry/{size - 51}/">' in second
    assert f'<a href="/record/entry/{size - 50}/">' not in second
    back = read(client, f"/record/?after={size - 51}")
    assert f'<a href="/record/entry/{size - 50}/">' in back
    votes = read(client, "/record/?act=decide.vote")
    assert "voted yes" in votes
    assert "Bayou Relief Inc. received" not in votes


@pytest.mark.parametrize(
    "path",
    [
        "/record/?before=-1",
        "/record/?before=x",
        "/record/?after=99999999999999999999",
        "/record/?before=%D9%A3",
        "/record/?act=<script>",
        "/record/entry/999999/",
        "/record/entry/9999999999999999999999/",
        "/record/entry/9999999999999999999999/proof",
        "/record/entry/x/",
    ],
)
def test_bad_addresses_are_not_found(client: Client, told: Story, path: str) -> None:
    read(client, path, 404)


def test_an_entry_shows_all_that_stands_behind_it(client: Client, told: Story) -> None:
    index = EntryRow.objects.get(id=told.payment).index
    page = read(client, f"/record/entry/{index}/")
    assert "We sent $8,250.00" in page
    assert f"/votes/{told.motion}/" in page
    assert f"/people/#mandate-{told.world.mandates['treasurer']}" in page
    assert f"/record/entry/{index}/proof" in page
    wrong = read(client, f"/record/entry/{EntryRow.objects.get(id=told.wrong).index}/")
    assert f"/record/entry/{EntryRow.objects.get(id=told.correction).index}/" in wrong
    assert DONOR not in read(client, f"/record/entry/{EntryRow.objects.get(id=told.gift).index}/")


def test_files_can_be_taken(client: Client, told: Story) -> None:
    row = EntryRow.objects.filter(act="fund.add_source").get()
    digest = decode(bytes(row.data)).args["sha256"]
    page = read(client, f"/record/entry/{row.index}/")
    assert f'href="/record/files/{digest}"' in page
    assert client.get(f"/record/files/{digest}").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_proof_file_proves_the_line(client: Client, settings: Any, tmp_path: Any) -> None:
    settings.HOME = tmp_path
    made = story()
    sign_checkpoint(force=True)
    row = EntryRow.objects.get(id=made.gift)
    answer = client.get(f"/record/entry/{row.index}/proof")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="line-{row.index}.tlog-proof"'
    proved = check(answer.content, None, [Verifier.parse(made.world.signer.vkey)])
    assert (proved.index, proved.entry) == (row.index, bytes(row.data))


def test_without_a_checkpoint_the_page_says_to_come_back(
    client: Client, told: Story, settings: Any, tmp_path: Any
) -> None:
    settings.HOME = tmp_path
    assert "Come back" in read(client, "/record/entry/0/proof", 503)
