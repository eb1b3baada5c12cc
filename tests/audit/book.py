"""A record written by hand, entry by entry, without the program's acts and without a database.

`Book` writes plain JSON entries as docs/record.md describes them; it asks no rule. So it can write honest histories
and forged ones alike, signs both with the fund's own key, and leaves it to the audit to tell them apart.
"""

import base64
import hashlib
import json
import random
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tallystick.record import merkle
from tallystick.record.checkpoint import Checkpoint
from tallystick.record.note import Signer, sign_note
from tallystick.record.tiles import write_log

ORIGIN = "example.org/water-street-fund"
START = datetime(2026, 3, 1, 15, 0, tzinfo=UTC)
NAMES = ("ana", "bo", "cleo", "dee", "eli", "fay", "gus")

CHAIR = ["decide.open_motion", "decide.close_motion", "decide.grant_mandate", "decide.recall_mandate",
         "decide.seat_member", "decide.unseat_member", "people.open_committee", "people.admit_member",
         "people.seat_member",
         "people.grant_mandate", "people.name_representative", "people.end_representative",
         "people.revoke_key"]  # fmt: skip
TREASURER = ["fund.add_holder", "fund.open_pool", "fund.open_account", "fund.bring_forward", "fund.receive_gift",
             "fund.turn_pool", "fund.label_code", "fund.settle", "fund.void", "fund.pay", "fund.move", "fund.exchange",
             "fund.reverse", "fund.open_programme", "fund.set_aside", "fund.end_programme", "fund.add_source",
             "fund.bring_over", "people.add_organisation"]  # fmt: skip
ASKER = ["fund.request"]
APPROVER = ["fund.approve", "fund.approve_release"]


def canonical(value: Any) -> bytes:
    """Canonical JSON, as the specification says it: written here a second time on purpose."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Book:
    """A fund's record under the pen. Everything random comes from the seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.now = START
        self.entries: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.signer = Signer(ORIGIN, self.rng.randbytes(32))
        self.signers = [self.signer]
        self.opened: dict[str, str] = {}
        self.who = {name: self.new() for name in NAMES}
        self.committee = self.new()
        self.mandates = {
            role: self.new() for role in ("chair", "treasurer", "clerk", "asker", "approver", "second", "small")
        }
        self.found()

    # -- the pen -------------------------------------------------------------------------------------------------

    def new(self) -> str:
        """A UUIDv4 from the seed."""
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def moment(self, **later: int) -> str:
        """The present moment, or one so much later."""
        return (self.now + timedelta(**later)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def wait(self, **time: int) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def file(self, content: bytes) -> str:
        """Keep a file to be published; returns its digest."""
        digest = hashlib.sha256(content).hexdigest()
        self.files[digest] = content
        return digest

    def listing(self, digest: str) -> dict[str, Any]:
        """A file's line in an entry."""
        return {"sha256": digest, "bytes": len(self.files[digest]), "type": "text/plain", "name": "paper.txt"}

    def write(
        self,
        act: str,
        by: str,
        args: dict[str, Any],
        *,
        under: list[str] | None = None,
        committee: str | None = None,
        beside: dict[str, Any] | None = None,
        files: list[str] | None = None,
        **header: Any,
    ) -> str:
        """Write one entry, right or wrong. by: a name, or "system". Returns its id."""
        self.wait(seconds=self.rng.randint(1, 600))
        entry: dict[str, Any] = {
            "v": 1,
            "id": self.new(),
            "at": self.moment(),
            "act": act,
            "rules": 1,
            "by": self.who.get(by, by),
            "for": self.committee if committee is None else committee,
            "under": [self.mandates.get(each, each) for each in under or []],
            "body": {"args": args, **(beside or {})},
        }
        if files:
            entry["files"] = [self.listing(each) for each in files]
        entry.update(header)
        self.entries.append(entry)
        return entry["id"]

    def system(self, act: str, args: dict[str, Any], **rest: Any) -> str:
        """An entry by the program itself."""
        return self.write(act, "system", args, committee="", **rest)

    # -- the story -----------------------------------------------------------------------------------------------

    def mandate(self, role: str, member: str, acts: list[str], most: int = 10**9, **change: Any) -> dict[str, Any]:
        """A mandate's description."""
        return {
            "id": self.mandates.setdefault(role, self.new()),
            "member": self.who[member],
            "committee": self.committee,
            "acts": acts,
            "limits": [{"currency": each, "per_act": most, "per_month": 10 * most} for each in ("USD", "JPY")],
            "starts": "2026-03-01T00:00:00Z",
            "ends": "2027-03-01T00:00:00Z",
            **change,
        }

    def found(self) -> None:
        """Entry 0: seven founders, six of them on one committee."""
        self.write(
            "people.found",
            "ana",
            {
                "name": "Water Street Fund",
                "origin": ORIGIN,
                "vkey": self.signer.vkey,
                "timezone": "America/Chicago",
                "languages": ["en", "es"],
                "year_end": "12-31",
                "currencies": [{"code": "USD", "exponent": 2}, {"code": "JPY", "exponent": 0}],
                "committees": [
                    {"id": self.committee, "name": "Relief committee", "quorum": 3, "majority_num": 1,
                     "majority_den": 2, "notice": 3600},
                ],
                "founders": [self.who[each] for each in NAMES],
                "seats": [{"committee": self.committee, "member": self.who[each]} for each in NAMES[:6]],
                "mandates": [
                    self.mandate("chair", "ana", CHAIR),
                    self.mandate("treasurer", "bo", TREASURER),
                    self.mandate("clerk", "bo", ["decide.grant_mandate"]),
                    self.mandate("asker", "cleo", ASKER),
                    self.mandate("approver", "dee", APPROVER),
                    self.mandate("second", "eli", APPROVER),
                    self.mandate("small", "fay", ["fund.set_aside", "fund.approve", "fund.pay"], most=100),
                ],
            },
            committee="",
        )  # fmt: skip

    def holdings(self, dollars: int = 500_000) -> None:
        """Two holders, a general and a restricted pool, accounts, an organisation, gifts. Amounts in minor units."""
        b = self
        for holder in ("bank", "church"):
            b.treasurer("fund.add_holder", {"id": holder, "name": holder.title(), "legal_form": "charity"})
        b.treasurer("fund.open_pool", b.pool("general"))
        b.treasurer("fund.open_pool", b.pool("rent", purpose="shelter.rent", place="us.la", secondary="shelter"))
        for holder, pool, currency in (
            ("bank", "general", "USD"), ("bank", "rent", "USD"), ("church", "general", "USD"),
            ("bank", "general", "JPY"),
        ):  # fmt: skip
            b.treasurer("fund.open_account", {"holder": holder, "pool": pool, "currency": currency, "floor": 0})
        b.treasurer("people.add_organisation", {"id": "org-water", "name": "Water Works", "sector": "vendor"})
        b.gift("bank/general/USD", dollars)
        b.gift("bank/rent/USD", dollars, purpose="shelter.rent", place="us.la")

    def treasurer(self, act: str, args: dict[str, Any], **rest: Any) -> str:
        """An entry by the treasurer under her mandate."""
        return self.write(act, "bo", args, under=["treasurer", *rest.pop("more", [])], **rest)

    @staticmethod
    def pool(name: str, **change: Any) -> dict[str, Any]:
        """A pool's description."""
        return {"id": name, "name": name.title(), "purpose": "any", "place": "any", "until": "", "secondary": "",
                **change}  # fmt: skip

    def gift(self, account: str, minor: int, *, purpose: str = "any", place: str = "any", **change: Any) -> str:
        """A gift received."""
        args = {"account": account, "minor": minor, "currency": account[-3:], "purpose": purpose, "place": place,
                "until": "", "giver": "", "donor": "", **change}  # fmt: skip
        return self.treasurer("fund.receive_gift", args, beside={"happened": ""})

    def open(self, act: str = "", args: dict[str, Any] | None = None, **change: Any) -> str:
        """A motion opened by the chair; returns the motion's id."""
        motion = self.new()
        text = self.file(b"Shall we? " + motion.encode())
        self.write(
            "decide.open_motion",
            "ana",
            {
                "id": motion,
                "text": text,
                "act": act,
                "args": args or {},
                "closes": self.moment(hours=24),
                "quorum": 3,
                "majority_num": 1,
                "majority_den": 2,
                "roll": sorted(self.who[each] for each in NAMES[:6]),
                "roll_file": "",
                **change,
            },
            under=["chair"],
            files=[text],
        )
        return motion

    def vote(self, motion: str, by: str, choice: str = "yes") -> str:
        """One vote."""
        return self.write("decide.vote", by, {"motion": motion, "choice": choice})

    def closing(self, motion: str, votes: dict[str, str], **change: Any) -> dict[str, Any]:
        """A closing's arguments, counted from votes by name."""
        counted = {choice: sum(each == choice for each in votes.values()) for choice in ("yes", "no", "abstain")}
        carried = len(votes) >= 3 and counted["yes"] > counted["no"]
        pairs = sorted((self.who[name], choice) for name, choice in votes.items())
        return {
            "motion": motion,
            "state": "carried" if carried else "failed",
            **counted,
            "votes": [{"voter": voter, "choice": choice} for voter, choice in pairs],
            "votes_file": "",
            **change,
        }

    def decide(self, act: str, args: dict[str, Any], votes: dict[str, str] | None = None) -> str:
        """Open, vote, close: a motion on this act with these arguments; by default four say yes and one no."""
        motion = self.open(act, args)
        votes = votes or {"ana": "yes", "bo": "yes", "cleo": "yes", "dee": "yes", "eli": "no"}
        for name, choice in votes.items():
            self.vote(motion, name, choice)
        self.wait(days=2)
        self.write("decide.close_motion", "ana", self.closing(motion, votes), under=["chair"])
        return motion

    def payment(self, **change: Any) -> dict[str, Any]:
        """A payment's arguments."""
        return {"from": "bank/general/USD", "to": "org-water", "minor": 10_000, "currency": "USD",
                "purpose": "water.bottles", "place": "us.la.orleans", **change}  # fmt: skip

    def approved(self, act: str, terms: dict[str, Any], by: str = "cleo") -> dict[str, Any]:
        """A request by `by`, approved by dee and eli; returns what stands beside the act's arguments."""
        request = self.new()
        self.write("fund.request", by, {"id": request, "act": act, "terms": terms}, under=["asker"])
        for name, mandate in (("dee", "approver"), ("eli", "second")):
            self.write("fund.approve", name, {"request": request, "act": act, "terms": terms}, under=[mandate])
        return {"request": request, "approvals": sorted((self.who["dee"], self.who["eli"]))}

    def pay(self, **change: Any) -> str:
        """A whole payment: vote, request, two approvals, the payment itself."""
        args = self.payment(**change)
        motion = self.decide("fund.pay", args)
        beside = self.approved("fund.pay", args)
        return self.treasurer("fund.pay", args, more=[motion], beside=beside)

    def programme(self, name: str = "winter", **change: Any) -> None:
        """A programme opened by a vote, with 100,000 in its purse."""
        criteria = self.file(b"Households that lost their home.")
        args = {"id": name, "account": "bank/rent/USD", "purpose": "shelter.rent", "place": "us.la.orleans",
                "criteria": criteria, "cap": 50_000, "currency": "USD", "total": 200_000, "until": "2026-12-30",
                **change}  # fmt: skip
        motion = self.decide("fund.open_programme", args)
        self.treasurer("fund.open_programme", args, more=[motion], files=[criteria])
        self.opened[name] = self.now.astimezone(ZoneInfo("America/Chicago")).date().isoformat()
        self.treasurer("fund.set_aside", {"programme": name, "minor": 100_000, "currency": "USD"})

    def release(self, name: str = "winter", approvers: int = 2) -> str:
        """A release of payments to people, approved by two (or fewer); returns its root."""
        root = self.digest()
        for member, mandate in (("dee", "approver"), ("eli", "second"))[:approvers]:
            self.write("fund.approve_release", member, {"programme": name, "release": {"sealed": root}},
                       under=[mandate], beside={"claims": ["not_the_asker", "within_cap", "within_limit"]},
                       sealed=[root])  # fmt: skip
        return root

    def end(self, name: str) -> str:
        """A programme ended."""
        return self.treasurer("fund.end_programme", {"programme": name}, beside={"claims": ["nothing_unapproved"]})

    def digest(self) -> str:
        """A sealed digest that stands for something private."""
        return base64.urlsafe_b64encode(self.rng.randbytes(32)).rstrip(b"=").decode()

    def close(self, day: str, number: int = 64, **change: Any) -> str:
        """A day's close."""
        digests = [self.digest() for _ in range(number)]
        content = self.file("".join(f"{each}\n" for each in digests).encode())
        root = merkle.root([merkle.leaf_hash(base64.urlsafe_b64decode(each + "=")) for each in digests]).hex()
        args = {"day": day, "root": root, "number": number, "file": content, **change}
        return self.system("record.close_day", args, files=[content])

    def close_through(self, days: int) -> str:
        """Close every day from the founding's on, so many; returns the last."""
        first = START.date()
        self.now = max(self.now, START + timedelta(days=days + 1))
        last = ""
        for number in range(days):
            last = (first + timedelta(days=number)).isoformat()
            self.close(last)
        return last

    def total(self, releases: list[str], last_day: str, name: str = "winter", **change: Any) -> dict[str, Any]:
        """A told total's arguments: from the programme's first day to the last one that is closed."""
        return {
            "act": "fund.pay_person", "committee": self.committee, "programme": name, "account": f"purse/{name}",
            "currency": "USD", "minor": 60_000, "people": "10-19", "releases": releases,
            "first_day": self.opened[name], "last_day": last_day, **change,
        }  # fmt: skip

    def vote_afterwards(self) -> None:
        """Something more, as time goes by: the book grows beyond what anybody kept."""
        self.open()

    # -- the printing --------------------------------------------------------------------------------------------

    def publish(self, folder: Path) -> Path:
        """Sign and publish what was written, as the fund's keeper would."""
        data = [canonical(each) for each in self.entries]
        folder.mkdir(parents=True, exist_ok=True)
        root = write_log(folder, len(data), lambda start, stop: iter(data[start:stop]))
        checkpoint = sign_note(Checkpoint(ORIGIN, len(data), root).format(), self.signers)
        (folder / "checkpoint").write_bytes(checkpoint)
        (folder / "vkey").write_text(self.signers[-1].vkey + "\n")
        if self.signers != [self.signer]:
            (folder / "vkeys").write_text(f"{self.signer.vkey}\n{self.signers[-1].vkey}\n")
        (folder / "files").mkdir(exist_ok=True)
        for digest, content in self.files.items():
            (folder / "files" / digest).write_bytes(content)
        return folder
