"""Published files on disk: home/files/<first two>/<sha256>. A file is written whole before any entry names it."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file about to be named by an entry. type: a media type; name: what a download is called."""

    content: bytes
    type: str
    name: str

    @property
    def sha256(self) -> str:
        """Its digest in hex."""
        return hashlib.sha256(self.content).hexdigest()

    def listing(self) -> dict[str, Any]:
        """Its line in an entry's `files`."""
        return {"sha256": self.sha256, "bytes": len(self.content), "type": self.type, "name": self.name}


def file_path(digest: str) -> Path:
    """Where the file of this digest lies, whether or not it does."""
    return Path(settings.HOME) / "files" / digest[:2] / digest


def read_file(digest: str) -> bytes | None:
    """A stored file's content, None where there is none. A file that is not what its name says counts as none."""
    try:
        content = file_path(digest).read_bytes()
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == digest else None


def keep_file(content: bytes) -> str:
    """Store a file durably and return its digest. Storing it again changes nothing."""
    digest = hashlib.sha256(content).hexdigest()
    path = file_path(digest)
    if path.exists():
        return digest
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.replace(out.name, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return digest
