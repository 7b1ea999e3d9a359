"""`kaimen gate query|decide SQL`: ask on this machine, as an institution or as the public; recorded like every question."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kaimen.accounts import selectors as accounts
from kaimen.core.policy.party import Actor, InstitutionId, Role, Via
from kaimen.gate import encoders, services
from kaimen.gate.services import Question, telling
from kaimen.gate.services.answering import tell
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand, whole


class Command(TerminalCommand):
    """Ask through the gate, or see what one would get."""

    help = gettext_noop("Ask a question through the gate (query), or see what one would get and why (decide).")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["query", "decide"], help=_("ask, or only see what one would get"))
        parser.add_argument("sql", help=_("the question in SQL"))
        parser.add_argument("--purpose", default="public-use", help=_("code of the purpose; without it public use"))
        parser.add_argument("--agreement", help=_("number of the agreement or grant on which the body asks"))
        parser.add_argument("--institution", help=_("short name of the body that asks; without it the public asks"))
        parser.add_argument("--limit", type=whole, help=_("rows at most"))
        parser.add_argument("--form", choices=sorted(encoders.FORMS), default="json", help=_("form of the answer"))

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
        self.stderr.write(_("receipt %(entry)s") % {"entry": given.receipt.entry})

    def _actor(self, slug: str | None) -> Actor:
        if slug is None:
            return Actor(via=Via.CLI)
        return Actor(institution=InstitutionId(str(accounts.institution(slug).pk)), role=Role("operator"), via=Via.CLI)
