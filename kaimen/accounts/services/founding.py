"""Rare verbs: the first officers, and two records of one human being."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from kaimen.accounts.models import (
    Account,
    Appointment,
    Institution,
    Person,
    in_force_at,
)
from kaimen.accounts.services.appointments import end, nominate
from kaimen.accounts.services.institutions import may_register
from kaimen.accounts.services.letters import invite
from kaimen.accounts.services.people import register_person
from kaimen.accounts.services.recording import record
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.policy.party import Actor, InstitutionId, PersonId, Via
from kaimen.evidence.services import Kind


@transaction.atomic
def found(
    *, name: str, email: str, role_code: str, institution_id: InstitutionId, password: str | None, now: datetime
) -> Account:
    """The very first operator and authority head, made on the machine itself. Refuses once there are two.

    Raises `Refused("founded")`.
    """
    first = Q(role="operator") | Q(role="department_head", institution__is_authority=True)
    if Appointment.objects.filter(in_force_at(now), first).count() >= 2:
        raise Refused("founded")
    if role_code not in {"operator", "department_head"}:
        raise Invalid("role", role=role_code)
    body = Institution.objects.select_for_update().filter(pk=institution_id).first()
    if body is None:
        raise Missing("institution")
    by = Actor(via=Via.CLI)
    account = register_person(name=name, email=email, by=by, now=now, password=password, email_verified=True)
    Appointment.objects.create(
        person=account.person, institution=body, role=role_code, state=Appointment.State.APPROVED, since=now, nominated_at=now,
        approved_at=now,
    )  # fmt: skip
    record(
        Kind.ACCOUNTS_FOUNDED, by=by, now=now, about=account.person_id, target=str(account.pk), institution=str(body.pk)
    )
    return account


@transaction.atomic
def merge_persons(person_id: PersonId, into: PersonId, *, reason: str, by: Actor, now: datetime) -> None:
    """Two records of one human being become one, for good: accounts and open appointments move, four eyes follows.

    Raises `Missing("person")`, `Refused("lifecycle")` when they are one already.
    """
    may_register(by)
    found = {str(one.pk): one for one in Person.objects.select_for_update().filter(pk__in=[person_id, into])}
    if {str(person_id), str(into)} - found.keys():
        raise Missing("person")
    gone, root = found[str(person_id)], found[str(into)]
    if root.merged_into is not None:
        root = root.merged_into
    if gone.merged_into_id is not None or gone.pk == root.pk:
        raise Refused("lifecycle", state="merged", verb="merge")
    # INVARIANT: merged_into names a root, so one step finds it
    Person.objects.filter(merged_into=gone).update(merged_into=root)
    Person.objects.filter(pk=gone.pk).update(merged_into=root, merge_reason=reason)
    Account.objects.filter(person=gone).update(person=root)
    held = set(Appointment.objects.filter(person=root).exclude(state="ended").values_list("institution_id", "role"))
    for appointment in Appointment.objects.select_for_update().filter(person=gone).exclude(state="ended"):
        if (appointment.institution_id, appointment.role) in held:
            end(appointment, by=by, now=now, reason=reason)
        else:
            Appointment.objects.filter(pk=appointment.pk).update(person=root)
    record(Kind.PERSON_MERGED, by=by, now=now, about=root.pk, target=str(gone.pk), into=str(root.pk), reason=reason)


@transaction.atomic
def invite_person(*, name: str, email: str, by: Actor, now: datetime, valid_until: datetime | None = None) -> PersonId:
    """Somebody new: a person with an account and an invitation to open it. Raises `Invalid("email_taken")`."""
    account = register_person(name=name, email=email, by=by, now=now, valid_until=valid_until)
    invite(str(account.pk), by=by, now=now)
    return PersonId(str(account.person_id))


def nominate_by_address(
    *,
    name: str,
    email: str,
    role_code: str,
    institution_id: InstitutionId,
    since: datetime,
    until: datetime | None,
    acting: bool,
    by: Actor,
    now: datetime,
) -> Appointment:
    """Nominate the holder of an address; who is new here gets an account and an invitation, all in one transaction."""
    with transaction.atomic():
        account = Account.objects.filter(email=email.strip().lower()).first()
        person = PersonId(str(account.person_id)) if account else invite_person(name=name, email=email, by=by, now=now)
        return nominate(
            person,
            role_code=role_code,
            institution_id=institution_id,
            since=since,
            until=until,
            acting=acting,
            by=by,
            now=now,
        )
