"""Activation links: a technical contact makes a token with one, once. Looking at the link makes nothing: scanners of mail open links.

Whoever opens a link sees neither the link nor the token; both stand only in what the contact gets.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from kaimen.accounts import selectors, tokens
from kaimen.accounts.models import Account, Activation, ApiToken, Appointment, in_force_at
from kaimen.accounts.scopes import Scope
from kaimen.accounts.services.letters import sealed_text
from kaimen.accounts.services.recording import key, persons, post, record
from kaimen.accounts.services.tokens import (
    TOKEN_DAYS,
    checked_days,
    checked_scopes,
    days_of,
    make,
    most_days,
    void_by_ground,
)
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.policy.party import Actor, PersonId, Via
from kaimen.evidence.services import Kind

TECHNICAL = frozenset({Scope.CATALOGUE_READ, Scope.GATE_QUERY, Scope.CASES_READ, Scope.LOG_READ})
"""All that a token by a link may do: read what was agreed on. Whatever binds somebody needs a person who signed in."""
OPENERS = frozenset({"steward", "office_head", "department_head", "operator"})
"""Who may send one to a colleague of their own body."""
MAILED = (Account.Kind.PERSONAL, Account.Kind.DEMO)


@transaction.atomic
def open_activation(
    *,
    contact: str,
    name: str,
    scopes: Iterable[str],
    by: Actor,
    now: datetime,
    days: int = 90,
    ground: str = "",
    until: datetime | None = None,
) -> Activation:
    """Send a link to the holder of the appointment `contact`. An earlier unused one for the same contact and ground ends.

    `until`: the token ends then at the latest, and so does the link. Raises `Refused("not_your_role" | "same_person")`,
    `Missing("activation_contact")` for one of another body, ended or without an address, `Invalid("scope" | "token_days" | "token_name")`,
    `Refused("activation_ended")`.
    """
    if by.via is not Via.CLI and by.role not in OPENERS:
        raise Refused("not_your_role", needed=sorted(OPENERS))
    held = _contact(contact, by=by, now=now)
    account = held.person.accounts.filter(kind__in=MAILED).order_by("created_at").first()
    if account is None or not account.is_active:
        raise Missing("activation_contact")
    if by.person is not None and by.person in persons(held.person_id):
        raise Refused("same_person")
    if until is not None and until <= now:
        raise Refused("activation_ended")
    if not name.strip():
        raise Invalid("token_name")
    asked = checked_scopes(scopes)
    if beyond := [scope for scope in asked if scope not in TECHNICAL]:
        raise Invalid("scope", scope=", ".join(beyond))
    lasting = min(checked_days(days, most=TOKEN_DAYS), most_days(account, by))
    for earlier in _open(ground).filter(appointment=held):
        _end(earlier, by=by, now=now, reason="replaced")
    link = tokens.fresh(tokens.ACTIVATION)
    last = now + timedelta(days=days_of("POL-TOK-LINK", now))
    kept = Activation.objects.create(
        id=link.id, digest=link.digest, account=account, appointment=held, opened_by_id=key(by.person), name=name.strip()[:80],
        scopes=asked, days=lasting, until=until, ground=ground, created_at=now, expires_at=min(last, until) if until else last,
    )  # fmt: skip
    post(
        "accounts.activation", key=f"activation:{link.id}", now=now, email=account.email, until=kept.expires_at.isoformat(),
        sealed=sealed_text(link.text),
    )  # fmt: skip
    record(
        Kind.ACTIVATION_OPENED, by=by, now=now, about=held.person_id, target=str(account.pk), link=kept.pk, scopes=asked,
        ground=ground, expires=kept.expires_at.isoformat(),
    )  # fmt: skip
    return kept


@transaction.atomic
def use_activation(text: str, *, now: datetime) -> tuple[ApiToken, str]:
    """Make the token, under a row lock, so that two clicks make one. Raises as `selectors.activation`."""
    kept = selectors.activation(text, at=now, locked=True)
    most = now + timedelta(days=kept.days)
    fresh, shown = make(
        account=kept.account, appointment=kept.appointment, name=kept.name, scopes=kept.scopes, ip_ranges=[],
        expires_at=min(most, kept.until) if kept.until else most, minted_by=kept.appointment.person_id, now=now, ground=kept.ground,
    )  # fmt: skip
    kept.used_at, kept.token = now, fresh
    kept.save(update_fields=["used_at", "token"])
    post(
        "accounts.activated",
        key=f"activated:{kept.pk}",
        now=now,
        email=kept.account.email,
        name=kept.name,
        at=now.isoformat(),
    )
    contact = Actor(
        person=PersonId(str(kept.appointment.person_id)),
        institution=selectors.institution_of(kept.appointment),
    )
    record(
        Kind.TOKEN_MINTED, by=contact, now=now, about=kept.appointment.person_id, target=str(kept.account_id), token=fresh.pk,
        scopes=fresh.scopes, expires=fresh.expires_at.isoformat(), link=kept.pk,
    )  # fmt: skip
    return fresh, shown


@transaction.atomic
def end_activation(link_id: str, *, by: Actor, now: datetime, ground: str = "") -> Activation:
    """The link makes no token any more; a token that it made stays. Raises `Missing("activation_unknown")`, `Refused("activation_used")`."""
    if by.via is not Via.CLI and by.role not in OPENERS:
        raise Refused("not_your_role", needed=sorted(OPENERS))
    found = Activation.objects.select_for_update(of=("self",)).select_related("appointment")
    kept = found.filter(pk=link_id, ground=ground).first()
    if kept is None or not _reaches(kept.appointment, by):
        raise Missing("activation_unknown")
    if kept.used_at is not None:
        raise Refused("activation_used")
    if kept.ended_at is None:
        _end(kept, by=by, now=now, reason="withdrawn")
    return kept


@transaction.atomic
def end_ground(ground: str, *, by: Actor, now: datetime, reason: str) -> int:
    """An agreement is over: its links and its tokens with it. Returns how many ended."""
    links = list(_open(ground))
    for kept in links:
        _end(kept, by=by, now=now, reason=reason)
    return len(links) + void_by_ground(ground, by=by, now=now, reason=reason)


def _open(ground: str) -> QuerySet[Activation]:
    return Activation.objects.select_for_update(of=("self",)).select_related("appointment").filter(
        ground=ground, used_at=None, ended_at=None
    )  # fmt: skip


def _end(kept: Activation, *, by: Actor, now: datetime, reason: str) -> None:
    kept.ended_at, kept.ended_why = now, reason
    kept.save(update_fields=["ended_at", "ended_why"])
    record(
        Kind.ACTIVATION_ENDED, by=by, now=now, about=kept.appointment.person_id, target=str(kept.account_id), link=kept.pk, reason=reason,
    )  # fmt: skip


def _contact(appointment_id: str, *, by: Actor, now: datetime) -> Appointment:
    found = Appointment.objects.filter(pk=key(appointment_id)).filter(in_force_at(now))
    held = found.select_related("person", "institution").first()
    if held is None or not _reaches(held, by):
        raise Missing("activation_contact")
    return held


def _reaches(held: Appointment, by: Actor) -> bool:
    """One's own body; who runs the platform, every body."""
    return by.via is Via.CLI or by.role == "operator" or str(held.institution_id) == by.institution
