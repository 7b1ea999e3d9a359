"""Two worlds that differ only in what is hidden answer alike, row for row or code for code, and never show what is hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import strategies as st

from kaimen.core.sql.enforce import enforce

from .budget import explore
from .known import KNOWN
from .questions import questions
from .worlds import CANARIES, World, truth, world

Pair = tuple[World, World]
SEEDS = (1, 2, 3)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Pair]]:
    folder: Path = tmp_path_factory.mktemp("worlds")
    made = [
        (world(folder / f"{seed}-one", truth(seed), seed), world(folder / f"{seed}-other", truth(seed), seed + 1000))
        for seed in SEEDS
    ]
    yield made
    for each in made:
        for one in each:
            one.connection.close()


def alike(pair: Pair, question: str) -> tuple[str, object]:
    one, other = (each.ask(question) for each in pair)
    assert one == other
    assert one != ("failed", "evaluation"), question  # whether it is reached would depend on what is hidden
    shown = repr(one)
    assert not any(canary in shown for canary in CANARIES), question
    return one


@pytest.mark.parametrize("question", KNOWN)
def test_known_questions_are_answered_alike(pairs: list[Pair], question: str) -> None:
    for pair in pairs:
        alike(pair, question)


def test_random_questions_are_answered_alike(pairs: list[Pair]) -> None:
    outcomes = Counter[str]()

    def check(question: str, place: int) -> None:
        outcomes[alike(pairs[place], question)[0]] += 1

    explore(check, questions(), st.integers(0, len(SEEDS) - 1), examples=650)
    assert outcomes["rows"] > outcomes.total() / 4, "most questions are turned away: nothing is tried"


def test_the_hidden_parts_of_the_worlds_really_differ(pairs: list[Pair]) -> None:
    """Without the gate every file tells the worlds apart; else the tests above would show nothing."""
    for one, other in pairs:
        for ours, theirs in zip(one.view.sources, other.view.sources, strict=True):
            for mine, his in zip(ours.files, theirs.files, strict=True):
                whole = "SELECT * FROM read_parquet(?)"
                rows = (
                    one.connection.execute(whole, [mine]).fetchall(),
                    other.connection.execute(whole, [his]).fetchall(),
                )
                assert Counter(rows[0]) != Counter(rows[1])
                assert any(canary in repr(rows) for canary in CANARIES)


def test_a_reused_engine_answers_as_a_fresh_one(pairs: list[Pair]) -> None:
    from .worlds import locked, run

    one = pairs[0][0]
    for question in KNOWN[:12]:
        files = tuple(path for source in one.view.sources for path in source.files)
        fresh = locked(files)
        kind, answer = one.ask(question)
        if kind == "rows":
            governed = enforce(question, one.view)
            assert run(fresh, governed.sql, governed.parameters) == (kind, answer)
        fresh.close()
