"""The city as equal tiles: each a link with name, value and number of its class in text, so that nothing hangs on colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kaimen.monitor.indicators import Tiles

WIDE, HIGH = 104, 84
CLASSES = 5
DARK_FROM = 4
"""From this class on the ground is strong and its text the other way round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A district. `number` is its class from 1, 0 where there is no value."""

    district: str
    name: str
    text: str
    number: int
    x: int
    y: int
    url: str

    @property
    def middle(self) -> int:
        """Where its text is centred."""
        return self.x + WIDE // 2

    @property
    def lines(self) -> tuple[int, int]:
        """The lines on which name and value stand."""
        return self.y + 38, self.y + 61

    @property
    def light(self) -> bool:
        """White text on a strong ground."""
        return self.number >= DARK_FROM


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A class with its bounds; the last one holds its upper bound too."""

    number: int
    low: Decimal
    high: Decimal


def spans(values: Mapping[str, str]) -> list[Span]:
    """Five classes of one width between the least and the greatest value; one where all are equal, none where there is no value."""
    known = sorted(Decimal(value) for value in values.values() if value)
    if not known:
        return []
    least, most = known[0], known[-1]
    if least == most:
        return [Span(number=1, low=least, high=most)]
    step = (most - least) / CLASSES
    return [Span(number=n + 1, low=least + n * step, high=least + (n + 1) * step) for n in range(CLASSES)]


def class_of(value: str, classes: list[Span]) -> int:
    """The number of the class in which a value lies; 0 where it is missing."""
    if not value:
        return 0
    number = Decimal(value)
    return next((one.number for one in classes if number < one.high), classes[-1].number)


def cartogram(
    tiles: Tiles,
    values: Mapping[str, str],
    *,
    names: Mapping[str, str],
    texts: Mapping[str, str],
    urls: Mapping[str, str],
) -> list[Tile]:
    """A tile a district, from the top left, as a reader goes through them."""
    classes = spans({district: values.get(district, "") for district in tiles.places})
    order = sorted(tiles.places.items(), key=lambda one: (one[1][1], one[1][0]))
    return [
        Tile(
            district=district,
            name=names[district],
            text=texts[district],
            number=class_of(values.get(district, ""), classes),
            x=column * WIDE,
            y=row * HIGH,
            url=urls[district],
        )
        for district, (column, row) in order
    ]


def size(tiles: Tiles) -> tuple[int, int]:
    """Width and height of the picture."""
    columns = [place[0] for place in tiles.places.values()]
    rows = [place[1] for place in tiles.places.values()]
    return (max(columns, default=0) + 1) * WIDE, (max(rows, default=0) + 1) * HIGH
