"""The life of a load as a table. A load that holds waits for a person; a closed one never opens again."""

from __future__ import annotations

LIFECYCLE = {
    ("planned", "land"): "landed",
    ("landed", "check"): "checked",
    ("landed", "hold"): "held",
    ("checked", "commit"): "committed",
    ("committed", "publish"): "published",
    ("held", "release"): "checked",
    ("held", "refuse"): "refused",
    ("planned", "refuse"): "refused",
    ("landed", "refuse"): "refused",
    ("checked", "refuse"): "refused",
}
NEXT = {"planned": "land", "landed": "check", "checked": "commit", "committed": "publish"}
"""What `advance` does by itself."""
CLOSED = frozenset({"published", "refused"})
