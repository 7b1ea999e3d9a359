"""What waits for whom, how long jobs are doing, which rules hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from django.db.models import Max, Q, QuerySet

from kaimen.core.errors import Missing
from kaimen.core.lifecycle.rhythm import Every, Rhythm, moments
from kaimen.core.lifecycle.terms import Amount, Stop, StopKind, Unit
from kaimen.core.lifecycle.timeliness import Standing, Term, belongs, judge
from kaimen.office.models import Clock, DeskItem, Outbox, RuleSetting, Run, Schedule
from kaimen.office.rulebook import rules

__all__ = [
    "BEAT",
    "LOST_AFTER",
    "OPERATORS",
    "READERS",
    "Clock",
    "DeskCount",
    "Owed",
    "Planned",
    "RunState",
    "began_before",
    "cases_late",
    "clocks_of",
    "dead_letters",
    "desk",
    "desk_count",
    "last_clock",
    "open_clocks",
    "other_runs",
    "owed",
    "own_values",
    "rhythm_of",
    "rules",
    "run",
    "runs",
    "runs_of",
    "schedule",
    "schedules",
    "state_of",
]

BEAT = timedelta(seconds=10)
LOST_AFTER = 3 * BEAT
"""A run that has not beaten for three beats is lost."""
OPERATORS = frozenset({"operator"})
"""Who sets up, changes, pauses and resumes schedules and asks for runs."""
READERS = OPERATORS | {"auditor", "authority_reviewer", "security_admin"}
"""Who sees schedules and runs."""


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
    key: str
    arguments: Mapping[str, object]
    schedule: int | None
    moment: datetime | None
    missed: int

    @property
    def took(self) -> timedelta | None:
        """From its begin to its end; None for one that has not ended or never began."""
        return self.ended_at - self.started_at if self.ended_at and self.started_at else None


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
        key=row.key,
        arguments=row.arguments,
        schedule=row.schedule_id,
        moment=row.moment,
        missed=row.missed,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A schedule with its newest run and the next moments by its rhythm; none while it is paused."""

    row: Schedule
    rhythm: Rhythm
    last: RunState | None
    coming: tuple[datetime, ...] = ()


def rhythm_of(row: Schedule) -> Rhythm:
    """The rhythm that was written down."""
    return Rhythm(
        every=Every(row.every), at=row.at, zone=row.zone, weekday=row.weekday, day=row.day, month=row.month, moves=row.moves,
    )  # fmt: skip


def schedules(*, now: datetime) -> list[Planned]:
    """Every schedule, those that come next first, paused ones last."""
    rows = sorted(Schedule.objects.all(), key=lambda row: (row.next_at is None, row.next_at or now, row.code))
    grouped = Run.objects.filter(schedule__isnull=False).order_by().values("schedule")
    newest = Run.objects.filter(pk__in=grouped.annotate(newest=Max("pk")).values("newest"))
    last = {found.schedule_id: found for found in newest}
    return [
        Planned(row=row, rhythm=rhythm_of(row), last=_seen(last[row.pk], now=now) if row.pk in last else None)
        for row in rows
    ]


def schedule(code: str, *, now: datetime, coming: int = 5) -> Planned:
    """One schedule with its next moments. Raises `Missing("schedule_missing")`."""
    row = Schedule.objects.filter(code=code).first()
    if row is None:
        raise Missing("schedule_missing")
    last = row.runs.order_by("-pk").first()
    rhythm, ahead = rhythm_of(row), tuple[datetime, ...]()
    if row.next_at is not None:
        ahead = (row.next_at, *islice(moments(rhythm, row.next_at, rules().calendar), coming - 1))
    return Planned(row=row, rhythm=rhythm, last=_seen(last, now=now) if last else None, coming=ahead)


def runs_of(row: Schedule, *, now: datetime, limit: int = 50) -> list[RunState]:
    """The runs of a schedule, newest first."""
    return [_seen(one, now=now) for one in row.runs.order_by("-pk")[:limit]]


def other_runs(*, now: datetime, limit: int = 20) -> list[RunState]:
    """Runs that no schedule asked for, newest first."""
    return [_seen(one, now=now) for one in Run.objects.filter(schedule=None).order_by("-pk")[:limit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskCount:
    """How much lies on a desk, how much of it is late, how much is due on the day that was asked about."""

    total: int = 0
    late: int = 0
    today: int = 0
    piles: tuple[int, ...] = ()
    """How much lies on each pile."""


def _piles(*, institution: str, role: str, person: str) -> list[QuerySet[DeskItem]]:
    """A desk is up to three piles, each in one index: of the role in the body, of the role wherever it is held, of the person."""
    waiting = DeskItem.objects.filter(closed_at__isnull=True)
    piles = [waiting.filter(institution=institution, role=role, person="")]
    if institution:
        piles.append(waiting.filter(institution="", role=role, person=""))
    if person:
        piles.append(waiting.filter(person=person).exclude(person=""))
    return piles


def _not_theirs(person: str) -> Q:
    """What does not lie on the desk of a person since they took the step before."""
    return ~Q(apart="") & Q(apart__contains=f"|{person}|") if person else Q(pk__in=[])


def desk(
    *, institution: str, role: str, person: str, limit: int = 200, offset: int = 0, dated_only: bool = False, counted: DeskCount | None = None
) -> list[DeskItem]:  # fmt: skip
    """What waits for somebody in one role of one institution, or for them in person; the most urgent first, undated last.

    `counted`: what `desk_count` said of this desk; piles on which nothing lay are not asked again.
    """
    piles, upto = _piles(institution=institution, role=role, person=person), offset + limit
    if counted is not None:
        piles = [pile for pile, size in zip(piles, counted.piles, strict=True) if size]
    found: list[DeskItem] = []
    for dated in (True, False):
        if len(found) >= upto or (dated_only and not dated):
            break
        rows = [
            row
            for pile in piles
            for row in pile.filter(~_not_theirs(person), due__isnull=not dated).order_by("due", "opened_at", "id")[
                : upto - len(found)
            ]
        ]
        rows.sort(key=lambda row: (row.due or row.opened_at, row.opened_at, row.pk))
        found += rows[: upto - len(found)]
    return found[offset:]


def desk_count(*, institution: str, role: str, person: str, day_begins: datetime, day_ends: datetime) -> DeskCount:
    """The sizes of a desk; a day lasts from its first instant to the first of the next."""
    sizes, late, today = list[int](), 0, 0
    for pile in _piles(institution=institution, role=role, person=person):
        size = pile.count()
        if size:  # counts by range are a tenth of one that looks at every row, and what is kept apart is little: taken off afterwards
            late += pile.filter(due__lt=day_begins).count()
            today += pile.filter(due__gte=day_begins, due__lt=day_ends).count()
            for due in pile.filter(_not_theirs(person)).values_list("due", flat=True):
                size -= 1
                late -= due is not None and due < day_begins
                today -= due is not None and day_begins <= due < day_ends
        sizes.append(size)
    return DeskCount(total=sum(sizes), late=late, today=today, piles=tuple(sizes))


def dead_letters() -> QuerySet[Outbox]:
    """What could not be delivered after all tries."""
    return Outbox.objects.filter(dead_at__isnull=False, done_at__isnull=True).order_by("-dead_at")


def own_values(rule_id: str) -> list[RuleSetting]:
    """What this installation set for itself instead of the pack's value, oldest first."""
    return list(RuleSetting.objects.filter(rule=rule_id).order_by("since", "pk"))


def open_clocks(rule_id: str) -> int:
    """How many clocks of a rule have not ended, stopped ones and overdue ones among them."""
    return Clock.objects.filter(rule=rule_id, ended_at__isnull=True).count()


def clocks_of(*, case_kind: str, case: str) -> list[Clock]:
    """The terms of a case, those that run first."""
    rows = Clock.objects.filter(case_kind=case_kind, case=case).order_by("id")
    return sorted(rows, key=lambda clock: (clock.ended_at is not None, clock.pk))


class OpenTerm(NamedTuple):
    """A term of a case that has not ended, and on whose desk it is."""

    rule: str
    institution: str
    role: str
    waits: bool
    over: bool


def open_terms(*, case_kind: str, case: str) -> list[OpenTerm]:
    """The terms of a case that run, are stopped or overdue: what each step of a case asks."""
    rows = Clock.objects.filter(case_kind=case_kind, case=case, ended_at__isnull=True)
    found = rows.values_list("rule", "institution", "role", "waits", "state")
    return [
        OpenTerm(rule, institution, role, waits, state == Clock.State.OVER)
        for rule, institution, role, waits, state in found
    ]


def cases_late(case_kind: str, *, at: datetime) -> frozenset[str]:
    """The cases of a kind that have a term which ran out and has not been met."""
    late = Clock.objects.filter(case_kind=case_kind, ended_at__isnull=True, due_at__lt=at, waits=False)
    return frozenset(late.values_list("case", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A term of a body, judged as of a moment. `clock` is its number; `ran_out` and `ended` are empty where it had not yet."""

    clock: int
    rule: str
    case_kind: str
    case: str
    institution: str
    url: str
    standing: Standing
    ran_out: datetime | None
    ended: datetime | None


def last_clock() -> int:
    """The number of the newest clock: what a figure is pinned to, so that terms entered later with an earlier day are told apart."""
    return Clock.objects.aggregate(last=Max("pk"))["last"] or 0


def began_before(moment: datetime) -> bool:
    """Did any term of a body begin before a moment?"""
    return Clock.objects.filter(started_at__lt=moment).exclude(institution="").exists()


def owed(begin: datetime, end: datetime, *, at: datetime, upto: int | None = None) -> list[Owed]:
    """The terms of bodies that count in [begin, end), as they stood at a moment in it; without those that fell away in time.

    Waiting periods are owed by nobody and do not count.

    `upto`: only clocks up to this number. What happened after `at` changes nothing, so the same question has the same answer later.
    """
    rows = Clock.objects.filter(Q(ended_at=None) | Q(ended_at__gte=begin), started_at__lte=at, waits=False)
    rows = rows.exclude(institution="")
    if upto is not None:
        rows = rows.filter(pk__lte=upto)
    calendar = rules().calendar
    found = list[Owed]()
    for clock in rows.prefetch_related("stops").order_by("pk"):
        judged = judge(_term(clock), at, calendar)
        if judged.standing is not Standing.FELL_AWAY and belongs(judged, begin, end):
            found.append(
                Owed(
                    clock=clock.pk,
                    rule=clock.rule,
                    case_kind=clock.case_kind,
                    case=clock.case,
                    institution=clock.institution,
                    url=clock.url,
                    standing=judged.standing,
                    ran_out=judged.ran_out,
                    ended=judged.ended,
                )
            )
    return found


def _term(clock: Clock) -> Term:
    return Term(
        started=clock.started_at,
        amount=Amount(n=clock.n, unit=Unit(clock.unit)),
        stops=tuple(
            Stop(kind=StopKind(stop.kind), begin=stop.begun_at, end=stop.ended_at)
            for stop in clock.stops.all()  # type: ignore[attr-defined]  # Django makes the reverse name
        ),
        extended=clock.extended_at,
        extra=clock.extra,
        ended=clock.ended_at,
        met=clock.state in {Clock.State.MET, Clock.State.MET_LATE},
        due=clock.due_at,
    )
