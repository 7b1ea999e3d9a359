"""Two views of one dataset: what they show together, against every row that a recipient could put together by hand."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaimen.core.policy.mask import Generalise, Keep, Minimum, Null, Pseudonym, Steps, Treatment, stricter
from kaimen.core.policy.obligations import Aggregate, Deny, Mask
from kaimen.core.policy.views import View, glued, totals_only, view, within

HOW: list[Treatment | None] = [
    None,
    Keep(1, 0),
    Keep(3, 4),
    Pseudonym("id_number"),
    Generalise("date", "year"),
    Generalise("date", "month"),
    Steps(4),
    Steps(6),
    Minimum(5),
]
views = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(HOW), max_size=4)


@pytest.mark.parametrize(
    ("one", "other", "by"),
    [
        ({"name": None, "id": Keep(1, 0)}, {"name": Keep(1, 0), "id": None}, ("id", "name")),
        ({"name": None, "street": None}, {"id": None, "street": None}, ("id", "name")),
        ({"name": None}, {"name": None, "street": None}, ()),
        ({"name": Keep(1, 0)}, {"name": None}, ()),
        ({"name": Keep(1, 0)}, {"name": Keep(1, 0)}, ()),
        ({"born": Generalise("date", "year")}, {"born": Generalise("date", "month")}, ()),
        ({"name": Keep(1, 0)}, {"name": Pseudonym("name")}, ("name",)),
        ({"n": Steps(4)}, {"n": Steps(6)}, ("n",)),  # together: steps of twelve and of neither
        ({}, {"name": None}, ()),
    ],
)
def test_what_two_views_show_together(one: View, other: View, by: tuple[str, ...]) -> None:
    assert glued(one, other) == by
    assert glued(other, one) == by


def test_a_view_leaves_out_what_is_not_given_and_what_is_emptied() -> None:
    duties = [Mask("a", Keep(3, 1)), Mask("a", Keep(1, 4)), Mask("b", Null()), Deny("c")]
    assert view(["a", "b", "d"], duties) == {"a": Keep(1, 1), "d": None}
    assert not totals_only(duties)
    assert totals_only([*duties, Aggregate(10, "a")])


@given(views, views, views)
def test_within_is_an_order_and_glued_is_its_lack(one: View, other: View, third: View) -> None:
    assert within(one, one)
    if within(one, other) and within(other, third):
        assert within(one, third)
    if within(one, other) and within(other, one):
        assert one == other
    assert bool(glued(one, other)) == (not within(one, other) and not within(other, one))
    assert glued(one, other) == glued(other, one)


@given(views, st.sampled_from("abcd"))
def test_covering_or_dropping_a_column_never_glues(one: View, column: str) -> None:
    without = {key: how for key, how in one.items() if key != column}
    assert glued(one, without) == ()
    if column in one and one[column] is None:
        assert glued(one, {**one, column: Keep(0, 0)}) == ()


def test_no_more_is_shown_exactly_where_the_meeting_of_both_is_the_one() -> None:
    for how, than in product(HOW, HOW):
        expected = than is None or (how is not None and stricter(how, than) == how)
        assert within({"a": how}, {"a": than}) == expected
