"""Logs as files (c2sp.org/tlog-tiles): reading with proof, and writing.

Files under `tile/` never change once a checkpoint covers them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from .checkpoint import Checkpoint
from .merkle import EMPTY_ROOT, HASH_BYTES, joined_root, node_hash, split
from .note import parse_note
from .sources import FolderSource, Source
from .tile_files import (
    MAX_ENTRY_BYTES,
    WIDTH,
    WRITING,
    LogError,
    TilePlace,
    bundle,
    bundle_prefix,
    check_bundle,
    parse_tile_path,
    tile_path,
    unbundle,
)
from .tile_writer import TileWriter

__all__ = [
    "MAX_ENTRY_BYTES",
    "WIDTH",
    "WRITING",
    "LogError",
    "ReadEntries",
    "TilePlace",
    "TileReader",
    "bundle",
    "check_bundle",
    "edge_root",
    "parse_tile_path",
    "tile_path",
    "unbundle",
    "write_log",
]

ReadEntries = Callable[[int, int], Iterator[bytes]]
"""Gives the entries from index `start` up to, not including, `stop`, in order."""


class TileReader:
    """The Merkle tree of a published log, every hash checked against the checkpoint's root when read.

    Only what is asked for is read. The partial tiles at the right edge must give the root together; a
    full tile must give the hash that its parent holds. LogError otherwise, or for a missing file. A
    partial tile that is gone is sought in the full one, as the specification allows a log to do.
    """

    def __init__(self, source: Source, size: int, root: bytes) -> None:
        self.source, self.size, self.root = source, size, root
        self._edge: list[bytes] | None = None
        self._upper: dict[tuple[int, int], bytes] = {}
        self._last: tuple[int, bytes] = (-1, b"")

    def edge(self) -> list[bytes]:
        """For each level the partial tile's hashes, empty where all are full; together they give the root."""
        if self._edge is None:
            edge = []
            for level in range((self.size.bit_length() + 7) // 8):
                width = (self.size >> 8 * level) % WIDTH
                edge.append(self.raw(level, self.size >> 8 * (level + 1), width) if width else b"")
            if edge_root(edge) != self.root:
                raise LogError(
                    f"checkpoint signs the root {self.root.hex()}, the tiles give {edge_root(edge).hex()}: "
                    "tiles were changed or belong to another log; copy all of it anew",
                    "checkpoint",
                )
            self._edge = edge
        return self._edge

    def tile(self, level: int, number: int) -> bytes:
        """The joined hashes of a tile, as wide as the log's size allows, proved by the root."""
        edge = self.edge()
        if number == self.size >> 8 * (level + 1):
            return edge[level]
        if level == 0 and self._last[0] == number:
            return self._last[1]
        known = self._upper.get((level, number))
        if known is not None:
            return known
        at = number % WIDTH * HASH_BYTES
        due = self.tile(level + 1, number // WIDTH)[at : at + HASH_BYTES]
        data = self.raw(level, number, WIDTH)
        if joined_root(data) != due:
            path = tile_path(level, number)
            raise LogError(f"{path} does not give the hash its parent tile holds: copy it anew", path)
        if level:
            self._upper[level, number] = data
        else:
            self._last = (number, data)
        return data

    def raw(self, level: int, number: int, width: int) -> bytes:
        """The tile's bytes as the source has them, of the right length but not yet proved."""
        path, data = self._read(level, number, width)
        if len(data) != width * HASH_BYTES:
            what = "is cut short: it has" if len(data) < width * HASH_BYTES else "is too long: it has"
            raise LogError(f"{path} {what} {len(data)} bytes where {width * HASH_BYTES} are due; copy it anew", path)
        return data

    def raw_bundle(self, number: int, width: int) -> tuple[str, bytes]:
        """The path and bytes of the bundle beside a level-0 tile, not yet proved."""
        return self._read(-1, number, width)

    def _read(self, level: int, number: int, width: int) -> tuple[str, bytes]:
        path = tile_path(level, number, width)
        data = self.source.read(path)
        if data is None and width != WIDTH:
            full = self.source.read(tile_path(level, number))
            if full is not None:
                cut = bundle_prefix(full, width) if level < 0 else width * HASH_BYTES
                return tile_path(level, number), full[:cut]
        if data is None:
            what = "entry bundle" if level < 0 else "tile"
            raise LogError(f"the {what} {path} is missing from {self.source.where}: copy it anew", path)
        return path, data

    def entries(self, number: int) -> list[bytes]:
        """The entries of bundle `number`, each proved to be the one whose hash the log holds."""
        tile = self.tile(0, number)
        path, data = self.raw_bundle(number, len(tile) // HASH_BYTES)
        return check_bundle(data, tile, path, number * WIDTH)

    def entry(self, index: int) -> bytes:
        """The entry at `index`, proved. IndexError beyond the log's size."""
        if not 0 <= index < self.size:
            raise IndexError(f"there is no entry {index} in a log of {self.size}")
        return self.entries(index // WIDTH)[index % WIDTH]

    def subtree(self, start: int, end: int) -> bytes:
        """MTH(D[start:end]) of a subtree, for the proofs in `merkle` (a SubtreeHash)."""
        width = end - start
        if width > 1 and width & (width - 1):
            middle = start + split(width)
            return node_hash(self.subtree(start, middle), self.subtree(middle, end))
        level = (width.bit_length() - 1) // 8
        first, count = start >> 8 * level, width >> 8 * level
        at = first % WIDTH * HASH_BYTES
        return joined_root(self.tile(level, first // WIDTH)[at : at + count * HASH_BYTES])

    def root_at(self, size: int) -> bytes:
        """The root that this log had at a smaller `size`."""
        edge = []
        for level in range((size.bit_length() + 7) // 8):
            width = (size >> 8 * level) % WIDTH
            tile = self.tile(level, size >> 8 * (level + 1)) if width else b""
            edge.append(tile[: width * HASH_BYTES])
        return edge_root(edge)


def edge_root(edge: Sequence[bytes | bytearray]) -> bytes:
    """The root of a tree from the hashes of its partial tiles, level by level from the leaves."""
    rest = b""
    for hashes in edge:
        rest = joined_root(bytes(hashes) + rest) if hashes or rest else b""
    return rest or EMPTY_ROOT


def write_log(
    directory: str | os.PathLike[str],
    size: int,
    read_entries: ReadEntries,
    published: tuple[int, bytes] | None = None,
    *,
    durable: bool = False,
) -> bytes:
    """Write the tiles and bundles of the first `size` entries, and return their root (32 bytes).

    Only what is new since `published`, the size and root last signed, is written; without it these are
    read from the folder's own `checkpoint`, and `(0, EMPTY_ROOT)` writes everything anew. What is there
    must give the published root, and the entries of its last partial tile must still be the same:
    LogError otherwise, before anything is written. No file that a reader may ask for is ever half written,
    and partial tiles go only once the full one stands. The caller signs and writes the checkpoint
    afterwards; `durable` waits for the disk first. One writer at a time. ValueError for an entry that is
    too long.
    """
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    old_size, old_root = published if published is not None else _published(folder)
    reader = TileReader(FolderSource(folder), old_size, old_root)
    edge = [bytearray(hashes) for hashes in reader.edge()]
    if size < old_size:
        raise LogError(f"checkpoint covers {old_size} entries, and a log never shrinks to {size}", "checkpoint")
    if size == old_size:
        return old_root
    first = old_size - old_size % WIDTH
    entries = iter(read_entries(first, size))
    writer = TileWriter(folder, edge, old_size)
    for number in range(first // WIDTH, (size + WIDTH - 1) // WIDTH):
        width = min(WIDTH, size - number * WIDTH)
        chunk = list(islice(entries, width))
        if len(chunk) != width:
            end = number * WIDTH + len(chunk)
            raise LogError(f"{size} entries are due, but they end at {end}", "tile/entries", end)
        writer.add(number, chunk)
    writer.finish(size)
    if durable:
        writer.wait_for_the_disk()
    # Last: after a power cut the partial tile must not be gone while the full one is still on its way to the disk.
    writer.drop_partials()
    return edge_root(writer.edge)


def _published(folder: Path) -> tuple[int, bytes]:
    try:
        data = (folder / "checkpoint").read_bytes()
    except FileNotFoundError:
        return 0, EMPTY_ROOT
    try:
        # Its signature is not asked for: the tiles are tried against its root, and the next is signed anew.
        checkpoint = Checkpoint.parse(parse_note(data)[0])
    except ValueError as error:
        raise LogError(f"checkpoint in {folder} cannot be read: {error}", "checkpoint") from None
    return checkpoint.size, checkpoint.root
