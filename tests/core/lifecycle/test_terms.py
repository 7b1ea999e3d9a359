from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaimen.core.errors import Invalid
from kaimen.core.lifecycle.terms import Amount, Stop, StopKind, Unit, due, part_of
from tests.core.lifecycle.days import CALENDAR, ZONE, counted_one_by_one, here

STARTS = st.datetimes(datetime(2025, 1, 2), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside
COUNTS = st.integers(1, 40)


def working(n: int) -> Amount:
    return Amount(n=n, unit=Unit.WORKING_DAYS)


@st.composite
def stops(draw: st.DrawFn) -> list[Stop]:
    found = []
    for _ in range(draw(st.integers(0, 3))):
        begin = draw(STARTS)
        kind = draw(st.sampled_from([StopKind.PAUSE, StopKind.NOT_COUNTED]))
        found.append(Stop(kind=kind, begin=begin, end=begin + timedelta(hours=draw(st.integers(0, 900)))))
    return found


def last_day(start: datetime, n: int, given_stops: list[Stop] | None = None) -> date:
    found = due(start, working(n), given_stops or [], CALENDAR)
    assert found is not None
    return CALENDAR.day(found.at)


@given(STARTS, COUNTS, stops())
def test_two_searches_by_halves_find_what_walking_finds(start: datetime, n: int, given_stops: list[Stop]) -> None:
    after = [stop for stop in given_stops if stop.end is not None and stop.end > start]
    assert last_day(start, n, given_stops) == counted_one_by_one(CALENDAR.day(start), n, after)


@given(STARTS, COUNTS)
def test_a_term_ends_on_a_working_day_and_never_too_early(start: datetime, n: int) -> None:
    end = last_day(start, n)
    assert CALENDAR.works(end)
    assert end >= CALENDAR.day(start) + timedelta(days=n)


@given(STARTS, COUNTS, COUNTS, stops())
def test_a_longer_term_never_ends_earlier(start: datetime, n: int, more: int, given_stops: list[Stop]) -> None:
    assert last_day(start, n + more, given_stops) > last_day(start, n, given_stops)


@given(STARTS, st.timedeltas(timedelta(), timedelta(days=40)), COUNTS)
def test_a_later_start_never_ends_earlier(start: datetime, later: timedelta, n: int) -> None:
    assert last_day(start + later, n) >= last_day(start, n)


@given(STARTS, COUNTS, stops(), st.randoms())
def test_the_order_of_stops_does_not_matter(start: datetime, n: int, given_stops: list[Stop], chance: object) -> None:
    mixed = list(given_stops)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert last_day(start, n, mixed) == last_day(start, n, given_stops)


@given(STARTS, COUNTS, STARTS)
def test_a_stop_that_ended_on_its_own_day_changes_nothing(start: datetime, n: int, moment: datetime) -> None:
    empty = Stop(kind=StopKind.PAUSE, begin=moment, end=moment)
    assert last_day(start, n, [empty]) == last_day(start, n)


@given(STARTS, COUNTS, stops(), st.timedeltas(timedelta(hours=1), timedelta(days=60)))
def test_a_restart_equals_a_fresh_term(start: datetime, n: int, given_stops: list[Stop], later: timedelta) -> None:
    corrected = start + later
    again = Stop(kind=StopKind.RESTART, begin=start, end=corrected)
    assert last_day(start, n, [again, *given_stops]) == last_day(corrected, n, given_stops)


@given(STARTS, COUNTS, st.sampled_from(Unit))
def test_an_open_stop_has_no_end_yet(start: datetime, n: int, unit: Unit) -> None:
    waiting = Stop(kind=StopKind.PAUSE, begin=start + timedelta(days=1))
    assert due(start, Amount(n=n, unit=unit), [waiting], CALENDAR) is None


def test_the_day_of_the_event_is_not_counted_and_rest_days_move_the_end() -> None:
    assert last_day(here("2026-09-30"), 1) == date(2026, 10, 8)
    assert last_day(here("2026-10-09"), 1) == date(2026, 10, 10), "a make-up Saturday is worked"
    assert last_day(here("2026-10-09"), 2) == date(2026, 10, 12)


def test_mondays_to_fridays_would_breach_the_law_around_a_feast() -> None:
    assert last_day(here("2026-02-13"), 10) == date(2026, 3, 5), "ten weekdays would end on 27 February"


def test_one_supplement_notice_gives_back_exactly_the_days_it_took() -> None:
    notice, answer = here("2026-11-04"), here("2026-11-09")
    stop = Stop(kind=StopKind.PAUSE, begin=notice, end=answer)
    assert last_day(here("2026-11-02"), 10) == date(2026, 11, 16)
    assert last_day(here("2026-11-02"), 10, [stop]) == date(2026, 11, 19), "5, 6 and 9 November do not count"


def test_an_end_beyond_the_last_notice_is_provisional() -> None:
    end = due(here("2026-12-28"), working(10), [], CALENDAR)
    assert end is not None
    assert end.provisional
    told = due(here("2026-11-02"), working(10), [], CALENDAR)
    assert told is not None
    assert not told.provisional


def test_hours_run_through_nights_and_feasts() -> None:
    start = datetime(2026, 9, 30, 20, 30, tzinfo=ZONE)
    end = due(start, Amount(n=4, unit=Unit.HOURS), [], CALENDAR)
    assert end is not None
    assert end.at == datetime(2026, 10, 1, 0, 30, tzinfo=ZONE)


def test_hours_stand_still_in_a_stop() -> None:
    start = here("2026-11-02", 8)
    stop = Stop(kind=StopKind.PAUSE, begin=here("2026-11-02", 9), end=here("2026-11-02", 12))
    end = due(start, Amount(n=4, unit=Unit.HOURS), [stop], CALENDAR)
    assert end is not None
    assert end.at == here("2026-11-02", 15)


@pytest.mark.parametrize(
    ("start", "n", "unit", "last"),
    [
        ("2026-11-01", 30, Unit.CALENDAR_DAYS, "2026-12-01"),
        ("2026-09-05", 30, Unit.CALENDAR_DAYS, "2026-10-08"),  # 5 October is a feast: the end moves on
        ("2026-01-31", 1, Unit.MONTHS, "2026-02-28"),  # a month without that day ends on its last; a make-up Saturday
        ("2025-02-28", 1, Unit.YEARS, "2026-02-28"),
        ("2026-12-05", 2, Unit.MONTHS, "2027-02-05"),
    ],
)
def test_terms_in_days_months_and_years_end_on_the_same_day_or_the_next_that_is_worked(
    start: str, n: int, unit: Unit, last: str
) -> None:
    end = due(here(start), Amount(n=n, unit=unit), [], CALENDAR)
    assert end is not None
    assert CALENDAR.day(end.at).isoformat() == last


@given(STARTS, st.integers(1, 60), st.sampled_from(Unit), stops(), st.sampled_from([0.5, 0.8]))
def test_the_rungs_of_a_term_lie_between_its_start_and_its_end(
    start: datetime, n: int, unit: Unit, given_stops: list[Stop], share: float
) -> None:
    amount = Amount(n=n, unit=unit)
    end, part = due(start, amount, given_stops, CALENDAR), part_of(start, amount, share, given_stops, CALENDAR)
    assert end is not None
    assert part is not None
    assert CALENDAR.day(start) <= CALENDAR.day(part)
    assert part <= end.at


def test_an_instant_without_a_zone_starts_nothing() -> None:
    with pytest.raises(Invalid) as told:
        due(datetime(2026, 11, 2), working(3), [], CALENDAR)  # noqa: DTZ001 - that is the point
    assert told.value.code == "instant_without_zone"


def test_a_closure_that_becomes_known_moves_the_end() -> None:
    closed = replace(CALENDAR, closures={date(2026, 11, 10): "storm order 9"})
    before, after = due(here("2026-11-02"), working(10), [], CALENDAR), due(here("2026-11-02"), working(10), [], closed)
    assert before is not None
    assert after is not None
    assert (closed.day(after.at) - closed.day(before.at)).days == 1
