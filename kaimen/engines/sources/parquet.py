"""A Parquet file as it was delivered: its names and its number of rows, from the footer."""
# pyright: basic
# pyarrow has no types; what leaves this module is annotated.

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kaimen.core.errors import Invalid


def read(path: Path) -> tuple[tuple[str, ...], int]:
    """(names of its columns, number of rows). Raises `Invalid("file_format")` for what is no Parquet or holds nested columns."""
    try:
        footer = pq.read_metadata(path)
        schema = footer.schema.to_arrow_schema()
    except (pa.ArrowException, OSError) as error:
        raise Invalid("file_format", what="parquet") from error
    if any(pa.types.is_nested(field.type) for field in schema):
        raise Invalid("file_format", what="nested columns")
    return tuple(schema.names), footer.num_rows
