"""Checkpoints (c2sp.org/tlog-checkpoint): what a log signs, namely its origin, size and root."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from .note import NoteError, Verifier, open_note, strict_base64

_SIZE = re.compile("0|[1-9][0-9]{0,18}")
MAX_SIZE = 2**63 - 1


class CheckpointError(ValueError):
    """A checkpoint that is malformed; the message says which line."""


class OriginError(CheckpointError):
    """A checkpoint of another log than the one asked for."""


@dataclass(frozen=True)
class Checkpoint:
    """A log's name, its number of entries, and the 32-byte root of their Merkle tree."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin:
            raise CheckpointError("line 1, the origin, must be one line that is not empty")
        if not 0 <= self.size <= MAX_SIZE:
            raise CheckpointError(f"line 2, the size: {self.size} is out of range")
        if len(self.root) != 32:
            raise CheckpointError(f"line 3, the root: 32 bytes, not {len(self.root)}")

    def format(self) -> str:
        """The text to be signed: three lines."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str, *, extensions: bool = True) -> Checkpoint:
        """Read a note's text; CheckpointError for anything but the specified spelling.

        Extension lines of other logs are passed over; with `extensions=False` they are refused.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1]:
            raise CheckpointError("a checkpoint has at least three lines, each ending in a newline")
        if not all(lines[:-1]):
            raise CheckpointError(f"line {lines.index('') + 1} of a checkpoint must not be empty")
        if len(lines) > 4 and not extensions:
            raise CheckpointError(f"line 4 is an extension, {lines[3][:80]!r}; this log has none")
        if not _SIZE.fullmatch(lines[1]):
            raise CheckpointError(f"line 2, the size: {lines[1][:80]!r} is not a plain decimal number")
        try:
            root = strict_base64(lines[2])
        except ValueError as error:
            raise CheckpointError(f"line 3, the root: {error}") from None
        return cls(lines[0], int(lines[1]), root)


def open_checkpoint(data: bytes, verifiers: Iterable[Verifier], origin: str | None = None) -> Checkpoint:
    """The checkpoint in a signed note, once a known key's signature over it has verified.

    Its origin must be `origin`; without one, the name of a key that signed, so that the key of one log
    cannot speak for another. Raises NoteError (UnsignedError for no known key), CheckpointError, or
    OriginError for another log's.
    """
    note = open_note(data, verifiers)
    checkpoint = Checkpoint.parse(note.text)
    allowed = {signature.name for signature in note.verified} if origin is None else {origin}
    if checkpoint.origin not in allowed:
        due = ", ".join(sorted(allowed))
        raise OriginError(f"the checkpoint is that of {checkpoint.origin!r}, not of {due!r}")
    return checkpoint


__all__ = ["MAX_SIZE", "Checkpoint", "CheckpointError", "NoteError", "OriginError", "open_checkpoint"]
