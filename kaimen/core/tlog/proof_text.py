"""The text form of a proof (C2SP tlog-proof): index, path and cosigned checkpoint in one file that can be checked anywhere.

`extra` holds the leaf itself: it is not trusted, its hash is what the path starts from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kaimen.core.errors import Invalid
from kaimen.core.tlog.encoding import b64, decimal, unb64
from kaimen.core.tlog.hashing import HASH_SIZE

FIRST_LINE = "c2sp.org/tlog-proof@v1"
LONGEST_PATH = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That a leaf is in a log; `note` is the signed checkpoint as served."""

    index: int
    path: Sequence[bytes]
    note: str
    extra: bytes = b""

    def text(self) -> str:
        """The file."""
        lines = [
            FIRST_LINE,
            *([f"extra {b64(self.extra)}"] if self.extra else []),
            f"index {self.index}",
            *map(b64, self.path),
            "",
        ]
        return "\n".join(lines) + "\n" + self.note


def parse(text: str) -> Proof:
    """Raises `Invalid("proof")`."""
    head, blank, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    if first != FIRST_LINE or not blank or not lines:
        raise Invalid("proof", why="form")
    try:
        extra = unb64(lines.pop(0).removeprefix("extra ")) if lines[0].startswith("extra ") else b""
        index = decimal(lines[0].removeprefix("index ")) if lines[0].startswith("index ") else -1
        path = [unb64(line) for line in lines[1:]]
    except (ValueError, IndexError):
        raise Invalid("proof", why="form") from None
    if index < 0 or len(path) > LONGEST_PATH or any(len(step) != HASH_SIZE for step in path):
        raise Invalid("proof", why="form")
    return Proof(index=index, path=path, note=note, extra=extra)
