"""Proof files: one entry shown to be in a signed log, without the log."""

import random
from base64 import b64encode

import pytest

from tallystick.record.checkpoint import CheckpointError, OriginError
from tallystick.record.merkle import ProofError
from tallystick.record.note import NoteError, UnsignedError
from tallystick.record.proofs import Proof, check, prove
from tallystick.record.sources import FolderSource
from tallystick.record.tiles import TileReader
from tests.record.logs import SIGNER, STRANGER, entry, publish

SIZE = 700


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    folder = tmp_path_factory.mktemp("log")
    return TileReader(FolderSource(folder), SIZE, publish(folder, SIZE))


@pytest.fixture(scope="module")
def proof(reader):
    return prove(reader, 300, reader.source.read("checkpoint"))


def test_every_entry_can_be_proved(reader):
    note = reader.source.read("checkpoint")
    for index in [*range(0, SIZE, 37), SIZE - 1]:
        data = prove(reader, index, note).format()
        assert Proof.parse(data).format() == data
        checked = check(data, None, [SIGNER.verifier])
        assert (checked.index, checked.entry, checked.checkpoint.size) == (index, entry(index), SIZE)
        assert check(data, entry(index), [SIGNER.verifier]) == checked
    with pytest.raises(ProofError, match="no entry 700"):
        prove(reader, SIZE, note)


def test_an_entry_given_apart(proof):
    bare = Proof(proof.index, proof.hashes, proof.checkpoint_note)
    assert bare.format().split(b"\n")[1] == b"index 300"
    assert check(bare.format(), entry(300), [SIGNER.verifier]).entry == entry(300)
    with pytest.raises(ProofError, match="carries no entry"):
        check(bare.format(), None, [SIGNER.verifier])
    with pytest.raises(ProofError, match="another root"):
        check(proof.format(), entry(301), [SIGNER.verifier])
    other = Proof(proof.index, proof.hashes, proof.checkpoint_note, b"anything")
    assert check(other.format(), entry(300), [SIGNER.verifier]).entry == entry(300)
    empty = Proof(proof.index, proof.hashes, proof.checkpoint_note, b"")
    with pytest.raises(ProofError):
        check(empty.format(), None, [SIGNER.verifier])


def test_who_signed_and_which_log(proof):
    with pytest.raises(UnsignedError):
        check(proof.format(), None, [STRANGER.verifier])
    with pytest.raises(OriginError):
        check(proof.format(), None, [SIGNER.verifier], "another.example")


def test_every_flipped_byte_is_refused(proof):
    data = proof.format()
    chance = random.Random(11)
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1 << chance.randrange(8)
        with pytest.raises((ProofError, NoteError, CheckpointError)):
            check(bytes(changed), None, [SIGNER.verifier])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"c2sp.org/tlog-proof@v1", b"c2sp.org/tlog-proof@v2", "line 1"),
        (b"index 300", b"index 0300", "line 3"),
        (b"index 300", b"index -1", "line 3"),
        (b"index 300", b"index 9999999999999999999", "line 3"),
        (b"index 300", b"Index 300", "line 3"),
        (b"index 300\n", b"index 300\nAAAA\n", "line 4 holds 3 bytes"),
        (b"index 300\n", b"index 300\n" + b64encode(bytes(32)) + b"\n", "are due"),
        (b"index 300\n", b"index 300\n?\n", "line 4"),
        (b"extra ", b"extra  ", "line 2"),
        (b"extra ", b"extra \xc3\xa9", "ASCII"),
        (b"\n\n", b"\n", "line 1[0-9]"),
        (b"index 300", b"index 800", "lies outside"),
    ],
)
def test_malformed_proofs(proof, old, new, message):
    data = proof.format()
    assert old in data
    with pytest.raises(ProofError, match=message):
        check(data.replace(old, new, 1), None, [SIGNER.verifier])


def test_hardly_a_proof():
    for data in (
        b"",
        b"c2sp.org/tlog-proof@v1\n\nx",
        b"c2sp.org/tlog-proof@v1\nextra \n\nx",
        bytes(2_000_001),
    ):
        with pytest.raises(ProofError):
            Proof.parse(data)
