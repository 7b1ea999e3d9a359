"""The files of a log as it publishes them: tiles, bundles of entries, pruned parts, openings."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from kaimen.core.errors import Invalid, Missing, Unavailable
from kaimen.core.tlog import commitment, leaf, notes, proofs, tiles
from kaimen.core.tlog.encoding import b64
from kaimen.core.tlog.hashing import HASH_SIZE, complete_root, leaf_hashes
from kaimen.core.tlog.pruning import Pruning, refuses
from kaimen.core.tlog.verify import extends, includes
from kaimen.engines.log_reading import Source
from kaimen.engines.verifying.telling import DoesNotVerifyError, Facts, Found, NotCheckedError
from kaimen.engines.verifying.trust import text_of
from kaimen.engines.verifying.words import say

NOT_PUBLIC = {401, 403}


def pruning_of(source: Source, size: int, *, n: int = 0) -> Pruning | None:
    """What the log says about entries that it refuses, where it does refuse this bundle; None where all can be read."""
    said = source.pruning()
    if said is None or not refuses(n, minimum=said.minimum):
        return None
    if said.minimum > size:
        raise DoesNotVerifyError("pruned_beyond", minimum=said.minimum, size=size)
    try:
        source.bundle(n, size=size)
    except Missing:
        return said
    except (Invalid, Unavailable):
        pass  # reading it will tell
    return None


def tree_of(make: Callable[[], tiles.Edge]) -> tiles.Edge:
    """The edge of the tree that `make` reads from tiles. A tile that is missing or short does not verify."""
    try:
        return make()
    except Missing as failure:
        raise DoesNotVerifyError("not_served", path=failure.details.get("path")) from None
    except Invalid:
        raise DoesNotVerifyError("tile_short") from None


Tiles = Callable[[int, int], bytes]
"""`read(level, n)`: the hashes of a tile at the size at hand."""


def as_published(
    source: Source, found: Found, head: notes.Checkpoint, *, index: int, hashed: bytes, shown: bool = False
) -> bytes:
    """The files that everybody reads hold this entry: its tiles lead to the signed root and its bundle is what was hashed.

    The entry; empty where entries are not public, which is said. `shown`: the log has shown the entry itself, so it must publish it.
    """
    read = reader_of(source, head.size)
    n, place = divmod(index, tiles.WIDTH)
    hashes = tile_of(read, 0, n)
    if hashes[place * HASH_SIZE :][:HASH_SIZE] != hashed:
        raise DoesNotVerifyError("another_hash", n=n, entry=index)
    if not includes(head.root, head.size, leaf=hashed, index=index, path=path_to(read, index, head.size)):
        raise DoesNotVerifyError("tiles_path")
    level = 1
    while head.size >> (8 * level):
        if not ancestor_fits(read, level, index >> (8 * level), head.size):
            raise DoesNotVerifyError("tiles_disagree", below=level - 1, level=level)
        level += 1
    if (pruned := pruning_of(source, head.size, n=n)) is not None:
        found.remarks.append(say("pruned_entry", first=pruned.first, digest=b64(pruned.digest)))
        return b""
    leaves = bundle(source, n, head.size, shown=shown)
    if leaves is None:
        found.remarks.append(say("entry_not_public"))
        return b""
    if b"".join(leaf_hashes(leaves)) != hashes:
        at = next((at for at, one in enumerate(leaf_hashes(leaves)) if one != hashes[at * HASH_SIZE :][:HASH_SIZE]), 0)
        raise DoesNotVerifyError("entry_changed", entry=n * tiles.WIDTH + at)
    found.remarks.append(say("entry_compared"))
    return leaves[place]


def reader_of(source: Source, size: int) -> Tiles:
    """Each tile is read once."""

    @cache
    def read(level: int, n: int) -> bytes:
        return source.tile(level, n, size=size)

    return read


def tile_of(read: Tiles, level: int, n: int) -> bytes:
    """The hashes of one tile. One that is missing or short does not verify."""
    try:
        return read(level, n)
    except Missing as failure:
        raise DoesNotVerifyError("not_served", path=failure.details.get("path")) from None


def path_to(read: Tiles, index: int, size: int) -> list[bytes]:
    """The hashes that lead from an entry to the root."""
    try:
        return proofs.inclusion(index, size, proofs.nodes(read))
    except Missing as failure:
        raise DoesNotVerifyError("not_served", path=failure.details.get("path")) from None
    except Invalid:
        raise DoesNotVerifyError("tile_short") from None


def ancestor_fits(read: Tiles, level: int, index: int, size: int) -> bool:
    """Hash `index` of this level is that of the full tile under it. A tile that is not full has no hash above it yet."""
    if (index + 1) << (8 * level) > size:
        return True
    n, place = divmod(index, tiles.WIDTH)
    under = tile_of(read, level - 1, index)
    above = tile_of(read, level, n)[place * HASH_SIZE :][:HASH_SIZE]
    return len(under) == tiles.FULL and complete_root(under) == above


def bundle(source: Source, n: int, size: int, *, shown: bool) -> list[bytes] | None:
    """The published entries; None where they are not public."""
    try:
        return source.bundle(n, size=size)
    except Missing as failure:
        if shown or source.has_entries():
            raise DoesNotVerifyError("not_served", path=failure.details.get("path")) from None
        return None
    except Unavailable as failure:
        if failure.details.get("status") in NOT_PUBLIC:
            return None
        raise
    except Invalid:
        raise DoesNotVerifyError("bundle_damaged", n=n) from None


def continues(source: Source, small: notes.Checkpoint, large: notes.Checkpoint) -> bool:
    """The larger tree begins with the smaller one, by the published tiles."""
    if small.size == large.size:
        return small.root == large.root
    try:
        node = proofs.nodes(lambda level, n: source.tile(level, n, size=large.size))
        path = proofs.consistency(small.size, large.size, node) if small.size else []
        return small.size == 0 or extends(small.root, small.size, large.root, large.size, path)
    except (Missing, Invalid):
        return False


def opened(path: Path, entry: bytes) -> dict[str, object]:
    """What the opening of a file shows of an entry. One of another entry does not verify."""
    try:
        opening = commitment.parse_opening(json.loads(text_of(path)))
    except (ValueError, Invalid):
        raise NotCheckedError("no_opening", place=path) from None
    said = leaf.parse(entry)
    if opening.entry != said.id or not commitment.opens(opening, said.c):
        raise DoesNotVerifyError("opening_differs")
    return {name: value for name, (value, _) in opening.shown.items()}


def told_by(entry: bytes) -> Facts:
    """What a leaf of ours says; nothing of one that is not ours."""
    try:
        said = leaf.parse(entry)
    except Invalid:
        return {}
    at = datetime.fromtimestamp(said.t / 1000, UTC)
    return {
        "entry": said.id,
        "kind": said.kind.value,
        "out": said.public.get("out"),
        "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
