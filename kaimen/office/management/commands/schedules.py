"""`kaimen schedules list | show CODE | pause CODE | resume CODE | run CODE`: what runs by the clock, from the machine."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kaimen.core.policy.party import Actor, Via
from kaimen.office import pages, selectors, services
from kaimen.web.now import now
from kaimen.web.templatetags.kaimen import minute
from kaimen.web.terminal import TerminalCommand, labelled, padded

HERE = Actor(via=Via.CLI)
NAME, WHEN = 20, 17


class Command(TerminalCommand):
    help = gettext_noop("Schedules: what runs by the clock, how it went; pause, resume, run one now.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help=_("every schedule with its next time and how it went last"))
        show = verbs.add_parser("show", help=_("one schedule with its newest runs"))
        pause = verbs.add_parser("pause", help=_("no more runs until it is resumed"))
        resume = verbs.add_parser("resume", help=_("run it again from its next time on"))
        run = verbs.add_parser("run", help=_("ask the worker for one run now"))
        for verb in (show, pause, resume, run):
            verb.add_argument("code", help=_("short name of the schedule, as the list has it"))
        pause.add_argument("--reason", required=True, help=_("why; it is recorded"))

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        moment = now()
        match options["verb"]:
            case "list":
                self._list()
                return
            case "pause":
                services.pause_schedule(options["code"], reason=options["reason"], by=HERE, now=moment)
            case "resume":
                services.resume_schedule(options["code"], by=HERE, now=moment)
            case "run":
                services.run_schedule(options["code"], by=HERE, now=moment)
        self._show(options["code"])

    def _list(self) -> None:
        for planned in selectors.schedules(now=now()):
            one, row = pages.line(planned), planned.row
            following = _("paused") if row.paused_at else minute(row.next_at)
            last = one.last.state if one.last else _("never ran")
            self.stdout.write(f"{padded(row.code, NAME)} {padded(following, WHEN)} {one.name}  {one.rhythm}  {last}")

    def _show(self, code: str) -> None:
        found = selectors.schedule(code, now=now())
        one, row = pages.line(found), found.row
        stopped = _("since %(at)s: %(why)s") % {"at": minute(row.paused_at), "why": row.paused_why}
        self.stdout.write(
            labelled(
                (row.code, one.name),
                (_("when"), one.rhythm),
                (_("paused"), stopped) if row.paused_at else (_("next"), ", ".join(map(minute, found.coming))),
                *[
                    (
                        minute(run.due_at),
                        "  ".join(part for part in (told.state, told.why, told.missed, told.took) if part),
                    )
                    for run in selectors.runs_of(row, now=now(), limit=5)
                    for told in [pages.run_line(run)]
                ],
            )
        )
