"""Source systems of real kinds, made from one seed."""

from __future__ import annotations

import csv
import hashlib
import io
import sqlite3
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

import demo.generate
from demo.generate import DAY, SEED, generated, prepare, stage
from demo.plan import city
from tests.demo.conftest import Made, make


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(sources: Made, tmp_path: Path) -> None:
    again = make(tmp_path)
    assert fingerprint(again.folder) == fingerprint(sources.folder)


def test_another_seed_gives_other_rows_of_the_same_shape(sources: Made, tmp_path: Path) -> None:
    other = make(tmp_path, "culture", seed=7)
    mine = (sources.folder / "culture" / "museums.csv").read_text("utf-8").splitlines()
    theirs = (other.folder / "culture" / "museums.csv").read_text("utf-8").splitlines()
    assert mine[0] == theirs[0]
    assert len(mine) == len(theirs)
    assert mine != theirs


def test_every_dataset_is_delivered_with_rows(sources: Made) -> None:
    assert {one.entry for one in sources.delivered if one.rows > 0} == {entry.slug for entry in city().datasets}


@pytest.mark.parametrize("body", sorted({entry.body for entry in city().datasets}))
def test_no_key_of_the_full_city_stands_twice(body: str) -> None:
    """A key that stands twice holds the load; the tiny city is too small to show it."""
    with duckdb.connect(config={"threads": 2}) as connection:
        prepare(connection, scale=1.0, seed=SEED, day=DAY)
        connection.execute((Path(demo.generate.__file__).parent / f"{body}.sql").read_text("utf-8"))
        twice = {}
        for entry in city().datasets:
            keys = ", ".join(f'"{item.name}"' for item in entry.columns if item.key)
            if entry.body == body and keys:
                counted = f"SELECT count(*) FROM (SELECT {keys} FROM {entry.slug} GROUP BY ALL HAVING count(*) > 1)"
                if found := connection.execute(counted).fetchone()[0]:
                    twice[entry.slug] = found
    assert twice == {}


def test_the_sources_are_of_every_kind_that_the_lake_reads(sources: Made) -> None:
    assert {one.kind for one in sources.delivered} == {"csv", "xlsx", "parquet", "sqlite"}


def test_what_was_generated_is_known_again(sources: Made) -> None:
    assert generated(sources.folder, "civil", size="tiny") == sources.bodies["civil"]
    assert generated(sources.folder, "civil", size="full") is None
    assert generated(sources.folder / "nowhere", "civil", size="tiny") is None


def test_csv_heads_are_the_columns_of_the_entry_but_where_one_is_missing_on_purpose(sources: Made) -> None:
    for one in sources.delivered:
        if one.kind == "csv":
            entry = city().entries[one.entry]
            head = (sources.folder / one.where).read_bytes().split(b"\n", 1)[0].decode("ascii").split(",")
            wanted = [column.name for column in entry.columns]
            assert (head == wanted) == (sources.fault_of(one) != "column_missing"), one


def test_parquet_and_workbooks_hold_the_columns_too(sources: Made) -> None:
    for one in sources.delivered:
        wanted = [column.name for column in city().entries[one.entry].columns]
        if one.kind == "parquet":
            assert pq.read_schema(sources.folder / one.where).names == wanted
        elif one.kind == "xlsx" and sources.fault_of(one) != "merged_heads":
            sheet = CalamineWorkbook.from_path(str(sources.folder / one.where)).get_sheet_by_index(0).to_python()
            assert sheet[0] == wanted
            assert len(sheet) == one.rows + 1


def test_codes_keep_their_zeros_in_workbooks(sources: Made) -> None:
    path = sources.folder / "health" / "hospital_departments.xlsx"
    codes = {row[1] for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]}
    assert "007" in codes
    assert any(str(code).startswith("0") and str(code).endswith("A") for code in codes)


def test_one_file_is_gb18030_and_the_others_are_utf_8(sources: Made) -> None:
    old = sources.with_fault("gb18030")
    content = (sources.folder / old.where).read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    assert len(list(csv.reader(io.StringIO(content.decode("gb18030"))))) == old.rows + 1
    for one in sources.delivered:
        if one.kind == "csv" and sources.fault_of(one) not in {"gb18030", "broken_encoding"}:
            assert (sources.folder / one.where).read_bytes().decode("utf-8")


def test_a_database_holds_what_it_held_on_the_day_that_is_staged(tmp_path: Path) -> None:
    made = make(tmp_path, "civil").bodies["civil"]
    homes = made.of("care_homes")
    counts = []
    for one in homes:
        stage(one, made)
        with sqlite3.connect(made.folder / one.where) as database:
            counts.append(database.execute("SELECT count(*) FROM care_homes").fetchone()[0])
        database.close()
    assert counts == [one.rows for one in homes] == [573, 574, 574]


def test_unknown_bytes_stand_where_the_broken_file_says(sources: Made) -> None:
    broken = sources.with_fault("broken_encoding")
    content = (sources.folder / broken.where).read_bytes()
    for encoding in ("utf-8", "gb18030"):
        with pytest.raises(UnicodeDecodeError):
            content.decode(encoding)


def test_columns_of_a_row_do_not_go_together() -> None:
    """A plain hash of (seed, row, column) did: care homes in the east were all small."""
    with duckdb.connect() as connection:
        prepare(connection, scale=0.01, seed=SEED, day=DAY)
        together = connection.execute(
            "SELECT max(abs(corr)) FROM (SELECT corr(u(i, a), u(i, b)) AS corr FROM range(20000) AS r (i), "
            "(VALUES ('care', 'station'), ('n1', 'n2'), ('late', 'late2'), ('a', 'b')) AS t (a, b) GROUP BY a, b)"
        ).fetchone()
    assert together is not None
    assert together[0] < 0.03
