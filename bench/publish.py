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
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from tallystick.record.merkle import EMPTY_ROOT
from tallystick.record.tiles import write_log

ENTRIES = 1_000_000
ENTRY_BYTES = 500
REACH = 8
ROUNDS = 3
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


@contextmanager
def quiet_folder(content: list[bytes]) -> Iterator[Path]:
    """A new folder in memory where there is room, else on disk: a disk on which many files were just deleted makes
    new ones many times slower for minutes (ext4 passes over their inodes), which would measure the run before."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 5 * sum(map(len, content))
    with tempfile.TemporaryDirectory(prefix="tallystick-bench-", dir=memory if roomy else None) as folder:
        yield Path(folder)


def measure(name: str, content: list[bytes], write: Callable[[Path], object], home: Path) -> dict[str, str | float]:
    """One figure: `ratio` is our best run over the best of the loops between them, `reach` the most it may be."""
    ours, loops = [], [hash_loop(content)]
    for number in range(ROUNDS):
        folder = home / f"log-{number}"
        os.sync()  # what others wrote is not waited for inside the measurement
        begin = time.perf_counter()
        write(folder)
        ours.append(time.perf_counter() - begin)
        loops.append(hash_loop(content))
        shutil.rmtree(folder)
    return {
        "name": name, "ours_s": min(ours), "peer_s": min(loops), "ratio": min(ours) / min(loops), "reach": REACH,
    }  # fmt: skip


def run(scale: float = 1.0) -> dict[str, str | float]:
    """Publish 1,000,000 * scale entries from a SQLite database into an empty folder, signed."""
    content = entries(max(1, int(ENTRIES * scale)))
    with quiet_folder(content) as home, founded(home, content):
        from tallystick.record.publishing import publish

        return measure(f"publishing a log of {len(content):,} entries", content, publish, home)


def run_engine(scale: float = 1.0) -> dict[str, str | float]:
    """Write all tiles and bundles of 1,000,000 * scale entries from a list into an empty folder."""
    content = entries(max(1, int(ENTRIES * scale)))

    def read(start: int, stop: int) -> Iterator[bytes]:
        return islice(content, start, stop)

    def write(folder: Path) -> None:
        write_log(folder, len(content), read, (0, EMPTY_ROOT))

    with quiet_folder(content) as home:
        return measure(f"writing the tiles of {len(content):,} entries", content, write, home)


@contextmanager
def founded(home: Path, content: list[bytes]) -> Iterator[None]:
    """A founded home whose database holds the entries, written past the rules."""
    os.environ["TALLYSTICK_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tallystick.site.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    # Django may stand already, on another home: this one's database and keys are used for now.
    before = settings.HOME, connection.settings_dict["NAME"]
    connection.close()
    settings.HOME, connection.settings_dict["NAME"] = home, home / "db.sqlite3"
    try:
        call_command("migrate", verbosity=0)
        _fill(content)
        yield
    finally:
        connection.close()
        settings.HOME, connection.settings_dict["NAME"] = before


def _fill(content: list[bytes]) -> None:
    from django.db import connection, transaction

    from tallystick.record.keys import make_log_key
    from tallystick.record.merkle import leaf_hash
    from tallystick.record.models import EntryRow, Head, Log, LogKey

    at = "2026-11-22T10:00:00Z"
    Log.objects.create(id="log", origin=ORIGIN, timezone="UTC", founded=at, closed_through="2026-11-21")
    LogKey.objects.create(vkey=make_log_key(ORIGIN).vkey, since=at, retires="")
    columns = '("index", id, act, at, data, leaf, repeat_key, repeat)'
    insert = f"INSERT INTO {EntryRow._meta.db_table} {columns} VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
    rows = ((i, str(i), "fund.pay", at, data, leaf_hash(data), 0, b"") for i, data in enumerate(content))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(insert, rows)
    Head.objects.update_or_create(id=1, defaults={"size": len(content), "at": at})
