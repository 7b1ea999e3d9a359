"""Assessments that a grant stands on, in force as compliance pushes them down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from kaimen.catalogue import selectors as catalogue
from kaimen.core.metadata.clearance import AssessmentKind
from kaimen.core.policy.party import InstitutionId, PersonId
from kaimen.gate import services
from kaimen.gate.services import ClearanceForm, GrantForm


def assess(
    dataset: str,
    *,
    purposes: Sequence[str],
    now: datetime,
    institution: object = None,
    person: object = None,
    columns: Sequence[str] = (),
    kind: AssessmentKind = AssessmentKind.IMPACT,
    until: datetime | None = None,
    code: str = "",
) -> str:
    """Of all columns where none are named; for a year. Returns its number."""
    entry = catalogue.published(dataset)
    number = code or f"PG-{kind}-{entry.slug}-{institution or person}-{len(purposes)}-{now:%f%S}"[:40]
    form = ClearanceForm(
        code=number, kind=kind, dataset=entry.id, purposes=tuple(purposes), until=until or now + timedelta(days=365),
        columns=tuple(columns) or tuple(item.column for item in entry.items),
        institution=InstitutionId(str(institution)) if institution else None,
        person=PersonId(str(person)) if person else None,
    )  # fmt: skip
    services.clear(form, now=now)
    return number


def assess_for(form: GrantForm, *, now: datetime) -> None:
    """What this grant needs."""
    assess(
        form.dataset, purposes=form.purposes, institution=form.institution, person=form.person, now=now,
        code=f"PG-{form.code}", until=max(form.not_after, now) + timedelta(days=1),
    )  # fmt: skip
