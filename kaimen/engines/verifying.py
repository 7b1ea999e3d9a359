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

from kaimen.core.errors import Invalid, KaimenError, Missing, Unavailable
from kaimen.core.tlog import commitment, leaf, notes, proof_text, proofs, receipt, tiles, timestamp_text
from kaimen.core.tlog.encoding import b64
from kaimen.core.tlog.hashing import HASH_SIZE, complete_root, leaf_hash, leaf_hashes
from kaimen.core.tlog.policy import NONE, Judgement, Policy, first_use, judge, parse_policy
from kaimen.core.tlog.pruning import Pruning, refuses
from kaimen.core.tlog.verify import extends, includes
from kaimen.engines.log_reading import Source
from kaimen.engines.signing import write_whole

VERIFIED, DOES_NOT_VERIFY, NOT_CHECKED = 0, 1, 2
WORDS = {VERIFIED: "verified", DOES_NOT_VERIFY: "DOES NOT VERIFY", NOT_CHECKED: "not checked"}
SETTLES_WITHIN_MS = 60_000
READ_ALWAYS = 50_000
"""Up to so many entries are read without being asked to."""
NOT_PUBLIC = {401, 403}
_PROOF_ADDRESS = re.compile(r"(https?://.+)/proof/([A-Za-z0-9_-]{22})")
ANYTHING = (
    "what can be checked: the address or folder of a log, the address of a proof (…/log/proof/ID), and as a file a .tlog-proof, a receipt, "
    "an answer of POST /api/v1/query in JSON, a time-stamp"
)
_COUNTED = re.compile(rb'"n":([0-9]+),"node":"([^"]+)"')

Facts = dict[str, "str | int | list[str] | dict[str, object] | None"]


class DoesNotVerifyError(Exception):
    """What was shown is not what was promised. The text says which check failed."""


class NotCheckedError(Exception):
    """The check could not be made."""


@dataclass
class Found:
    """What a check found, and remarks for people."""

    facts: Facts
    remarks: list[str] = field(default_factory=list[str])


def main(argv: Sequence[str]) -> int:
    """The command."""
    asked = _arguments().parse_args(argv)
    try:
        found, code, reason = _check(asked), VERIFIED, None
    except DoesNotVerifyError as failure:
        found, code, reason = Found({}), DOES_NOT_VERIFY, str(failure)
    except NotCheckedError as failure:
        found, code, reason = Found({}), NOT_CHECKED, str(failure)
    except KaimenError as failure:
        found, code, reason = Found({}), NOT_CHECKED, _because(failure)
    if asked.json:
        print(json.dumps({"verdict": WORDS[code].lower(), "reason": reason, **found.facts, "remarks": found.remarks}))  # noqa: T201
    else:
        for line in [f"{WORDS[code]}  {reason or _line(found.facts)}", *found.remarks]:
            print(line, file=sys.stdout if code == VERIFIED else sys.stderr)
    return code


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "kaimen verify", description="Check a log, a proof or a receipt, without trust in its server."
    )
    parser.add_argument(
        "what",
        help="address or folder of a log, address of a proof, or a file: a .tlog-proof, a receipt, a JSON answer",
    )
    parser.add_argument(
        "--full", action="store_true", help=f"read every entry also of a log with more than {READ_ALWAYS}"
    )
    parser.add_argument(
        "--state", type=Path, metavar="DIR", help="remember the checkpoint; next time check that it was continued"
    )
    parser.add_argument("--policy", type=Path, metavar="FILE", help="tlog-policy file: whose signatures count")
    parser.add_argument("--log", metavar="URL|DIR", help="where the log of a proof or receipt is")
    parser.add_argument("--leaf", type=Path, metavar="FILE", help="the entry itself, where the proof does not carry it")
    parser.add_argument("--opening", type=Path, metavar="FILE", help="private fields that were shown to you")
    parser.add_argument(
        "--tsa-certificate",
        type=Path,
        metavar="FILE",
        help="PEM of the time-stamp authority, its root among them: check the time that it put to the log",
    )
    parser.add_argument("--json", action="store_true", help="for machines")
    return parser


def _check(asked: argparse.Namespace) -> Found:
    if address := _PROOF_ADDRESS.fullmatch(asked.what):
        return _check_proof_at(asked, log=address[1], entry=address[2])
    if asked.what.startswith(("http://", "https://")) or Path(asked.what).is_dir():
        with closing(Source(asked.what)) as source:
            policy = _policy(asked.policy)
            if source.read("checkpoint") is None:
                raise NotCheckedError(f"{asked.what} is no log, there is no checkpoint; {ANYTHING}")
            return check_log(source, policy, full=asked.full, state=asked.state, certificate=asked.tsa_certificate)
    if not asked.log:
        return _check_file(asked, None)
    with closing(Source(asked.log)) as source:
        return _check_file(asked, source)


def _check_proof_at(asked: argparse.Namespace, *, log: str, entry: str) -> Found:
    """The proof that an address serves, held against the log there, or against the one that `--log` names."""
    with closing(Source(log)) as there:
        served = there.read(f"proof/{entry}")
        if served is None:
            raise NotCheckedError(f"{log} has no proof of {entry}: no such entry, or it is not in the log yet")
        text = served.decode("utf-8", "replace")
        if not text.startswith(f"{proof_text.FIRST_LINE}\n"):
            raise NotCheckedError(f"what {asked.what} serves is not a proof")
        if not asked.log:
            found = _check_proof_text(asked, text, there)
        else:
            with closing(Source(asked.log)) as source:
                found = _check_proof_text(asked, text, source)
    if found.facts.get("entry", entry) != entry:
        raise DoesNotVerifyError(f"the proof is of another entry, {found.facts['entry']}")
    return found


def _check_proof_text(asked: argparse.Namespace, text: str, source: Source | None) -> Found:
    given = asked.leaf.read_bytes() if asked.leaf else b""
    found = check_proof(text, source, _policy(asked.policy), given=given, opening=asked.opening)
    return found if source is None else _and_its_log(found, source, _policy(asked.policy), full=asked.full)


def _check_receipt_text(asked: argparse.Namespace, text: str, source: Source | None) -> Found:
    if source is None:
        raise NotCheckedError("a receipt is checked against its log: give --log URL|DIR")
    found = check_receipt(text, source, _policy(asked.policy))
    return _and_its_log(found, source, _policy(asked.policy), full=asked.full)


def _check_file(asked: argparse.Namespace, source: Source | None) -> Found:
    """A file is told by its first line."""
    text = _text(Path(asked.what))
    if text.lstrip().startswith("{"):
        found = _check_receipt_text(asked, _receipt_in(text, asked.what), source)
        found.remarks.append("checked: the receipt of this answer, not its rows")
        return found
    match text.split("\n", 1)[0]:
        case proof_text.FIRST_LINE:
            return _check_proof_text(asked, text, source)
        case receipt.RECEIPT:
            return _check_receipt_text(asked, text, source)
        case timestamp_text.FIRST_LINE:
            if asked.tsa_certificate is None:
                raise NotCheckedError(
                    "a time-stamp is checked by its authority's certificate: give --tsa-certificate FILE"
                )
            return check_timestamp(text, source, _policy(asked.policy), certificate=asked.tsa_certificate)
        case _:
            raise NotCheckedError(f"{asked.what} is none of {ANYTHING}")


def _receipt_in(text: str, place: str) -> str:
    """The receipt's note in an answer of the query API that was saved as JSON."""
    try:
        note = json.loads(text)["receipt"]["note"]
    except ValueError:
        raise NotCheckedError(f"{place} begins like JSON and cannot be read as JSON: was it saved whole?") from None
    except (KeyError, TypeError):
        note = None
    if not isinstance(note, str):
        raise NotCheckedError(
            f"{place} is JSON without a receipt: an answer of POST /api/v1/query has it in receipt.note"
        )
    return note


def _and_its_log(found: Found, source: Source, policy: Policy | None, *, full: bool) -> Found:
    """A promise is worth what its log is worth: a small one is read whole, of a large one it is said what was not read."""
    whole = check_log(source, policy, full=full, state=None)
    read = whole.facts["entries_read"]
    found.facts["entries_read"] = read
    found.remarks += [f"the whole log was read: {read} entries"] if read else []
    found.remarks = list(dict.fromkeys([*found.remarks, *whole.remarks]))
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise NotCheckedError(f"{path} cannot be read") from None


def _policy(path: Path | None) -> Policy | None:
    return parse_policy(_text(path)) if path else None


def _trusted(policy: Policy | None, source: Source | None, found: Found) -> Policy:
    """The policy given, or the keys the log itself shows, which is said."""
    if policy is not None:
        return policy
    if source is None:
        raise NotCheckedError("whose signature counts? give --policy FILE, or --log URL|DIR for a first look")
    found.remarks.append("first use: keys not confirmed elsewhere")
    try:
        return first_use(source.keys())
    except Missing:  # a copy of which only the policy was taken along
        return parse_policy(source.text("policy.txt"))


def _judged(text: str, policy: Policy, found: Found) -> Judgement:
    """The checkpoint of a note. A note that cannot be read or is not signed as it must be does not verify."""
    try:
        judgement = judge(notes.parse(text), policy)
    except Invalid as failure:
        raise DoesNotVerifyError(_because(failure)) from None
    if not judgement.quorum:
        raise DoesNotVerifyError(
            f"witnesses {len(judgement.witnesses)} of {len(policy.witnesses)}: not the quorum that the policy asks for"
        )
    head = judgement.checkpoint
    found.facts |= {
        "origin": head.origin,
        "size": head.size,
        "root": b64(head.root),
        "witnesses": sorted(judgement.witnesses),
    }
    if policy.quorum != NONE or policy.witnesses:
        found.remarks.append(f"log key ok, witnesses {len(judgement.witnesses)} of {len(policy.witnesses)}")
    if judgement.additional:
        found.remarks.append("ML-DSA-44 line ok")
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
        raise DoesNotVerifyError("the tiles do not give the signed root")
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
            found.remarks.append(
                f"entries below {first} are pruned, under the policy with digest {b64(pruned.digest)}: of them the hashes were checked"
            )
        _compare_narrower(source, head.size)
        lanes = _read_all(source, head, start=memory.read, lanes=memory.lanes)
        found.facts["entries_read"] = head.size - memory.read
        memory.lanes, memory.read = lanes, head.size
    else:
        found.facts["entries_read"] = 0
        large = head.size > READ_ALWAYS
        found.remarks.append(
            "entries not read, use --full" if large else "entries of this log are not public: not read"
        )
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
        raise DoesNotVerifyError(f"the log says to be pruned below {said.minimum}, and has {size} entries")
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
                raise DoesNotVerifyError(f"the published tiles of level {level - 1} and {level} do not agree")
        level, count = level + 1, count // tiles.WIDTH


def _tree(make: Callable[[], tiles.Edge]) -> tiles.Edge:
    try:
        return make()
    except Missing as failure:
        raise DoesNotVerifyError(f"the log does not serve {failure.details.get('path')}") from None
    except Invalid:
        raise DoesNotVerifyError("a tile is too short") from None


def _read_all(source: Source, head: notes.Checkpoint, *, start: int, lanes: _Lanes) -> _Lanes:
    """Hash every entry from `start` on again, compare every tile that they touch, and the root. Counts must have no gap."""
    edge = _tree(lambda: tiles.edge_of(start, lambda level, n: source.tile(level, n, size=start)))
    size, last = start, b""
    while size < head.size:
        try:
            leaves = source.bundle(size // tiles.WIDTH, size=head.size)[size % tiles.WIDTH :]
        except Missing as failure:
            raise DoesNotVerifyError(f"the log does not serve {failure.details.get('path')}") from None
        except Invalid:
            raise DoesNotVerifyError(f"the bundle with entry {size} is damaged") from None
        growth = tiles.integrate(size, edge, leaf_hashes(leaves))
        if not leaves or growth.size > head.size:
            raise DoesNotVerifyError(f"the bundle with entry {size} is too short or too long")
        _compare(source, growth, head.size)
        lanes.count(leaves, size)
        size, edge, last = growth.size, growth.edge, leaves[-1]
        _progress(size, head.size)
    if tiles.edge_root(edge) != head.root:
        raise DoesNotVerifyError("the entries do not give the signed root")
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
            raise DoesNotVerifyError(f"bundle {address.n} is damaged") from None
        if data is not None and data != now:
            raise DoesNotVerifyError(f"{address.path()} is not the beginning of what is published now")


def _compare(source: Source, growth: tiles.Growth, size: int) -> None:
    """Tiles that have got all that they will have at this size are the served ones."""
    for tile in growth.tiles:
        if len(tile.data) == 32 * min(tiles.WIDTH, (size >> (8 * tile.level)) - tile.n * tiles.WIDTH) and (
            _served(source, tile, size) != tile.data
        ):
            raise DoesNotVerifyError(f"tile {tile.n} of level {tile.level} is not what the entries give")


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
            raise DoesNotVerifyError(f"among entries {first} to {first + len(leaves) - 1} is one that is not a leaf")
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
            raise DoesNotVerifyError(f"number {number} of {node} came twice (entry {index})")
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
                raise DoesNotVerifyError(f"number {self.next.get(node, 1)} of {node} is missing")


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
            raise NotCheckedError(f"{path} cannot be read") from None

    def compare(self, source: Source, head: notes.Checkpoint, text: str) -> None:
        """The new head continues the one that was kept."""
        if not self.note:
            return
        before = notes.parse_checkpoint(notes.parse(self.note).text)
        small, large = sorted((before, head), key=lambda checkpoint: checkpoint.size)
        if not _continued(source, small, large):
            self._accuse(text)
        if head.size < before.size:
            raise NotCheckedError(
                f"the log shows {head.size} entries, less than the {before.size} seen before: an old copy?"
            )

    def _accuse(self, text: str) -> None:
        """Two notes that cannot both be true are proof of misbehaviour: keep them."""
        assert self.folder is not None  # noqa: S101 - there is something to compare with
        stem = f"fork-{sha256(text.encode()).hexdigest()[:16]}"
        for name, content in ((f"{stem}-before.note", self.note), (f"{stem}-now.note", text)):
            write_whole(self.folder / name, content.encode())
        raise DoesNotVerifyError(f"the log was rewritten: both notes are kept as {stem}-*.note")

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
        raise NotCheckedError(f"{certificate} is not the PEM of an authority with its root certificate") from None
    try:
        stamp = timestamp_text.parse(text)
        note = notes.parse(stamp.note)
        return stamp, stamped_at(stamp.token, note.text.encode(), by=by), notes.parse_checkpoint(note.text)
    except Invalid as failure:
        if (failure.code, failure.details.get("why")) == ("timestamp", "signature"):
            raise DoesNotVerifyError("the time-stamp is not by that authority, or not over this head") from None
        raise DoesNotVerifyError(f"the time-stamp cannot be read ({failure.details.get('why', '')})") from None


def _covered(source: Source, head: notes.Checkpoint, now: notes.Checkpoint) -> None:
    if now.origin != head.origin:
        raise DoesNotVerifyError(f"the time-stamp is of {head.origin}, this log is {now.origin}")
    if now.size < head.size:
        raise NotCheckedError(
            f"the log shows {now.size} entries, less than the {head.size} of the time-stamp: an old copy?"
        )
    if not _continued(source, head, now):
        raise DoesNotVerifyError("the log does not continue the head that was time-stamped: it was rewritten")


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
        raise DoesNotVerifyError(_because(failure)) from None
    entry = given or proof.extra
    if not entry:
        raise NotCheckedError("the proof does not carry its entry: give --leaf FILE")
    trusted = _trusted(policy, source, found)
    head = _judged(proof.note, trusted, found).checkpoint
    if not includes(head.root, head.size, leaf=leaf_hash(entry), index=proof.index, path=proof.path):
        raise DoesNotVerifyError("the path does not lead from the entry to the signed root")
    if source is not None:
        now = _judged(source.text("checkpoint"), trusted, found).checkpoint
        if now.origin != head.origin:
            raise DoesNotVerifyError(f"the proof is of {head.origin}, this log is {now.origin}")
        if now.size < head.size:
            raise NotCheckedError(
                f"the log shows {now.size} entries, less than the {head.size} of the proof: an old copy?"
            )
        if not _continued(source, head, now):
            raise DoesNotVerifyError("the log does not continue what the proof was made of: it was rewritten")
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
        raise DoesNotVerifyError(_because(failure)) from None
    if not signed:
        raise DoesNotVerifyError("the receipt is not signed by a receipt key of its log")
    head = _judged(source.text("checkpoint"), trusted, found).checkpoint
    if head.origin != promise.origin:
        raise DoesNotVerifyError(f"the receipt is for {promise.origin}, this log is {head.origin}")
    served = _entry_of(source, promise, head)
    if served is None:
        if datetime.now(UTC) < promise.by:  # noqa: TID251 - the command line reads the clock
            raise NotCheckedError(f"not in the log yet; promised by {promise.by:%Y-%m-%dT%H:%M:%SZ}")
        raise DoesNotVerifyError(
            f"promised by {promise.by:%Y-%m-%dT%H:%M:%SZ} and not in the log: keep this receipt, it proves an omission"
        )
    proof, entry = served
    inner = _judged(proof.note, trusted, found).checkpoint
    if entry and leaf_hash(entry) != promise.leaf_hash:  # where only auditors read entries, the hash alone is served
        raise DoesNotVerifyError("the log has another entry under this number than was promised")
    if not includes(inner.root, inner.size, leaf=promise.leaf_hash, index=proof.index, path=proof.path):
        raise DoesNotVerifyError("the path does not lead from the entry to the signed root")
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
            raise DoesNotVerifyError("the proof that the log serves cannot be read") from None
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
        raise DoesNotVerifyError("the entry is not in the published tiles, and these do not give the signed root")
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
        raise DoesNotVerifyError(f"the published tile {n} of level 0 has another hash for entry {index}")
    if not includes(head.root, head.size, leaf=hashed, index=index, path=_path(read, index, head.size)):
        raise DoesNotVerifyError("the published tiles do not lead from the entry to the signed root")
    level = 1
    while head.size >> (8 * level):
        if not _ancestor_fits(read, level, index >> (8 * level), head.size):
            raise DoesNotVerifyError(f"the published tiles of level {level - 1} and {level} do not agree")
        level += 1
    if (pruned := _pruned(source, head.size, n=n)) is not None:
        found.remarks.append(
            f"entries below {pruned.first} are pruned, under the policy with digest {b64(pruned.digest)}: the published entry was not read"
        )
        return b""
    leaves = _bundle(source, n, head.size, shown=shown)
    if leaves is None:
        found.remarks.append("entries of this log are not public: the published entry was not read")
        return b""
    if b"".join(leaf_hashes(leaves)) != hashes:
        at = next((at for at, one in enumerate(leaf_hashes(leaves)) if one != hashes[at * HASH_SIZE :][:HASH_SIZE]), 0)
        raise DoesNotVerifyError(
            f"the published entry {n * tiles.WIDTH + at} is not what was hashed: its bundle was changed"
        )
    found.remarks.append("published entry and tiles compared")
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
        raise DoesNotVerifyError(f"the log does not serve {failure.details.get('path')}") from None


def _path(read: Tiles, index: int, size: int) -> list[bytes]:
    try:
        return proofs.inclusion(index, size, proofs.nodes(read))
    except Missing as failure:
        raise DoesNotVerifyError(f"the log does not serve {failure.details.get('path')}") from None
    except Invalid:
        raise DoesNotVerifyError("a tile is too short") from None


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
            raise DoesNotVerifyError(f"the log does not serve {failure.details.get('path')}") from None
        return None
    except Unavailable as failure:
        if failure.details.get("status") in NOT_PUBLIC:
            return None
        raise
    except Invalid:
        raise DoesNotVerifyError(f"the published bundle {n} of entries is damaged") from None


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
        raise NotCheckedError(f"{path} is not an opening") from None
    said = leaf.parse(entry)
    if opening.entry != said.id or not commitment.opens(opening, said.c):
        raise DoesNotVerifyError("the fields shown are not those that were committed to")
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
    tree = "tree of " if facts.get("entries_read") == 0 and facts["size"] else ""
    where = f"entry {facts['index']} of {facts['size']}" if "index" in facts else f"{tree}{facts['size']} entries"
    parts = [where, str(facts["origin"]), *[str(facts[name]) for name in ("kind", "out", "at") if facts.get(name)]]
    if facts.get("entries_read"):
        since = f" from {facts['entries_from']} on" if "entries_from" in facts else ""
        parts.append(f"every tile and {facts['entries_read']} entries{since} compared")
    if "stamped" in facts:
        parts.append(
            f"{facts.get('stamped_size', facts['size'])} entries were there at {facts['stamped']} by the authority"
        )
    if "shown" in facts:
        parts.append(json.dumps(facts["shown"], ensure_ascii=False))
    return "  ".join(parts)


def _because(failure: KaimenError) -> str:
    match failure:
        case Unavailable(code="ml_dsa_missing"):
            return "a line is of type ML-DSA-44, and the cryptography here (OpenSSL before 3.5) does not know it"
        case Unavailable():
            return f"{failure.details.get('place')} cannot be reached"
        case Missing():
            return f"there is no {failure.details.get('path')}"
        case _ if failure.details.get("why") == "signature":
            return f"the signature of {failure.details.get('name')} does not fit"
        case _ if failure.details.get("why") == "log_key":
            return "no log key that counts has signed the checkpoint"
        case _ if failure.code == "policy":
            return f"the policy file is wrong at line {failure.details.get('line')}"
        case _:
            return f"it is not of the right form ({failure.code} {failure.details.get('why', '')})".replace(" )", ")")


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty() and (done == total or done % (tiles.WIDTH * 64) == 0):
        print(f"\r{done} of {total} entries", end="\n" if done == total else "", file=sys.stderr)  # noqa: T201
