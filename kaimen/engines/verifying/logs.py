"""The whole log: its head, its growth since the last look, every entry of every lane."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from kaimen.core.errors import Invalid, Missing
from kaimen.core.tlog import leaf, notes, tiles
from kaimen.core.tlog.encoding import b64
from kaimen.core.tlog.hashing import HASH_SIZE, leaf_hashes
from kaimen.core.tlog.policy import Policy
from kaimen.engines.log_reading import Source
from kaimen.engines.signing import write_whole
from kaimen.engines.verifying.published import ancestor_fits, bundle, continues, pruning_of, reader_of, tree_of
from kaimen.engines.verifying.stamps import in_utc, must_cover, read_timestamp
from kaimen.engines.verifying.telling import DoesNotVerifyError, Found, NotCheckedError, progress
from kaimen.engines.verifying.trust import judged_head, trusted_keys
from kaimen.engines.verifying.words import say

SETTLES_WITHIN_MS = 60_000


READ_ALWAYS = 50_000
"""Up to so many entries are read without being asked to."""


_COUNTED = re.compile(rb'"n":([0-9]+),"node":"([^"]+)"')


def check_log(
    source: Source, policy: Policy | None, *, full: bool, state: Path | None, certificate: Path | None = None
) -> Found:
    """The log agrees with its signed head, with what it was before (`state`), and, if `full`, with all of its entries.

    With a `certificate`, also with the newest time-stamp that it shows.
    """
    found = Found({"what": "log"})
    stamp = source.text("timestamp") if certificate else ""  # before the head, which then has all that was stamped
    text = source.text("checkpoint")
    head = judged_head(text, trusted_keys(policy, source, found), found).checkpoint
    edge = tree_of(lambda: tiles.edge_of(head.size, lambda level, n: source.tile(level, n, size=head.size)))
    if tiles.edge_root(edge) != head.root:
        raise DoesNotVerifyError("root")
    memory = _Memory.of(state, head.origin) if state else _Memory()
    memory.compare(source, head, text)
    if head.size <= READ_ALWAYS:
        memory.read, memory.lanes = 0, _Lanes()
    pruned = pruning_of(source, head.size)
    first = pruned.first if pruned else 0
    if memory.read < first:
        memory.read, memory.lanes = first, _Lanes(begun=True)
    if full or (head.size <= READ_ALWAYS and _reads_entries(source, head.size, first=first)):
        if pruned:
            _check_hashes(source, first, head.size)
            found.facts["entries_from"] = first
            found.remarks.append(say("pruned_hashes", first=first, digest=b64(pruned.digest)))
        _compare_narrower(source, head.size)
        lanes = _read_all(source, head, start=memory.read, lanes=memory.lanes)
        found.facts["entries_read"] = head.size - memory.read
        memory.lanes, memory.read = lanes, head.size
    else:
        found.facts["entries_read"] = 0
        large = head.size > READ_ALWAYS
        found.remarks.append(say("use_full" if large else "not_public"))
    if certificate:
        _, at, stamped = read_timestamp(stamp, certificate)
        must_cover(source, stamped, head)
        found.facts |= {"stamped": in_utc(at), "stamped_size": stamped.size}
    memory.keep(text)
    return found


def _reads_entries(source: Source, size: int, *, first: int) -> bool:
    """Whether anybody may read the entries of this log, of those that it still serves."""
    return size > first and bundle(source, first // tiles.WIDTH, size, shown=False) is not None


def _check_hashes(source: Source, first: int, size: int) -> None:
    """Every full tile above pruned entries is hashed into the tile above it."""
    level, count, read = 1, first // tiles.WIDTH, reader_of(source, size)
    while count:
        for index in range(count):
            if not ancestor_fits(read, level, index, size):
                raise DoesNotVerifyError("tiles_disagree", below=level - 1, level=level)
        level, count = level + 1, count // tiles.WIDTH


def _read_all(source: Source, head: notes.Checkpoint, *, start: int, lanes: _Lanes) -> _Lanes:
    """Hash every entry from `start` on again, compare every tile that they touch, and the root. Counts must have no gap."""
    edge = tree_of(lambda: tiles.edge_of(start, lambda level, n: source.tile(level, n, size=start)))
    size, last = start, b""
    while size < head.size:
        try:
            leaves = source.bundle(size // tiles.WIDTH, size=head.size)[size % tiles.WIDTH :]
        except Missing as failure:
            raise DoesNotVerifyError("not_served", path=failure.details.get("path")) from None
        except Invalid:
            raise DoesNotVerifyError("bundle_with", entry=size) from None
        growth = tiles.integrate(size, edge, leaf_hashes(leaves))
        if not leaves or growth.size > head.size:
            raise DoesNotVerifyError("bundle_length", entry=size)
        _compare(source, growth, head.size)
        lanes.count(leaves, size)
        size, edge, last = growth.size, growth.edge, leaves[-1]
        progress(size, head.size)
    if tiles.edge_root(edge) != head.root:
        raise DoesNotVerifyError("entries_root")
    if last:
        lanes.settle(leaf.parse(last).t)
    return lanes


def _compare_narrower(source: Source, size: int) -> None:
    """What stands in a folder from smaller sizes is the beginning of what stands there now."""
    for address in source.narrower():
        level = address.level or 0
        if address.n * tiles.WIDTH + address.width > size >> (8 * level):
            continue  # written for a head that is not published yet
        data = source.read(address.path())
        try:
            now = (
                tiles.bundle(source.bundle(address.n, size=size)[: address.width])
                if address.level is None
                else source.tile(level, address.n, size=size)[: address.width * HASH_SIZE]
            )
        except Missing:  # pruned, or missing: who reads the entries says so
            continue
        except Invalid:
            raise DoesNotVerifyError("bundle", n=address.n) from None
        if data is not None and data != now:
            raise DoesNotVerifyError("not_the_beginning", path=address.path())


def _compare(source: Source, growth: tiles.Growth, size: int) -> None:
    """Tiles that have got all that they will have at this size are the served ones."""
    for tile in growth.tiles:
        if len(tile.data) == 32 * min(tiles.WIDTH, (size >> (8 * tile.level)) - tile.n * tiles.WIDTH) and (
            _served(source, tile, size) != tile.data
        ):
            raise DoesNotVerifyError("tile_differs", n=tile.n, level=tile.level)


def _served(source: Source, tile: tiles.Tile, size: int) -> bytes | None:
    try:
        return source.tile(tile.level, tile.n, size=size)
    except Missing:
        return None


@dataclass
class _Lanes:
    """Per node: the next number expected, and numbers that came before their turn, each with its entry's time.

    Transactions are ordered by when they began, counters by when they ended, so neighbours may come exchanged; but each number comes
    once, and a number that is still missing after a minute was taken out, or never put in.
    """

    next: dict[str, int] = field(default_factory=dict[str, int])
    ahead: dict[str, dict[int, int]] = field(default_factory=dict[str, dict[int, int]])
    likely: str = ""
    begun: bool = False
    """Entries before were pruned: a node's first number may be any, and one below it may follow it."""
    first: dict[str, int] = field(default_factory=dict[str, int])
    late: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])
    _of_likely: Callable[[bytes], list[bytes]] = re.compile(rb'"n":([0-9]+),"node":""').findall

    def count(self, leaves: list[bytes], first: int) -> None:
        """Take note of a bundle's numbers; nearly always they are one node's next ones, which is seen without looking at each."""
        joined = b"".join(leaves)
        numbers = list(map(int, self._of_likely(joined)))
        if len(numbers) == len(leaves):
            node, least, most = self.likely, min(numbers), max(numbers)
            if (
                not self.ahead.get(node)
                and least == self.next.get(node, 1)
                and most - least + 1 == len(set(numbers)) == len(numbers)
            ):
                self.next[node] = most + 1
                return
        counted = _COUNTED.findall(joined)
        if len(counted) != len(leaves):
            raise DoesNotVerifyError("no_leaf", first=first, last=first + len(leaves) - 1)
        for place, (digits, node_bytes) in enumerate(counted):
            self._count_one(node_bytes.decode(), int(digits), first + place, leaves[place])
        self.likely = counted[-1][1].decode()
        self._of_likely = re.compile(rb'"n":([0-9]+),"node":"%b"' % re.escape(counted[-1][1])).findall

    def _count_one(self, node: str, number: int, index: int, entry: bytes) -> None:
        if self.begun and node not in self.next:
            self.next[node] = self.first[node] = number
        if number < self.first.get(node, 0) and (node, number) not in self.late:
            self.late.add((node, number))
            return
        expected, waiting = self.next.get(node, 1), self.ahead.setdefault(node, {})
        if number < expected or number in waiting:
            raise DoesNotVerifyError("number_twice", number=number, node=node, entry=index)
        if number > expected:
            waiting[number] = leaf.parse(entry).t
            return
        expected += 1
        while waiting.pop(expected, None) is not None:
            expected += 1
        self.next[node] = expected

    def settle(self, newest_ms: int) -> None:
        for node, waiting in self.ahead.items():
            if waiting and newest_ms - min(waiting.values()) > SETTLES_WITHIN_MS:
                raise DoesNotVerifyError("number_missing", number=self.next.get(node, 1), node=node)


@dataclass
class _Memory:
    """What was seen of this log before: monitor mode."""

    folder: Path | None = None
    path: Path | None = None
    note: str = ""
    read: int = 0
    lanes: _Lanes = field(default_factory=_Lanes)

    @classmethod
    def of(cls, folder: Path, origin: str) -> _Memory:
        path = folder / f"{sha256(origin.encode()).hexdigest()}.json"
        try:
            kept = json.loads(path.read_text("utf-8"))
            lanes = _Lanes(
                kept["next"],
                {node: {int(n): t for n, t in waiting.items()} for node, waiting in kept["ahead"].items()},
                begun=bool(kept.get("begun")),
            )
            return cls(folder, path, str(kept["note"]), int(kept["read"]), lanes)
        except FileNotFoundError:
            return cls(folder, path)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise NotCheckedError("file", place=path) from None

    def compare(self, source: Source, head: notes.Checkpoint, text: str) -> None:
        """The new head continues the one that was kept."""
        if not self.note:
            return
        before = notes.parse_checkpoint(notes.parse(self.note).text)
        small, large = sorted((before, head), key=lambda checkpoint: checkpoint.size)
        if not continues(source, small, large):
            self._accuse(text)
        if head.size < before.size:
            raise NotCheckedError("older", now=head.size, before=before.size)

    def _accuse(self, text: str) -> None:
        """Two notes that cannot both be true are proof of misbehaviour: keep them."""
        assert self.folder is not None  # noqa: S101 - there is something to compare with
        stem = f"fork-{sha256(text.encode()).hexdigest()[:16]}"
        for name, content in ((f"{stem}-before.note", self.note), (f"{stem}-now.note", text)):
            write_whole(self.folder / name, content.encode())
        raise DoesNotVerifyError("rewritten", stem=stem)

    def keep(self, text: str) -> None:
        if self.path is None or self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        lanes = {"next": self.lanes.next, "ahead": self.lanes.ahead, "begun": self.lanes.begun}
        kept = {"note": text, "read": self.read, **lanes}
        write_whole(self.path, json.dumps(kept).encode())
