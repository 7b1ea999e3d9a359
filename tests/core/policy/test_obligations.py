"""How obligations meet: the result is never milder than any of those that went in. Each kind by itself, in both orders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaimen.core.policy.mask import Generalise, Keep, Minimum, Null, Pseudonym, Steps
from kaimen.core.policy.obligations import (
    Aggregate,
    Caps,
    Columns,
    Combine,
    Delivery,
    Deny,
    Expire,
    Filter,
    Level,
    Mask,
    Obligation,
    Quota,
    Unknown,
    meet,
)
from kaimen.core.policy.rows import Compare

NOW = datetime(2026, 11, 23, 2, 24, tzinfo=UTC)
BEIJING, HAIDIAN = Compare("city", "eq", ("1101",)), Compare("district", "eq", ("110108",))


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (Quota("rows", "day", 5), Quota("rows", "day", 7), [Quota("rows", "day", 5)]),
        (Quota("rows", "day", 5), Quota("rows", "month", 7), [Quota("rows", "day", 5), Quota("rows", "month", 7)]),
        (Quota("rows", "day", 5), Quota("calls", "day", 7), [Quota("calls", "day", 7), Quota("rows", "day", 5)]),
        (Expire(NOW), Expire(NOW + timedelta(days=1)), [Expire(NOW)]),
        (Caps(5, 70), Caps(7, 50), [Caps(5, 50)]),
        (Level(2), Level(3), [Level(2)]),
        (Columns(("a", "b")), Columns(("c", "b")), [Columns(("b",))]),
        (Columns(("a",)), Columns(("b",)), [Columns(())]),
        (Delivery(("sql", "rest")), Delivery(("rest", "file")), [Delivery(("rest",))]),
        (Combine(allowed=True), Combine(allowed=False), [Combine(allowed=False)]),
        (Aggregate(5, "a"), Aggregate(10, "a"), [Aggregate(10, "a")]),
        (Aggregate(5, "a"), Aggregate(10, "b"), [Aggregate(5, "a"), Aggregate(10, "b")]),
        (Filter(BEIJING), Filter(HAIDIAN), [Filter(BEIJING), Filter(HAIDIAN)]),
        (Filter(BEIJING, "x"), Filter(BEIJING), [Filter(BEIJING)]),
        (Filter(BEIJING, "x"), Filter(BEIJING, "y", "BJ-1"), [Filter(BEIJING, "y", "BJ-1")]),
        (Deny("a", "x"), Mask("a", Null(), "y", "BJ-1"), [Deny("a", "x")]),
        (Deny("a"), Mask("b", Null()), [Deny("a"), Mask("b", Null())]),
        (Deny("a", "x"), Deny("a", "y", "BJ-1"), [Deny("a", "y", "BJ-1")]),
        (Mask("a", Keep(3, 1)), Mask("a", Keep(1, 4)), [Mask("a", Keep(1, 1))]),
        (Mask("a", Keep(3, 1), "x"), Mask("a", Pseudonym("id_number"), "y", "BJ-1"), [Mask("a", Null(), "y", "BJ-1")]),
        (Mask("a", Steps(4)), Mask("a", Steps(6)), [Mask("a", Steps(12))]),
        (Mask("a", Minimum(5)), Mask("a", Minimum(10)), [Mask("a", Minimum(10))]),
        (Mask("a", Generalise("date", "month")), Mask("a", Generalise("date", "year")), [Mask("a", Generalise("date", "year"))]),
        (Mask("a", Generalise("date", "month")), Mask("a", Generalise("division", "city")), [Mask("a", Null())]),
        (Unknown("sing"), Unknown("sing"), [Unknown("sing")]),
        (Unknown("sing"), Unknown("dance"), [Unknown("dance"), Unknown("sing")]),
    ],
)  # fmt: skip
def test_two_meet_in_either_order(one: Obligation, other: Obligation, both: list[Obligation]) -> None:
    assert sorted(meet([one, other]), key=repr) == sorted(both, key=repr)
    assert meet([one, other]) == meet([other, one])


@given(
    st.permutations([Mask("a", Keep(1, 1)), Mask("a", Null()), Deny("a", "x"), Mask("a", Keep(0, 4)), Deny("a", "y")])
)
def test_a_denial_among_masks_always_stands(order: list[Obligation]) -> None:
    assert meet(order) == (Deny("a", "x"),)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=5))
def test_of_many_bounds_the_tightest_holds(bounds: list[int]) -> None:
    assert meet(Quota("calls", "day", bound) for bound in bounds) == (Quota("calls", "day", min(bounds)),)
    assert meet(Level(bound) for bound in bounds) == (Level(min(bounds)),)
    assert meet(Aggregate(bound, "person") for bound in bounds) == (Aggregate(max(bounds), "person"),)
    assert meet(Caps(bound, 9 - bound) for bound in bounds) == (Caps(min(bounds), 9 - max(bounds)),)


def test_what_is_listed_twice_is_listed_once() -> None:
    assert meet([Columns(("b", "a", "b"))]) == (Columns(("a", "b")),)
    assert meet([Delivery(("sql", "rest", "sql"))]) == (Delivery(("rest", "sql")),)
