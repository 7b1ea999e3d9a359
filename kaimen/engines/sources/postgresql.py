"""A table or view of a PostgreSQL database: one REPEATABLE READ transaction, a server-side cursor, landed as parts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from kaimen.core.errors import Invalid, Unavailable
from kaimen.engines.sources import parts

AT_ONCE = 5_000
STATEMENT_TIMEOUT_MS = 600_000


def land(conninfo: str, table: str, folder: Path, *, schema: str = "public") -> parts.Landing:
    """All rows as they stand at one moment. `conninfo` holds the password: it goes nowhere else.

    Raises `Unavailable("source_unreachable")`, `Invalid("source_changed")` when the table goes away or changes.
    """
    try:
        with psycopg.connect(
            conninfo, connect_timeout=10, options=f"-c statement_timeout={STATEMENT_TIMEOUT_MS}"
        ) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            with connection.cursor(name="kaimen") as cursor:
                cursor.itersize = AT_ONCE
                cursor.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(schema, table)))
                names = [column.name for column in cursor.description or ()]
                return parts.write(_rows(cursor), names, folder, positions=False)
    except (
        psycopg.errors.UndefinedTable,
        psycopg.errors.UndefinedColumn,
        psycopg.errors.SerializationFailure,
    ) as error:
        raise Invalid("source_changed", table=table) from error
    except psycopg.Error as error:
        raise Unavailable("source_unreachable") from error


def _rows(cursor: psycopg.ServerCursor[TupleRow]) -> Iterator[list[str | None]]:
    for row in cursor:
        yield [text_of(value) for value in row]


def text_of(value: object) -> str | None:
    """A value of PostgreSQL as text in the canonical format of its kind."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case datetime():
            return (value.astimezone(UTC) if value.tzinfo else value).isoformat(sep=" ")
        case bytes():
            return value.hex()
        case _:
            return str(value)
