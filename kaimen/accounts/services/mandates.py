"""Acting for others: delegation of an officer, mandate of a citizen."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from kaimen.accounts import sealing, selectors
from kaimen.accounts.channels import channels
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

CALLED_BACK = "call-back"
"""How somebody on the telephone showed who they are: the number that they gave was rung, and they answered."""
_NUMBER = re.compile(r"\+?[0-9][0-9 -]{4,28}[0-9]", re.ASCII)


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
    channel: str,
    ground: str,
    identified_by: str,
    read_back: bool,
    consent: bool,
    by: Actor,
    now: datetime,
    principal: PersonId | None = None,
    described_as: str = "",
    call_back: str = "",
    language: str = "zh-hans",
) -> Mandate:
    """A helper files for a citizen from now on.

    How they came, on what authority, how they were identified (the kind only), that it was read back and agreed to. Where the authority asks for it, the number that was rung back, which is kept sealed.

    Raises `Refused("role_missing" | "same_person")`, `Invalid("mandate_form")`.
    """
    if by.role != "helper" or by.person is None or by.institution is None:
        raise Refused("role_missing", role=by.role, roles=["helper"])
    authority = channels().authorities.get(ground)
    asked = authority is not None and authority.call_back
    missing = [
        name
        for name, there in (
            ("channel", channel in channels().channels),
            ("ground", authority is not None and channel in authority.channels),
            ("identified_by", bool(identified_by) and (identified_by == CALLED_BACK) == asked),
            ("call_back", bool(_NUMBER.fullmatch(call_back)) if asked else not call_back),
            ("read_back", read_back),
            ("consent", consent),
            ("principal", bool(principal or described_as.strip())),
        )
        if not there
    ]
    if missing or authority is None:
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
        channel=channel,
        ground=ground,
        identified_by=identified_by,
        read_back=read_back,
        consent=consent,
        since=now,
        until=now + authority.lasts,
        call_back_sealed=sealing.seal(call_back, column=sealing.CALL_BACK, row=new) if call_back else None,
        language=language,
    )
    record(
        Kind.MANDATE_OPENED, by=by, now=now, about=key(principal), principal=principal,
        basis=f"{channel}, {ground}, {identified_by}", expires=given.until.isoformat(),
    )  # fmt: skip
    return given


@transaction.atomic
def close_mandate(mandate_id: str, *, by: Actor, now: datetime) -> None:
    """The helper has done what was asked. Raises `Missing("mandate")` for what is not theirs or has ended."""
    _end(Mandate.objects.filter(helper_id=key(by.person)), mandate_id, by=by, now=now)


@transaction.atomic
def withdraw_mandate(mandate_id: str, *, by: Actor, now: datetime) -> None:
    """The helped person takes the authority back; a room that knows them by another sign has checked it. Raises `Missing("mandate")`."""
    _end(Mandate.objects.all(), mandate_id, by=by, now=now)


def _end(among: QuerySet[Mandate], mandate_id: str, *, by: Actor, now: datetime) -> None:
    given = among.select_for_update().filter(pk=key(mandate_id), closed_at=None, until__gt=now).first()
    if given is None:
        raise Missing("mandate")
    given.closed_at = now
    given.save(update_fields=["closed_at"])
    record(
        Kind.MANDATE_ENDED, by=by, now=now, about=given.principal_id,
        reason="helper" if by.person is not None and key(by.person) == given.helper_id else "withdrawn",
    )  # fmt: skip
