"""Bodies and people: registered, appointed by those who may appoint, and given the token that a visitor may use."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from demo.plan import City, Person
from kaimen.accounts import selectors as accounts
from kaimen.accounts import services
from kaimen.accounts.models import Account
from kaimen.accounts.scopes import Scope
from kaimen.accounts.services import MACHINE, InstitutionForm
from kaimen.core.errors import Missing
from kaimen.core.policy.party import AccountId, Actor, Assurance, InstitutionId, PersonId, Role, Via

_BODIES = uuid.UUID("8a1f6f60-2f0e-5d0a-9b53-6d1f6a3b1d01")
_FROM_THE_MACHINE = frozenset({"authority.operator", "authority.department_head", "authority.authority_reviewer"})
"""The first three are appointed by letter, entered on the machine; from then on people appoint one another."""
_ABOVE = frozenset({"department_head", "auditor", "zone_operator", "zone_analyst", "government", "security_admin"})
"""Roles that the authority gives, not the head of the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """A person of the plan as the installation knows them."""

    person: PersonId
    account: AccountId
    appointment: str | None
    institution: InstitutionId | None
    role: Role

    def acting(self, now: datetime) -> Actor:
        """Signed in a moment ago with two factors."""
        return Actor(
            person=self.person,
            account=self.account,
            institution=self.institution,
            role=self.role,
            via=Via.SESSION,
            assurance=Assurance.TWO_FACTOR,
            signed_in_at=now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody, and the bodies' ids."""

    institutions: Mapping[str, InstitutionId]
    someone: Mapping[str, Someone]

    def holder(self, plan: City, body: str, *roles: str) -> Someone:
        """Who holds one of these roles in a body, the first asked first."""
        return self.someone[plan.bodies[body].holder(*roles).code]


def settle(plan: City, *, now: datetime) -> People:
    """Register what is not there yet and say who everybody is."""
    founded = now - timedelta(days=420)
    institutions = {code: _institution(plan, code, now=founded) for code in plan.bodies}
    someone: dict[str, Someone] = {}
    for number, person in enumerate(plan.people):
        at = founded + timedelta(hours=2, minutes=7 * number)
        someone[person.code] = _someone(person, institutions, someone, now=at)
    return People(institutions=institutions, someone=someone)


def _institution(plan: City, code: str, *, now: datetime) -> InstitutionId:
    body = plan.bodies[code]
    slug = code.replace("_", "-")
    try:
        return InstitutionId(str(accounts.institution(slug).pk))
    except Missing:
        pass
    parent = _institution(plan, "health", now=now) if body.level == "district" else None
    form = InstitutionForm(
        slug=slug,
        name_zh=body.name.zh,
        name_en=body.name.en,
        short_zh=body.short.zh,
        short_en=body.short.en,
        body_kind=body.kind,
        level=body.level,
        region=body.region,
        region_year=2023,
        uscc=body.credit_code,
        parent=parent,
        is_authority=code == "authority",
        contact="010-0000-0000",
        since=(now - timedelta(days=3000)).date(),
    )
    made = services.register_institution(form, by=MACHINE, now=now, id=uuid.uuid5(_BODIES, code))
    services.verify_institution(InstitutionId(str(made.pk)), standing="document_seen", by=MACHINE, now=now)
    return InstitutionId(str(made.pk))


def _someone(
    person: Person,
    institutions: Mapping[str, InstitutionId],
    known: Mapping[str, Someone],
    *,
    now: datetime,
) -> Someone:
    email = f"{person.code.replace('_', '-')}@demo.example"
    account = Account.objects.filter(email=email).first() or services.register_person(
        name=person.name.zh, email=email, by=MACHINE, now=now, kind="demo", email_verified=True
    )
    who = PersonId(str(account.person_id))
    institution = institutions[person.body] if person.body else None
    appointment = None
    if institution is not None:
        held = [one for one in accounts.in_force(who, at=now + timedelta(days=1)) if one.role == person.role]
        appointment = str(held[0].pk) if held else _appoint(person, who, institution, known, now=now)
    return Someone(
        person=who,
        account=AccountId(str(account.pk)),
        appointment=appointment,
        institution=institution,
        role=Role(person.role),
    )


def _appoint(
    person: Person,
    who: PersonId,
    institution: InstitutionId,
    known: Mapping[str, Someone],
    *,
    now: datetime,
) -> str:
    """The operator nominates; the head of the body approves, and the authority for the roles of `_ABOVE`."""
    if person.code in _FROM_THE_MACHINE:
        made = services.appoint(who, role_code=person.role, institution_id=institution, since=now, by=MACHINE, now=now)
        return str(made.pk)
    operator = known["authority.operator"].acting(now)
    above = person.role in _ABOVE
    approver = known["authority.authority_reviewer" if above else f"{person.body}.department_head"].acting(now)
    named = services.nominate(who, role_code=person.role, institution_id=institution, since=now, by=operator, now=now)
    services.approve_appointment(str(named.pk), by=approver, now=now + timedelta(minutes=3))
    return str(named.pk)


def hand_out_tokens(plan: City, people: People, path: Path, *, now: datetime) -> None:
    """Mint one token for each person and write them down, readable by the owner of the home folder only."""
    told = []
    for person in plan.people:
        someone = people.someone[person.code]
        acting = replace(someone.acting(now), via=Via.CLI)
        for old in accounts.tokens_of(acting):
            services.revoke_token(old.pk, by=acting, now=now, reason="replaced")
        _, token = services.mint_token(
            name="demo",
            scopes=tuple(Scope),  # the hat narrows it
            by=acting,
            now=now,
            days=365,
            appointment_id=someone.appointment,
        )
        body = plan.bodies[person.body] if person.body else None
        told.append(
            {
                "person": person.code,
                "institution": body.code.replace("_", "-") if body else None,
                "role": person.role,
                "token": token,
                "name_zh": person.name.zh,
                "name_en": person.name.en,
                "institution_zh": body.short.zh if body else None,
                "institution_en": body.short.en if body else None,
            }
        )
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(told, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
