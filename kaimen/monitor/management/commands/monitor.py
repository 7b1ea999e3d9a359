"""`kaimen monitor compute | check CODE | publish KIND | template KIND`: figures and registers from the machine."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from kaimen.core.policy.party import Actor, Via
from kaimen.monitor import selectors, services
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand

HERE = Actor(via=Via.CLI)
STATES = {
    "published": gettext_lazy("published"),
    "held": gettext_lazy("held: somebody must decide"),
    "refused": gettext_lazy("refused"),
}
"""Where a load ends."""


class Command(TerminalCommand):
    on_home = False  # heads of sheets come from the pack
    help = gettext_noop("Indicators and registers: compute, compute again, publish, sheets to fill in.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("compute", help=_("every indicator and the index, from the versions in force"))
        check = verbs.add_parser(
            "check",
            help=_("compute an indicator again from the versions of its newest value; exit status 1 where it differs"),
        )
        check.add_argument("code", help=_("code of the indicator"))
        publish = verbs.add_parser("publish", help=_("give a register to the lake now"))
        template = verbs.add_parser("template", help=_("the heads of a sheet for a register, as CSV"))
        for verb in (publish, template):
            verb.add_argument("kind", help=_("kind of the register"))

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        match options["verb"]:
            case "compute":
                self._compute()
            case "check":
                self._check(options["code"])
            case "publish":
                self._publish(options["kind"])
            case _:
                found = selectors.register(options["kind"])
                csv.writer(self.stdout).writerow([one.name for one in found.fields])

    def _compute(self) -> None:
        found = services.compute(by=HERE, now=now())
        self.stdout.write(
            _("%(new)s new; waiting for data: %(waiting)s")
            % {"new": found.new, "waiting": ", ".join(found.waiting) or _("none")}
        )
        for line in found.evaluation.lines if found.evaluation else ():
            nothing = _("no value: %(missing)s") % {"missing": ", ".join(line["missing"])}
            self.stdout.write(f"{line['district']}  {line['score'] or nothing}")

    def _check(self, code: str) -> None:
        selectors.indicator(code)
        newest = next(iter(selectors.computations(code, limit=1)), None)
        if newest is None:
            raise CommandError(_("%(code)s was never computed.") % {"code": code})
        found = services.check(newest.pk, by=HERE, now=now())
        if found.different:
            raise CommandError(
                _("%(code)s differs in %(places)s.") % {"code": code, "places": ", ".join(found.different)}
            )
        self.stdout.write(_("%(code)s: every digit is the same.") % {"code": code})

    def _publish(self, kind: str) -> None:
        load = services.publish(kind, now=now())
        if load is None:
            self.stdout.write(_("Nothing to give out."))
        else:
            self.stdout.write(_("Load %(load)s: %(state)s") % {"load": load.pk, "state": STATES[load.state]})
