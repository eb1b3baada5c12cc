"""Members at the desk, for tests: each signs in, fills in a page, reads it once more, and sends it."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tallystick.site.models import User
from tests.founding import World, found

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')
LIMITS = {"USD": (500_000_00, 900_000_00), "JPY": (50_000_000, 90_000_000)}
ROLES: dict[str, tuple[str, ...]] = {
    "treasurer": (
        "fund.receive_gift", "fund.pay", "fund.move", "fund.exchange", "fund.reverse", "fund.settle", "fund.void",
        "fund.set_aside", "fund.open_programme", "fund.turn_pool", "fund.add_holder", "fund.open_pool",
        "fund.open_account", "fund.bring_forward", "fund.label_code", "people.add_organisation",
    ),
    "caseworker": ("fund.request", "fund.pay_person", "decide.open_motion"),
    "ama": ("fund.approve", "fund.approve_release"),
    "ben": ("fund.approve", "fund.approve_release"),
    "neighbour": (
        "fund.request", "fund.approve", "fund.approve_release", "fund.pay_person", "decide.open_motion",
        "decide.close_motion", "people.seat_member", "people.grant_mandate",
    ),
}  # fmt: skip
# Books are opened by the treasurer, the office is the chair's.


@dataclass
class Sitting:
    """A member (or an outsider) with a browser."""

    client: Client
    name: str

    def get(self, path: str) -> HttpResponse:
        return self.client.get(path)  # type: ignore[return-value]

    def page(self, path: str) -> str:
        """A page that must open, its spaces made single."""
        response = self.client.get(path)
        assert response.status_code == 200, (path, response.status_code)
        return plain(response)

    def answer(self, path: str, **fields: Any) -> Any:
        """Open a page and send its first form, as far as the next page."""
        opened = self.client.get(path)
        assert opened.status_code == 200, (path, opened.status_code, plain(opened)[:400])
        return self.client.post(path, {**hidden(opened), **spread(fields)}, follow=True)

    def send(self, path: str, late: dict[str, Any] | None = None, **fields: Any) -> Any:
        """Open a page, answer, read the answers once more where it asks to, send; the last page."""
        return self.confirm(self.answer(path, **fields), **(late or {}))

    def confirm(self, response: Any, **late: Any) -> Any:
        """Send what the page of checked answers shows; any other page stays."""
        if "Check your answers</h1>" not in plain(response):
            return response
        path = response.request["PATH_INFO"] + (
            "?" + response.request["QUERY_STRING"] if response.request["QUERY_STRING"] else ""
        )
        return self.client.post(path, {**hidden(response), **late, "step": "send"}, follow=True)


def plain(response: Any) -> str:
    """A page's text with its tags, entities resolved, spaces made single."""
    return " ".join(unescape(response.content.decode()).split())


def hidden(response: Any) -> dict[str, Any]:
    """A page's hidden fields."""
    found: dict[str, Any] = {}
    for name, value in HIDDEN.findall(response.content.decode()):
        if name not in ("next", "csrfmiddlewaretoken"):
            before = found.get(name)
            found[name] = (
                unescape(value)
                if before is None
                else [*(before if isinstance(before, list) else [before]), unescape(value)]
            )
    return found


def spread(fields: dict[str, Any]) -> dict[str, Any]:
    """Days ("2026-04-30") as the three fields that a page has for them, all else as it is."""
    out: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            out |= {f"{name}_month": value[5:7], f"{name}_day": value[8:], f"{name}_year": value[:4]}
        else:
            out[name] = value
    return out


@dataclass
class Room:
    """The small commission of tests/founding.py with a sign-in for everybody."""

    world: World

    def sit(self, name: str) -> Sitting:
        """A member at the desk; "visitor": not signed in; "stranger": signed in, but no member."""
        client = Client()
        if name == "visitor":
            return Sitting(client, name)
        member = self.world.members.get(name)
        user, _made = User.objects.get_or_create(username=name, defaults={"name": name.title(), "member": member})
        client.force_login(user)
        return Sitting(client, name)


def room(**how: Any) -> Room:
    """A founded commission in which every member has their own rights; the chair's office stays whole."""
    return Room(found(acts=ROLES, **how))


def assert_door(made: Room, path: str, owner: str, teammate: str = "neighbour") -> None:
    """A page opens for its owner; a teammate without the right, and a sign-in without a member, are told so; a visitor
    is asked to sign in."""
    assert made.sit(owner).get(path).status_code == 200, (path, owner)
    assert made.sit(teammate).get(path).status_code == 403, (path, teammate)
    stranger = made.sit("stranger").get(path)
    assert stranger.status_code == 403, path
    assert "no member" in plain(stranger)
    visitor = made.sit("visitor").get(path)
    assert visitor.status_code == 302, path
    assert visitor["Location"].startswith("/sign-in/?next=/desk/")
