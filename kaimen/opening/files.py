"""Answers of the gate as files: Arrow batches in, bytes out, piece by piece. Nothing is held but the batch in hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

GROUP_ROWS = 65_536
LARGEST_EXACT = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of file: its media type, and who writes it."""

    media_type: str
    write: Callable[[pa.Schema, Iterable[pa.RecordBatch]], Iterator[bytes]]


def as_csv(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    """UTF-8 with CRLF ends (RFC 4180). Values are exact: nothing is added against formulas, nothing is rounded."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(schema.names)
    for batch in batches:
        columns = [_plain(column) for column in batch.columns]
        writer.writerows(zip(*columns, strict=True))
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()
    if out.getvalue():
        yield out.getvalue().encode()


def _plain(column: pa.Array) -> list[str | None]:
    """Values as text, as the engine would print them; a list as JSON."""
    if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
        return [None if value is None else orjson.dumps(value, default=str).decode() for value in column.to_pylist()]
    return column.cast(pa.string()).to_pylist()


def as_json(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    """An array of objects. Decimals, and integers that a double cannot hold, are strings."""
    names = schema.names
    first = True
    yield b"["
    for batch in batches:
        columns = [[_exact(value) for value in column.to_pylist()] for column in batch.columns]
        rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
        if not rows:
            continue
        body = orjson.dumps(rows, default=str)[1:-1]
        yield body if first else b",\n" + body
        first = False
    yield b"]\n"


def _exact(value: object) -> object:
    match value:
        case bool():
            return value
        case int() if abs(value) > LARGEST_EXACT:
            return str(value)
        case Decimal():
            return str(value)
        case bytes():
            return value.hex()
        case _:
            return value


class _Pieces(io.RawIOBase):
    """A sink that keeps what was written until it is taken."""

    def __init__(self) -> None:
        self.held = bytearray()
        self.count = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.count

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # pyarrow hands over a buffer
        self.held += piece
        self.count += len(piece)
        return len(piece)

    def take(self) -> bytes:
        """What was written since the last time."""
        piece = bytes(self.held)
        self.held.clear()
        return piece


def as_parquet(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    """Row groups of some ten thousand rows, ZSTD, statistics of what the file holds and of nothing else."""
    pieces = _Pieces()
    writer = pq.ParquetWriter(pa.PythonFile(pieces, mode="w"), schema, compression="zstd")
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(one.num_rows for one in waiting) >= GROUP_ROWS:
            writer.write_table(pa.Table.from_batches(waiting, schema))
            waiting = []
            yield pieces.take()
    if waiting:
        writer.write_table(pa.Table.from_batches(waiting, schema))
    writer.close()
    yield pieces.take()


FORMS = {
    "csv": Form(media_type="text/csv; charset=utf-8", write=as_csv),
    "json": Form(media_type="application/json", write=as_json),
    "parquet": Form(media_type="application/vnd.apache.parquet", write=as_parquet),
}
