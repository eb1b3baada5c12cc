"""Proofs for one's own line as a text file: this digest stands under that day's close, in a signed log. Pure.

The file is ASCII lines and then a C2SP tlog-proof (see proofs.py) of the `record.close_day` entry, whose bytes are in
its `extra` line:

    tallystick-line-proof@v1
    digest <43 characters of base64url: the line's RFC 9901 digest>
    index <its place in the day's file, from 0>
    <base64 of a 32-byte hash: the RFC 6962 inclusion proof in the day's root, sibling first; as many lines as are due>
    <an empty line>
    c2sp.org/tlog-proof@v1
    …

The leaf is the digest's 32 bytes. The proof alone shows that something was sealed; with the disclosure (kept by the
person it is about) it shows what.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from . import rules
from .entry import NotAnEntry, decode
from .facts import RULES, Refused
from .merkle import ProofError, inclusion_proof, leaf_hash, verify_inclusion
from .note import Verifier, strict_base64
from .proofs import MAX_PROOF_BYTES
from .proofs import check as check_entry
from .seals import digest as digest_of
from .seals import digest_bytes, open_disclosure

HEADER = "tallystick-line-proof@v1"
_DIGEST = re.compile("digest ([A-Za-z0-9_-]{43})", re.ASCII)
_INDEX = re.compile("index (0|[1-9][0-9]{0,9})", re.ASCII)


class ProvenLine(NamedTuple):
    """What was proved: on this day, this was sealed."""

    day: str
    name: str
    value: Any


@dataclass(frozen=True)
class LineProof:
    """The parts of a proof file."""

    digest: str
    index: int
    hashes: tuple[bytes, ...]
    close_proof: bytes

    def format(self) -> bytes:
        """The file's bytes."""
        lines = [HEADER, f"digest {self.digest}", f"index {self.index}"]
        lines += [b64encode(each).decode() for each in self.hashes]
        return ("\n".join(lines) + "\n\n").encode() + self.close_proof

    @classmethod
    def parse(cls, data: bytes) -> LineProof:
        """Read a proof file; ProofError names the line that is wrong."""
        if len(data) > 2 * MAX_PROOF_BYTES:
            raise ProofError(f"a proof of {len(data)} bytes; at most {2 * MAX_PROOF_BYTES} are read")
        top, gap, close_proof = data.partition(b"\n\n")
        try:
            lines = top.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise ProofError("the first lines of a line's proof are plain ASCII, and these are not") from None
        if not gap or lines[0] != HEADER:
            raise ProofError(f"line 1 must read {HEADER}, and an empty line must come before the close's proof")
        digest = _DIGEST.fullmatch(lines[1]) if len(lines) > 1 else None
        index = _INDEX.fullmatch(lines[2]) if len(lines) > 2 else None
        if not digest or not index:
            raise ProofError("line 2 must read: digest, a space, 43 characters; line 3: index, a space, a number")
        hashes = tuple(_hash(text, number) for number, text in enumerate(lines[3:], 4))
        return cls(digest[1], int(index[1]), hashes, close_proof)


def _hash(text: str, line: int) -> bytes:
    try:
        found = strict_base64(text)
    except ValueError as error:
        raise ProofError(f"line {line}: {error}") from None
    if len(found) != 32:
        raise ProofError(f"line {line} holds {len(found)} bytes; a hash has 32")
    return found


def _leaf(digest: str) -> bytes:
    try:
        return leaf_hash(digest_bytes(digest))
    except ValueError as error:
        raise ProofError(f"{digest} is no digest: {error}") from None


def prove(digest: str, digests: list[str], close_proof: bytes) -> LineProof:
    """The proof for one digest of a day's file, under the tlog-proof of that day's close. ProofError where it is not
    in the file."""
    if digest not in digests:
        raise ProofError(f"the close does not hold the digest {digest}")
    index = digests.index(digest)
    hashes = inclusion_proof(index, len(digests), [_leaf(each) for each in digests])
    return LineProof(digest, index, tuple(hashes), close_proof)


def check(proof: bytes, disclosure: str, verifiers: Iterable[Verifier], origin: str | None = None) -> ProvenLine:
    """Check a line's proof offline: the disclosure has the digest, the digest is under the day's root, and the close
    is an entry of the signed log.

    Raises ProofError, NoteError or CheckpointError (see proofs.check), saying which of these does not hold.
    """
    parsed = LineProof.parse(proof)
    try:
        found = digest_of(disclosure.strip())
        name, value = open_disclosure(disclosure.strip())
    except ValueError as error:
        raise ProofError(str(error)) from None
    if found != parsed.digest:
        raise ProofError(f"the disclosure has the digest {found}; the proof is for {parsed.digest}")
    checked = check_entry(parsed.close_proof, None, verifiers, origin)
    close = _close_of(checked.entry, checked.index)
    verify_inclusion(parsed.index, close["number"], _leaf(found), parsed.hashes, bytes.fromhex(close["root"]))
    return ProvenLine(close["day"], name, value)


def _close_of(data: bytes, index: int) -> dict[str, Any]:
    """The arguments of the close in an entry's bytes."""
    try:
        entry = decode(data, index)
        rule = RULES.get((entry.act, entry.rules))
        if entry.act != "record.close_day" or entry.by != "system" or rule is None:
            raise ProofError(f"the entry at {index} is no day's close")
        rule.takes.check(entry.body.get("args"), "args")
        if entry.args["number"] % rules.DECOY_STEP:
            raise ProofError(f"the close at {index} holds {entry.args['number']} digests, not in steps of 64")
    except (NotAnEntry, Refused) as error:
        raise ProofError(f"the entry at {index} is no day's close: {error}") from None
    return entry.args
