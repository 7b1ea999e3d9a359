"""`kaimen controls run | show [ID] | oscal DIR`: look at every control now; what the last run found; the same for auditors."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from kaimen.compliance import selectors, services
from kaimen.compliance.oscal import DOCUMENTS
from kaimen.compliance.pages.board import failed, outcome_in_words
from kaimen.config.controls import CONTROLS
from kaimen.office.selectors import rules
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand, padded

OUTCOME = 18


def _counted(control: str, parts: Sequence[Mapping[str, Any]]) -> str:
    """How much was looked at and fails; what is merely advised makes no fail and is told as that."""
    rule = rules().controls.get(control)
    told = {
        "counted": sum(part["counted"] for part in parts),
        "failed": failed(parts, rule, advised=False) if rule else sum(part["failed"] for part in parts),
        "advised": failed(parts, rule, advised=True) if rule else 0,
    }
    if not told["advised"]:
        return _("%(counted)s looked at, %(failed)s failing") % told
    if not told["failed"]:
        return _("%(counted)s looked at, %(advised)s to look at (advice)") % told
    return _("%(counted)s looked at, %(failed)s failing, %(advised)s to look at (advice)") % told


class Command(TerminalCommand):
    help = gettext_noop("The control board: look at every control, or see what the last look found.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("run", help=_("look at every control now; exit status 1 while a binding one fails"))
        show = verbs.add_parser("show", help=_("what the last run found"))
        show.add_argument("control", nargs="?", help=_("number of one control, for example BJ-46"))
        oscal = verbs.add_parser("oscal", help=_("write catalog, assessment plan and assessment results as OSCAL"))
        oscal.add_argument("folder", type=Path, help=_("folder for the three files"))

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        if options["verb"] == "run":
            run = services.run_controls(CONTROLS, now=now())
            self._table()
            self.stdout.write(
                _("%(seconds)s s, proof /log/proof/%(receipt)s")
                % {"seconds": f"{run.duration_ms / 1000:.1f}", "receipt": run.receipt}
            )
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
            raise CommandError(_("The board has not run yet: kaimen controls run."))
        for control, one in sorted(found.items()):
            self.stdout.write(
                f"{control}  {padded(outcome_in_words(one.outcome), OUTCOME)} {_counted(control, one.parts)}"
            )

    def _oscal(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in DOCUMENTS:
            found = selectors.oscal(name)
            if found is None:
                raise CommandError(_("The board has not run yet: kaimen controls run."))
            (folder / f"{name}.json").write_bytes(found)
            self.stdout.write(_("%(name)s: %(size)s bytes") % {"name": f"{name}.json", "size": len(found)})

    def _one(self, control: str) -> None:
        found = selectors.results(selectors.last_run()).get(control)
        if found is None:
            raise CommandError(_("%(control)s is no control of the last run.") % {"control": control})
        since = _("since %(day)s") % {"day": f"{found.since:%Y-%m-%d}"}
        self.stdout.write(f"{control}  {outcome_in_words(found.outcome)}  {since}")
        for part in found.parts:
            name = part["en" if get_language() == "en" else "zh"]
            told = _counted(control, [part])
            self.stdout.write(f"  {padded(outcome_in_words(part['outcome']), OUTCOME)} {name}  {told}")
            for ref in part["failing"]:
                called = ref.get("en") if get_language() == "en" else ""
                self.stdout.write(f"      {called or ref['name']}  {ref['url']}")
