"""Rhythms against two other tellings of the same: a walk from minute to minute or day to day, and rules of dateutil."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule
from hypothesis import given
from hypothesis import strategies as st

from kaimen.core.errors import Invalid
from kaimen.core.lifecycle.calendar import Calendar, Year
from kaimen.core.lifecycle.rhythm import LAST, Every, Rhythm, check, due, moments, next_after

SHANGHAI, NEW_YORK, LORD_HOWE, APIA = "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"
CALENDAR = Calendar(
    zone=ZoneInfo(SHANGHAI),
    years={
        2026: Year(
            year=2026, notice="test",
            holidays=frozenset({date(2026, 1, 1), date(2026, 1, 2), *(date(2026, 10, day) for day in range(1, 8))}),
            makeup=frozenset({date(2026, 1, 4), date(2026, 9, 27), date(2026, 10, 10)}),
        )
    },
)  # fmt: skip
FREQUENCY = {Every.DAY: DAILY, Every.WEEK: WEEKLY, Every.MONTH: MONTHLY, Every.YEAR: YEARLY}


@st.composite
def rhythms(draw: st.DrawFn, *, moves: bool | None = None) -> Rhythm:
    every = draw(st.sampled_from(Every))
    month = draw(st.integers(1, 12)) if every is Every.YEAR else None
    day = draw(st.sampled_from([LAST, *range(1, 29)])) if every in {Every.MONTH, Every.YEAR} else None
    may_move = every in {Every.WEEK, Every.MONTH, Every.YEAR}
    return check(
        Rhythm(
            every=every, month=month, day=day, weekday=draw(st.integers(1, 7)) if every is Every.WEEK else None,
            at=time(draw(st.integers(0, 23)), draw(st.integers(0, 59))),
            zone=draw(st.sampled_from([SHANGHAI, NEW_YORK, LORD_HOWE, "UTC", "Asia/Kathmandu"])),
            moves=may_move and (draw(st.booleans()) if moves is None else moves),
        )
    )  # fmt: skip


INSTANTS = st.integers(0, 450 * 24 * 3600).map(lambda s: datetime(2025, 12, 1, tzinfo=UTC) + timedelta(seconds=s))


def named(rhythm: Rhythm, day: date) -> bool:
    """Is it a day of the rhythm? Said day by day, with nothing of the code under test."""
    tomorrow = day + timedelta(days=1)
    is_day = rhythm.day == day.day or (rhythm.day == LAST and tomorrow.month != day.month)
    return {
        Every.DAY: True,
        Every.WORKING_DAY: CALENDAR.works(day),
        Every.WEEK: day.isoweekday() == rhythm.weekday,
        Every.MONTH: is_day,
        Every.YEAR: is_day and day.month == rhythm.month,
    }[rhythm.every]


def walked(rhythm: Rhythm, after: datetime) -> datetime:
    zone = ZoneInfo(rhythm.zone)
    day = after.astimezone(zone).date() - timedelta(days=100)
    while True:
        if named(rhythm, day):
            held = day
            while rhythm.moves and not CALENDAR.works(held):
                held += timedelta(days=1)
            moment = datetime.combine(held, rhythm.at, zone).astimezone(UTC)
            if moment > after:
                return moment
        day += timedelta(days=1)


@given(rhythms(), INSTANTS)
def test_the_next_moment_is_the_one_that_a_walk_from_day_to_day_finds(rhythm: Rhythm, after: datetime) -> None:
    assert next_after(rhythm, after, CALENDAR) == walked(rhythm, after)


@given(rhythms(moves=False).filter(lambda one: one.every is not Every.WORKING_DAY), INSTANTS)
def test_ten_moments_are_those_of_a_rule_of_dateutil(rhythm: Rhythm, after: datetime) -> None:
    zone = ZoneInfo(rhythm.zone)
    begin = datetime.combine(after.astimezone(zone).date() - timedelta(days=1), time())
    rule = rrule(
        FREQUENCY[rhythm.every], dtstart=begin, byweekday=None if rhythm.weekday is None else rhythm.weekday - 1,
        bymonthday=rhythm.day, bymonth=rhythm.month, byhour=rhythm.at.hour, byminute=rhythm.at.minute, bysecond=0,
    )  # fmt: skip
    told = (one.replace(tzinfo=zone).astimezone(UTC) for one in rule)
    expected = list(islice((one for one in told if one > after), 10))
    assert list(islice(moments(rhythm, after, CALENDAR), 10)) == expected


@given(rhythms(), INSTANTS)
def test_moments_rise_and_each_follows_the_one_before(rhythm: Rhythm, after: datetime) -> None:
    found = list(islice(moments(rhythm, after, CALENDAR), 8))
    assert all(earlier < later for earlier, later in zip([after, *found], found, strict=False))
    assert all(next_after(rhythm, one, CALENDAR) == other for one, other in pairwise(found))


@given(rhythms(), INSTANTS, st.integers(0, 100))
def test_what_is_due_is_the_first_and_all_up_to_now(rhythm: Rhythm, after: datetime, hours: int) -> None:
    first, until = next_after(rhythm, after, CALENDAR), after + timedelta(hours=hours)
    passed = due(rhythm, first, until, CALENDAR)
    assert (passed == []) == (first > until)
    assert all(first <= one <= until for one in passed)
    assert next_after(rhythm, until, CALENDAR) not in passed


def at(every: Every, hour: str, zone: str, **more: object) -> Rhythm:
    return check(Rhythm(every=every, at=time.fromisoformat(hour), zone=zone, **more))  # type: ignore[arg-type]


def local(rhythm: Rhythm, after: str, n: int) -> list[str]:
    found = islice(moments(rhythm, datetime.fromisoformat(after), CALENDAR), n)
    return [one.astimezone(ZoneInfo(rhythm.zone)).isoformat() for one in found]


def test_a_wall_time_that_is_skipped_comes_an_hour_later_and_once() -> None:
    assert local(at(Every.DAY, "02:30", NEW_YORK), "2026-03-07T12:00:00+00:00", 2) == [
        "2026-03-08T03:30:00-04:00",
        "2026-03-09T02:30:00-04:00",
    ]


def test_a_wall_time_that_comes_twice_counts_the_first_time() -> None:
    assert local(at(Every.DAY, "01:30", NEW_YORK), "2026-10-31T12:00:00+00:00", 2) == [
        "2026-11-01T01:30:00-04:00",
        "2026-11-02T01:30:00-05:00",
    ]


def test_between_the_two_tellings_of_one_wall_time_nothing_comes_again() -> None:
    between = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)  # a second before the second 01:00
    assert next_after(at(Every.DAY, "01:30", NEW_YORK), between, CALENDAR) == datetime(2026, 11, 2, 6, 30, tzinfo=UTC)


def test_a_day_that_a_place_left_out_is_no_second_moment() -> None:
    found = local(at(Every.DAY, "02:30", APIA), "2011-12-29T13:00:00+00:00", 2)
    assert found == ["2011-12-31T02:30:00+14:00", "2012-01-01T02:30:00+14:00"]


def test_what_falls_on_a_holiday_comes_on_the_next_working_day_also_a_make_up_sunday() -> None:
    first = at(Every.MONTH, "04:00", SHANGHAI, day=1, moves=True)
    assert local(first, "2025-12-31T00:00:00+00:00", 1) == ["2026-01-04T04:00:00+08:00"]
    assert local(first, "2026-09-20T00:00:00+00:00", 1) == ["2026-10-08T04:00:00+08:00"]


def test_two_weeks_that_fall_on_one_holiday_are_one_moment() -> None:
    thursday = at(Every.WEEK, "04:00", SHANGHAI, weekday=4, moves=True)
    assert local(thursday, "2026-09-28T00:00:00+00:00", 2) == ["2026-10-08T04:00:00+08:00", "2026-10-15T04:00:00+08:00"]


def test_the_last_day_of_february_is_there_each_year() -> None:
    last = at(Every.YEAR, "12:00", SHANGHAI, day=LAST, month=2)
    assert [one[:10] for one in local(last, "2027-01-01T00:00:00+00:00", 2)] == ["2027-02-28", "2028-02-29"]


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("rhythm_day", {"every": Every.YEAR, "day": 31, "month": 2}),
        ("rhythm_day", {"every": Every.YEAR, "day": 29, "month": 2}),
        ("rhythm_day", {"every": Every.YEAR, "day": 31, "month": 4}),
        ("rhythm_day", {"every": Every.YEAR, "day": 1, "month": 13}),
        ("rhythm_day", {"every": Every.MONTH, "day": 29}),
        ("rhythm_day", {"every": Every.MONTH, "day": 0}),
        ("rhythm_day", {"every": Every.MONTH, "day": -2}),
        ("rhythm_day", {"every": Every.WEEK, "weekday": 8}),
        ("rhythm_parts", {"every": Every.WEEK}),
        ("rhythm_parts", {"every": Every.YEAR, "day": 1}),
        ("rhythm_parts", {"every": Every.DAY, "day": 1}),
        ("rhythm_moves", {"every": Every.DAY, "moves": True}),
        ("rhythm_moves", {"every": Every.WORKING_DAY, "moves": True}),
        ("rhythm_zone", {"every": Every.DAY, "zone": "Mars/Olympus"}),
        ("rhythm_zone", {"every": Every.DAY, "zone": "../../etc/passwd"}),
        ("rhythm_zone", {"every": Every.DAY, "zone": ""}),
        ("rhythm_time", {"every": Every.DAY, "at": time(2, 30, 15)}),
    ],
)
def test_a_rhythm_that_cannot_be_is_refused(code: str, parts: dict[str, object]) -> None:
    with pytest.raises(Invalid) as told:
        check(Rhythm(**({"at": time(2), "zone": SHANGHAI} | parts)))  # type: ignore[arg-type]
    assert told.value.code == code


def test_the_thirty_first_is_a_day_of_every_year() -> None:
    assert local(at(Every.YEAR, "09:00", SHANGHAI, day=31, month=12), "2026-12-31T01:00:00+00:00", 1) == [
        "2027-12-31T09:00:00+08:00"
    ]
