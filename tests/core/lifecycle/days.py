"""A calendar for tests, and the plain way to count: one day after the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kaimen.core.lifecycle.calendar import Calendar, Year
from kaimen.core.lifecycle.terms import Stop, StopKind

ZONE = ZoneInfo("Asia/Shanghai")


def spans(*pairs: tuple[str, str]) -> frozenset[date]:
    return frozenset(
        date.fromisoformat(first) + timedelta(days=number)
        for first, last in pairs
        for number in range((date.fromisoformat(last) - date.fromisoformat(first)).days + 1)
    )


def days(*given: str) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, given))


CALENDAR = Calendar(
    zone=ZONE,
    years={
        2025: Year(
            year=2025, notice="notice of 2025",
            holidays=spans(("2025-01-01", "2025-01-01"), ("2025-01-28", "2025-02-04"), ("2025-05-01", "2025-05-05"), ("2025-10-01", "2025-10-08")),
            makeup=days("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
        ),
        2026: Year(
            year=2026, notice="notice of 2026",
            holidays=spans(("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"), ("2026-05-01", "2026-05-05"), ("2026-10-01", "2026-10-07")),
            makeup=days("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
        ),
    },
    feasts=frozenset({(1, 1), (5, 1), (10, 1)}),
)  # fmt: skip


def here(day: str | date, hour: int = 10) -> datetime:
    """That hour of that day in the city, in UTC."""
    found = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(found, time(hour), ZONE).astimezone(UTC)


def counted_one_by_one(start: date, n: int, stops: Sequence[Stop]) -> date:
    """The nth working day after the start that lies in no stop, found by walking."""
    day, found = start, 0
    while found < n:
        day += timedelta(days=1)
        stopped = any(
            CALENDAR.day(stop.begin) < day <= CALENDAR.day(stop.end)
            for stop in stops
            if stop.end is not None and stop.kind is not StopKind.RESTART
        )
        found += CALENDAR.works(day) and not stopped
    return day
