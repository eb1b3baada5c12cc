"""Secret keys in home/keys: the log's signing keys, and how any secret gets there: whole, once, private.

`log.key` signs checkpoints; while keys change, `log.next.key` signs beside it until the old one retires.
"""

import os
import secrets
from pathlib import Path

from django.conf import settings

from tallystick.record import chance
from tallystick.record.note import NoteError, Signer

LOG_KEY = "log.key"
NEXT_LOG_KEY = "log.next.key"


class KeyExists(Exception):
    """There is already a key of that name; it is never overwritten."""


class NoLogKey(Exception):
    """The log's key is missing or unreadable, so nothing can be signed."""


def key_path(name: str) -> Path:
    """Where the key of this name lies, whether or not it does."""
    return Path(settings.HOME) / "keys" / name


def keep_secret(path: Path, text: str) -> None:
    """Write a new secret durably, readable by its owner only. KeyExists when there is one: whoever comes first wins.

    It is written whole under another name and then linked, so that nobody ever reads half a key.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            raise KeyExists(f"There is already a key {path.name}; it is not overwritten.") from None
    finally:
        draft.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a folder's new or removed names durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_log_key(origin: str) -> Signer:
    """A fresh key for a log of this origin, kept as log.key. KeyExists when the home has one."""
    return _make(origin, LOG_KEY)


def make_next_log_key(origin: str) -> Signer:
    """A fresh key that will sign beside the present one, kept as log.next.key, before `record.rotate_key` names it."""
    return _make(origin, NEXT_LOG_KEY)


def _make(origin: str, name: str) -> Signer:
    signer = Signer(origin, chance.random_bytes(32))
    keep_secret(key_path(name), signer.private_text + "\n")
    return signer


def log_signers() -> list[Signer]:
    """The keys that sign checkpoints now, the older first. NoLogKey when there is none or one cannot be read."""
    found = [_read(key_path(name)) for name in (LOG_KEY, NEXT_LOG_KEY) if key_path(name).exists()]
    if not found:
        raise NoLogKey("There is no key keys/log.key: restore it from the backup of keys.")
    return found


def _read(path: Path) -> Signer:
    try:
        return Signer.parse(path.read_text().strip())
    except (NoteError, UnicodeDecodeError) as error:
        raise NoLogKey(f"The key keys/{path.name} cannot be read: {error}") from None


def retire_log_key() -> Signer:
    """The old key no longer signs: log.next.key takes its place. NoLogKey when there is no next one."""
    following = key_path(NEXT_LOG_KEY)
    if not following.exists():
        raise NoLogKey("There is no key keys/log.next.key to follow the present one.")
    signer = _read(following)
    os.replace(following, key_path(LOG_KEY))
    sync_folder(following.parent)
    return signer
