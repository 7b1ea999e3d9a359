"""Making proofs (RFC 6962 sections 2.1.1 and 2.1.2), from tiles: a proof touches a few tiles, however large the log is.

Checking them is in `verify`, written apart, so that one mistake cannot hide in both.
"""

from __future__ import annotations

from collections.abc import Callable

from kaimen.core.errors import Invalid
from kaimen.core.tlog.hashing import HASH_SIZE, complete_root, fold
from kaimen.core.tlog.tiles import WIDTH

Node = Callable[[int, int], bytes]
"""`node(height, index)`: the root over the leaves index * 2^height to (index + 1) * 2^height."""


def nodes(read: Callable[[int, int], bytes]) -> Node:
    """Inner nodes from tiles; `read(level, n)` may give a tile wider than the tree at hand."""

    def node(height: int, index: int) -> bytes:
        level, up = divmod(height, 8)
        n, first = divmod(index << up, WIDTH)
        hashes = read(level, n)[first * HASH_SIZE : (first + (1 << up)) * HASH_SIZE]
        if len(hashes) != HASH_SIZE << up:
            raise Invalid("proof", why="tile")
        return complete_root(hashes)

    return node


def root(size: int, node: Node) -> bytes:
    """The root of the tree of this size."""
    return _range_root(0, size, node)


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """The siblings from the leaf up to the root. Raises `Invalid("proof")` when the tree has no such leaf."""
    if not 0 <= index < size:
        raise Invalid("proof", why="index")
    path, begin, end = list[bytes](), 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_range_root(middle, end, node))
            end = middle
        else:
            path.append(_range_root(begin, middle, node))
            begin = middle
    return path[::-1]


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """What shows that the tree of the old size is the beginning of the new one. Raises `Invalid("proof")`."""
    if not 0 < old <= new:
        raise Invalid("proof", why="size")
    path, begin, end, whole = list[bytes](), 0, new, True
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(_range_root(middle, end, node))
            end = middle
        else:
            path.append(_range_root(begin, middle, node))
            begin, whole = middle, False
    return path[::-1] if whole else [_range_root(begin, end, node), *path[::-1]]


def _split(count: int) -> int:
    """The largest power of two smaller than the count."""
    return 1 << ((count - 1).bit_length() - 1)


def _range_root(begin: int, end: int, node: Node) -> bytes:
    """The root over leaves begin to end, where begin is a multiple of the largest complete subtree inside."""
    subtrees = list[bytes]()
    while begin < end:
        height = (end - begin).bit_length() - 1
        subtrees.append(node(height, begin >> height))
        begin += 1 << height
    return fold(reversed(subtrees))
