"""The calendar as small pictures: a month in squares, and the weeks of a term with its counted days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kaimen.compliance.selectors import DayKind, Term

WIDE, HIGH, HEAD = 32, 28, 22
"""A day's square, and the line of weekdays above."""
TERM_HIGH = 40
WEEKS_SHOWN = 10
"""A longer term has its table only."""
GROUNDS = {
    DayKind.WORKING: "q1",
    DayKind.REST: "tm",
    DayKind.HOLIDAY: "q5",
    DayKind.MAKEUP: "q3",
    DayKind.CLOSURE: "sw-hatch",
}
"""Classes of the look, by what a day is."""
SIGNS = {DayKind.REST: "sw-paper"}
"""In the legend, where a ground of the picture is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """A day in a picture: where, its ground, and what stands in it. `light`: white text on a dark ground."""

    x: int
    y: int
    ground: str
    text: str
    below: str = ""
    light: bool = False
    now: bool = False

    @property
    def middle(self) -> int:
        """Where its text is centred."""
        return self.x + WIDE // 2

    @property
    def line(self) -> int:
        """The line on which its text stands."""
        return self.y + 19


def month(year: int, number: int, days: Mapping[date, DayKind], *, today: date) -> list[Square]:
    """A month, weeks below one another, Monday first."""
    own = [day for day in days if (day.year, day.month) == (year, number)]
    shift = own[0].weekday()
    return [
        Square(
            x=(shift + place) % 7 * WIDE,
            y=HEAD + (shift + place) // 7 * HIGH,
            ground="rl" if day == today else GROUNDS[days[day]],
            text=str(day.day),
            light=days[day] is DayKind.HOLIDAY and day != today,
            now=day == today,
        )
        for place, day in enumerate(own)
    ]


def weeks(term: Term) -> list[Square]:
    """The weeks from the event to the due day; counted days bear their number. Empty for a term too long to draw."""
    monday = term.start - timedelta(days=term.start.weekday())
    count = (term.due - monday).days // 7 + 1
    if count > WEEKS_SHOWN:
        return []
    numbers = {day: n for n, day in enumerate(term.counted, 1)}
    squares = []
    for place in range(count * 7):
        day = monday + timedelta(days=place)
        ground = "rl" if day == term.due else "q2" if day in numbers else "q5" if day == term.start else "tm"
        squares.append(
            Square(
                x=place % 7 * WIDE,
                y=HEAD + place // 7 * TERM_HIGH,
                ground=ground,
                text=str(numbers.get(day, "")),
                below=f"{day.month}-{day.day}",
                light=day == term.start,
                now=day == term.due,
            )
        )
    return squares
