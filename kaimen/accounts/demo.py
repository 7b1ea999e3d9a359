"""The synthetic people of a demo city, into whom a visitor steps. They exist only where the setting `demo` is on and `home/demo` is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kaimen.accounts import selectors
from kaimen.accounts.models import Account, Appointment, in_force_at
from kaimen.accounts.roles import role
from kaimen.core.errors import Missing

CARDS = 18
TRY: Mapping[str, str | Promise] = {
    "steward": _("List a dataset, load it, ask with SQL and see what is masked"),
    "office_head": _("Answer what is due today"),
    "department_head": _("Put the department's name to an entry"),
    "cdo": _("See how the department's data are doing"),
    "protection_officer": _("Grade columns, check what is masked"),
    "security_officer": _("See grades and grants"),
    "authority_reviewer": _("Review an entry and publish it"),
    "operator": _("Look after loads, people and the post"),
    "helper": _("File for somebody at the counter"),
    "auditor": _("Do not trust us: verify"),
    "zone_analyst": _("Ask a table with personal data for research"),
    "zone_operator": _("Ask a table with personal data for research"),
    "trader": _("Look at what companies may use"),
    "exchange_staff": _("Check where data come from"),
    "government": _("See the whole catalogue"),
    "security_admin": _("End somebody's access"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One person one may become."""

    hat: str
    name: str
    role_zh: str
    role_en: str
    institution_zh: str
    institution_en: str
    go: str | Promise


def is_on() -> bool:
    """Setting and folder: both, or there is no demo."""
    return bool(settings.KAIMEN_DEMO) and (settings.KAIMEN_HOME / "demo").is_dir()


def _held(at: datetime) -> list[Appointment]:
    return list(
        Appointment.objects.filter(in_force_at(at), person__accounts__kind=Account.Kind.DEMO)
        .select_related("person", "institution")
        .order_by("nominated_at", "pk")[: 5 * CARDS]
    )


def cards(*, at: datetime) -> list[Card]:
    """One card a person, in the order in which they were made."""
    if not is_on():
        return []
    shown: dict[object, Card] = {}
    for held in _held(at):
        rule = role(held.role)
        shown.setdefault(
            held.person_id,
            Card(
                hat=str(held.pk),
                name=selectors.person_name(held.person),
                role_zh=rule.name_zh,
                role_en=rule.name_en,
                institution_zh=held.institution.short_zh or held.institution.name_zh,
                institution_en=held.institution.short_en or held.institution.name_en,
                go=TRY.get(held.role, ""),
            ),
        )
    return list(shown.values())[:CARDS]


def chosen(key: str, *, at: datetime) -> tuple[Account, Appointment]:
    """The account and hat of a card, or of the first person in a role. Raises `Missing("demo_role")`."""
    if is_on():
        for held in _held(at):
            if key in {str(held.pk), held.role}:
                return Account.objects.get(person_id=held.person_id, kind=Account.Kind.DEMO), held
    raise Missing("demo_role")
