"""How long `tallystick audit` takes over 100,000 gifts, beside hledger and Beancount over the same books.

Whole processes, from start to exit code, each reading files that it has never seen: the published record for us, the
exported journals for the others. What they do not have is left out of the record: approvals and motions.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from tallystick.audit.replay import Replay
from tallystick.fund.rules.accounts import Account, Transfer
from tallystick.fund.writers import beancount, hledger
from tallystick.people.rules import Currency
from tallystick.record.checkpoint import Checkpoint
from tallystick.record.entry import Entry, encode
from tallystick.record.merkle import EMPTY_ROOT
from tallystick.record.note import Signer, sign_note
from tallystick.record.tiles import write_log

TRANSFERS = 100_000
ACCOUNTS = 20
ORIGIN = "bench.example/fund"
STARTS, ENDS = "2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z"
ACTS = ("fund.add_holder", "fund.open_pool", "fund.open_account", "fund.receive_gift")
REACH = 1.0  # faster than both
RUNS = 3  # of ours and of hledger, taking turns; the quickest counts


class Books:
    """The entries of a small commission's books, made by the rules themselves without a database."""

    def __init__(self, seed: int = 1) -> None:
        self._random = Random(seed)
        self.replay = Replay(lambda digest: None)
        self.entries: list[bytes] = []
        self.signer = Signer(ORIGIN, self._random.randbytes(32))
        self.member, self.committee, self.mandate = self._id(), self._id(), self._id()

    def _id(self) -> str:
        return str(uuid.UUID(bytes=self._random.randbytes(16), version=4))

    def act(self, act: str, args: dict[str, Any], **beside: Any) -> None:
        """One more entry, under the one mandate."""
        index = len(self.entries)
        committee, under = (self.committee, (self.mandate,)) if index else ("", ())
        at = f"2026-{index // 9_000 % 12 + 1:02d}-{index // 360 % 25 + 1:02d}T12:00:00Z"
        entry = Entry(self._id(), at, act, 1, self.member, committee, under, {"args": args, **beside})
        data = encode(entry)
        self.replay.one(index, data)
        self.entries.append(data)

    def found(self) -> None:
        """The commission, one holder, and its accounts, each with a pool of its own."""
        committee = {"id": self.committee, "name": "Bench", "quorum": 1, "majority_num": 1, "majority_den": 2}
        mandate = {"id": self.mandate, "member": self.member, "committee": self.committee, "acts": list(ACTS)}
        founding: dict[str, Any] = {
            "name": "Bench fund",
            "origin": ORIGIN,
            "vkey": self.signer.vkey,
            "timezone": "America/Chicago",
            "languages": ["en"],
            "year_end": "12-31",
            "currencies": [{"code": "USD", "exponent": 2}],
            "committees": [committee | {"notice": 0}],
            "founders": [self.member],
            "seats": [{"committee": self.committee, "member": self.member}],
            "mandates": [mandate | {"limits": [], "starts": STARTS, "ends": ENDS}],
        }
        self.act("people.found", founding)
        self.act("fund.add_holder", {"id": "bank", "name": "Bank", "legal_form": "bank"})
        bound = {"purpose": "any", "place": "any", "until": "", "secondary": ""}
        for number in range(ACCOUNTS):
            pool = f"pool-{number}"
            self.act("fund.open_pool", {"id": pool, "name": f"Pool {number}"} | bound)
            self.act("fund.open_account", {"holder": "bank", "pool": pool, "currency": "USD", "floor": 0})

    def gift(self) -> None:
        """A gift into one of the accounts."""
        account = f"bank/pool-{self._random.randrange(ACCOUNTS)}/USD"
        bound = {"purpose": "any", "place": "any", "until": "", "giver": "", "donor": ""}
        minor = self._random.randrange(100, 1_000_000)
        self.act("fund.receive_gift", {"account": account, "minor": minor, "currency": "USD"} | bound, happened="")

    def publish(self, folder: Path) -> None:
        """The record as anyone can copy it."""

        def read(start: int, stop: int) -> Iterator[bytes]:
            return islice(self.entries, start, stop)

        root = write_log(folder, len(self.entries), read, (0, EMPTY_ROOT))
        note = sign_note(Checkpoint(ORIGIN, len(self.entries), root).format(), [self.signer])
        (folder / "checkpoint").write_bytes(note)
        (folder / "vkey").write_text(self.signer.vkey + "\n")

    def export(self, writer: Any, path: Path) -> Path:
        """The same books as a journal of another program."""
        facts = self.replay.facts
        exponents = {each.code: each.exponent for each in facts.all(Currency)}
        with path.open("w", encoding="utf-8") as file:
            file.writelines(writer.journal(facts.all(Account), facts.all(Transfer), exponents))
        return path


def seconds(*command: str | Path) -> float:
    """How long a program takes from start to its exit, which must be a yes."""
    begin = time.perf_counter()
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    took = time.perf_counter() - begin
    if done.returncode:
        raise RuntimeError(f"{command[0]} says no: {done.stdout[-500:]}{done.stderr[-500:]}")
    return took


def _program(name: str) -> str | None:
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else shutil.which(name)


def run(scale: float = 1.0) -> Iterator[dict[str, Any]]:
    """`tallystick audit` against `hledger check` and `bean-check`; ratios are our time over theirs."""
    count = max(1, int(TRANSFERS * scale))
    books = Books()
    books.found()
    for _ in range(count):
        books.gift()
    ours, ledger, bean = _program("tallystick"), _program("hledger"), _program("bean-check")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        books.publish(place / "log")
        journal = books.export(hledger, place / "books.journal")
        other = books.export(beancount, place / "books.beancount")
        audits, checks = [], []
        for _ in range(RUNS):
            audits.append(seconds(str(ours), "audit", place / "log", "--vkey", books.signer.vkey))
            if ledger:
                checks.append(seconds(ledger, "-f", journal, "check"))
        # Beancount keeps what it has read in a file beside the books; an auditor reads books for the first time.
        beans = [seconds(bean, "--no-cache", other)] if bean else []
    for name, peers in (("hledger check", checks), ("bean-check", beans)):
        yield {
            "name": f"audit {count} transfers, beside {name}",
            "ours_s": min(audits),
            "peer_s": min(peers) if peers else None,
            "ratio": min(audits) / min(peers) if peers else None,
            "reach": REACH,
        }
