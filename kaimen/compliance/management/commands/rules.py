"""`kaimen rules check [FOLDER] | show ID`: is the pack sound, and what does one rule say."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import translation

from kaimen.compliance import selectors
from kaimen.compliance.pages import extension_in_words
from kaimen.compliance.words import KINDS, STOPS, SURE, value_in_words, word
from kaimen.core.policy.party import ANYBODY
from kaimen.engines.packs import PACKS, PackError, book_of, load_folder
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand


class Command(TerminalCommand):
    help = "The rule pack: check it (check [FOLDER], the configured one where none is named), show one rule (show ID)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="read and validate a pack; prints counts, or the file and what is wrong")
        check.add_argument("folder", type=Path, nargs="?", help="a pack that is not installed yet")
        show = verbs.add_parser("show", help="one rule with its values")
        show.add_argument("id")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        if options["verb"] == "check":
            self._check(options["folder"] or PACKS / settings.KAIMEN_PACK)
        else:
            self._show(options["id"])

    def _check(self, folder: Path) -> None:
        """From the files themselves, not from memory: an operator who edits a pack asks again."""
        folder.stat()  # a folder that is not there is told as such
        try:
            law = book_of(load_folder(folder), settings.TIME_ZONE)
        except PackError as fault:
            raise CommandError(str(fault)) from None
        with translation.override("en"):
            sure = Counter(word(SURE, rule.verified) for rule in law.rules.values())
        self.stdout.write(
            f"{law.id} {law.version} is sound\n"
            f"digest     {law.digest}\n"
            f"articles   {len(law.clauses)} in {len(law.chapters)} chapters\n"
            f"controls   {len(law.controls)}\n"
            f"rules      {len(law.rules)}, {sum(len(rule.values) for rule in law.rules.values())} values"
        )
        for words_, count in sorted(sure.items(), key=lambda item: -item[1]):
            self.stdout.write(f"           {count} {words_}")
        years = ", ".join(str(year) for year in sorted(law.calendar.years))
        self.stdout.write(f"calendar   {years}; provisional after {law.calendar.announced_until}")

    def _show(self, rule_id: str) -> None:
        found = selectors.duty(rule_id, by=ANYBODY, now=now())
        with translation.override("en"):
            self.stdout.write("\n".join(_rule_in_words(found)))


def _rule_in_words(found: selectors.Duty) -> list[str]:
    rule, today = found.rule, found.value
    lines = [
        f"{rule.id}  {found.book.cite(rule.id, 'en')}",
        f"what       {rule.text.en}",
        f"when       {rule.trigger.en}",
        f"kind       {word(KINDS, rule.kind)}",
        f"how sure   {word(SURE, rule.verified)}",
        f"today      {value_in_words(today.unit, today.numbers) if today else 'no value'}",
    ]
    for value in rule.values:
        until = f" until {value.until}" if value.until else ""
        lines.append(f"value      {value_in_words(value.unit, value.numbers)} from {value.since}{until}")
    for own in found.own:
        written = value_in_words(own.value.unit, own.value.numbers)
        lines.append(f"own value  {written} from {own.value.since}: {own.reason}")
    if rule.extension:
        lines.append(f"extension  {extension_in_words(rule)}")
    lines += [f"stop       {word(STOPS, stop)}" for stop in sorted(rule.stops)]
    lines.append(f"clocks     {found.clocks}")
    return lines
