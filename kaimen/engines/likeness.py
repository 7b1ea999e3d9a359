# pyright: basic
# the engine has no types; what leaves this module is annotated.
"""Do two sets of data files hold the same rows, in whatever order?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from kaimen.core.quality.expressions import literal, name
from kaimen.engines.parsing import connect, room_told


def same_rows(one: Sequence[Path], other: Sequence[Path], scratch: Path) -> bool:
    """By columns, count and the sum of the hashes of all rows: one pass each, nothing is sorted or kept.

    Raises `Unavailable("storage_full")`.
    """
    if not one or not other:
        return not one and not other
    columns = sorted(pq.read_schema(one[0]).names)
    if columns != sorted(pq.read_schema(other[0]).names):
        return False
    connection = connect(scratch, zone="UTC")
    try:
        with room_told():
            return _sum(connection, one, columns) == _sum(connection, other, columns)
    finally:
        connection.close()


def _sum(connection: duckdb.DuckDBPyConnection, files: Sequence[Path], columns: Sequence[str]) -> object:
    listed, row = ", ".join(literal(str(path)) for path in files), ", ".join(name(one) for one in columns)
    return connection.execute(f"SELECT count(*), sum(hash({row})) FROM read_parquet([{listed}], hive_partitioning = false)").fetchone()  # noqa: S608 - every name and literal is quoted by core.quality.expressions  # fmt: skip
