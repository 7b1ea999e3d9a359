from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaimen.core.errors import Invalid
from kaimen.core.lifecycle.calendar import Calendar, Year, check_year
from tests.core.lifecycle.days import CALENDAR, ZONE, days

ANY_DAY = st.dates(date(2025, 1, 1), date(2028, 12, 31))


def test_a_make_up_sunday_is_worked_and_a_feast_on_a_thursday_is_not() -> None:
    assert CALENDAR.works(date(2026, 1, 4))
    assert not CALENDAR.works(date(2026, 10, 1))
    assert not CALENDAR.works(date(2026, 10, 11))


def test_a_year_without_a_notice_knows_weekends_and_fixed_feasts_only() -> None:
    assert CALENDAR.announced_until == date(2026, 12, 31)
    assert not CALENDAR.works(date(2027, 1, 1))
    assert CALENDAR.works(date(2027, 2, 8))  # the spring festival of a year that nobody announced


def test_a_local_closure_is_no_working_day() -> None:
    closed = replace(CALENDAR, closures={date(2026, 7, 22): "flood order 3"})
    assert CALENDAR.works(date(2026, 7, 22))
    assert not closed.works(date(2026, 7, 22))
    assert closed.nth_after(date(2026, 7, 21), 1) == date(2026, 7, 23)


def test_an_instant_after_four_in_the_afternoon_utc_belongs_to_the_next_day() -> None:
    assert CALENDAR.day(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert CALENDAR.day(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == date(2026, 11, 23)


def test_an_instant_without_a_zone_has_no_day() -> None:
    with pytest.raises(Invalid) as told:
        CALENDAR.day(datetime(2026, 11, 22, 12))  # noqa: DTZ001 - that is the point
    assert told.value.code == "instant_without_zone"


@given(ANY_DAY, st.integers(1, 60))
def test_the_nth_working_day_is_worked_and_has_so_many_before_it(start: date, n: int) -> None:
    found = CALENDAR.nth_after(start, n)
    assert CALENDAR.works(found)
    assert CALENDAR.working_days_between(start, found) == n


def test_a_term_that_begins_before_the_table_is_not_guessed() -> None:
    with pytest.raises(Invalid) as told:
        CALENDAR.nth_after(date(2019, 1, 1), 3)
    assert told.value.code == "calendar_reach"


@pytest.mark.parametrize(
    ("year", "why"),
    [
        (Year(year=2026, notice=" ", holidays=frozenset(), makeup=frozenset()), "no_notice"),
        (Year(year=2026, notice="n", holidays=days("2026-01-04"), makeup=days("2026-01-04")), "day_twice"),
        (Year(year=2026, notice="n", holidays=frozenset(), makeup=days("2026-01-05")), "makeup_on_weekday"),
        (Year(year=2026, notice="n", holidays=days("2025-01-01"), makeup=frozenset()), "other_year"),
    ],
)
def test_a_year_that_contradicts_itself_is_refused(year: Year, why: str) -> None:
    with pytest.raises(Invalid) as told:
        check_year(year, weekend=frozenset({6, 7}))
    assert told.value.code == "calendar"
    assert told.value.details["why"] == why


def test_another_week_rests_on_other_days() -> None:
    other = Calendar(
        zone=ZONE,
        years={2026: Year(year=2026, notice="n", holidays=frozenset(), makeup=frozenset())},
        weekend=frozenset({5, 6}),
    )
    assert not other.works(date(2026, 11, 27))  # a Friday
    assert other.works(date(2026, 11, 29))  # a Sunday
