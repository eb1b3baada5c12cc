"""Founding a commission: what must be said before entry 0, and the sign-ins of those who found it.

What the founders said is kept in home/founding.json, so that a rehearsal can be wiped and opened for good with it.
"""

import json
import secrets
import string
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from iso4217 import Currency

from tallystick.people import acts as people
from tallystick.record import clock, days, keys
from tallystick.record.append import Recorded
from tallystick.record.chance import new_id
from tallystick.site.models import User

OFFICE = (
    "people.open_committee", "people.admit_member", "people.seat_member", "people.grant_mandate",
    "people.add_organisation", "people.name_representative", "people.end_representative", "people.revoke_key",
    "decide.open_motion", "decide.close_motion", "decide.grant_mandate", "decide.recall_mandate",
    "decide.seat_member", "decide.unseat_member",
)  # fmt: skip
MONEY = (
    "fund.label_code", "fund.add_holder", "fund.open_pool", "fund.open_account", "fund.bring_forward",
    "fund.receive_gift", "fund.turn_pool", "fund.request", "fund.pay", "fund.move", "fund.exchange", "fund.reverse",
    "fund.settle", "fund.void", "fund.open_programme", "fund.set_aside", "fund.pay_person", "fund.end_programme",
    "fund.add_source", "fund.bring_over", "people.add_organisation",
)  # fmt: skip
APPROVAL = ("fund.approve", "fund.approve_release", "decide.open_motion", "decide.close_motion")
FEWEST_FOUNDERS = 3  # who asks for or makes a payment is neither of its two approvers


class CannotFound(ValueError):
    """What was said is not enough to found a fund; the message says what to add."""


@dataclass
class Founding:
    """What the founders say. currencies: ISO 4217 codes; limit: most per act in whole units of each currency; years:
    how long the first mandates hold. The first founder keeps the books, all others approve."""

    name: str
    founders: list[str]
    timezone: str = "America/Chicago"
    languages: list[str] = field(default_factory=lambda: ["en"])
    currencies: list[str] = field(default_factory=lambda: ["USD"])
    committee: str = "Relief committee"
    year_end: str = "12-31"
    limit: int = 50_000
    years: int = 1
    notice: int = 24 * 3600

    def check(self) -> None:
        """CannotFound, naming what is missing or wrong."""
        if len(set(self.founders)) < FEWEST_FOUNDERS:
            raise CannotFound(
                "A fund needs three founders: one who asks for a payment and makes it, and two who approve it. "
                "Name each with --founder."
            )
        try:
            days.zone(self.timezone)
            for code in self.currencies:
                exponent(code)
        except ValueError as error:
            raise CannotFound(str(error)) from None

    def keep(self) -> None:
        """Write it down in the home, for the day the rehearsal is opened."""
        path = Path(settings.HOME) / "founding.json"
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n")

    @classmethod
    def kept(cls) -> "Founding":
        """What was written down."""
        try:
            return cls(**json.loads((Path(settings.HOME) / "founding.json").read_text()))
        except FileNotFoundError:
            raise CannotFound("There is no founding.json in the home: run `tallystick site init` first.") from None


def exponent(code: str) -> int:
    """Decimal places of a currency's minor unit by ISO 4217. ValueError for an unknown code."""
    try:
        found = Currency(code).exponent
    except ValueError:
        raise ValueError(f"ISO 4217 has no currency {code}: use a code like USD, HTG or VND.") from None
    return found or 0


@dataclass(frozen=True)
class SignIn:
    """A founder's sign-in, its password shown once."""

    username: str
    password: str
    member: str


def found(said: Founding, origin: str) -> tuple[Recorded, list[SignIn]]:
    """Make the log's key, write entry 0, and make the founders' sign-ins."""
    said.check()
    signer = keys.make_log_key(origin)
    members = {name: new_id() for name in said.founders}
    committee = new_id()
    recorded = people.found(
        members[said.founders[0]],
        name=said.name,
        origin=origin,
        vkey=signer.vkey,
        timezone=said.timezone,
        languages=said.languages,
        year_end=said.year_end,
        currencies=[{"code": code, "exponent": exponent(code)} for code in said.currencies],
        committees=[
            {
                "id": committee,
                "name": said.committee,
                "quorum": len(members) // 2 + 1,
                "majority_num": 1,
                "majority_den": 2,
                "notice": said.notice,
            }
        ],
        founders=list(members.values()),
        seats=[{"committee": committee, "member": member} for member in members.values()],
        mandates=[_mandate(said, committee, member, number) for number, member in enumerate(members.values())],
    )
    return recorded, [sign_in(name, member) for name, member in members.items()]


def _mandate(said: Founding, committee: str, member: str, number: int) -> dict[str, Any]:
    now = clock.now()
    ends = f"{int(now[:4]) + said.years}{now[4:]}".replace("-02-29T", "-02-28T")
    limits = [
        {"currency": code, "per_act": said.limit * 10 ** exponent(code), "per_month": said.limit * 10 ** exponent(code)}
        for code in said.currencies
    ]
    acts = sorted({*OFFICE, *MONEY}) if number == 0 else sorted(APPROVAL)
    return {
        "id": new_id(),
        "member": member,
        "committee": committee,
        "acts": acts,
        "limits": limits,
        "starts": now,
        "ends": ends,
    }


def sign_in(name: str, member: str, password: str = "") -> SignIn:
    """Make a sign-in for a member; without a password, one is made that is shown once."""
    letters = string.ascii_lowercase + string.digits
    password = password or "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(3))
    username = name.split()[0].lower()
    taken = User.objects.filter(username__istartswith=username).count()
    user = User.objects.create_user(f"{username}{taken + 1 if taken else ''}", password, name=name, member=member)
    return SignIn(user.username, password, member)
