"""The preview says what is covered and why; a figure is drawn only where it says something."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils import translation

from kaimen.core.policy.party import ANYBODY
from kaimen.opening import looks, selectors
from kaimen.opening.looks import Let
from kaimen.web.now import now
from kaimen.web.parts import Gate, draw_table
from tests.opening.town import Town

AT = datetime(2026, 11, 23, 2, 24, 2, tzinfo=UTC)


def let(names: list[str], *rows: list[object]) -> Let:
    masked = frozenset({"residents", "legal_rep"} & set(names))
    return Let(names=names, rows=rows, receipt="Qm7xT2dKw0V9aB3c", at=AT, masked=masked)


@pytest.fixture
def page(town: Town) -> selectors.EntryPage:
    return selectors.entry_page(ANYBODY, town.care_homes, now=now())


def test_covered_columns_carry_the_numbers_of_their_reasons(page: selectors.EntryPage) -> None:
    names = ["code", "name", "district", "beds", "residents", "legal_rep"]
    verdict = looks.preview(page, let(names, ["110101-0001", "示范第1养老院", "110101", 19, None, "王**"]))
    assert verdict.gate is Gate.AJAR
    assert [reason.number for reason in verdict.behind] == [1, 2]
    assert verdict.table is not None
    assert [column.reason for column in verdict.table.columns] == [None, None, None, None, 1, 2]
    assert 'class="masked n' in str(draw_table(verdict.table))
    assert verdict.proof is not None
    assert verdict.proof.url.endswith("/log/Qm7xT2dKw0V9aB3c")


def test_a_preview_without_covers_stands_wide_open(page: selectors.EntryPage) -> None:
    plain = tuple(item for item in page.entry.items if item.level == 1)
    entry = replace(page.entry, body=replace(page.entry.body, items=plain))
    verdict = looks.preview(replace(page, entry=entry), let(["code", "name", "district", "beds"], ["a", "b", "c", 19]))
    assert (verdict.gate, list(verdict.behind)) == (Gate.OPEN, [])


def test_a_column_that_did_not_come_is_named_as_staying_inside(page: selectors.EntryPage) -> None:
    verdict = looks.preview(page, let(["code", "name", "district", "beds"], ["a", "b", "c", 19]))
    assert verdict.gate is Gate.AJAR
    assert ["在住" in verdict.behind[0].what, "法定代表人" in verdict.behind[1].what] == [True, True]


def test_divisions_come_first_and_masked_columns_never(page: selectors.EntryPage) -> None:
    assert [item.column for item in looks.groupings(page.entry)] == ["district", "name"]


def test_the_column_with_few_values_is_drawn(page: selectors.EntryPage) -> None:
    items = looks.groupings(page.entry)
    assert looks.grouping(items, let(["n0", "n1"], [5, 40])) == items[0]
    assert looks.grouping(items, let(["n0", "n1"], [400, 2])) == items[1]
    assert looks.grouping(items, let(["n0", "n1"], [1, 400])) is None


def test_a_figure_says_its_finding_and_has_the_same_numbers_as_its_table(page: selectors.EntryPage) -> None:
    item = looks.groupings(page.entry)[0]
    figure = looks.figure(page, item, let(["code", "n"], ["110108", 12], ["110101", 9], ["110119", 4]))
    assert figure is not None
    assert "12" in figure.finding
    assert "4" in figure.finding
    bars = figure.chart["series"][0]["data"]  # type: ignore[index]
    assert [bar["value"] for bar in bars] == [row[1] for row in figure.table.rows] == [12, 9, 4]


def test_what_we_draw_names_divisions_in_the_readers_language_and_data_stay_as_they_are(
    page: selectors.EntryPage,
) -> None:
    """Providers write codes or Chinese names; the list of areas has both languages."""
    item = looks.groupings(page.entry)[0]
    seen = let(["code", "n"], ["海淀区", 12], ["110101", 9], ["示范镇", 4])
    with translation.override("en"):
        figure = looks.figure(page, item, seen)
        preview = looks.preview(page, let(["code", "name", "district", "beds"], ["a", "b", "海淀区", 19]))
    assert figure is not None
    assert figure.chart["y"]["data"] == ["Haidian", "Dongcheng", "示范镇"]  # type: ignore[index]
    assert [row[0] for row in figure.table.rows] == ["Haidian", "Dongcheng", "示范镇"]
    assert figure.finding.startswith("Haidian has most, 12;")
    assert preview.table is not None
    assert preview.table.rows[0][2] == "海淀区"
    with translation.override("zh-hans"):
        chinese = looks.figure(page, item, seen)
    assert chinese is not None
    assert chinese.chart["y"]["data"] == ["海淀区", "东城区", "示范镇"]  # type: ignore[index]


@pytest.mark.parametrize(
    "rows", [[["110108", 12]], [["110108", 5], ["110101", 5]], [[f"{n}", 100 - n] for n in range(21)], []]
)
def test_what_says_nothing_is_not_drawn(page: selectors.EntryPage, rows: list[list[object]]) -> None:
    item = looks.groupings(page.entry)[0]
    assert looks.figure(page, item, let(["code", "n"], *rows)) is None


def test_names_are_quoted_so_that_they_stay_names(page: selectors.EntryPage) -> None:
    odd = replace(page.entry, slug='a"; DROP TABLE b; --')
    assert looks.preview_sql(odd).startswith('SELECT * FROM "a""; DROP TABLE b; --" LIMIT')
