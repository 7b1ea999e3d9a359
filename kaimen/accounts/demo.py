"""The synthetic people of a demo city, into whom a visitor steps. They exist only where the setting `demo` is on and `home/demo` is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kaimen.accounts import selectors
from kaimen.accounts.models import Account, Appointment, in_force_at
from kaimen.accounts.roles import APPLICANT, role
from kaimen.core.errors import Missing

CARDS = 36
"""One of every role, and the second pair of eyes wherever a step asks for one."""
MOST_REMEMBERED = 100
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
    "zone_analyst": _("Work in a data zone, ask to take a table out"),
    "zone_operator": _("Open a project in a data zone"),
    "trader": _("Sell or buy a product of data"),
    "exchange_staff": _("Check sides and sources, settle orders"),
    "government": _("See the whole catalogue"),
    "security_admin": _("End somebody's access"),
    "public": _("Look, ask, download, without any office"),
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


TOKENS = "tokens_of_this_visit"
FEEDS = "demo_feeds"
"""In the session: which tokens this visitor made. Those of other visitors of the same person are not shown and not touched."""


def is_shared(account: Account | None) -> bool:
    """A person of the demo, whom any number of visitors are at a time."""
    return account is not None and account.kind == Account.Kind.DEMO


def tokens_of_visit(session: SessionBase) -> list[str]:
    """The ids of the tokens that were made in this visit."""
    return list(session.get(TOKENS, []))


def remember_token(session: SessionBase, token_id: str) -> None:
    """Only this visitor sees it and can end it."""
    session[TOKENS] = [*tokens_of_visit(session), token_id][-MOST_REMEMBERED:]


def feeds_of_visit(session: SessionBase) -> list[str]:
    """The ids of the calendar addresses that were made in this visit."""
    return list(session.get(FEEDS, []))


def remember_feed(session: SessionBase, feed_id: str) -> None:
    """Only this visitor sees it and can end it."""
    session[FEEDS] = [*feeds_of_visit(session), feed_id][-MOST_REMEMBERED:]


def _people(at: datetime) -> list[tuple[Account, Appointment | None]]:
    """Every synthetic person with the first office they hold, or none; in the order in which they were made.

    Whose office has ended has no card: they would take the place of the citizen.
    """
    accounts = Account.objects.filter(kind=Account.Kind.DEMO).select_related("person").order_by("created_at", "pk")
    held = Appointment.objects.filter(in_force_at(at), person__accounts__kind=Account.Kind.DEMO).select_related(
        "institution"
    )
    first: dict[object, Appointment] = {}
    for one in held.order_by("nominated_at", "pk"):
        first.setdefault(one.person_id, one)
    once = set(Appointment.objects.filter(person__accounts__kind=Account.Kind.DEMO).values_list("person_id", flat=True))
    return [
        (account, first.get(account.person_id))
        for account in accounts
        if account.person_id in first or account.person_id not in once
    ]


def cards(*, at: datetime) -> list[Card]:
    """One card a person: first one of every role, then the others in the order in which the city made them.

    The head of the first steward's body counts as a role of its own: without it an entry drafted there would go no further.
    """
    if not is_on():
        return []
    people = _people(at)
    stewarded = next((held.institution_id for _account, held in people if held and held.role == "steward"), None)
    seen: set[str] = set()
    ranked: list[tuple[tuple[bool, int], Card]] = []
    for place, (account, held) in enumerate(people):
        code = held.role if held else APPLICANT
        if held and code == "department_head" and held.institution_id == stewarded:
            code = "department_head of the first steward"
        ranked.append(((code in seen, place), _card(account, held)))
        seen.add(code)
    return [card for _, card in sorted(ranked, key=lambda pair: pair[0])[:CARDS]]


def _card(account: Account, held: Appointment | None) -> Card:
    rule = role(held.role if held else "public")
    body = held.institution if held else None
    return Card(
        hat=str(held.pk if held else account.pk),
        name=selectors.person_name(account.person),
        role_zh=rule.name_zh,
        role_en=rule.name_en,
        institution_zh=(body.short_zh or body.name_zh) if body else "",
        institution_en=(body.short_en or body.name_en) if body else "",
        go=TRY.get(held.role, "") if held else TRY["public"],
    )


def chosen(key: str, *, at: datetime) -> tuple[Account, str]:
    """The account and the hat of a card, or of the first person in a role. Raises `Missing("demo_role")`."""
    if is_on():
        for account, held in _people(at):
            keys = {str(held.pk), held.role} if held else {str(account.pk), "public", APPLICANT}
            if key in keys:
                return account, str(held.pk) if held else selectors.OWN_SELF
    raise Missing("demo_role")
