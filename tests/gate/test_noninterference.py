"""Random questions to two worlds that differ only in what the asker may not see must be answered alike: rows or code.

And governed(q) is q on physically masked copies; where q fails there by a value, the gate has rows with NULL instead: whether a cast
that throws is reached at all depends on the plan, and so on what is hidden. `KAIMEN_FUZZ_SECONDS` makes it longer, `KAIMEN_FUZZ_SEED` repeats one.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter

import pytest

from .worlds import World, question, two_worlds

SECONDS = float(os.environ.get("KAIMEN_FUZZ_SECONDS", "25"))
SEED = int(os.environ.get("KAIMEN_FUZZ_SEED", "20261123"))


@pytest.mark.timeout(SECONDS * 2 + 120)
def test_worlds_that_differ_only_in_forbidden_cells_answer_alike(tmp_path) -> None:
    chance = random.Random(SEED)
    until = time.monotonic() + SECONDS
    outcomes: Counter[str] = Counter()
    asked = compared = round_ = 0
    while time.monotonic() < until:
        folder = tmp_path / str(round_)
        folder.mkdir()
        one, two, masked = two_worlds(folder, chance)
        for _ in range(150):
            text = question(chance)
            first, second, copy, plain = one.ask(text), two.ask(text), masked.ask(text), masked.ask(text, failing=True)
            assert first == second, text
            assert first == copy, text
            assert first[1] != "evaluation", text
            if plain[0] == "rows":
                assert first[0] == "rows", text
                assert rows_of(first) == rows_of(plain), text
                compared += 1
            outcomes[first[0] if plain[1] != "evaluation" else "evaluation on a copy"] += 1
            asked += 1
            if time.monotonic() > until:
                break
        round_ += 1
    assert asked > SECONDS, "so few questions prove little"
    assert compared > asked / 4
    assert outcomes["rows"] > asked / 4, outcomes
    assert outcomes["evaluation on a copy"] > asked / 50, "the questions never throw, so they prove little"


def rows_of(answer: tuple[str, object]) -> object:
    """Without the names: a column without an alias is called after what was written."""
    assert isinstance(answer[1], tuple)
    return answer[1][1]


def test_the_two_worlds_do_differ_and_a_broken_gate_is_noticed(tmp_path) -> None:
    """The test of the test: without the row rule, or without one mask, the worlds answer differently."""
    from dataclasses import replace

    from kaimen.core.policy.obligations import Filter, Mask

    one, two, _ = two_worlds(tmp_path, random.Random(SEED))

    def without(world: World, drop) -> World:
        first, *rest = world.view.sources
        kept = replace(first, obligations=tuple(duty for duty in first.obligations if not drop(duty)))
        return World(replace(world.view, sources=(kept, *rest)), world.connection)

    drops = [lambda duty: isinstance(duty, Filter)] + [
        lambda duty, column=column: isinstance(duty, Mask) and duty.column == column
        for column in ("name", "born", "amount", "small", "text")
    ]
    for drop in drops:
        chance = random.Random(SEED)
        broken = without(one, drop), without(two, drop)
        assert any(broken[0].ask(text) != broken[1].ask(text) for text in (question(chance) for _ in range(150)))


def test_a_column_that_vanished_from_the_files_closes_its_source(tmp_path) -> None:
    """Schema drift: the row rule's column is gone, and no neighbour can lend one."""
    import duckdb

    one, _, _ = two_worlds(tmp_path, random.Random(SEED))
    source = one.view.sources[0]
    drifted = tmp_path / "drifted.parquet"
    duckdb.connect().execute(
        f"COPY (SELECT * EXCLUDE (region) FROM '{source.files[0]}') TO '{drifted}' (FORMAT parquet)"
    )
    world = World.of(drifted, tmp_path / "one" / "visits.parquet")
    for text in (
        "SELECT id FROM persons",
        "SELECT count(*) FROM persons",
        "SELECT p.id FROM (SELECT 'A' AS region) AS x, persons AS p",
        "WITH region AS (SELECT 'A' AS region) SELECT id FROM region, persons",
        "SELECT (SELECT count(*) FROM persons) FROM (SELECT 'A' AS region) AS _s0",
    ):
        assert world.ask(text) == ("code", "column_unknown"), text
