"""Facts as rows: the database's side of `Facts`. Written once for all rooms.

An overlay holds what was loaded and what rules yielded; `flush` writes the latter in one go. Statements are plain SQL,
made once per kind from the table's columns: an act costs one round trip per fact, not one per object layer.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any, cast, get_args, get_origin, get_type_hints

from django.db import connection
from django.db.models import Field

from tallystick.record.facts import F, Fact, Facts, Key, Refused, gettext_noop
from tallystick.record.files import read_file
from tallystick.record.tables import FactTable, fact_tables


def deep_tuple(value: Any) -> Any:
    """JSON lists as tuples, all the way down."""
    return tuple(map(deep_tuple, value)) if isinstance(value, list) else value


def _from_json(text: str) -> Any:
    return deep_tuple(json.loads(text))


def _to_json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _field(model: type[FactTable], name: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", model._meta.get_field(name))


class Columns:
    """One kind's statements and the conversions between a row and its fact."""

    def __init__(self, kind: type[Fact]) -> None:
        model = fact_tables()[kind]
        quote = connection.ops.quote_name
        hints = get_type_hints(kind)
        columns = {name: quote(str(_field(model, name).column)) for name in kind.FIELDS}
        table = quote(model._meta.db_table)
        rest = [name for name in kind.FIELDS if name not in kind.KEY]
        where = " AND ".join(f"{columns[name]} = %s" for name in kind.KEY)
        listed = ", ".join(columns[name] for name in kind.FIELDS)
        settled = ", ".join(f"{columns[name]} = excluded.{columns[name]}" for name in rest)
        keys = ", ".join(columns[name] for name in kind.KEY)
        self.kind = kind
        self.select_all = f"SELECT {listed} FROM {table} ORDER BY {keys}"
        self.select = f"SELECT {listed} FROM {table} WHERE {where}"
        self.upsert = (
            f"INSERT INTO {table} ({listed}) VALUES ({', '.join(['%s'] * len(kind.FIELDS))}) ON CONFLICT ({keys}) "
            + (f"DO UPDATE SET {settled}" if rest else "DO NOTHING")
        )
        self._out: list[tuple[int, Callable[[Any], Any]]] = []
        self._in: list[tuple[int, Callable[[Any], Any]]] = []
        for place, each in enumerate(fields(kind)):  # type: ignore[arg-type]
            self._convert(place, hints[each.name], _field(model, each.name).null)

    def _convert(self, place: int, hint: Any, nullable: bool) -> None:
        if get_origin(hint) is tuple or hint is tuple:
            self._out.append((place, _to_json))
            self._in.append((place, _from_json))
        elif hint is bool:
            self._in.append((place, bool))
        elif hint is str and nullable:
            self._out.append((place, lambda value: value or None))
            self._in.append((place, lambda value: "" if value is None else value))
        elif hint is not str and hint is not int and int not in get_args(hint):
            raise TypeError(f"{self.kind.KIND} holds {hint}, which no column here carries.")

    def row(self, fact: Fact) -> tuple[Any, ...]:
        """The fact as parameters of `upsert`."""
        values = self.kind.values_of(fact)
        if not self._out:
            return values
        changed = list(values)
        for place, convert in self._out:
            changed[place] = convert(changed[place])
        return tuple(changed)

    def fact(self, row: tuple[Any, ...]) -> Fact:
        """The fact in a selected row."""
        if not self._in:
            return self.kind(*row)
        changed = list(row)
        for place, convert in self._in:
            changed[place] = convert(changed[place])
        return self.kind(*changed)


_COLUMNS: dict[type[Fact], Columns] = {}


def columns(kind: type[Fact]) -> Columns:
    """The statements for one kind of fact, made on first use."""
    found = _COLUMNS.get(kind)
    if found is None:
        found = _COLUMNS[kind] = Columns(kind)
    return found


def stored(kind: type[F]) -> Iterator[F]:
    """Every stored fact of a kind, in the order of its key."""
    how = columns(kind)
    with connection.cursor() as cursor:
        cursor.execute(how.select_all)
        while rows := cursor.fetchmany(2000):
            for row in rows:
                yield cast("F", how.fact(row))


class Stored(Facts):
    """Facts in the database, seen through an overlay of what this transaction has loaded and kept."""

    def __init__(self) -> None:
        super().__init__()
        self._cursor = connection.cursor()  # one for the whole transaction: each costs as much as a small query
        self._loaded: defaultdict[type[Fact], dict[Key, Fact | None]] = defaultdict(dict)
        self._entries: dict[str, int | None] = {}
        self._content: tuple[str, bytes] = ("", b"")

    def find(self, kind: type[F], key: Key) -> F | None:
        """The fact as kept in this transaction, else as loaded, else from its row."""
        found: F | None = self._rows[kind].get(key)
        if found is not None:
            return found
        loaded = self._loaded[kind]
        if key not in loaded:
            how = columns(kind)
            self._cursor.execute(how.select, key if isinstance(key, tuple) else (key,))
            rows = self._cursor.fetchall()
            loaded[key] = how.fact(rows[0]) if rows else None
        return cast("F | None", loaded[key])

    def settled(self) -> None:
        """The journal stays until the batch ends: an act refused later in it takes only its own facts back."""

    def mark(self) -> int:
        """Where the journal stands, to `undo` back to."""
        return len(self._journal)

    def entry(self, entry_id: str) -> int | None:
        """The index of the entry with this id, in this batch or the table."""
        if entry_id not in self._entries:
            self._cursor.execute('SELECT "index" FROM record_entryrow WHERE id = %s', (entry_id,))
            rows = self._cursor.fetchall()
            self._entries[entry_id] = rows[0][0] if rows else None
        return self._entries[entry_id]

    def entered(self, entry_id: str, index: int | None) -> None:
        """Remember an entry of this batch; None: there is none of this id, for it is new or was refused."""
        self._entries[entry_id] = index

    def file(self, digest: str) -> bytes:
        """The content of a stored file. The last one is kept at hand: many entries in a row rest on one."""
        if self._content[0] != digest:
            content = read_file(digest)
            if content is None:
                raise Refused(gettext_noop("The file {digest} is not kept here."), "files", digest=digest)
            self._content = (digest, content)
        return self._content[1]

    def flush(self) -> None:
        """Write every kept fact and start a new journal; the overlay stays as what is loaded."""
        for kind, kept in self._rows.items():
            if not kept:
                continue
            how = columns(kind)
            rows = [how.row(fact) for fact in kept.values()]
            if len(rows) == 1:
                self._cursor.execute(how.upsert, rows[0])
            else:
                self._cursor.executemany(how.upsert, rows)
            self._loaded[kind].update(kept)
            kept.clear()
        self._journal.clear()

    def close(self) -> None:
        """Give the cursor back. What is held stays readable, but nothing more can be looked up."""
        self._cursor.close()
