"""What every command of ours has in common: the language of the terminal, and one sentence with its code where something goes wrong."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation

from kaimen.core.errors import Invalid, KaimenError, Missing, Unavailable
from kaimen.engines.storage import is_full
from kaimen.web.errors import words
from kaimen.web.language import of_terminal

PIPE_CLOSED = 141
"""The exit status of a program whose reader went away, as shells count it: 128 + SIGPIPE."""


class TerminalCommand(BaseCommand):
    """A command that tells people what went wrong, in their language; a trace only where they ask for it with `--traceback`."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Raises `CommandError` with a sentence for what we refuse, for files, for a full disk and for a home that was never set up."""
        with translation.override(of_terminal(os.environ)):
            try:
                return super().execute(*args, **options)
            except BrokenPipeError:  # `kaimen … | head`: nobody reads on
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                sys.exit(PIPE_CLOSED)
            except (KaimenError, OSError, DatabaseError) as error:
                told = _of_ours(error)
                if told is None:
                    raise
                raise CommandError(sentence(told.code, told.details)) from (error if options["traceback"] else None)


def sentence(code: str, facts: Mapping[str, object]) -> str:
    """What happened, why, what to do, and the code in brackets, on one line."""
    said = words(code, facts)
    return f"{' '.join(part for part in (said.what, said.why, said.todo) if part)} ({code})"


def table(file: Path, columns: Collection[str]) -> list[dict[str, str]]:
    """The rows of a CSV with a head, in UTF-8 or GB18030; a row that is too short has empty cells at its end.

    Raises `Missing("file_not_there")` and the like, `Invalid("file_not_text")`, `Invalid("columns_missing")`, `Invalid("row_too_long")`.
    """
    text = _decoded(file)
    reader = csv.DictReader(text.splitlines(keepends=True), restval="")
    if missing := set(columns) - set(reader.fieldnames or ()):
        raise Invalid("columns_missing", file=str(file), columns=", ".join(sorted(missing)))
    rows = []
    for row in reader:
        if None in row:
            raise Invalid("row_too_long", file=str(file), line=reader.line_num)
        rows.append(row)
    return rows


def migrations_wait() -> bool:
    """Is there anything to migrate? True for a database in which nothing was ever set up."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _decoded(file: Path) -> str:
    told = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return told.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("file_not_text", file=str(file))


def _of_ours(error: KaimenError | OSError | DatabaseError) -> KaimenError | None:
    """The error with a code; None for one that we did not foresee."""
    if isinstance(error, KaimenError):
        return error
    if is_full(error):
        return Unavailable("storage_full")
    if isinstance(error, DatabaseError):
        return _of_database()
    named = str(error.filename) if isinstance(error.filename, str | os.PathLike) else ""
    match error:
        case FileNotFoundError():
            return Missing("file_not_there", file=named)
        case IsADirectoryError():
            return Invalid("file_is_folder", file=named)
        case PermissionError():
            return Invalid("file_closed", file=named)
        case _:
            return None


def _of_database() -> KaimenError | None:
    try:
        return Unavailable("home_not_set_up") if migrations_wait() else None
    except DatabaseError:
        return Unavailable("database_unreachable")
