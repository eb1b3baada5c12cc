"""Publishing: signing the head of the record and writing it out as plain files that anyone can copy.

Order keeps every promise through a crash: files and tiles reach the disk, then the checkpoint is signed and remembered
in the database, then it is written beside them. Nothing is signed that does not continue what was signed before.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from tallystick.record import clock, days, keys, merkle
from tallystick.record.checkpoint import Checkpoint, OriginError, open_checkpoint
from tallystick.record.files import read_file
from tallystick.record.models import Head, Log, LogKey, SignedCheckpoint, StoredFile, Withdrawn
from tallystick.record.note import Signer, UnsignedError, Verifier, parse_note, sign_note
from tallystick.record.sources import FolderSource
from tallystick.record.tile_files import WIDTH
from tallystick.record.tiles import WRITING, TileReader, write_log

APART = 2  # seconds that lie at least between two checkpoints that nobody asked for by name
CHUNK = 4 * WIDTH  # entries read from the database at once: few enough to stay in the processor's cache

_ENTRIES = 'SELECT data FROM record_entryrow WHERE "index" >= %s AND "index" < %s ORDER BY "index"'
_OURS = {"checkpoint", "tile", "files", "vkey", "vkeys", "index.html"}

Progress = Callable[[int, int], None]
"""Told the number of entries written and the number there are."""


class NotPublished(ValueError):
    """The record cannot be published there, or not at all; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a publishing did: the entries that the checkpoint covers, and what was new in the folder.

    older: checkpoints kept as checkpoint.N. withheld: files taken down. missing: files that entries name and that
    are not kept here.
    """

    size: int
    new_entries: int
    new_tiles: int
    new_files: int
    older: int
    withheld: int
    missing: tuple[str, ...]


def record_folder() -> Path:
    """Where this home's own published record lies, from which the site serves it."""
    return Path(settings.HOME) / "record"


def publish(directory: Path, progress: Progress | None = None) -> Published:
    """Bring the published record in `directory` up to the head, and give it a checkpoint that is kept for ever.

    Only what is new is written. NotPublished for a rehearsal, for a folder that holds another log, one that is ahead
    of this database or something else altogether; LogError where the folder's files were changed.
    """
    with _alone():
        return _bring_up(Path(directory), asked=True, progress=progress)


def sign_checkpoint(force: bool = False, wait: bool = True) -> bytes:
    """The newest signed checkpoint of this home's published record, whose tiles are on disk.

    A new one is signed when there are new entries and the last is 2 seconds old, or `force`. Without `wait`, while
    somebody else is publishing, the one that stands is given. Errors as in `publish`.
    """
    folder = record_folder()
    try:
        if not force and _is_current(folder):
            return _read_checkpoint(folder)
        with _alone(wait or not (folder / "checkpoint").exists()):
            _bring_up(folder, asked=False, force=force)
    except BlockingIOError:
        pass
    return _read_checkpoint(folder)


def covered(note: bytes) -> Checkpoint:
    """What a checkpoint that was signed here says, its signature not looked at again."""
    return Checkpoint.parse(parse_note(note)[0])


def head_size() -> int:
    """The number of entries in the database."""
    return Head.objects.values_list("size", flat=True).get()


def read_entries(start: int, stop: int, progress: Progress | None = None) -> Iterator[bytes]:
    """The bytes of the entries from `start` up to, not including, `stop`, from the database."""

    def chunk(first: int) -> list[bytes]:
        last = min(first + CHUNK, stop)
        with connection.cursor() as cursor:
            cursor.execute(_ENTRIES, (first, last))
            rows = cursor.fetchall()
        if progress is not None:
            progress(last, stop)
        return [bytes(data) for (data,) in rows]

    return chain.from_iterable(map(chunk, range(start, stop, CHUNK)))


@dataclass(frozen=True, slots=True)
class _Keys:
    """The log's name, the keys that sign today and which of them is the newest, and all that ever signed."""

    origin: str
    signers: list[Signer]
    current: Verifier
    verifiers: list[Verifier]


def _keys() -> _Keys:
    """Only keys that the record names sign, and only until they retire."""
    log = Log.objects.first()
    if log is None:
        raise NotPublished("The fund is not founded, so there is no record to publish.")
    known = {row.vkey: row for row in LogKey.objects.order_by("-since", "retires")}
    now = clock.now()
    signers = keys.log_signers()
    retired = {vkey for vkey, row in known.items() if row.retires and row.retires <= now}
    valid = {signer.vkey: signer for signer in signers if signer.vkey in known.keys() - retired}
    if not valid:
        raise NotPublished("No key in the folder keys is one that the record names: restore it from the backup.")
    if len(signers) > len(valid) and signers[0].vkey in retired:
        keys.retire_log_key()
    current = next(vkey for vkey in known if vkey in valid)
    return _Keys(log.origin, list(valid.values()), Verifier.parse(current), [Verifier.parse(vkey) for vkey in known])


def _bring_up(folder: Path, *, asked: bool, force: bool = False, progress: Progress | None = None) -> Published:
    if (Path(settings.HOME) / "rehearsal").exists():
        raise NotPublished("A rehearsal is never published. Open the fund first: tallystick site open --origin NAME.")
    if (Path(settings.HOME) / "behind").exists():
        raise NotPublished(
            "This home was restored from a backup that was not compared with the published record, so it signs "
            "nothing: two histories under one key would prove the fund a liar. Restore again with --published ADDRESS."
        )
    ours = _keys()
    head = head_size()
    # The home's own folder is looked at as well: after a restore it may know more than the database.
    standing = [_standing(place, ours, head) for place in (record_folder(), folder)][1]
    last = SignedCheckpoint.objects.order_by("-size").first()
    young = last is not None and not asked and not force and _is_young(last)
    size = last.size if last is not None and young and last.size >= standing.size else head
    new_files, withheld, missing = _copy_files(folder)
    root = _write_tiles(folder, standing, size, progress)
    note = _sign(folder, Checkpoint(ours.origin, size, root), ours, asked)
    older = _keep_older(folder, size)
    _put(folder, "vkeys", "".join(f"{key.vkey}\n" for key in ours.verifiers).encode())
    _put(folder, "vkey", f"{ours.current.vkey}\n".encode())
    _put(folder, "checkpoint", note)
    new = size - standing.size
    return Published(size, new, _count_tiles(standing.size, size), new_files, older, withheld, missing)


def _standing(folder: Path, ours: _Keys, head: int) -> Checkpoint:
    """The checkpoint that the folder has, or that of an empty log. NotPublished unless the database continues it."""
    names = {entry.name for entry in os.scandir(folder)} if folder.is_dir() else set()
    if "checkpoint" not in names:
        strange = sorted(name for name in names - _OURS if not name.startswith(WRITING))
        if strange:
            raise NotPublished(f"{folder} is no published record, for it holds {strange[0]}. Name an empty folder.")
        return Checkpoint(ours.origin, 0, merkle.EMPTY_ROOT)
    try:
        standing = open_checkpoint(_read_checkpoint(folder), ours.verifiers, ours.origin)
    except (UnsignedError, OriginError):
        raise NotPublished(f"{folder} holds another log, not that of {ours.origin}. Name another folder.") from None
    except ValueError as error:
        raise NotPublished(f"The checkpoint in {folder} cannot be read: {error}") from None
    if standing.size > head:
        raise NotPublished(
            f"{folder} is ahead of this database: it holds {standing.size} entries, the database {head}. "
            "Restore a backup that has them all."
        )
    row = SignedCheckpoint.objects.filter(size=standing.size).first()
    if standing.root != (bytes(row.root) if row is not None else _root_of(standing.size)):
        raise NotPublished(
            f"{folder} was signed with other entries than this database now holds, among the first {standing.size}. "
            "Publishing over it would show two histories: restore the database that it was published from."
        )
    return standing


def _write_tiles(folder: Path, standing: Checkpoint, size: int, progress: Progress | None) -> bytes:
    """Tiles and bundles up to `size`, and with them the partial ones of each checkpoint that is kept."""

    def read(start: int, stop: int) -> Iterator[bytes]:
        return read_entries(start, stop, progress)

    at = (standing.size, standing.root)
    between = SignedCheckpoint.objects.filter(published=True, size__gt=at[0], size__lt=size)
    for step in between.order_by("size").values_list("size", flat=True):
        at = (step, write_log(folder, step, read, at))
    return write_log(folder, size, read, at, durable=True)


def _sign(folder: Path, new: Checkpoint, ours: _Keys, asked: bool) -> bytes:
    """The signed note of `new`, remembered before anyone sees it. Everything signed before must begin it."""
    reader = TileReader(FolderSource(folder), new.size, new.root)
    # Durable: inside another transaction the entries could still be taken back after they were signed.
    with transaction.atomic(durable=True):
        last = SignedCheckpoint.objects.select_for_update().order_by("-size").first()
        if last is not None and last.size > new.size:
            raise NotPublished(
                f"A checkpoint of {last.size} entries was signed before; none of {new.size} is signed after it."
            )
        if last is not None and reader.root_at(last.size) != bytes(last.root):
            raise NotPublished(
                f"The first {last.size} entries are not those that were signed before: the database was changed. "
                "Restore it; what was signed stays signed."
            )
        if last is not None and last.size == new.size and _signed_by(bytes(last.note)) == _ids(ours.signers):
            note = bytes(last.note)
        else:
            note = sign_note(new.format(), ours.signers)
            last = SignedCheckpoint(size=new.size, root=new.root, note=note, at=clock.now())
        last.published = last.published or asked
        last.save()
    return note


def _ids(signers: list[Signer]) -> set[int]:
    return {signer.verifier.key_id for signer in signers}


def _signed_by(note: bytes) -> set[int]:
    return {signature.key_id for signature in parse_note(note)[1]}


def _copy_files(folder: Path) -> tuple[int, int, tuple[str, ...]]:
    """Copy new files, remove those taken down. Copied, not linked: who publishes may change rights or edit in place."""
    withheld = set(Withdrawn.objects.values_list("sha256", flat=True))
    due = set(StoredFile.objects.values_list("sha256", flat=True)) - withheld
    place = folder / "files"
    present = set(os.listdir(place)) if place.is_dir() else set()
    new, missing = 0, []
    for digest in sorted(due - present):
        content = read_file(digest)
        if content is None:
            missing.append(digest)
        else:
            _put(folder, f"files/{digest}", content)
            new += 1
    for digest in present & withheld:
        (place / digest).unlink()
    return new, len(withheld), tuple(missing)


def _keep_older(folder: Path, size: int) -> int:
    """Write each checkpoint of an earlier publishing as checkpoint.N, N its size. Their number."""
    earlier = SignedCheckpoint.objects.filter(published=True, size__lt=size)
    for row in earlier.order_by("size"):
        if not (folder / f"checkpoint.{row.size}").exists():
            _put(folder, f"checkpoint.{row.size}", bytes(row.note))
    return earlier.count()


def _put(folder: Path, name: str, content: bytes) -> None:
    """Write a file whole and durably, unless it is there with the same content."""
    path = folder / name
    if path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    new = folder / f"{WRITING}{os.getpid()}"
    with open(new, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.replace(new, path)
    keys.sync_folder(path.parent)


@contextmanager
def _alone(wait: bool = True) -> Iterator[None]:
    """One publisher of this home at a time. BlockingIOError without `wait` where there is another."""
    path = Path(settings.HOME) / "publishing.lock"
    with open(path, "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield


def _is_current(folder: Path) -> bool:
    """Whether the folder shows the last signed checkpoint, and no newer one is due."""
    last = SignedCheckpoint.objects.order_by("-size").first()
    if last is None or (last.size != head_size() and not _is_young(last)):
        return False
    try:
        return _read_checkpoint(folder) == bytes(last.note)
    except FileNotFoundError:
        return False


def _is_young(last: SignedCheckpoint) -> bool:
    # The moment was cut to whole seconds, so a second more makes sure that two have passed.
    age = time.time() - days.parse(last.at).timestamp()
    return -1 < age < APART + 1


def _read_checkpoint(folder: Path) -> bytes:
    return (folder / "checkpoint").read_bytes()


def _root_of(size: int) -> bytes:
    """The root of the first `size` entries as the database holds them now."""
    return merkle.root([merkle.leaf_hash(entry) for entry in read_entries(0, size)])


def _count_tiles(before: int, after: int) -> int:
    """How many tiles and bundles a log of `after` entries has that one of `before` had not."""
    count, level = 0, 0
    while after >> 8 * level:
        old, new = before >> 8 * level, after >> 8 * level
        if new > old:
            count += (-(-new // WIDTH) - old // WIDTH) * (2 if level == 0 else 1)
        level += 1
    return count
