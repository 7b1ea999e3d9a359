"""Deadlines of the shipped pack against another program that counts business days: numpy, fed from the files themselves.

Nothing of ours takes part in what is expected: the notices are read as plain YAML, an instant's day is found by a fixed offset of
eight hours, numpy counts. A make-up Saturday has no place in a week's mask, so the mask is whole and every day of rest is a holiday.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kaimen.core.lifecycle.rules import RuleKind
from kaimen.core.lifecycle.terms import Amount, Stop, StopKind, Unit, due
from kaimen.engines import packs

BOOK = packs.book("cn_beijing", "Asia/Shanghai")
CALENDAR = BOOK.calendar
FOLDER = packs.load("cn_beijing").folder
FIRST, LAST = date(2024, 1, 1), date(2031, 12, 31)
STARTS = st.datetimes(datetime(2024, 1, 2), datetime(2027, 6, 30), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside
COUNTS = st.integers(1, 120)
WHOLE_WEEK = "1111111"


@cache
def rest() -> np.ndarray:
    """Every day on which nobody works: announced holidays, weekends that are not made up, fixed feasts of years without a notice."""
    announced = {
        document["year"]: document
        for path in sorted((FOLDER / "calendar").glob("*.yaml"))
        for document in [yaml.safe_load(path.read_text("utf-8"))]
    }
    feasts = set(yaml.safe_load((FOLDER / "clocks.yaml").read_text("utf-8"))["feasts"])
    found = []
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        year = announced.get(day.year)
        weekend = day.weekday() >= 5
        if year is not None:
            resting = day in year["holidays"] or (weekend and day not in year["makeup"])
        else:
            resting = weekend or f"{day:%m-%d}" in feasts
        if resting:
            found.append(day)
    return np.array(found, dtype="datetime64[D]")


def here(instant: datetime) -> date:
    """The day in Beijing, which has no summer time."""
    return (instant + timedelta(hours=8)).date()


def days_between(stops: list[Stop]) -> list[date]:
    """The days after each notice up to the day of its answer."""
    return [
        here(stop.begin) + timedelta(days=number)
        for stop in stops
        if stop.end is not None
        for number in range(1, (here(stop.end) - here(stop.begin)).days + 1)
    ]


def counted(start: date, n: int, out: list[date], *, holidays: np.ndarray) -> date:
    """numpy's nth day after the start. Days before it count for nothing, so those left out before it do not matter either."""
    left_out = np.concatenate([holidays, np.array([day for day in out if day > start], dtype="datetime64[D]")])
    return np.busday_offset(start, n, roll="backward", weekmask=WHOLE_WEEK, holidays=left_out).astype(date)


def worked(day: date) -> date:
    """That day or the next that is worked."""
    return np.busday_offset(day, 0, roll="forward", weekmask=WHOLE_WEEK, holidays=rest()).astype(date)


@st.composite
def pauses(draw: st.DrawFn, start: datetime) -> list[Stop]:
    found = []
    for _ in range(draw(st.integers(0, 3))):
        begin = start + timedelta(hours=draw(st.integers(0, 1500)))
        kind = draw(st.sampled_from([StopKind.PAUSE, StopKind.NOT_COUNTED]))
        found.append(Stop(kind=kind, begin=begin, end=begin + timedelta(hours=draw(st.integers(0, 700)))))
    return found


def ends(start: datetime, amount: Amount, stops: list[Stop]) -> datetime:
    found = due(start, amount, stops, CALENDAR)
    assert found is not None
    return found.at


def last_second(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 15, 59, 59, tzinfo=UTC)


def test_both_know_the_same_days_of_work() -> None:
    busy = {
        day for number in range((LAST - FIRST).days + 1) for day in [FIRST + timedelta(days=number)]
        if np.is_busday(day, weekmask=WHOLE_WEEK, holidays=rest())
    }  # fmt: skip
    ours = {
        day for number in range((LAST - FIRST).days + 1) for day in [FIRST + timedelta(days=number)] if CALENDAR.works(day)
    }  # fmt: skip
    assert ours == busy
    assert date(2026, 2, 14) in busy, "a make-up Saturday"
    assert date(2026, 2, 16) not in busy, "the spring festival"


@given(STARTS, COUNTS, st.data())
def test_working_days_end_where_numpy_ends_them(start: datetime, n: int, data: st.DataObject) -> None:
    stops = data.draw(pauses(start))
    expected = counted(here(start), n, days_between(stops), holidays=rest())
    assert ends(start, Amount(n=n, unit=Unit.WORKING_DAYS), stops) == last_second(expected)


@given(STARTS, COUNTS, st.data())
def test_calendar_days_end_where_numpy_ends_them(start: datetime, n: int, data: st.DataObject) -> None:
    stops = data.draw(pauses(start))
    nothing = np.array([], dtype="datetime64[D]")
    expected = worked(counted(here(start), n, days_between(stops), holidays=nothing))
    assert ends(start, Amount(n=n, unit=Unit.CALENDAR_DAYS), stops) == last_second(expected)


@given(STARTS, st.integers(1, 36), st.sampled_from([Unit.MONTHS, Unit.YEARS]))
def test_months_and_years_end_where_numpy_ends_them(start: datetime, n: int, unit: Unit) -> None:
    n = min(n, 4) if unit is Unit.YEARS else n
    month = np.datetime64(here(start), "M") + n * (12 if unit is Unit.YEARS else 1)
    same_day = month.astype("datetime64[D]") + here(start).day - 1
    last_day = (month + 1).astype("datetime64[D]") - 1
    expected = worked(min(same_day, last_day).astype(date))
    assert ends(start, Amount(n=n, unit=unit), []) == last_second(expected)


@given(STARTS, st.integers(1, 500))
def test_hours_are_hours(start: datetime, n: int) -> None:
    assert ends(start, Amount(n=n, unit=Unit.HOURS), []) == start + timedelta(hours=n)


@given(STARTS, COUNTS, st.sets(st.dates(date(2024, 1, 2), date(2027, 12, 31)), max_size=12))
def test_days_closed_by_the_city_are_holidays_to_numpy(start: datetime, n: int, closed: set[date]) -> None:
    ours = due(
        start, Amount(n=n, unit=Unit.WORKING_DAYS), [], replace(CALENDAR, closures=dict.fromkeys(closed, "order 1"))
    )
    expected = counted(
        here(start), n, [], holidays=np.concatenate([rest(), np.array(sorted(closed), dtype="datetime64[D]")])
    )
    assert ours is not None
    assert ours.at == last_second(expected)


TIMERS = sorted(
    one.id for one in BOOK.rules.values()
    if one.kind is RuleKind.TIMER and any(value.unit == Unit.WORKING_DAYS for value in one.values)
)  # fmt: skip


def test_there_are_terms_in_working_days() -> None:
    assert len(TIMERS) > 10


@pytest.mark.parametrize("rule", TIMERS)
@given(start=st.datetimes(datetime(2026, 1, 2), datetime(2026, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 - as above
def test_every_term_of_the_law_in_working_days(rule: str, start: datetime) -> None:
    amount = BOOK.value(rule, here(start)).amount()
    expected = counted(here(start), amount.n, [], holidays=rest())
    assert ends(start, amount, []) == last_second(expected)
