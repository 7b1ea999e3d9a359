"""Acting for others: delegation of an officer, mandate of a citizen."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from kaimen.accounts import sealing, selectors
from kaimen.accounts.models import (
    Appointment,
    Delegation,
    Mandate,
    Person,
)
from kaimen.accounts.roles import role
from kaimen.accounts.services.appointments import locked
from kaimen.accounts.services.recording import key, record
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.lifecycle import four_eyes
from kaimen.core.policy.party import Actor, PersonId
from kaimen.evidence.services import Kind

MANDATE_DAYS = 30


@transaction.atomic
def delegate(
    appointment_id: str, to_person: PersonId, *, verbs: Sequence[str], since: datetime, until: datetime, reason: str, by: Actor,
    now: datetime,
) -> Delegation:  # fmt: skip
    """Hand named verbs of one's own appointment to a person for a time.

    Raises `Refused("not_yours_to_give" | "not_delegable" | "appointment_ended")`, `Invalid("appointment_term")`.
    """
    appointment = locked(appointment_id)
    if str(appointment.person_id) not in selectors.family([by.person] if by.person else []):
        raise Refused("not_yours_to_give")
    if not role(appointment.role).delegable:
        raise Refused("not_delegable", role=appointment.role)
    if appointment.state != Appointment.State.APPROVED or (appointment.until and appointment.until <= now):
        raise Refused("appointment_ended")
    if not verbs or until <= since:
        raise Invalid("appointment_term")
    if appointment.until is not None and until > appointment.until:
        raise Refused("not_yours_to_give")
    if not Person.objects.filter(pk=key(to_person)).exists():
        raise Missing("person")
    given = Delegation.objects.create(
        appointment=appointment,
        to_person_id=key(to_person),
        verbs=sorted(set(verbs)),
        since=since,
        until=until,
        reason=reason,
    )
    record(
        Kind.DELEGATION_OPENED, by=by, now=now, about=appointment.person_id, target=str(to_person), verbs=sorted(set(verbs)),
        expires=until.isoformat(),
    )  # fmt: skip
    return given


@transaction.atomic
def open_mandate(
    *,
    ground: str,
    identified_by: str,
    read_back: bool,
    consent: bool,
    by: Actor,
    now: datetime,
    principal: PersonId | None = None,
    described_as: str = "",
    passphrase: str = "",
    days: int = MANDATE_DAYS,
) -> Mandate:
    """A helper files for a citizen from now on: ground, how they were identified (the kind only), that it was read back and agreed to.

    Raises `Refused("role_missing")`, `Invalid("mandate_form")`.
    """
    if by.role != "helper" or by.person is None or by.institution is None:
        raise Refused("role_missing", role=by.role, roles=["helper"])
    missing = [
        name
        for name, there in (
            ("ground", ground in Mandate.Ground.values),
            ("identified_by", bool(identified_by)),
            ("read_back", read_back),
            ("consent", consent),
            ("principal", bool(principal or described_as.strip())),
        )
        if not there
    ]
    if missing:
        raise Invalid("mandate_form", fields=missing)
    if principal is not None:
        four_eyes(selectors.family([by.person]), selectors.family([principal]))
    new = uuid.uuid4()
    given = Mandate.objects.create(
        id=new,
        helper_id=key(by.person),
        institution_id=key(by.institution),
        principal_id=key(principal),
        described_sealed=sealing.seal(described_as, column=sealing.DESCRIPTION, row=new)
        if described_as.strip()
        else None,
        ground=ground,
        identified_by=identified_by,
        read_back=read_back,
        consent=consent,
        since=now,
        until=now + timedelta(days=min(days, MANDATE_DAYS)),
        passphrase=make_password(passphrase) if passphrase else "",
    )
    record(
        Kind.MANDATE_OPENED, by=by, now=now, about=key(principal), principal=principal, basis=f"{ground}, {identified_by}",
        expires=given.until.isoformat(),
    )  # fmt: skip
    return given


def claim_mandate(mandate_id: str, *, passphrase: str, by: Actor, now: datetime) -> Mandate:
    """The helped person takes the case over later, with number and passphrase: five tries, then at a counter.

    Raises `Missing("mandate")` for every wrong pair alike.
    """
    del now
    with transaction.atomic():
        given = Mandate.objects.select_for_update().filter(pk=key(mandate_id), claim_tries_left__gt=0).first()
        if given is None or not given.passphrase or by.person is None:
            raise Missing("mandate")
        right = check_password(passphrase, given.passphrase)
        if right:
            given.principal_id, given.passphrase = key(by.person), ""
        else:
            given.claim_tries_left -= 1
        given.save(update_fields=["principal", "passphrase", "claim_tries_left"])
    if not right:
        raise Missing("mandate")
    return given


@transaction.atomic
def close_mandate(mandate_id: str, *, by: Actor, now: datetime) -> None:
    """Its case has ended. Raises `Missing("mandate")`."""
    if not Mandate.objects.filter(pk=key(mandate_id), helper_id=key(by.person), closed_at=None).update(closed_at=now):
        raise Missing("mandate")
