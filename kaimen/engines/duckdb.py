"""DuckDB, locked: an instance sees exactly the files it was opened for, and nothing of the machine."""

# pyright: reportMissingTypeStubs=false, reportUnknownParameterType=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyarrow has no types of its own.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import duckdb

from kaimen.core.errors import Invalid, KaimenError, Refused, Unavailable

if TYPE_CHECKING:
    import pyarrow as pa

Parameters = Sequence[object] | Mapping[str, object]

BATCH_ROWS = 16_384

_CONFIG = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
}


def open_locked(files: Sequence[str], *, memory_mb: int, threads: int, time_zone: str) -> duckdb.DuckDBPyConnection:
    """An instance that may read these files only. Afterwards no setting can be changed, by anybody."""
    connection = duckdb.connect(config={**_CONFIG, "memory_limit": f"{memory_mb}MB", "threads": str(threads)})
    paths = ", ".join(_quoted(path) for path in files)
    for statement in (
        f"SET TimeZone = {_quoted(time_zone)}",
        "SET temp_directory = ''",
        "SET error_on_division_by_zero = false",
        f"SET allowed_paths = [{paths}]",
        "SET enable_external_access = false",
        "SET lock_configuration = true",  # INVARIANT: last; nothing above can be undone after it.
    ):
        connection.execute(statement)
    return connection


def run(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Parameters = ()) -> pa.RecordBatchReader:
    """Start a governed query on a cursor of its own. Batches come as they are asked for; nothing is kept in memory."""
    relation = connection.sql(sql, params=parameters or None)
    return relation.to_arrow_reader(BATCH_ROWS)


def code_of(error: BaseException) -> str:
    """The code for an engine's exception, by its type alone: its text quotes values, also forbidden ones."""
    match error:
        case duckdb.InterruptException():
            return "budget_time"
        case duckdb.OutOfMemoryException() | MemoryError():
            return "budget_memory"
        case duckdb.IOException() | duckdb.HTTPException() | duckdb.PermissionException():
            return "snapshot_unavailable"
        case duckdb.InternalException() | duckdb.FatalException():
            return "engine_lost"
        case duckdb.BinderException() | duckdb.CatalogException() | duckdb.ParserException():
            return "column_unknown"
        case duckdb.Error():
            return "evaluation"
        case _:
            return "engine_lost"


def error_of(code: str) -> KaimenError:
    """The refusal for a code that came from a worker."""
    if code in {"engine_busy", "engine_lost", "snapshot_unavailable"}:
        return Unavailable(code, retry_after_s=5)
    return Refused(code) if code.startswith("budget_") else Invalid(code)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
