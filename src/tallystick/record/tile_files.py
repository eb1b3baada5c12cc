"""The files of a log (c2sp.org/tlog-tiles): their paths, and the entry bundles.

A tile holds up to 256 hashes of one level; a bundle holds the entries of one level-0 tile.
"""

from __future__ import annotations

import re
from hashlib import sha256
from struct import Struct
from typing import NamedTuple

from .merkle import HASH_BYTES

WIDTH = 256
MAX_ENTRY_BYTES = 65_535
WRITING = ".writing-"
"""Prefix of the file being written; it stands in the log's folder until it is renamed."""

_PATH = re.compile(
    r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?"
)
_length = Struct(">H")


class LogError(ValueError):
    """A log that is damaged, incomplete or false.

    The message names the file, what is wrong and how to mend it; `path` is that file, `index` the first
    entry concerned, or None.
    """

    def __init__(self, message: str, path: str, index: int | None = None) -> None:
        super().__init__(message)
        self.path = path
        self.index = index


class TilePlace(NamedTuple):
    """What a tile's path says: its level (-1 for an entry bundle), its number there, and its width."""

    level: int
    number: int
    width: int


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """The path of a tile, or of an entry bundle for level -1: `tile/0/x001/x234/067.p/8`."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{'entries' if level < 0 else level}/{'/'.join(groups)}{partial}"


def parse_tile_path(path: str) -> TilePlace | None:
    """The opposite of tile_path; None for a path that it never gives."""
    match = _PATH.fullmatch(path)
    if not match:
        return None
    level = -1 if match[1] == "entries" else int(match[1])
    place = TilePlace(level, int(re.sub("[x/]", "", match[2])), int(match[3] or WIDTH))
    return place if tile_path(*place) == path else None


def bundle(entries: list[bytes]) -> bytes:
    """The bundle of up to 256 entries, each after its length as a big-endian uint16.

    ValueError for an entry over 65,535 bytes.
    """
    if entries and max(map(len, entries)) > MAX_ENTRY_BYTES:
        raise ValueError(f"an entry of {max(map(len, entries))} bytes; at most {MAX_ENTRY_BYTES} fit")
    parts = [b""] * (2 * len(entries))
    parts[::2] = map(_length.pack, map(len, entries))
    parts[1::2] = entries
    return b"".join(parts)


def unbundle(data: bytes, count: int, path: str = "the bundle", first: int = 0) -> list[bytes]:
    """The `count` entries in a bundle; LogError when it ends early or bytes follow.

    `path` and `first` (the first entry's index) are for the message.
    """
    entries, at, end = [], 0, len(data)
    for number in range(count):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if at > end:
            raise LogError(
                f"{path} ends early, inside entry {first + number}: it was cut or changed; copy it anew",
                path,
                first + number,
            )
        entries.append(data[start:at])
    if at != end:
        raise LogError(f"{path} has {end - at} bytes after its last entry: copy it anew", path)
    return entries


def bundle_prefix(data: bytes, count: int) -> int:
    """The number of bytes that the first `count` entries of a well-formed bundle take."""
    at = 0
    for _ in range(count):
        at += 2 + int.from_bytes(data[at : at + 2], "big")
    return at


def check_bundle(data: bytes, tile: bytes, path: str, first: int) -> list[bytes]:
    """The entries in a bundle whose hashes are exactly those of `tile`; LogError names the first other."""
    entries = unbundle(data, len(tile) // HASH_BYTES, path, first)
    leaves = [sha256(b"\x00" + entry).digest() for entry in entries]
    if b"".join(leaves) != tile:
        index = next(i for i, leaf in enumerate(leaves) if leaf != tile[i * HASH_BYTES :][:HASH_BYTES])
        raise LogError(
            f"entry {first + index} in {path} was changed: its hash is not the one in the log; copy it anew",
            path,
            first + index,
        )
    return entries
