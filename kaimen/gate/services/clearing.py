"""Assessments in force, pushed down by compliance: without them no grant of what they are about, and with their end it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.metadata import clearance
from kaimen.core.metadata.clearance import AssessmentKind, Covered
from kaimen.core.metadata.entry import ImportantData, NationalLevel, PublishedEntry
from kaimen.core.policy.obligations import Obligation
from kaimen.core.policy.party import Actor, InstitutionId, PersonId, Via
from kaimen.core.policy.text import obligation_from_data
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence import services as evidence
from kaimen.gate import selectors
from kaimen.gate.models import Clearance, Grant, Revocation
from kaimen.office import services as office

EMERGENCY, STATUTORY = "emergency", "statutory_duty"
STOPPED = "grant.stopped"
EXEMPT: Mapping[str, frozenset[AssessmentKind]] = {
    EMERGENCY: frozenset(AssessmentKind),
    STATUTORY: frozenset({AssessmentKind.IMPORTANT}),
}
"""Why the gate may open before an assessment: an event leaves no time, and the use is reviewed afterwards; a statutory duty is performed,
which frees from the assessment of important data (NDR 31) and from no other."""
IMPORTANT = frozenset({ImportantData.DECLARED, ImportantData.CONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceForm:
    """What an approved assessment is of."""

    code: str
    kind: AssessmentKind
    dataset: str
    purposes: tuple[str, ...]
    columns: tuple[str, ...]
    until: datetime
    institution: InstitutionId | None = None
    person: PersonId | None = None


@transaction.atomic
def clear(form: ClearanceForm, *, now: datetime) -> None:
    """An assessment comes into force. Grants that it covers last as long as it does; one that had stopped for want of it goes on.

    Raises `Missing("entry_unknown")`, `Invalid("clearance_form")`.
    """
    entry = catalogue.published(form.dataset)
    if not form.purposes or not form.columns or form.until <= now or not (form.institution or form.person):
        raise Invalid("clearance_form")
    Clearance.objects.create(
        code=form.code,
        kind=form.kind.value,
        dataset=entry.id,
        institution=str(form.institution or ""),
        person=str(form.person or ""),
        purposes=list(form.purposes),
        columns=list(form.columns),
        until=form.until,
        created_at=now,
    )
    for grant in _grants(entry.id, str(form.institution or ""), str(form.person or "")):
        _look_again(grant, entry, now=now)


@transaction.atomic
def end_clearance(code: str, *, now: datetime) -> None:
    """An assessment holds no more: what stands on it and on no other stops at once. Raises `Missing("clearance_unknown")`, `Refused("lifecycle")`."""
    row = Clearance.objects.select_for_update().filter(pk=code).first()
    if row is None:
        raise Missing("clearance_unknown")
    if row.ended_at is not None:
        raise Refused("lifecycle", state="ended", verb="end")
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    entry = catalogue.published_many([row.dataset]).get(row.dataset)
    for grant in _grants(row.dataset, row.institution, row.person):
        if entry is not None:
            _look_again(grant, entry, now=now)
        elif (
            grant.cleared_until is not None
        ):  # withdrawn meanwhile; should it come back, what stood on an assessment stays shut
            _stand_until(grant, min(grant.cleared_until, now))


def needed(
    entry: PublishedEntry, duties: Sequence[Obligation], recipient: str, *, exempt: str = ""
) -> dict[AssessmentKind, frozenset[str]]:
    """Which assessments such a grant needs, and of which columns; none for data that stay with the body whose they are."""
    if recipient == str(entry.provider):
        return {}
    important = entry.body.important_data in IMPORTANT or entry.national_level is not NationalLevel.GENERAL
    found = clearance.needed(entry.items, selectors.columns_given(entry, duties), important=important)
    return {kind: columns for kind, columns in found.items() if kind not in EXEMPT.get(exempt, frozenset())}


def cover(
    entry: PublishedEntry,
    duties: Sequence[Obligation],
    purposes: Sequence[str],
    *,
    institution: str,
    person: str,
    exempt: str,
    now: datetime,
) -> Covered:
    """How far what is in force now covers such a grant."""
    held = [
        clearance.Clearance(
            kind=AssessmentKind(row.kind),
            purposes=frozenset(row.purposes),
            columns=frozenset(row.columns),
            until=row.until,
        )
        for row in Clearance.objects.filter(dataset=entry.id, institution=institution, person=person, ended_at=None)
    ]
    return clearance.covered(needed(entry, duties, institution or person, exempt=exempt), purposes, held, now=now)


def personal(entry: PublishedEntry, duties: Sequence[Obligation], recipient: str) -> list[str]:
    """The columns with information on persons among those that leave, in order; every one of the body's own."""
    if recipient == str(entry.provider):
        return [item.column for item in entry.items]
    return sorted(needed(entry, duties, recipient).get(AssessmentKind.IMPACT, ()))


def _grants(dataset: str, institution: str, person: str) -> list[Grant]:
    found = Grant.objects.select_for_update().filter(
        dataset=dataset, institution=institution, person=person, revoked_at=None
    )
    return list(found.exclude(exempt=EMERGENCY).order_by("code"))


def _stand_until(grant: Grant, until: datetime) -> None:
    grant.cleared_until = until
    grant.save(update_fields=["cleared_until"])


def _look_again(grant: Grant, entry: PublishedEntry, *, now: datetime) -> None:
    """The grant stands on what is in force now."""
    duties = [obligation_from_data(duty) for duty in grant.duties]
    found = cover(
        entry, duties, grant.purposes,
        institution=grant.institution, person=grant.person, exempt=grant.exempt, now=now,
    )  # fmt: skip
    stood = grant.cleared_until is None or grant.cleared_until > now
    if found.missing:
        grant.cleared_until = min(grant.cleared_until or now, now)
    else:
        grant.cleared_until = found.until
        grant.cleared = personal(entry, duties, grant.institution or grant.person)
    grant.save(update_fields=["cleared", "cleared_until"])
    if stood == (not found.missing):
        return
    if found.missing:
        Revocation.objects.create(grant=grant.code, at=now)
        _tell(grant, entry, now=now)
    else:
        office.close_desk_items(kind=STOPPED, ref=grant.code, now=now)
    evidence.record(
        Kind.GRANT_SUSPENDED if found.missing else Kind.GRANT_RESUMED,
        at=now,
        public={"inst": grant.assigner, "ds": grant.dataset, "out": "done"},
        private=evidence.who(Actor(via=Via.JOB))
        | {"grant": grant.code, "assignee": grant.institution or grant.person, "reason": "assessment"},
    )


def _tell(grant: Grant, entry: PublishedEntry, *, now: datetime) -> None:
    """Both sides learn on their desks that an agreement in use is shut, and why."""
    for institution, person in ((grant.assigner, ""), (grant.institution, grant.person)):
        office.open_desk_item(
            kind=STOPPED, ref=grant.code, url=f"/data/{entry.slug}", institution=institution, person=person,
            role="steward" if institution else "public", now=now,
            title_zh=f"评估不再有效，协议 {grant.code} 已停：{entry.title_zh}",
            title_en=f"Its assessment is over, agreement {grant.code} is shut: {entry.title_en or entry.title_zh}",
        )  # fmt: skip
