"""`kaimen institutions import FILE`: bodies from a CSV, all or none; `competence SLUG MATTER BASIS`: what a body is competent for."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kaimen.accounts import codes, selectors, services
from kaimen.accounts.models import Institution
from kaimen.accounts.services import MACHINE, InstitutionForm
from kaimen.core.errors import Invalid, KaimenError
from kaimen.core.policy.party import InstitutionId
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand, sentence, table

COLUMNS = ("slug", "uscc", "name_zh", "name_en", "body_kind", "level", "region", "region_year", "parent", "authority")


class Command(TerminalCommand):
    help = gettext_noop(
        "Institutions: check every code of a list, then enter all of them or none; say what a body is competent for."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        bulk = verbs.add_parser("import", help=_("CSV with the columns %(columns)s") % {"columns": ", ".join(COLUMNS)})
        bulk.add_argument("file", type=Path, help=_("the list"))
        bulk.add_argument("--dry-run", action="store_true", help=_("check only, enter nothing"))
        competence = verbs.add_parser("competence", help=_("say that a body is competent for a matter from today on"))
        competence.add_argument("slug", help=_("short name of the body"))
        competence.add_argument("matter", help=_("the matter, such as digital-infrastructure"))
        competence.add_argument("basis", help=_("the rule or decision that gives it"))
        competence.add_argument("--region", help=_("division code; else the body's own"))

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        if options["verb"] == "competence":
            self._competence(options)
            return
        rows = table(options["file"], COLUMNS)
        added = 0
        with transaction.atomic():
            for number, row in enumerate(rows, 2):
                try:
                    added += self._enter(row)
                except KaimenError as error:
                    raise CommandError(_line(number, sentence(error.code, error.details))) from None
            if options["dry_run"]:
                transaction.set_rollback(True)
        told = (
            _("%(added)s would be added, %(known)s known already.")
            if options["dry_run"]
            else _("%(added)s added, %(known)s known already.")
        )
        self.stdout.write(told % {"added": added, "known": len(rows) - added})

    def _competence(self, options: dict[str, Any]) -> None:
        try:
            body = selectors.institution(options["slug"])
            given = services.give_competence(
                InstitutionId(str(body.pk)),
                matter=options["matter"],
                region=options["region"] or body.region,
                basis=options["basis"],
                by=MACHINE,
                now=now(),
            )
        except KaimenError as error:
            raise CommandError(sentence(error.code, error.details)) from None
        told = _("%(body)s is competent for %(matter)s in %(region)s.")
        self.stdout.write(told % {"body": body.slug, "matter": given.matter, "region": given.region})

    def _enter(self, row: dict[str, str]) -> int:
        if Institution.objects.filter(slug=row["slug"]).exists():
            return 0
        code = row["uscc"].strip() or None
        if code and codes.uscc(code).warnings:
            self.stderr.write(
                _("%(body)s: the inner check digit of the organisation code does not fit; entered all the same.")
                % {"body": row["slug"]}
            )
        parent = selectors.institution(row["parent"]).pk if row["parent"].strip() else None
        services.register_institution(
            InstitutionForm(
                slug=row["slug"],
                uscc=code,
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                body_kind=row["body_kind"],
                level=row["level"],
                region=row["region"],
                region_year=_year(row["region_year"]),
                parent=InstitutionId(str(parent)) if parent else None,
                is_authority=row["authority"].strip().lower() in {"1", "yes", "true"},
            ),
            by=MACHINE,
            now=now(),
        )
        return 1


def _year(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise Invalid("institution_region_year", found=text)
    return int(text)


def _line(number: int, told: str) -> str:
    return _("line %(line)s: %(told)s") % {"line": number, "told": told}
