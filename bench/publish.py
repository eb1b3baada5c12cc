"""How long it takes to publish a log, beside a plain loop that only hashes the same entries."""

from __future__ import annotations

import hashlib
import random
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tallystick.record.merkle import EMPTY_ROOT
from tallystick.record.tiles import write_log

ENTRIES = 1_000_000
ENTRY_BYTES = 500


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


def publish(content: list[bytes]) -> float:
    """Seconds to write all tiles and bundles of the entries into an empty folder."""

    def read(start: int, stop: int) -> Iterator[bytes]:
        return islice(content, start, stop)

    # In memory where that can be had: a disk on which many files were just deleted makes new ones slowly
    # for minutes, which would measure the run before this one.
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        begin = time.perf_counter()
        write_log(Path(folder) / "log", len(content), read, (0, EMPTY_ROOT))
        return time.perf_counter() - begin


def run(scale: float = 1.0) -> dict[str, str | float]:
    """Publish 1,000,000 * scale entries; `ratio` is our time over the loop's, `reach` the most it may be."""
    content = entries(max(1, int(ENTRIES * scale)))
    before, ours, after = hash_loop(content), publish(content), hash_loop(content)
    peer = min(before, after)
    return {
        "name": f"publish {len(content)} entries",
        "ours_s": ours,
        "peer_s": peer,
        "ratio": ours / peer,
        "reach": 8,
    }
