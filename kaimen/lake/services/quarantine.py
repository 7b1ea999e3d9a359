"""What stayed behind, a Parquet file a load: address, rule, reason; the raw text sealed, for it may speak of persons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import tee
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from kaimen.core.quality.contract import Contract
from kaimen.engines.keys import Place, Ring
from kaimen.engines.locating import Address, cell_span, locate
from kaimen.engines.parsing import BrokenRow, CellFault, Delimited, Quarantine, Reading
from kaimen.engines.storage import part_of, settle, told_when_full
from kaimen.lake import places
from kaimen.lake.models import Load

PURPOSE = "lake.quarantine"
AT_ONCE = 5_000
SCHEMA = pa.schema([
    ("number", pa.int64()), ("seq", pa.int64()), ("file", pa.string()), ("record", pa.int64()), ("line", pa.int64()), ("byte", pa.int64()),
    ("byte_length", pa.int64()), ("position", pa.string()), ("column", pa.string()), ("code", pa.string()),
    ("raw_sealed", pa.binary()), ("found_at", pa.timestamp("us", tz="UTC")),
])  # fmt: skip
Row = tuple[int, int, str, int | None, int | None, int | None, int | None, str | None, str, str, bytes, datetime]


def ring() -> Ring:
    """The ring of this installation."""
    return Ring.of_file(settings.KAIMEN_HOME / "keys" / "kek")


def place(load_id: str, number: int) -> Place:
    """Where the raw text number `number` of a load is sealed to."""
    return Place("lake.quarantine.raw", f"{load_id}/{number}")


def path_of(load: Load) -> Path:
    """The file of a load."""
    return places.quarantine(load.feed_id) / f"{load.seq}.parquet"


def writer(load: Load, reading: Reading, contract: Contract, *, now: datetime) -> Quarantine:
    """Takes the faults of one pass and writes them down, block by block. A second pass writes the same file again."""

    def write(faults: Iterator[CellFault], broken: tuple[BrokenRow, ...]) -> None:
        rows = (
            _delimited(load, reading, contract, faults, broken, now)
            if isinstance(reading, Delimited)
            else _parts(load, faults, now)
        )
        with told_when_full():
            part = part_of(places.quarantine(load.feed_id))
        try:
            with told_when_full():
                with pq.ParquetWriter(part, SCHEMA, compression="zstd") as file:
                    held = list[Row]()
                    for row in rows:
                        held.append(row)
                        if len(held) >= AT_ONCE:
                            file.write_table(_table(held))
                            held.clear()
                    if held:
                        file.write_table(_table(held))
                settle(part, path_of(load))
        finally:
            part.unlink(missing_ok=True)

    return write


def _table(rows: list[Row]) -> pa.Table:
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), SCHEMA, strict=True)],
        schema=SCHEMA,
    )


def _delimited(
    load: Load,
    reading: Delimited,
    contract: Contract,
    faults: Iterator[CellFault],
    broken: tuple[BrokenRow, ...],
    now: datetime,
) -> Iterator[Row]:
    keys, codes = ring(), {one.record: one.code for one in broken}
    index = {column.name: reading.header.index(column.delivered_as) for column in contract.columns}
    faults, again = tee(faults)
    addresses = locate(
        reading.text, quote=reading.quote, multiline=reading.multiline, columns=len(reading.header),
        ordinals=(fault.ordinal for fault in again), broken=[one.record for one in broken],
    )  # fmt: skip
    for number, address in enumerate(addresses, 1):
        sealed = keys.seal(address.raw, purpose=PURPOSE, place=place(load.pk, number))
        if address.broken:
            yield _row(
                number, load, reading.text.sha256, address, 0, len(address.raw), "", codes[address.record], sealed, now
            )
            continue
        for column, code in next(faults).faults:
            start, length = cell_span(address.raw, index[column], delimiter=reading.delimiter, quote=reading.quote)
            yield _row(number, load, reading.text.sha256, address, start, length, column, code, sealed, now)


def _row(
    number: int,
    load: Load,
    sha256: str,
    address: Address,
    start: int,
    length: int,
    column: str,
    code: str,
    sealed: bytes,
    now: datetime,
) -> Row:
    return (
        number,
        load.seq,
        sha256,
        address.record,
        address.line,
        address.byte + start,
        length,
        None,
        column,
        code,
        sealed,
        now,
    )


def _parts(load: Load, faults: Iterator[CellFault], now: datetime) -> Iterator[Row]:
    keys = ring()
    for number, fault in enumerate(faults, 1):
        raw = "\x1f".join(cell or "" for cell in fault.cells).encode()
        sealed = keys.seal(raw, purpose=PURPOSE, place=place(load.pk, number))
        for column, code in fault.faults:
            yield (number, load.seq, "", fault.ordinal, None, None, None, fault.position, column, code, sealed, now)
