# pyright: basic, reportAttributeAccessIssue=false
# pyarrow has no types; what leaves this module is annotated.
"""Finding somebody's rows in files, and writing files without them. Block by block: memory stays flat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kaimen.engines.parsing import DataFile
from kaimen.engines.storage import part_of, settle, told_when_full

AT_ONCE = 50_000
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")


def rows_with(path: Path, values: Sequence[str], column: str | None = None) -> int:
    """How many rows of a Parquet file hold one of the values: in the column, or in any."""
    found = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=AT_ONCE, columns=[column] if column else None):
            found += pc.sum(_matches(batch, values, column)).as_py() or 0
    return found


def lines_with(path: Path, values: Sequence[str]) -> int:
    """How many lines of a text file hold one of the values, whatever its encoding."""
    wanted = {value.encode(encoding) for value in values for encoding in ENCODINGS}
    with path.open("rb") as file:
        return sum(any(value in line for value in wanted) for line in file)


def without(
    files: Iterable[Path], values: Sequence[str], column: str, folder: Path, *, name: str
) -> tuple[DataFile, int]:
    """One file of all rows that do not hold one of the values in the column, under `name`; and how many were left out.

    Raises `Unavailable("storage_full")`.
    """
    taken = kept = 0
    sources = sorted(files)
    with told_when_full():
        part = part_of(folder)
    try:
        schema = pq.read_schema(sources[0])
        with told_when_full(), pq.ParquetWriter(part, schema, compression="zstd") as out:
            for source in sources:
                with pq.ParquetFile(source) as file:
                    for batch in file.iter_batches(batch_size=AT_ONCE):
                        rest = batch.filter(pc.invert(_matches(batch, values, column)))
                        taken += batch.num_rows - rest.num_rows
                        kept += rest.num_rows
                        out.write_table(pa.Table.from_batches([rest]).cast(schema))
        with told_when_full():
            final = settle(part, folder / name)
        return DataFile(name=name, size=final.stat().st_size, rows=kept), taken
    finally:
        part.unlink(missing_ok=True)


def _matches(batch: Any, values: Sequence[str], column: str | None) -> Any:
    wanted = pa.array(list(values), pa.string())
    found = pa.array([False] * batch.num_rows, pa.bool_())
    for name in [column] if column else batch.schema.names:
        cells = batch.column(name)
        if pa.types.is_nested(cells.type) or pa.types.is_binary(cells.type):
            continue
        found = pc.or_(found, pc.fill_null(pc.is_in(pc.cast(cells, pa.string()), value_set=wanted), False))
    return found
