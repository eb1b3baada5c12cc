"""Merkle proofs against published vectors, and against RFC 6962's own recursive definition."""

import json
import random
from base64 import b64decode
from hashlib import sha256

import pytest

from tallystick.record import merkle
from tallystick.record.merkle import ProofError

COUNTS = {"inclusion": 98, "consistency": 98, "subtreeinclusion": 204, "subtreeconsistency": 118}


def run_vector(kind, v):
    proof = [b64decode(hash_) for hash_ in v["proof"] or []]
    b64 = {name: b64decode(v[name]) for name in ("root", "leafHash", "root1", "root2") if name in v}
    if kind == "inclusion":
        merkle.verify_inclusion(v["leafIdx"], v["treeSize"], b64["leafHash"], proof, b64["root"])
    elif kind == "consistency":
        merkle.verify_consistency(v["size1"], v["size2"], proof, b64["root1"], b64["root2"])
    elif kind == "subtreeinclusion":
        merkle.verify_subtree_inclusion(v["leafIdx"], v["start"], v["end"], b64["leafHash"], proof, b64["root"])
    else:
        merkle.verify_subtree_consistency(v["start"], v["end"], v["size"], proof, b64["root1"], b64["root2"])


@pytest.mark.parametrize("kind", COUNTS)
def test_published_vectors(data, kind):
    paths = sorted((data("tlog/merkle") / "testdata" / kind).rglob("*.json"))
    assert len(paths) == COUNTS[kind]
    wrong = []
    for path in paths:
        vector = json.loads(path.read_text())
        try:
            run_vector(kind, vector)
            refused = ""
        except ProofError as error:
            refused = str(error)
        if bool(refused) != vector["wantErr"]:
            wrong.append(str(path))
    assert wrong == []


# The oracle: RFC 6962, sections 2.1, 2.1.1 and 2.1.2, written down as they stand there.


def mth(leaves):
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = cut(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def cut(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m, leaves):
    if len(leaves) == 1:
        return []
    k = cut(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m, leaves, whole):
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = cut(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


LEAVES = [random.Random(7).randbytes(i % 5) + bytes([i]) for i in range(70)]
HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]
ROOTS = [mth(LEAVES[:size]) for size in range(71)]


def test_roots_of_all_sizes():
    assert ROOTS[0] == merkle.EMPTY_ROOT
    assert [merkle.root(HASHES[:size]) for size in range(71)] == ROOTS


@pytest.mark.parametrize("size", range(1, 71))
def test_every_inclusion_proof(size):
    for index in range(size):
        proof = merkle.inclusion_proof(index, size, HASHES[:size])
        assert proof == path(index, LEAVES[:size])
        merkle.verify_inclusion(index, size, HASHES[index], proof, ROOTS[size])
        with pytest.raises(ProofError):
            merkle.verify_inclusion(index, size, HASHES[(index + 1) % 70], proof, ROOTS[size])


@pytest.mark.parametrize("size2", range(1, 71))
def test_every_consistency_proof(size2):
    for size1 in range(1, size2 + 1):
        proof = merkle.consistency_proof(size1, size2, HASHES[:size2])
        assert proof == subproof(size1, LEAVES[:size2], True)
        merkle.verify_consistency(size1, size2, proof, ROOTS[size1], ROOTS[size2])
        with pytest.raises(ProofError):
            merkle.verify_consistency(size1, size2, proof, ROOTS[size1 - 1], ROOTS[size2])


def test_every_subtree_of_a_tree():
    size, count, refused = 37, 0, 0
    for start in range(size):
        for end in range(start + 1, size + 1):
            try:
                proof = merkle.subtree_consistency_proof(start, end, size, HASHES[:size])
            except ProofError:
                refused += 1
                continue
            part = mth(LEAVES[start:end])
            merkle.verify_subtree_consistency(start, end, size, proof, part, ROOTS[size])
            for index in range(start, end):
                within = path(index - start, LEAVES[start:end])
                merkle.verify_subtree_inclusion(index, start, end, HASHES[index], within, part)
            count += 1
    # By width: 37 + 18 + 9 + 9, then 17 (5 to 8), 16 (9 to 16), 16 (17 to 32), 5 (33 to 37).
    assert (count, refused) == (127, 37 * 38 // 2 - 127)


def test_changed_proofs_are_refused():
    chance = random.Random(3)
    for _ in range(500):
        size = chance.randrange(2, 70)
        index = chance.randrange(size)
        proof = merkle.inclusion_proof(index, size, HASHES[:size])
        spot = chance.randrange(len(proof))
        changed = bytearray(proof[spot])
        changed[chance.randrange(32)] ^= 1 << chance.randrange(8)
        with pytest.raises(ProofError, match="another root"):
            merkle.verify_inclusion(
                index, size, HASHES[index], [*proof[:spot], bytes(changed), *proof[spot + 1 :]], ROOTS[size]
            )
        with pytest.raises(ProofError, match="are due"):
            merkle.verify_inclusion(index, size, HASHES[index], proof[:-1], ROOTS[size])


def test_no_proof_of_what_is_not_there():
    with pytest.raises(ProofError, match="there is no entry 3 in a log of 3"):
        merkle.inclusion_proof(3, 3, HASHES[:3])
    for sizes in ((0, 3), (4, 3)):
        with pytest.raises(ProofError, match="no consistency proof"):
            merkle.consistency_proof(*sizes, HASHES[:3])
    with pytest.raises(ValueError, match="whole number"):
        merkle.joined_root(b"x" * 33)
