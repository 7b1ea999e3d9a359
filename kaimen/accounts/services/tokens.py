"""API tokens: mint, rotate, revoke. The text of one is in the answer that shows it and nowhere else."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_network

from django.db import transaction
from django.db.models import Q

from kaimen.accounts import tokens
from kaimen.accounts.models import (
    Account,
    ApiToken,
    Appointment,
    in_force_at,
)
from kaimen.accounts.scopes import Scope
from kaimen.accounts.services.recording import key, post, record
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.policy.party import Actor, Via
from kaimen.evidence.services import Kind

TOKEN_DAYS = 365
GUARDS = frozenset({"operator", "security_admin"})
"""Roles that may end a token of anybody."""
DEMO_DAYS = 7
"""At most for the shared accounts of a demo: nobody is left who would end them."""


@transaction.atomic
def mint_token(
    *,
    name: str,
    scopes: Iterable[str],
    by: Actor,
    now: datetime,
    days: int = 90,
    appointment_id: str | None = None,
    ip_ranges: Sequence[str] = (),
    account_id: str | None = None,
) -> tuple[ApiToken, str]:
    """A token for the hat worn now (or for oneself). Its text is in the answer and nowhere else.

    On the machine (`via` is `cli`) it may be minted for another account. Raises `Refused("fresh_sign_in_needed")` for a token that
    asks for a token, `Invalid("scope" | "token_days" | "ip_range" | "token_name")`, `Refused("not_yours_to_give")`.
    """
    if by.via is Via.TOKEN:
        raise Refused("fresh_sign_in_needed", max_age_s=900)
    if by.via is not Via.CLI and account_id not in {None, by.account}:
        raise Refused("not_yours_to_give")
    account = Account.objects.select_related("person").filter(pk=key(account_id or by.account)).first()
    if account is None:
        raise Missing("account")
    kept, text = _mint(
        account=account,
        appointment=own_appointment(appointment_id, account, at=now),
        name=name.strip(),
        scopes=_scopes(scopes),
        ip_ranges=_ranges(ip_ranges),
        expires_at=now + timedelta(days=_days(days, most=_most_days(account, by))),
        minted_by=key(by.person) or account.person_id,
        now=now,
    )
    record(
        Kind.TOKEN_MINTED, by=by, now=now, about=account.person_id, target=str(account.pk), token=kept.pk, scopes=kept.scopes,
        expires=kept.expires_at.isoformat(),
    )  # fmt: skip
    return kept, text


def _mint(
    *, account: Account, appointment: Appointment | None, name: str, scopes: list[str], ip_ranges: list[str],
    expires_at: datetime, minted_by: uuid.UUID, now: datetime,
) -> tuple[ApiToken, str]:  # fmt: skip
    if not name:
        raise Invalid("token_name")
    token = tokens.fresh(tokens.API)
    kept = ApiToken.objects.create(
        id=token.id, digest=token.digest, account=account, appointment=appointment, minted_by_id=minted_by, name=name, scopes=scopes,
        ip_ranges=ip_ranges, created_at=now, expires_at=expires_at,
    )  # fmt: skip
    return kept, token.text


@transaction.atomic
def rotate_token(token_id: str, *, by: Actor, now: datetime) -> tuple[ApiToken, str]:
    """A new text for the same hat, scopes and term; the old one is void at once. Raises `Missing("token")`, `Refused("lifecycle")`.

    The holder's own (and on the machine): whoever guards the platform may make a token void, never come to hold one of somebody else.
    """
    if by.via is Via.TOKEN:
        raise Refused("fresh_sign_in_needed", max_age_s=900)
    old = _own_token(token_id, by=by, guards=frozenset())
    if old.revoked_at is not None or old.expires_at <= now:
        raise Refused("lifecycle", state="revoked", verb="rotate")
    fresh, text = _mint(
        account=old.account, appointment=old.appointment, name=old.name, scopes=old.scopes, ip_ranges=old.ip_ranges,
        expires_at=now + (old.expires_at - old.created_at), minted_by=key(by.person) or old.minted_by_id, now=now,
    )  # fmt: skip
    old.revoked_at, old.revoked_why, old.replaced_by = now, "rotated", fresh
    old.save(update_fields=["revoked_at", "revoked_why", "replaced_by"])
    record(
        Kind.TOKEN_ROTATED, by=by, now=now, about=old.account.person_id, target=str(old.account_id), token=fresh.pk,
        scopes=fresh.scopes, expires=fresh.expires_at.isoformat(),
    )  # fmt: skip
    return fresh, text


@transaction.atomic
def revoke_token(token_id: str, *, by: Actor, now: datetime, reason: str = "by_holder") -> ApiToken:
    """Void from now on. One's own; operators and the command line also those of others. Raises `Missing("token")`."""
    kept = _own_token(token_id, by=by, guards=GUARDS)
    if kept.revoked_at is None:
        _void(kept, by=by, now=now, reason=reason)
    return kept


@transaction.atomic
def revoke_leaked_token(presented: tokens.Token, *, now: datetime) -> bool:
    """A token that stood where others can read it is void, whoever shows it. False when it is none of ours or void already."""
    kept = (
        ApiToken.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(pk=presented.id, revoked_at=None)
        .first()
    )
    if kept is None or not presented.is_of(kept.digest):
        return False
    _void(kept, by=Actor(via=Via.JOB), now=now, reason="leaked")
    return True


def _void(kept: ApiToken, *, by: Actor, now: datetime, reason: str) -> None:
    kept.revoked_at, kept.revoked_why = now, reason
    kept.save(update_fields=["revoked_at", "revoked_why"])
    post("token.revoked", key=f"token:{kept.pk}", now=now, token=kept.pk)
    record(
        Kind.TOKEN_REVOKED,
        by=by,
        now=now,
        about=kept.account.person_id,
        target=str(kept.account_id),
        token=kept.pk,
        reason=reason,
    )


def note_token_use(presented: tokens.Token | None, *, now: datetime) -> None:
    """Remember the day, once a day, in a write of its own."""
    if presented is not None:
        day = now.date()
        ApiToken.objects.filter(pk=presented.id).filter(Q(last_used_day=None) | Q(last_used_day__lt=day)).update(
            last_used_day=day
        )


def _own_token(token_id: str, *, by: Actor, guards: frozenset[str]) -> ApiToken:
    found = (
        ApiToken.objects.select_for_update(of=("self",)).select_related("account", "appointment").filter(pk=token_id)
    )
    if by.via is not Via.CLI and by.role not in guards:
        found = found.filter(account_id=by.account)
    kept = found.first()
    if kept is None:
        raise Missing("token")
    return kept


def own_appointment(appointment_id: str | None, account: Account, *, at: datetime) -> Appointment | None:
    """The appointment of that id, if it is the account's own and in force; None for oneself. Raises `Refused("not_yours_to_give")`."""
    if appointment_id is None:
        return None
    held = (
        Appointment.objects.filter(pk=key(appointment_id), person_id=account.person_id).filter(in_force_at(at)).first()
    )
    if held is None:
        raise Refused("not_yours_to_give")
    return held


def _scopes(scopes: Iterable[str]) -> list[str]:
    asked = sorted(set(scopes))
    unknown = [scope for scope in asked if scope not in set(Scope)]
    if unknown or not asked:
        raise Invalid("scope", scope=", ".join(unknown))
    return asked


def _most_days(account: Account, by: Actor) -> int:
    return DEMO_DAYS if account.kind == Account.Kind.DEMO and by.via is not Via.CLI else TOKEN_DAYS


def _days(days: int, *, most: int) -> int:
    if not 1 <= days <= most:
        raise Invalid("token_days", most=most)
    return days


def _ranges(ranges: Sequence[str]) -> list[str]:
    try:
        return [str(ip_network(item.strip())) for item in ranges if item.strip()]
    except ValueError:
        raise Invalid("ip_range") from None
