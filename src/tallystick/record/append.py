"""Appending to the record: the one place where entries and facts are written, in one transaction, under one lock.

Every act of every room calls `record`. The index comes from the locked head row; the rule says what follows; facts
and entry are flushed together. `batch` lets many acts share a transaction; a refused one takes only its own back.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from tallystick.record import clock, repeats, rules
from tallystick.record.chance import new_id
from tallystick.record.entry import Entry, decode, encode
from tallystick.record.facts import RULES, Refused, gettext_noop
from tallystick.record.files import NewFile, keep_file
from tallystick.record.merkle import leaf_hash
from tallystick.record.store import Stored

PATIENCE = 5  # seconds that an act waits for a clock that is behind the last entry

_INSERT = (
    'INSERT INTO record_entryrow ("index", id, act, at, data, leaf, repeat_key, repeat) '
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
_INSERT_FILE = (
    "INSERT INTO record_storedfile (sha256, bytes, type, name) VALUES (%s, %s, %s, %s) ON CONFLICT (sha256) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What `record` gives back: the entry, its index, and whether it had been recorded before."""

    entry: Entry
    index: int
    repeated: bool = False


class Batch:
    """An open transaction on the record: its facts, and the entries that will be written when it closes."""

    def __init__(self) -> None:
        self.facts = Stored()
        self.rows: list[tuple[Any, ...]] = []
        self.entries: list[Entry] = []
        self.files: list[tuple[str, int, str, str]] = []
        self.size, self.at = self._lock_head()
        self.start = self.size
        self.written = 0
        self.broken = False

    @staticmethod
    def _lock_head() -> tuple[int, str]:
        lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT size, at FROM record_head WHERE id = 1{lock}")
            row = cursor.fetchone()
        if row is None:
            raise RuntimeError("The record has no head row: run the migrations.")
        return row[0], row[1]

    def mark(self) -> tuple[int, int, int, str]:
        """Where the batch stands, to `undo` back to."""
        return self.facts.mark(), len(self.entries), len(self.files), self.at

    def undo(self, mark: tuple[int, int, int, str]) -> None:
        """Take back the facts and entries since a mark."""
        self.broken = self.broken or mark[1] < self.written
        self.facts.undo(mark[0])
        for entry in self.entries[mark[1] :]:
            self.facts.entered(entry.id, None)
        del self.entries[mark[1] :], self.rows[mark[1] :], self.files[mark[2] :]
        self.size = self.start + len(self.entries)
        self.at = mark[3]

    def append(self, entry: Entry, repeat_key: int, repeat: bytes) -> None:
        """Queue an entry whose facts are kept."""
        data = encode(entry)
        self.rows.append((entry.index, entry.id, entry.act, entry.at, data, leaf_hash(data), repeat_key, repeat))
        self.entries.append(entry)
        self.files += [(each["sha256"], each["bytes"], each["type"], each["name"]) for each in entry.files]
        self.facts.entered(entry.id, entry.index)
        self.size += 1
        self.at = entry.at

    def write(self) -> None:
        """Write everything kept so far: facts, entries, files' rows, the head. Still one transaction.

        An act that lists rows calls it first, so that it sees what this batch has kept. What is written can no longer
        be taken back alone: a failure after it fails the whole batch.
        """
        if self.broken:
            raise RuntimeError("A part of this batch failed after it was written; the whole batch is taken back.")
        if self.written == len(self.entries):
            return
        self.facts.flush()
        with connection.cursor() as cursor:
            cursor.executemany(_INSERT, self.rows[self.written :])
            if self.files:
                cursor.executemany(_INSERT_FILE, self.files)
                self.files.clear()
            cursor.execute("UPDATE record_head SET size = %s, at = %s WHERE id = 1", (self.size, self.at))
        self.written = len(self.entries)


_open: ContextVar[Batch | None] = ContextVar("batch", default=None)


@contextmanager
def batch() -> Iterator[Batch]:
    """One transaction for the acts inside it. Inside another batch it is a part of that one: what it wrote is taken
    back if it fails, and the outer one goes on."""
    outer = _open.get()
    if outer is not None:
        mark = outer.mark()
        try:
            yield outer
        except BaseException:
            outer.undo(mark)
            raise
        return
    with transaction.atomic():
        opened = Batch()
        token = _open.set(opened)
        try:
            yield opened
            opened.write()
        finally:
            _open.reset(token)
            opened.facts.close()


def _moment(previous: str) -> str:
    """The server's time for the next entry; waits a little for a clock that is behind, then refuses."""
    for _ in range(PATIENCE * 10):
        now = clock.now()
        if now >= previous:
            return now
        time.sleep(0.1)
    raise Refused(
        gettext_noop("The server's clock says {now}, but the last line was made at {previous}. Set the clock."),
        "at",
        now=clock.now(),
        previous=previous,
    )


def _repeated(open_batch: Batch, entry_id: str, said: Any) -> Recorded | None:
    """The entry already recorded under this id, None when the id is new. Refuses other content under the same id."""
    index = open_batch.facts.entry(entry_id)
    if index is None:
        return None
    if index >= open_batch.start:
        row = open_batch.rows[index - open_batch.start]
        data, number, before = row[4], row[6], row[7]
    else:
        with connection.cursor() as cursor:
            cursor.execute('SELECT data, repeat_key, repeat FROM record_entryrow WHERE "index" = %s', (index,))
            data, number, before = cursor.fetchone()
    if repeats.digest(number, said) != bytes(before):
        raise Refused(gettext_noop("Another line already has the id {id}."), "id", id=entry_id)
    return Recorded(decode(bytes(data), index), index, True)


def record(
    act: str,
    *,
    by: str,
    args: dict[str, Any],
    committee: str = "",
    under: Sequence[str] = (),
    beside: dict[str, Any] | None = None,
    files: Sequence[NewFile] = (),
    sealed: Sequence[str] = (),
    sig: dict[str, str] | None = None,
    corrects: str = "",
    entry_id: str = "",
    private: Any = None,
) -> Recorded:
    """Put one act on the record: its entry and its facts, or nothing at all.

    act: "<room>.<function>"; by: pseudonym, "system" or "public"; args: the act's arguments in clear; beside: what
    the body says beside them (claims, approvals); private: what was sealed, for telling a repeat; sig: the actor's
    signature {"key": id, "value": base64}. Raises Refused where a rule says no. The same entry_id with the same
    content gives back what was recorded the first time.
    """
    callers_own = bool(entry_id)
    entry_id = entry_id or new_id()
    said = [
        act,
        by,
        committee,
        list(under),
        args,
        beside or {},
        [each.sha256 for each in files],
        corrects,
        private,
    ]
    with batch() as open_batch:
        facts = open_batch.facts
        if callers_own:
            before = _repeated(open_batch, entry_id, said)
            if before is not None:
                return before
        else:
            facts.entered(entry_id, None)  # nobody has seen it; the table's unique key holds all the same
        adopted = facts.find(rules.Adoption, act)
        version = adopted.version if adopted is not None else 1
        follow = RULES.get((act, version))
        if follow is None:
            raise RuntimeError(f"No rule is written for {act} version {version}.")
        entry = Entry(
            entry_id,
            _moment(open_batch.at),
            act,
            version,
            by,
            committee,
            tuple(under),
            {"args": args, **(beside or {})},
            tuple(each.listing() for each in files),
            tuple(sorted(sealed)),
            sig,
            corrects,
            open_batch.size,
        )
        for each in files:
            keep_file(each.content)
        rules.lawful(facts, entry, open_batch.at)
        facts.keep(follow(facts, entry))
        number = repeats.period()
        repeat = repeats.digest(number, said)
        assert repeat is not None
        open_batch.append(entry, number, repeat)
        return Recorded(entry, entry.index)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member's pseudonym, for which committee, under which mandate; with the caller's own id and signature
    where a repeat must be recognised or the member signs."""

    by: str
    committee: str = ""
    mandate: str = ""
    entry_id: str = ""
    sig: dict[str, str] | None = None

    def does(self, act: str, args: dict[str, Any], *, under: Sequence[str] = (), **rest: Any) -> Recorded:
        """Record the act under this actor's mandate, then whatever else gives authority."""
        authority = (self.mandate, *under) if self.mandate else tuple(under)
        return record(
            act,
            by=self.by,
            committee=self.committee,
            under=authority,
            args=args,
            entry_id=self.entry_id,
            sig=self.sig,
            **rest,
        )


SYSTEM = Actor("system")
