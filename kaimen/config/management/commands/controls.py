"""`kaimen controls run | show [ID] | oscal DIR`: look at every control now; what the last run found; the same for auditors."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from kaimen.compliance import selectors, services
from kaimen.compliance.oscal import DOCUMENTS
from kaimen.config.controls import CONTROLS
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand


class Command(TerminalCommand):
    help = "The control board: run; show [ID]; oscal DIR (OSCAL files of the last run). The exit status of run is 1 while a binding control fails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("run", help="look at every control now")
        show = verbs.add_parser("show", help="what the last run found")
        show.add_argument("control", nargs="?")
        oscal = verbs.add_parser("oscal", help="write catalog, assessment plan and assessment results as OSCAL")
        oscal.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        if options["verb"] == "run":
            run = services.run_controls(CONTROLS, now=now())
            self._table()
            self.stdout.write(f"{run.duration_ms / 1000:.1f} s, proof /log/proof/{run.receipt}")
            if run.counts.get("fail"):
                sys.exit(1)
        elif options["verb"] == "oscal":
            self._oscal(options["folder"])
        elif options["control"]:
            self._one(options["control"].upper())
        else:
            self._table()

    def _table(self) -> None:
        found = selectors.results(selectors.last_run())
        if not found:
            raise CommandError("The board has not run yet: kaimen controls run.")
        for control, one in sorted(found.items()):
            counted, failed = sum(part["counted"] for part in one.parts), sum(part["failed"] for part in one.parts)
            self.stdout.write(f"{control}  {one.outcome:<14} {counted:>7} looked at {failed:>6} failing")

    def _oscal(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in DOCUMENTS:
            found = selectors.oscal(name)
            if found is None:
                raise CommandError("The board has not run yet: kaimen controls run.")
            (folder / f"{name}.json").write_bytes(found)
            self.stdout.write(f"{name}.json  {len(found)} bytes")

    def _one(self, control: str) -> None:
        found = selectors.results(selectors.last_run()).get(control)
        if found is None:
            raise CommandError(f"{control} is no control of the last run.")
        self.stdout.write(f"{control}  {found.outcome}  since {found.since:%Y-%m-%d}")
        for part in found.parts:
            self.stdout.write(
                f"  {part['outcome']:<14} {part['en']}: {part['counted']} looked at, {part['failed']} failing"
            )
            for ref in part["failing"]:
                self.stdout.write(f"      {ref['name']}  {ref['url']}")
