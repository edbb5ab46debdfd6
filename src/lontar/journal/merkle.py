"""Trees of hashes as RFC 6962, section 2.1, describes them: a root over leaves, and the proof that a leaf is among them."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def leaf_hash(data: bytes) -> bytes:
    """Give the hash of a leaf."""
    return sha256(b"\x00" + data).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Give the root over hashes of leaves, in their order."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return _node(root(leaves[:split]), root(leaves[split:]))


def inclusion_proof(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """Give the hashes that, with the leaf at this place (from 0), lead to the root, from the leaf up. IndexError beyond the leaves."""
    if not 0 <= place < len(leaves):
        raise IndexError(place)
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if place < split:
        return [*inclusion_proof(leaves[:split], place), root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], place - split), root(leaves[:split])]


def is_included(leaf: bytes, place: int, size: int, proof: Sequence[bytes], wanted: bytes) -> bool:
    """Say whether the hash of a leaf stands at this place of a tree of that size with that root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= place < size:
        return False
    here, last, found = place, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = _node(beside, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = _node(found, beside)
        here, last = here >> 1, last >> 1
    return last == 0 and found == wanted


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two that is smaller than the size."""
    return 1 << ((size - 1).bit_length() - 1)
