"""Terms: how long something may take, what stops it, and when it ends.

Three kinds of stop, which the law keeps apart: *pause* (the days after a notice up to its answer do not count), *not counted* (the
same arithmetic for a third party that is consulted, with a clock of its own) and *restart* (a corrected application begins anew).
The day of the event is not counted; an end on a rest day moves on; hours run through nights and holidays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from math import ceil

from kaimen.core.errors import Invalid
from kaimen.core.lifecycle.calendar import Calendar


class Unit(StrEnum):
    """What a term is counted in."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    HOURS = "hours"
    MONTHS = "months"
    YEARS = "years"


class StopKind(StrEnum):
    """Why days of a term do not count."""

    PAUSE = "pause"
    NOT_COUNTED = "not_counted"
    RESTART = "restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """So many of a unit."""

    n: int
    unit: Unit

    def plus(self, other: Amount) -> Amount:
        """Both together. Raises `Invalid("term_units")` when the units differ."""
        if self.unit is not other.unit:
            raise Invalid("term_units", first=self.unit.value, second=other.unit.value)
        return Amount(n=self.n + other.n, unit=self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """From `begin` (the instant of the notice) to `end` (the instant of the answer); open while `end` is None."""

    kind: StopKind
    begin: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When a term ends. `at` is in UTC, the last second of its last day; `provisional` beyond the last announced year."""

    at: datetime
    provisional: bool


def due(start: datetime, amount: Amount, stops: Sequence[Stop], calendar: Calendar) -> Deadline | None:
    """The end of a term that began with an event at `start`; None while a stop is open.

    Raises `Invalid("calendar_reach")`, `Invalid("instant_without_zone")`.
    """
    if any(stop.end is None for stop in stops):
        return None
    start, stops = _begun(start, stops)
    if amount.unit is Unit.HOURS:
        return Deadline(at=_hours(start, amount.n, stops), provisional=False)
    first = calendar.day(start)
    without = _days_out(stops, calendar)
    match amount.unit:
        case Unit.WORKING_DAYS:
            last = calendar.nth_after(first, amount.n, without=without)
        case Unit.CALENDAR_DAYS:
            last = calendar.on_or_after(_calendar_days(first, amount.n, without))
        case _:
            months = amount.n * (12 if amount.unit is Unit.YEARS else 1)
            last = _calendar_days(_months_later(first, months), 0, without, since=first)
            last = calendar.on_or_after(last)
    return Deadline(at=calendar.end_of(last), provisional=last > calendar.announced_until)


def helping(start: datetime, amount: Amount, stops: Iterable[Stop], calendar: Calendar) -> tuple[Stop, ...]:
    """The stops that began while the term still ran, in order. One that comes after its end brings no day back."""
    held = list[Stop]()
    for stop in sorted(stops, key=lambda one: one.begin):
        end = due(start, amount, held, calendar)
        if end is not None and end.at < stop.begin:
            break
        held.append(stop)
    return tuple(held)


def part_of(
    start: datetime, amount: Amount, share: float, stops: Sequence[Stop], calendar: Calendar
) -> datetime | None:
    """When this share of the term (0 to 1) is used up: the morning of that day, or that instant where hours run."""
    end = due(start, amount, stops, calendar)
    if end is None:
        return None
    if amount.unit is Unit.HOURS:
        begun, stops = _begun(start, stops)
        return _instants(begun, timedelta(hours=amount.n) * share, stops)
    if amount.unit is Unit.WORKING_DAYS:
        part = due(start, Amount(n=ceil(amount.n * share), unit=amount.unit), stops, calendar)
        return calendar.morning_of(calendar.day(part.at)) if part else None
    first, last = calendar.day(start), calendar.day(end.at)
    return calendar.morning_of(first + timedelta(days=ceil((last - first).days * share)))


def _begun(start: datetime, stops: Sequence[Stop]) -> tuple[datetime, list[Stop]]:
    """The start that counts, after the last restart, and the stops that come after it, in order."""
    if start.tzinfo is None or any(stop.begin.tzinfo is None for stop in stops):
        raise Invalid("instant_without_zone")
    for stop in stops:
        if stop.kind is StopKind.RESTART and stop.end is not None:
            start = max(start, stop.end)
    return start, sorted(
        (stop for stop in stops if stop.kind is not StopKind.RESTART and stop.end is not None and stop.end > start),
        key=lambda stop: stop.begin,
    )


def _days_out(stops: Sequence[Stop], calendar: Calendar) -> list[tuple[date, date]]:
    """Days that do not count, as (first, last), merged and in order: the days strictly after the notice, up to the answer's day."""
    merged: list[tuple[date, date]] = []
    for stop in stops:
        assert stop.end is not None  # noqa: S101 - `due` returned for open ones
        first, last = calendar.day(stop.begin) + timedelta(days=1), calendar.day(stop.end)
        if last < first:
            continue
        if merged and first <= merged[-1][1] + timedelta(days=1):
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _calendar_days(start: date, n: int, without: Sequence[tuple[date, date]], *, since: date | None = None) -> date:
    last = start + timedelta(days=n)
    for first_out, last_out in without:
        begin = max(first_out, (since or start) + timedelta(days=1))
        if begin > last or last_out < begin:
            continue
        last += last_out - begin + timedelta(days=1)
    return last


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day (Civil Code article 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def _hours(start: datetime, n: int, stops: Sequence[Stop]) -> datetime:
    return _instants(start, timedelta(hours=n), stops)


def _instants(start: datetime, span: timedelta, stops: Sequence[Stop]) -> datetime:
    end = start.astimezone(UTC) + span
    reached = start
    for stop in stops:
        assert stop.end is not None  # noqa: S101 - `due` returned for open ones
        begin = max(stop.begin, reached)
        if begin < end and stop.end > begin:
            end += stop.end - begin
            reached = stop.end
    return end
