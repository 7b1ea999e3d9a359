"""Checking proofs, as RFC 9162 sections 2.1.3.2 and 2.1.4.2 write it down; shares nothing with the makers but the node hash.

Refused besides wrong hashes: proofs too short or too long, hashes that are not 32 bytes, and a proof *from* the empty tree, which
would accept anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from kaimen.core.tlog.hashing import HASH_SIZE, node_hash


def includes(root: bytes, size: int, *, leaf: bytes, index: int, path: Sequence[bytes]) -> bool:
    """Whether the tree with this root and size has the leaf hash at the index."""
    if not 0 <= index < size or not _are_hashes(root, leaf, *path):
        return False
    fn, sn, computed = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            computed = node_hash(sibling, computed)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            computed = node_hash(computed, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and computed == root


def extends(old_root: bytes, old: int, new_root: bytes, new: int, path: Sequence[bytes]) -> bool:
    """Whether the old tree is the beginning of the new one. Nothing is proved from the empty tree: 0 is refused."""
    if not 0 < old <= new or not _are_hashes(old_root, new_root, *path):
        return False
    if old == new:
        return not path and old_root == new_root
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not steps:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(step, fr), node_hash(step, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)
