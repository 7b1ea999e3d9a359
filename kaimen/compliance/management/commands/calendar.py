"""`kaimen calendar show YEAR | load FILE`: the days of a year, and a year's notice that came after the pack."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from kaimen.compliance import selectors
from kaimen.compliance.selectors import DayKind
from kaimen.core.errors import Invalid
from kaimen.core.policy.party import Actor, Via
from kaimen.engines.packs import PackError, load_year
from kaimen.office import services as office
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand

HERE = Actor(via=Via.CLI)
FAULTS = {
    "no_notice": "The file names no notice.",
    "day_twice": "{day} stands among the holidays and among the make-up days.",
    "other_year": "{day} is no day of that year.",
    "makeup_on_weekday": "{day} is worked anyhow: only a day of the weekend is made up for.",
    "year_known": "The year {year} is known already; what was announced is never changed.",
}
"""What contradicts itself, for the person who typed the notice in."""


class Command(TerminalCommand):
    help = "Working days: show YEAR; load FILE (a year's notice, YAML as in a pack: year, notice, holidays, makeup)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        show = verbs.add_parser("show", help="a year's notice, its holidays and make-up days")
        show.add_argument("year", type=int)
        load = verbs.add_parser("load", help="announce a year: provisional due days are counted again")
        load.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        try:
            if options["verb"] == "show":
                self._show(options["year"])
            else:
                self._load(options["file"])
        except Invalid as invalid:
            fault = FAULTS.get(str(invalid.details.get("why")))
            if invalid.code != "calendar" or fault is None:
                raise
            raise CommandError(fault.format_map(invalid.details)) from None

    def _show(self, year: int) -> None:
        found = selectors.year_of_days(year, now=now())
        self.stdout.write(
            f"{year}  {found.notice or 'not announced: weekends and feasts with a fixed date, provisional'}"
        )
        self.stdout.write(f"{found.working} working days")
        for kind in (DayKind.HOLIDAY, DayKind.MAKEUP, DayKind.CLOSURE):
            for day in (day for day, what in found.days.items() if what is kind):
                self.stdout.write(
                    f"{kind.value:8} {day} {day:%a}" + (f"  {found.closures[day]}" if day in found.closures else "")
                )

    def _load(self, file: Path) -> None:
        file.stat()  # a file that is not there is told as such
        try:
            year = load_year(file)
        except PackError as fault:
            raise CommandError(str(fault)) from None
        if not year.holidays:
            raise CommandError("The file names no holiday.")
        moved = office.announce_year(year, by=HERE, now=now())
        self.stdout.write(
            f"{year.year} by {year.notice}: {len(year.holidays)} holidays, {len(year.makeup)} make-up days. "
            f"{moved} due days moved."
        )
