"""Checking one line in the visitor's own browser: proved when true, seen when a byte was changed."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from tallystick.record.models import EntryRow
from tallystick.record.publishing import sign_checkpoint
from tests.pages_world import Story, story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def told(settings: Any, tmp_path: Any) -> Story:
    settings.HOME = tmp_path
    made = story()
    for number in range(300):  # a full tile, a partial one, and a second level
        made.world.gift(1_00 + number)
    sign_checkpoint(force=True)
    return made


def _checked(page: Page, address: str) -> tuple[str, str]:
    """The mark's state and the answer's words after pressing the button."""
    page.goto(address)
    page.get_by_role("button", name="Check this line now").click()
    page.wait_for_selector("#check[data-outcome]")
    return str(page.get_attribute("#check", "data-outcome")), page.inner_text("#check-answer")


def test_every_kind_of_place_in_the_log_is_proved(browser: Browser, live_server: Any, told: Story) -> None:
    page = browser.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    size = EntryRow.objects.count()
    for index in (0, 1, 255, 256, size - 1, EntryRow.objects.get(id=told.gift).index):
        outcome, words = _checked(page, f"{live_server.url}/record/entry/{index}/")
        assert outcome == "met", words
        assert "The halves meet." in words
        assert "Its signature is that of the key relief.example/test." in words
        assert page.locator("#check .mark.met").count() == 1
    assert troubles == []
    page.close()


def _change(route: Route, at: int) -> None:
    answer = route.fetch()
    body = bytearray(answer.body())
    body[at] ^= 1
    route.fulfill(response=answer, body=bytes(body))


@pytest.mark.parametrize(
    ("part", "at"),
    [
        ("**/record/tile/entries/**", 60),
        ("**/record/tile/0/**", 40),
        ("**/record/checkpoint", -5),
        ("**/record/vkey", -5),
    ],
)
def test_a_changed_byte_is_seen(browser: Browser, live_server: Any, told: Story, part: str, at: int) -> None:
    page = browser.new_page()
    page.route(part, lambda route: _change(route, at))
    outcome, words = _checked(page, f"{live_server.url}/record/entry/0/")
    assert outcome == "broken", words
    assert "The halves do not meet." in words
    page.close()


def test_a_page_that_shows_something_else_is_seen(browser: Browser, live_server: Any, told: Story) -> None:
    page = browser.new_page()
    index = EntryRow.objects.get(id=told.gift).index
    address = f"{live_server.url}/record/entry/{index}/"
    page.route(address, lambda route: _say_more(route))
    outcome, words = _checked(page, address)
    assert outcome == "broken"
    assert "says something other than this page" in words
    page.close()


def _say_more(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(
        response=answer, body=answer.text().replace("&quot;minor&quot;: 4000000", "&quot;minor&quot;: 4000001")
    )


def test_a_line_newer_than_the_checkpoint_is_no_lie(browser: Browser, live_server: Any, told: Story) -> None:
    note = sign_checkpoint(force=True)
    size = int(note.split(b"\n")[1])
    assert EntryRow.objects.count() == size
    told.world.gift(7_00)
    page = browser.new_page()
    page.route("**/record/checkpoint", lambda route: route.fulfill(body=note))
    outcome, words = _checked(page, f"{live_server.url}/record/entry/{size}/")
    assert outcome == "apart", words
    assert "newer than the last checkpoint" in words
    page.close()


def test_without_webcrypto_or_script_the_page_says_what_to_do(browser: Browser, live_server: Any, told: Story) -> None:
    page = browser.new_page()
    page.add_init_script("Object.defineProperty(globalThis, 'crypto', {value: {}})")
    page.goto(f"{live_server.url}/record/entry/0/")
    assert page.get_by_text("came without encryption").is_visible()
    assert not page.get_by_role("button", name="Check this line now").is_visible()
    page.close()
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{live_server.url}/record/entry/0/")
    assert page.get_by_text("That needs JavaScript").is_visible()
    assert not page.get_by_role("button", name="Check this line now").is_visible()
    plain.close()


def test_a_browser_without_ed25519_says_so(browser: Browser, live_server: Any, told: Story) -> None:
    page = browser.new_page()
    page.add_init_script("crypto.subtle.importKey = () => Promise.reject(new Error('NotSupportedError'))")
    outcome, words = _checked(page, f"{live_server.url}/record/entry/3/")
    assert outcome == "met"
    assert "could not check who signed" in words
    page.close()
