"""People and their accounts: register, suspend, restore."""

from __future__ import annotations

import uuid
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from kaimen.accounts import sealing, selectors
from kaimen.accounts.models import (
    Account,
    Person,
)
from kaimen.accounts.services.recording import post, record
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.policy.party import Actor, Via
from kaimen.evidence.services import Kind


@transaction.atomic
def register_person(
    *,
    name: str,
    email: str,
    by: Actor,
    now: datetime,
    kind: str = Account.Kind.PERSONAL,
    identity_number: str | None = None,
    valid_until: datetime | None = None,
    password: str | None = None,
    email_verified: bool = False,
) -> Account:
    """A person with an account. One whose identity number is known already keeps the person and gets one account more.

    Without a password the account is opened by invitation. Raises `Invalid("email_taken")`.
    """
    may_admit(by)
    address = email.strip().lower()
    if Account.objects.filter(email=address).exists():
        raise Invalid("email_taken")
    identity = sealing.identity_key(identity_number) if identity_number else None
    person = Person.objects.filter(identity_key=identity).first() if identity else None
    if person is None:
        new = uuid.uuid4()
        person = Person.objects.create(
            id=new,
            name_sealed=sealing.seal(name, column=sealing.NAME, row=new),
            name_key=sealing.name_key(name),
            identity_key=identity,
            registered_at=now,
        )
    account = Account(
        person=person.merged_into or person, email=address, kind=kind, created_at=now, valid_until=valid_until
    )
    if password is None:
        account.set_unusable_password()
    else:
        account.set_password(password)
    account.save(force_insert=True)
    EmailAddress.objects.create(user=account, email=address, primary=True, verified=email_verified)
    record(Kind.PERSON_REGISTERED, by=by, now=now, about=person.pk, target=str(person.pk))
    return account


def may_admit(by: Actor) -> None:
    """Whoever appoints may also enter people."""
    if by.via not in {Via.CLI, Via.JOB} and not selectors.may_appoint(by):
        raise Refused("role_missing", role=by.role)


@transaction.atomic
def suspend_account(account_id: str, *, reason: str, by: Actor, now: datetime) -> Account:
    """Nobody signs in with it from the next request on; its tokens are void, its streams end. Raises `Missing("account")`."""
    _may_end_access(by)
    account = Account.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise Missing("account")
    if account.suspended_at is None:
        account.suspended_at, account.suspended_why = now, reason
        account.save(update_fields=["suspended_at", "suspended_why"])
        post("account.suspended", key=f"account:{account.pk}", now=now, account=str(account.pk))
        record(Kind.ACCOUNT_SUSPENDED, by=by, now=now, about=account.person_id, target=str(account.pk), reason=reason)
    return account


@transaction.atomic
def restore_account(account_id: str, *, reason: str, by: Actor, now: datetime) -> Account:
    """The other way round. Raises `Missing("account")`."""
    _may_end_access(by)
    account = Account.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise Missing("account")
    account.suspended_at, account.suspended_why = None, ""
    account.save(update_fields=["suspended_at", "suspended_why"])
    record(Kind.ACCOUNT_RESTORED, by=by, now=now, about=account.person_id, target=str(account.pk), reason=reason)
    return account


@transaction.atomic
def limit_account(account_id: str, *, until: datetime, by: Actor, now: datetime) -> None:
    """The account lives until then: asked of the date at each sign-in and for each token, so no job has to run.

    Only for cases (`via` is `job`) and the machine. Raises `Refused("role_missing")`, `Missing("account")`.
    """
    if by.via not in {Via.CLI, Via.JOB}:
        raise Refused("role_missing", role=by.role)
    account = Account.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise Missing("account")
    account.valid_until = until
    account.save(update_fields=["valid_until"])
    record(
        Kind.ACCOUNT_LIMITED, by=by, now=now, about=account.person_id, target=str(account.pk), until=until.isoformat()
    )


def _may_end_access(by: Actor) -> None:
    if by.via is not Via.CLI and by.role not in {"operator", "security_admin"}:
        raise Refused("role_missing", role=by.role, roles=["operator", "security_admin"])
