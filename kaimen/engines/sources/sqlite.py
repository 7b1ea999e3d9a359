"""A table of an SQLite file, read in one transaction and landed as parts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from kaimen.core.errors import Invalid, Unavailable
from kaimen.engines.sources import parts

AT_ONCE = 5_000


def quoted(name: str) -> str:
    """A name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def land(database: Path, table: str, folder: Path) -> parts.Landing:
    """All rows as they stand at one moment. The file is opened read-only.

    Raises `Unavailable("source_unreachable")`, `Invalid("source_changed")` when the table goes away.
    """
    try:
        connection = sqlite3.connect(
            f"{database.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=20
        )
    except sqlite3.Error as error:
        raise Unavailable("source_unreachable") from error
    try:
        connection.execute("BEGIN")
        cursor = connection.execute(f"SELECT * FROM {quoted(table)}")  # noqa: S608 - the name is quoted
        names = [column[0] for column in cursor.description]
        return parts.write(_rows(cursor), names, folder, positions=False)
    except sqlite3.OperationalError as error:
        gone = "no such table" in str(error)
        raise (Invalid("source_changed", table=table) if gone else Unavailable("source_unreachable")) from error
    except sqlite3.DatabaseError as error:
        raise Unavailable("source_unreachable") from error
    finally:
        connection.close()


def _rows(cursor: sqlite3.Cursor) -> Iterator[list[str | None]]:
    while rows := cursor.fetchmany(AT_ONCE):
        for row in rows:
            yield [text_of(value) for value in row]


def text_of(value: object) -> str | None:
    """A value of SQLite as text in the canonical format of its kind."""
    match value:
        case None:
            return None
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case bytes():
            return value.hex()
        case _:
            return str(value)
