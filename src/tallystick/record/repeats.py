"""Telling a repeated act from a new one without keeping what it said.

Beside each entry stands an HMAC over act, actor and arguments (private ones too), not over `at` or salts. Its key
changes every 30 days and is destroyed 30 days after that, so an old digest cannot be tried against guessed names.
"""

import hmac
import os
import secrets
import time
from pathlib import Path
from typing import Any

from django.conf import settings

from tallystick.record.entry import canonical

PERIOD = 30 * 24 * 3600

_held: dict[tuple[str, int], bytes] = {}


def period() -> int:
    """The number of the present 30 days. Keys live by the computer's clock, whatever the demo's clock says."""
    return int(time.time()) // PERIOD


def _path(number: int) -> Path:
    return Path(settings.HOME) / "keys" / f"repeat.{number}"


def key(number: int) -> bytes | None:
    """The key of one period; made on first use of the present one, None once it is destroyed."""
    place = (str(settings.HOME), number)
    path = _path(number)
    if place in _held and number != period() and not path.exists():
        del _held[place]  # another process destroyed it
    if place not in _held:
        if number == period() and not path.exists():
            _make(path)
        if not path.exists():
            return None
        _held[place] = bytes.fromhex(path.read_text())
    return _held[place]


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_hex(32))


def destroy_old() -> int:
    """Delete the keys of periods before the last; returns how many."""
    old = [path for path in _path(0).parent.glob("repeat.*") if int(path.suffix[1:]) < period() - 1]
    for path in old:
        path.write_text("0" * 64)
        path.unlink()
        _held.pop((str(settings.HOME), int(path.suffix[1:])), None)
    return len(old)


def digest(number: int, said: Any) -> bytes | None:
    """The keyed digest of what was said, a JSON value; None once that period's key is destroyed."""
    secret = key(number)
    return hmac.digest(secret, canonical(said), "sha256") if secret else None
