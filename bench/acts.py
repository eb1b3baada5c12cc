"""How many acts a second are durably recorded, beside the same rows written by the bare database driver.

The acts are gifts. The peer inserts what an act inserts (the entry, the transfer, the gift), updates what it updates
(both accounts, the head), in the same tables with the same indexes and constraints, pragmas and number of transactions,
but decides, hashes and encodes nothing. Each database is measured in a process of its own, in turns.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from bench.cluster import postgres

SINGLE, BATCHED, BATCH = 2_000, 50_000, 1_000
REACH = {"one transaction each": 10, "batches of 1,000": 6}
TURNS = 4
TABLES = ("record_entryrow", "fund_transfer", "fund_gift")


def run(scale: float = 1.0) -> Iterator[dict[str, Any]]:
    """Both databases, singly and in batches; ratios are our time over the peer's for the same rows."""
    yield from _measured("", "bare sqlite3", scale)
    with postgres() as url:
        if url is None:
            for how, reach in REACH.items():
                yield _result(f"acts on PostgreSQL, {how}, beside bare psycopg", 0, None, reach)
        else:
            yield from _measured(url, "bare psycopg", scale)


def _measured(url: str, peer: str, scale: float) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="tallystick-bench-") as home:
        environment = {**os.environ, "TALLYSTICK_HOME": home, "DATABASE_URL": url}
        command = [sys.executable, "-m", "bench.acts", peer, str(scale)]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]


def _result(name: str, ours: float, theirs: float | None, reach: float, count: int = 0) -> dict[str, Any]:
    result: dict[str, Any] = {"name": name, "ours_s": ours, "peer_s": theirs, "reach": reach}
    result["ratio"] = ours / theirs if theirs else None
    if theirs:
        result |= {"ours_per_s": count / ours, "peer_per_s": count / theirs}
    return result


class Gifts:
    """A founded commission in the present database, gifts by acts, and the same rows by the driver."""

    def __init__(self) -> None:
        from django.core.management import call_command
        from django.db import connection

        from bench.audit import Books
        from tallystick.fund.acts import books
        from tallystick.people import acts as people
        from tallystick.record.append import Actor

        call_command("migrate", verbosity=0)
        small = Books()
        small.found()
        founding = json.loads(small.entries[0])["body"]["args"]
        people.found(small.member, **founding)
        self.actor = Actor(small.member, small.committee, small.mandate)
        books.add_holder(self.actor, id="bank", name="Bank", legal_form="bank")
        books.open_pool(self.actor, id="pool", name="Pool", purpose="any", place="any")
        books.open_account(self.actor, holder="bank", pool="pool", currency="USD")
        self.connection = connection
        self._given = 0
        self.ours(1, 1)
        self._inserts, self._samples = self._take_samples()

    def ours(self, count: int, batch_size: int) -> float:
        """Seconds for so many gifts by acts."""
        from tallystick.record.append import batch

        begin = time.perf_counter()
        for start in range(0, count, batch_size):
            with batch():
                for number in range(start, start + batch_size):
                    self._give(number)
        return time.perf_counter() - begin

    def _give(self, number: int) -> None:
        args = {"account": "bank/pool/USD", "minor": 100 + number, "currency": "USD", "purpose": "any"}
        rest = {"place": "any", "until": "", "giver": "", "donor": ""}
        self.actor.does("fund.receive_gift", args | rest, beside={"happened": ""})

    def _take_samples(self) -> tuple[list[str], list[dict[str, Any]]]:
        """The rows that the last gift left in each table, to be written again under other ids."""
        inserts, samples = [], []
        with self.connection.cursor() as cursor:
            for table in TABLES:
                order = '"index"' if table == "record_entryrow" else "at"
                cursor.execute(f"SELECT * FROM {table} ORDER BY {order} DESC LIMIT 1")
                columns = [each[0] for each in cursor.description]
                samples.append(dict(zip(columns, cursor.fetchone(), strict=True)))
                mark = "%s" if self.connection.vendor == "postgresql" else "?"
                named = ", ".join(f'"{each}"' for each in columns)
                inserts.append(f"INSERT INTO {table} ({named}) VALUES ({', '.join([mark] * len(columns))})")
        return inserts, samples

    def _rows(self, count: int) -> list[list[tuple[Any, ...]]]:
        """For each table, `count` rows like its sample, with ids and an index of their own."""
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT size FROM record_head")
            size = cursor.fetchone()[0]
        ids = [str(uuid.uuid4()) for _ in range(count)]
        rows = []
        for sample in self._samples:
            new = ({"index": size + place, "id": ids[place], "entry": ids[place]} for place in range(count))
            rows.append([tuple({**sample, **{k: v for k, v in each.items() if k in sample}}.values()) for each in new])
        return rows

    def peer(self, count: int, batch_size: int) -> float:
        """Seconds for so many times the same rows by the bare driver, made before the clock starts."""
        rows = self._rows(count)
        raw = self.connection.connection
        mark = "%s" if self.connection.vendor == "postgresql" else "?"
        sums = [
            f"UPDATE fund_account SET {column} = {column} + {mark} WHERE id = {mark}"
            for column in ("posted_out", "posted_in")
        ]
        accounts = ("outside/gifts/USD", "bank/pool/USD")
        minor = self._samples[1]["minor"]
        begin = time.perf_counter()
        for start in range(0, count, batch_size):
            cursor = raw.cursor()
            cursor.execute("BEGIN" if mark == "%s" else "BEGIN IMMEDIATE")
            for insert, some in zip(self._inserts, rows, strict=True):
                _all(cursor, insert, some[start : start + batch_size])
            for update, account in zip(sums, accounts, strict=True):
                _all(cursor, update, [(minor, account)])  # once a transaction, as acts do it
            _all(cursor, f"UPDATE record_head SET size = size + {mark}", [(min(batch_size, count - start),)])
            cursor.execute("COMMIT")
            cursor.close()
        return time.perf_counter() - begin


def _all(cursor: Any, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if len(rows) == 1:
        cursor.execute(statement, rows[0])
    else:
        cursor.executemany(statement, rows)


def measure(peer: str, scale: float) -> Iterator[dict[str, Any]]:
    """In the process that has this database for its own."""
    gifts = Gifts()
    where = f" on {'SQLite' if peer.endswith('sqlite3') else 'PostgreSQL'}"
    for (how, reach), whole, size in zip(REACH.items(), (SINGLE, BATCHED), (1, BATCH), strict=True):
        part = max(1, int(whole * scale / TURNS / size)) * size
        ours, theirs = [], []
        for _ in range(TURNS):
            ours.append(gifts.ours(part, size))
            theirs.append(gifts.peer(part, size))
        yield _result(f"acts{where}, {how}, beside {peer}", min(ours), min(theirs), reach, part)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tallystick.site.settings"
    import django

    django.setup()
    for each in measure(sys.argv[1], float(sys.argv[2])):
        print(json.dumps(each), flush=True)
