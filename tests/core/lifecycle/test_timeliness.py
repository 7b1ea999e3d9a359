"""Whether a term was kept: what ran out stays late whatever is done about it, and a lawful stop makes nobody late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaimen.core.lifecycle.terms import Amount, Stop, StopKind, Unit, due
from kaimen.core.lifecycle.timeliness import Standing, Term, belongs, judge, tally
from tests.core.lifecycle.days import CALENDAR

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""A Monday; ten working days end on the sixteenth."""
TEN = Amount(n=10, unit=Unit.WORKING_DAYS)
DUE = datetime(2026, 3, 16, 15, 59, 59, tzinfo=UTC)
QUARTER = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
NEXT = (QUARTER[1], datetime(2026, 7, 1, tzinfo=UTC))
TERM = Term(started=START, amount=TEN)
DAYS = st.integers(0, 60)
AT = QUARTER[1]


def after(days: float) -> datetime:
    return START + timedelta(days=days)


def paused(begin: float, end: float | None, kind: StopKind = StopKind.PAUSE) -> Term:
    return replace(TERM, stops=(Stop(kind=kind, begin=after(begin), end=None if end is None else after(end)),))


def standing(term: Term, at: datetime = AT) -> Standing:
    return judge(term, at, CALENDAR).standing


def test_the_due_day_of_these_tests_is_the_one_that_the_terms_compute() -> None:
    found = due(START, TEN, (), CALENDAR)
    assert found is not None
    assert found.at == DUE


@pytest.mark.parametrize(
    ("term", "told"),
    [
        (TERM, Standing.OPEN_LATE),
        (replace(TERM, ended=DUE, met=True), Standing.KEPT),
        (replace(TERM, ended=DUE + timedelta(seconds=1), met=True), Standing.LATE),
        (replace(TERM, ended=after(3)), Standing.FELL_AWAY),
        (replace(TERM, ended=after(20)), Standing.LATE),
        (paused(2, None), Standing.RUNNING),
        (paused(2, 25), Standing.RUNNING),
        (paused(2, 5), Standing.OPEN_LATE),
        (paused(20, None), Standing.OPEN_LATE),
        (paused(20, 25, StopKind.RESTART), Standing.OPEN_LATE),
        (replace(paused(20, None), ended=after(26), met=True), Standing.LATE),
        (replace(paused(2, None), ended=after(26), met=True), Standing.KEPT),
        (replace(TERM, extended=after(4), extra=10, ended=after(22), met=True), Standing.KEPT),
    ],
)
def test_how_a_term_stands(term: Term, told: Standing) -> None:
    assert standing(term) is told


def test_a_late_pause_that_a_case_was_cancelled_in_does_not_wash_it() -> None:
    assert standing(replace(paused(20, 30), ended=after(30)), after(31)) is Standing.LATE
    assert standing(replace(paused(2, 30), ended=after(30)), after(31)) is Standing.FELL_AWAY


def test_an_extension_counts_from_the_day_on_which_it_was_granted_only() -> None:
    term = replace(TERM, extended=after(4), extra=10)
    assert standing(term, after(16)) is Standing.RUNNING
    assert standing(replace(TERM, extended=after(40), extra=10), after(16)) is Standing.OPEN_LATE


def test_what_is_late_counts_in_every_period_in_which_it_stood_so() -> None:
    open_late, closed = judge(TERM, AT, CALENDAR), judge(replace(TERM, ended=after(45), met=True), NEXT[1], CALENDAR)
    assert belongs(open_late, *QUARTER)
    assert (belongs(closed, *QUARTER), belongs(closed, *NEXT)) == (True, True)
    kept = judge(replace(TERM, ended=after(2), met=True), NEXT[1], CALENDAR)
    assert (belongs(kept, *QUARTER), belongs(kept, *NEXT)) == (True, False)


@st.composite
def lives(draw: st.DrawFn) -> Term:
    """A term with stops one after another, perhaps an extension in time, and perhaps an end."""
    stops, day = list[Stop](), float(draw(DAYS)) / 4
    for _ in range(draw(st.integers(0, 3))):
        begin = day + draw(st.integers(1, 20)) / 2
        day = begin + draw(st.integers(1, 30)) / 2
        stops.append(Stop(kind=draw(st.sampled_from(list(StopKind))), begin=after(begin), end=after(day)))
    open_stop = bool(stops) and draw(st.booleans())
    if open_stop:
        stops[-1] = replace(stops[-1], end=None)
    extended = after(draw(st.integers(0, 5))) if draw(st.booleans()) else None
    ended = after(day + draw(st.integers(0, 40))) if draw(st.booleans()) else None
    if ended is not None and open_stop:
        stops[-1] = replace(stops[-1], end=ended)
    return replace(
        TERM, stops=tuple(stops), extended=extended, extra=5 if extended else 0, ended=ended, met=draw(st.booleans())
    )


@given(term=lives(), looked=DAYS, later=DAYS, met=st.booleans())
def test_closing_what_is_open_and_late_never_makes_it_better(term: Term, looked: int, later: int, *, met: bool) -> None:
    open_one = replace(term, ended=None)
    at = after(looked)
    if standing(open_one, at) is not Standing.OPEN_LATE:
        return
    last = max((one for stop in term.stops for one in (stop.begin, stop.end) if one), default=at)
    closed = replace(open_one, ended=max(at, last) + timedelta(days=later), met=met)
    for moment in (at, closed.ended + timedelta(days=1)):  # type: ignore[operator]  # it has ended
        before, then = judge(open_one, moment, CALENDAR), judge(closed, moment, CALENDAR)
        assert then.standing in {Standing.LATE, Standing.OPEN_LATE}
        period = (at - timedelta(days=5), moment + timedelta(days=5))
        assert belongs(then, *period)
        assert tally([then.standing]).kept == tally([before.standing]).kept == 0
        assert tally([then.standing]).of == 1


@given(lives(), DAYS)
def test_what_happens_after_a_moment_changes_nothing_that_was_said_of_it(term: Term, looked: int) -> None:
    at = after(looked)
    known = replace(
        term,
        stops=tuple(
            replace(stop, end=None) if stop.end and stop.end > at else stop for stop in term.stops if stop.begin <= at
        ),
        extended=term.extended if term.extended and term.extended <= at else None,
        extra=term.extra if term.extended and term.extended <= at else 0,
        ended=term.ended if term.ended and term.ended <= at else None,
    )
    assert judge(term, at, CALENDAR) == judge(known, at, CALENDAR)


@given(lives(), DAYS, DAYS)
def test_late_once_is_late_for_good(term: Term, one: int, other: int) -> None:
    first, second = sorted((one, other))
    if standing(term, after(first)) in {Standing.OPEN_LATE, Standing.LATE}:
        assert standing(term, after(second)) in {Standing.OPEN_LATE, Standing.LATE}


@given(st.lists(st.sampled_from(list(Standing))))
def test_a_tally_is_of_what_was_kept_and_what_was_late(standings: list[Standing]) -> None:
    found = tally(standings)
    assert found.of == sum(one in {Standing.KEPT, Standing.LATE, Standing.OPEN_LATE} for one in standings)
    assert found.kept <= found.of
