"""Small logs for the tests of the record: keys, entries, and a publisher of checkpoints."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tallystick.record.checkpoint import Checkpoint
from tallystick.record.note import Signer
from tallystick.record.tiles import write_log

ORIGIN = "relief.example/record"
SIGNER = Signer(ORIGIN, bytes(range(32)))
STRANGER = Signer(ORIGIN, bytes(range(1, 33)))


def entry(index: int) -> bytes:
    """The entry at `index`: 32 to 95 bytes, different for each."""
    digest = hashlib.sha256(b"entry %d" % index).digest()
    return digest + bytes(index % 64)


def read_entries(start: int, stop: int) -> Iterator[bytes]:
    return islice(map(entry, range(start, stop)), None)


def sign(folder: Path, size: int, root: bytes, name: str = "checkpoint", signer: Signer = SIGNER) -> None:
    (folder / name).write_bytes(signer.sign(Checkpoint(ORIGIN, size, root).format()))


def publish(folder: Path, *sizes: int) -> bytes:
    """Publish a log of growing sizes; every checkpoint is kept as checkpoint.<size>. Gives the last root."""
    root = b""
    for size in sizes:
        root = write_log(folder, size, read_entries)
        sign(folder, size, root, f"checkpoint.{size}")
        sign(folder, size, root)
    (folder / "vkey").write_text(SIGNER.vkey + "\n")
    return root


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
