"""Pruning (C2SP tlog-tiles): below a minimum index a log refuses entry bundles, under a written policy that everybody can read.

Only what is served changes. Hash tiles, checkpoints, the tree and every proof stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from kaimen.core.errors import Invalid
from kaimen.core.tlog.encoding import b64, decimal
from kaimen.core.tlog.tiles import WIDTH

FIRST_LINE = "kaimen-pruning/v1"


def refuses(bundle: int, *, minimum: int) -> bool:
    """Whether the bundle ends at or below the minimum index."""
    return (bundle + 1) * WIDTH <= minimum


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruning:
    """The minimum index and the text of the policy."""

    minimum: int
    policy: str

    @property
    def first(self) -> int:
        """The first entry that can be read: where the bundle with the minimum begins."""
        return self.minimum // WIDTH * WIDTH

    @property
    def digest(self) -> bytes:
        """SHA-256 of the policy, which the entry `log.pruned` carries."""
        return sha256(self.policy.encode()).digest()

    def text(self) -> str:
        """The file that the log serves."""
        return f"{FIRST_LINE}\nminimum {self.minimum}\npolicy {b64(self.digest)}\n\n{self.policy}"


def parse(text: str) -> Pruning:
    """Raises `Invalid("pruning")`, also when the digest is not that of the policy."""
    head, blank, policy = text.partition("\n\n")
    try:
        first, minimum, digest = head.split("\n")
        pruning = Pruning(minimum=decimal(minimum.removeprefix("minimum ")), policy=policy)
    except ValueError:
        raise Invalid("pruning", why="form") from None
    if first != FIRST_LINE or not blank or not policy.strip() or digest != f"policy {b64(pruning.digest)}":
        raise Invalid("pruning", why="policy")
    return pruning
