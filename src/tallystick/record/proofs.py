"""Proofs as text files (c2sp.org/tlog-proof): one entry, shown offline to be in a signed log.

Our proofs carry the entry's bytes in the `extra` line, so that one file is enough.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from .checkpoint import MAX_SIZE, Checkpoint, open_checkpoint
from .merkle import ProofError, inclusion_proof, leaf_hash, verify_inclusion
from .note import Verifier, strict_base64
from .tiles import TileReader

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PROOF_BYTES = 2_000_000

_INDEX = re.compile("index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True)
class Proof:
    """An entry's index, the hashes to the root (sibling first), the signed checkpoint, and the extra data."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint_note: bytes
    extra: bytes | None = None

    def format(self) -> bytes:
        """The file's bytes, UTF-8."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines += [b64encode(hash_).decode() for hash_ in self.hashes]
        return ("\n".join(lines) + "\n\n").encode() + self.checkpoint_note

    @classmethod
    def parse(cls, data: bytes) -> Proof:
        """Read a proof file; ProofError names the line that is wrong. The checkpoint is not opened yet."""
        if len(data) > MAX_PROOF_BYTES:
            raise ProofError(f"a proof of {len(data)} bytes; at most {MAX_PROOF_BYTES} are read")
        top, gap, note = data.partition(b"\n\n")
        if not gap or not note:
            raise ProofError("a proof has an empty line and then a checkpoint, and this one has not")
        try:
            lines = top.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise ProofError("the lines before the checkpoint are plain ASCII, and these are not") from None
        if lines[0] != HEADER:
            raise ProofError(f"line 1 must read {HEADER}")
        extra, at = None, 1
        if len(lines) > 1 and lines[1].startswith("extra "):
            extra, at = _decode(lines[1].removeprefix("extra "), 2), 2
        match = _INDEX.fullmatch(lines[at]) if len(lines) > at else None
        if not match or int(match[1]) > MAX_SIZE:
            raise ProofError(f"line {at + 1} must read: index, a space, and a plain decimal number")
        hashes = tuple(_decode(line, at + 2 + i) for i, line in enumerate(lines[at + 1 :]))
        for i, hash_ in enumerate(hashes):
            if len(hash_) != 32:
                raise ProofError(f"line {at + 2 + i} holds {len(hash_)} bytes; a hash has 32")
        return cls(int(match[1]), hashes, note, extra)


def _decode(text: str, line: int) -> bytes:
    try:
        return strict_base64(text)
    except ValueError as error:
        raise ProofError(f"line {line}: {error}") from None


@dataclass(frozen=True)
class CheckedProof:
    """What a proof proved: this entry stands at this index of the log under this checkpoint."""

    index: int
    entry: bytes
    checkpoint: Checkpoint


def prove(reader: TileReader, index: int, checkpoint_note: bytes) -> Proof:
    """The proof of the entry at `index`, with its bytes as extra, under the note of the reader's size.

    ProofError when there is no such entry; LogError when the log is damaged.
    """
    hashes = inclusion_proof(index, reader.size, reader.subtree)
    return Proof(index, tuple(hashes), checkpoint_note, reader.entry(index))


def check(proof: bytes, entry: bytes | None, verifiers: Iterable[Verifier], origin: str | None = None) -> CheckedProof:
    """Check a proof file: the checkpoint's signature, its origin, and that the entry is in the log.

    `entry` is what is claimed to be logged; without it the extra line is taken as the entry (with it, the
    extra line is passed over, as nothing vouches for it). Raises ProofError, NoteError or CheckpointError
    (see open_checkpoint, also for `origin`).
    """
    parsed = Proof.parse(proof)
    content = parsed.extra if entry is None else entry
    if content is None:
        raise ProofError("the proof carries no entry: give the entry's file as well")
    checkpoint = open_checkpoint(parsed.checkpoint_note, verifiers, origin)
    verify_inclusion(parsed.index, checkpoint.size, leaf_hash(content), parsed.hashes, checkpoint.root)
    return CheckedProof(parsed.index, content, checkpoint)
