"""`kaimen search status | rebuild | explain "<question>" --as <role>`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from kaimen.catalogue import selectors, services
from kaimen.core.policy.party import ANYBODY, Actor, Via
from kaimen.engines.search.question import Relaxed
from kaimen.web.terminal import TerminalCommand, labelled

MOST = 10
READERS = {"public": ANYBODY, "government": Actor(via=Via.JOB)}
LOOSENED = {
    Relaxed.NONE: gettext_lazy("not at all: the words as they stand"),
    Relaxed.WORDS: gettext_lazy("to words of the same meaning"),
    Relaxed.TYPO: gettext_lazy("to words that look or sound alike"),
    Relaxed.ANY: gettext_lazy("to some of the words"),
}
"""How far a question was loosened because nothing was found."""


class Command(TerminalCommand):
    help = gettext_noop("The search index: where it stands, build it anew, how a question is read.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("status", help=_("folder, documents of each face, rows of the feed that wait"))
        verbs.add_parser("rebuild", help=_("build it anew beside the live one, and switch"))
        explain = verbs.add_parser("explain", help=_("how a question is read and what it finds"))
        explain.add_argument("question", help=_("what somebody typed into the search box"))
        explain.add_argument("--as", dest="reader", choices=sorted(READERS), default="public", help=_("for whom"))

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        match options["verb"]:
            case "status":
                self._status()
            case "rebuild":
                self._rebuild()
            case _:
                self._explain(options["question"], reader=READERS[options["reader"]])

    def _status(self) -> None:
        state = selectors.index_state()
        self.stdout.write(
            labelled(
                (_("folder"), state.folder or _("none yet: the worker builds it")),
                *[(face, _("%(count)s entries") % {"count": count}) for face, count in state.documents.items()],
                (_("waiting"), _("%(count)s rows") % {"count": state.waiting}),
            )
        )

    def _rebuild(self) -> None:
        built = services.rebuild_index()
        if built is None:
            self.stdout.write(_("Another process indexes; it was asked to build anew and does so at its next tick."))
        else:
            self.stdout.write(_("%(count)s documents") % {"count": built})
        services.forget_indexer()

    def _explain(self, question: str, *, reader: Actor) -> None:
        page = selectors.find(question, by=reader, size=MOST, facets=())
        signs = [
            f"{'-' if term.excluded else '+'} {' '.join(run.text for run in term.runs)}" for term in page.question.terms
        ]
        self.stdout.write(
            labelled(
                (_("audiences"), ", ".join(page.question.audiences)),
                *[(_("words") if place == 0 else "", sign) for place, sign in enumerate(signs)],
                (_("loosened"), LOOSENED[page.relaxed]),
                (_("found"), page.total),
            )
        )
        for place, entry in enumerate(page.entries, 1):
            title = entry.title_en if get_language() == "en" and entry.title_en else entry.title_zh
            self.stdout.write(f"{place}. {entry.slug}  {title}")
