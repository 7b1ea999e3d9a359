"""What a witness answers (C2SP tlog-witness): a request and what it last signed, to a status and what it signs now. Pure.

The caller reads the state and stores the new one in one transaction: otherwise two requests in flight would roll it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kaimen.core.errors import Invalid
from kaimen.core.tlog.encoding import b64, decimal, unb64
from kaimen.core.tlog.hashing import EMPTY_ROOT, HASH_SIZE
from kaimen.core.tlog.notes import Algorithm, Checkpoint, Note, Verifier, parse, parse_checkpoint, verified_by
from kaimen.core.tlog.verify import extends

MOST_PROOF_LINES = 63
LARGEST_BODY = 64 * 1024


@dataclass(frozen=True, slots=True)
class Seen:
    """The tree head that this witness signed last; nothing seen is the empty tree."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An add-checkpoint request, taken apart."""

    old: int
    path: Sequence[bytes]
    note: Note
    checkpoint: Checkpoint

    def body(self) -> str:
        """As sent."""
        return "\n".join([f"old {self.old}", *map(b64, self.path), "", self.note.format()])


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The HTTP status; `seen` is what to store and sign when it is 200; `keep` says that the request proves misbehaviour."""

    status: int
    seen: Seen | None = None
    keep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Keys whose line was checked, trusted keys that have none, and how many lines are of keys that nobody named."""

    checked: tuple[Verifier, ...]
    absent: tuple[Verifier, ...]
    unknown: int


def parse_request(body: str) -> Request:
    """Raises `Invalid("note")`: status 400."""
    head, blank, rest = body.partition("\n\n")
    first, *lines = head.split("\n")
    if len(body) > LARGEST_BODY or not blank or not first.startswith("old ") or len(lines) > MOST_PROOF_LINES:
        raise Invalid("note", why="request")
    try:
        old, path = decimal(first.removeprefix("old ")), [unb64(line) for line in lines]
    except ValueError:
        raise Invalid("note", why="request") from None
    note = parse(rest)
    checkpoint = parse_checkpoint(note.text)
    if any(len(step) != HASH_SIZE for step in path) or old > checkpoint.size:
        raise Invalid("note", why="request")
    return Request(old=old, path=path, note=note, checkpoint=checkpoint)


def answer(request: Request, *, keys: Sequence[Verifier], seen: Seen) -> Answer:
    """Status for a well-formed request: `keys` are those trusted for its origin, none for an unknown one.

    As for every reader: an ML-DSA-44 line of a known key must fit where it stands, and never stands for the log's own.
    """
    if not keys:
        return Answer(status=404)
    try:
        signed = verified_by(request.note, keys)
    except Invalid:
        signed = ()
    if not any(key.algorithm is Algorithm.ED25519 for key in signed):
        return Answer(status=403)
    if request.old != seen.size:
        return Answer(status=409)
    head = Seen(request.checkpoint.size, request.checkpoint.root)
    if not _follows(seen, head, request.path):
        return Answer(status=422, keep=True)
    return Answer(status=200, seen=head)


def lines_of(note: Note, *, keys: Sequence[Verifier], own: Verifier) -> Lines:
    """Which lines of a head that was cosigned were checked by these keys, and which were not."""
    checked = verified_by(note, keys)
    known = {(key.name, key.id) for key in (*keys, own)}
    return Lines(
        checked=checked,
        absent=tuple(key for key in keys if key not in checked),
        unknown=sum((line.name, line.key_id) not in known for line in note.signatures),
    )


def _follows(seen: Seen, head: Seen, path: Sequence[bytes]) -> bool:
    if seen.size == head.size:
        return not path and seen.root == head.root
    if seen.size == 0:  # from the empty tree there is nothing to prove, so a proof is a mistake
        return not path
    return extends(seen.root, seen.size, head.root, head.size, path)
