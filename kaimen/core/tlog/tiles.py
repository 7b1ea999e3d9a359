"""Tiles (C2SP tlog-tiles): how a growing tree is kept and served in pieces of 256 hashes, and entries in bundles of 256.

Tile `n` of level `l` holds the roots of full tiles of level `l - 1`; a partial tile is never hashed upward. The *edge* of a tree is
the partial tile of each level: all that is needed to go on, and to know the root.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kaimen.core.errors import Invalid
from kaimen.core.tlog.hashing import HASH_SIZE, complete_root, fold

WIDTH = 256
FULL = WIDTH * HASH_SIZE
ENTRIES = "entries"
_LENGTH = struct.Struct(">H")

Edge = tuple[bytes, ...]
"""The hashes of the partial tile of each level, from the leaves up; empty where a level ends in a full tile."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Up to 256 hashes, one after the other."""

    level: int
    n: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Growth:
    """The tree after leaves were added: every tile that was touched, full ones being final."""

    size: int
    edge: Edge
    tiles: tuple[Tile, ...]


def integrate(size: int, edge: Edge, hashes: Sequence[bytes]) -> Growth:
    """Add leaf hashes to a tree of which only size and edge are known."""
    grown, tiles = list(edge), list[Tile]()
    level, count, fresh = 0, size, b"".join(hashes)
    while fresh:
        if level == len(grown):
            grown.append(b"")
        n, data = count // WIDTH, grown[level] + fresh
        full = [data[at : at + FULL] for at in range(0, len(data) - FULL + 1, FULL)]
        tiles += [Tile(level, n + place, part) for place, part in enumerate(full)]
        grown[level] = data[len(full) * FULL :]
        if grown[level]:
            tiles.append(Tile(level, n + len(full), grown[level]))
        level, count, fresh = level + 1, n, b"".join(map(complete_root, full))
    return Growth(size + len(hashes), tuple(grown), tuple(tiles))


def edge_root(edge: Edge) -> bytes:
    """The root of the tree with this edge."""
    return fold(_subtrees(edge))


def _subtrees(edge: Edge) -> Iterator[bytes]:
    """The complete subtrees that make up the tree, from the right (smallest) to the left."""
    for hashes in edge:
        end = len(hashes)
        while end:
            count = end // HASH_SIZE
            start = end - (count & -count) * HASH_SIZE
            yield complete_root(hashes[start:end])
            end = start


def edge_of(size: int, read: Callable[[int, int], bytes]) -> Edge:
    """The edge of a tree of this size, from its tiles, which may be wider. `read(level, n)`. Raises `Invalid("proof")`."""
    edge = list[bytes]()
    while size >> (8 * len(edge)):
        level = len(edge)
        n, width = divmod(size >> (8 * level), WIDTH)
        hashes = read(level, n)[: width * HASH_SIZE] if width else b""
        if len(hashes) != width * HASH_SIZE:
            raise Invalid("proof", why="tile")
        edge.append(hashes)
    return tuple(edge)


@dataclass(frozen=True, slots=True)
class Address:
    """Which tile or bundle (level None), and how wide."""

    level: int | None
    n: int
    width: int = WIDTH

    def path(self) -> str:
        """Where it is served, below the log's address."""
        level = ENTRIES if self.level is None else str(self.level)
        return f"tile/{level}/{_number(self.n)}" + (f".p/{self.width}" if self.width < WIDTH else "")


def _number(n: int) -> str:
    """1234067 -> x001/x234/067."""
    groups = [f"{n % 1000:03}"]
    while n := n // 1000:
        groups.append(f"x{n % 1000:03}")
    return "/".join(reversed(groups))


_FORM = re.compile(r"tile/(entries|[0-7])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]{1,3}))?")


def parse_address(path: str) -> Address:
    """The one address that is written this way. Raises `Invalid("proof")`."""
    match = _FORM.fullmatch(path)
    if match is None:
        raise Invalid("proof", why="address")
    level, number, width = match.groups()
    n = int(number.replace("/", "").replace("x", ""))
    address = Address(None if level == ENTRIES else int(level), n, WIDTH if width is None else int(width))
    if not 0 < address.width <= WIDTH or address.path() != path:
        raise Invalid("proof", why="address")
    return address


def touched(old: int, new: int) -> Iterator[Address]:
    """The hash tiles that differ between two sizes of one tree, each as wide as the larger size has it."""
    level = 0
    while new >> (8 * level):
        before, after = old >> (8 * level), new >> (8 * level)
        if before != after:
            yield from _addresses(level, before, after)
        level += 1


def touched_bundles(old: int, new: int) -> Iterator[Address]:
    """The entry bundles that differ between two sizes."""
    return _addresses(None, old, new)


def _addresses(level: int | None, before: int, after: int) -> Iterator[Address]:
    for n in range(before // WIDTH, -(-after // WIDTH)):
        yield Address(level, n, min(WIDTH, after - n * WIDTH))


def bundle(leaves: Iterable[bytes]) -> bytes:
    """Up to 256 leaves, each after its length in two bytes."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def unbundle(data: bytes) -> list[bytes]:
    """The leaves of a bundle. Raises `Invalid("proof")`."""
    leaves, at, end = list[bytes](), 0, len(data)
    add, length = leaves.append, _LENGTH.unpack_from
    try:
        while at < end:
            start = at + 2
            at = start + length(data, at)[0]
            add(data[start:at])
    except struct.error:
        at = end + 1
    if at != end:
        raise Invalid("proof", why="bundle")
    return leaves
