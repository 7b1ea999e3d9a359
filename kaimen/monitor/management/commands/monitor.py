"""`kaimen monitor compute | check CODE | publish KIND | template KIND`: figures and registers from the machine."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from kaimen.core.policy.party import Actor, Via
from kaimen.monitor import selectors, services
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand

HERE = Actor(via=Via.CLI)


class Command(TerminalCommand):
    help = "The monitor: compute; check CODE (exit status 1 where a digit differs); publish KIND; template KIND (CSV heads)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("compute", help="every indicator and the index, from the versions in force")
        verbs.add_parser("check", help="compute an indicator again from the versions of its newest value").add_argument(
            "code"
        )
        verbs.add_parser("publish", help="give a register to the lake now").add_argument("kind")
        verbs.add_parser("template", help="the heads of a sheet for a register").add_argument("kind")

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
        self.stdout.write(f"{found.new} new; waiting for data: {', '.join(found.waiting) or 'none'}")
        for line in found.evaluation.lines if found.evaluation else ():
            missing = ", ".join(line["missing"])
            self.stdout.write(f"{line['district']}  {line['score'] or 'no value: ' + missing}")

    def _check(self, code: str) -> None:
        selectors.indicator(code)
        newest = next(iter(selectors.computations(code, limit=1)), None)
        if newest is None:
            raise CommandError(f"{code} was never computed")
        found = services.check(newest.pk, by=HERE, now=now())
        if found.different:
            raise CommandError(f"{code} differs in {', '.join(found.different)}")
        self.stdout.write(f"{code}: every digit is the same")

    def _publish(self, kind: str) -> None:
        load = services.publish(kind, now=now())
        self.stdout.write("nothing to give out" if load is None else f"load {load.pk}: {load.state}")
