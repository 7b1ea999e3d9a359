"""What a log says about entries that it does not serve any more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaimen.core.errors import Invalid
from kaimen.core.tlog import pruning, tiles
from kaimen.core.tlog.pruning import Pruning

SAID = Pruning(minimum=700, policy="Decisions of the gate: six years.\n\nBy order of the council.\n")


@given(st.integers(0, 2**53), st.text(min_size=1).filter(str.strip))
def test_the_file_gives_back_what_went_in(minimum: int, policy: str) -> None:
    said = Pruning(minimum=minimum, policy=policy)
    assert pruning.parse(said.text()) == said


@pytest.mark.parametrize(("part", "other"), [("v1", "v2"), ("minimum 700", "minimum 0700"), ("minimum 700", "minimum -1"), ("six", "five"),
                                             ("policy ", "policy A"), ("\n\nDec", "\nDec"), ("minimum", "Minimum")])  # fmt: skip
def test_what_is_not_such_a_file_is_refused(part: str, other: str) -> None:
    with pytest.raises(Invalid) as refusal:
        pruning.parse(SAID.text().replace(part, other, 1))
    assert refusal.value.code == "pruning"


def test_a_pruning_without_a_policy_is_refused() -> None:
    with pytest.raises(Invalid):
        pruning.parse(Pruning(minimum=0, policy=" \n").text())


@given(st.integers(0, 2000), st.integers(0, 10))
def test_every_entry_from_the_minimum_on_is_served(minimum: int, n: int) -> None:
    entries = range(n * tiles.WIDTH, (n + 1) * tiles.WIDTH)
    assert pruning.refuses(n, minimum=minimum) == all(index < minimum for index in entries)
    first = Pruning(minimum=minimum, policy="p").first
    assert pruning.refuses(n, minimum=minimum) == (entries.stop <= first)
