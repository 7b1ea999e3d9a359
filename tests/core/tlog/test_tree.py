"""The tree by brute force, by its edge, by its tiles; and every proof, whole and with one thing changed."""

from __future__ import annotations

import random
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kaimen.core.errors import Invalid
from kaimen.core.tlog import proofs, tiles
from kaimen.core.tlog.hashing import EMPTY_ROOT, leaf_hash, node_hash
from kaimen.core.tlog.verify import extends, includes

AROUND = (0, 1, 2, 255, 256, 257, 511, 512, 513)
LARGE = (65_535, 65_536, 65_537)


@cache
def leaf(index: int) -> bytes:
    return leaf_hash(f"entry {index}".encode())


def brute_force(hashes: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not hashes:
        return sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(brute_force(hashes[:split]), brute_force(hashes[split:]))


class Tree:
    """Tiles as a log keeps them: the newest data of each."""

    def __init__(self, size: int = 0, cuts: tuple[int, ...] = ()) -> None:
        self.size, self.edge, self.kept = 0, (), dict[tuple[int, int], bytes]()
        for cut in (*sorted(cuts), size):
            self.grow(min(cut, size))

    def grow(self, size: int) -> None:
        growth = tiles.integrate(self.size, self.edge, [leaf(index) for index in range(self.size, size)])
        for tile in growth.tiles:
            held = self.kept.get((tile.level, tile.n), b"")
            assert tile.data.startswith(held)
            assert len(tile.data) > len(held)
            self.kept[tile.level, tile.n] = tile.data
        self.size, self.edge = growth.size, growth.edge

    def read(self, level: int, n: int) -> bytes:
        return self.kept.get((level, n), b"")

    @property
    def node(self) -> proofs.Node:
        return proofs.nodes(self.read)


@cache
def tree(size: int) -> Tree:
    return Tree(size)


sizes = st.one_of(st.sampled_from(AROUND), st.integers(0, 1500))
positive = st.one_of(st.sampled_from(AROUND[1:]), st.integers(1, 1500))


@pytest.mark.parametrize("size", [*AROUND, *LARGE])
def test_edge_tiles_and_brute_force_agree_on_the_root(size: int) -> None:
    root = brute_force([leaf(index) for index in range(size)])
    assert tiles.edge_root(tree(size).edge) == root
    assert proofs.root(size, tree(size).node) == root
    assert tiles.edge_of(size, tree(size).read) == tree(size).edge


@given(sizes, st.lists(st.integers(0, 1500), max_size=6))
def test_batches_do_not_matter(size: int, cuts: list[int]) -> None:
    grown = Tree(size, tuple(cuts))
    assert grown.edge == tree(size).edge
    assert grown.kept == tree(size).kept


def test_a_tree_of_256_has_a_full_tile_and_one_hash_above() -> None:
    assert {place: len(data) // 32 for place, data in tree(256).kept.items()} == {(0, 0): 256, (1, 0): 1}


@given(positive, st.data())
def test_an_older_edge_can_be_read_from_wider_tiles(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, size))
    assert tiles.edge_of(old, tree(size).read) == tree(old).edge


@given(positive, st.data())
def test_every_inclusion_proof_verifies(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = proofs.inclusion(index, size, tree(size).node)
    assert includes(tiles.edge_root(tree(size).edge), size, leaf=leaf(index), index=index, path=path)


@given(positive, st.data(), st.randoms(use_true_random=False))
def test_an_inclusion_proof_with_one_thing_changed_does_not_verify(
    size: int, data: st.DataObject, chance: random.Random
) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = proofs.inclusion(index, size, tree(size).node)
    root, hash_ = tiles.edge_root(tree(size).edge), leaf(index)
    for other in {index + 1, index - 1, index ^ 1, 0, size - 1} - {index}:
        assert not includes(root, size, leaf=hash_, index=other, path=path)
    assert not includes(root, index, leaf=hash_, index=index, path=path)
    assert not includes(flipped(root, chance), size, leaf=hash_, index=index, path=path)
    assert not includes(root, size, leaf=flipped(hash_, chance), index=index, path=path)
    for changed in broken(path, chance):
        assert not includes(root, size, leaf=hash_, index=index, path=changed)


@given(positive, st.data())
def test_every_consistency_proof_verifies(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    path = proofs.consistency(old, new, tree(new).node)
    assert extends(tiles.edge_root(tree(old).edge), old, tiles.edge_root(tree(new).edge), new, path)


@given(positive, st.data(), st.randoms(use_true_random=False))
def test_a_consistency_proof_with_one_thing_changed_does_not_verify(
    new: int, data: st.DataObject, chance: random.Random
) -> None:
    old = data.draw(st.integers(1, new))
    path = proofs.consistency(old, new, tree(new).node)
    before, after = tiles.edge_root(tree(old).edge), tiles.edge_root(tree(new).edge)
    for changed in broken(path, chance):
        assert not extends(before, old, after, new, changed)
    assert not extends(flipped(before, chance), old, after, new, path)
    assert not extends(before, old, flipped(after, chance), new, path)
    assert not extends(before, old - 1, after, new, path)
    assert not extends(before, new + 1, after, new, path)


@given(st.sampled_from([*AROUND[1:], *LARGE]), st.sampled_from([*AROUND[1:], *LARGE]))
@settings(deadline=None, max_examples=60)
def test_proofs_hold_where_tiles_begin_and_end(old: int, new: int) -> None:
    assume(old <= new)
    path = proofs.consistency(old, new, tree(new).node)
    before, after = tiles.edge_root(tree(old).edge), tiles.edge_root(tree(new).edge)
    assert extends(before, old, after, new, path)
    assert includes(after, new, leaf=leaf(old - 1), index=old - 1, path=proofs.inclusion(old - 1, new, tree(new).node))


@given(positive, positive, st.data())
def test_a_rewritten_history_is_not_an_extension(old: int, more: int, data: st.DataObject) -> None:
    """The other tree has one other leaf inside the old part; no proof of its own convinces."""
    new, place = old + more, data.draw(st.integers(0, old - 1))
    forged = Tree()
    growth = tiles.integrate(0, (), [leaf(-1) if index == place else leaf(index) for index in range(new)])
    forged.kept = {(tile.level, tile.n): tile.data for tile in growth.tiles}
    path = proofs.consistency(old, new, forged.node)
    assert not extends(tiles.edge_root(tree(old).edge), old, tiles.edge_root(growth.edge), new, path)


def test_nothing_is_proved_from_the_empty_tree() -> None:
    assert not extends(EMPTY_ROOT, 0, tiles.edge_root(tree(3).edge), 3, [])
    assert not extends(EMPTY_ROOT, 0, EMPTY_ROOT, 0, [])
    assert not includes(EMPTY_ROOT, 0, leaf=leaf(0), index=0, path=[])
    with pytest.raises(Invalid):
        proofs.consistency(0, 3, tree(3).node)
    with pytest.raises(Invalid):
        proofs.inclusion(3, 3, tree(3).node)


@given(st.integers(2, 1500), st.data())
def test_an_inner_node_is_not_an_entry(size: int, data: st.DataObject) -> None:
    """The path from an inner node leads to the root too, and is shorter."""
    index = data.draw(st.integers(0, size - 1))
    path = proofs.inclusion(index, size, tree(size).node)
    inner = node_hash(path[0], leaf(index)) if index & 1 or index == size - 1 else node_hash(leaf(index), path[0])
    root = tiles.edge_root(tree(size).edge)
    for place in {index, index >> 1, index & ~1}:
        assert not includes(root, size, leaf=inner, index=place, path=path[1:])


def test_a_missing_tile_gives_no_proof() -> None:
    with pytest.raises(Invalid):
        proofs.inclusion(1, 300, proofs.nodes(lambda level, n: b""))
    with pytest.raises(Invalid):
        tiles.edge_of(300, lambda level, n: b"")


def test_hashes_that_are_not_32_bytes_are_refused() -> None:
    pair = tiles.edge_root(tree(2).edge)
    assert includes(pair, 2, leaf=leaf(0), index=0, path=[leaf(1)])
    assert not includes(node_hash(leaf(0), leaf(1)[:31]), 2, leaf=leaf(0), index=0, path=[leaf(1)[:31]])
    assert not extends(leaf(0), 1, node_hash(leaf(0), b"short"), 2, [b"short"])
    assert not includes(b"x", 1, leaf=b"x", index=0, path=[])


def flipped(value: bytes, chance: random.Random) -> bytes:
    bit = chance.randrange(len(value) * 8)
    return bytes(byte ^ (1 << bit % 8 if place == bit // 8 else 0) for place, byte in enumerate(value))


def broken(path: list[bytes], chance: random.Random) -> list[list[bytes]]:
    """One bit, one hash less, one more, two exchanged, a short one."""
    changed = [[*path, leaf(0)], [leaf(0), *path]]
    if path:
        place = chance.randrange(len(path))
        changed += [
            [flipped(step, chance) if at == place else step for at, step in enumerate(path)],
            [step for at, step in enumerate(path) if at != place],
            [step[:31] if at == place else step for at, step in enumerate(path)],
            [step for at, step in enumerate(path) for _ in range(2 if at == place else 1)],
        ]
    if len(path) > 1:
        changed.append([path[1], path[0], *path[2:]])
    return changed


@given(st.integers(0, 2**62), st.integers(1, 256), st.sampled_from([None, *range(8)]))
def test_an_address_has_one_form(n: int, width: int, level: int | None) -> None:
    address = tiles.Address(level, n, width)
    assert tiles.parse_address(address.path()) == address


def test_addresses_are_cut_in_groups_of_three() -> None:
    assert tiles.Address(0, 1_234_067).path() == "tile/0/x001/x234/067"
    assert tiles.Address(None, 5, 3).path() == "tile/entries/005.p/3"


@pytest.mark.parametrize("path", ["tile/0/5", "tile/0/x000/005", "tile/0/005.p/256", "tile/0/005.p/0", "tile/0/005.p/03", "tile/8/005",
                                  "tile/-1/005", "tile/0/-05", "tile/0/../keys", "tile/entries/x1/005", "tile/0", "", "tile/0/٠٠٥", "tile/00/005"])  # fmt: skip
def test_other_addresses_are_refused(path: str) -> None:
    with pytest.raises(Invalid):
        tiles.parse_address(path)


@given(sizes, st.data())
def test_touched_tiles_are_all_that_differ(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, new))
    before, after = tree(old).kept, tree(new).kept
    differing = {place: len(hashes) // 32 for place, hashes in after.items() if before.get(place) != hashes}
    assert {(address.level, address.n): address.width for address in tiles.touched(old, new)} == differing
    assert sum(address.width for address in tiles.touched_bundles(0, new)) == new


@given(st.lists(st.binary(min_size=0, max_size=400), max_size=256))
def test_a_bundle_gives_back_its_leaves(leaves: list[bytes]) -> None:
    assert tiles.unbundle(tiles.bundle(leaves)) == leaves


@given(st.lists(st.binary(min_size=1, max_size=400), min_size=1, max_size=20), st.integers(1, 10))
def test_a_cut_bundle_is_refused(leaves: list[bytes], cut: int) -> None:
    whole = tiles.bundle(leaves)
    shorter = whole[: -min(cut, len(leaves[-1]))]
    with pytest.raises(Invalid):
        tiles.unbundle(shorter)
