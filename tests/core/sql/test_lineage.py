"""Lineage: which columns stand behind an answer."""

from __future__ import annotations

import pytest

from kaimen.core.sql.enforce import enforce
from kaimen.core.sql.lineage import everything, lineage

from .cases import VIEW


def told(question: str) -> list[tuple[str, set[str], bool]]:
    outputs = lineage(enforce(question, VIEW), VIEW)
    assert outputs is not None
    return [(each.name, {f"{dataset[2:]}.{name}" for dataset, name in each.origins}, each.is_plain) for each in outputs]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("SELECT id, name FROM persons", [("id", {"PERSONS.id"}, True), ("name", {"PERSONS.name"}, True)]),
        ("SELECT name AS n, upper(ssn) u FROM persons", [("n", {"PERSONS.name"}, True), ("u", {"PERSONS.ssn"}, False)]),
        ("SELECT * FROM parks", [("name", {"PARKS.name"}, True), ("面积", {"PARKS.面积"}, True)]),
        (
            "WITH x AS (SELECT id + 1 AS a, name FROM persons) SELECT a, x.name || parks.name AS b FROM x, parks",
            [("a", {"PERSONS.id"}, True), ("b", {"PERSONS.name", "PARKS.name"}, False)],
        ),
        ("SELECT id FROM persons UNION SELECT name FROM parks", [("id", {"PERSONS.id", "PARKS.name"}, True)]),
        (
            "SELECT (SELECT max(amount) FROM persons) AS m, count(*) AS n",
            [("m", {"PERSONS.amount"}, False), ("n", set(), False)],
        ),
        (
            "WITH RECURSIVE r AS (SELECT id FROM persons UNION ALL SELECT id + 1 FROM r WHERE id < 9) SELECT id FROM r",
            [("id", {"PERSONS.id"}, True)],
        ),
        ("SELECT 1 AS one", [("one", set(), False)]),
    ],
)
def test_lineage(question: str, wanted) -> None:
    assert told(question) == wanted


@pytest.mark.parametrize(
    "question",
    [
        "SELECT persons FROM persons",
        "SELECT x['ssn'] AS s FROM persons AS x",
        "SELECT s.p FROM (SELECT x AS p FROM persons AS x) AS s",
        "WITH a AS (SELECT x AS p FROM persons AS x) SELECT p.ssn FROM a",
        "WITH a AS (SELECT * FROM persons AS x, persons AS y), b AS (SELECT * FROM a AS x, a AS y) SELECT * FROM b",
    ],
)
def test_a_whole_row_is_told_as_everything(question: str) -> None:
    assert lineage(enforce(question, VIEW), VIEW) is None


def test_everything_is_every_visible_column_of_what_was_asked() -> None:
    assert {name for _, name in everything(VIEW, ("01PARKS",))} == {"name", "面积"}
    assert "secret" not in {name for _, name in everything(VIEW, ("01PERSONS", "01PARKS"))}
