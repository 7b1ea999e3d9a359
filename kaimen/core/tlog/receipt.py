"""The receipt: a promise, signed by the receipt key, that an entry is in the log by a moment. Who keeps it can prove an omission.

Its first line is never an origin, so it cannot be taken for a checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from kaimen.core.errors import Invalid
from kaimen.core.tlog.encoding import b64, unb64, unb64url
from kaimen.core.tlog.hashing import HASH_SIZE

RECEIPT = "kaimen-receipt/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """This entry, whose leaf has this hash, is in the log of this origin by this moment."""

    entry: str
    leaf_hash: bytes
    origin: str
    by: datetime

    def text(self) -> str:
        """The text to sign."""
        by = self.by.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"{RECEIPT}\norigin {self.origin}\nentry {self.entry}\nleaf {b64(self.leaf_hash)}\nby {by}\n"


def parse(text: str) -> Promise:
    """From the text of a note. Raises `Invalid("note")`."""
    try:
        first, *lines, last = text.split("\n")
        (origin, entry, leaf, by) = (
            _after(word, line) for word, line in zip(("origin", "entry", "leaf", "by"), lines, strict=True)
        )
        promise = Promise(
            entry=entry,
            leaf_hash=unb64(leaf),
            origin=origin,
            by=datetime.strptime(by, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
        )
        if first != RECEIPT or last or len(promise.leaf_hash) != HASH_SIZE or len(unb64url(entry)) != 16:
            raise Invalid("note", why="receipt")
    except ValueError:
        raise Invalid("note", why="receipt") from None
    return promise


def _after(word: str, line: str) -> str:
    head, _, value = line.partition(" ")
    if head != word:
        raise ValueError(word)
    return value
