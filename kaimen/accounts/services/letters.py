"""Invitations, forgotten passwords, letters: what leaves by the post is sealed while it waits."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from kaimen.accounts import sealing, tokens
from kaimen.accounts.models import (
    Account,
    Invitation,
)
from kaimen.accounts.services.people import may_admit
from kaimen.accounts.services.recording import key, post, record
from kaimen.core.errors import Invalid, Missing
from kaimen.core.policy.party import Actor, PersonId
from kaimen.evidence.services import Kind

INVITATION_DAYS = 7


@transaction.atomic
def invite(account_id: str, *, by: Actor, now: datetime) -> str:
    """A way in for an account that has no password yet: the text of the invitation, also sent by mail. Seven days, once."""
    may_admit(by)
    account = Account.objects.select_related("person").filter(pk=key(account_id)).first()
    if account is None:
        raise Missing("account")
    token = tokens.fresh(tokens.INVITATION)
    Invitation.objects.create(
        id=token.id, digest=token.digest, person=account.person, email=account.email, invited_by_id=key(by.person), created_at=now,
        expires_at=now + timedelta(days=INVITATION_DAYS),
    )  # fmt: skip
    post(
        "accounts.invitation",
        key=f"invitation:{token.id}",
        now=now,
        email=account.email,
        sealed=sealed_text(token.text),
    )
    return token.text


@transaction.atomic
def accept_invitation(text: str, *, password: str, now: datetime) -> Account:
    """Set the password and prove the address, once, under a row lock.

    Raises `Invalid("invitation_unknown" | "invitation_used" | "invitation_expired" | "password")`.
    """
    presented = tokens.read(text, kind=tokens.INVITATION)
    kept = Invitation.objects.select_for_update().filter(pk=presented.id).first() if presented else None
    if presented is None or kept is None or not presented.is_of(kept.digest):
        raise Invalid("invitation_unknown")
    if kept.used_at is not None:
        raise Invalid("invitation_used")
    if kept.expires_at <= now:
        raise Invalid("invitation_expired")
    account = Account.objects.select_for_update(of=("self",)).select_related("person").get(email=kept.email)
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid("password", reason=" ".join(error.messages)) from None
    account.set_password(password)
    account.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(
        user=account, email=account.email, defaults={"verified": True, "primary": True}
    )
    kept.used_at = now
    kept.save(update_fields=["used_at"])
    record(
        Kind.ACCOUNT_OPENED,
        by=Actor(person=PersonId(str(account.person_id))),
        now=now,
        about=account.person_id,
        target=str(account.pk),
    )
    return account


@transaction.atomic
def ask_for_reset(email: str, *, now: datetime) -> None:
    """One row with the typed address, known or not, so that both take the same time; the worker looks it up."""
    post("accounts.reset", key=f"reset:{uuid.uuid4()}", now=now, sealed=sealed_text(email.strip().lower()))


@transaction.atomic
def post_mail(*, to: str, subject: str, text: str, now: datetime) -> None:
    """Give a letter to the post; its text is sealed while it waits."""
    letter = json.dumps({"to": to, "subject": subject, "text": text}, ensure_ascii=False)
    post("mail", key=f"mail:{uuid.uuid4()}", now=now, sealed=sealed_text(letter))


LETTER = "outbox.letter"


def sealed_text(text: str) -> str:
    """A text that only this room reads again, for a row of the post."""
    return base64.b64encode(sealing.seal(text, column=LETTER, row="")).decode("ascii")


def unsealed_text(body: Mapping[str, object]) -> str:
    """What the post carries for this room."""
    return sealing.unseal(base64.b64decode(str(body["sealed"])), column=LETTER, row="")
