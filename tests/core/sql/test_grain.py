"""Totals of one dataset have a smallest group that can be asked for; whatever could hand on a row, or make ten of one, has none."""

from __future__ import annotations

import pytest

from kaimen.core.sql.enforce import read
from kaimen.core.sql.grain import smallest_group

ONE = 'SELECT MIN("_units") AS "_units" FROM (SELECT COUNT(*) AS "_units" FROM {rest}) AS _groups'


@pytest.mark.parametrize(
    ("sql", "rest"),
    [
        ("SELECT a, sum(b) AS s FROM t WHERE c > 1 GROUP BY a ORDER BY 2 LIMIT 3", "t WHERE c > 1 GROUP BY a"),
        ("SELECT count(*) FROM t", "t"),
        ("SELECT a, round(avg(b) / 2, 1) FROM t GROUP BY a", "t GROUP BY a"),
        ("SELECT a, count(DISTINCT b), count(c) FROM t GROUP BY a", "t GROUP BY a"),
        ("SELECT year(d) AS y, count(*) FROM t GROUP BY year(d)", "t GROUP BY YEAR(d)"),
        ("SELECT a, sum(b) FROM t GROUP BY a HAVING sum(b) > 3", "t GROUP BY a HAVING SUM(b) > 3"),
        ("SELECT a FROM t GROUP BY a", "t GROUP BY a"),
    ],
)
def test_the_smallest_group_can_be_asked_for(sql: str, rest: str) -> None:
    assert smallest_group(read(sql)) == ONE.format(rest=rest)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM t",
        "FROM t",
        "SELECT a FROM t",
        "SELECT DISTINCT a FROM t",
        "SELECT a, max(b) FROM t GROUP BY a",
        "SELECT a, min(b) FROM t GROUP BY a",
        "SELECT a, string_agg(b) FROM t GROUP BY a",
        "SELECT a, median(b) FROM t GROUP BY a",
        "SELECT a, any_value(b) FROM t GROUP BY a",
        "SELECT a, sum(b) OVER () FROM t GROUP BY a, b",
        "SELECT a, sum(CASE WHEN id = 'x' THEN b ELSE 0 END) FROM t GROUP BY a",
        "SELECT a, count(*) FILTER (WHERE b = 1) FROM t GROUP BY a",
        "SELECT a, sum(b) FROM t, generate_series(1, 10) GROUP BY a",
        "SELECT a, sum(b) FROM t JOIN u USING (x) GROUP BY a",
        "SELECT a, sum(b) FROM (SELECT * FROM t UNION ALL SELECT * FROM t) GROUP BY a",
        "WITH x AS (SELECT * FROM t) SELECT count(*) FROM x",
        "SELECT a, sum(b) FROM t WHERE a IN (SELECT a FROM u) GROUP BY a",
        "SELECT a FROM t UNION SELECT b FROM t",
        "SELECT a, count(*) FROM t GROUP BY 1",
        "SELECT a, count(*) FROM t GROUP BY ALL",
        "SELECT a, sum(b) FROM t GROUP BY ROLLUP (a)",
        "SELECT a, sum(b) AS s FROM t GROUP BY a HAVING s > 3",
        "SELECT b + count(*) FROM t GROUP BY a, b + 1",
        "SELECT count(*) FROM generate_series(1, 3)",
        "SELECT a, count(*) + unnest([1, 2]) FROM t GROUP BY a",
    ],
)
def test_what_could_hand_on_a_row_has_none(sql: str) -> None:
    assert smallest_group(read(sql)) is None
