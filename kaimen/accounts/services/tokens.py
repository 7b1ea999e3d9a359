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
from kaimen.office import selectors as rulebook
from kaimen.office import services as office

TOKEN_DAYS = 365
EXPIRING = "token.expiring"
"""What lies on the desk of the holder of a token that is about to expire."""
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
    kept, text = make(
        account=account,
        appointment=own_appointment(appointment_id, account, at=now),
        name=name.strip(),
        scopes=checked_scopes(scopes),
        ip_ranges=_ranges(ip_ranges),
        expires_at=now + timedelta(days=checked_days(days, most=most_days(account, by))),
        minted_by=key(by.person) or account.person_id,
        now=now,
    )
    record(
        Kind.TOKEN_MINTED, by=by, now=now, about=account.person_id, target=str(account.pk), token=kept.pk, scopes=kept.scopes,
        expires=kept.expires_at.isoformat(), link=None,
    )  # fmt: skip
    return kept, text


def make(
    *, account: Account, appointment: Appointment | None, name: str, scopes: list[str], ip_ranges: list[str],
    expires_at: datetime, minted_by: uuid.UUID, now: datetime, ground: str = "",
) -> tuple[ApiToken, str]:  # fmt: skip
    """The row and the text of a token; the caller has checked who may, and writes the evidence."""
    if not name:
        raise Invalid("token_name")
    token = tokens.fresh(tokens.API)
    kept = ApiToken.objects.create(
        id=token.id, digest=token.digest, account=account, appointment=appointment, minted_by_id=minted_by, name=name, scopes=scopes,
        ip_ranges=ip_ranges, created_at=now, expires_at=expires_at, ground=ground,
    )  # fmt: skip
    return kept, token.text


@transaction.atomic
def rotate_token(token_id: str, *, by: Actor, now: datetime, grace_days: int | None = None) -> tuple[ApiToken, str]:
    """A new text for the same hat, scopes and term. The old one works on for `grace_days` (at most and by default POL-TOK-GRACE; 0: it is void now).

    The holder's own (and on the machine): whoever guards the platform may make a token void, never come to hold one of somebody else.
    Raises `Missing("token")`, `Refused("lifecycle")` for one that is void, over or replaced already, `Invalid("token_grace")`.
    """
    if by.via is Via.TOKEN:
        raise Refused("fresh_sign_in_needed", max_age_s=900)
    most = grace(now)
    days = most if grace_days is None else grace_days
    if not 0 <= days <= most:
        raise Invalid("token_grace", most=most)
    old = _own_token(token_id, by=by, guards=frozenset())
    if old.revoked_at is not None or old.replaced_by_id is not None or old.expires_at <= now:
        raise Refused("lifecycle", state="revoked", verb="rotate")
    fresh, text = make(
        account=old.account, appointment=old.appointment, name=old.name, scopes=old.scopes, ip_ranges=old.ip_ranges,
        expires_at=_term_again(old, now), minted_by=key(by.person) or old.minted_by_id, now=now, ground=old.ground,
    )  # fmt: skip
    old.replaced_by = fresh
    if days:
        old.expires_at = min(old.expires_at, now + timedelta(days=days))
    else:
        old.revoked_at, old.revoked_why = now, "rotated"
    old.save(update_fields=["expires_at", "revoked_at", "revoked_why", "replaced_by"])
    if not days:
        post("token.revoked", key=f"token:{old.pk}", now=now, token=old.pk)
    office.close_desk_items(kind=EXPIRING, ref=old.pk, now=now)
    record(
        Kind.TOKEN_ROTATED, by=by, now=now, about=old.account.person_id, target=str(old.account_id), token=fresh.pk,
        scopes=fresh.scopes, expires=fresh.expires_at.isoformat(), replaces=old.pk,
        old_until=(old.expires_at if days else now).isoformat(),
    )  # fmt: skip
    return fresh, text


def grace(now: datetime) -> int:
    """For how many days a replaced token works on, at most."""
    return days_of("POL-TOK-GRACE", now)


def days_of(rule: str, now: datetime) -> int:
    """The value of a rule in days."""
    book = rulebook.rules()
    return book.value(rule, book.calendar.day(now)).amount().n


def _term_again(old: ApiToken, now: datetime) -> datetime:
    """As long as the first one; what an agreement ends ends with it."""
    again = now + (old.expires_at - old.created_at)
    return min(again, old.expires_at) if old.ground else again


@transaction.atomic
def revoke_token(
    token_id: str, *, by: Actor, now: datetime, reason: str = "by_holder", with_replaced: bool = False
) -> ApiToken:
    """Void from now on; `with_replaced`: also the one that it replaced or that replaced it.

    One's own; operators and the command line also those of others. Raises `Missing("token")`.
    """
    kept = _own_token(token_id, by=by, guards=GUARDS)
    if kept.revoked_at is None:
        _void(kept, by=by, now=now, reason=reason)
    if with_replaced:
        beside = Q(replaced_by=kept) | Q(replaces=kept)
        for other in ApiToken.objects.filter(beside, revoked_at=None, expires_at__gt=now).select_related("account"):
            _void(other, by=by, now=now, reason=reason)
    return kept


def void_by_ground(ground: str, *, by: Actor, now: datetime, reason: str) -> int:
    """Every token that was made for an agreement is void. Returns how many."""
    over = ApiToken.objects.select_for_update(of=("self",)).filter(ground=ground, revoked_at=None, expires_at__gt=now)
    found = list(over.select_related("account"))
    for kept in found:
        _void(kept, by=by, now=now, reason=reason)
    return len(found)


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
    office.close_desk_items(kind=EXPIRING, ref=kept.pk, now=now)
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


def checked_scopes(scopes: Iterable[str]) -> list[str]:
    """In order, each once. Raises `Invalid("scope")` for none or one that is not on the list."""
    asked = sorted(set(scopes))
    unknown = [scope for scope in asked if scope not in set(Scope)]
    if unknown or not asked:
        raise Invalid("scope", scope=", ".join(unknown))
    return asked


def most_days(account: Account, by: Actor) -> int:
    """For how many days a token of this account may be made."""
    return DEMO_DAYS if account.kind == Account.Kind.DEMO and by.via is not Via.CLI else TOKEN_DAYS


def checked_days(days: int, *, most: int) -> int:
    """The days themselves. Raises `Invalid("token_days")`."""
    if not 1 <= days <= most:
        raise Invalid("token_days", most=most)
    return days


def _ranges(ranges: Sequence[str]) -> list[str]:
    try:
        return [str(ip_network(item.strip())) for item in ranges if item.strip()]
    except ValueError:
        raise Invalid("ip_range") from None
