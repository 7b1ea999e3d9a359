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


def complete_root(data: bytes) -> bytes:
    """The root over concatenated hashes whose number is a power of two.

    Works on one buffer a layer: two children lie side by side, so no list of hashes is made.
    """
    while len(data) > HASH_SIZE:
        data = b"".join([sha256(b"\1" + data[at : at + 64]).digest() for at in range(0, len(data), 64)])
    return data


def fold(subtrees: Iterable[bytes]) -> bytes:
    """The root over complete subtrees given from the right (smallest) to the left (largest)."""
    root = b""
    for subtree in subtrees:
        root = node_hash(subtree, root) if root else subtree
    return root or EMPTY_ROOT
