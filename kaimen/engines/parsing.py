# pyright: basic
# pyarrow and the engine have no types; what leaves this module is annotated.
"""Parse, check, split: one pass of the engine over a landed table.

Good rows go into a Parquet file that the engine writes itself; the few others are handed out through a function of ours, with their
ordinal, and are then asked for the rule that they break.

Nothing is visible yet: the files are a proposal until `delta.commit`. The books are balanced here: accepted rows, rows with a faulty
cell and rows of broken structure together are the records counted at landing, or the delivery is refused (`records_unaccounted`).
"""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from duckdb.func import FunctionNullHandling, PythonUDFType

from kaimen.core.errors import Invalid, Unavailable
from kaimen.core.quality.contract import Contract
from kaimen.core.quality.expressions import fault_of, holds, literal, name, steps_of, value_of
from kaimen.engines.landing import Text, blocks
from kaimen.engines.storage import part_of, settle, told_when_full

CODEC = "zstd"
MEMORY = "512MB"
THREADS = 2
ROWS_A_GROUP = 122_880
MOST_FAULTS = 10_000_000
STRUCTURE = {
    "MISSING COLUMNS": "missing_columns",
    "TOO MANY COLUMNS": "too_many_columns",
    "UNQUOTED VALUE": "unclosed_quote",
    "INVALID ENCODING": "invalid_encoding",
    "LINE SIZE OVER MAXIMUM": "long_line",
}

_BAD_FILE = (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.OutOfRangeException)
_FROM_PYTHON = ("Python exception occurred", "is required for this operation", "ModuleNotFoundError", "ImportError")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delimited:
    """A text file and how to read it; `header` are the names in the file's order."""

    text: Text
    header: tuple[str, ...]
    delimiter: str
    quote: str
    multiline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Parquet files with columns `names`; `positions` is the column that says where a row stood in its origin, if any."""

    paths: tuple[Path, ...]
    names: tuple[str, ...]
    records: int
    positions: str | None = None


Reading = Delimited | Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """A Parquet file in the table's folder that no version names yet."""

    name: str
    size: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFault:
    """A row with at least one faulty cell. `ordinal` counts accepted rows of the reader from 1; `position` is the origin's own, if any."""

    ordinal: int
    faults: tuple[tuple[str, str], ...]
    position: str | None
    cells: tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRow:
    """A row that is no row. `record` counts records of the file from 1, header and blank lines included."""

    record: int
    code: str


Quarantine = Callable[[Iterator[CellFault], tuple[BrokenRow, ...]], None]
"""Takes what stayed behind, in the file's order, while the pass is still open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What the pass found: rows accepted, rows with a faulty cell, rows that are no rows."""

    files: tuple[DataFile, ...]
    accepted: int
    faulty: int
    broken: int

    @property
    def quarantined(self) -> int:
        """Rows that stayed behind."""
        return self.faulty + self.broken


class _Side:
    """The second output of the pass: rows for which no cheap test held, spooled until they are asked for their faults."""

    SCHEMA = pa.schema([("o", pa.int64()), ("p", pa.string()), ("c", pa.list_(pa.string()))])
    AT_ONCE = 20_000

    def __init__(self, spool: Path) -> None:
        self._spool = spool
        self._lock = threading.Lock()
        self._held: list[pa.RecordBatch] = []
        self._held_rows = 0
        self._writer: pq.ParquetWriter | None = None
        self.failed: BaseException | None = None
        self.rows = 0

    def keep(self, ordinals: pa.Array, positions: pa.Array, cells: pa.Array) -> pa.Array:
        """False for each: the row does not go on."""
        with self._lock:
            self.rows += len(ordinals)
            if self.rows <= MOST_FAULTS and self.failed is None:
                try:
                    self._hold(ordinals, positions, cells)
                except OSError as error:
                    self.failed = error
        return pa.array([False] * len(ordinals), pa.bool_())

    def _hold(self, *columns: pa.Array) -> None:
        whole = [_whole(column, field.type) for column, field in zip(columns, self.SCHEMA, strict=True)]
        self._held.append(pa.record_batch(whole, schema=self.SCHEMA))
        self._held_rows += len(whole[0])
        if self._held_rows >= self.AT_ONCE:
            self._write()

    def _write(self) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._spool, self.SCHEMA)
        self._writer.write_table(pa.Table.from_batches(self._held, self.SCHEMA))
        self._held, self._held_rows = [], 0

    def finish(self) -> None:
        """All rows are in the spool. Raises what went wrong while spooling."""
        with told_when_full():
            if self.failed is not None:
                raise self.failed
            if self._held:
                self._write()
            self.close()

    def close(self) -> None:
        """Let go of the spool."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _whole(array: pa.Array | pa.ChunkedArray, kind: pa.DataType) -> pa.Array:
    plain = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return plain.cast(kind)


def connect(folder: Path, *, zone: str) -> duckdb.DuckDBPyConnection:
    """An engine of our own for one load: bounded memory, spilling beside the table, no extensions, no network."""
    connection = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    )
    for setting, value in (
        ("memory_limit", literal(MEMORY)), ("threads", str(THREADS)), ("temp_directory", literal(str(folder))),
        ("preserve_insertion_order", "true"), ("TimeZone", literal(zone)),
        ("disabled_optimizers", "'type_pushdown'"),  # it moves TRY_CAST into the reader, which then raises or drops rows
    ):  # fmt: skip
        connection.execute(f"SET {setting} = {value}")
    return connection


@contextmanager
def room_told() -> Generator[None]:
    """The engine found no more room: that becomes a code. Everything else it says here is a fault of ours and stays an exception."""
    try:
        yield
    except duckdb.Error as error:
        text = str(error)
        if any(sign in text for sign in ("No space left", "File too large", "Disk quota", "out of disk space")):
            raise Unavailable("storage_full") from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise Unavailable("storage_full") from error
        raise


@contextmanager
def file_told(reading: Reading) -> Generator[None]:
    """Around the one statement that reads what was delivered: what a bad file can cause becomes `file_format`, and nothing else does."""
    try:
        yield
    except duckdb.Error as error:
        if not _by_the_file(error, reading):
            raise
        raise Invalid("file_format", what="unreadable") from error


def _by_the_file(error: duckdb.Error, reading: Reading) -> bool:
    """The engine gives bare `Error` for broken pages of a Parquet file, and both kinds for what Python itself raised below it."""
    if any(sign in str(error) for sign in _FROM_PYTHON):
        return False
    return isinstance(error, _BAD_FILE) or (isinstance(reading, Parts) and type(error) is duckdb.Error)


def header_of(text: Text, *, delimiter: str, quote: str) -> tuple[str, ...]:
    """The names in the first record. Empty when there is none."""
    with text.path.open(encoding="utf-8-sig", newline="") as file:
        quoting: Any = {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE}
        reader = csv.reader(file, delimiter=delimiter, **quoting)
        try:
            row = next((row for row in reader if row), [])
        except csv.Error:
            row = []
    return tuple(cell.strip() for cell in row)


def check_and_write(
    reading: Reading,
    contract: Contract,
    target: Path,
    *,
    stem: str,
    quarantine: Quarantine,
    codec: str = CODEC,
    progress: Callable[[int], None] | None = None,
) -> Parsed:
    """Parse and check everything; write the good rows to `target/<stem>.parquet`, hand the others to `quarantine`.

    Raises `Invalid("records_unaccounted")`, `Invalid("file_format")`, `Invalid("too_many_faults")`, `Unavailable("storage_full")`; what
    the engine says for another reason is a fault of ours and leaves as it is.
    """
    with told_when_full():
        part = part_of(target)
    side = _Side(part.with_suffix(".aside"))
    connection = connect(target, zone=contract.zone)
    try:
        with room_told():
            connection.create_function(
                "stays_behind", side.keep, ["BIGINT", "VARCHAR", "VARCHAR[]"], "BOOLEAN",
                type=PythonUDFType.ARROW, side_effects=True, null_handling=FunctionNullHandling.SPECIAL,
            )  # fmt: skip
            options = f"FORMAT parquet, COMPRESSION {codec}, ROW_GROUP_SIZE {ROWS_A_GROUP}"
            with file_told(reading), room_told(), _watched(connection, progress, reading):
                copied = connection.execute(
                    f"COPY ({_good_rows(reading, contract)}) TO {literal(str(part))} ({options})"
                )
                accepted = int((copied.fetchone() or (0,))[0])
            side.finish()
            if side.rows > MOST_FAULTS:
                raise Invalid("too_many_faults", most=MOST_FAULTS)
            broken = _broken_rows(connection, reading)
            _balance(reading, accepted=accepted, faulty=side.rows, broken=len(broken), columns=len(contract.columns))
            if side.rows or broken:
                quarantine(_faults(connection, part.with_suffix(".aside"), side.rows, contract), broken)
        with told_when_full():
            files = _settled(part, target / f"{stem}.parquet", accepted)
    finally:
        side.close()
        connection.close()
        part.unlink(missing_ok=True)
        part.with_suffix(".aside").unlink(missing_ok=True)
    return Parsed(files=files, accepted=accepted, faulty=side.rows, broken=len(broken))


def _settled(part: Path, final: Path, rows: int) -> tuple[DataFile, ...]:
    if not rows:
        return ()
    settle(part, final)
    return (DataFile(name=final.name, size=final.stat().st_size, rows=rows),)


WATCH_EVERY_S = 0.5


@contextmanager
def _watched(
    connection: duckdb.DuckDBPyConnection, progress: Callable[[int], None] | None, reading: Reading
) -> Generator[None]:
    """Tell how many records have been read while the engine works. What the listener raises stops the engine."""
    if progress is None:
        yield
        return
    total = reading.text.records if isinstance(reading, Delimited) else reading.records
    connection.execute("SET enable_progress_bar = true")  # without it the engine does not count
    connection.execute("SET enable_progress_bar_print = false")
    stop, raised = threading.Event(), list[BaseException]()

    def watch() -> None:
        furthest = 0
        while not stop.wait(WATCH_EVERY_S):
            try:
                # the engine says 0 or -1 between the parts of its plan and after the last: what was read stays read
                furthest = max(furthest, int(connection.query_progress() / 100 * total))
                progress(furthest)
            except BaseException as error:  # noqa: BLE001 - handed to the caller's thread
                raised.append(error)
                connection.interrupt()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except duckdb.InterruptException:
        if raised:
            raise raised[0] from None
        raise
    finally:
        stop.set()
        watcher.join()
    if raised:
        raise raised[0]
    progress(total)


def _source(reading: Reading) -> tuple[str, tuple[str, ...]]:
    """The relation of text cells, and its names."""
    match reading:
        case Delimited(text=text, header=header, delimiter=delimiter, quote=quote):
            columns = ", ".join(f"{literal(one)}: 'VARCHAR'" for one in header)
            new_line = {"\n": "\\n", "\r\n": "\\r\\n"}[text.new_line]
            return (
                f"read_csv({literal(str(text.path))}, columns = {{{columns}}}, auto_detect = false, header = true, delim = {literal(delimiter)},"
                f" quote = {literal(quote)}, escape = {literal(quote)}, new_line = '{new_line}', compression = 'none', hive_partitioning = false,"
                " store_rejects = true, rejects_limit = 0, rejects_table = 'rejected', rejects_scan = 'rejected_scan')"
            ), header
        case Parts(paths=paths, names=names):
            files = ", ".join(literal(str(path)) for path in paths)
            return f"read_parquet([{files}], hive_partitioning = false)", names


def _cells(reading: Reading, contract: Contract) -> str:
    """`r<n>` the text, `v<n>` its value, `o` the ordinal, `p` the position: one row per row that the reader accepts."""
    source, _ = _source(reading)
    position = (
        f"CAST({name(reading.positions)} AS VARCHAR)"
        if isinstance(reading, Parts) and reading.positions
        else "NULL::VARCHAR"
    )
    plain = isinstance(reading, Delimited)
    raws = [
        (name(column.delivered_as) if plain else f"nullif(CAST({name(column.delivered_as)} AS VARCHAR), '')")
        + f" AS r{n}"
        for n, column in enumerate(contract.columns)
    ]
    inner = f"SELECT {', '.join(raws)}, {position} AS p FROM {source}"  # noqa: S608 - every name and literal is quoted by core.quality.expressions
    steps = [(n, steps_of(column, n, contract=contract)) for n, column in enumerate(contract.columns)]
    layers = [
        [f"{one.first} AS t{n}" for n, one in steps if one.first],
        [f"{one.second} AS k{n}" for n, one in steps if one.second],
        [*(f"{one.value} AS v{n}" for n, one in steps), "row_number() OVER () AS o"],
    ]
    for layer in layers:
        if layer:
            inner = f"SELECT *, {', '.join(layer)} FROM ({inner})"  # noqa: S608 - every name and literal is quoted by core.quality.expressions
    return inner


def _good_rows(reading: Reading, contract: Contract) -> str:
    columns = list(enumerate(contract.columns))
    cheap = [test for n, column in columns if (test := holds(column, n)) is not None]
    sure = " AND ".join(f"({fault_of(column, f'r{n}', f'v{n}')}) IS NULL" for n, column in columns)
    kept = f"stays_behind(o, p, [{', '.join(f'r{n}' for n, _ in columns)}])"
    out = ", ".join(f"v{n} AS {name(column.name)}" for n, column in columns)
    return (
        f"SELECT {out} FROM ({_cells(reading, contract)})"  # noqa: S608 - every name and literal is quoted by core.quality.expressions
        f" WHERE CASE WHEN {' AND '.join(cheap) or 'true'} THEN true WHEN {sure} THEN true ELSE {kept} END"
    )


def _faults(connection: duckdb.DuckDBPyConnection, spool: Path, rows: int, contract: Contract) -> Iterator[CellFault]:
    """The rows that stayed behind, in the file's order, each with its broken rules."""
    if not rows:
        return
    columns = list(enumerate(contract.columns))
    raws = ", ".join(f"c[{n + 1}] AS r{n}" for n, _ in columns)
    values = ", ".join(f"{value_of(column, f'r{n}', contract=contract)} AS v{n}" for n, column in columns)
    faults = ", ".join(fault_of(column, f"r{n}", f"v{n}") for n, column in columns)
    spooled = f"SELECT o, p, c, {raws} FROM read_parquet({literal(str(spool))}, hive_partitioning = false)"  # noqa: S608 - every name and literal is quoted by core.quality.expressions
    reader = connection.execute(  # names and literals are quoted by core.quality.expressions
        f"SELECT o, p, c, list_filter([{faults}], LAMBDA f: f IS NOT NULL) FROM (SELECT *, {values} FROM ({spooled})) ORDER BY o"  # noqa: S608 - every name and literal is quoted by core.quality.expressions
    )
    while batch := reader.fetchmany(2000):
        for ordinal, position, cells, found in batch:
            pairs = tuple((fault.rpartition(":")[0], fault.rpartition(":")[2]) for fault in found)
            yield CellFault(ordinal=ordinal, faults=pairs, position=position, cells=tuple(cells))


def _broken_rows(connection: duckdb.DuckDBPyConnection, reading: Reading) -> tuple[BrokenRow, ...]:
    if not isinstance(reading, Delimited):
        return ()
    rows = connection.execute(
        "SELECT line, min(error_type::VARCHAR) FROM rejected GROUP BY line ORDER BY line"
    ).fetchall()
    if len(rows) > MOST_FAULTS:
        raise Invalid("too_many_faults", most=MOST_FAULTS)
    return tuple(BrokenRow(record=line, code=STRUCTURE.get(error, "broken_row")) for line, error in rows)


def _balance(reading: Reading, *, accepted: int, faulty: int, broken: int, columns: int) -> None:
    # INVARIANT: every record that was counted at landing is accepted, quarantined or broken; nothing else is published.
    match reading:
        case Delimited(text=text, quote=quote):
            counted = text.records + (text.blank_lines if columns == 1 else 0)
            if accepted + faulty + broken != counted:
                raise Invalid(
                    "records_unaccounted",
                    counted=counted,
                    found=accepted + faulty + broken,
                    line=first_odd_line(text.path, quote),
                )
        case Parts(records=counted):
            if accepted + faulty != counted:
                raise Invalid("records_unaccounted", counted=counted, found=accepted + faulty, line=None)


def first_odd_line(path: Path, quote: str) -> int | None:
    """The first line with an odd number of quotes: where a quote was probably left open."""
    if not quote:
        return None
    mark, rest, number = quote.encode(), b"", 0
    for block in blocks(path):
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            number += 1
            if line.count(mark) & 1:
                return number
    return number + 1 if rest.count(mark) & 1 else None


def repeated_keys(files: Sequence[Path], key: Sequence[str], scratch: Path) -> int:
    """How many keys stand in more than one row of the files. Bounded memory: it spills into `scratch`."""
    if not files or not key:
        return 0
    names, listed = ", ".join(map(name, key)), ", ".join(literal(str(path)) for path in files)
    grouped = f"SELECT 1 FROM read_parquet([{listed}], hive_partitioning = false) GROUP BY {names} HAVING count(*) > 1"  # noqa: S608 - every name and literal is quoted by core.quality.expressions
    connection = connect(scratch, zone="UTC")
    try:
        with room_told():
            found = connection.execute(f"SELECT count(*) FROM ({grouped})").fetchone()  # noqa: S608 - every name and literal is quoted by core.quality.expressions
    finally:
        connection.close()
    return int(found[0]) if found else 0
