"""The main job in a browser without JavaScript: a gift, a vote, a request, two approvals, a payment, the bank's word,
each by the right person signing in. And every page of the desk under axe-core, at a phone's width too."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import Browser, Page

from tallystick.decide.models import Motion
from tallystick.fund.models import Account, Gift, Request, Transfer
from tallystick.record import vault
from tallystick.record.models import Line
from tallystick.site.models import User
from tests.desk_world import Room, room
from tests.founding import ACCOUNT, RELIEF_SEATS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "three herons on a levee"
PICTURES = os.environ.get("TALLYSTICK_PICTURES", "")  # a folder for screenshots, to be looked at


@pytest.fixture
def made(settings: Any, tmp_path: Any) -> Room:
    settings.HOME = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    made = room()
    for name, member in made.world.members.items():
        User.objects.create_user(name, PASSWORD, name=name.title(), member=member)
    User.objects.create_user("stranger", PASSWORD)
    return made


class Person:
    """Somebody who signs in with a browser of their own, JavaScript off."""

    def __init__(self, browser: Browser, base: str, name: str, **how: Any) -> None:
        self.context = browser.new_context(base_url=base, java_script_enabled=how.pop("script", False), **how)
        self.page: Page = self.context.new_page()
        self.page.goto("/desk/")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.locator("main").get_by_role("button", name="Sign in").click()

    def press(self, name: str) -> None:
        self.page.locator("main").get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.locator("main").get_by_role("link", name=name).first.click()

    def day(self, legend: str, month: str, day: str, year: str) -> None:
        group = self.page.get_by_role("group", name=legend)
        for part, value in (("Month", month), ("Day", day), ("Year", year)):
            group.get_by_label(part, exact=True).fill(value)

    def sees(self, *texts: str) -> None:
        shown = self.page.locator("main").inner_text().replace("\N{NO-BREAK SPACE}", " ")
        for text in texts:
            assert text in shown, (self.page.url, text, shown[:2000])

    def leave(self) -> None:
        self.context.close()


def test_a_gift_becomes_a_payment_by_the_right_people(browser: Browser, live_server: Any, made: Room) -> None:
    def sit(name: str) -> Person:
        return Person(browser, live_server.url, name)

    treasurer = sit("treasurer")
    treasurer.follow("Take in a gift")
    treasurer.page.get_by_label("Where did the money come in?").select_option(ACCOUNT)
    treasurer.page.get_by_label("How much?").fill("1,250.00")
    treasurer.page.get_by_label("A person: the name stays private").check()
    treasurer.page.get_by_label("If a person gave it: the name").fill("Marguerite Boudreaux")
    treasurer.press("Go on")
    treasurer.sees("Check your answers", "$1,250.00 USD")
    treasurer.press("Put it on the record")
    treasurer.sees("Recorded", "What happens next")
    treasurer.follow("Go there")
    treasurer.sees("Receipt for a gift", "Marguerite Boudreaux", "Download the proof")
    treasurer.leave()

    chair = sit("chair")
    chair.follow("Propose a vote")
    chair.follow("Pay an organisation")
    chair.page.get_by_label("What do you propose, and why?").fill("Pay the roofer for ten roofs.\nThey leak.")
    chair.page.get_by_label("Who gets it?").fill("Bayou Roofing")
    chair.page.get_by_label("Out of which account?").select_option(ACCOUNT)
    chair.page.get_by_label("How much?").fill("400")
    chair.page.get_by_label("What is it for?").select_option("relief")
    chair.page.get_by_label("Where?").select_option("us.la")
    chair.day("Last day to vote", "12", "31", "2027")
    chair.press("Go on")
    chair.sees("Check your answers", "Bayou Roofing (roofer)", "$400.00 USD", "December 31, 2027")
    chair.press("Open the vote")
    chair.sees("Everybody on the committee finds the vote on the desk")
    chair.leave()

    for name in RELIEF_SEATS:
        voter = sit(name)
        voter.follow("Vote: Pay the roofer for ten roofs.")
        voter.page.get_by_label("Yes", exact=True).check()
        voter.press("Vote")
        voter.sees("voted yes.")
        voter.leave()
    chair = sit("chair")
    chair.follow("Count the votes: Pay the roofer")
    chair.press("Count and close")
    chair.sees("The vote passed: 5 yes")
    chair.leave()

    caseworker = sit("caseworker")
    caseworker.follow("Ask for the payment: Pay the roofer")
    caseworker.sees("Three people: you ask, two others approve.")
    caseworker.press("Ask for it")
    caseworker.sees("asked that $400.00 USD go to Bayou Roofing.")
    caseworker.leave()

    for name in ("ama", "ben"):
        approver = sit(name)
        approver.follow("Approve: $400.00")
        approver.follow("Read and approve")
        approver.sees("Caseworker (", "$400.00 USD", "Bayou Roofing")
        approver.press("Approve it")
        approver.sees("approved $400.00 USD to Bayou Roofing.")
        approver.leave()

    treasurer = sit("treasurer")
    treasurer.follow("Carry out: $400.00")
    treasurer.press("Carry it out")
    treasurer.sees("Order it at the bank now.")
    treasurer.page.goto("/desk/")
    treasurer.follow("Enter the bank’s reference")
    treasurer.page.get_by_label("The bank’s own reference").fill("WIRE-2026-0042")
    treasurer.day("On which day did the bank pay?", "11", "20", "2026")
    treasurer.press("Go on")
    treasurer.press("Put it on the record")
    treasurer.sees("The bank has paid $400.00 USD to Bayou Roofing.")
    treasurer.leave()
    assert Transfer.objects.get(act="fund.pay").state == "posted"
    assert Account.objects.get(pk=ACCOUNT).posted_out == 40_000


def test_a_stranger_and_a_visitor_are_told_why_not(browser: Browser, live_server: Any, made: Room) -> None:
    stranger = Person(browser, live_server.url, "stranger")
    stranger.sees("no member of the fund stands behind this sign-in")
    stranger.leave()
    ama = Person(browser, live_server.url, "ama")
    ama.page.goto("/desk/money/gifts/new/")
    ama.sees("This page is for others")
    ama.leave()


def _story(made: Room) -> dict[str, list[str]]:
    """Something of everything, so that no page is empty; the pages by who may see them."""
    treasurer, chair, caseworker = (made.sit(name) for name in ("treasurer", "chair", "caseworker"))
    made.sit("ama")
    vault.put(vault.new_person(), "name", "Marguerite Boudreaux")
    gift = {"account": ACCOUNT, "who": "private", "donor_name": "Marguerite Boudreaux"}
    treasurer.send("/desk/money/gifts/new/", **gift, minor="12,500")
    treasurer.send("/desk/money/codes/new/", kind="place", label="Lafourche Parish", code="us.la.lafourche")
    terms = {"account": ACCOUNT, "purpose": "relief", "place": "us.la", "cap": "1,000", "total": "8,000"}
    days = {"until": "2027-12-31", "closes": "2027-12-31"}
    chair.send("/desk/votes/new/programme/", text="Whose home was flooded.", name="Dry rooms", **days, **terms)
    opened = Motion.objects.get()
    for name in RELIEF_SEATS:
        made.sit(name).send(f"/desk/votes/{opened.id}/", choice="yes")
    chair.send(f"/desk/votes/{opened.id}/close/")
    treasurer.send(f"/desk/votes/{opened.id}/carry-out/")
    treasurer.send("/desk/programmes/dry-rooms/set-aside/", minor="5,000")
    household = {"phone": "504 555 0188", "address": "12 Levee Road", "minor": "300"}
    for name in ("Odile Thibodeaux", "Jean-Marie Fontenot"):
        caseworker.send("/desk/programmes/dry-rooms/pay/", name=name, **household)
    caseworker.send("/desk/programmes/dry-rooms/gather/")
    caseworker.send("/desk/programmes/dry-rooms/pay/", name="Nguyen Thi Hoa", **household)
    pay = {"organisation": "roofer", "source": ACCOUNT, "minor": "400", "purpose": "relief", "place": "us.la.lafourche"}
    chair.send("/desk/votes/new/payment/", text="Ten roofs before the rain.\nThey leak.", closes="2027-12-31", **pay)
    vote = Motion.objects.get(state="open")
    caseworker.send("/desk/money/ask/payment/", **pay)
    asked = Request.objects.get()
    move = {"source": ACCOUNT, "to": "host/storm/USD", "minor": "50"}
    caseworker.send("/desk/money/ask/move/", **move)
    moving = Request.objects.get(act="fund.move")
    for name in ("ama", "ben"):
        made.sit(name).send(f"/desk/money/requests/{moving.id}/approve/")
    done = treasurer.send(f"/desk/money/requests/{moving.id}/carry-out/")
    transfer = Transfer.objects.get(act="fund.move")
    line = Line.objects.filter(release="").get()
    root = Line.objects.exclude(release="").values_list("release", flat=True).distinct().get()
    rights = made.world.mandates["ama"]
    return {
        "chair": [
            "/desk/", "/desk/people/committees/new/", "/desk/people/seats/new/", "/desk/people/rights/new/",
            "/desk/people/members/new/", "/desk/people/organisations/new/", "/desk/people/speakers/new/",
            "/desk/people/speakers/end/", "/desk/people/keys/revoke/", "/desk/votes/new/", "/desk/votes/new/mandate/",
            "/desk/votes/new/programme/", "/desk/votes/new/recall/", f"/desk/votes/{vote.id}/",
            f"/desk/votes/{vote.id}/close/",
        ],
        "treasurer": [
            "/desk/", "/desk/money/gifts/new/", f"/desk/money/gifts/{Gift.objects.get().id}/receipt/",
            "/desk/money/appeals/new/", "/desk/money/opening/new/", "/desk/money/codes/new/",
            f"/desk/money/transfers/{transfer.id}/settle/", f"/desk/money/transfers/{transfer.id}/void/",
            done.redirect_chain[-1][0],
        ],
        "caseworker": [
            "/desk/", "/desk/money/ask/payment/", "/desk/money/ask/exchange/", "/desk/money/ask/correction/",
            f"/desk/money/requests/{asked.id}/", f"/desk/money/requests/{asked.id}/change/", "/desk/programmes/",
            "/desk/programmes/dry-rooms/", "/desk/programmes/dry-rooms/pay/", f"/desk/payments/{line.digest}/",
            f"/desk/payments/{line.digest}/take-back/",
        ],
        "ama": [
            "/desk/", f"/desk/money/requests/{asked.id}/approve/", f"/desk/programmes/dry-rooms/releases/{root}/",
            f"/desk/people/rights/{rights}/give-back/", "/desk/people/keys/new/", "/desk/password/",
            "/desk/money/gifts/new/",
        ],
        "stranger": ["/desk/"],
    }  # fmt: skip


def _faults(page: Page, path: str, width: int) -> list[str]:
    found = Axe().run(page)
    wrong = [f"{path} {each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"]]
    beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*wrong, f"{path} is {beyond} px too wide at {width}"] if beyond > 0 else wrong


def _picture(page: Page, name: str, path: str, width: int, scheme: str) -> None:
    if PICTURES:
        stem = re.sub(r"[0-9a-f]{8}-[0-9a-f-]+|[A-Za-z0-9_-]{43}", "x", path).strip("/").replace("/", "-")
        page.screenshot(path=Path(PICTURES) / f"{name}-{stem}-{width}-{scheme}.png", full_page=True)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    browser: Browser, live_server: Any, made: Room, width: int, scheme: Any
) -> None:
    wrong: list[str] = []
    for name, paths in _story(made).items():
        how = {"script": True, "viewport": {"width": width, "height": 800}, "color_scheme": scheme}
        person = Person(browser, live_server.url, name, **how)
        for path in paths:
            person.page.goto(path)
            wrong += _faults(person.page, f"{name} {path}", width)
            _picture(person.page, name, path, width, scheme)
        if name == "treasurer":  # a page of errors, and one of checked answers
            person.page.goto("/desk/money/gifts/new/")
            person.press("Go on")
            person.sees("There is a problem", "Choose who gave it.")
            wrong += _faults(person.page, "errors", width)
            _picture(person.page, name, "errors", width, scheme)
            person.page.get_by_label("Where did the money come in?").select_option(ACCOUNT)
            person.page.get_by_label("How much?").fill("7")
            person.page.get_by_label("We do not know").check()
            person.press("Go on")
            wrong += _faults(person.page, "check", width)
            _picture(person.page, name, "check", width, scheme)
        if name == "chair":
            person.page.goto("/desk/votes/new/text/")
            person.page.get_by_label("What do you propose, and why?").fill("A roof for Marguerite Boudreaux.")
            person.day("Last day to vote", "12", "31", "2027")
            person.press("Go on")
            person.sees("This text may name somebody.")
            wrong += _faults(person.page, "mentions", width)
            _picture(person.page, name, "mentions", width, scheme)
        person.leave()
    assert wrong == []
