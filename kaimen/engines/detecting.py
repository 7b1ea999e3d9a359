# pyright: basic
# the engine has no types; what leaves this module is annotated.
"""Which columns of data files hold identifiers of persons, whatever the catalogue calls them.

The engine looks by shape: at every row for resident identity numbers, at a sample of large tables for the rest. What has the shape of an
identity number or a bank card is then checked here by its check sign. One true identity number marks a column; mobile numbers and e-mail
addresses, also inside a text, mark it when every fifth cell holds one; cards, which other numbers look like, when most do. What looks like
names and homes is for `suspecting`; numbers without a check sign are for the people who mark and assess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from kaimen.core.privacy.identifiers import Kind, kinds_in
from kaimen.core.quality.contract import Identifier
from kaimen.core.quality.expressions import literal, name
from kaimen.core.quality.oracle import identifier_holds
from kaimen.engines.parsing import connect, room_told

MOST, MANY = 0.5, 0.2
"""Of the filled cells: for kinds that chance makes too, and for those that it hardly makes."""
LOOKED_AT = 5_000
"""Cells of the right shape whose check sign is computed."""
SAMPLED = 50_000
RESIDENT_SIGNS, SHORTEST = 18, 6
"""The shortest cells in which such a number can stand."""
_RESIDENT = "[0-9０-９]([ /.-]?[0-9０-９]){16}[ /.-]?[0-9０-９Xxｘ]"
_MOBILE = "(^|[^0-9])(\\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}($|[^0-9])"
_EMAIL = "[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+\\.)+[A-Za-z]{2,}"
_CARD = "[0-9]{16,19}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """A column, what stands in it, and in how many of the rows that were looked at."""

    column: str
    kind: Kind
    rows: int


def identifiers_in(files: Sequence[Path], columns: Sequence[str], scratch: Path) -> tuple[Detected, ...]:
    """Of the columns those that hold identifiers of persons; one kind a column, the surest. Bounded memory: it spills into `scratch`.

    Raises `Unavailable("storage_full")`.
    """
    if not files or not columns:
        return ()
    schema = pq.read_schema(files[0])
    cells = {column: _text(column, schema.field(column).type) for column in columns}
    listed = ", ".join(literal(str(path)) for path in files)
    source = f"read_parquet([{listed}], hive_partitioning = false)"
    connection = connect(scratch, zone="UTC")
    try:
        with room_told():
            rows, longest = _longest(connection, source, [cell for cell in cells.values() if cell])
            long = {column: longest[cell] for column, cell in cells.items() if cell}
            found = _numbers(connection, source, {one: cells[one] for one in long if long[one] >= RESIDENT_SIGNS})
            rest = {one: cells[one] for one in long if long[one] >= SHORTEST and one not in found}
            found |= _mostly(connection, source, rest, rows=rows)
    finally:
        connection.close()
    return tuple(found[column] for column in columns if column in found)


def _text(column: str, kind: pa.DataType) -> str:
    """The column as text; empty for kinds that hold no number of a person."""
    if pa.types.is_integer(kind):
        return f"CAST({name(column)} AS VARCHAR)"
    return name(column) if pa.types.is_string(kind) or pa.types.is_large_string(kind) else ""


def _longest(connection: duckdb.DuckDBPyConnection, source: str, cells: Sequence[str]) -> tuple[int, dict[str, int]]:
    """How many rows there are, and how long the longest cell of each column is: most columns are too short for anything."""
    asked = ", ".join(["count(*)", *(f"coalesce(max(length({cell})), 0)" for cell in cells)])
    row = connection.execute(f"SELECT {asked} FROM {source}").fetchone() or (0,) * (len(cells) + 1)  # noqa: S608 - every name and literal is quoted by core.quality.expressions
    return int(row[0]), {cell: int(one) for cell, one in zip(cells, row[1:], strict=True)}


def _numbers(connection: duckdb.DuckDBPyConnection, source: str, cells: Mapping[str, str]) -> dict[str, Detected]:
    """Columns with at least one true resident identity number; every row is looked at."""
    if not cells:
        return {}
    asked = ", ".join(f"count(*) FILTER (WHERE {_resident(cell)})" for cell in cells.values())
    row = connection.execute(f"SELECT {asked} FROM {source}").fetchone() or ()  # noqa: S608 - every name and literal is quoted by core.quality.expressions
    return {
        column: Detected(column=column, kind=Kind.RESIDENT_ID, rows=int(rows))
        for (column, cell), rows in zip(cells.items(), row, strict=True)
        if rows and _checks_out(connection, source, cell, _resident(cell), Kind.RESIDENT_ID, least=0.0)
    }


def _mostly(
    connection: duckdb.DuckDBPyConnection, source: str, cells: Mapping[str, str], *, rows: int
) -> dict[str, Detected]:
    """Columns most of whose cells are cards or mobile numbers, by a sample taken all over the table."""
    if not cells:
        return {}
    share = "" if rows <= SAMPLED else f" TABLESAMPLE system({100 * SAMPLED / rows:.4f} PERCENT) REPEATABLE (7)"
    shapes = [
        (f"count({cell})", _whole(cell, _CARD), _within(cell, _MOBILE), _within(cell, _EMAIL))
        for cell in cells.values()
    ]
    asked = ", ".join(
        ", ".join([filled, *(f"count(*) FILTER (WHERE {one})" for one in rest)]) for filled, *rest in shapes
    )
    row = connection.execute(f"SELECT {asked} FROM {source}{share}").fetchone() or ()  # noqa: S608 - every name and literal is quoted by core.quality.expressions
    found: dict[str, Detected] = {}
    for place, (column, cell) in enumerate(cells.items()):
        filled, card, mobile, email = (int(one) for one in row[place * 4 : place * 4 + 4])
        if card > filled * MOST and _checks_out(
            connection, source, cell, _whole(cell, _CARD), Kind.BANK_CARD, least=MOST
        ):
            found[column] = Detected(column=column, kind=Kind.BANK_CARD, rows=card)
        elif mobile > filled * MANY:
            found[column] = Detected(column=column, kind=Kind.MOBILE, rows=mobile)
        elif email > filled * MANY:
            found[column] = Detected(column=column, kind=Kind.EMAIL, rows=email)
    return found


def columns_of(file: Path) -> list[str]:
    """The columns of a data file."""
    return list(pq.read_schema(file).names)


def _resident(cell: str) -> str:
    return f"length({cell}) >= {RESIDENT_SIGNS} AND regexp_matches({cell}, {literal(_RESIDENT)})"


def _within(cell: str, pattern: str) -> str:
    return f"regexp_matches({cell}, {literal(pattern)})"


def _whole(cell: str, pattern: str) -> str:
    return f"length({cell}) BETWEEN 11 AND 24 AND regexp_full_match(trim({cell}), {literal(pattern)})"


def _checks_out(
    connection: duckdb.DuckDBPyConnection, source: str, cell: str, shaped: str, kind: Kind, *, least: float
) -> bool:
    """Do cells of that shape pass the check: more than this share of those that were looked at?"""
    rows = connection.execute(
        f"SELECT DISTINCT {cell} FROM {source} WHERE {shaped} LIMIT {LOOKED_AT}"  # noqa: S608 - every name and literal is quoted by core.quality.expressions
    ).fetchall()
    return sum(kind in kinds_in(one) and not _of_a_body(one) for (one,) in rows) > least * len(rows)


def _of_a_body(text: str) -> bool:
    """A credit code of eighteen digits can look like a person's number, and its check sign says that it is none."""
    return identifier_holds(Identifier.CREDIT_CODE, text)
