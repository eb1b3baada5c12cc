"""Sealed values by RFC 9901 (selective disclosure), sections 4.2.1 and 4.2.5. Pure: the caller brings the salt.

A disclosure is the base64url text of the JSON array [salt, name, value]; its digest is the base64url of the SHA-256
over that text's ASCII bytes. Whoever holds the disclosure can prove the value; the digest alone says nothing.
"""

import base64
import hashlib
import json
from typing import Any

SALT_BYTES = 16


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    """The bytes of unpadded base64url text; ValueError where it is another spelling of them."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _base64url(data) != text:
        raise ValueError("not base64url as it is written by everybody (spare bits or padding)")
    return data


def disclosure(salt: bytes, name: str, value: Any) -> str:
    """The disclosure text of a private value. salt: 16 fresh random bytes."""
    if len(salt) != SALT_BYTES:
        raise ValueError("A salt is 16 bytes.")
    array = json.dumps([_base64url(salt), name, value], ensure_ascii=False)
    return _base64url(array.encode())


def digest(disclosed: str) -> str:
    """The digest that stands on the record for a disclosure: 43 characters of base64url."""
    return _base64url(hashlib.sha256(disclosed.encode("ascii")).digest())


def open_disclosure(disclosed: str) -> tuple[str, Any]:
    """The name and value in a disclosure. ValueError when it is none."""
    try:
        salt, name, value = json.loads(unbase64url(disclosed))
    except (ValueError, TypeError) as error:
        raise ValueError("This is no disclosure: base64url of [salt, name, value] was expected.") from error
    if not isinstance(salt, str) or not isinstance(name, str):
        raise ValueError("This is no disclosure: salt and name must be text.")
    return name, value


def digest_bytes(digest_text: str) -> bytes:
    """The 32 bytes of a digest's text."""
    return unbase64url(digest_text)
