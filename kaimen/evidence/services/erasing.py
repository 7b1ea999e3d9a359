"""Erase what was recorded about a person, or close it where the law still demands keeping. The log itself never changes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kaimen.core.errors import Missing, Refused
from kaimen.core.policy.party import Actor, PersonId
from kaimen.core.tlog.commitment import SubjectId
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence.models import Private, SubjectKey
from kaimen.evidence.services.recording import Receipt, record, who


def erase(
    subject: SubjectId, *, floor: datetime | None, officer: PersonId | None, case: str, by: Actor, now: datetime
) -> Receipt:
    """Delete the one key that leads back to everything recorded about the subject; leaves, root and proofs stay.

    `floor` is until when the law demands keeping: the caller knows the pack. Before it the records are closed to all but `officer`
    instead, and `Refused("retention_floor", until=…)` says so. Raises `Missing("record_erased")` when there is nothing to erase.
    """
    if floor is not None and now < floor:
        restrict(subject, until=floor, officer=officer, case=case, by=by, now=now)
        raise Refused("retention_floor", until=floor.date().isoformat())
    with transaction.atomic():
        if not SubjectKey.objects.filter(id=subject).delete()[0]:
            raise Missing("record_erased")
        count = Private.objects.filter(subject=subject).delete()[0]
        return record(
            Kind.SUBJECT_ERASED,
            at=now,
            public={"inst": _institution(by), "out": "done"},
            private={"case": case, "entries": count, **who(by)},
        )


@transaction.atomic(durable=True)
def restrict(
    subject: SubjectId, *, until: datetime, officer: PersonId | None, case: str, by: Actor, now: datetime
) -> Receipt:
    """Close a subject's records to all but one named officer; stands also when the caller then refuses, so it commits by itself."""
    if not SubjectKey.objects.filter(id=subject).update(restricted_until=until, officer=officer or ""):
        raise Missing("record_erased")
    return record(
        Kind.SUBJECT_RESTRICTED,
        at=now,
        public={"inst": _institution(by), "out": "done"},
        private={"case": case, "officer": officer, "until": until.isoformat(), **who(by)},
    )


def _institution(by: Actor) -> str:
    return str(by.institution) if by.institution else "natural-person"
