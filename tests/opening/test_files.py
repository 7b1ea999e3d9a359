"""Files hold exactly the rows of the answer, whatever its batches are."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaimen.opening.files import FORMS

NAIVE = datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2100-01-01")
SCHEMA = pa.schema(
    [("code", pa.string()), ("n", pa.int64()), ("sum", pa.decimal128(12, 2)), ("day", pa.date32()), ("at", pa.timestamp("us")), ("ok", pa.bool_())]
)  # fmt: skip
ROWS = st.lists(
    st.tuples(
        st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=8),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.decimals(-(10**9), 10**9, places=2),
        st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        st.none() | st.datetimes(*NAIVE),
        st.none() | st.booleans(),
    ),
    max_size=30,
)


def batches(rows: list[tuple[object, ...]], cut: int) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(rows), cut):
        part = rows[start : start + cut]
        yield pa.record_batch(
            [pa.array([row[n] for row in part], SCHEMA.field(n).type) for n in range(len(SCHEMA))], schema=SCHEMA
        )


def written(form: str, rows: list[tuple[object, ...]], cut: int) -> bytes:
    return b"".join(FORMS[form].write(SCHEMA, batches(rows, cut)))


@settings(deadline=None)
@given(rows=ROWS, cut=st.integers(1, 7))
def test_parquet_gives_the_same_table_back(rows: list[tuple[object, ...]], cut: int) -> None:
    table = pq.read_table(io.BytesIO(written("parquet", rows, cut)))
    assert table.schema.equals(SCHEMA)
    assert [tuple(row.values()) for row in table.to_pylist()] == rows


@settings(deadline=None)
@given(rows=ROWS, cut=st.integers(1, 7))
def test_json_gives_the_same_rows_back_and_large_numbers_stay_exact(rows: list[tuple[object, ...]], cut: int) -> None:
    read = json.loads(written("json", rows, cut))
    assert [row["code"] for row in read] == [row[0] for row in rows]
    assert [None if row["n"] is None else int(row["n"]) for row in read] == [row[1] for row in rows]
    assert [None if row["sum"] is None else Decimal(row["sum"]) for row in read] == [row[2] for row in rows]
    assert all(isinstance(row["n"], str) == (row["n"] is not None and abs(int(row["n"])) > 2**53) for row in read)


@settings(deadline=None)
@given(rows=ROWS, cut=st.integers(1, 7))
def test_csv_gives_the_same_rows_back(rows: list[tuple[object, ...]], cut: int) -> None:
    read = list(csv.reader(io.StringIO(written("csv", rows, cut).decode(), newline="")))
    assert read[0] == SCHEMA.names
    assert [row[0] for row in read[1:]] == [row[0] or "" for row in rows]
    assert [row[1] for row in read[1:]] == ["" if row[1] is None else str(row[1]) for row in rows]
    assert [row[3] for row in read[1:]] == ["" if row[3] is None else row[3].isoformat() for row in rows]


@pytest.mark.parametrize("form", FORMS)
def test_a_writer_begins_before_the_answer_has_ended(form: str) -> None:
    def endless() -> Iterator[pa.RecordBatch]:
        while True:
            yield from batches([("a", 1, Decimal("1.00"), date(2026, 1, 1), NAIVE[0], True)] * 5000, 5000)

    pieces = FORMS[form].write(SCHEMA, endless())
    assert next(pieces)
    assert next(pieces)
