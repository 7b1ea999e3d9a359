"""`kaimen institutions import FILE`: bodies from a CSV, all or none."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from kaimen.accounts import codes, selectors, services
from kaimen.accounts.models import Institution
from kaimen.accounts.services import MACHINE, InstitutionForm
from kaimen.core.errors import KaimenError
from kaimen.core.policy.party import InstitutionId
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand, sentence, table

COLUMNS = ("slug", "uscc", "name_zh", "name_en", "body_kind", "level", "region", "region_year", "parent", "authority")


class Command(TerminalCommand):
    help = "Institutions: import FILE (CSV); checks every code, then enters all of them or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        bulk = verbs.add_parser("import", help=f"CSV with the columns {', '.join(COLUMNS)}")
        bulk.add_argument("file", type=Path)
        bulk.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        rows = table(options["file"], COLUMNS)
        added = 0
        with transaction.atomic():
            for number, row in enumerate(rows, 2):
                try:
                    added += self._enter(row)
                except KaimenError as error:
                    raise CommandError(f"line {number}: {sentence(error.code, error.details)}") from None
                except ValueError as error:
                    raise CommandError(f"line {number}: {error}") from None
            if options["dry_run"]:
                transaction.set_rollback(True)
        self.stdout.write(
            f"{added} {'would be ' if options['dry_run'] else ''}added, {len(rows) - added} known already."
        )

    def _enter(self, row: dict[str, str]) -> int:
        if Institution.objects.filter(slug=row["slug"]).exists():
            return 0
        code = row["uscc"].strip() or None
        if code and codes.uscc(code).warnings:
            self.stderr.write(
                f"{row['slug']}: the inner check digit of the organisation code does not fit; entered all the same"
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
                region_year=int(row["region_year"]),
                parent=InstitutionId(str(parent)) if parent else None,
                is_authority=row["authority"].strip().lower() in {"1", "yes", "true"},
            ),
            by=MACHINE,
            now=now(),
        )
        return 1
