"""What every command of ours has in common: the language of the terminal, and one sentence with its code where something goes wrong."""

from __future__ import annotations

import csv
import os
import sys
import unicodedata
from argparse import ArgumentTypeError
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation
from django.utils.translation import gettext as _

from kaimen.core.errors import Invalid, KaimenError, Missing, Unavailable
from kaimen.core.lifecycle.reading import Fault
from kaimen.engines.pack_faults import in_words
from kaimen.engines.storage import is_full
from kaimen.engines.terminal import of_terminal, translate_argparse
from kaimen.web.errors import words

LABEL = 10
PIPE_CLOSED = 141
"""The exit status of a program whose reader went away, as shells count it: 128 + SIGPIPE."""


class TerminalCommand(BaseCommand):
    """A command that speaks the language of the terminal, and tells people what went wrong; a trace only where they ask for it."""

    on_home = True
    """It works on what lies in the home folder: one that was never set up is told before anything is done."""
    requires_system_checks = ()  # they are for developers, who make them with the migrations and in tests
    suppressed_base_arguments = {
        "--version",
        "--verbosity",
        "--settings",
        "--pythonpath",
        "--no-color",
        "--force-color",
    }

    def run_from_argv(self, argv: list[str]) -> None:
        """Also what is wrong with the arguments is told in the language of the terminal."""
        with translation.override(of_terminal(os.environ)):
            super().run_from_argv(argv)

    def about(self) -> str:
        """What it is for, in the language at hand; `help` holds the English."""
        return _(self.help)

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """With the words of this command and of argparse in the language of the terminal."""
        translate_argparse()
        with translation.override(of_terminal(os.environ)):
            parser = super().create_parser(prog_name, subcommand, **kwargs)
            parser.description = self.about()
            # `kaimen.config.cli` has taken it out before any command is read: here it only stands in the help
            parser.add_argument("--home", help=_("folder of all state; without it KAIMEN_HOME, else var/"))
            return parser

    def add_base_argument(self, parser: CommandParser, *args: Any, **kwargs: Any) -> None:
        """Of Django's own options only `--traceback` is shown."""
        if "--traceback" in args:
            kwargs["help"] = _("where something goes wrong, show its trace too")
        super().add_base_argument(parser, *args, **kwargs)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Raises `CommandError` with a sentence for what we refuse, for packs, files, a full disk and a home that was never set up.

        On a terminal the sentence stands alone, and the command ends with the status that it carries.
        """
        with translation.override(of_terminal(os.environ)):
            try:
                return self._execute(*args, **options)
            except CommandError as error:
                if options["traceback"] or not self._on_terminal:
                    raise
                self.stderr.write(str(error))
                sys.exit(error.returncode)

    def _execute(self, *args: Any, **options: Any) -> str | None:
        try:
            if self.on_home and migrations_wait():
                raise Unavailable("home_not_set_up")
            return super().execute(*args, **options)
        except BrokenPipeError:  # `kaimen … | head`: nobody reads on
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(PIPE_CLOSED)
        except Fault as fault:
            raise CommandError(in_words(fault, language=of_terminal(os.environ))) from None
        except (KaimenError, OSError, DatabaseError) as error:
            told = _of_ours(error)
            if told is None:
                raise
            raise CommandError(sentence(told.code, told.details)) from (error if options["traceback"] else None)

    @property
    def _on_terminal(self) -> bool:
        """Called by a person, not by `call_command`: Django notes it when it takes the arguments."""
        return getattr(self, "_called_from_command_line", False)


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


def padded(text: str, width: int) -> str:
    """With spaces to this width on a terminal, where Chinese characters are as wide as two Latin ones."""
    return text + " " * (width - sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text))


def labelled(*lines: tuple[str, object]) -> str:
    """Lines of a label and what it says, one under the other; a line without a label goes on with the one before."""
    return "\n".join(f"{padded(label, LABEL)} {told}" for label, told in lines)


def whole(text: str) -> int:
    """A number for `type=` of an argument."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise ArgumentTypeError(_("a whole number from 0 on is expected"))
    return int(text)


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
    if connection.vendor == "sqlite" and not Path(settings.KAIMEN_HOME).is_dir():
        return Unavailable("home_not_set_up")
    try:
        return Unavailable("home_not_set_up") if migrations_wait() else None
    except DatabaseError:
        return Unavailable("database_unreachable")
