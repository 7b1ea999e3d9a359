"""`kaimen verify`: is the log whole, is this entry in it, was this promise kept? Without trust in the server, Django or a database.

Exit 0: verified. 1: it does NOT verify. 2: it could not be checked (network, syntax).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import cast

from kaimen.core.errors import Invalid, KaimenError, Missing, Unavailable
from kaimen.core.tlog import commitment, leaf, notes, proof_text, proofs, receipt, tiles, timestamp_text
from kaimen.core.tlog.encoding import b64
from kaimen.core.tlog.hashing import HASH_SIZE, complete_root, leaf_hash, leaf_hashes
from kaimen.core.tlog.policy import NONE, Judgement, Policy, first_use, judge, parse_policy
from kaimen.core.tlog.pruning import Pruning, refuses
from kaimen.core.tlog.verify import extends, includes
from kaimen.engines.log_reading import Source
from kaimen.engines.signing import write_whole
from kaimen.engines.terminal import translate_argparse
from kaimen.engines.verifying_words import SENTENCES, say

VERIFIED, DOES_NOT_VERIFY, NOT_CHECKED = 0, 1, 2
VERDICTS = {VERIFIED: "verified", DOES_NOT_VERIFY: "does_not_verify", NOT_CHECKED: "not_checked"}
SETTLES_WITHIN_MS = 60_000
READ_ALWAYS = 50_000
"""Up to so many entries are read without being asked to."""
NOT_PUBLIC = {401, 403}
_PROOF_ADDRESS = re.compile(r"(https?://.+)/proof/([A-Za-z0-9_-]{22})")
_COUNTED = re.compile(rb'"n":([0-9]+),"node":"([^"]+)"')

Facts = dict[str, "str | int | list[str] | dict[str, object] | None"]


class _SaidError(Exception):
    """An end with a sentence of `verifying_words`."""

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(say(code, **facts))


class DoesNotVerifyError(_SaidError):
    """What was shown is not what was promised. The sentence says which check failed."""


class NotCheckedError(_SaidError):
    """The check could not be made."""


@dataclass
class Found:
    """What a check found, and remarks for people."""

    facts: Facts
    remarks: list[str] = field(default_factory=list[str])


def main(argv: Sequence[str]) -> int:
    """The command."""
    translate_argparse()
    asked = _arguments().parse_args(argv)
    try:
        found, code, reason = _check(asked), VERIFIED, None
    except DoesNotVerifyError as failure:
        found, code, reason = Found({}), DOES_NOT_VERIFY, str(failure)
    except NotCheckedError as failure:
        found, code, reason = Found({}), NOT_CHECKED, str(failure)
    except KaimenError as failure:
        found, code, reason = Found({}), NOT_CHECKED, _because(failure)
    except OSError as failure:
        found, code, reason = Found({}), NOT_CHECKED, say("file", place=failure.filename)
    verdict = "receipt_only" if found.facts.get("rows") else VERDICTS[code]
    if asked.json:
        told = {"verdict": SENTENCES[verdict][0].lower(), "reason": reason, **found.facts, "remarks": found.remarks}
        print(json.dumps(told, ensure_ascii=False))  # noqa: T201
    else:
        for line in [f"{say(verdict)}  {reason or _line(found.facts)}", *found.remarks]:
            print(line, file=sys.stdout if code == VERIFIED else sys.stderr)
    return code


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("kaimen verify", description=say("about"), epilog=say("ends"))
    parser.add_argument("what", help=say("help_what"))
    parser.add_argument("--full", action="store_true", help=say("help_full", most=READ_ALWAYS))
    parser.add_argument("--state", type=_file, metavar="DIR", help=say("help_state"))
    parser.add_argument("--policy", type=_file, metavar="FILE", help=say("help_policy"))
    parser.add_argument("--log", metavar="URL|DIR", help=say("help_log"))
    parser.add_argument("--leaf", type=_file, metavar="FILE", help=say("help_leaf"))
    parser.add_argument("--opening", type=_file, metavar="FILE", help=say("help_opening"))
    parser.add_argument("--tsa-certificate", type=_file, metavar="FILE", help=say("help_certificate"))
    parser.add_argument("--json", action="store_true", help=say("help_json"))
    return parser


def _file(text: str) -> Path:
    if "://" in text:
        raise argparse.ArgumentTypeError(say("file_expected", place=text))
    return Path(text)


def _check(asked: argparse.Namespace) -> Found:
    if address := _PROOF_ADDRESS.fullmatch(asked.what):
        return _check_proof_at(asked, log=address[1], entry=address[2])
    if asked.what.startswith(("http://", "https://")) or Path(asked.what).is_dir():
        with closing(Source(asked.what)) as source:
            policy = _policy(asked.policy)
            if source.read("checkpoint") is None:
                raise NotCheckedError("no_log", what=asked.what, anything=say("anything"))
            return check_log(source, policy, full=asked.full, state=asked.state, certificate=asked.tsa_certificate)
    if "://" in asked.what:
        raise NotCheckedError("scheme", place=asked.what)
    if not asked.log:
        return _check_file(asked, None)
    with closing(Source(asked.log)) as source:
        return _check_file(asked, source)


def _check_proof_at(asked: argparse.Namespace, *, log: str, entry: str) -> Found:
    """The proof that an address serves, held against the log there, or against the one that `--log` names."""
    with closing(Source(log)) as there:
        served = there.read(f"proof/{entry}")
        if served is None:
            raise NotCheckedError("no_proof", log=log, entry=entry)
        text = served.decode("utf-8", "replace")
        if not text.startswith(f"{proof_text.FIRST_LINE}\n"):
            raise NotCheckedError("not_a_proof", what=asked.what)
        if not asked.log:
            found = _check_proof_text(asked, text, there)
        else:
            with closing(Source(asked.log)) as source:
                found = _check_proof_text(asked, text, source)
    if found.facts.get("entry", entry) != entry:
        raise DoesNotVerifyError("another_entry", entry=found.facts["entry"])
    return found


def _check_proof_text(asked: argparse.Namespace, text: str, source: Source | None) -> Found:
    given = asked.leaf.read_bytes() if asked.leaf else b""
    found = check_proof(text, source, _policy(asked.policy), given=given, opening=asked.opening)
    return found if source is None else _and_its_log(found, source, _policy(asked.policy), full=asked.full)


def _check_receipt_text(asked: argparse.Namespace, text: str, source: Source | None) -> Found:
    if source is None:
        raise NotCheckedError("receipt_needs_log")
    found = check_receipt(text, source, _policy(asked.policy))
    return _and_its_log(found, source, _policy(asked.policy), full=asked.full)


def _check_file(asked: argparse.Namespace, source: Source | None) -> Found:
    """A file is told by its first line."""
    text = _text(Path(asked.what))
    if text.lstrip().startswith("{"):
        return _check_answer(asked, text, source)
    match text.split("\n", 1)[0]:
        case proof_text.FIRST_LINE:
            return _check_proof_text(asked, text, source)
        case receipt.RECEIPT:
            return _check_receipt_text(asked, text, source)
        case timestamp_text.FIRST_LINE:
            if asked.tsa_certificate is None:
                raise NotCheckedError("stamp_needs_certificate")
            return check_timestamp(text, source, _policy(asked.policy), certificate=asked.tsa_certificate)
        case _:
            raise NotCheckedError("none_of", what=asked.what, anything=say("anything"))


def _check_answer(asked: argparse.Namespace, text: str, source: Source | None) -> Found:
    """The receipt of an answer of the query API that was saved as JSON, and whether the answer agrees with itself.

    The log holds no rows: that they are those that were given cannot be checked, and the verdict says so.
    """
    try:
        told = json.loads(text)
    except ValueError:
        raise NotCheckedError("no_json", place=asked.what) from None
    try:
        note, entry = told["receipt"]["note"], told["receipt"].get("entry")
    except (KeyError, TypeError, AttributeError):
        note = entry = None
    if not isinstance(note, str):
        raise NotCheckedError("no_receipt", place=asked.what)
    found = _check_receipt_text(asked, note, source)
    if entry is not None and entry != found.facts["entry"]:
        raise DoesNotVerifyError("receipt_exchanged", said=entry, entry=found.facts["entry"])
    rows = told.get("rows")
    if not isinstance(rows, list):
        return found
    held, said = len(cast("list[object]", rows)), told.get("row_count", 0)
    if "row_count" in told and said != held:
        raise DoesNotVerifyError("rows_counted", said=said, found=held)
    found.facts["rows"] = "not checked"
    found.remarks.insert(0, say("rows_not_checked"))
    return found


def _and_its_log(found: Found, source: Source, policy: Policy | None, *, full: bool) -> Found:
    """A promise is worth what its log is worth: a small one is read whole, of a large one it is said what was not read."""
    whole = check_log(source, policy, full=full, state=None)
    read = whole.facts["entries_read"]
    found.facts["entries_read"] = read
    found.remarks += [say("whole_log", read=read)] if read else []
    found.remarks = list(dict.fromkeys([*found.remarks, *whole.remarks]))
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise NotCheckedError("file", place=path) from None


def _policy(path: Path | None) -> Policy | None:
    return parse_policy(_text(path)) if path else None


def _trusted(policy: Policy | None, source: Source | None, found: Found) -> Policy:
    """The policy given, or the keys the log itself shows, which is said."""
    if policy is not None:
        return policy
    if source is None:
        raise NotCheckedError("whose_key")
    found.remarks.append(say("first_use"))
    try:
        return first_use(source.keys())
    except Missing:  # a copy of which only the policy was taken along
        return parse_policy(source.text("policy.txt"))


def _judged(text: str, policy: Policy, found: Found) -> Judgement:
    """The checkpoint of a note. A note that cannot be read or is not signed as it must be does not verify."""
    try:
        judgement = judge(notes.parse(text), policy)
    except Invalid as failure:
        raise _failed(failure) from None
    if not judgement.quorum:
        raise DoesNotVerifyError("no_quorum", found=len(judgement.witnesses), all=len(policy.witnesses))
    head = judgement.checkpoint
    found.facts |= {
        "origin": head.origin,
        "size": head.size,
        "root": b64(head.root),
        "witnesses": sorted(judgement.witnesses),
    }
    if policy.quorum != NONE or policy.witnesses:
        found.remarks.append(say("witnesses_ok", found=len(judgement.witnesses), all=len(policy.witnesses)))
    if judgement.additional:
        found.remarks.append(say("ml_dsa_ok"))
    return judgement


# ------------------------------------------------------------------ the log
def check_log(
    source: Source, policy: Policy | None, *, full: bool, state: Path | None, certificate: Path | None = None
) -> Found:
    """The log agrees with its signed head, with what it was before (`state`), and, if `full`, with all of its entries.

    With a `certificate`, also with the newest time-stamp that it shows.
    """
    found = Found({"what": "log"})
    stamp = source.text("timestamp") if certificate else ""  # before the head, which then has all that was stamped
    text = source.text("checkpoint")
    head = _judged(text, _trusted(policy, source, found), found).checkpoint
    edge = _tree(lambda: tiles.edge_of(head.size, lambda level, n: source.tile(level, n, size=head.size)))
    if tiles.edge_root(edge) != head.root:
        raise DoesNotVerifyError("root")
    memory = _Memory.of(state, head.origin) if state else _Memory()
    memory.compare(source, head, text)
    if head.size <= READ_ALWAYS:
        memory.read, memory.lanes = 0, _Lanes()
    pruned = _pruned(source, head.size)
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
        _, at, stamped = _read_timestamp(stamp, certificate)
        _covered(source, stamped, head)
        found.facts |= {"stamped": _z(at), "stamped_size": stamped.size}
    memory.keep(text)
    return found


def _reads_entries(source: Source, size: int, *, first: int) -> bool:
    """Whether anybody may read the entries of this log, of those that it still serves."""
    return size > first and _bundle(source, first // tiles.WIDTH, size, shown=False) is not None


def _pruned(source: Source, size: int, *, n: int = 0) -> Pruning | None:
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


def _check_hashes(source: Source, first: int, size: int) -> None:
    """Every full tile above pruned entries is hashed into the tile above it."""
    level, count, read = 1, first // tiles.WIDTH, _reader(source, size)
    while count:
        for index in range(count):
            if not _ancestor_fits(read, level, index, size):
                raise DoesNotVerifyError("tiles_disagree", below=level - 1, level=level)
        level, count = level + 1, count // tiles.WIDTH


def _tree(make: Callable[[], tiles.Edge]) -> tiles.Edge:
    try:
        return make()
    except Missing as failure:
        raise DoesNotVerifyError("not_served", path=failure.details.get("path")) from None
    except Invalid:
        raise DoesNotVerifyError("tile_short") from None


def _read_all(source: Source, head: notes.Checkpoint, *, start: int, lanes: _Lanes) -> _Lanes:
    """Hash every entry from `start` on again, compare every tile that they touch, and the root. Counts must have no gap."""
    edge = _tree(lambda: tiles.edge_of(start, lambda level, n: source.tile(level, n, size=start)))
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
        _progress(size, head.size)
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
        if not _continued(source, small, large):
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


# -------------------------------------------------------------- time-stamps
def check_timestamp(text: str, source: Source | None, policy: Policy | None, *, certificate: Path) -> Found:
    """The authority has put its time to a head that the log signed."""
    found = Found({"what": "timestamp"})
    stamp, at, head = _read_timestamp(text, certificate)
    trusted = _trusted(policy, source, found)
    _judged(stamp.note, trusted, found)
    if source is not None:
        now = _judged(source.text("checkpoint"), trusted, found).checkpoint
        _covered(source, head, now)
    found.facts |= {"size": head.size, "root": b64(head.root), "stamped": _z(at)}
    found.remarks = list(dict.fromkeys(found.remarks))
    return found


def _read_timestamp(text: str, certificate: Path) -> tuple[timestamp_text.Timestamp, datetime, notes.Checkpoint]:
    from kaimen.engines.timestamping import authority, stamped_at

    try:
        by = authority(certificate.read_bytes())
    except (OSError, Invalid):
        raise NotCheckedError("certificate", place=certificate) from None
    try:
        stamp = timestamp_text.parse(text)
        note = notes.parse(stamp.note)
        return stamp, stamped_at(stamp.token, note.text.encode(), by=by), notes.parse_checkpoint(note.text)
    except Invalid as failure:
        if (failure.code, failure.details.get("why")) == ("timestamp", "signature"):
            raise DoesNotVerifyError("stamp_signature") from None
        raise DoesNotVerifyError("stamp_unreadable", why=failure.details.get("why", "")) from None


def _covered(source: Source, head: notes.Checkpoint, now: notes.Checkpoint) -> None:
    if now.origin != head.origin:
        raise DoesNotVerifyError("stamp_of_another", origin=head.origin, log=now.origin)
    if now.size < head.size:
        raise NotCheckedError("older_than_stamp", now=now.size, before=head.size)
    if not _continued(source, head, now):
        raise DoesNotVerifyError("stamp_rewritten")


def _z(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


# -------------------------------------------------------- a proof, a receipt
def check_proof(
    text: str, source: Source | None, policy: Policy | None, *, given: bytes, opening: Path | None
) -> Found:
    """The entry is in the log that the proof's checkpoint signs."""
    found = Found({"what": "proof"})
    try:
        proof = proof_text.parse(text)
    except Invalid as failure:
        raise _failed(failure) from None
    entry = given or proof.extra
    if not entry:
        raise NotCheckedError("needs_leaf")
    trusted = _trusted(policy, source, found)
    head = _judged(proof.note, trusted, found).checkpoint
    if not includes(head.root, head.size, leaf=leaf_hash(entry), index=proof.index, path=proof.path):
        raise DoesNotVerifyError("path")
    if source is not None:
        now = _judged(source.text("checkpoint"), trusted, found).checkpoint
        if now.origin != head.origin:
            raise DoesNotVerifyError("proof_of_another", origin=head.origin, log=now.origin)
        if now.size < head.size:
            raise NotCheckedError("older_than_proof", now=now.size, before=head.size)
        if not _continued(source, head, now):
            raise DoesNotVerifyError("proof_rewritten")
        _published(source, found, now, index=proof.index, hashed=leaf_hash(entry))
    found.remarks = list(dict.fromkeys(found.remarks))
    found.facts |= {"index": proof.index, **_said(entry)}
    if opening:
        found.facts["shown"] = _opened(opening, entry)
    return found


def check_receipt(text: str, source: Source, policy: Policy | None) -> Found:
    """The promise was signed by the log's receipt key and was kept."""
    found = Found({"what": "receipt"})
    trusted = _trusted(policy, source, found)
    try:
        note = notes.parse(text)
        promise = receipt.parse(note.text)
        signed = notes.verified_by(
            note, [key for key in trusted.receipt_keys if key.name == f"{promise.origin}/receipt"]
        )
    except Invalid as failure:
        raise _failed(failure) from None
    if not signed:
        raise DoesNotVerifyError("receipt_key")
    head = _judged(source.text("checkpoint"), trusted, found).checkpoint
    if head.origin != promise.origin:
        raise DoesNotVerifyError("receipt_of_another", origin=promise.origin, log=head.origin)
    served = _entry_of(source, promise, head)
    if served is None:
        if datetime.now(UTC) < promise.by:  # noqa: TID251 - the command line reads the clock
            raise NotCheckedError("not_yet", by=_z(promise.by))
        raise DoesNotVerifyError("omitted", by=_z(promise.by))
    proof, entry = served
    inner = _judged(proof.note, trusted, found).checkpoint
    if entry and leaf_hash(entry) != promise.leaf_hash:  # where only auditors read entries, the hash alone is served
        raise DoesNotVerifyError("another_under_number")
    if not includes(inner.root, inner.size, leaf=promise.leaf_hash, index=proof.index, path=proof.path):
        raise DoesNotVerifyError("path")
    newest = max(
        inner, head, key=lambda checkpoint: checkpoint.size
    )  # the log may have grown between the two questions
    read = _published(source, found, newest, index=proof.index, hashed=promise.leaf_hash, shown=bool(entry))
    found.facts |= {"index": proof.index, "entry": promise.entry, **_said(entry or read)}
    found.remarks = list(dict.fromkeys(found.remarks))
    return found


def _entry_of(
    source: Source, promise: receipt.Promise, head: notes.Checkpoint
) -> tuple[proof_text.Proof, bytes] | None:
    """The proof that the log serves for this entry; from a folder of files it is found by its leaf hash, and made from tiles."""
    served = source.read(f"proof/{promise.entry}")
    if served is not None:
        try:
            proof = proof_text.parse(served.decode())
        except (Invalid, UnicodeDecodeError):
            raise DoesNotVerifyError("served_proof") from None
        return proof, proof.extra
    read = _reader(source, head.size)
    whole = tiles.edge_root(_tree(lambda: tiles.edge_of(head.size, read))) == head.root
    for n in range(-(-head.size // tiles.WIDTH) - 1, -1, -1):  # newest first
        hashes = _read_tile(read, 0, n)
        at = next((at for at in range(0, len(hashes), 32) if hashes[at : at + 32] == promise.leaf_hash), None)
        if at is not None:
            index = n * tiles.WIDTH + at // 32
            path = _path(read, index, head.size)
            return proof_text.Proof(index=index, path=path, note=source.text("checkpoint")), b""
        whole = whole and _ancestor_fits(read, 1, n, head.size)
    if not whole:
        raise DoesNotVerifyError("not_in_tiles")
    return None


# ------------------------------------------------- the files as published
Tiles = Callable[[int, int], bytes]
"""`read(level, n)`: the hashes of a tile at the size at hand."""


def _published(
    source: Source, found: Found, head: notes.Checkpoint, *, index: int, hashed: bytes, shown: bool = False
) -> bytes:
    """The files that everybody reads hold this entry: its tiles lead to the signed root and its bundle is what was hashed.

    The entry; empty where entries are not public, which is said. `shown`: the log has shown the entry itself, so it must publish it.
    """
    read = _reader(source, head.size)
    n, place = divmod(index, tiles.WIDTH)
    hashes = _read_tile(read, 0, n)
    if hashes[place * HASH_SIZE :][:HASH_SIZE] != hashed:
        raise DoesNotVerifyError("another_hash", n=n, entry=index)
    if not includes(head.root, head.size, leaf=hashed, index=index, path=_path(read, index, head.size)):
        raise DoesNotVerifyError("tiles_path")
    level = 1
    while head.size >> (8 * level):
        if not _ancestor_fits(read, level, index >> (8 * level), head.size):
            raise DoesNotVerifyError("tiles_disagree", below=level - 1, level=level)
        level += 1
    if (pruned := _pruned(source, head.size, n=n)) is not None:
        found.remarks.append(say("pruned_entry", first=pruned.first, digest=b64(pruned.digest)))
        return b""
    leaves = _bundle(source, n, head.size, shown=shown)
    if leaves is None:
        found.remarks.append(say("entry_not_public"))
        return b""
    if b"".join(leaf_hashes(leaves)) != hashes:
        at = next((at for at, one in enumerate(leaf_hashes(leaves)) if one != hashes[at * HASH_SIZE :][:HASH_SIZE]), 0)
        raise DoesNotVerifyError("entry_changed", entry=n * tiles.WIDTH + at)
    found.remarks.append(say("entry_compared"))
    return leaves[place]


def _reader(source: Source, size: int) -> Tiles:
    """Each tile is read once."""

    @cache
    def read(level: int, n: int) -> bytes:
        return source.tile(level, n, size=size)

    return read


def _read_tile(read: Tiles, level: int, n: int) -> bytes:
    try:
        return read(level, n)
    except Missing as failure:
        raise DoesNotVerifyError("not_served", path=failure.details.get("path")) from None


def _path(read: Tiles, index: int, size: int) -> list[bytes]:
    try:
        return proofs.inclusion(index, size, proofs.nodes(read))
    except Missing as failure:
        raise DoesNotVerifyError("not_served", path=failure.details.get("path")) from None
    except Invalid:
        raise DoesNotVerifyError("tile_short") from None


def _ancestor_fits(read: Tiles, level: int, index: int, size: int) -> bool:
    """Hash `index` of this level is that of the full tile under it. A tile that is not full has no hash above it yet."""
    if (index + 1) << (8 * level) > size:
        return True
    n, place = divmod(index, tiles.WIDTH)
    under = _read_tile(read, level - 1, index)
    above = _read_tile(read, level, n)[place * HASH_SIZE :][:HASH_SIZE]
    return len(under) == tiles.FULL and complete_root(under) == above


def _bundle(source: Source, n: int, size: int, *, shown: bool) -> list[bytes] | None:
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


def _continued(source: Source, small: notes.Checkpoint, large: notes.Checkpoint) -> bool:
    """The larger tree begins with the smaller one, by the published tiles."""
    if small.size == large.size:
        return small.root == large.root
    try:
        node = proofs.nodes(lambda level, n: source.tile(level, n, size=large.size))
        path = proofs.consistency(small.size, large.size, node) if small.size else []
        return small.size == 0 or extends(small.root, small.size, large.root, large.size, path)
    except (Missing, Invalid):
        return False


def _opened(path: Path, entry: bytes) -> dict[str, object]:
    try:
        opening = commitment.parse_opening(json.loads(_text(path)))
    except (ValueError, Invalid):
        raise NotCheckedError("no_opening", place=path) from None
    said = leaf.parse(entry)
    if opening.entry != said.id or not commitment.opens(opening, said.c):
        raise DoesNotVerifyError("opening_differs")
    return {name: value for name, (value, _) in opening.shown.items()}


def _said(entry: bytes) -> Facts:
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


# -------------------------------------------------------------------- words
def _line(facts: Facts) -> str:
    size, read = facts["size"], facts.get("entries_read")
    if "index" in facts:
        where = say("entry_of", index=facts["index"], size=size)
    else:
        where = say("tree_of" if read == 0 and size else "entries", size=size)
    parts = [where, str(facts["origin"]), *[str(facts[name]) for name in ("kind", "out", "at") if facts.get(name)]]
    if read:
        since = facts.get("entries_from")
        parts.append(say("compared", read=read) if since is None else say("compared_from", read=read, first=since))
    if "stamped" in facts:
        parts.append(say("stamped", size=facts.get("stamped_size", size), at=facts["stamped"]))
    if "shown" in facts:
        parts.append(json.dumps(facts["shown"], ensure_ascii=False))
    return "  ".join(parts)


def _reason(failure: KaimenError) -> tuple[str, dict[str, object]]:
    """The sentence for a refusal of the rules, and its facts."""
    told = failure.details
    match failure:
        case Unavailable(code="ml_dsa_missing"):
            return "ml_dsa_missing", {}
        case Unavailable():
            return "unreachable", {"place": told.get("place")}
        case Missing():
            return "nothing_there", {"path": told.get("path")}
        case _ if told.get("why") == "signature":
            return "signature", {"name": told.get("name")}
        case _ if told.get("why") == "log_key":
            return "log_key", {}
        case _ if failure.code == "policy":
            return "policy", {"line": told.get("line")}
        case _:
            return "form", {"code": " ".join(filter(None, (failure.code, str(told.get("why", "")))))}


def _because(failure: KaimenError) -> str:
    code, facts = _reason(failure)
    return say(code, **facts)


def _failed(failure: KaimenError) -> DoesNotVerifyError:
    code, facts = _reason(failure)
    return DoesNotVerifyError(code, **facts)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty() and (done == total or done % (tiles.WIDTH * 64) == 0):
        told = say("progress", done=done, total=total)
        print(f"\r{told}", end="\n" if done == total else "", file=sys.stderr)  # noqa: T201
