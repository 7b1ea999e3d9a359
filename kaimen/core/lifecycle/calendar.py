"""The calendar of working days: a table of announced days, and what can be said of a day that nobody has announced yet.

Sources: Civil Code articles 201 to 203 for how days are counted; each year's notice of the State Council for the days themselves.
A make-up Saturday or Sunday is a working day. A day after the last notice is *provisional*: weekends and fixed feasts only.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kaimen.core.errors import Invalid

_YEARS_BEYOND = 12
"""So far behind the last announced year a term may end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """The announced days of one year; `notice` is the instrument that announced them."""

    year: int
    notice: str
    holidays: frozenset[date]
    makeup: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Working days of one jurisdiction. `weekend` holds ISO weekdays (6, 7), `feasts` (month, day) of feasts with a fixed date.

    `closures` are days on which nobody works here by an instrument of the place itself (heat, flood), with that instrument.
    """

    zone: ZoneInfo
    years: Mapping[int, Year]
    weekend: frozenset[int] = frozenset({6, 7})
    feasts: frozenset[tuple[int, int]] = frozenset()
    closures: Mapping[date, str] = field(default_factory=dict[date, str])
    _working: tuple[date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """All working days in order, once: a term is then two searches by halves."""
        if not self.years:
            raise Invalid("calendar", why="no_year")
        first, last = date(min(self.years), 1, 1), date(max(self.years) + _YEARS_BEYOND, 12, 31)
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        object.__setattr__(self, "_working", tuple(day for day in days if self.works(day)))

    @property
    def announced_until(self) -> date:
        """The last day that a notice speaks of. What ends later is provisional."""
        year = min(self.years)
        while year + 1 in self.years:
            year += 1
        return date(year, 12, 31)

    def works(self, day: date) -> bool:
        """Is it a working day? For days nobody announced: no weekend and no fixed feast."""
        if day in self.closures:
            return False
        year = self.years.get(day.year)
        if year is not None:
            if day in year.makeup:
                return True
            if day in year.holidays:
                return False
        elif (day.month, day.day) in self.feasts:
            return False
        return day.isoweekday() not in self.weekend

    def day(self, instant: datetime) -> date:
        """The day of an instant here. Raises `Invalid("instant_without_zone")`: a third of all UTC instants belong to the next day."""
        if instant.tzinfo is None:
            raise Invalid("instant_without_zone")
        return instant.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The last second of a day here, in UTC."""
        return datetime.combine(day, time(23, 59, 59), self.zone).astimezone(UTC)

    def morning_of(self, day: date) -> datetime:
        """Eight o'clock of a day here, in UTC: when desks open."""
        return datetime.combine(day, time(8), self.zone).astimezone(UTC)

    def on_or_after(self, day: date) -> date:
        """The day itself, or the next that is worked."""
        while not self.works(day):
            day += timedelta(days=1)
        return day

    def nth_after(self, start: date, n: int, *, without: Iterable[tuple[date, date]] = ()) -> date:
        """The nth working day after `start` (which is not counted), leaving out the days in `without`, as (first, last).

        `without` is in order and does not overlap. Raises `Invalid("calendar_reach")` where the day lies outside of the table.
        """
        working = self._working
        if not working or start < working[0] - timedelta(days=40):
            raise Invalid("calendar_reach", why="too_early")
        begin = bisect_right(working, start)
        place = begin + n - 1
        for first, last in without:
            low, high = max(bisect_right(working, first - timedelta(days=1)), begin), bisect_right(working, last)
            if low > place:
                break
            place += max(high - low, 0)
        if place >= len(working):
            raise Invalid("calendar_reach", why="too_late")
        return working[place] if place >= 0 else start

    def working_days_between(self, after: date, until: date) -> int:
        """How many working days lie after the one and up to the other."""
        return max(bisect_right(self._working, until) - bisect_right(self._working, after), 0)


def check_year(year: Year, *, weekend: frozenset[int]) -> Year:
    """The year itself. Raises `Invalid("calendar")`: a day twice, a make-up day that is worked anyhow, no notice named, another year's day."""
    if not year.notice.strip():
        raise Invalid("calendar", why="no_notice", year=year.year)
    for day in sorted(year.holidays & year.makeup):
        raise Invalid("calendar", why="day_twice", day=day.isoformat())
    for day in sorted(year.holidays | year.makeup):
        if day.year != year.year:
            raise Invalid("calendar", why="other_year", day=day.isoformat())
    for day in sorted(year.makeup):
        if day.isoweekday() not in weekend:
            raise Invalid("calendar", why="makeup_on_weekday", day=day.isoformat())
    return year
