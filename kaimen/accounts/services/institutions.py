"""Bodies: enter, change, verify, make competent."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from kaimen.accounts.codes import division, uscc
from kaimen.accounts.models import (
    BodyKind,
    Competence,
    Institution,
    InstitutionHistory,
    Level,
    Standing,
)
from kaimen.accounts.services.recording import key, record
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.policy.party import Actor, InstitutionId, Via
from kaimen.evidence.services import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionForm:
    """What is said of a body when it is entered."""

    slug: str
    name_zh: str
    name_en: str
    body_kind: str
    level: str
    region: str
    region_year: int
    uscc: str | None = None
    short_zh: str = ""
    short_en: str = ""
    parent: InstitutionId | None = None
    is_authority: bool = False
    ciio: bool = False
    contact: str = ""
    since: date | None = None


@transaction.atomic
def register_institution(
    form: InstitutionForm,
    *,
    by: Actor,
    now: datetime,
    id: uuid.UUID | None = None,  # noqa: A002 - the column's name
) -> Institution:
    """Enter a body, unverified. Raises `Invalid("body_kind" | "institution_level" | "region" | "uscc" | "institution_taken")`."""
    may_register(by)
    if form.body_kind not in BodyKind.values:
        raise Invalid("body_kind", body_kind=form.body_kind)
    if form.level not in Level.values:
        raise Invalid("institution_level", level=form.level)
    code = uscc(form.uscc).code if form.uscc else None
    if Institution.objects.filter(Q(slug=form.slug) | (Q(uscc=code) if code else Q(pk=None))).exists():
        raise Invalid("institution_taken", slug=form.slug)
    made = Institution.objects.create(
        id=id or uuid.uuid4(),
        slug=form.slug,
        uscc=code,
        name_zh=form.name_zh,
        name_en=form.name_en,
        short_zh=form.short_zh,
        short_en=form.short_en,
        body_kind=form.body_kind,
        level=form.level,
        region=division(form.region),
        region_year=form.region_year,
        parent_id=form.parent,
        is_authority=form.is_authority,
        ciio=form.ciio,
        contact=form.contact,
        since=form.since or now.date(),
    )
    record(Kind.INSTITUTION_REGISTERED, by=by, now=now, target=str(made.pk))
    return made


@transaction.atomic
def change_institution(
    institution_id: InstitutionId,
    *,
    reason: str,
    by: Actor,
    now: datetime,
    name_zh: str | None = None,
    name_en: str | None = None,
    uscc_code: str | None = None,
    parent: InstitutionId | None = None,
) -> Institution:
    """A new name, code or parent; the old ones become a dated row. Raises `Missing("institution")`."""
    may_register(by)
    body = Institution.objects.select_for_update().filter(pk=institution_id).first()
    if body is None:
        raise Missing("institution")
    InstitutionHistory.objects.create(
        institution=body,
        until=now,
        uscc=body.uscc,
        name_zh=body.name_zh,
        name_en=body.name_en,
        parent=body.parent,
        reason=reason,
    )
    body.name_zh, body.name_en = name_zh or body.name_zh, name_en or body.name_en
    body.uscc = uscc(uscc_code).code if uscc_code else body.uscc
    if uscc_code:
        body.standing = Standing.UNVERIFIED
    if parent is not None:
        body.parent = Institution.objects.get(pk=parent)
    body.save(update_fields=["name_zh", "name_en", "uscc", "standing", "parent"])
    record(Kind.INSTITUTION_CHANGED, by=by, now=now, target=str(body.pk), changes=[reason])
    return body


@transaction.atomic
def verify_institution(institution_id: InstitutionId, *, standing: str, by: Actor, now: datetime) -> Institution:
    """Say how a body's existence was checked: a document, or the register. Raises `Invalid("standing")`."""
    may_register(by)
    if standing not in Standing.values:
        raise Invalid("standing", standing=standing)
    body = Institution.objects.select_for_update().filter(pk=institution_id).first()
    if body is None:
        raise Missing("institution")
    body.standing, body.standing_checked_at, body.standing_checked_by_id = standing, now, key(by.person)
    body.save(update_fields=["standing", "standing_checked_at", "standing_checked_by"])
    record(Kind.INSTITUTION_CHANGED, by=by, now=now, target=str(body.pk), changes=[f"standing {standing}"])
    return body


@transaction.atomic
def give_competence(
    institution_id: InstitutionId, *, matter: str, region: str, basis: str, by: Actor, now: datetime
) -> Competence:
    """Say that a body is competent for a matter in a region from today on."""
    may_register(by)
    given = Competence.objects.create(
        institution_id=institution_id, matter=matter, region=division(region), basis=basis, since=now.date()
    )
    record(
        Kind.INSTITUTION_CHANGED,
        by=by,
        now=now,
        target=str(institution_id),
        changes=[f"competent for {matter} in {region}"],
    )
    return given


def may_register(by: Actor) -> None:
    """Operators, the authority, and the command line."""
    if by.via not in {Via.CLI, Via.JOB} and by.role not in {"operator", "authority_reviewer"}:
        raise Refused("role_missing", role=by.role, roles=["authority_reviewer", "operator"])
