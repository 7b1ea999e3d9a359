"""`kaimen gate query|decide SQL`: ask on this machine, as an institution or as the public; recorded like every question."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError

import orjson

from kaimen.accounts import selectors as accounts
from kaimen.core.policy.party import Actor, InstitutionId, Role, Via
from kaimen.gate import encoders, services
from kaimen.gate.services import Question, telling
from kaimen.gate.services.answering import tell
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand


class Command(TerminalCommand):
    """Ask through the gate, or see what one would get."""

    help = "ask a question through the gate (query), or see what one would get and why (decide)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["query", "decide"])
        parser.add_argument("sql")
        parser.add_argument("--purpose", default="public-use")
        parser.add_argument("--agreement")
        parser.add_argument("--institution", help="slug of the body that asks; without it the public asks")
        parser.add_argument("--limit", type=_rows, help="rows at most")
        parser.add_argument("--form", choices=sorted(encoders.FORMS), default="json")

    def handle(self, **options) -> None:  # noqa: ANN003 - Django's own signature
        question = Question(
            sql=options["sql"], purpose=options["purpose"], agreement=options["agreement"], limit=options["limit"]
        )
        by = self._actor(options["institution"])
        if options["verb"] == "decide":
            found = services.decide(question, by=by, now=now())
            sys.stdout.buffer.write(
                orjson.dumps(telling.decided(found, tell(found)[0]), option=orjson.OPT_INDENT_2) + b"\n"
            )
            return
        given = services.answer(question, by=by, now=now())
        for piece in encoders.FORMS[options["form"]].write(given.schema, given.batches, telling.answer(given)):
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        self.stderr.write(f"receipt {given.receipt.entry}")

    def _actor(self, slug: str | None) -> Actor:
        if slug is None:
            return Actor(via=Via.CLI)
        return Actor(institution=InstitutionId(str(accounts.institution(slug).pk)), role=Role("operator"), via=Via.CLI)


def _rows(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise ArgumentTypeError("a number of rows from 0 on")
    return int(text)
