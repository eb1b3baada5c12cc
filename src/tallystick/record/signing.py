"""Members' signatures over their acts: Ed25519 (RFC 8032). Pure; base64 is decoded, encoded again and compared."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def strict_base64(text: str) -> bytes:
    """The bytes of standard base64 text; ValueError where spare bits or padding make it another spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"not base64: {error}") from None
    if base64.b64encode(data).decode() != text:
        raise ValueError("not base64 as it is written by everybody (spare bits)")
    return data


def verifies(public_key: str, signature: str, data: bytes) -> bool:
    """Whether base64 `signature` is the key's (base64, 32 bytes) over data."""
    try:
        Ed25519PublicKey.from_public_bytes(strict_base64(public_key)).verify(strict_base64(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def sign(private_key: Ed25519PrivateKey, data: bytes) -> str:
    """The base64 signature over data."""
    return base64.b64encode(private_key.sign(data)).decode()


def public_text(private_key: Ed25519PrivateKey) -> str:
    """The base64 public key that belongs to a private one."""
    return base64.b64encode(private_key.public_key().public_bytes_raw()).decode()
