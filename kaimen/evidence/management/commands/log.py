"""`kaimen log status | publish | recover | rebase`: the operator's side of the log."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kaimen.core.errors import KaimenError
from kaimen.evidence import selectors, services
from kaimen.web.now import now


class Command(BaseCommand):
    help = "state of the log; publish what is signed; take back what was published; go on after the database moved"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["status", "publish", "recover", "rebase"])

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        try:
            match options["verb"]:
                case "status":
                    self._status()
                case "publish":
                    services.tick(now())
                    self.stdout.write(f"published: {services.publish(now=now())} entries")
                case "recover":
                    self.stdout.write(f"taken back: {services.recover(now=now())} entries")
                case _:
                    self.stdout.write(f"put in order: {services.rebase(now=now())} entries")
        except KaimenError as refusal:
            raise CommandError(str(refusal)) from None

    def _status(self) -> None:
        state = selectors.status(now())
        lines = [
            f"origin     {state.origin}",
            f"entries    {state.size} signed, {state.published} published, {state.pending} waiting",
            f"lag        {state.lag_s} s" + (f", held up by {state.held_up_by}" if state.held_up_by else ""),
            *[f"witness    {one.name}: {one.trouble or one.signed_at or 'not asked yet'}" for one in state.witnesses],
        ]
        if state.reconciled:
            lines.append(
                f"compared   {state.reconciled.at:%Y-%m-%d %H:%M}: {'agreed' if state.reconciled.agreed else 'DIFFERENCES'}"
            )
        self.stdout.write("\n".join(lines))
