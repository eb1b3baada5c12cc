"""The demo: a made-up fund after a made-up flood, told from a seed, in which everything that can happen happens once.

The story lies in the weeks before `last_day`, so that the fund looks alive; the same seed and day tell the same
story to the last digest.
"""

import json
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from tallystick.decide import acts as decide
from tallystick.people import acts as people
from tallystick.record import acts as record
from tallystick.record import chance, clock
from tallystick.record.append import Actor
from tallystick.site.demo_money import Money
from tallystick.site.founding import exponent, sign_in

ORIGIN = "demo.example/willow-bend-flood-fund"
NAME = "Willow Bend Flood Fund (demo, made up)"
PASSWORD = "willow-bend-demo"  # printed for everybody: the demo guards nothing
DAYS = 57
TIMEZONE = "America/Chicago"

CAST = ("Ada Demo", "Bram Demo", "Chloe Demo", "Dov Demo", "Esi Demo", "Finn Demo")
NEIGHBOURS = ("Gail Demo", "Hugo Demo", "Iris Demo")

OFFICE = (
    "people.open_committee", "people.admit_member", "people.seat_member", "people.grant_mandate",
    "people.name_representative", "people.end_representative", "people.revoke_key", "decide.open_motion",
    "decide.close_motion", "decide.grant_mandate", "decide.recall_mandate",
    "decide.seat_member", "decide.unseat_member",
)  # fmt: skip
TREASURY = (
    "people.add_organisation", "fund.label_code", "fund.add_holder", "fund.open_pool", "fund.open_account",
    "fund.bring_forward", "fund.receive_gift", "fund.turn_pool", "fund.pay", "fund.move", "fund.exchange",
    "fund.reverse", "fund.settle", "fund.void", "fund.open_programme", "fund.set_aside", "fund.end_programme",
    "fund.add_source", "fund.bring_over",
)  # fmt: skip
CASEWORK = ("fund.request", "fund.pay_person", "decide.open_motion", "decide.close_motion")
APPROVAL = ("fund.approve", "fund.approve_release", "decide.open_motion")
RIGHTS = {"Ada": OFFICE, "Bram": TREASURY, "Chloe": CASEWORK, "Dov": APPROVAL, "Esi": APPROVAL, "Finn": APPROVAL}
LIMITS = {"USD": (80_000_00, 400_000_00), "JPY": (5_000_000, 20_000_000)}


@dataclass
class Story:
    """The demo under way: a day at a time, each act at its own minute."""

    rng: random.Random
    today: date
    minute: int = 14 * 60  # UTC; nine in the morning in Chicago
    members: dict[str, str] = field(default_factory=dict)
    mandates: dict[str, str] = field(default_factory=dict)
    relief: str = ""
    kitchen: str = ""

    def now(self) -> str:
        """The story's present moment; each look moves it on a little."""
        self.minute += self.rng.randint(1, 4)
        return f"{self.today.isoformat()}T{self.minute // 60:02d}:{self.minute % 60:02d}:00Z"

    def next_day(self, days: int = 1) -> None:
        """Go on to a later morning; days that end are closed and what is due is told, as the worker would."""
        for _ in range(days):
            self.today += timedelta(days=1)
            self.minute = 14 * 60
            with clock.set_to(f"{self.today.isoformat()}T08:00:00Z"):
                record.close_due_days()

    def actor(self, name: str, committee: str = "") -> Actor:
        """A member of the cast under the mandate they hold."""
        return Actor(self.members[name], committee or self.relief, self.mandates.get(name, ""))

    def does(self, act: Any, /, *args: Any, **terms: Any) -> Any:
        """Let somebody act at the story's present moment."""
        with clock.set_to(self.now()):
            return act(*args, **terms)

    def carried(self, text: str, act: str = "", args: dict[str, Any] | None = None, no: int = 1) -> str:
        """A vote that passes: opened by Ada, most say yes, `no` say no; its motion's id."""
        motion = self.opened(text, act, args)
        for number, name in enumerate(("Ada", "Bram", "Chloe", "Dov", "Esi")):
            self.does(decide.vote, self.actor(name), motion=motion, choice="no" if number >= 5 - no else "yes")
        self.next_day(2)
        self.does(decide.close_motion, self.actor("Ada"), motion=motion)
        return motion

    def opened(self, text: str, act: str = "", args: dict[str, Any] | None = None, open_days: int = 1) -> str:
        """A vote just opened; its motion's id."""
        motion = chance.new_id()
        closes = f"{(self.today + timedelta(days=open_days)).isoformat()}T23:00:00Z"
        self.does(decide.open_motion, self.actor("Ada"), id=motion, text=text, closes=closes, act=act, args=args or {})
        return motion


def tell(seed: int, last_day: date | None = None) -> None:
    """Tell the whole story into an empty home, and keep the sign-ins to print."""
    from tallystick.record.publishing import publish, record_folder

    last = last_day or date.today() - timedelta(days=1)
    story = Story(random.Random(seed), last - timedelta(days=DAYS))
    with chance.seeded(seed):
        _found(story)
        money = Money(story)
        money.open_books()
        money.receive_gifts()
        _people(story)
        money.pay_organisations()
        _signatures(story)
        money.help_people()
        money.correct_mistakes()
        money.bring_over_old_grants()
        _last_votes(story)
        assert story.today < last, "The story is longer than its days."
        while story.today < last:
            story.next_day()
        story.opened("Rent two pumps before the spring: 2,400 dollars a month. What do you say?", open_days=60)
        with clock.set_to(story.now()):
            publish(record_folder())
    _keep_sign_ins(story)


def _found(story: Story) -> None:
    from tallystick.record import keys

    signer = keys.make_log_key(ORIGIN)
    for name in CAST + NEIGHBOURS:
        story.members[name.split()[0]] = chance.new_id()
    story.relief, story.kitchen = chance.new_id(), chance.new_id()
    story.mandates = {name: chance.new_id() for name in RIGHTS}
    founders = [story.members[name.split()[0]] for name in CAST]
    ends = f"{(story.today + timedelta(days=365)).isoformat()}T00:00:00Z"
    starts = story.now()
    with clock.set_to(starts):
        people.found(
            founders[0],
            name=NAME,
            origin=ORIGIN,
            vkey=signer.vkey,
            timezone=TIMEZONE,
            languages=["en", "es", "vi", "ht", "fr"],
            year_end="12-31",
            currencies=[{"code": code, "exponent": exponent(code)} for code in LIMITS],
            committees=[
                {"id": story.relief, "name": "Relief committee", "quorum": 4, "majority_num": 1, "majority_den": 2,
                 "notice": 6 * 3600},
            ],
            founders=founders,
            seats=[{"committee": story.relief, "member": member} for member in founders],
            mandates=[
                {"id": story.mandates[name], "member": story.members[name], "committee": story.relief,
                 "acts": list(acts), "starts": starts, "ends": ends,
                 "limits": [{"currency": code, "per_act": once, "per_month": month}
                            for code, (once, month) in LIMITS.items()]}
                for name, acts in RIGHTS.items()
            ],
        )  # fmt: skip


def _people(story: Story) -> None:
    """New members, a second committee, a representative, rights passed on, voted on, given back, recalled."""
    ada = story.actor("Ada")
    for name in ("Gail", "Hugo", "Iris"):
        story.does(people.admit_member, ada, member=story.members[name])
    story.does(people.open_committee, ada, id=story.kitchen, name="Kitchen committee", quorum=2, notice=6 * 3600)
    for name in ("Gail", "Iris"):
        story.does(people.seat_member, ada, committee=story.kitchen, member=story.members[name])
    seat = {"committee": story.relief, "member": story.members["Gail"]}
    motion = story.carried("Give Gail a seat.", "decide.seat_member", seat)
    story.does(decide.seat_member, ada, motion=motion, **seat)
    story.does(people.name_representative, ada, organisation="willow-roofers", member=story.members["Hugo"])
    ends = f"{(story.today + timedelta(days=200)).isoformat()}T00:00:00Z"
    given = _mandate(story, "Hugo", ("people.admit_member",), ends)
    story.does(people.grant_mandate, ada, mandate=given)
    story.does(people.resign_mandate, Actor(story.members["Hugo"]), mandate=given["id"])
    story.does(people.end_representative, ada, organisation="willow-roofers", member=story.members["Hugo"])
    story.does(people.leave, Actor(story.members["Hugo"]))
    voted = _mandate(story, "Gail", ("fund.set_aside",), ends)
    motion = story.carried("Let Gail set money aside for the winter programme.", "decide.grant_mandate", voted)
    story.does(decide.grant_mandate, ada, motion=motion, mandate=voted)
    motion = story.carried("Take that right back: Gail moves away.", "decide.recall_mandate", {"mandate": voted["id"]})
    story.does(decide.recall_mandate, ada, motion=motion, mandate=voted["id"])
    motion = story.carried("End Gail's seat, with thanks.", "decide.unseat_member", seat)
    story.does(decide.unseat_member, ada, motion=motion, **seat)
    story.does(people.leave_seat, Actor(story.members["Iris"]), committee=story.kitchen)


def _mandate(story: Story, name: str, acts: tuple[str, ...], ends: str) -> dict[str, Any]:
    return {
        "id": chance.new_id(),
        "member": story.members[name],
        "committee": story.relief,
        "acts": list(acts),
        "limits": [],
        "starts": story.now(),
        "ends": ends,
    }


def _signatures(story: Story) -> None:
    """A member's key, registered and revoked; the log's own key, changed."""
    import base64

    from tallystick.record import keys

    public = base64.b64encode(chance.random_bytes(32)).decode()
    finn, key = Actor(story.members["Finn"]), chance.new_id()
    story.does(people.register_key, finn, id=key, public_key=public)
    story.does(people.revoke_key, finn, id=key)
    old = keys.log_signers()[0].vkey
    new = keys.make_next_log_key(ORIGIN).vkey
    retires = f"{(story.today + timedelta(days=DAYS + 365)).isoformat()}T00:00:00Z"
    story.does(record.rotate_key, old, new, retires)


def _last_votes(story: Story) -> None:
    """A vote that failed, and a text taken down."""
    motion = story.opened("Paint the office.")
    for name, choice in (("Ada", "yes"), ("Bram", "no"), ("Chloe", "no"), ("Dov", "no"), ("Esi", "abstain")):
        story.does(decide.vote, story.actor(name), motion=motion, choice=choice)
    story.next_day(2)
    closed = story.does(decide.close_motion, story.actor("Ada"), motion=motion)
    assert closed.entry.args["state"] == "failed"
    named = story.opened("This text named a neighbour by mistake; it was taken down.")
    from tallystick.decide.models import Motion

    story.does(record.take_down, Motion.objects.get(pk=named).text, "names_a_person")


def _keep_sign_ins(story: Story) -> None:
    for name in CAST:
        sign_in(name, story.members[name.split()[0]], PASSWORD)
    words = {"Ada": "keeps the office", "Bram": "keeps the money", "Chloe": "asks for payments", "Dov": "approves",
             "Esi": "approves", "Finn": "approves"}  # fmt: skip
    kept = [{"username": name.split()[0].lower(), "words": words[name.split()[0]]} for name in CAST]
    (Path(settings.HOME) / "demo.json").write_text(json.dumps(kept))


def sign_ins() -> list[str]:
    """Lines that say how to sign in to a demo; none for a real fund."""
    path = Path(settings.HOME) / "demo.json"
    if not path.exists():
        return []
    lines = [f"    {each['username']:<8}{each['words']}" for each in json.loads(path.read_text())]
    return ["", "  A demo: made up from end to end. Sign in as", *lines, f"  each with the password  {PASSWORD}"]
