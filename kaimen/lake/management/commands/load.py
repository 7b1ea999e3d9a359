"""`kaimen load FEED`: run a feed now, in this process, with a progress bar. `--entry ID --file F` makes the feed at first use."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Invalid, Missing
from kaimen.core.policy.party import Actor, Via
from kaimen.engines.landing import blocks
from kaimen.lake import selectors, services
from kaimen.web.errors import words
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand, padded, sentence

WIDTH = 28
HERE = Actor(via=Via.CLI)


class Command(TerminalCommand):
    help = gettext_noop("Load a feed, or a file into an entry: land, check, commit, publish.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("feed", nargs="?", help=_("name of the feed"))
        parser.add_argument("--entry", help=_("id or short name of a catalogue entry, instead of a feed"))
        parser.add_argument("--file", type=Path, help=_("CSV, Excel or Parquet"))
        parser.add_argument(
            "--mode",
            choices=["replace", "append"],
            default="replace",
            help=_("put the file in place of what is there, or add it; for a feed that is made now"),
        )
        parser.add_argument(
            "--delimiter", default=",", help=_("what stands between two cells; for a feed that is made now")
        )
        parser.add_argument(
            "--encoding",
            choices=["utf-8", "utf-16", "gb18030"],
            help=_("of the file's text; for a feed that is made now"),
        )
        parser.add_argument(
            "--multiline", action="store_true", help=_("cells may hold line breaks; for a feed that is made now")
        )
        parser.add_argument("--dry-run", action="store_true", help=_("check and report, commit nothing"))

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        self._load(**options)

    def _load(self, *, feed: str | None, entry: str | None, file: Path | None, dry_run: bool, **options: Any) -> None:
        if (feed is None) == (entry is None):
            raise Invalid("load_unnamed")
        if file is not None:
            _check(file)
        moment = now()
        if entry is not None:
            if not catalogue.exists(entry):
                raise Missing("load_entry_missing", entry=entry[:200])
            if file is None:
                raise Invalid("load_file_missing", entry=entry[:200])
            found = services.feed_for_file(
                entry, settings=_settings(options), mode=options["mode"], by=HERE, now=moment
            )
        else:
            found = selectors.feed_named(str(feed))
        delivery = None
        if file is not None:
            delivery = services.receive(found, self._told(file), name=file.name)
        if dry_run:
            self._rehearse(services.rehearse(found, delivery, by=HERE, now=moment))
            return
        load = services.plan_load(found.pk, delivery=delivery, by=HERE, now=moment)
        while services.step(load.pk, now=now(), progress=lambda done, total: self._bar(_("checking"), done, total)):
            pass
        self._report(selectors.progress(load.pk, now=now()))

    def _told(self, file: Path) -> Iterator[bytes]:
        total, done = file.stat().st_size, 0
        for block in blocks(file):
            done += len(block)
            self._bar(_("landing"), done, total)
            yield block

    def _bar(self, what: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            share = min(1.0, done / total) if total else 1.0
            full = int(share * WIDTH)
            sys.stderr.write(f"\r{padded(what, 9)} [{'#' * full}{'.' * (WIDTH - full)}] {share:4.0%}")
            sys.stderr.flush()

    def _rehearse(self, found: services.Rehearsal) -> None:
        self.stdout.write(
            _("%(records)s records: %(accepted)s good, %(quarantined)s would stay behind. Nothing was loaded.")
            % {"records": found.records, "accepted": found.accepted, "quarantined": found.quarantined}
        )
        if found.findings:
            self.stdout.write(
                _("It would be held until a person has looked. %(why)s") % {"why": _why(found.findings, found.facts)}
            )
        for line in found.first:
            place = {
                "line": line.line or line.position,
                "byte": line.byte,
                "column": line.column or _("the row"),
                "code": line.code,
            }
            told = (
                _("line %(line)s, %(column)s: %(code)s")
                if line.byte is None
                else _("line %(line)s, byte %(byte)s, %(column)s: %(code)s")
            )
            self.stdout.write("  " + told % place)

    def _report(self, load: selectors.Progress) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")
        figures = {"records": load.records, "accepted": load.accepted, "quarantined": load.quarantined}
        if load.state == "published":
            told = _(
                "Published as version %(version)s. %(records)s records: %(accepted)s good, %(quarantined)s stayed behind."
            )
            self.stdout.write(told % {"version": load.snapshot, **figures})
            return
        if load.state == "held":
            why = _why(load.findings, load.facts)
            raise CommandError(sentence("load_held", {"why": why, "load": load.id, **figures}))
        raise CommandError(sentence(load.code, load.facts))


def _check(file: Path) -> None:
    """Raises `Invalid("file_is_folder")`, `Missing("file_not_there")`."""
    if file.is_dir():
        raise Invalid("file_is_folder", file=str(file))
    if not file.is_file():
        raise Missing("file_not_there", file=str(file))


def _why(findings: Sequence[str], facts: Mapping[str, object]) -> str:
    return " ".join(f"{one.what} {one.why}" for one in (words(code, facts) for code in findings))


def _settings(options: dict[str, Any]) -> dict[str, str | int | bool]:
    chosen: dict[str, str | int | bool] = {}
    if options["delimiter"] != ",":
        chosen["delimiter"] = options["delimiter"].replace("\\t", "\t")
    if options["encoding"]:
        chosen["encoding"] = options["encoding"]
    if options["multiline"]:
        chosen["multiline"] = True
    return chosen
