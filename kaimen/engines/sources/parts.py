# pyright: basic
# pyarrow has no types; what leaves this module is annotated.
"""Rows of text cells into Parquet parts: what all sources that are not delimited files become before they are parsed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kaimen.engines.landing import BLOCK, blocks
from kaimen.engines.storage import part_of, settle, told_when_full

POSITION = "@position"
AT_ONCE = 20_000
ROWS_A_PART = 1_000_000
Row = Sequence[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """Parts under their common hash."""

    paths: tuple[Path, ...]
    sha256: str
    size: int
    names: tuple[str, ...]
    records: int


def write(
    rows: Iterable[Row], names: Sequence[str], folder: Path, *, positions: bool, rows_a_part: int = ROWS_A_PART
) -> Landing:
    """Write the rows as text, with a last cell for the position when there are `positions`. Raises `Unavailable("storage_full")`."""
    columns = [*names, POSITION] if positions else list(names)
    schema = pa.schema([(name, pa.string()) for name in columns])
    parts, records, held, writer = list[Path](), 0, list[Row](), None
    try:
        with told_when_full():
            for row in rows:
                if writer is None:
                    parts.append(part_of(folder))
                    writer = pq.ParquetWriter(parts[-1], schema, compression="zstd")
                held.append(row)
                records += 1
                if len(held) >= AT_ONCE:
                    writer.write_table(_table(held, schema))
                    held.clear()
                if records % rows_a_part == 0:
                    writer.write_table(_table(held, schema))
                    held.clear()
                    writer.close()
                    writer = None
            if writer is None and not parts:
                parts.append(part_of(folder))
                writer = pq.ParquetWriter(parts[-1], schema, compression="zstd")
            if writer is not None:
                writer.write_table(_table(held, schema))
                writer.close()
                writer = None
            return _settled(parts, folder, tuple(names), records)
    finally:
        if writer is not None:
            writer.close()
        for part in parts:
            part.unlink(missing_ok=True)


def _table(rows: list[Row], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table([pa.array(column, pa.string()) for column in columns], schema=schema)


def _settled(parts: Sequence[Path], folder: Path, names: tuple[str, ...], records: int) -> Landing:
    digest, size = hashlib.sha256(), 0
    for part in parts:
        for block in blocks(part, BLOCK):
            digest.update(block)
            size += len(block)
    whole = digest.hexdigest()
    paths = tuple(settle(part, folder / f"{whole}-{number}.parquet") for number, part in enumerate(parts, 1))
    return Landing(paths=paths, sha256=whole, size=size, names=names, records=records)
