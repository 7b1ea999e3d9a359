"""The forms that sources have. Each writer takes a question over the generated tables and gives back how many rows it wrote.

Nothing here depends on the clock: a workbook's creation day is fixed, files are written row after row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from demo.plan import Column, Entry

Connection = duckdb.DuckDBPyConnection
Row = tuple[Any, ...]

_CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_BATCH = 20_000
_SQLITE = {"I": "INTEGER", "F": "REAL", "L": "BOOLEAN", "D": "DATE"}
_POSTGRES = {"I": "bigint", "F": "double precision", "L": "boolean", "D": "date", "Y": "numeric(18,2)"}


def to_csv(connection: Connection, question: str, path: Path, *, encoding: str) -> int:
    """With a head line, in UTF-8 or in GB18030 as older offices send it."""
    _copy(connection, question, path, "FORMAT csv, HEADER true")
    if encoding != "utf-8":
        path.write_bytes(path.read_text("utf-8").encode(encoding))
    return _count(connection, question)


def to_parquet(connection: Connection, question: str, path: Path) -> int:
    """One file, zstd, row groups of the default size."""
    _copy(connection, question, path, "FORMAT parquet, COMPRESSION zstd")
    return _count(connection, question)


def to_xlsx(connection: Connection, question: str, path: Path, entry: Entry, *, for_print: bool) -> int:
    """One sheet with a head line; codes are text cells. `for_print`: with merged heads above, as people make them."""
    part = path.with_suffix(".part")
    book = xlsxwriter.Workbook(
        str(part), {"constant_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_numbers": False}
    )
    book.set_properties({"title": f"{entry.title.zh}（合成数据）", "created": _CREATED})
    sheet = book.add_worksheet("数据")
    first = 0
    if for_print:
        sheet.merge_range(0, 0, 0, len(entry.columns) - 1, f"{entry.title.zh}（单位：元）")
        sheet.merge_range(1, 0, 1, 2, "科目")
        sheet.merge_range(1, 3, 1, len(entry.columns) - 1, "金额")
        sheet.write_row(2, 0, [column.words.zh for column in entry.columns])
        first = 3
    else:
        sheet.write_row(0, 0, [column.name for column in entry.columns])
        first = 1
    rows = 0
    for row in _rows(connection, question):
        for place, (column, value) in enumerate(zip(entry.columns, row, strict=True)):
            if value is None:
                continue
            if column.type in {"C", "M"}:
                sheet.write_string(first + rows, place, str(value))
            elif column.type == "D":
                sheet.write_datetime(first + rows, place, datetime.combine(value, datetime.min.time()))
            elif column.type == "L":
                sheet.write_boolean(first + rows, place, value)
            else:
                sheet.write_number(first + rows, place, float(value))
        rows += 1
    book.close()
    part.replace(path)
    return rows


def to_sqlite(connection: Connection, question: str, path: Path, entry: Entry, *, number: int | None) -> int:
    """A table of the database at `path`; with a number, a staged one beside it that `stage_sqlite` puts in place."""
    name = entry.slug if number is None else f"{entry.slug}__{number}"
    columns = ", ".join(f'"{column.name}" {_SQLITE.get(column.type, _decimal(column))}' for column in entry.columns)
    keys = ", ".join(f'"{column.name}"' for column in entry.columns if column.key)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = 0
    with sqlite3.connect(path, isolation_level=None) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        database.execute(f'DROP TABLE IF EXISTS "{name}"')
        database.execute(f'CREATE TABLE "{name}" ({columns}{f", PRIMARY KEY ({keys})" if keys else ""})')
        insert = f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(entry.columns))})'  # noqa: S608 - names of our own plan
        for batch in _batches(connection, _as_text(question, entry)):
            database.executemany(insert, batch)
            rows += len(batch)
        database.execute("COMMIT")
    database.close()
    return rows


def stage_sqlite(path: Path, table: str, number: int) -> None:
    """Put the staged table of that number in place, if this table has staged ones."""
    with sqlite3.connect(path) as database:
        staged = f"{table}__{number}"
        told = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (staged,)).fetchone()
        if told is not None:
            database.execute(f'DROP TABLE IF EXISTS "{table}"')
            database.execute(told[0].replace(f'"{staged}"', f'"{table}"', 1))
            database.execute(f'INSERT INTO "{table}" SELECT * FROM "{staged}"')  # noqa: S608 - names of our own plan
    database.close()


def to_postgres(
    connection: Connection, question: str, url: str, schema: str, entry: Entry, *, number: int | None
) -> int:
    """A table of a schema of its own on the server at `url`."""
    import psycopg  # a visitor without a server never needs it

    name = entry.slug if number is None else f"{entry.slug}__{number}"
    columns = ", ".join(f'"{column.name}" {_POSTGRES.get(column.type, _decimal(column))}' for column in entry.columns)
    keys = ", ".join(f'"{column.name}"' for column in entry.columns if column.key)
    rows = 0
    with psycopg.connect(url) as database, database.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'.encode())
        cursor.execute(f'DROP TABLE IF EXISTS "{schema}"."{name}"'.encode())
        cursor.execute(
            f'CREATE TABLE "{schema}"."{name}" ({columns}{f", PRIMARY KEY ({keys})" if keys else ""})'.encode()
        )
        with cursor.copy(f'COPY "{schema}"."{name}" FROM STDIN'.encode()) as copy:
            for batch in _batches(connection, question):
                for row in batch:
                    copy.write_row(row)
                rows += len(batch)
    return rows


def stage_postgres(url: str, schema: str, table: str, number: int) -> None:
    """Put the staged table of that number in place, if this table has staged ones."""
    import psycopg

    with psycopg.connect(url) as database, database.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", (f'"{schema}"."{table}__{number}"',))
        if (found := cursor.fetchone()) and found[0]:
            cursor.execute(f'DROP TABLE IF EXISTS "{schema}"."{table}"'.encode())
            cursor.execute(
                f'CREATE TABLE "{schema}"."{table}" (LIKE "{schema}"."{table}__{number}" INCLUDING ALL)'.encode()
            )
            cursor.execute(f'INSERT INTO "{schema}"."{table}" SELECT * FROM "{schema}"."{table}__{number}"'.encode())  # noqa: S608 - names of our own plan


def _decimal(column: Column) -> str:
    if column.type == "N" and column.length:
        return f"numeric({column.length},{column.precision})"
    return "TEXT" if column.type in {"C", "M"} else "numeric"


def _as_text(question: str, entry: Entry) -> str:
    """Days and decimals as SQLite keeps them: ISO text, and numbers by the column's affinity."""
    given = {"D": "strftime({0}, '%Y-%m-%d')", "N": "CAST({0} AS DOUBLE)", "Y": "CAST({0} AS DOUBLE)"}
    chosen = ", ".join(
        given.get(column.type, "{0}").format(f'"{column.name}"') + f' AS "{column.name}"' for column in entry.columns
    )
    return f"SELECT {chosen} FROM ({question})"  # noqa: S608 - names of our own plan


def _copy(connection: Connection, question: str, path: Path, options: str) -> None:
    part = path.with_suffix(".part")
    connection.execute(f"COPY ({question}) TO '{str(part).replace(chr(39), chr(39) * 2)}' ({options})")
    part.replace(path)


def _count(connection: Connection, question: str) -> int:
    found = connection.execute(f"SELECT count(*) FROM ({question})").fetchone()  # noqa: S608 - names of our own plan
    return int(found[0]) if found else 0


def _batches(connection: Connection, question: str) -> Iterator[list[Row]]:
    result = connection.execute(question)
    while batch := result.fetchmany(_BATCH):
        yield batch


def _rows(connection: Connection, question: str) -> Iterator[Row]:
    for batch in _batches(connection, question):
        yield from batch
