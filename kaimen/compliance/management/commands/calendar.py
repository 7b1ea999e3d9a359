"""`kaimen calendar show YEAR | load FILE`: the days of a year, and a year's notice that came after the pack."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from kaimen.compliance import selectors
from kaimen.compliance.selectors import DayKind
from kaimen.core.errors import Invalid
from kaimen.core.policy.party import Actor, Via
from kaimen.engines.packs import load_year
from kaimen.office import services as office
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand, padded, whole

HERE = Actor(via=Via.CLI)
FAULTS = {
    "no_notice": gettext_lazy("The file names no notice."),
    "day_twice": gettext_lazy("%(day)s stands among the holidays and among the make-up days."),
    "other_year": gettext_lazy("%(day)s is no day of that year."),
    "makeup_on_weekday": gettext_lazy("%(day)s is worked anyhow: only a day of the weekend is made up for."),
    "year_known": gettext_lazy("The year %(year)s is known already; what was announced is never changed."),
}
"""What contradicts itself, for the person who typed the notice in."""
KINDS = {
    DayKind.HOLIDAY: gettext_lazy("holiday"),
    DayKind.MAKEUP: gettext_lazy("makeup"),
    DayKind.CLOSURE: gettext_lazy("closure"),
}


class Command(TerminalCommand):
    help = gettext_noop("Working days: the days of a year, and the notice of a year that came after the pack.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        show = verbs.add_parser("show", help=_("a year's notice, its holidays and make-up days"))
        show.add_argument("year", type=whole, help=_("for example 2027"))
        load = verbs.add_parser("load", help=_("announce a year: provisional due days are counted again"))
        load.add_argument(
            "file", type=Path, help=_("the notice in YAML, as in a pack, with year, notice, holidays and makeup")
        )

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
            raise CommandError(str(fault) % invalid.details) from None

    def _show(self, year: int) -> None:
        found = selectors.year_of_days(year, now=now())
        notice = found.notice or _("not announced: weekends and feasts with a fixed date, provisional")
        self.stdout.write(f"{year}  {notice}")
        self.stdout.write(_("%(days)s working days") % {"days": found.working})
        for kind in (DayKind.HOLIDAY, DayKind.MAKEUP, DayKind.CLOSURE):
            for day in (day for day, what in found.days.items() if what is kind):
                why = f"  {found.closures[day]}" if day in found.closures else ""
                self.stdout.write(f"{padded(str(KINDS[kind]), 8)} {day} {WEEKDAYS_ABBR[day.weekday()]}{why}")

    def _load(self, file: Path) -> None:
        file.stat()  # a file that is not there is told as such
        year = load_year(file)
        if not year.holidays:
            raise CommandError(_("The file names no holiday."))
        moved = office.announce_year(year, by=HERE, now=now())
        self.stdout.write(
            _("%(year)s by %(notice)s: %(holidays)s holidays, %(makeup)s make-up days. Due days moved: %(moved)s.")
            % {
                "year": year.year,
                "notice": year.notice,
                "holidays": len(year.holidays),
                "makeup": len(year.makeup),
                "moved": moved,
            }
        )
