"""Which assessments are needed, and what covers what: never more than was assessed, never longer than it holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kaimen.core.metadata.clearance import AssessmentKind, Clearance, covered, needed
from kaimen.core.metadata.entry import Item, PiClass

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NAMES = ("id", "name", "district", "amount")
ITEMS = tuple(
    Item(
        column=name, pi_class=PiClass.SENSITIVE if name == "id" else PiClass.GENERAL if name == "name" else PiClass.NONE
    )
    for name in NAMES
)
columns = st.sets(st.sampled_from(NAMES))
purposes = st.sets(st.sampled_from(["duty", "audit", "statistics"]), min_size=1)
clearances = st.lists(
    st.builds(
        Clearance,
        kind=st.sampled_from(AssessmentKind),
        purposes=st.frozensets(st.sampled_from(["duty", "audit", "statistics"])),
        columns=st.frozensets(st.sampled_from(NAMES)),
        until=st.integers(-3, 30).map(lambda days: NOW + timedelta(days=days)),
    ),
    max_size=5,
)


def test_what_is_needed() -> None:
    assert needed(ITEMS, ["district", "amount"], important=False) == {}
    assert needed(ITEMS, ["id", "amount"], important=False) == {AssessmentKind.IMPACT: {"id"}}
    assert needed(ITEMS, ["amount"], important=True) == {AssessmentKind.IMPORTANT: {"amount"}}
    assert needed(ITEMS, NAMES, important=True) == {
        AssessmentKind.IMPACT: {"id", "name"},
        AssessmentKind.IMPORTANT: set(NAMES),
    }
    assert needed(ITEMS, [], important=True) == {}
    assert needed(ITEMS, ["nothing"], important=True) == {}


@given(columns, st.booleans(), purposes, clearances)
def test_what_is_covered_is_covered_by_assessments_that_say_all_of_it(
    given_, important, uses, held: list[Clearance]
) -> None:
    need = needed(ITEMS, given_, important=important)
    found = covered(need, uses, held, now=NOW)
    assert set(found.missing) <= set(need)
    for kind, names in need.items():
        fitting = [
            one for one in held
            if one.kind == kind and names <= one.columns and uses <= one.purposes and one.until > NOW
        ]  # fmt: skip
        assert (kind in found.missing) == (not fitting)
        if fitting:
            assert found.until is not None
            assert NOW < found.until <= max(one.until for one in fitting)
    if set(found.missing) == set(need):
        assert found.until is None


@given(columns, columns, purposes, clearances)
def test_less_never_needs_more(some, others, uses, held: list[Clearance]) -> None:
    """Fewer columns are covered by whatever covers more of them, and at least as long."""
    whole = covered(needed(ITEMS, some | others, important=True), uses, held, now=NOW)
    part = covered(needed(ITEMS, some, important=True), uses, held, now=NOW)
    assert set(part.missing) <= set(whole.missing)
    if not whole.missing and part.until is not None:
        assert whole.until is not None
        assert part.until >= whole.until
