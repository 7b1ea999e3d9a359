"""`kaimen rules check [FOLDER] | show ID`: is the pack sound, and what does one rule say."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from kaimen.compliance import selectors
from kaimen.compliance.pages.duties import extension_in_words
from kaimen.compliance.words import KINDS, STOPS, SURE, value_in_words, word
from kaimen.core.policy.party import ANYBODY
from kaimen.engines.packs import PACKS, book_of, load_folder, workflows_of
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand, labelled


class Command(TerminalCommand):
    on_home = False  # a pack is checked from its files
    help = gettext_noop("The rule pack: check that it is sound, show what one rule says.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser(
            "check", help=_("read and validate a pack; prints counts, or the file and what is wrong")
        )
        check.add_argument(
            "folder", type=Path, nargs="?", help=_("a pack that is not installed yet; without it the configured one")
        )
        show = verbs.add_parser("show", help=_("one rule with its values"))
        show.add_argument("id", help=_("number of the rule, for example SHR-03"))

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        if options["verb"] == "check":
            self._check(options["folder"] or PACKS / settings.KAIMEN_PACK)
        else:
            self._show(options["id"])

    def _check(self, folder: Path) -> None:
        """From the files themselves, not from memory: an operator who edits a pack asks again."""
        folder.stat()  # a folder that is not there is told as such
        pack = load_folder(folder)
        law = book_of(pack, settings.TIME_ZONE)
        workflows = workflows_of(pack, law)
        sure = Counter(word(SURE, rule.verified) for rule in law.rules.values())
        values = sum(len(rule.values) for rule in law.rules.values())
        years = ", ".join(str(year) for year in sorted(law.calendar.years))
        until = _("%(years)s; provisional after %(day)s") % {"years": years, "day": law.calendar.announced_until}
        self.stdout.write(_("%(pack)s %(version)s is sound") % {"pack": law.id, "version": law.version})
        self.stdout.write(
            labelled(
                (_("digest"), law.digest),
                (
                    _("articles"),
                    _("%(articles)s in %(chapters)s chapters")
                    % {"articles": len(law.clauses), "chapters": len(law.chapters)},
                ),
                (_("controls"), len(law.controls)),
                (_("rules"), _("%(rules)s, %(values)s values") % {"rules": len(law.rules), "values": values}),
                *[("", f"{words}  {count}") for words, count in sorted(sure.items(), key=lambda item: -item[1])],
                (_("workflows"), len(workflows)),
                (_("calendar"), until),
            )
        )

    def _show(self, rule_id: str) -> None:
        self.stdout.write(labelled(*_rule_in_words(selectors.duty(rule_id, by=ANYBODY, now=now()))))


def _rule_in_words(found: selectors.Duty) -> list[tuple[str, object]]:
    rule, today = found.rule, found.value
    language = get_language() or "zh-hans"
    lines: list[tuple[str, object]] = [
        (rule.id, found.book.cite(rule.id, language)),
        (_("what"), rule.text.in_(language)),
        (_("when"), rule.trigger.in_(language)),
        (_("kind"), word(KINDS, rule.kind)),
        (_("how sure"), word(SURE, rule.verified)),
        (_("today"), value_in_words(today.unit, today.numbers) if today else _("no value")),
    ]
    lines += [
        (_("value"), _span(value_in_words(value.unit, value.numbers), value.since, value.until))
        for value in rule.values
    ]
    for own in found.own:
        written = _span(value_in_words(own.value.unit, own.value.numbers), own.value.since, None)
        lines.append((_("own value"), f"{written}: {own.reason}"))
    if rule.extension:
        lines.append((_("extension"), extension_in_words(rule)))
    lines += [(_("stop"), word(STOPS, stop)) for stop in sorted(rule.stops)]
    lines.append((_("clocks"), found.clocks))
    return lines


def _span(words: str, since: date, until: date | None) -> str:
    if until is None:
        return _("%(value)s from %(since)s") % {"value": words, "since": since}
    return _("%(value)s from %(since)s until %(until)s") % {"value": words, "since": since, "until": until}
