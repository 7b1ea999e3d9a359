"""`kaimen counters import FILE`: where people are helped in person, from a CSV; the whole list is replaced."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kaimen.accounts import selectors, services
from kaimen.accounts.models import Counter
from kaimen.accounts.services import MACHINE
from kaimen.core.errors import KaimenError
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand, sentence, table

COLUMNS = (
    "code", "region", "name_zh", "name_en", "address_zh", "address_en", "hours_zh", "hours_en", "telephone", "synthetic",
)  # fmt: skip


class Command(TerminalCommand):
    help = gettext_noop("Counters: where people are helped in person; a list replaces the one before.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        bulk = verbs.add_parser("import", help=_("CSV with the columns %(columns)s") % {"columns": ", ".join(COLUMNS)})
        bulk.add_argument("file", type=Path, help=_("the list"))
        verbs.add_parser("show", help=_("the counters there are"))

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        if options["verb"] == "show":
            for one in selectors.counters():
                self.stdout.write(f"{one.code}  {one.name_zh}  {one.address_zh}  {one.hours_zh}")
            return
        rows = [
            Counter(**row | {"synthetic": row["synthetic"].strip().lower() in {"1", "yes", "true"}})
            for row in ({name: row[name].strip() for name in COLUMNS} for row in table(options["file"], COLUMNS))
        ]
        try:
            count = services.set_counters(rows, by=MACHINE, now=now())
        except KaimenError as error:
            raise CommandError(sentence(error.code, error.details)) from None
        self.stdout.write(_("%(count)s counters.") % {"count": count})
