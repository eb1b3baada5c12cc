"""Signed notes: the specification's example, Go's way of writing keys, and everything that is refused."""

from base64 import b64decode, b64encode

import pytest

from tallystick.record.note import (
    NoteError,
    Signer,
    UnsignedError,
    Verifier,
    open_note,
    sign_note,
    strict_base64,
)

VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
TEXT = "This is an example message.\n"
LINE = (
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
NOTE = (TEXT + "\n" + LINE).encode()
A, B = Signer("a.example/log", bytes(32)), Signer("a.example/log", bytes([1] * 32))


def test_the_specifications_example(data):
    specification = (data("tlog/spec-examples") / "signed-note.md").read_text()
    assert VKEY in specification
    assert NOTE.decode() in specification
    opened = open_note(NOTE, [Verifier.parse(VKEY)])
    assert opened.text == TEXT
    assert [s.name for s in opened.verified] == ["example.com/foo"]
    assert opened.unknown == ()
    assert opened.verified[0].line() == LINE
    assert Verifier.parse(VKEY).vkey == VKEY


def test_every_changed_byte_is_refused():
    verifiers = [Verifier.parse(VKEY)]
    for at in range(len(NOTE)):
        for bit in (0, 3, 7):
            changed = bytearray(NOTE)
            changed[at] ^= 1 << bit
            with pytest.raises(NoteError):
                open_note(bytes(changed), verifiers)


def test_a_wrong_key_is_told_from_a_wrong_signature():
    note = A.sign("text\n")
    with pytest.raises(UnsignedError, match="not by a key asked for"):
        open_note(note, [B.verifier])
    with pytest.raises(UnsignedError, match="none given"):
        open_note(note, [])
    forged = note.replace(b"text", b"best")
    with pytest.raises(NoteError, match="is wrong"):
        open_note(forged, [A.verifier])


def test_spare_base64_bits_are_refused():
    encoded = LINE.split(" ")[2].strip()
    loose = encoded[:-2] + chr(ord(encoded[-2]) + 1) + "="
    assert b64decode(loose) == b64decode(encoded)
    with pytest.raises(NoteError, match="spare bits"):
        open_note(NOTE.replace(encoded.encode(), loose.encode()), [Verifier.parse(VKEY)])
    for text in ("YQ", "YQ= =", "YR==", "YQ==\n", "Y-==", "é"):
        with pytest.raises(ValueError, match="base64"):
            strict_base64(text)


def test_both_keys_sign_during_a_rotation():
    note = sign_note("text\n\nmore\n", [A, B])
    for known, unknown in ((A, B), (B, A)):
        text, verified, others = open_note(note, [known.verifier])
        assert text == "text\n\nmore\n"
        assert [s.key_id for s in verified] == [known.verifier.key_id]
        assert [s.key_id for s in others] == [unknown.verifier.key_id]
    assert len(open_note(note, [A.verifier, B.verifier]).verified) == 2


def test_one_bad_signature_by_a_known_key_spoils_the_note():
    note = sign_note("text\n", [A, B])
    other = sign_note("else\n", [A, B])
    mixed = b"".join(note.splitlines(True)[:3] + other.splitlines(True)[3:])
    assert open_note(mixed, [A.verifier]).unknown[0].key_id == B.verifier.key_id
    with pytest.raises(NoteError, match="is wrong"):
        open_note(mixed, [A.verifier, B.verifier])
    repeated = note + note.splitlines(True)[2]
    assert len(open_note(repeated, [A.verifier]).verified) == 1


def test_private_keys_as_text():
    text = A.private_text
    assert text.startswith(f"PRIVATE+KEY+a.example/log+{A.verifier.key_id:08x}+")
    assert Signer.parse(text) == A
    assert Signer.parse(text).sign("x\n") == A.sign("x\n")
    assert "seed" not in repr(A)
    for bad in (text[1:], text + "A", text.replace("log", "lag"), A.vkey):
        with pytest.raises(NoteError) as caught:
            Signer.parse(bad)
        assert text[-20:] not in str(caught.value)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "example.com/foo",
        VKEY.replace("530d903a", "530D903A"),
        VKEY.replace("530d903a", "530d903b"),
        VKEY.replace("foo", "fo o"),
        VKEY.replace("example.com/foo", ""),
        VKEY + "=",
        VKEY[:-4],
        "example.com/foo+530d903a+" + b64encode(b"\x04" + bytes(32)).decode(),
    ],
)
def test_malformed_verifier_keys(bad):
    with pytest.raises(NoteError):
        Verifier.parse(bad)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"text\n",
        b"text\n\n",
        TEXT.encode() + LINE.encode(),
        NOTE[:-1],
        NOTE + b"\n",
        NOTE.replace(b"This", b"Th\tis"),
        NOTE.replace(b"\n", b"\r\n"),
        NOTE.replace("—".encode(), b"-"),
        NOTE + b"\xff\n",
        NOTE + "— name\n".encode(),
        NOTE + "— name AAAA\n".encode(),
        NOTE + "— na+me AAAAAAAA\n".encode(),
        NOTE + "— na\u00a0me AAAAAAAA\n".encode(),
        NOTE + "—  AAAAAAAA\n".encode(),
        NOTE + "— n AAAAAAAA\n".encode() * 100,
        b"x" * 1_000_000 + NOTE,
    ],
)
def test_malformed_notes(bad):
    with pytest.raises(NoteError) as caught:
        open_note(bad, [Verifier.parse(VKEY)])
    assert not isinstance(caught.value, UnsignedError)


def test_sixteen_large_signatures_are_read():
    others = "".join(f"— w{i}.example {b64encode(bytes(4900)).decode()}\n" for i in range(16))
    assert len(open_note(NOTE + others.encode(), [Verifier.parse(VKEY)]).unknown) == 16


def test_what_cannot_be_signed():
    for text in ("", "no newline", "tab\t\n"):
        with pytest.raises(NoteError):
            A.sign(text)
    with pytest.raises(NoteError, match="at least one signer"):
        sign_note("x\n", [])
    with pytest.raises(NoteError, match="32 bytes"):
        Signer("a", b"short")
    with pytest.raises(NoteError, match="key name"):
        Signer("a b", bytes(32))
