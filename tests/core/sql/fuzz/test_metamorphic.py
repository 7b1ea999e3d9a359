"""The strongest oracle: the gate over raw files says what an engine says that only ever had tables masked by hand.

That engine reads the question as it was asked: so names, scopes and the regenerated text are tried too. Then two logical
oracles on governed tables alone: the rows where a condition holds, fails or is unknown are all rows (TLP), and counting
where it holds is adding up where it holds (NoREC).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import strategies as st

from .budget import explore
from .known import KNOWN
from .questions import PARAMETERS, conditions, questions
from .worlds import World, masked_by_hand, run, truth, world

Pair = tuple[World, duckdb.DuckDBPyConnection]
SEEDS = (1, 2)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Pair]]:
    folder: Path = tmp_path_factory.mktemp("worlds")
    made = [(world(folder / str(seed), truth(seed), seed), masked_by_hand(truth(seed))) for seed in SEEDS]
    yield made
    for one, copy in made:
        one.connection.close()
        copy.close()


def as_on_the_copy(pair: Pair, question: str) -> str:
    """The kind of outcome. What the gate refuses has no counterpart: the other engine knows no gate.

    Where the other engine fails by a value, the gate has rows: there it shows NULL.
    """
    governed, copy = pair
    kind, answer = governed.ask(question)
    if kind == "refused":
        return kind
    named = tuple(name for name in PARAMETERS if f"${name}" in question)
    wanted = run(copy, question, named)
    if wanted == ("failed", "evaluation"):
        assert kind == "rows"
        return "mended"
    assert (kind, answer) == wanted
    return kind


@pytest.mark.parametrize("question", KNOWN)
def test_known_questions_are_answered_as_on_masked_copies(pairs: list[Pair], question: str) -> None:
    for pair in pairs:
        as_on_the_copy(pair, question)


def test_random_questions_are_answered_as_on_masked_copies(pairs: list[Pair]) -> None:
    outcomes = Counter[str]()

    def check(question: str, place: int) -> None:
        outcomes[as_on_the_copy(pairs[place], question)] += 1

    explore(check, questions(), st.integers(0, len(SEEDS) - 1), examples=180)
    assert outcomes["rows"] > outcomes.total() / 4, "most questions are turned away: nothing is tried"
    assert outcomes["mended"] > 0, "no question fails by a value: half of it is not tried"


def test_a_condition_holds_or_fails_or_is_unknown(pairs: list[Pair]) -> None:
    governed = pairs[0][0]

    def check(drawn: tuple[str, str]) -> None:
        table, condition = drawn
        kind, everything = governed.ask(f"SELECT * FROM {table}")
        assert kind == "rows"
        assert isinstance(everything, Counter)
        parts = Counter[object]()
        for form in ("({})", "NOT ({})", "({}) IS NULL"):
            kind, rows = governed.ask(f"SELECT * FROM {table} WHERE {form.format(condition)}")
            if kind != "rows":
                return
            assert isinstance(rows, Counter)
            parts += rows
        assert parts == everything

    explore(check, conditions(), examples=60)


def test_counting_rows_is_adding_up_where_they_are(pairs: list[Pair]) -> None:
    governed = pairs[0][0]

    def check(drawn: tuple[str, str]) -> None:
        table, condition = drawn
        counted = governed.ask(f"SELECT count(*) AS n FROM {table} WHERE {condition}")
        added = governed.ask(f"SELECT coalesce(sum(CASE WHEN {condition} THEN 1 ELSE 0 END), 0) AS n FROM {table}")
        if counted[0] == added[0] == "rows":
            assert counted == added

    explore(check, conditions(), examples=60)
