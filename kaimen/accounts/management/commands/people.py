"""`kaimen people first | import | list | suspend | merge`: people from the command line, by somebody with a shell on the machine."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from kaimen.accounts import selectors, services
from kaimen.accounts.models import Account, Appointment, in_force_at
from kaimen.accounts.roles import role
from kaimen.accounts.services import MACHINE
from kaimen.core.errors import Missing
from kaimen.core.policy.party import InstitutionId, PersonId, Role
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
    help = gettext_noop("People and appointments: the first operator, lists of people, suspending an account.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        first = verbs.add_parser(
            "first", help=_("the very first operator or authority head; the password is asked for")
        )
        first.add_argument("--name", required=True, help=_("the person's name"))
        first.add_argument("--email", required=True, help=_("address to sign in with"))
        first.add_argument(
            "--role",
            choices=["operator", "department_head"],
            default="operator",
            help=_("operator, or head of the authority"),
        )
        first.add_argument("--institution", required=True, help=_("short name of the body"))
        bulk = verbs.add_parser(
            "import",
            help=_("CSV with the columns %(columns)s: shows the difference, then does it")
            % {"columns": ", ".join(COLUMNS)},
        )
        bulk.add_argument("file", type=Path, help=_("the list"))
        bulk.add_argument("--as-of", required=True, help=_("the day the list is of, YYYY-MM-DD"))
        bulk.add_argument("--dry-run", action="store_true", help=_("show the difference only, change nothing"))
        bulk.add_argument("--complete", action="store_true", help=_("the list is complete: who is absent is ended"))
        verbs.add_parser("list", help=_("who holds what today"))
        suspend = verbs.add_parser("suspend", help=_("end access of an account at once"))
        suspend.add_argument("email", help=_("address of the account"))
        suspend.add_argument("--reason", required=True, help=_("why; it is recorded"))
        merge = verbs.add_parser("merge", help=_("two records of one human being become one, for good"))
        merge.add_argument("person", help=_("number of the record that goes"))
        merge.add_argument("into", help=_("number of the record that stays"))
        merge.add_argument("--reason", required=True, help=_("why; it is recorded"))

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        getattr(self, f"_{options['verb']}")(options)

    def _first(self, options: dict[str, Any]) -> None:
        body = selectors.institution(options["institution"])
        password = (
            getpass.getpass(_("Password (at least 12 characters): "))
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
            _("%(email)s may sign in; a second factor is asked for before acting as %(role)s.")
            % {"email": options["email"], "role": role(Role(options["role"])).name(get_language() or "zh-hans")}
        )

    def _list(self, options: dict[str, Any]) -> None:
        del options
        held = Appointment.objects.filter(in_force_at(now())).select_related("person", "institution")
        for one in held.order_by("institution__slug", "role"):
            until = " " + _("until %(day)s") % {"day": f"{one.until:%Y-%m-%d}"} if one.until else ""
            self.stdout.write(f"{one.institution.slug:24} {one.role:20} {selectors.person_name(one.person)}{until}")

    def _suspend(self, options: dict[str, Any]) -> None:
        account = Account.objects.filter(email=options["email"].lower()).first()
        if account is None:
            raise CommandError(_("No account with this address."))
        services.suspend_account(str(account.pk), reason=options["reason"], by=MACHINE, now=now())
        self.stdout.write(_("Suspended."))

    def _merge(self, options: dict[str, Any]) -> None:
        services.merge_persons(
            _person(options["person"]), _person(options["into"]), reason=options["reason"], by=MACHINE, now=now()
        )
        self.stdout.write(_("Merged."))

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
            self.stdout.write(
                _("%(new)s to add, %(gone)s to end; nothing was changed.") % {"new": len(new), "gone": len(gone)}
            )
            return
        with transaction.atomic():
            for row in new:
                self._take_in(row, at)
            for one in gone:
                services.end_appointment(
                    str(one.pk), reason=f"absent from the list of {options['as_of']}", by=MACHINE, now=at
                )
        self.stdout.write(_("%(new)s added, %(gone)s ended.") % {"new": len(new), "gone": len(gone)})

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


def _person(text: str) -> PersonId:
    try:
        return PersonId(str(UUID(text)))
    except ValueError:
        raise Missing("person") from None


def _morning(day: str) -> datetime:
    try:
        parsed = datetime.strptime(day.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a day, given its zone below
    except ValueError:
        raise CommandError(_("Not a day: %(day)s") % {"day": day}) from None
    return datetime.combine(parsed, time(), tzinfo=ZoneInfo(settings.TIME_ZONE))
