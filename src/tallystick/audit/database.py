"""Comparing every table of facts with the replay of the record, at one index in one read transaction.

So pages cannot drift from the record: a row altered, added or removed by hand is named. Private tables are listed as
such; told totals are compared with their lines, and every digest of a closed day is opened.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from tallystick.audit.balances import self_check
from tallystick.audit.replay import Lie, Replay
from tallystick.fund.line_checks import told_totals
from tallystick.fund.release_checks import check_releases
from tallystick.record.facts import Fact, Facts
from tallystick.record.files import read_file
from tallystick.record.line_checks import check_lines
from tallystick.record.merkle import leaf_hash
from tallystick.record.store import stored
from tallystick.record.tables import PrivateTable, fact_tables

MOST_TOLD = 20


@dataclass
class Comparison:
    """What `--database` found. problems: sentences, the first of each kind first; empty when all is as it should be."""

    size: int = 0
    problems: list[str] = field(default_factory=list)
    compared: dict[str, int] = field(default_factory=dict)
    private: list[str] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether database and record agree."""
        return not self.problems

    def plain(self) -> dict[str, Any]:
        """As `--json` prints it and the worker keeps it."""
        return {
            "ok": self.ok,
            "entries": self.size,
            "problems": self.problems[:MOST_TOLD],
            "problems_in_all": len(self.problems),
            "compared": self.compared,
            "private": self.private,
            "lines": self.lines,
        }


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees the database as it stood at its beginning, whatever is written meanwhile.

    It only reads, so it must not hold up those who write: on SQLite it begins deferred, not immediate as all others.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


def compare() -> Comparison:
    """Replay the database's own entries and compare every table of facts with what they say."""
    found = Comparison(private=private_tables())
    with _one_moment():
        replay = Replay(read_file)
        try:
            _replay_all(replay, found)
        except Lie as lie:
            found.problems.append(f"Entry {lie.index} ({lie.act or 'unreadable'}) is wrong: {lie.reason}")
            return found
        found.problems += self_check(replay.facts)
        for kind in fact_tables():
            _compare_table(kind, replay.facts, found)
        sealed = check_lines()
        found.lines = {
            "days": sealed.days,
            "lines": sealed.lines,
            "decoys": sealed.decoys,
            "erased": sealed.erased,
            "waiting": sealed.waiting,
        }
        found.problems += sealed.problems
        found.problems += told_totals()
        found.problems += check_releases()
    return found


def private_tables() -> list[str]:
    """The tables that are no part of the record: private, listed by name."""
    return sorted(model._meta.label for model in apps.get_models() if issubclass(model, PrivateTable))


def _replay_all(replay: Replay, found: Comparison) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT size FROM record_head WHERE id = 1")
        size = cursor.fetchone()[0]
        cursor.execute('SELECT "index", data, leaf, id FROM record_entryrow ORDER BY "index"')
        expected = 0
        while rows := cursor.fetchmany(2000):
            for index, data, leaf, entry_id in rows:
                if index != expected:
                    raise Lie(expected, "it is missing from the database")
                data = bytes(data)
                if leaf_hash(data) != bytes(leaf):
                    raise Lie(index, "its bytes are not what was first written", entry_id)
                replay.one(index, data)
                expected += 1
    found.size = expected
    if expected != size:
        found.problems.append(f"The head row counts {size} entries; the table holds {expected}.")


def _compare_table(kind: type[Fact], facts: Facts, found: Comparison) -> None:
    said = {kind.key_of(each): each for each in facts.all(kind)}
    count = 0
    for row in stored(kind):
        count += 1
        key = kind.key_of(row)
        expected = said.pop(key, None)
        if expected is None:
            found.problems.append(f"{kind.KIND} {_name(key)} is in the database, but nothing on the record says so.")
        elif row != expected:
            found.problems.append(f"{kind.KIND} {_name(key)}: {_difference(row, expected)}")
    found.problems += [f"{kind.KIND} {_name(key)} is on the record, but not in the database." for key in said]
    found.compared[kind.KIND] = count


def _name(key: Any) -> str:
    return "/".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _difference(row: Fact, expected: Fact) -> str:
    parts = [
        f"{name} is {getattr(row, name)!r}, the record says {getattr(expected, name)!r}"
        for name in row.FIELDS
        if getattr(row, name) != getattr(expected, name)
    ]
    return "; ".join(parts) + "."
