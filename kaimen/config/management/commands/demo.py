"""`kaimen demo load`: build the demo city, through the services of the rooms, on this installation."""

from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from demo.generate import SCALES
from kaimen.config import demo
from kaimen.config.demo.loading import bar
from kaimen.core.errors import Refused
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand, migrations_wait


class Command(TerminalCommand):
    on_home = False  # it sets up what is missing
    help = gettext_noop(
        "Build the demo city (load), or play thirty working days of one (day). What is there already is not built twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["load"], help=_("build it"))
        parser.add_argument("--size", choices=sorted(SCALES), help=_("full (3 million rows) or tiny (for tests)"))
        part = parser.add_mutually_exclusive_group()
        part.add_argument("--small-only", action="store_true", help=_("people, bodies and entries, no tables"))
        part.add_argument("--big-only", action="store_true", help=_("the tables; the small part must be there"))

    def handle(self, *, size: str | None, small_only: bool, big_only: bool, **options: object) -> None:
        del options
        if not settings.KAIMEN_DEMO:
            raise Refused("demo_off")
        if migrations_wait():
            call_command("migrate", verbosity=0, interactive=False)
        chosen = size or demo.size()
        if not big_only:
            demo.prepare(told=bar(_("catalogue entries")))
        elif not demo.prepared():
            raise Refused("demo_small_first")
        if not small_only:
            demo.load_big(now(), bar(_("tables")), chosen=chosen)
