"""Where one commission lives: the folder TALLYSTICK_HOME with its database, keys, vault and files.

home/
  db.sqlite3        the database, unless DATABASE_URL says otherwise
  keys/             log.key (signs checkpoints), master.key (opens the vault), repeat.N (spots repeats)
  files/            published texts and tables, named by their SHA-256
  record/           the published record: checkpoint, tiles, files
  secret            Django's signing secret for cookies
"""

import os
import secrets
from pathlib import Path


def home() -> Path:
    """The commission's folder, absolute. Not created here."""
    return Path(os.environ.get("TALLYSTICK_HOME", ".tallystick")).resolve()


def secret() -> str:
    """The cookie secret: read from home/secret, made on first use; a throw-away one where no home exists yet."""
    path = home() / "secret"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        value = secrets.token_urlsafe(48)
        if path.parent.is_dir():
            write_private(path, value + "\n")
        return value


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner can read; an existing file is never overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
