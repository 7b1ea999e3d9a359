"""Delta tables, written plainly: unpartitioned, no deletion vectors, no column mapping, so that a list of files is the table.

The engine has written the Parquet files already; a commit names them. `txn(feed, seq)` in Delta's own log makes it happen once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from deltalake import CommitProperties, DeltaTable, Field, Schema
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.schema import PrimitiveType
from deltalake.transaction import AddAction, PostCommitHookProperties, Transaction

from kaimen.core.errors import Invalid, Refused, Unavailable
from kaimen.core.quality.contract import Column, Contract, Type
from kaimen.engines.parsing import DataFile
from kaimen.engines.storage import told_when_full

ATTEMPTS = 5
KNOWN_READER_FEATURES = frozenset({"timestampNtz"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a table: its number and its files, absolute."""

    number: int
    files: tuple[str, ...]
    bytes: int


def type_of(column: Column) -> str:
    """Delta's name of the type."""
    match column.type:
        case Type.TEXT:
            return "string"
        case Type.INTEGER:
            return "long"
        case Type.DECIMAL:
            return f"decimal({column.digits},{column.scale})"
        case Type.DOUBLE:
            return "double"
        case Type.DATE:
            return "date"
        case Type.TIMESTAMP:
            return "timestamp"
        case Type.BOOLEAN:
            return "boolean"


def schema_of(contract: Contract) -> Schema:
    """The table's schema: every column may be null, for columns are only ever added at the end, and those are."""
    return Schema([Field(column.name, PrimitiveType(type_of(column)), nullable=True) for column in contract.columns])


def open_table(folder: Path) -> DeltaTable:
    """The newest version. Raises `Missing`-like `TableNotFoundError` for the caller, `Refused("table_feature")` for what we cannot read."""
    table = DeltaTable(str(folder))
    check_features(table)
    return table


def check_features(table: DeltaTable) -> None:
    """Reading by file list is right only for plain tables. Asked for every new version, not once."""
    protocol = table.protocol()
    features = set(protocol.reader_features or ())
    plain = protocol.min_reader_version == 1 or (protocol.min_reader_version == 3 and features <= KNOWN_READER_FEATURES)
    if not plain or table.metadata().partition_columns:
        raise Refused("table_feature")


def create(folder: Path, contract: Contract, *, statistics: Sequence[str]) -> None:
    """Make the table unless it is there. `statistics` are the columns whose least and greatest value the log may hold: never personal ones."""
    try:
        if DeltaTable.is_deltatable(str(folder)):
            return
        folder.mkdir(parents=True, exist_ok=True)
        configuration: dict[str, str | None] = (
            {"delta.dataSkippingStatsColumns": ",".join(f"`{one}`" for one in statistics)}
            if statistics
            else {"delta.dataSkippingNumIndexedCols": "0"}
        )
        DeltaTable.create(str(folder), schema_of(contract), mode="ignore", configuration=configuration)
    except OSError as error:
        raise _stored(error) from error
    except DeltaError as error:
        if not DeltaTable.is_deltatable(str(folder)):
            raise _stored(error) from error


def committed_as(folder: Path, feed: str, seq: int) -> int | None:
    """The version in which load `seq` of the feed stands; None when it has not been committed."""
    try:
        table = open_table(folder)
    except TableNotFoundError:
        return None
    if (table.transaction_version(feed) or 0) < seq:
        return None
    return _version_of(table, feed, seq)


def _version_of(table: DeltaTable, feed: str, seq: int) -> int:
    mark = f"{feed}/{seq}"
    for entry in table.history():
        if entry.get("kaimen.load") == mark:
            return int(entry["version"])
    raise Refused("table_feature")  # a log that says txn and does not say which version is not ours


def commit(
    folder: Path,
    contract: Contract,
    files: Sequence[DataFile],
    *,
    feed: str,
    seq: int,
    fence: int,
    replace: bool,
    still_holds: Callable[[], bool],
    pause: Callable[[int], None],
) -> int:
    """Name the files in one commit, once. `still_holds` says whether the lease is ours; `pause(attempt)` waits between attempts.

    Raises `Unavailable("table_busy")`, `Invalid("schema_change")`, `Refused("table_feature")`.
    """
    for attempt in range(ATTEMPTS):
        with told_when_full():
            handle = open_table(folder)  # before the question: conflicts are judged from this version
        if (handle.transaction_version(feed) or 0) >= seq:
            return _version_of(handle, feed, seq)
        if not still_holds():
            raise Unavailable("table_busy")
        same_schema(handle, contract)
        try:
            handle.create_write_transaction(
                [_add(folder, one) for one in files],
                "overwrite" if replace else "append",
                schema_of(contract),
                commit_properties=CommitProperties(
                    app_transactions=[Transaction(feed, seq)],
                    custom_metadata={"kaimen.load": f"{feed}/{seq}", "kaimen.fence": str(fence)},
                    max_commit_retries=0,
                ),
                post_commithook_properties=PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False),
            )
        except CommitFailedError:
            pause(attempt)
        except (OSError, DeltaError) as error:
            raise _stored(error) from error
        else:
            return _version_of(open_table(folder), feed, seq)
    raise Unavailable("table_busy")


def same_schema(table: DeltaTable, contract: Contract) -> None:
    """Appends cast silently, so the schemas are compared here, exactly. Raises `Invalid("schema_change")`."""
    wanted = {column.name: type_of(column) for column in contract.columns}
    there = {field.name: _name_of(field) for field in table.schema().fields}
    if wanted != there:
        lost = sorted(set(there) - set(wanted))
        changed = sorted(one for one in set(there) & set(wanted) if there[one] != wanted[one])
        raise Invalid("schema_change", lost=lost, added=sorted(set(wanted) - set(there)), changed=changed)


def _name_of(field: Field) -> str:
    kind = field.type
    return kind.type if isinstance(kind, PrimitiveType) else type(kind).__name__


def _add(folder: Path, one: DataFile) -> AddAction:
    modified = int((folder / one.name).stat().st_mtime * 1000)
    return AddAction(one.name, one.size, {}, modified, True, json.dumps({"numRecords": one.rows}))


def version(folder: Path, number: int) -> Version:
    """The files of a version. Raises `Refused("table_feature")`."""
    table = DeltaTable(str(folder), version=number)
    check_features(table)
    actions: Any = table.get_add_actions(flatten=True)  # an Arrow table without types
    names = [unquote(path) for path in actions.column("path").to_pylist()]
    sizes: list[int] = actions.column("size_bytes").to_pylist()
    return Version(number=number, files=tuple(str(folder / one) for one in names), bytes=sum(sizes))


def _stored(error: Exception) -> Unavailable:
    full = any(sign in str(error) for sign in ("No space left", "File too large", "Disk quota", "os error 28"))
    return Unavailable("storage_full" if full else "storage_unreachable")
