# pyright: basic
# the engine has no types; what leaves this module is annotated.
"""Which columns of data files hold identifiers of persons, whatever the catalogue calls them.

The engine looks at every row by shape; what has the shape of a resident identity number or a bank card is then checked here by its check
sign. One true identity number marks a column; telephone numbers and cards, which other numbers look like, mark it when most rows hold one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from kaimen.core.privacy.identifiers import Kind, kinds_in
from kaimen.core.quality.expressions import literal, name
from kaimen.engines.parsing import connect, room_told

MOST = 0.5
"""Of the filled cells, for kinds that chance makes too."""
LOOKED_AT = 5_000
"""Cells of the right shape whose check sign is computed."""
_RESIDENT = "[0-9０-９]([ -]?[0-9０-９]){16}[ -]?[0-9０-９Xxｘ]"
_MOBILE = "(\\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}"
_CARD = "[0-9]{16,19}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """A column, what stands in it, and in how many rows of that shape."""

    column: str
    kind: Kind
    rows: int


def identifiers_in(files: Sequence[Path], columns: Sequence[str], scratch: Path) -> tuple[Detected, ...]:
    """Of the columns those that hold identifiers of persons; one kind a column, the surest. Bounded memory: it spills into `scratch`.

    Raises `Unavailable("storage_full")`.
    """
    if not files or not columns:
        return ()
    listed = ", ".join(literal(str(path)) for path in files)
    source = f"read_parquet([{listed}], hive_partitioning = false)"
    connection = connect(scratch, zone="UTC")
    try:
        with room_told():
            text = {column: f"CAST({name(column)} AS VARCHAR)" for column in columns}
            asked = ", ".join(
                ", ".join([f"count({name(column)})", *(f"count(*) FILTER (WHERE {one})" for one in _shapes(cell))])
                for column, cell in text.items()
            )
            row = connection.execute(f"SELECT {asked} FROM {source}").fetchone() or ()  # noqa: S608 - every name and literal is quoted by core.quality.expressions
            found: list[Detected] = []
            for place, (column, cell) in enumerate(text.items()):
                filled, resident, mobile, card = (int(one) for one in row[place * 4 : place * 4 + 4])
                if resident and _true(
                    connection, source, cell, _shaped(cell, _RESIDENT, 17), Kind.RESIDENT_ID, least=0.0
                ):
                    found.append(Detected(column=column, kind=Kind.RESIDENT_ID, rows=resident))
                elif card > filled * MOST and _true(
                    connection, source, cell, _whole(cell, _CARD), Kind.BANK_CARD, least=MOST
                ):
                    found.append(Detected(column=column, kind=Kind.BANK_CARD, rows=card))
                elif mobile > filled * MOST:
                    found.append(Detected(column=column, kind=Kind.MOBILE, rows=mobile))
    finally:
        connection.close()
    return tuple(found)


def columns_of(file: Path) -> list[str]:
    """The columns of a data file."""
    return list(pq.read_schema(file).names)


def _shapes(cell: str) -> tuple[str, str, str]:
    return _shaped(cell, _RESIDENT, 17), _whole(cell, _MOBILE), _whole(cell, _CARD)


def _shaped(cell: str, pattern: str, least: int) -> str:
    return f"length({cell}) >= {least} AND regexp_matches({cell}, {literal(pattern)})"


def _whole(cell: str, pattern: str) -> str:
    return f"length({cell}) BETWEEN 11 AND 24 AND regexp_full_match(trim({cell}), {literal(pattern)})"


def _true(
    connection: duckdb.DuckDBPyConnection, source: str, cell: str, shaped: str, kind: Kind, *, least: float
) -> bool:
    """Do cells of that shape pass the check: more than this share of those that were looked at?"""
    rows = connection.execute(
        f"SELECT DISTINCT {cell} FROM {source} WHERE {shaped} LIMIT {LOOKED_AT}"  # noqa: S608 - every name and literal is quoted by core.quality.expressions
    ).fetchall()
    return sum(kind in kinds_in(one) for (one,) in rows) > least * len(rows)
