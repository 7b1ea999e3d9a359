"""The workspace: governed SQL in the zone's own channel, shown in small form; analyses that a project keeps; no file of any of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from ulid import ULID

from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.policy.model import Channel
from kaimen.core.policy.obligations import Aggregate
from kaimen.core.policy.party import Actor
from kaimen.gate import services as gate
from kaimen.gate.services import Answer, Question
from kaimen.office import selectors as office
from kaimen.zones import selectors
from kaimen.zones.models import Analysis, Project, Screen

SHOWN_ROWS = 50
SCREEN = "POL-ZON-SCREEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A result on the screen: at most `SHOWN_ROWS` rows, and whether there were more."""

    answer: Answer
    rows: list[list[Any]]
    more: bool

    @property
    def least(self) -> int:
        """Of how many units a group is made at least to be shown; 0 where the data are no totals.

        How many were left out nobody is told: two such counts could be subtracted from one another.
        """
        duties = (duty for one in self.answer.decided.decisions for duty in one.obligations)
        return max((duty.min_group for duty in duties if isinstance(duty, Aggregate)), default=0)


def run(code: str, sql: str, *, by: Actor, now: datetime) -> Shown:
    """Ask in a project. Recorded like every answer; its rows count against the person's day.

    Raises as `selectors.working`, `Refused("zone_screen_spent")`, and what the gate refuses; data that are not admitted to this zone
    answer like an unknown name.
    """
    project = selectors.working(code, by, now=now)
    with _screen(str(by.person), now) as seen:
        answer = gate.answer(question(project, sql, limit=seen.allowed + 1), by=by, now=now)
        rows = rows_of(answer)
        seen.used = min(len(rows), seen.allowed)
    return Shown(answer=answer, rows=rows[: seen.used], more=len(rows) > seen.used)


def question(project: Project, sql: str, *, limit: int) -> Question:
    """As every question in a zone is asked: its channel, the purpose of the project, under its admissions and nothing else."""
    return Question(
        sql=sql, purpose=project.purpose, channel=Channel.ZONE, limit=limit, under=selectors.under(project.zone)
    )


def rows_of(answer: Answer) -> list[list[Any]]:
    """The rows of an answer as Python's values. Closes it."""
    rows: list[list[Any]] = []
    try:
        for batch in answer.batches:
            columns = [_values(column) for column in batch.columns]
            rows += [list(row) for row in zip(*columns, strict=True)]
    finally:
        answer.batches.close()
    return rows


def _values(column: Any) -> list[Any]:
    """As text where Python has no such value, such as the year 20000."""
    try:
        return column.to_pylist()
    except (OverflowError, ValueError):
        return column.cast("string").to_pylist()


def save(code: str, name: str, sql: str, *, by: Actor, now: datetime) -> Analysis:
    """Keep a question under a name; the next version where the name is taken. What the gate would refuse now is not kept.

    Raises as `selectors.working`; `Invalid("zone_analysis_form")`, and what the gate refuses.
    """
    project = selectors.working(code, by, now=now)
    name, sql = name.strip(), sql.strip()
    if not name or len(name) > 120 or not sql or len(sql) > 100_000:
        raise Invalid("zone_analysis_form")
    try:
        gate.decide(question(project, sql, limit=1), by=by, now=now)
    except Missing as fault:
        if fault.code != "snapshot_missing":  # data that are not loaded yet are no fault of the question
            raise
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)  # two who save at once get two versions
        last = Analysis.objects.filter(project=project, name=name).aggregate(last=Max("version"))["last"]
        return Analysis.objects.create(
            id=str(ULID.from_datetime(now)), project=project, name=name, version=(last or 0) + 1, sql=sql, saved_at=now
        )


def remove(code: str, *, by: Actor, now: datetime) -> None:
    """Offer a saved analysis no longer, in none of its versions. Raises `Missing("zone_analysis_unknown")`, and as `selectors.working`."""
    kept = selectors.analysis_for(code, by)
    selectors.working(kept.project_id, by, now=now)
    Analysis.objects.filter(project=kept.project_id, name=kept.name, removed_at=None).update(removed_at=now)


def run_saved(code: str, *, by: Actor, now: datetime) -> Shown:
    """Run a saved analysis, and note when. Raises `Missing("zone_analysis_unknown")`, and as `run`."""
    kept = selectors.analysis_for(code, by)
    shown = run(kept.project_id, kept.sql, by=by, now=now)
    Analysis.objects.filter(pk=kept.pk).update(run_at=now, receipt=shown.answer.receipt.entry)
    return shown


@dataclass(slots=True)
class _Seen:
    allowed: int
    used: int = 0


@contextmanager
def _screen(person: str, now: datetime) -> Iterator[_Seen]:
    """Reserve rows of the person's day before asking, give back what was not shown. Raises `Refused("zone_screen_spent")`."""
    day, most = office.rules().calendar.day(now), selectors.number(SCREEN, now)
    with transaction.atomic():
        Screen.objects.get_or_create(person=person, day=day)
        row = Screen.objects.select_for_update().get(person=person, day=day)
        seen = _Seen(allowed=min(SHOWN_ROWS, most - row.rows))
        if seen.allowed <= 0:
            raise Refused("zone_screen_spent", most=most, rule=SCREEN)
        row.rows += seen.allowed
        row.save(update_fields=["rows"])
    try:
        yield seen
    finally:
        Screen.objects.filter(person=person, day=day).update(rows=F("rows") - (seen.allowed - seen.used))
