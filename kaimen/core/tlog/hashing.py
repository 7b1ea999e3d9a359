"""The two hashes of RFC 6962 section 2.1: of a leaf and of an inner node. They are told apart by their first byte."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

HASH_SIZE = 32
EMPTY_ROOT = sha256().digest()
"""The root of the tree without leaves."""


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256 of 0x00 and the leaf."""
    return sha256(b"\0" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and the two children."""
    return sha256(b"\1" + left + right).digest()


_LEAF, _NODE = (
    sha256(b"\0"),
    sha256(b"\1"),
)  # copied, a begun hash is cheaper than a new one; the loops below are the hot ones


def leaf_hashes(leaves: Iterable[bytes]) -> list[bytes]:
    """`leaf_hash` of many."""
    hashes = list[bytes]()
    add, begun = hashes.append, _LEAF.copy
    for leaf in leaves:
        one = begun()
        one.update(leaf)
        add(one.digest())
    return hashes


def complete_root(data: bytes) -> bytes:
    """The root over concatenated hashes whose number is a power of two.

    Works on one buffer a layer: two children lie side by side.
    """
    begun = _NODE.copy
    while len(data) > HASH_SIZE:
        layer = list[bytes]()
        add = layer.append
        for at in range(0, len(data), 64):
            one = begun()
            one.update(data[at : at + 64])
            add(one.digest())
        data = b"".join(layer)
    return data


def fold(subtrees: Iterable[bytes]) -> bytes:
    """The root over complete subtrees given from the right (smallest) to the left (largest)."""
    root = b""
    for subtree in subtrees:
        root = node_hash(subtree, root) if root else subtree
    return root or EMPTY_ROOT
