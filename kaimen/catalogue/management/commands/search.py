"""`kaimen search status | rebuild | explain "<question>" --as <role>`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from kaimen.catalogue import selectors, services
from kaimen.core.policy.party import ANYBODY, Actor, Via
from kaimen.web.terminal import TerminalCommand

READERS = {"public": ANYBODY, "government": Actor(via=Via.JOB)}


class Command(TerminalCommand):
    help = "The search index: where it stands, build it anew, how a question is read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("status", help="folder, documents of each face, rows of the feed that wait")
        verbs.add_parser("rebuild", help="build it anew beside the live one, and switch")
        explain = verbs.add_parser("explain", help="how a question is read and what it finds")
        explain.add_argument("question")
        explain.add_argument("--as", dest="reader", choices=sorted(READERS), default="public")

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
        self.stdout.write(f"folder   {state.folder or 'none yet: the worker builds it'}")
        for face, count in state.documents.items():
            self.stdout.write(f"{face:8} {count} entries")
        self.stdout.write(f"waiting  {state.waiting} rows")

    def _rebuild(self) -> None:
        built = services.rebuild_index()
        if built is None:
            self.stdout.write("another process indexes; it was asked to build anew and does so at its next tick")
        else:
            self.stdout.write(f"{built} documents")
        services.forget_indexer()

    def _explain(self, question: str, *, reader: Actor) -> None:
        for line in selectors.explain(question, by=reader):
            self.stdout.write(line)
