"""What every page shows around its own content, on a full site, an empty one and a broken one."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from tallystick.record.models import EntryRow
from tallystick.site import shell
from tallystick.site.models import User
from tallystick.site.shell import Check, FundTime, Shell, keep_check, last_check, notch, standing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: LazySettings) -> None:
    settings.HOME = tmp_path


def page(client: Client, path: str = "/sign-in/", **rest: Any) -> str:
    return client.get(path, **rest).content.decode()


def test_a_site_without_a_fund_says_so(client: Client) -> None:
    text = page(client)
    assert "A fund being set up" in text
    assert 'class="stick' not in text
    assert "mark apart" in text


def test_a_room_that_is_not_there_is_no_error() -> None:
    assert standing("nowhere", "Thing") is None
    assert standing("site", "Thing") is None
    assert standing("site", "User") is User


def test_the_fund_gives_its_name_and_its_days(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    fund = SimpleNamespace(name="Bayou Fund", timezone="America/Chicago")
    table = SimpleNamespace(_default_manager=SimpleNamespace(first=lambda: fund))
    monkeypatch.setattr(shell, "standing", lambda room, name: table)

    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{Shell(request).name}, {timezone.get_current_timezone_name()}")

    assert FundTime(answer)(rf.get("/")).content == b"Bayou Fund, America/Chicago"
    assert timezone.get_current_timezone_name() == "UTC"


def test_the_strip_shows_the_newest_lines_oldest_first(client: Client) -> None:
    for index in range(70):
        act = "fund.pay" if index % 2 else "people.appoint"
        EntryRow.objects.create(
            index=index,
            id=f"id-{index}",
            act=act,
            at="2026-11-21T10:00:00Z",
            data=b"",
            leaf=b"",
            repeat_key=1,
            repeat=b"",
        )
    text = page(client)
    assert text.count('class="notch') == 60
    assert text.index('href="/record/entry/10/"') < text.index('href="/record/entry/69/"')
    assert "The latest 60 lines in the record, up to line 69 of November 21, 2026" in text


def test_the_outcome_of_a_check_is_kept_for_every_process() -> None:
    assert last_check() is None
    keep_check(Check(False, "2026-11-21T10:00:00Z", "Line 7 was changed."))
    assert last_check() == Check(False, "2026-11-21T10:00:00Z", "Line 7 was changed.")


def test_a_failed_check_shows_on_every_page(client: Client) -> None:
    keep_check(Check(False, "2026-11-21T10:00:00Z", "Line 7 was changed."))
    text = page(client)
    assert "The two halves do not match." in text
    assert "Line 7 was changed." in text
    assert "mark broken" in text


def test_a_passed_check_joins_the_halves(client: Client) -> None:
    keep_check(Check(True, "2026-11-21T10:00:00Z"))
    assert "mark met" in page(client)


def test_every_page_says_what_is_proven(client: Client) -> None:
    assert "It does not prove that a receipt is honest." in page(client)


def test_a_notch_knows_its_room() -> None:
    assert notch(7, "fund.pay", "2026-11-21T10:00:00Z").room == "fund"
    assert notch(8, "later.thing", "2026-11-21T10:00:00Z").room == "site"


def test_the_page_you_are_on_is_marked(rf: RequestFactory) -> None:
    places = {place.path: place.here for place in Shell(rf.get("/record/entry/7/")).places}
    assert [path for path, here in places.items() if here] == ["/record/"]
    assert next(place for place in Shell(rf.get("/")).places if place.here).path == "/"


def test_the_desk_is_for_those_signed_in(client: Client) -> None:
    assert 'href="/desk/"' not in page(client)
    client.force_login(User.objects.create_user("ana"))
    assert 'href="/desk/"' in page(client, "/nowhere/")


def test_language_changes_without_script_or_token() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("language"), {"language": "es", "next": "/sign-in/?next=/votes/"})
    assert response["Location"] == "/sign-in/?next=/votes/"
    assert '<html lang="es" dir="ltr">' in page(client)


def test_language_never_leads_away(client: Client) -> None:
    response = client.post(reverse("language"), {"language": "es", "next": "https://elsewhere.example/"})
    assert response["Location"] == "/"


def test_a_page_without_a_form_sets_no_cookie(client: Client) -> None:
    assert not client.get("/nowhere/").cookies


def test_missing_pages_are_kind(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "There is no page here" in response.content.decode()


@pytest.mark.django_db(databases=[])
def test_the_page_for_a_broken_site_asks_no_database() -> None:
    text = render_to_string("500.html")
    assert "Something broke on our side" in text
    assert 'href="/desk/"' not in text


def test_robots_are_kept_from_desks(client: Client) -> None:
    assert "Disallow: /desk/" in page(client, "/robots.txt")


@pytest.mark.urls("tests.site.guide")
def test_every_part_draws(client: Client) -> None:
    text = page(client, "/guide/")
    for part in (
        'class="check"',
        "<dl ",
        'class="confirm"',
        'class="chart wide"',
        "hx-get",
        'rel="next"',
        "<fieldset",
    ):
        assert part in text
    assert text.count('class="notch') == 60
    assert "Line 1204 in the record, November 21, 2026." in text
    wrong = page(client, "/guide/?wrong=1")
    assert '<a href="#id_help_with_0">Choose what you need first.</a>' in wrong
    assert wrong.count('aria-describedby="id_people_helptext id_people_error"') == 1
