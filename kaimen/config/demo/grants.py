"""Agreements: opened by the head of the body whose data they are; some have ended, been suspended or revoked since."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from demo.plan import City, GrantPlan
from kaimen.compliance import services as compliance
from kaimen.config.demo.assessments import assess
from kaimen.config.demo.people import People
from kaimen.core.policy.party import Actor, InstitutionId
from kaimen.gate import services
from kaimen.gate.models import Grant

_SIGNED_BEFORE = timedelta(days=35)
_CHANGED_BEFORE = timedelta(days=9)
_ASSESSED_BEFORE = timedelta(days=2)


def agree(plan: City, people: People, *, now: datetime) -> None:
    """Open the grants of the plan that are not there yet, and bring each to its state."""
    for told in plan.grants:
        kept = Grant.objects.filter(code=told.code).first() or _open(told, plan, people, now=now)
        by = people.holder(plan, plan.entries[told.entry].body, "department_head").acting(now - _CHANGED_BEFORE)
        if told.state == "suspended" and kept.suspended_at is None:
            services.suspend(told.code, reason=told.reason, by=by, now=now - _CHANGED_BEFORE)
        if told.state == "revoked" and kept.revoked_at is None:
            services.revoke(told.code, reason=told.reason, by=by, now=now - _CHANGED_BEFORE)
            compliance.end_commitment(told.code, now=now - _CHANGED_BEFORE)


def _open(told: GrantPlan, plan: City, people: People, *, now: datetime) -> Grant:
    signed = now - _SIGNED_BEFORE
    form = services.GrantForm(
        code=told.code,
        dataset=told.entry,
        purposes=(told.purpose,),
        not_before=signed,
        not_after=now + timedelta(days=told.days),
        institution=InstitutionId(people.institutions[told.body]),
        duties=services.GrantForm.duties_of(columns=told.columns, masks=told.masks, rows=told.rows),
        basis_zh=told.basis.zh,
        basis_en=told.basis.en,
    )
    assess(form, plan, people, body=plan.entries[told.entry].body, now=signed - _ASSESSED_BEFORE)
    by = people.holder(plan, plan.entries[told.entry].body, "department_head").acting(signed)
    with transaction.atomic():
        made = services.grant(form, by=by, now=signed)
        _commit(form, people.holder(plan, told.body, "department_head").acting(signed), told, now=signed)
    return made


def _commit(form: services.GrantForm, by: Actor, told: GrantPlan, *, now: datetime) -> None:
    """The head of the body that asks signs what it may and may not do with the data, before the gate opens."""
    scope = compliance.Scope(
        dataset=form.dataset,
        institution=str(form.institution),
        columns=told.columns,
        purposes=form.purposes,
        until=form.not_after.date(),
    )
    compliance.commit(told.code, scope, by=by, now=now)
