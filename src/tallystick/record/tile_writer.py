"""Writing tiles and bundles into a log's folder, so that no reader ever meets half of one that a checkpoint names."""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from .merkle import HASH_BYTES, joined_root
from .tile_files import WIDTH, WRITING, LogError, bundle, tile_path

ONE_BY_ONE = 64
"""Up to so many files are waited for one by one, more by waiting for the whole disk."""


class TileWriter:
    """Adds tiles to a folder whose checkpoint covers `covered` entries; `edge` holds each level's partial tile so far.

    A full tile that no checkpoint covers, in part or whole, is asked for by nobody, so it is written in its
    place at once; that takes half as long as writing it elsewhere and renaming it, which all others are.
    """

    def __init__(self, folder: Path, edge: list[bytearray], covered: int) -> None:
        self.edge = edge or [bytearray()]
        self._folder = str(folder)
        self._new = f"{folder}/{WRITING}{os.getpid()}"
        self._covered = covered
        self._made: set[str] = set()
        self._written: list[str] = []
        self._full: list[str] = []

    def add(self, number: int, entries: list[bytes]) -> None:
        """Write bundle `number`, and its tile when full. LogError where they are not the entries published before."""
        leaves = b"".join([sha256(b"\x00" + entry).digest() for entry in entries])
        before = bytes(self.edge[0])
        if not leaves.startswith(before):
            spots = range(0, len(before), HASH_BYTES)
            changed = next(at for at in spots if leaves[at : at + HASH_BYTES] != before[at : at + HASH_BYTES])
            index = number * WIDTH + changed // HASH_BYTES
            raise LogError(
                f"entry {index} is no longer the one published: the database was changed; restore it",
                tile_path(0, number, len(before) // HASH_BYTES),
                index,
            )
        self._write(-1, number, bundle(entries), len(entries))
        self.edge[0] = bytearray()
        self._extend(0, number, leaves)

    def finish(self, size: int) -> None:
        """Write the partial tiles of a tree of `size`."""
        for level, hashes in enumerate(self.edge):
            if hashes:
                self._write(level, size >> 8 * (level + 1), bytes(hashes), len(hashes) // HASH_BYTES)

    def wait_for_the_disk(self) -> None:
        """Return once all that was written would survive a power cut."""
        if len(self._written) > ONE_BY_ONE:
            # One call for the whole disk: a thousand separate waits for a thousand small files take far longer.
            os.sync()
            return
        folders = {str(parent) for path in self._written for parent in Path(path).parents}
        inside = sorted(path for path in folders if path.startswith(self._folder))
        for path in self._written + inside:
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def drop_partials(self) -> None:
        """Remove the partial tiles whose full tile was written."""
        for path in self._full:
            partials = f"{self._folder}/{path}.p"
            with suppress(FileNotFoundError):
                for name in os.listdir(partials):
                    os.unlink(f"{partials}/{name}")
                os.rmdir(partials)

    def _extend(self, level: int, number: int, hashes: bytes) -> None:
        if level == len(self.edge):
            self.edge.append(bytearray())
        tile = self.edge[level]
        tile += hashes
        if len(tile) < WIDTH * HASH_BYTES:
            return
        data = bytes(tile)
        tile.clear()
        self._write(level, number, data, WIDTH)
        self._full += [tile_path(kind, number) for kind in ((-1, 0) if level == 0 else (level,))]
        self._extend(level + 1, number // WIDTH, joined_root(data))

    def _write(self, level: int, number: int, data: bytes, width: int) -> None:
        path = f"{self._folder}/{tile_path(level, number, width)}"
        folder = os.path.dirname(path)
        if folder not in self._made:
            os.makedirs(folder, exist_ok=True)
            self._made.add(folder)
        self._written.append(path)
        if width == WIDTH and number > self._covered >> 8 * (max(level, 0) + 1):
            # Where it is there already, an earlier log or an interrupted run wrote it: then rename after all.
            with suppress(FileExistsError):
                _fill(path, data, os.O_EXCL)
                return
        _fill(self._new, data, os.O_TRUNC)
        os.replace(self._new, path)


def _fill(path: str, data: bytes, how: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | how, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
    finally:
        os.close(handle)
