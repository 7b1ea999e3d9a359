"""Much out of little, by nesting: each call keeps to its literal bound, so what ends them is the worker: its deadline and its memory."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from kaimen.core.errors import KaimenError
from kaimen.core.sql.enforce import enforce
from kaimen.core.sql.view import GovernedView
from kaimen.engines import pool
from kaimen.engines.pool import Question

NOTHING = GovernedView(sources=(), names={}, now=datetime(2026, 11, 23, tzinfo=UTC))
WALL_S = 1.0
NESTED = [
    "SELECT length(repeat(repeat('a', 100000), 100000)) AS n",
    "SELECT length(repeat(repeat(repeat('a', 1000), 100000), 100000)) AS n",
    "WITH a AS (SELECT repeat('ab', 100000) AS x) SELECT length(repeat(x, 100000)) AS n FROM a",
    "SELECT length(replace(repeat('a', 100000), 'a', repeat('b', 100000))) AS n",
    "SELECT length(lpad(repeat('a', 100000), 100000, 'b') || repeat('c', 100000)) AS n FROM generate_series(1, 100000)",
    "SELECT levenshtein(repeat('ab', 100000), repeat('ba', 100000)) AS n",
    "WITH a AS (SELECT repeat('ab', 100000) AS x) SELECT levenshtein(x, reverse(x)) AS n FROM a",
    "WITH a AS (SELECT string_agg(repeat('x', 10000), '') AS x FROM generate_series(1, 100000)) SELECT length(x || x) AS n FROM a",
    "WITH RECURSIVE r AS (SELECT 'ab' AS x UNION ALL SELECT x || x FROM r) SELECT max(length(x)) AS n FROM r",
    "SELECT count(*) AS n FROM generate_series(1, 100000) AS a, generate_series(1, 100000) AS b WHERE a = b * 0.5",
    "SELECT length(regexp_replace(repeat('a', 100000), '(a|aa)+', repeat('b', 100000), 'g')) AS n FROM generate_series(1, 100000)",
    "SELECT sum(length(md5(repeat('a', 100000)))) AS n FROM generate_series(1, 100000) AS g(i) WHERE levenshtein(repeat('ab', 1000), i::VARCHAR) > 3",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    with pool.serving(folder, readable=[folder], workers=1):
        yield folder


@pytest.mark.parametrize("question", NESTED)
def test_nested_amplifiers_end_within_the_deadline_and_the_pool_lives_on(home, question: str) -> None:
    sql = enforce(question, NOTHING).sql
    begun = time.monotonic()
    try:
        list(pool.stream(home, Question(sql=sql, files=(), wall_s=WALL_S)))
    except KaimenError as ended:
        assert ended.code in {"budget_time", "budget_memory", "engine_lost"}  # noqa: PT017 - some succeed within their time
    assert time.monotonic() - begun < WALL_S + 3.0
    following = pool.stream(home, Question(sql="SELECT 1 AS x", files=()))
    assert [row for batch in following for row in batch.to_pylist()] == [{"x": 1}]
