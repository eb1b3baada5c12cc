"""Signed notes (c2sp.org/signed-note) with Ed25519 keys: signing, opening, and keys as text.

A note is a text, an empty line, and one line for each signature. Only signature type 0x01 is handled;
signatures of other types or by other keys come back as unknown and prove nothing.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100

_ED25519 = b"\x01"
_MARK = "\N{EM DASH} "
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
_KEY_ID = re.compile("[0-9a-f]{8}")


class NoteError(ValueError):
    """A note or a key that is malformed or does not verify; the message says why."""


class UnsignedError(NoteError):
    """A well-formed note that none of the keys asked for has signed."""


def strict_base64(text: str) -> bytes:
    """The bytes of standard padded base64 (RFC 4648, section 4); ValueError for any other spelling.

    The bytes are encoded again and compared, so that one signature has one spelling only: decoders
    commonly let the spare bits of the last character pass.
    """
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise ValueError(f"{text[:80]!r} is not base64") from None
    if b64encode(data).decode("ascii") != text:
        raise ValueError(f"{text[:80]!r} is base64 with spare bits or characters")
    return data


def check_name(name: str) -> str:
    """The key name itself; NoteError when empty or holding a space, a plus or a control character."""
    if not name or "+" in name or any(c.isspace() for c in name) or _CONTROL.search(name):
        raise NoteError(f"{name!r} is no key name: it must not be empty nor hold spaces or plus signs")
    return name


def _key_id(name: str, public: bytes) -> int:
    digest = sha256(name.encode() + b"\n" + _ED25519 + public).digest()
    return int.from_bytes(digest[:4], "big")


@dataclass(frozen=True)
class Signature:
    """One signature line: the key's name, its 32-bit id, and the signature's bytes."""

    name: str
    key_id: int
    signature: bytes

    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        blob = self.key_id.to_bytes(4, "big") + self.signature
        return f"{_MARK}{self.name} {b64encode(blob).decode()}\n"


@dataclass(frozen=True)
class Verifier:
    """A public key by name. `key_id` is always the one that name and key give."""

    name: str
    public: bytes
    key_id: int = field(init=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != 32:
            raise NoteError(f"an Ed25519 public key has 32 bytes, not {len(self.public)}")
        object.__setattr__(self, "key_id", _key_id(self.name, self.public))

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """The key in a `<name>+<hex id>+<base64>` line; NoteError when malformed or of another type."""
        name, key_id, kind, key = _parse_key(vkey, "a verifier key")
        verifier = cls(name, key)
        _check_id(verifier.key_id, key_id, kind)
        return verifier

    @property
    def vkey(self) -> str:
        """The key as text: `<name>+<hex id>+<base64(type || key)>`."""
        return f"{self.name}+{self.key_id:08x}+{b64encode(_ED25519 + self.public).decode()}"

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether `signature` is this key's signature over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A private key by name. `seed` (32 bytes, RFC 8032) never shows in its repr."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.seed) != 32:
            raise NoteError(f"an Ed25519 private key has 32 bytes, not {len(self.seed)}")

    @classmethod
    def parse(cls, text: str) -> Signer:
        """The key in a `PRIVATE+KEY+<name>+<hex id>+<base64>` line, as Go's note package writes it.

        NoteError when malformed; the message never repeats the key.
        """
        prefix = "PRIVATE+KEY+"
        if not text.startswith(prefix):
            raise NoteError("a private key begins with PRIVATE+KEY+")
        name, key_id, kind, seed = _parse_key(text[len(prefix) :], "a private key")
        signer = cls(name, seed)
        _check_id(signer.verifier.key_id, key_id, kind)
        return signer

    @property
    def private_text(self) -> str:
        """The private key as one line of text. Whoever holds it can sign as this log."""
        secret = b64encode(_ED25519 + self.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id:08x}+{secret}"

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self._private().public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        """The public half as text."""
        return self.verifier.vkey

    def signature(self, text: str) -> Signature:
        """This key's signature over the text."""
        return Signature(self.name, self.verifier.key_id, self._private().sign(text.encode()))

    def sign(self, text: str) -> bytes:
        """A note with this one signature; see sign_note."""
        return sign_note(text, [self])

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def _parse_key(text: str, what: str) -> tuple[str, str, bytes, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3 or not _KEY_ID.fullmatch(parts[1]):
        raise NoteError(f"{what} reads <name>+<8 hex digits>+<base64>")
    try:
        blob = strict_base64(parts[2])
    except ValueError:
        raise NoteError(f"{what} ends in base64, and this one does not") from None
    if blob[:1] != _ED25519:
        raise NoteError(f"{what} of type 0x{blob[:1].hex() or '??'}; only Ed25519 (0x01) is handled")
    return parts[0], parts[1], blob[:1], blob[1:]


def _check_id(real: int, written: str, kind: bytes) -> None:
    if f"{real:08x}" != written:
        raise NoteError(f"the key id {written} is not that of the key (type 0x{kind.hex()}), {real:08x}")


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteError("a note's text ends in a newline")
    if _CONTROL.search(text):
        raise NoteError("a note holds no control character except the newline")


def sign_note(text: str, signers: Sequence[Signer]) -> bytes:
    """The note over `text` (which ends in a newline) signed by each signer, in their order.

    During a key's rotation both keys sign. NoteError for a text no note can hold, or for no signer.
    """
    _check_text(text)
    if not signers:
        raise NoteError("a note needs at least one signer")
    data = (text + "\n" + "".join(signer.signature(text).line() for signer in signers)).encode()
    if len(data) > MAX_NOTE_BYTES or len(signers) > MAX_SIGNATURES:
        raise NoteError(f"a note of {len(data)} bytes and {len(signers)} signatures is too large")
    return data


class OpenedNote(NamedTuple):
    """A note's text, the signatures that verified (at least one), and those by keys not asked for."""

    text: str
    verified: tuple[Signature, ...]
    unknown: tuple[Signature, ...]


def open_note(data: bytes, verifiers: Iterable[Verifier]) -> OpenedNote:
    """Open a note that at least one of `verifiers` signed.

    NoteError when it is malformed, over 1,000,000 bytes or 100 signatures, or when any signature by a
    known key is wrong; UnsignedError when no known key signed. A repeated valid signature counts once.
    """
    text, signatures = parse_note(data)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    verified: dict[tuple[str, int], Signature] = {}
    unknown: list[Signature] = []
    for signature in signatures:
        key = (signature.name, signature.key_id)
        if key not in known:
            unknown.append(signature)
        elif not known[key].verifies(text, signature.signature):
            raise NoteError(f"the signature by {signature.name}+{signature.key_id:08x} is wrong")
        else:
            verified.setdefault(key, signature)
    if not verified:
        asked = ", ".join(f"{name}+{key_id:08x}" for name, key_id in known) or "none given"
        found = ", ".join(f"{s.name}+{s.key_id:08x}" for s in unknown)
        raise UnsignedError(f"signed by {found}, not by a key asked for ({asked})")
    return OpenedNote(text, tuple(verified.values()), tuple(unknown))


def parse_note(data: bytes) -> tuple[str, list[Signature]]:
    """A note's text and its signatures, none of them verified. NoteError when malformed."""
    if len(data) > MAX_NOTE_BYTES:
        raise NoteError(f"a note of {len(data)} bytes; at most {MAX_NOTE_BYTES} are read")
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteError(f"a note is UTF-8, and byte {error.start} is not") from None
    _check_text(note)
    text, gap, block = note.rpartition("\n\n")
    if not gap or not block:
        raise NoteError("a note has a text, an empty line and at least one signature line")
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError(f"a note with {len(lines)} signatures; at most {MAX_SIGNATURES} are read")
    return text + "\n", [_parse_signature(line) for line in lines]


def _parse_signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK) or not space:
        raise NoteError(f"{line[:80]!r} is no signature line")
    try:
        blob = strict_base64(encoded)
    except ValueError as error:
        raise NoteError(f"the signature by {name!r}: {error}") from None
    if len(blob) < 5:
        raise NoteError(f"the signature by {name!r} is too short")
    return Signature(check_name(name), int.from_bytes(blob[:4], "big"), blob[4:])
