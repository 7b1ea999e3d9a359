"""A person confirms the levels of columns: as suggested and published, or differently with a reason. One act, one entry of the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from kaimen.catalogue import selectors as catalogue
from kaimen.compliance.models import Grade
from kaimen.core.errors import Invalid, Refused
from kaimen.core.metadata import grading
from kaimen.core.policy.party import Actor
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence import services as evidence

CONFIRM = ("security_officer", "protection_officer")
"""Roles that confirm levels, of data of their own body."""
LEVELS = range(1, 5)


@transaction.atomic
def confirm(dataset: str, levels: Mapping[str, int], *, reason: str, by: Actor, now: datetime) -> list[Grade]:
    """Keep these levels with the version that is published now; what is published changes by a new version only.

    Raises `Missing("entry_unknown")`, `Refused("role_missing")`, `Invalid("grade_column" | "grade_level" | "grade_reason")`: a level other than the
    one suggested needs a reason.
    """
    entry = catalogue.published(dataset)
    if by.role not in CONFIRM or by.person is None or str(by.institution) != str(entry.provider):
        raise Refused("role_missing", role=str(by.role), roles=list(CONFIRM))
    items = {item.column: item for item in entry.items}
    if not levels or not set(levels) <= set(items):
        raise Invalid("grade_column", columns=sorted(set(levels) - set(items))[:20])
    if not set(levels.values()) <= set(LEVELS):
        raise Invalid("grade_level")
    suggested = {column: grading.suggest(items[column], entry.body).level for column in levels}
    differing = sorted(column for column, level in levels.items() if level != suggested[column])
    if differing and not reason.strip():
        raise Invalid("grade_reason", columns=differing[:20])
    receipt = evidence.record(
        Kind.GRADES_CONFIRMED,
        at=now,
        public={"inst": str(by.institution), "ds": entry.id, "out": "done"},
        private=evidence.who(by)
        | {"version": entry.version, "levels": dict(sorted(levels.items())), "differing": differing, "reason": reason},
    )
    return Grade.objects.bulk_create(
        Grade(
            dataset=entry.id, column=column, version=entry.version, basis=grading.basis(items[column]),
            suggested=suggested[column], level=level, reason=reason.strip()[:1000] if column in differing else "",
            person=str(by.person), at=now, receipt=receipt.entry,
        )
        for column, level in levels.items()
    )  # fmt: skip
