"""How long it takes to publish a log, beside a plain loop that only hashes the same entries.

`run` measures `publish` as the command runs it, from a SQLite database to a signed folder; `run_engine` the writing
of tiles alone, from a list.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from tallystick.record.merkle import EMPTY_ROOT
from tallystick.record.tiles import write_log

ENTRIES = 1_000_000
ENTRY_BYTES = 500
REACH = 8
ORIGIN = "bench.example/record"


def entries(count: int) -> list[bytes]:
    """`count` different entries of 500 bytes."""
    filler = random.Random(1).randbytes(ENTRY_BYTES - 8)
    return [number.to_bytes(8, "big") + filler for number in range(count)]


def hash_loop(content: list[bytes]) -> float:
    """Seconds for a plain loop that hashes each entry once."""
    begin = time.perf_counter()
    for entry in content:
        hashlib.sha256(entry).digest()
    return time.perf_counter() - begin


def quiet_folder(content: list[bytes]) -> Path:
    """A new folder in memory where there is room, else on disk: a disk on which many files were just deleted makes
    new ones many times slower for minutes (ext4 passes over their inodes), which would measure the run before."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 5 * sum(map(len, content))
    return Path(tempfile.mkdtemp(prefix="tallystick-bench-", dir=memory if roomy else None))


def write_tiles(content: list[bytes]) -> float:
    """Seconds to write all tiles and bundles of the entries into an empty folder."""

    def read(start: int, stop: int) -> Iterator[bytes]:
        return islice(content, start, stop)

    folder = quiet_folder(content)
    try:
        begin = time.perf_counter()
        write_log(folder / "log", len(content), read, (0, EMPTY_ROOT))
        return time.perf_counter() - begin
    finally:
        shutil.rmtree(folder)


def measure(name: str, content: list[bytes], ours: Callable[[list[bytes]], float]) -> dict[str, str | float]:
    """One figure: `ratio` is our time over the quicker of the loops before and after, `reach` the most it may be."""
    before, seconds, after = hash_loop(content), ours(content), hash_loop(content)
    peer = min(before, after)
    return {"name": name, "ours_s": seconds, "peer_s": peer, "ratio": seconds / peer, "reach": REACH}


def run(scale: float = 1.0) -> dict[str, str | float]:
    """Publish 1,000,000 * scale entries from a database."""
    content = entries(max(1, int(ENTRIES * scale)))
    return measure(f"publishing a log of {len(content):,} entries", content, publish_from_database)


def run_engine(scale: float = 1.0) -> dict[str, str | float]:
    """Write the tiles of 1,000,000 * scale entries from memory."""
    content = entries(max(1, int(ENTRIES * scale)))
    return measure(f"writing the tiles of {len(content):,} entries", content, write_tiles)


def publish_from_database(content: list[bytes]) -> float:
    """Seconds for `publish()` from a SQLite database of these entries into an empty folder."""
    home = quiet_folder(content)
    try:
        _fill(home, content)
        from tallystick.record.publishing import publish

        os.sync()  # what was just written for the measurement is not waited for inside it
        begin = time.perf_counter()
        publish(home / "record")
        return time.perf_counter() - begin
    finally:
        _leave()
        shutil.rmtree(home)


def _fill(home: Path, content: list[bytes]) -> None:
    """A founded home whose database holds the entries, written past the rules."""
    os.environ["TALLYSTICK_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tallystick.site.settings")
    import django
    from django.conf import settings

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from tallystick.record.keys import make_log_key
    from tallystick.record.merkle import leaf_hash
    from tallystick.record.models import EntryRow, Head, Log, LogKey

    # Django may stand already, on another home: this one's database and keys are used all the same.
    settings.HOME = home
    connection.settings_dict["NAME"] = home / "db.sqlite3"
    call_command("migrate", verbosity=0)
    at = "2026-11-22T10:00:00Z"
    Log.objects.create(id="log", origin=ORIGIN, timezone="UTC", founded=at, closed_through="2026-11-21")
    LogKey.objects.create(vkey=make_log_key(ORIGIN).vkey, since=at, retires="")
    columns = '("index", id, act, at, data, leaf, repeat_key, repeat)'
    insert = f"INSERT INTO {EntryRow._meta.db_table} {columns} VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
    rows = ((i, str(i), "fund.pay", at, data, leaf_hash(data), 0, b"") for i, data in enumerate(content))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(insert, rows)
    Head.objects.update_or_create(id=1, defaults={"size": len(content), "at": at})


def _leave() -> None:
    from django.db import connection

    connection.close()
