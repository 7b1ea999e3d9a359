"""Subscriptions of a desk: a calendar program reads what is due under an address of its own, which is the whole right to read it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from kaimen.accounts import tokens
from kaimen.accounts.models import Account, DeskFeed
from kaimen.accounts.services.recording import key, record
from kaimen.accounts.services.tokens import DEMO_DAYS, own_appointment
from kaimen.core.errors import Missing, Refused
from kaimen.core.policy.party import Actor, Via
from kaimen.evidence.services import Kind

FEED_DAYS = 366


@transaction.atomic
def subscribe(*, by: Actor, appointment_id: str | None, now: datetime) -> str:
    """An address for the desk of the hat worn now, or one's own; its text is in the answer and nowhere else.

    Raises `Refused("fresh_sign_in_needed")` for a token, `Missing("account" | "appointment")`.
    """
    if by.via is not Via.SESSION:
        raise Refused("fresh_sign_in_needed", max_age_s=900)
    account = Account.objects.select_related("person").filter(pk=key(by.account)).first()
    if account is None:
        raise Missing("account")
    held = own_appointment(appointment_id, account, at=now)
    token = tokens.fresh(tokens.CALENDAR)
    days = DEMO_DAYS if account.kind == Account.Kind.DEMO else FEED_DAYS
    DeskFeed.objects.create(
        id=token.id, digest=token.digest, account=account, appointment=held, created_at=now, expires_at=now + timedelta(days=days)
    )  # fmt: skip
    record(Kind.DESK_FEED_OPENED, by=by, now=now, about=account.person_id, feed=token.id)
    return token.text


@transaction.atomic
def unsubscribe(feed_id: str, *, by: Actor, now: datetime) -> None:
    """The address is void from the next reading on. Raises `Missing("desk_feed")` for what is not the asker's own."""
    feed = DeskFeed.objects.select_for_update().filter(pk=feed_id, account_id=key(by.account), ended_at=None).first()
    if feed is None:
        raise Missing("desk_feed")
    feed.ended_at = now
    feed.save(update_fields=["ended_at"])
    record(Kind.DESK_FEED_ENDED, by=by, now=now, about=feed.account.person_id, feed=feed.pk)
