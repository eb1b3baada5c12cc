"""A small commission for tests: two committees, six members with mandates, three currencies, pools and accounts.

    with clock.set_to("2026-03-02T15:00:00Z"):
        world = found()
        world.gift(500_00)
        motion = world.carried("fund.open_programme", terms)

The clock stands still unless a test moves it: `found` sets nothing for good.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from tallystick.decide import acts as decide
from tallystick.fund.acts import books, gifts, payments, programmes
from tallystick.people import acts as people
from tallystick.record import clock, keys
from tallystick.record.append import Actor
from tallystick.record.files import NewFile
from tallystick.record.models import Head
from tallystick.record.note import Signer

ORIGIN = "relief.example/test"
START = "2026-03-02T15:00:00Z"  # nine in the morning in Chicago
ZONE = "America/Chicago"
RELIEF, HOUSING = "relief", "housing"
RELIEF_SEATS = ("chair", "treasurer", "caseworker", "ama", "ben")  # ama and ben approve what others ask for
HOUSING_SEATS = ("neighbour",)
CURRENCIES = {"USD": 2, "JPY": 0, "BHD": 3}

OFFICE = (
    "people.open_committee", "people.admit_member", "people.seat_member", "people.grant_mandate",
    "people.add_organisation", "people.name_representative", "people.end_representative", "people.revoke_key",
    "decide.open_motion", "decide.close_motion", "decide.grant_mandate", "decide.recall_mandate",
    "decide.seat_member", "decide.unseat_member",
)  # fmt: skip
MONEY = (
    "fund.label_code", "fund.add_holder", "fund.open_pool", "fund.open_account", "fund.bring_forward",
    "fund.receive_gift", "fund.turn_pool", "fund.request", "fund.approve", "fund.pay", "fund.move", "fund.exchange",
    "fund.reverse", "fund.settle", "fund.void", "fund.open_programme", "fund.set_aside", "fund.pay_person",
    "fund.approve_release", "fund.end_programme", "fund.add_source", "fund.bring_over",
)  # fmt: skip
LIMITS = {"USD": (500_000_00, 900_000_00), "JPY": (50_000_000, 90_000_000), "BHD": (500_000_000, 900_000_000)}

POOL = "storm"  # restricted: relief in Louisiana
FREE = "free"  # for anything, anywhere
ACCOUNT = "bank/storm/USD"


def new_id() -> str:
    """A fresh UUIDv4 as text."""
    return str(uuid.uuid4())


@dataclass
class World:
    """A founded commission. Ids by readable names; each member has one mandate, for one committee."""

    signer: Signer
    committees: dict[str, str]
    members: dict[str, str]
    mandates: dict[str, str]
    seats: dict[str, str] = field(default_factory=dict)  # member's name -> committee's name

    def actor(self, name: str, entry_id: str = "") -> Actor:
        """A member acting for their committee under their mandate."""
        return Actor(self.members[name], self.committees[self.seats[name]], self.mandates[name], entry_id)

    def carried(self, act: str = "", args: dict[str, Any] | None = None, committee: str = RELIEF) -> str:
        """Open, vote on and close a motion that everybody on the committee says yes to; its id."""
        motion = new_id()
        voters = [name for name, place in self.seats.items() if place == committee]
        chair = self.actor(voters[0])
        decide.open_motion(chair, id=motion, text="A motion.", closes="2099-01-01T00:00:00Z", act=act, args=args or {})
        for name in voters:
            decide.vote(self.actor(name), motion=motion, choice="yes")
        decide.close_motion(chair, motion=motion)
        return motion

    def approved(self, act: str, terms: dict[str, Any]) -> str:
        """A request by the caseworker with the approvals of Ama and Ben; its id. The treasurer can act on it."""
        request = new_id()
        payments.request(self.actor("caseworker"), id=request, act=act, terms=terms)
        for name in ("ama", "ben"):
            payments.approve(self.actor(name), request=request, act=act, terms=terms)
        return request

    def gift(self, minor: int, account: str = ACCOUNT, **more: Any) -> str:
        """A gift from a person into an account, with its pool's own restriction; its entry's id."""
        _, pool, currency = account.split("/")
        bound = {"purpose": "relief", "place": "us.la"} if pool == POOL else {"purpose": "any", "place": "any"}
        recorded = gifts.receive_gift(
            self.actor("treasurer"), account=account, minor=minor, currency=currency, **{**bound, **more}
        )
        return recorded.entry.id

    def programme(self, id: str = "rent", *, aside: int = 10_000_00, **terms: Any) -> str:
        """An open programme of the storm pool, with this much in its purse (0: none); its id."""
        criteria = NewFile(b"Households whose home was flooded.", "text/plain", "criteria.txt")
        args = {
            "id": id, "account": ACCOUNT, "purpose": "relief.rent", "place": "us.la", "cap": 1_000_00,
            "currency": "USD", "total": 50_000_00, "until": "2026-12-31", **terms,
        }  # fmt: skip
        motion = self.carried("fund.open_programme", {**args, "criteria": criteria.sha256})
        programmes.open_programme(self.actor("treasurer"), motion=motion, criteria=criteria, **args)
        if aside:
            programmes.set_aside(self.actor("treasurer"), programme=id, minor=aside, currency=args["currency"])
        return id

    def released(self, programme: str) -> str:
        """Gather what waits in a programme and have Ama and Ben approve it; the release's root."""
        prepared = programmes.release(self.actor("caseworker"), programme=programme)
        for name in ("ama", "ben"):
            programmes.approve_release(self.actor(name), programme=programme, root=prepared.root)
        return prepared.root


def found(
    *,
    at: str = START,
    acts: dict[str, tuple[str, ...]] | None = None,
    limits: dict[str, dict[str, tuple[int, int]]] | None = None,
    ends: str = "2028-03-01T00:00:00Z",
    year_end: str = "12-31",
    books_too: bool = True,
) -> World:
    """Found the commission at a moment; a home without a log key gets one.

    acts, limits: other rights for a member by name, ("fund.request",) and {"USD": (per act, per month)}. books_too:
    with the holder `bank`, the pools `storm` and `free`, accounts in USD, JPY and BHD, and the organisation `roofer`.
    """
    Head.objects.get_or_create(pk=1, defaults={"size": 0, "at": ""})
    names = RELIEF_SEATS + HOUSING_SEATS
    world = World(
        signer=_signer(),
        committees={RELIEF: new_id(), HOUSING: new_id()},
        members={name: new_id() for name in names},
        mandates={name: new_id() for name in names},
        seats={name: RELIEF if name in RELIEF_SEATS else HOUSING for name in names},
    )
    with clock.set_to(at):
        people.found(
            world.members["chair"],
            name="Bayou Relief",
            origin=ORIGIN,
            vkey=world.signer.vkey,
            timezone=ZONE,
            languages=["en", "es"],
            year_end=year_end,
            currencies=[{"code": code, "exponent": exponent} for code, exponent in CURRENCIES.items()],
            committees=[
                {
                    "id": id, "name": f"{name.title()} committee", "quorum": 3 if name == RELIEF else 1,
                    "majority_num": 1, "majority_den": 2, "notice": 0,
                }
                for name, id in world.committees.items()
            ],
            founders=list(world.members.values()),
            seats=[
                {"committee": world.committees[world.seats[name]], "member": world.members[name]} for name in names
            ],
            mandates=[
                _mandate(world, name, at, ends, (acts or {}).get(name), (limits or {}).get(name)) for name in names
            ],
        )  # fmt: skip
        if books_too:
            _books(world)
    return world


def _signer() -> Signer:
    if keys.key_path(keys.LOG_KEY).exists():
        return keys.log_signers()[0]
    return keys.make_log_key(ORIGIN)


def _mandate(
    world: World,
    name: str,
    starts: str,
    ends: str,
    acts: tuple[str, ...] | None,
    limits: dict[str, tuple[int, int]] | None,
) -> dict[str, Any]:
    return {
        "id": world.mandates[name],
        "member": world.members[name],
        "committee": world.committees[world.seats[name]],
        "acts": list(acts if acts is not None else OFFICE + MONEY),
        "limits": [
            {"currency": code, "per_act": per_act, "per_month": per_month}
            for code, (per_act, per_month) in (limits if limits is not None else LIMITS).items()
        ],
        "starts": starts,
        "ends": ends,
    }


def _books(world: World) -> None:
    treasurer = world.actor("treasurer")
    people.add_organisation(treasurer, id="roofer", name="Bayou Roofing", sector="vendor")
    books.add_holder(treasurer, id="bank", name="Bayou Relief Inc.", legal_form="nonprofit")
    books.add_holder(treasurer, id="host", name="Parish Foundation", legal_form="fiscal_sponsor")
    books.open_pool(treasurer, id=POOL, name="Storm", purpose="relief", place="us.la", secondary="preparedness")
    books.open_pool(treasurer, id=FREE, name="Free", purpose="any", place="any")
    books.open_account(treasurer, holder="bank", pool=POOL, currency="USD")
    books.open_account(treasurer, holder="host", pool=POOL, currency="USD")
    for currency in CURRENCIES:
        books.open_account(treasurer, holder="bank", pool=FREE, currency=currency)
