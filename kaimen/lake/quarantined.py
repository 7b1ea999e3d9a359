"""Reading what stayed behind: addresses and rules, never the raw text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow.parquet as pq


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One broken rule of one row: where it stands and which rule it is. `column` is empty where the row itself is broken."""

    number: int
    file: str
    record: int | None
    line: int | None
    byte: int | None
    byte_length: int | None
    position: str | None
    column: str
    code: str

    def as_json(self) -> dict[str, object]:
        """For programs."""
        return asdict(self)


CSV_BLOCK = 1 << 20
_FIELDS = list(Line.__dataclass_fields__)


def lines(path: Path, *, limit: int | None = None) -> Iterator[Line]:
    """The lines of a load in the file's order, block by block."""
    left = limit if limit is not None else 2**62
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=2000, columns=_FIELDS):
            for row in batch.to_pylist():
                if left <= 0:
                    return
                left -= 1
                yield Line(**row)


def sealed(path: Path) -> Iterator[tuple[int, bytes]]:
    """(number, sealed raw text) of each row."""
    seen = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=2000, columns=["number", "raw_sealed"]):
            for row in batch.to_pylist():
                if row["number"] != seen:
                    seen = row["number"]
                    yield seen, row["raw_sealed"]


def as_csv(lines: Iterator[Line]) -> Iterator[bytes]:
    """The lines as CSV, with a header."""
    held = io.StringIO()
    writer = csv.DictWriter(held, fieldnames=list(Line.__dataclass_fields__))
    writer.writeheader()
    for line in lines:
        writer.writerow(line.as_json())
        if held.tell() > CSV_BLOCK:
            yield held.getvalue().encode()
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode()
