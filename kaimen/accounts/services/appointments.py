"""Who holds which office: nominate, approve, suspend, resume, end. What may not be held together is data of the pack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db import transaction
from django.db.models import Q

from kaimen.accounts import selectors
from kaimen.accounts.models import (
    Appointment,
    Institution,
    Person,
    in_force_at,
)
from kaimen.accounts.roles import RoleRule, forbidden_together, role
from kaimen.accounts.services.recording import key, persons, post, record
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.lifecycle import four_eyes, step
from kaimen.core.policy.party import Actor, InstitutionId, PersonId, Via
from kaimen.evidence.services import Kind
from kaimen.office import services as office

LIFECYCLE = {
    ("nominated", "approve"): "approved",
    ("nominated", "end"): "ended",
    ("approved", "suspend"): "suspended",
    ("approved", "end"): "ended",
    ("suspended", "resume"): "approved",
    ("suspended", "end"): "ended",
}


OFFICE_KIND = "appointment"
PostVerb = Literal["nominate", "approve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Who nominated and who approved, where that was done in a case: two persons."""

    nominated: PersonId
    approved: PersonId


@transaction.atomic
def nominate(
    person_id: PersonId,
    *,
    role_code: str,
    institution_id: InstitutionId,
    since: datetime,
    by: Actor,
    now: datetime,
    until: datetime | None = None,
    acting: bool = False,
    letter_digest: str = "",
) -> Appointment:
    """Name a person for a role; it waits on the desk of whoever approves.

    Raises `Refused("role_missing" | "body_of_others" | "person_needed" | "role_conflict" | "same_person")`, `Invalid("role" | "role_body" | "acting_term")`.
    """
    rule = role(role_code)
    body = Institution.objects.filter(pk=institution_id).first()
    person = Person.objects.filter(pk=person_id).first()
    if body is None or person is None:
        raise Missing("institution" if body is None else "person")
    person = person.merged_into or person
    _may_give(rule.nominate, body, by=by)
    _fits(rule, body)
    _apart(rule, person, body)
    term = _term(rule, since=since, until=until, acting=acting)
    if Appointment.objects.filter(person=person, institution=body, role=role_code).exclude(state="ended").exists():
        raise Refused("role_conflict", role=role_code, held=role_code)
    made = Appointment.objects.create(
        person=person,
        institution=body,
        role=role_code,
        kind=Appointment.Kind.ACTING if acting else Appointment.Kind.REGULAR,
        since=since,
        until=term,
        letter_digest=letter_digest,
        nominated_by_id=key(by.person),
        nominated_at=now,
    )
    for approver in sorted(rule.approve):
        where = "" if role(approver).reach_everywhere else str(body.pk)
        office.open_desk_item(
            kind=OFFICE_KIND,
            ref=str(made.pk),
            url=f"/desk/people#{made.pk}",
            institution=where,
            role=approver,
            title_zh=f"任命待批：{rule.name_zh}，{body.name_zh}",
            title_en=f"Appointment to approve: {rule.name_en}, {body.name_en}",
            now=now,
        )
    record(
        Kind.APPOINTMENT_NOMINATED, by=by, now=now, about=person.pk, target=str(made.pk), appointed_role=role_code,
        institution=str(body.pk),
    )  # fmt: skip
    return made


@transaction.atomic
def approve_appointment(appointment_id: str, *, by: Actor, now: datetime) -> Appointment:
    """Approve a nomination: never who nominated, never the person named.

    Raises `Refused("lifecycle" | "same_person" | "role_missing" | "body_of_others" | "person_needed" | "role_conflict" | "role_full")`.
    """
    appointment = locked(appointment_id)
    rule, state = role(appointment.role), step(LIFECYCLE, appointment.state, "approve")
    _may_give(rule.approve, appointment.institution, by=by)
    four_eyes(selectors.persons_behind(by, at=now), persons(appointment.nominated_by_id, appointment.person_id))
    _apart(rule, appointment.person, appointment.institution, but=appointment)
    _not_full(rule, appointment, now=now)
    appointment.state, appointment.approved_by_id, appointment.approved_at = state, key(by.person), now
    appointment.save(update_fields=["state", "approved_by", "approved_at"])
    office.close_desk_items(kind=OFFICE_KIND, ref=str(appointment.pk), now=now)
    record(
        Kind.APPOINTMENT_APPROVED, by=by, now=now, about=appointment.person_id, target=str(appointment.pk),
        appointed_role=appointment.role, institution=str(appointment.institution_id),
    )  # fmt: skip
    return appointment


@transaction.atomic
def suspend_appointment(appointment_id: str, *, reason: str, by: Actor, now: datetime) -> Appointment:
    """Take the hat off for a while; it acts at the next request."""
    return _turn(appointment_id, "suspend", Kind.APPOINTMENT_SUSPENDED, reason=reason, by=by, now=now)


@transaction.atomic
def resume_appointment(appointment_id: str, *, reason: str, by: Actor, now: datetime) -> Appointment:
    """Give it back. Raises `Refused("same_person")` for the person's own."""
    return _turn(appointment_id, "resume", Kind.APPOINTMENT_RESUMED, reason=reason, by=by, now=now)


def _turn(appointment_id: str, verb: str, kind: Kind, *, reason: str, by: Actor, now: datetime) -> Appointment:
    appointment = locked(appointment_id)
    rule, state = role(appointment.role), step(LIFECYCLE, appointment.state, verb)
    _may_give(rule.nominate | rule.approve, appointment.institution, by=by)
    four_eyes(selectors.persons_behind(by, at=now), persons(appointment.person_id))
    appointment.state, appointment.reason = state, reason
    appointment.save(update_fields=["state", "reason"])
    record(
        kind, by=by, now=now, about=appointment.person_id, target=str(appointment.pk), appointed_role=appointment.role,
        institution=str(appointment.institution_id), reason=reason,
    )  # fmt: skip
    return appointment


@transaction.atomic
def end_appointment(
    appointment_id: str, *, reason: str, by: Actor, now: datetime, handed_to: PersonId | None = None
) -> Appointment:
    """End it for good, with hand-over. Everybody may lay down an office of their own.

    Raises `Refused("lifecycle" | "role_missing" | "body_of_others" | "person_needed" | "last_of_role")`.
    """
    appointment = locked(appointment_id)
    rule = role(appointment.role)
    if str(appointment.person_id) != by.person:
        _may_give(rule.nominate | rule.approve, appointment.institution, by=by)
    if appointment.role == "operator" and by.via is not Via.CLI:
        _not_last(appointment, now=now)
    end(appointment, by=by, now=now, reason=reason, handed_to=handed_to)
    return appointment


def end(appointment: Appointment, *, by: Actor, now: datetime, reason: str, handed_to: PersonId | None = None) -> None:
    """Write the end, close its desk items, tell the rooms above."""
    appointment.state = step(LIFECYCLE, appointment.state, "end")
    appointment.ended_at, appointment.ended_by_id, appointment.reason = now, key(by.person), reason
    appointment.handed_to_id = key(handed_to)
    appointment.save(update_fields=["state", "ended_at", "ended_by", "reason", "handed_to"])
    office.close_desk_items(kind=OFFICE_KIND, ref=str(appointment.pk), now=now)
    post(
        "appointment.ended", key=f"appointment:{appointment.pk}", now=now, appointment=str(appointment.pk),
        person=str(appointment.person_id), handed_to=handed_to,
    )  # fmt: skip
    record(
        Kind.APPOINTMENT_ENDED, by=by, now=now, about=appointment.person_id, target=str(appointment.pk),
        appointed_role=appointment.role, institution=str(appointment.institution_id), reason=reason,
    )  # fmt: skip


def locked(appointment_id: str) -> Appointment:
    """One appointment, its row held until commit. Raises `Missing("appointment")`."""
    found = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("institution", "person")
        .filter(pk=key(appointment_id))
        .first()
    )
    if found is None:
        raise Missing("appointment")
    return found


def _may_give(givers: frozenset[str], body: Institution, *, by: Actor) -> None:
    """The pack names the roles that give; their reach is their own body, or everywhere."""
    if by.via in {Via.CLI, Via.JOB} and by.person is None:
        return
    if by.via is Via.TOKEN:
        raise Refused("person_needed")  # however fresh, a token is not the person
    if by.role not in givers:
        raise Refused("role_missing", role=by.role, roles=sorted(givers))
    if by.institution != str(body.pk) and not role(by.role).reach_everywhere:
        raise Refused(
            "body_of_others", body_zh=body.name_zh, body_en=body.name_en or body.name_zh, roles=sorted(givers)
        )


def _fits(rule: RoleRule, body: Institution) -> None:
    fits = (rule.bodies is None or body.body_kind in rule.bodies) and (body.is_authority or not rule.authority)
    if rule.open or not fits:
        raise Invalid("role_body", role=rule.code, body_kind=body.body_kind)


def _apart(rule: RoleRule, person: Person, body: Institution, *, but: Appointment | None = None) -> None:
    held = Appointment.objects.filter(person_id__in=selectors.family([str(person.pk)])).exclude(state="ended")
    for other in held.exclude(pk=but.pk) if but else held:
        if forbidden_together(rule.code, other.role, same_body=other.institution_id == body.pk):
            raise Refused("role_conflict", role=rule.code, held=other.role)


def _term(rule: RoleRule, *, since: datetime, until: datetime | None, acting: bool) -> datetime | None:
    if until is not None and until <= since:
        raise Invalid("appointment_term")
    if not acting:
        return until
    if rule.acting_days is None:
        raise Invalid("acting_term", role=rule.code, days=0)
    latest = since + timedelta(days=rule.acting_days)
    if until is not None and until > latest:
        raise Invalid("acting_term", role=rule.code, days=rule.acting_days)
    return until or latest


def _not_full(rule: RoleRule, appointment: Appointment, *, now: datetime) -> None:
    if rule.most is None:
        return
    Institution.objects.select_for_update().get(
        pk=appointment.institution_id
    )  # two approvals at once wait for each other
    meanwhile = Appointment.objects.filter(
        Q(until=None) | Q(until__gt=max(now, appointment.since)),
        institution=appointment.institution,
        role=rule.code,
        state=Appointment.State.APPROVED,
    )
    if appointment.until is not None:
        meanwhile = meanwhile.filter(since__lt=appointment.until)
    if meanwhile.count() >= rule.most:
        raise Refused("role_full", role=rule.code, most=rule.most)


def _not_last(appointment: Appointment, *, now: datetime) -> None:
    others = Appointment.objects.filter(role=appointment.role).exclude(pk=appointment.pk).filter(in_force_at(now))
    if not others.exists():
        raise Refused("last_of_role", role=appointment.role)


def appoint(
    person_id: PersonId, *, role_code: str, institution_id: InstitutionId, since: datetime, by: Actor, now: datetime,
    until: datetime | None = None, acting: bool = False, letter_digest: str = "", decided_by: Decided | None = None,
) -> Appointment:  # fmt: skip
    """Nominate and approve in one transaction what was decided elsewhere: on paper (`via` is `cli`), or by a case (`via` is `job`).

    `decided_by` names who nominated and who approved there. Raises what `nominate` and `approve_appointment` raise.
    """
    if by.via not in {Via.CLI, Via.JOB} or by.person is not None:
        raise Refused("role_missing", role=by.role)
    with transaction.atomic():
        named = nominate(
            person_id, role_code=role_code, institution_id=institution_id, since=since, until=until, by=by, now=now,
            acting=acting, letter_digest=letter_digest,
        )  # fmt: skip
        made = approve_appointment(str(named.pk), by=by, now=now)
        if decided_by is not None:
            made.nominated_by_id, made.approved_by_id = key(decided_by.nominated), key(decided_by.approved)
            made.save(update_fields=["nominated_by", "approved_by"])
        return made


def check_post(role_code: str, institution_id: InstitutionId, *, verb: PostVerb, by: Actor) -> None:
    """May this officer name somebody for the post, or approve it? And can such a body have the post at all?

    Raises `Refused("role_missing" | "body_of_others" | "person_needed")`, `Invalid("role" | "role_body")`, `Missing("institution")`.
    """
    rule = role(role_code)
    body = Institution.objects.filter(pk=institution_id).first()
    if body is None:
        raise Missing("institution")
    _may_give(rule.nominate if verb == "nominate" else rule.approve, body, by=by)
    _fits(rule, body)
