"""`kaimen people first | import | list | suspend | merge`: people from the command line, by somebody with a shell on the machine."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction

from kaimen.accounts import selectors, services
from kaimen.accounts.models import Account, Appointment, in_force_at
from kaimen.accounts.services import MACHINE
from kaimen.core.policy.party import InstitutionId, PersonId
from kaimen.web.now import now
from kaimen.web.terminal import TerminalCommand, table

COLUMNS = ("person", "email", "institution", "role", "from", "until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of an import."""

    line: int
    person: str
    email: str
    institution: str
    role: str
    since: datetime
    until: datetime | None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.email, self.institution, self.role


class Command(TerminalCommand):
    help = "People and appointments: first | import FILE | list | suspend EMAIL | merge PERSON INTO."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        first = verbs.add_parser("first", help="the very first operator or authority head; the password is asked for")
        first.add_argument("--name", required=True)
        first.add_argument("--email", required=True)
        first.add_argument("--role", choices=["operator", "department_head"], default="operator")
        first.add_argument("--institution", required=True, help="its short name (slug)")
        bulk = verbs.add_parser(
            "import", help=f"CSV with the columns {', '.join(COLUMNS)}: shows the difference, then does it"
        )
        bulk.add_argument("file", type=Path)
        bulk.add_argument("--as-of", required=True, help="the day the list is of, YYYY-MM-DD")
        bulk.add_argument("--dry-run", action="store_true")
        bulk.add_argument("--complete", action="store_true", help="the list is complete: who is absent is ended")
        verbs.add_parser("list", help="who holds what today")
        suspend = verbs.add_parser("suspend", help="end access of an account at once")
        suspend.add_argument("email")
        suspend.add_argument("--reason", required=True)
        merge = verbs.add_parser("merge", help="two records of one human being become one, for good")
        merge.add_argument("person")
        merge.add_argument("into")
        merge.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        getattr(self, f"_{options['verb']}")(options)

    def _first(self, options: dict[str, Any]) -> None:
        body = selectors.institution(options["institution"])
        password = (
            getpass.getpass("Password (at least 12 characters): ")
            if sys.stdin.isatty()
            else sys.stdin.readline().strip()
        )
        services.found(
            name=options["name"],
            email=options["email"],
            role_code=options["role"],
            institution_id=InstitutionId(str(body.pk)),
            password=password or None,
            now=now(),
        )
        self.stdout.write(
            f"{options['email']} may sign in; a second factor is asked for before acting as {options['role']}."
        )

    def _list(self, options: dict[str, Any]) -> None:
        del options
        held = Appointment.objects.filter(in_force_at(now())).select_related("person", "institution")
        for one in held.order_by("institution__slug", "role"):
            until = f" until {one.until:%Y-%m-%d}" if one.until else ""
            self.stdout.write(f"{one.institution.slug:24} {one.role:20} {selectors.person_name(one.person)}{until}")

    def _suspend(self, options: dict[str, Any]) -> None:
        account = Account.objects.filter(email=options["email"].lower()).first()
        if account is None:
            raise CommandError("No account with this address.")
        services.suspend_account(str(account.pk), reason=options["reason"], by=MACHINE, now=now())
        self.stdout.write("Suspended.")

    def _merge(self, options: dict[str, Any]) -> None:
        services.merge_persons(
            PersonId(options["person"]), PersonId(options["into"]), reason=options["reason"], by=MACHINE, now=now()
        )
        self.stdout.write("Merged.")

    def _import(self, options: dict[str, Any]) -> None:
        wanted = {row.key: row for row in _read(options["file"])}
        at = now()
        day = _morning(options["as_of"])
        held = {
            (
                one.person.accounts.order_by("created_at").values_list("email", flat=True)[0],
                one.institution.slug,
                one.role,
            ): one  # type: ignore[attr-defined]
            for one in Appointment.objects.filter(in_force_at(day)).select_related("person", "institution")
            if one.person.accounts.exists()  # type: ignore[attr-defined]
        }
        new = [row for key, row in wanted.items() if key not in held]
        gone = [one for key, one in held.items() if key not in wanted] if options["complete"] else []
        for row in new:
            self.stdout.write(f"+ {row.email} {row.institution} {row.role}")
        for one in gone:
            self.stdout.write(f"- {selectors.person_name(one.person)} {one.institution.slug} {one.role}")
        if options["dry_run"]:
            self.stdout.write(f"{len(new)} to add, {len(gone)} to end; nothing was changed.")
            return
        with transaction.atomic():
            for row in new:
                self._take_in(row, at)
            for one in gone:
                services.end_appointment(
                    str(one.pk), reason=f"absent from the list of {options['as_of']}", by=MACHINE, now=at
                )
        self.stdout.write(f"{len(new)} added, {len(gone)} ended.")

    def _take_in(self, row: Row, at: datetime) -> None:
        account = Account.objects.filter(email=row.email).first()
        if account is None:
            account = services.register_person(name=row.person, email=row.email, by=MACHINE, now=at)
            services.invite(str(account.pk), by=MACHINE, now=at)
        body = selectors.institution(row.institution)
        services.appoint(
            PersonId(str(account.person_id)),
            role_code=row.role,
            institution_id=InstitutionId(str(body.pk)),
            since=row.since,
            until=row.until,
            by=MACHINE,
            now=at,
        )


def _read(path: Path) -> list[Row]:
    return [
        Row(
            line=number,
            person=line["person"].strip(),
            email=line["email"].strip().lower(),
            institution=line["institution"].strip(),
            role=line["role"].strip(),
            since=_morning(line["from"]),
            until=_morning(line["until"]) if line["until"].strip() else None,
        )
        for number, line in enumerate(table(path, COLUMNS), 2)
    ]


def _morning(day: str) -> datetime:
    try:
        parsed = datetime.strptime(day.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a day, given its zone below
    except ValueError:
        raise CommandError(f"Not a day: {day}") from None
    return datetime.combine(parsed, time(), tzinfo=ZoneInfo(settings.TIME_ZONE))
