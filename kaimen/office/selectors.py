"""What waits for whom, how long jobs are doing, which rules hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from kaimen.core.errors import Missing
from kaimen.office.models import DeskItem, Outbox, Run
from kaimen.office.rulebook import rules

__all__ = ["BEAT", "LOST_AFTER", "RunState", "dead_letters", "desk", "rules", "run", "runs", "state_of"]

BEAT = timedelta(seconds=10)
LOST_AFTER = 3 * BEAT
"""A run that has not beaten for three beats is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """A run as a person sees it. `state` is waiting, running, lost, cancelled, done or failed; `done` of `total` in `unit`."""

    id: int
    job: str
    state: str
    done: int
    total: int
    unit: str
    error_code: str
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


def state_of(row: Run, *, now: datetime) -> str:
    """The state, derived from what was written."""
    if row.ended_at is not None:
        return row.outcome
    if row.started_at is None:
        return "waiting"
    if row.beat_at is not None and now - row.beat_at < LOST_AFTER:
        return "running"
    return "lost"


def run(run_id: int, *, now: datetime) -> RunState:
    """One run. Raises `Missing("run_missing")`."""
    row = Run.objects.filter(pk=run_id).first()
    if row is None:
        raise Missing("run_missing")
    return _seen(row, now=now)


def runs(job: str, *, keys: Iterable[str], now: datetime) -> dict[str, RunState]:
    """The runs of a job by their keys."""
    return {row.key: _seen(row, now=now) for row in Run.objects.filter(job=job, key__in=list(keys))}


def _seen(row: Run, *, now: datetime) -> RunState:
    return RunState(
        id=row.pk,
        job=row.job,
        state=state_of(row, now=now),
        done=row.done,
        total=row.total,
        unit=row.unit,
        error_code=row.error_code,
        due_at=row.due_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def desk(*, institution: str, role: str, person: str) -> QuerySet[DeskItem]:
    """What waits for somebody in one role of one institution, or for them in person; the most urgent first, undated last."""
    mine = Q(role=role) & (Q(institution=institution) | Q(institution="")) & Q(person="")
    if person:
        mine |= Q(person=person)
    return DeskItem.objects.filter(mine, closed_at__isnull=True).order_by(
        F("due").asc(nulls_last=True), "opened_at", "id"
    )


def dead_letters() -> QuerySet[Outbox]:
    """What could not be delivered after all tries."""
    return Outbox.objects.filter(dead_at__isnull=False, done_at__isnull=True).order_by("-dead_at")
