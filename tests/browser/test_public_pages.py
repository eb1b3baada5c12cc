"""Every public page in a browser: no accessibility violation that axe-core knows, nothing wider than a phone, one
address only."""

from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tallystick.audit.models import Look
from tallystick.record.models import EntryRow
from tallystick.record.publishing import sign_checkpoint
from tests.pages_world import Story, story

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def told(settings: Any, tmp_path: Any) -> Story:
    settings.HOME = tmp_path
    made = story()
    sign_checkpoint(force=True)
    return made


def addresses(told: Story) -> list[str]:
    """Every public page of the story."""
    index = EntryRow.objects.get(id=told.payment).index
    return [
        "/", "/money/", "/ledger/", "/ledger/?kind=gifts", "/ledger/?first_month=13", f"/ledger/{told.payment}/",
        f"/ledger/{told.brought}/", f"/ledger/{told.wrong}/", "/ledger/organisations/roofer/", "/people/",
        "/people/organisations/", "/votes/", f"/votes/{told.motion}/", f"/votes/{told.open}/", "/record/",
        f"/record/entry/{index}/", "/record/entry/0/", "/check/",
    ]  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    browser: Browser, live_server: Any, told: Story, width: int, scheme: Any
) -> None:
    Look.objects.create(at="2026-06-02T15:00:00Z", size=9, ok=False, report={"problems": ["Entry 7 (x) is wrong: why"]})
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    elsewhere: list[str] = []
    page.on("request", lambda asked: elsewhere.append(asked.url) if not asked.url.startswith(live_server.url) else None)
    wrong: list[str] = []
    for path in addresses(told):
        answer = page.goto(live_server.url + path)
        assert answer is not None
        assert answer.status == 200, path
        found = Axe().run(page)
        wrong += [
            f"{path} {each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"]
        ]
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if beyond > 0:
            wrong.append(f"{path} is {beyond} px too wide at {width}")
    assert wrong == []
    assert elsewhere == []
    context.close()


def test_first_views_are_light(browser: Browser, live_server: Any, told: Story) -> None:
    # Uncompressed bytes of the page and its style; both compress to about a fifth.
    page = browser.new_page()
    for path in addresses(told):
        answer = page.goto(live_server.url + path)
        assert answer is not None
        assert len(answer.body()) < 150_000, path
    page.close()
