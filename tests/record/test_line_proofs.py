"""Proofs for one's own line: text files that hold without a server, and nothing else does."""

import base64
import random

import pytest

from tallystick.record import rules, seals
from tallystick.record.checkpoint import Checkpoint
from tallystick.record.entry import Entry, encode
from tallystick.record.line_proofs import HEADER, LineProof, ProvenLine, check, prove
from tallystick.record.merkle import ProofError, inclusion_proof, leaf_hash, root
from tallystick.record.note import UnsignedError
from tallystick.record.proofs import Proof
from tests.founding import new_id
from tests.record.logs import ORIGIN, SIGNER, STRANGER

DAY = "2026-03-02"
DISCLOSED = [seals.disclosure(bytes([each]) * 16, "line", {"minor": each}) for each in range(128)]
DIGESTS = [seals.digest(each) for each in DISCLOSED]


def close_proof(act="record.close_day", by="system", **changed):
    """The tlog-proof of a close, third of five entries of a small log."""
    args = {"day": DAY, "root": rules.close_root(DIGESTS).hex(), "number": 128, "file": "0" * 64, **changed}
    body = {"args": args}
    entry = encode(Entry(new_id(), "2026-03-03T06:00:00Z", act, 1, by, "", (), body))
    return log_proof(entry)


def log_proof(entry):
    leaves = [leaf_hash(each) for each in (b"a", b"b", entry, b"c", b"d")]
    note = SIGNER.sign(Checkpoint(ORIGIN, 5, root(leaves)).format())
    return Proof(2, tuple(inclusion_proof(2, 5, leaves)), note, entry).format()


CLOSE = close_proof()


def proof_of(place=5, close=CLOSE):
    return prove(DIGESTS[place], DIGESTS, close)


def test_every_line_of_a_day_can_be_proved():
    for place in range(128):
        data = proof_of(place).format()
        assert LineProof.parse(data).format() == data
        proven = check(data, DISCLOSED[place], [SIGNER.verifier])
        assert proven == ProvenLine(DAY, "line", {"minor": place})


def test_it_is_the_documented_text():
    lines = proof_of().format().decode().split("\n")
    assert lines[:3] == [HEADER, f"digest {DIGESTS[5]}", "index 5"]
    assert [len(base64.b64decode(line)) for line in lines[3:10]] == [32] * 7
    assert lines[10:12] == ["", "c2sp.org/tlog-proof@v1"]


def test_another_disclosure_is_refused():
    with pytest.raises(ProofError, match="the proof is for"):
        check(proof_of().format(), DISCLOSED[6], [SIGNER.verifier])
    with pytest.raises(ProofError, match="no disclosure"):
        check(proof_of().format(), "W10", [SIGNER.verifier])


def test_a_digest_that_is_not_under_the_root_is_refused():
    stranger = seals.disclosure(bytes(16), "line", {})
    with pytest.raises(ProofError, match="does not hold"):
        prove(seals.digest(stranger), DIGESTS, CLOSE)
    moved = LineProof(seals.digest(stranger), 5, proof_of().hashes, CLOSE)
    with pytest.raises(ProofError, match="another root"):
        check(moved.format(), stranger, [SIGNER.verifier])
    with pytest.raises(ProofError, match="another root"):
        check(LineProof(DIGESTS[5], 6, proof_of().hashes, CLOSE).format(), DISCLOSED[5], [SIGNER.verifier])
    with pytest.raises(ProofError, match="outside"):
        check(LineProof(DIGESTS[5], 128, proof_of().hashes, CLOSE).format(), DISCLOSED[5], [SIGNER.verifier])


def test_another_key_is_refused():
    with pytest.raises(UnsignedError):
        check(proof_of().format(), DISCLOSED[5], [STRANGER.verifier])


@pytest.mark.parametrize(
    "close",
    [
        close_proof(act="record.take_down"),
        close_proof(by="public"),
        close_proof(by=new_id()),
        close_proof(number=129),
        close_proof(number=-64),
        close_proof(more=1),
        log_proof(b"{}"),
        log_proof(DIGESTS[5].encode()),
    ],
    ids=["act", "public", "member", "number", "negative", "field", "nothing", "text"],
)
def test_an_entry_that_is_no_close_is_refused(close):
    with pytest.raises(ProofError, match=r"no day's close|not in steps"):
        check(proof_of(close=close).format(), DISCLOSED[5], [SIGNER.verifier])


def test_a_close_with_another_root_is_refused():
    with pytest.raises(ProofError, match="another root"):
        check(proof_of(close=close_proof(root="0" * 64)).format(), DISCLOSED[5], [SIGNER.verifier])


def test_no_changed_byte_is_let_through():
    data = proof_of().format()
    chance = random.Random(7)
    for _ in range(500):
        place = chance.randrange(len(data))
        changed = data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]
        with pytest.raises(ValueError, match=r".+"):
            check(changed, DISCLOSED[5], [SIGNER.verifier])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x" * 5_000_000,
        HEADER.encode(),
        f"{HEADER}\n\n".encode(),
        f"{HEADER}\ndigest {DIGESTS[0]}\n\n".encode(),
        f"{HEADER}\ndigest {DIGESTS[0]}\nindex 05\n\nx".encode(),
        f"{HEADER}\ndigest {DIGESTS[0]}\nindex 5\nAAAA\n\nx".encode(),
        f"{HEADER}\ndigest {DIGESTS[0]}\nindex 5\n?\n\nx".encode(),
        f"{HEADER}\ndigest é\nindex 5\n\nx".encode(),
    ],
    ids=range(9),
)
def test_what_is_no_proof_is_refused(data):
    with pytest.raises(ProofError):
        check(data, DISCLOSED[5], [SIGNER.verifier])
