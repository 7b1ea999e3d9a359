"""An answer as bytes, piece by piece: JSON, CSV, Arrow IPC, Parquet. Nothing is held but the batch in hand.

An answer that was cut off must not look whole. The connection should break, but a server may end it cleanly all the same
(granian does); so every form has a mark of its own that makes its readers fail and says the code.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from kaimen.web.accept import preferred

GROUP_ROWS = 65_536
LARGEST_EXACT = 2**53
Batches = Iterable[pa.RecordBatch]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of answer: its name, media type, the end of its file name, and who writes it."""

    name: str
    media_type: str
    extension: str
    write: Callable[[pa.Schema, Batches, Mapping[str, Any]], Iterator[bytes]]
    broken: Callable[[str], bytes]
    """What is sent last when the answer fails on the way, with the code of the failure; it makes readers of the form fail too."""


class _Pieces(io.RawIOBase):
    """A sink that keeps what was written until it is taken."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._count = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._count

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._held += piece
        self._count += len(piece)
        return len(piece)

    def take(self) -> bytes:
        """What was written since the last time."""
        piece = bytes(self._held)
        self._held.clear()
        return piece


def as_json(schema: pa.Schema, batches: Batches, told: Mapping[str, Any]) -> Iterator[bytes]:
    """One object: what is told of the answer, then `rows`, each an object, then `row_count` and `complete`.

    Decimals, and integers that a double cannot hold, are strings. Columns of one name are kept apart by a number: an object holds a
    name once.
    """
    count, names = 0, apart(schema.names)
    if names != schema.names:
        told = {
            **told,
            "columns": [{**column, "name": name} for column, name in zip(told["columns"], names, strict=True)],
        }
    yield orjson.dumps(told)[:-1] + b',"rows":['
    for batch in batches:
        rows = _rows(names, batch)
        if rows:
            yield (b"," if count else b"") + orjson.dumps(rows, default=str)[1:-1]
            count += len(rows)
    yield b'],"row_count":%d,"complete":true}\n' % count


def apart(names: Sequence[str]) -> list[str]:
    """Each name once: the second `a` is `a_2`, or the next number that is free."""
    taken, found = set(names), list[str]()
    seen: set[str] = set()
    for name in names:
        told, number = name, 1
        while told in seen or (number > 1 and told in taken):
            number += 1
            told = f"{name}_{number}"
        seen.add(told)
        found.append(told)
    return found


def as_csv(schema: pa.Schema, batches: Batches, told: Mapping[str, Any]) -> Iterator[bytes]:
    """UTF-8, values exact: nothing is added against formulas, nothing is rounded. Lists stand as JSON."""
    del told
    pieces = _Pieces()
    flat = pa.schema([(field.name, _flat_type(field.type)) for field in schema])
    with pa_csv.CSVWriter(
        pa.PythonFile(pieces, mode="w"), flat, write_options=pa_csv.WriteOptions(quoting_style="needed")
    ) as writer:
        yield pieces.take()
        for batch in batches:
            writer.write_batch(pa.record_batch([_flat(column) for column in batch.columns], schema=flat))
            yield pieces.take()
    yield pieces.take()


def as_arrow(schema: pa.Schema, batches: Batches, told: Mapping[str, Any]) -> Iterator[bytes]:
    """The streaming form of Arrow IPC; without its end mark the stream was cut off."""
    del told
    pieces = _Pieces()
    writer = pa.ipc.new_stream(pa.PythonFile(pieces, mode="w"), schema)
    yield pieces.take()
    for batch in batches:
        writer.write_batch(batch)
        yield pieces.take()
    writer.close()
    yield pieces.take()


def as_parquet(schema: pa.Schema, batches: Batches, told: Mapping[str, Any]) -> Iterator[bytes]:
    """Row groups of some ten thousand rows, ZSTD, with statistics of what the file holds; receipt and purpose in its metadata."""
    pieces = _Pieces()
    kept = schema.with_metadata({**(schema.metadata or {}), b"kaimen.receipt": str(told["receipt"]["entry"]).encode()})
    writer = pq.ParquetWriter(pa.PythonFile(pieces, mode="w"), kept, compression="zstd")
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(one.num_rows for one in waiting) >= GROUP_ROWS:
            writer.write_table(pa.Table.from_batches(waiting, schema).cast(kept))
            waiting = []
            yield pieces.take()
    if waiting:
        writer.write_table(pa.Table.from_batches(waiting, schema).cast(kept))
    writer.close()
    yield pieces.take()


FORMS = {
    form.name: form
    for form in (
        Form(
            name="json",
            media_type="application/json",
            extension="json",
            write=as_json,
            broken=lambda code: f'],"complete":false,"code":"{code}"'.encode(),  # never closed
        ),
        Form(
            name="csv",
            media_type="text/csv; charset=utf-8",
            extension="csv",
            write=as_csv,
            broken=lambda code: f'\n"kaimen: cut off ({code}); this is not the whole answer'.encode(),  # never closed
        ),
        Form(
            name="arrow",
            media_type="application/vnd.apache.arrow.stream",
            extension="arrows",
            write=as_arrow,
            broken=lambda code: b"\xff\xff\xff\xff\x40\x00\x00\x00cut off: " + code.encode(),
        ),
        Form(
            name="parquet",
            media_type="application/vnd.apache.parquet",
            extension="parquet",
            write=as_parquet,
            broken=lambda code: f"cut off: {code}".encode(),  # no footer follows
        ),
    )
}


BY_TYPE = {form.media_type.split(";")[0]: form for form in FORMS.values()}


def asked_for(accept: str) -> Form:
    """The form that an Accept header prefers, JSON where all will do. Raises `NotAcceptable("form_unknown")`."""
    return BY_TYPE[preferred(accept, [*BY_TYPE])]


def _rows(names: list[str], batch: pa.RecordBatch) -> list[dict[str, object]]:
    columns = [[exact(value) for value in values(column)] for column in batch.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def values(column: pa.Array) -> list[Any]:
    """Python's values; as text where Python has none, such as the year 20000."""
    try:
        return column.to_pylist()
    except (OverflowError, ValueError):
        try:
            return column.cast(pa.string()).to_pylist()
        except pa.ArrowException:
            return [None if not valid else "…" for valid in column.is_valid().to_pylist()]


def exact(value: object) -> object:
    """A value that JSON can hold without losing any of it."""
    match value:
        case bool():
            return value
        case int() if abs(value) > LARGEST_EXACT:
            return str(value)
        case Decimal():
            return str(value)
        case bytes():
            return value.hex()
        case list():
            return [exact(each) for each in value]
        case _:
            return value


def _flat_type(type_: pa.DataType) -> pa.DataType:
    nested = (
        pa.types.is_nested(type_)
        or pa.types.is_binary(type_)
        or pa.types.is_interval(type_)
        or pa.types.is_duration(type_)
    )
    return pa.string() if nested else type_


def _flat(column: pa.Array) -> pa.Array:
    if _flat_type(column.type) == column.type:
        return column
    told = [None if value is None else orjson.dumps(exact(value), default=str).decode() for value in values(column)]
    return pa.array(told, type=pa.string())
