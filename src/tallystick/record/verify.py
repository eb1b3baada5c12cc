"""Verifying a whole published log, ours or anyone's (c2sp.org/tlog-tiles), from its files alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from .checkpoint import Checkpoint, CheckpointError, OriginError, open_checkpoint
from .merkle import HASH_BYTES, joined_root
from .note import NoteError, UnsignedError, Verifier
from .sources import Source
from .tile_files import WIDTH, LogError, TilePlace, check_bundle, parse_tile_path, tile_path, unbundle
from .tiles import WRITING, TileReader, edge_root

__all__ = ["LogError", "VerifiedLog", "iter_bundles", "verify_log"]

Progress = Callable[[int, int], None]
"""Told the number of entries done and the number there are, after each bundle."""

OnBundle = Callable[[int, list[bytes]], None]
"""Given the index of a bundle's first entry, and its entries, each proved."""

_OLDER = re.compile(r"checkpoint\.(0|[1-9][0-9]*)")
_FILE = re.compile("files/([0-9a-f]{64})")
_BESIDE = re.compile(r"checkpoint|vkeys?|index\.html|README[^/]*")


@dataclass(frozen=True)
class VerifiedLog:
    """A log that held: its newest checkpoint, the number of older ones that agree, and what to know."""

    origin: str
    size: int
    root: bytes
    older: int
    warnings: tuple[str, ...]


def verify_log(
    source: Source,
    verifiers: Sequence[Verifier],
    progress: Progress | None = None,
    *,
    origin: str | None = None,
    on_bundle: OnBundle | None = None,
) -> VerifiedLog:
    """Verify every file of a log, or raise LogError at the first that fails.

    Checked: the checkpoint's signature and origin (see open_checkpoint); every tile against the root;
    every entry against its tile, after which `on_bundle` gets it; every older checkpoint `checkpoint.N`;
    and, where the place can be listed, that no other file stands in it. SourceError where a file cannot
    be read.
    """
    data, current = _open_checkpoint(source, "checkpoint", verifiers, origin)
    reader = TileReader(source, current.size, current.root)
    try:
        for first, entries in iter_bundles(reader):
            if on_bundle is not None:
                on_bundle(first, entries)
            if progress is not None:
                progress(first + len(entries), current.size)
        older, warnings = _check_listing(reader, verifiers, current.origin)
    except LogError:
        if source.read("checkpoint") != data:
            raise LogError(
                "checkpoint was replaced while the log was being read: it was published anew; run this again",
                "checkpoint",
            ) from None
        raise
    return VerifiedLog(current.origin, current.size, current.root, older, tuple(warnings))


def iter_bundles(reader: TileReader) -> Iterator[tuple[int, list[bytes]]]:
    """Every bundle in order: the index of its first entry, and its entries, each proved by the root."""
    try:
        reader.edge()
    except LogError as error:
        if error.path == "checkpoint":
            _blame_partial_tile(reader)
        raise
    for number in range((reader.size + WIDTH - 1) // WIDTH):
        yield number * WIDTH, reader.entries(number)


def _open_checkpoint(
    source: Source, path: str, verifiers: Iterable[Verifier], origin: str | None
) -> tuple[bytes, Checkpoint]:
    data = source.read(path)
    if data is None:
        raise LogError(f"there is no {path} in {source.where}: give the folder that holds it", path)
    try:
        return data, open_checkpoint(data, verifiers, origin)
    except UnsignedError as error:
        raise LogError(f"{path} has the wrong key: {error}; check the vkey you were given", path) from None
    except OriginError as error:
        raise LogError(f"{path} has a different origin: {error}; check which log you mean", path) from None
    except (NoteError, CheckpointError) as error:
        raise LogError(f"{path} is not a valid checkpoint: {error}; copy it anew", path) from None


def _blame_partial_tile(reader: TileReader) -> None:
    """Raise LogError for the one partial tile that keeps the tree from its root, if it is only one.

    Each is replaced by what lies below it: when the root then comes out right, it was the culprit.
    """
    levels = range((reader.size.bit_length() + 7) // 8)
    widths = [(reader.size >> 8 * level) % WIDTH for level in levels]
    places = [TilePlace(level, reader.size >> 8 * (level + 1), widths[level]) for level in levels]
    edge = [reader.raw(*place) if place.width else b"" for place in places]
    for place in places:
        if not place.width:
            continue
        try:
            rebuilt = _rebuild(reader, place)
        except LogError:
            continue
        if edge_root([*edge[: place.level], rebuilt, *edge[place.level + 1 :]]) == reader.root:
            path = tile_path(*place)
            raise LogError(f"{path} was changed: it is not what lies below it; copy it anew", path)


def _rebuild(reader: TileReader, place: TilePlace) -> bytes:
    if place.level == 0:
        path, data = reader.raw_bundle(place.number, place.width)
        entries = unbundle(data, place.width, path, place.number * WIDTH)
        return b"".join([sha256(b"\x00" + entry).digest() for entry in entries])
    first = place.number * WIDTH
    below = range(first, first + place.width)
    return b"".join([joined_root(reader.raw(place.level - 1, number, WIDTH)) for number in below])


def _check_listing(reader: TileReader, verifiers: Sequence[Verifier], origin: str) -> tuple[int, list[str]]:
    """The number of older checkpoints, and warnings, after every listed file was found to belong."""
    names = reader.source.names()
    if names is None:
        return 0, [f"{reader.source.where} cannot be listed: older checkpoints and stray files are unchecked"]
    older, warnings = 0, []
    for name in names:
        place = parse_tile_path(name)
        if place is not None:
            _check_tile_place(reader, name, place)
        elif _OLDER.fullmatch(name):
            _check_older(reader, name, verifiers, origin)
            older += 1
        elif match := _FILE.fullmatch(name):
            if sha256(reader.source.read(name) or b"").hexdigest() != match[1]:
                raise LogError(f"{name} was changed: its content has another digest; copy it anew", name)
        elif name.startswith(WRITING):
            warnings.append(f"{name} is a file half written: publish again")
        elif name in ("vkey", "vkeys"):
            warnings += _check_vkeys(reader.source, name, verifiers)
        elif not _BESIDE.fullmatch(name):
            raise LogError(f"{name} does not belong in a log: remove it", name)
    return older, warnings


def _check_tile_place(reader: TileReader, name: str, place: TilePlace) -> None:
    """Full and current tiles were read before; here the older partial ones, and those that are too many."""
    level = max(place.level, 0)
    full = reader.size >> 8 * (level + 1)
    width = WIDTH if place.number < full else (reader.size >> 8 * level) % WIDTH
    if place.number > full or place.width > width:
        raise LogError(
            f"{name} lies beyond the checkpoint, which covers {reader.size} entries: if the log was being "
            "published, copy it again; otherwise remove the file",
            name,
        )
    if place.width == width:
        return
    tile = reader.tile(level, place.number)[: place.width * HASH_BYTES]
    data = reader.source.read(name) or b""
    if place.level < 0:
        check_bundle(data, tile, name, place.number * WIDTH)
    elif data != tile:
        raise LogError(f"{name} is not the beginning of the tile that followed it: copy it anew", name)


def _check_older(reader: TileReader, name: str, verifiers: Sequence[Verifier], origin: str) -> None:
    _, old = _open_checkpoint(reader.source, name, verifiers, origin)
    if old.size > reader.size:
        raise LogError(
            f"{name} covers {old.size} entries, checkpoint only {reader.size}: entries were taken away, or "
            "the checkpoint is not the newest; copy it anew",
            name,
        )
    if reader.root_at(old.size) != old.root:
        raise LogError(
            f"{name} is inconsistent with checkpoint: after {old.size} entries the log now has another root. "
            "The log's keeper signed two histories; keep both files and show them",
            name,
        )


def _check_vkeys(source: Source, name: str, verifiers: Sequence[Verifier]) -> list[str]:
    try:
        lines = (source.read(name) or b"").decode("utf-8").removesuffix("\n").split("\n")
        keys = [Verifier.parse(line) for line in lines]
    except ValueError as error:
        raise LogError(f"{name} is not a list of verifier keys: {error}; copy it anew", name) from None
    strange = [key.vkey for key in keys if key not in verifiers]
    return [f"{name} names a key that was not asked for: {vkey}" for vkey in strange]
