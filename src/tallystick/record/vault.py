"""The vault: personal values and the salts of seals, encrypted, and nowhere else.

Each person has a key of their own (AES-256-GCM), wrapped by a master key that lies outside the database. Erasing a
person destroys their key and ciphertexts; digests and lines stay, so every proof still holds. What is encrypted is
bound to its person, name and digest: a ciphertext moved elsewhere does not open. Acts call this inside `batch`.
"""

import json
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction

from tallystick.record import chance, clock, seals
from tallystick.record.keys import KeyExists, keep_secret, key_path
from tallystick.record.models import VaultKey, VaultValue

MASTER_KEY = "master.key"
KEY_BYTES = 32
NONCE_BYTES = 12
NAMES = frozenset(("name", "donor", "address"))  # values compared with texts, letter by letter
PHONES = frozenset(("phone",))  # values compared with texts, digit by digit
FEWEST_DIGITS = 7
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d[\d\s().+/‐-―-]{5,}\d")


class VaultError(Exception):
    """A value that the vault cannot give."""


class Erased(VaultError):
    """The person's values were erased; only digests are left."""


class NotInVault(VaultError):
    """There is no such person or digest here."""


class NoMasterKey(VaultError):
    """The master key is missing or not the one that this vault was written under."""


class Damaged(VaultError):
    """A ciphertext was altered, or stands where it was not written."""


@dataclass(frozen=True, slots=True)
class Value:
    """One private value. digest: "" for a plain personal field."""

    name: str
    value: Any
    digest: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A stored value that occurs in a text."""

    person: str
    name: str
    value: str


def _master() -> bytes:
    """The master key, made on first use: only while the vault is empty, lest a lost key be papered over."""
    path = key_path(MASTER_KEY)
    if not path.exists():
        if VaultKey.objects.filter(erased="").exists():
            raise NoMasterKey(f"The vault's key keys/{MASTER_KEY} is missing: restore it from the backup of keys.")
        with suppress(KeyExists):  # another process was first
            keep_secret(path, secrets.token_hex(KEY_BYTES) + "\n")
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise NoMasterKey(f"keys/{MASTER_KEY} must hold 64 hex digits.")
    return key


def _bound(*what: str) -> bytes:
    return json.dumps(["tallystick vault 1", *what]).encode()


def new_person() -> str:
    """A person with a key of their own; returns a random id that says nothing about them."""
    person = chance.new_id()
    nonce = secrets.token_bytes(NONCE_BYTES)
    wrapped = AESGCM(_master()).encrypt(nonce, AESGCM.generate_key(256), _bound("key", person))
    VaultKey.objects.create(id=person, wrapped=nonce + wrapped, erased="")
    return person


def _unwrap(row: VaultKey, master: bytes) -> AESGCM:
    if row.wrapped is None:
        raise Erased(f"What was kept about this person was erased at {row.erased}.")
    wrapped = bytes(row.wrapped)
    try:
        key = AESGCM(master).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _bound("key", row.id))
    except InvalidTag:
        raise NoMasterKey(
            f"keys/{MASTER_KEY} is not the key that this vault was written under, or a wrapped key was altered."
        ) from None
    return AESGCM(key)


def _person(person: str) -> AESGCM:
    row = VaultKey.objects.filter(pk=person).first()
    if row is None:
        raise NotInVault(f"Nobody in the vault has the id {person}.")
    return _unwrap(row, _master())


def _encrypted(key: AESGCM, person: str, name: str, digest: str, content: str) -> dict[str, bytes]:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return {
        "nonce": nonce,
        "ciphertext": key.encrypt(nonce, content.encode(), _bound("value", person, name, digest)),
    }


def seal(person: str, name: str, value: Any) -> str:
    """Seal a value under a fresh salt (RFC 9901) and keep its disclosure; returns the digest that may be published."""
    disclosed = seals.disclosure(chance.random_bytes(seals.SALT_BYTES), name, value)
    digest = seals.digest(disclosed)
    held = _encrypted(_person(person), person, name, digest, disclosed)
    VaultValue.objects.create(person_id=person, name=name, digest=digest, **held)
    return digest


def put(person: str, name: str, value: Any) -> None:
    """Keep a personal field (a JSON value) that is no part of any seal; again to replace it."""
    held = _encrypted(_person(person), person, name, "", json.dumps(value, ensure_ascii=False))
    VaultValue.objects.update_or_create(person_id=person, name=name, digest=None, defaults=held)


def _opened(key: AESGCM, row: VaultValue) -> str:
    try:
        bound = _bound("value", row.person_id, row.name, row.digest or "")
        return key.decrypt(bytes(row.nonce), bytes(row.ciphertext), bound).decode()
    except InvalidTag:
        raise Damaged(f"The value {row.digest or row.name} in the vault was altered.") from None


def disclosure(digest: str) -> str:
    """The disclosure text behind a digest, for its owner or a named auditor."""
    row = VaultValue.objects.select_related("person").filter(digest=digest).first()
    if row is None:
        raise NotInVault(f"Nothing in the vault has the digest {digest}.")
    disclosed = _opened(_unwrap(row.person, _master()), row)
    if seals.digest(disclosed) != digest:
        raise Damaged(f"What the vault holds for {digest} has another digest.")
    return disclosed


def reveal(digest: str) -> tuple[str, Any]:
    """The name and value behind a digest."""
    return seals.open_disclosure(disclosure(digest))


def _value(key: AESGCM, row: VaultValue) -> Value:
    content = _opened(key, row)
    value = seals.open_disclosure(content)[1] if row.digest else json.loads(content)
    return Value(row.name, value, row.digest or "")


def values(person: str) -> list[Value]:
    """All that is kept about a person, in the order it came."""
    key = _person(person)
    return [_value(key, row) for row in VaultValue.objects.filter(person=person).order_by("id")]


def erase(person: str) -> str:
    """Destroy a person's key and every ciphertext; returns the moment. Digests and lines stay. Erased when done before.

    SQLite overwrites what it frees (secure_delete, see settings); its write-ahead file is emptied once all is through.
    """
    with transaction.atomic():
        row = VaultKey.objects.filter(pk=person).first()
        if row is None:
            raise NotInVault(f"Nobody in the vault has the id {person}.")
        if row.wrapped is None:
            raise Erased(f"What was kept about this person was erased at {row.erased}.")
        if connection.vendor == "sqlite":
            transaction.on_commit(_empty_write_ahead_file)
        moment = clock.now()
        VaultValue.objects.filter(person=person, digest=None).delete()
        VaultValue.objects.filter(person=person).update(nonce=b"", ciphertext=b"")
        VaultKey.objects.filter(pk=person).update(wrapped=None, erased=moment)
    return moment


def _empty_write_ahead_file() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def mentions(text: str) -> list[Mention]:
    """The stored names, addresses and phone numbers that occur in a text, so that its writer is asked first.

    Case, accents, spaces and punctuation make no difference, nor which of its parts a name begins with; phone numbers
    are compared digit by digit, with or without the country's code. Everything is decrypted in memory only.
    """
    words, numbers = _words(text), _numbers(text)
    found = {each: None for each in _compared() if _occurs(each, words, numbers)}
    return list(found)


def _compared() -> Iterator[Mention]:
    master = _master()
    rows = VaultValue.objects.filter(name__in=NAMES | PHONES, person__erased="").select_related("person")
    keys: dict[str, AESGCM] = {}
    for row in rows.order_by("person_id", "id").iterator(2000):
        key = keys.get(row.person_id)
        if key is None:
            keys = {row.person_id: _unwrap(row.person, master)}
            key = keys[row.person_id]
        held = _value(key, row)
        if isinstance(held.value, str):
            yield Mention(row.person_id, row.name, held.value)


def _occurs(each: Mention, words: str, numbers: list[str]) -> bool:
    if each.name in PHONES:
        digits = _digits(each.value).lstrip("0")
        return len(digits) >= FEWEST_DIGITS and any(_same_number(digits, number) for number in numbers)
    parts = _words(each.value).split()
    turns = range(len(parts)) if each.name != "address" else range(min(1, len(parts)))
    return any(f" {' '.join(parts[turn:] + parts[:turn])} " in words for turn in turns)


def _words(text: str) -> str:
    """The text's letters and digits in one case without accents, one space between words and at both ends."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return " " + " ".join(_WORD.findall(kept)) + " "


def _digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) for c in text if c.isdecimal())


def _numbers(text: str) -> list[str]:
    """The digits of everything in a text that could be a phone number."""
    return [_digits(found) for found in _NUMBER.findall(text)]


def _same_number(stored: str, written: str) -> bool:
    short = written.lstrip("0")
    return stored in written or (len(short) >= FEWEST_DIGITS and stored.endswith(short))
