"""The router of exports: order, thresholds, and nothing gained by splitting. Small thresholds stand for the large ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaimen.core.lifecycle.exports import Facts, Flow, Route, Thresholds, route

LIMITS = Thresholds(many=20, many_sensitive=6, some=10)
PEOPLE = st.frozensets(st.integers(0, 40).map(str), max_size=30)
FLOWS = st.lists(st.builds(Flow, persons=PEOPLE, sensitive=PEOPLE), max_size=4).map(tuple)
YES = st.booleans()
FACTS = st.builds(
    Facts, secret_or_core=YES, foreign_judicial=YES, state_organ=YES, ciio=YES, important_confirmed=YES, personal=YES,
    flows=FLOWS,
)  # fmt: skip


def some(n: int, prefix: str = "p") -> frozenset[str]:
    return frozenset(f"{prefix}{i}" for i in range(n))


@pytest.mark.parametrize(
    ("persons", "sensitive", "way"),
    [
        (9, 0, Route.EXEMPT),
        (10, 0, Route.CONTRACT_OR_CERT),
        (19, 0, Route.CONTRACT_OR_CERT),
        (20, 0, Route.SECURITY_ASSESSMENT),
        (0, 1, Route.CONTRACT_OR_CERT),
        (0, 5, Route.CONTRACT_OR_CERT),
        (0, 6, Route.SECURITY_ASSESSMENT),
    ],
)
def test_around_each_threshold(persons, sensitive, way) -> None:
    flow = Flow(persons=some(persons), sensitive=some(sensitive, "s"))
    assert route(Facts(flows=(flow,)), LIMITS).route is way


@given(FACTS)
def test_secrets_never_leave(facts) -> None:
    assert (route(facts, LIMITS).route is Route.FORBIDDEN) == facts.secret_or_core


@given(FLOWS)
def test_a_state_organ_with_persons_is_always_assessed(flows) -> None:
    assert route(Facts(state_organ=True, personal=True, flows=flows), LIMITS).route is Route.SECURITY_ASSESSMENT


@given(FLOWS)
def test_splitting_gains_nothing(flows) -> None:
    one = Flow(
        persons=frozenset().union(*(flow.persons for flow in flows)),
        sensitive=frozenset().union(*(flow.sensitive for flow in flows)),
    )
    assert route(Facts(flows=flows), LIMITS) == route(Facts(flows=(one,)), LIMITS)


@given(FACTS)
def test_the_first_match_wins(facts) -> None:
    found = route(facts, LIMITS)
    order = ["secret_or_core", "foreign_judicial", "state_organ", "ciio", "important_data"]
    personal = facts.personal or found.persons > 0
    said = [
        facts.secret_or_core,
        facts.foreign_judicial,
        facts.state_organ and personal,
        facts.ciio and personal,
        facts.important_confirmed,
    ]
    first = next((why for why, holds in zip(order, said, strict=True) if holds), None)
    assert found.reason == first if first else found.reason not in order


@given(FLOWS, st.integers(0, 30), st.integers(0, 30))
def test_persons_that_cannot_be_linked_are_added_up(flows, more, sensitive) -> None:
    """The number stands for persons that no other flow has."""
    named = Flow(persons=some(more, "m"), sensitive=some(sensitive, "n"))
    numbered = Flow(unlinked=more, unlinked_sensitive=sensitive)
    assert route(Facts(flows=(*flows, numbered)), LIMITS) == route(Facts(flows=(*flows, named)), LIMITS)
