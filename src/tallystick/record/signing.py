"""Members' signatures over their acts: Ed25519 (RFC 8032). Pure; base64 is decoded, encoded again and compared."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tallystick.record.note import strict_base64


def verifies(public_key: str, signature: str, data: bytes) -> bool:
    """Whether base64 `signature` is the key's (base64, 32 bytes) over data."""
    try:
        Ed25519PublicKey.from_public_bytes(strict_base64(public_key)).verify(strict_base64(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True
