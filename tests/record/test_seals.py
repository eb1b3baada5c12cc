"""Seals against RFC 9901's worked examples, its authors' own test cases, and an implementation written apart."""

import base64
import hashlib
import json
import re
import secrets

import pytest

from tallystick.record import seals

# RFC 9901, sections 4.2.1 and 4.2.3, and the given name of its first full example (section 5.1).
EXAMPLES = [
    (
        "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
        "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
        ("family_name", "Möbius"),
    ),
    (
        "WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd",
        "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4",
        ("given_name", "John"),
    ),
]


@pytest.mark.parametrize(("disclosed", "digest", "opened"), EXAMPLES)
def test_the_rfcs_examples(disclosed, digest, opened):
    assert seals.digest(disclosed) == digest
    assert seals.open_disclosure(disclosed) == opened
    salt = seals.unbase64url(json.loads(seals.unbase64url(disclosed))[0])
    if len(salt) == seals.SALT_BYTES:  # the first example's salt has 17
        assert seals.disclosure(salt, *opened) == disclosed


def plainly(salt: bytes, name: str, value: object) -> tuple[str, str]:
    """Section 4.2.1 and 4.2.3 word for word, written apart from seals.py."""
    text = lambda data: base64.b64encode(data).decode().translate({43: 45, 47: 95, 61: None})  # noqa: E731
    disclosed = text(json.dumps([text(salt), name, value], ensure_ascii=False).encode("utf-8"))
    return disclosed, text(hashlib.sha256(disclosed.encode("ascii")).digest())


@pytest.mark.parametrize("value", ["Ama Osei", 0, 2**53, True, None, ["a", {"b": []}], {"é": "ß – ☂"}, ""])
def test_seals_made_apart_agree(value):
    salt = secrets.token_bytes(16)
    disclosed, digest = plainly(salt, "field", value)
    assert seals.disclosure(salt, "field", value) == disclosed
    assert seals.digest(disclosed) == digest
    assert seals.open_disclosure(disclosed) == ("field", value)
    assert len(seals.digest_bytes(digest)) == 32


def test_the_authors_cases(data):
    """Every claim that the RFC's authors seal in their test cases can be sealed and opened here."""
    claims = 0
    for path in sorted(data("sd-jwt").rglob("specification.yml")):
        for name, value in re.findall(r'^\s+!sd "?([\w-]+)"?: "?([^"\n{\[]+)"?$', path.read_text(), re.MULTILINE):
            salt = secrets.token_bytes(16)
            disclosed, digest = plainly(salt, name, value)
            assert seals.disclosure(salt, name, value) == disclosed
            assert seals.digest(disclosed) == digest
            claims += 1
    assert claims > 20


def test_a_fresh_salt_gives_another_digest():
    made = {seals.digest(seals.disclosure(secrets.token_bytes(16), "name", "Ama")) for _ in range(50)}
    assert len(made) == 50


@pytest.mark.parametrize("salt", [b"", b"short", bytes(17)])
def test_a_salt_of_another_length_is_refused(salt):
    with pytest.raises(ValueError, match="16 bytes"):
        seals.disclosure(salt, "name", "Ama")


def array(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "disclosed",
    ["", "not base64!", array("salt", "name"), array(1, "name", 2), array("salt", 3, 2), array("s", "n", 1, 2), "W10="],
)
def test_what_is_no_disclosure_is_refused(disclosed):
    with pytest.raises(ValueError, match="no disclosure"):
        seals.open_disclosure(disclosed)


def test_another_spelling_of_a_digest_is_refused():
    digest = EXAMPLES[0][1]
    with pytest.raises(ValueError, match="spare bits"):
        seals.digest_bytes(digest[:-1] + "1")
