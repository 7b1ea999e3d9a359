"""Rhythms of schedules: which moments they name, by the wall clock of a zone and the calendar of working days.

A wall time that the clocks skip (summer time begins) is the same instant counted by the offset before, so nothing falls out; one that
comes twice (summer time ends) counts the first time only. Days of a month are written as in RFC 5545: -1 is the last one.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kaimen.core.errors import Invalid
from kaimen.core.lifecycle.calendar import Calendar

LAST = -1
_SHORTEST_MONTH = 28
_A_COMMON_YEAR = 2023
_LONGEST_REST = 60
"""Days: further back no day of rest can have moved a moment from."""


class Every(StrEnum):
    """How often."""

    DAY = "day"
    WORKING_DAY = "working_day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """`weekday` (ISO, 1 to 7) belongs to a week; `day` (or LAST) to a month and a year; `month` to a year.

    `moves`: what falls on a day of rest comes on the next working day.
    """

    every: Every
    at: time
    zone: str
    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    moves: bool = False


def check(rhythm: Rhythm) -> Rhythm:
    """The rhythm itself. Raises `Invalid("rhythm_zone" | "rhythm_time" | "rhythm_parts" | "rhythm_day" | "rhythm_moves")`."""
    try:
        ZoneInfo(rhythm.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid("rhythm_zone", zone=rhythm.zone[:64]) from None
    if rhythm.at.tzinfo is not None or rhythm.at.second or rhythm.at.microsecond:
        raise Invalid("rhythm_time")
    wanted = {Every.WEEK: {"weekday"}, Every.MONTH: {"day"}, Every.YEAR: {"day", "month"}}.get(rhythm.every, set[str]())
    given = {name for name in ("weekday", "day", "month") if getattr(rhythm, name) is not None}
    if wrong := wanted ^ given:
        raise Invalid("rhythm_parts", every=rhythm.every.value, parts=sorted(wrong))
    _check_day(rhythm)
    if rhythm.moves and rhythm.every in {Every.DAY, Every.WORKING_DAY}:
        raise Invalid("rhythm_moves", every=rhythm.every.value)
    return rhythm


def _check_day(rhythm: Rhythm) -> None:
    """29 February is no day of every year, the 30th none of every month: such moments would silently not come."""
    if rhythm.weekday is not None and not 1 <= rhythm.weekday <= 7:
        raise Invalid("rhythm_day", day=rhythm.weekday)
    if rhythm.month is not None and not 1 <= rhythm.month <= 12:
        raise Invalid("rhythm_day", day=rhythm.month)
    if rhythm.day is None or rhythm.day == LAST:
        return
    longest = _SHORTEST_MONTH if rhythm.month is None else monthrange(_A_COMMON_YEAR, rhythm.month)[1]
    if not 1 <= rhythm.day <= longest:
        raise Invalid("rhythm_day", day=rhythm.day)


def moments(rhythm: Rhythm, after: datetime, calendar: Calendar) -> Iterator[datetime]:
    """Every moment later than `after`, in UTC and in order, without end."""
    zone, last = ZoneInfo(rhythm.zone), after
    back = _LONGEST_REST if rhythm.moves else 2
    for day in _days(rhythm, after.astimezone(zone).date() - timedelta(days=back), calendar):
        moved = calendar.on_or_after(day) if rhythm.moves else day
        moment = datetime.combine(moved, rhythm.at, zone).astimezone(UTC)
        if moment > last:
            yield moment
            last = moment


def next_after(rhythm: Rhythm, after: datetime, calendar: Calendar) -> datetime:
    """The first moment later than `after`."""
    return next(moments(rhythm, after, calendar))


def due(rhythm: Rhythm, first: datetime, until: datetime, calendar: Calendar) -> list[datetime]:
    """`first` and every moment after it up to `until`; nothing where `first` is still to come."""
    if first > until:
        return []
    return [first, *takewhile(lambda moment: moment <= until, moments(rhythm, first, calendar))]


def _days(rhythm: Rhythm, start: date, calendar: Calendar) -> Iterator[date]:
    match rhythm:
        case Rhythm(every=Every.WEEK, weekday=int(weekday)):
            yield from _each(start + timedelta(days=(weekday - start.isoweekday()) % 7), 7)
        case Rhythm(every=Every.MONTH | Every.YEAR, day=int(number)):
            for year, month in _months(start):
                if rhythm.month in {None, month}:
                    day = date(year, month, monthrange(year, month)[1] if number == LAST else number)
                    if day >= start:
                        yield day
        case Rhythm(every=Every.WORKING_DAY):
            yield from (day for day in _each(start, 1) if calendar.works(day))
        case _:
            yield from _each(start, 1)


def _each(day: date, step: int) -> Iterator[date]:
    while True:
        yield day
        day += timedelta(days=step)


def _months(start: date) -> Iterator[tuple[int, int]]:
    year, month = start.year, start.month
    while True:
        yield year, month
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
