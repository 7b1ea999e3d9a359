"""`kaimen demo load`: build the demo city, through the services of the rooms, on this installation."""

from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from demo.generate import SCALES
from kaimen.config import demo
from kaimen.config.demo.loading import bar
from kaimen.core.errors import KaimenError
from kaimen.web.errors import words
from kaimen.web.now import now


class Command(BaseCommand):
    help = "Build the demo city: load. Twice is once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["load"])
        parser.add_argument("--size", choices=sorted(SCALES), help="full (3 million rows) or tiny (for tests)")
        part = parser.add_mutually_exclusive_group()
        part.add_argument("--small-only", action="store_true", help="people, bodies and entries, no tables")
        part.add_argument("--big-only", action="store_true", help="the tables; the small part must be there")

    def handle(self, *, size: str | None, small_only: bool, big_only: bool, **_: object) -> None:
        if not settings.KAIMEN_DEMO:
            raise CommandError("KAIMEN_DEMO is off: this installation is not a demo city")
        chosen = size or demo.size()
        if not big_only:
            demo.prepare(told=bar("entries"))
        elif not demo.prepared():
            raise CommandError("the small part is not there yet: run `kaimen demo load --small-only` first")
        if not small_only:
            try:
                demo.load_big(now(), bar("tables"), chosen=chosen)
            except KaimenError as error:
                with translation.override("en"):
                    said = words(error.code, error.details)
                raise CommandError(f"{said.what} {said.why} {said.todo} ({error.code})") from None
