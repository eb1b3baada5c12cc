"""The Merkle tree of RFC 6962 and RFC 9162 (SHA-256): roots, proofs, and their verification.

Hashes are 32 bytes. `MTH(D[a:b])` below is the Merkle Tree Hash of the leaves a to b-1. Sizes and indexes
count leaves from 0. Subtrees follow the Merkle tree certificates draft (draft-ietf-plants-merkle-tree-certs,
section 4): `[start, end)` is one when `start` is a multiple of the smallest power of two that is at least
`end - start`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

SubtreeHash = Callable[[int, int], bytes]
"""Gives MTH(D[start:end]) for a subtree `[start, end)` of the tree."""

_INSIDE, _LEFT, _RIGHT = "inside", "left", "right"


class ProofError(ValueError):
    """A proof that does not prove what it claims; the message says why."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry: SHA-256(0x00 || data). RFC 6962, section 2.1."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbouring subtrees: SHA-256(0x01 || left || right). RFC 6962, section 2.1."""
    return sha256(b"\x01" + left + right).digest()


def joined_root(hashes: bytes) -> bytes:
    """The root over hashes that lie one after the other in `hashes` (a tile, say); EMPTY_ROOT for none.

    Pairing level by level, with an odd last hash carried up as it is, gives the same tree as the
    recursive definition of RFC 6962, section 2.1. The last hash may stand for fewer leaves than the
    others. `hashes` whose length is no multiple of 32 raise ValueError.
    """
    if len(hashes) % HASH_BYTES:
        raise ValueError(f"{len(hashes)} bytes are not a whole number of 32-byte hashes")
    if not hashes:
        return EMPTY_ROOT
    while len(hashes) > HASH_BYTES:
        end = len(hashes) & ~63
        pairs = [sha256(b"\x01" + hashes[at : at + 64]).digest() for at in range(0, end, 64)]
        hashes = b"".join(pairs) + hashes[end:]
    return hashes


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """MTH over leaf hashes; EMPTY_ROOT when there are none. RFC 6962, section 2.1."""
    return joined_root(b"".join(leaf_hashes))


def split(size: int) -> int:
    """The largest power of two smaller than `size` (at least 2): where RFC 6962 parts a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def subtree_reader(leaf_hashes: Sequence[bytes]) -> SubtreeHash:
    """A reader of subtree hashes over a list of leaf hashes held in memory."""
    return lambda start, end: root(leaf_hashes[start:end])


def inclusion_proof(index: int, size: int, hashes: Sequence[bytes] | SubtreeHash) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size`, sibling first. RFC 6962, section 2.1.1.

    `hashes` is the list of leaf hashes, or a reader of subtree hashes. Raises ProofError when the leaf
    is not in the tree.
    """
    if not 0 <= index < size:
        raise ProofError(f"there is no entry {index} in a log of {size}")
    return subtree_consistency_proof(index, index + 1, size, hashes)


def consistency_proof(size1: int, size2: int, hashes: Sequence[bytes] | SubtreeHash) -> list[bytes]:
    """The proof that the tree of `size1` begins the tree of `size2`. RFC 6962, section 2.1.2.

    Raises ProofError for `size1` 0 (every tree begins with the empty one, so nothing is proved) or when
    `size1` is the larger.
    """
    if not 0 < size1 <= size2:
        raise ProofError(f"no consistency proof leads from size {size1} to size {size2}")
    return subtree_consistency_proof(0, size1, size2, hashes)


def subtree_consistency_proof(start: int, end: int, size: int, hashes: Sequence[bytes] | SubtreeHash) -> list[bytes]:
    """The proof that the subtree `[start, end)` is part of the tree of `size`, deepest hash first."""
    _check_subtree(start, end, size)
    read = hashes if callable(hashes) else subtree_reader(hashes)
    if start == end:
        return []
    steps, seed = _descend(start, end, size)
    proof = [] if seed is None else [read(*seed)]
    return proof + [read(*sibling) for _, sibling in reversed(steps)]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], tree_root: bytes) -> None:
    """Raise ProofError unless `proof` shows the leaf hash at `index` in the tree. RFC 9162, 2.1.3.2."""
    verify_subtree_inclusion(index, 0, size, leaf, proof, tree_root)


def verify_subtree_inclusion(
    index: int, start: int, end: int, leaf: bytes, proof: Sequence[bytes], subtree_root: bytes
) -> None:
    """Raise ProofError unless `proof` shows leaf hash `index` of the log in `[start, end)`."""
    _check_subtree(start, end, end)
    if not start <= index < end:
        raise ProofError(f"entry {index} lies outside the tree from {start} to {end}")
    if len(leaf) != HASH_BYTES:
        raise ProofError(f"a leaf hash of {len(leaf)} bytes; it has 32")
    _, whole = _replay(index - start, index - start + 1, end - start, leaf, proof)
    if whole != subtree_root:
        raise ProofError(f"the proof leads entry {index} to another root")


def verify_consistency(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> None:
    """Raise ProofError unless `proof` shows that tree 1 begins tree 2. RFC 9162, section 2.1.4.2.

    Stricter than the RFC: from size 0 nothing can be proved, so it is refused.
    """
    if size1 <= 0:
        raise ProofError(f"consistency from size {size1} proves nothing")
    if size1 > size2:
        raise ProofError(f"the tree shrank from {size1} to {size2}")
    verify_subtree_consistency(0, size1, size2, proof, root1, root2)


def verify_subtree_consistency(
    start: int, end: int, size: int, proof: Sequence[bytes], subtree_root: bytes, tree_root: bytes
) -> None:
    """Raise ProofError unless `proof` shows subtree `[start, end)` to be part of the tree of `size`.

    An empty subtree has EMPTY_ROOT and an empty proof, which says nothing about the tree's root.
    """
    _check_subtree(start, end, size)
    if not subtree_root or not tree_root:
        raise ProofError("an empty root")
    if start == end:
        if proof or subtree_root != EMPTY_ROOT:
            raise ProofError("an empty subtree has the root of no entries and an empty proof")
        return
    part, whole = _replay(start, end, size, subtree_root, proof)
    if part != subtree_root:
        raise ProofError(f"the proof leads to another root for the entries {start} to {end}")
    if whole != tree_root:
        raise ProofError(f"the proof leads to another root for the tree of {size}")


def _check_subtree(start: int, end: int, size: int) -> None:
    if not 0 <= start <= end <= size:
        raise ProofError(f"the range from {start} to {end} does not lie in a tree of {size}")
    if end > start and start % (1 << (end - start - 1).bit_length()):
        raise ProofError(f"the range from {start} to {end} is not a subtree")


def _descend(start: int, end: int, size: int) -> tuple[list[tuple[str, tuple[int, int]]], tuple[int, int] | None]:
    """The way from the root down to the subtree: where each sibling stands and which leaves it covers.

    A sibling stands left or right of the subtree, or inside it. After one inside, the way ends at the
    subtree's last whole part, whose leaves come second; otherwise at the subtree itself, and None.
    """
    steps: list[tuple[str, tuple[int, int]]] = []
    low, high, inside = 0, size, False
    while (low, high) != (start, end):
        middle = low + split(high - low)
        if end <= middle:
            steps.append((_RIGHT, (middle, high)))
            high = middle
        else:
            parts_subtree = start < middle
            steps.append((_INSIDE if parts_subtree else _LEFT, (low, middle)))
            low = middle
            if parts_subtree:
                start, inside = middle, True
    return steps, (start, end) if inside else None


def _replay(start: int, end: int, size: int, known: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The roots (of the subtree, of the tree) that a proof leads to when the subtree's root is `known`."""
    steps, seed = _descend(start, end, size)
    due = len(steps) + (seed is not None)
    if len(proof) != due:
        raise ProofError(f"the proof has {len(proof)} hashes where {due} are due")
    if any(len(hash_) != HASH_BYTES for hash_ in proof):
        raise ProofError("a hash in the proof does not have 32 bytes")
    rest = iter(proof)
    part = whole = known if seed is None else next(rest)
    for (side, _), hash_ in zip(reversed(steps), rest, strict=True):
        if side == _RIGHT:
            whole = node_hash(whole, hash_)
        else:
            whole = node_hash(hash_, whole)
            if side == _INSIDE:
                part = node_hash(hash_, part)
    return part, whole
