"""The path from an entry to the root as a small picture: which boxes the log gives, which the browser works out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

WIDTH, FOOT, TOP = 620.0, 250.0, 58.0
SHOWN = 3
"""So many levels are drawn; above them the picture says how many it leaves out."""


@dataclass(frozen=True, slots=True)
class Box:
    """A node: where, and whether it is the entry (`me`), given, computed (`on`) or neither (`node`)."""

    x: float
    y: float
    kind: str

    @property
    def left(self) -> float:
        """The box's left edge."""
        return round(self.x - 15, 1)

    @property
    def top(self) -> float:
        """The box's upper edge."""
        return round(self.y - 13, 1)


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes, and lines as (x1, y1, x2, y2, kind)."""

    boxes: tuple[Box, ...]
    lines: tuple[tuple[float, float, float, float, str], ...]
    me: Box
    root: Box
    left_out: int

    @property
    def over(self) -> float:
        """Where the words about the root stand: above it, for all lines go down from there."""
        return self.root.top - 12

    @property
    def under(self) -> float:
        """Where the words about the entry begin: below it, where no line leads."""
        return self.me.top + 31


def picture(index: int, steps: int) -> Picture:
    """A sketch for the entry at this index whose path has so many steps."""
    levels = min(SHOWN, steps)
    place = index & ((1 << levels) - 1)
    rows = [_row(level, levels, place >> level) for level in range(levels + 1)]
    lines = [
        (box.x, box.y, above.x, above.y, "path" if {box.kind, above.kind} <= {"me", "on"} else "edge")
        for below, upper in pairwise(rows)
        for at, box in enumerate(below)
        for above in [upper[at // 2]]
    ]
    boxes = tuple(box for row in rows for box in row)
    return Picture(boxes, tuple(lines), rows[0][place], rows[-1][0], steps - levels)


def _row(level: int, levels: int, ours: int) -> list[Box]:
    count = 1 << (levels - level)
    y = FOOT - (FOOT - TOP) * level / levels if levels else (FOOT + TOP) / 2
    spread = WIDTH - 80
    return [
        Box(round(40 + spread * (at + 0.5) / count, 1), round(y, 1), _kind(at, ours, level, levels))
        for at in range(count)
    ]


def _kind(at: int, ours: int, level: int, levels: int) -> str:
    if at == ours:
        return "on" if level else "me"
    return "given" if at == ours ^ 1 and level < levels else "node"
