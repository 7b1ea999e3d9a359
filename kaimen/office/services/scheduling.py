"""Schedules: set up, changed, paused, resumed and run now by an operator; begun by the clock, each due moment once.

INVARIANT: the run and the step to the next moment are one transaction under the schedule's lock, and (schedule, moment) is unique.
So two workers, a crash in between or a clock that jumps back cannot begin one moment twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, count
from zoneinfo import ZoneInfo

from django.db import transaction

from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.lifecycle.rhythm import Every, Rhythm, check, due, next_after
from kaimen.core.policy.party import Actor, Via
from kaimen.core.tlog.encoding import Json
from kaimen.evidence import services as evidence
from kaimen.office.models import Run, Schedule
from kaimen.office.offers import Standard, offers
from kaimen.office.rulebook import rules
from kaimen.office.selectors import OPERATORS, rhythm_of

HOUSE = Actor(via=Via.JOB)
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a schedule is to be. `begins_on`: not before this day, by the clock of the rhythm's zone."""

    rhythm: Rhythm
    begins_on: date | None = None


@transaction.atomic
def create_schedule(
    job: str, *, arguments: Mapping[str, str], wanted: Wanted, by: Actor, now: datetime, code: str = ""
) -> Schedule:
    """A new schedule of a job that a room offers.

    Raises `Refused("not_your_role")`, `Invalid("schedule_job" | "schedule_arguments" | "schedule_begins" | "schedule_twice")` and what
    `rhythm.check` raises.
    """
    _may(by)
    given = _arguments(job, arguments)
    row = Schedule(code=code or _free_code(job), job=job, arguments=given, created_at=now)
    _put(row, wanted, now=now)
    row.next_at = _first(wanted, now)
    row.changed_at, row.changed_by = now, str(by.person or "")
    _refuse_twin(row)
    row.save()
    _record_set(row, by=by, now=now)
    return row


@transaction.atomic
def change_schedule(code: str, *, wanted: Wanted, by: Actor, now: datetime) -> Schedule:
    """Another rhythm from now on; a moment that is due already is not lost. Raises as `create_schedule`, `Missing("schedule_missing")`."""
    _may(by)
    row = _locked(code)
    if row.next_at is not None:
        _begin(row, row.next_at, now=now)
    begins = (
        wanted.begins_on if wanted.begins_on != row.begins_on else None
    )  # a first day that is over needs no new one
    _put(row, Wanted(rhythm=wanted.rhythm, begins_on=begins), now=now)
    row.begins_on = wanted.begins_on
    if row.paused_at is None:
        row.next_at = _first(wanted, now)
    row.changed_at, row.changed_by = now, str(by.person or "")
    _refuse_twin(row)
    row.save()
    _record_set(row, by=by, now=now)
    return row


@transaction.atomic
def pause_schedule(code: str, *, reason: str, by: Actor, now: datetime) -> Schedule:
    """No more runs until it is resumed; one that waits or runs goes on. Raises `Invalid("reason_needed")`, `Refused("schedule_paused")`."""
    _may(by)
    why = reason.strip()
    if not why:
        raise Invalid("reason_needed")
    row = _locked(code)
    if row.paused_at is not None:
        raise Refused("schedule_paused")
    row.paused_at, row.paused_by, row.paused_why, row.next_at = now, str(by.person or ""), why[:LONGEST_REASON], None
    row.save(update_fields=["paused_at", "paused_by", "paused_why", "next_at"])
    _record(evidence.Kind.SCHEDULE_PAUSED, row, by=by, now=now, reason=row.paused_why)
    return row


@transaction.atomic
def resume_schedule(code: str, *, by: Actor, now: datetime) -> Schedule:
    """It runs again from its next moment on; what came while it was paused is not made up. Raises `Refused("schedule_not_paused")`."""
    _may(by)
    row = _locked(code)
    if row.paused_at is None:
        raise Refused("schedule_not_paused")
    row.paused_at, row.paused_by, row.paused_why = None, "", ""
    row.next_at = _first(Wanted(rhythm=rhythm_of(row), begins_on=row.begins_on), now)
    row.save(update_fields=["paused_at", "paused_by", "paused_why", "next_at"])
    _record(evidence.Kind.SCHEDULE_RESUMED, row, by=by, now=now, next=row.next_at.isoformat())
    return row


@transaction.atomic
def run_schedule(code: str, *, by: Actor, now: datetime) -> Run:
    """One run beside the rhythm, now; also of a paused schedule. Raises `Refused("schedule_running")` while one waits or runs."""
    _may(by)
    row = _locked(code)
    if row.job not in offers():
        raise Invalid("schedule_job", job=row.job)
    if row.runs.filter(ended_at__isnull=True).exists():
        raise Refused("schedule_running")
    run = Run.objects.create(
        job=row.job, key=f"{row.code}/now/{now.isoformat()}", arguments=row.arguments, schedule=row, due_at=now
    )
    _record(evidence.Kind.SCHEDULE_RUN, row, by=by, now=now, run=str(run.pk))
    return run


# ---- the clock ---------------------------------------------------------------------------------------------------------------
def begin_due(now: datetime) -> int:
    """Begin what is due. Returns how many runs were asked for."""
    settle_schedules(now=now)
    begun, known = 0, list(offers())
    waiting = Schedule.objects.filter(paused_at=None, job__in=known)
    ahead = waiting.filter(runs__moment__gt=now)  # the clock was set back: they must not wait until it is there again
    for code in {
        *waiting.filter(next_at__lte=now).values_list("code", flat=True),
        *ahead.values_list("code", flat=True),
    }:
        with transaction.atomic():
            row = Schedule.objects.select_for_update().get(code=code)
            if row.next_at is None:
                continue  # paused meanwhile
            if row.next_at <= now:
                begun += _begin(row, row.next_at, now=now)
            elif (earlier := _first(Wanted(rhythm=rhythm_of(row), begins_on=row.begins_on), now)) < row.next_at:
                row.next_at = earlier
                row.save(update_fields=["next_at"])
    return begun


def _begin(row: Schedule, first: datetime, *, now: datetime) -> bool:
    """One run for all moments from `first` on that are due, told by the latest; whether there was one."""
    rhythm, calendar = rhythm_of(row), rules().calendar
    passed = due(rhythm, first, now, calendar)
    if not passed:
        return False
    row.next_at = next_after(rhythm, max(now, passed[-1]), calendar)
    row.save(update_fields=["next_at"])
    begun = set(row.runs.filter(moment__range=(passed[0], passed[-1])).values_list("moment", flat=True))
    moment, missed = passed[-1], len([one for one in passed[:-1] if one not in begun])
    if moment in begun:  # the clock was set back
        return False
    waiting = row.runs.select_for_update().filter(started_at=None, ended_at=None, moment__lt=moment).first()
    if waiting is not None:  # nobody took up the earlier one: it stands for this moment too
        waiting.moment, waiting.key, waiting.missed = moment, _key(row, moment), waiting.missed + missed + 1
        waiting.save(update_fields=["moment", "key", "missed"])
        return False
    run = Run.objects.create(
        job=row.job, key=_key(row, moment), arguments=row.arguments, schedule=row, moment=moment,
        missed=missed, due_at=moment,
    )  # fmt: skip
    if missed:
        evidence.record(
            evidence.Kind.SCHEDULE_MISSED,
            at=now,
            public={"out": "done"},
            private={"schedule": row.code, "run": str(run.pk), "since": passed[0].isoformat(), "missed": missed},
        )
    return True


def _key(row: Schedule, moment: datetime) -> str:
    return f"{row.code}/{moment.isoformat()}"


def settle_schedules(*, now: datetime) -> int:
    """Write down the schedules that the rooms bring along and that are not there yet. Returns how many were new."""
    standards = [(one.job, one.standard) for one in offers().values() if one.standard]
    there = set(Schedule.objects.filter(code__in=[one.code for _, one in standards]).values_list("code", flat=True))
    return sum(_settle(job, one, now=now) for job, one in standards if one.code not in there)


@transaction.atomic
def _settle(job: str, one: Standard, *, now: datetime) -> bool:
    rhythm = one.rhythm
    row, new = Schedule.objects.get_or_create(
        code=one.code,
        defaults={
            "job": job, "every": rhythm.every.value, "weekday": rhythm.weekday, "day": rhythm.day, "month": rhythm.month,
            "at": rhythm.at, "zone": rhythm.zone, "moves": rhythm.moves, "created_at": now, "changed_at": now,
            "next_at": now if one.at_once else next_after(rhythm, now, rules().calendar),
        },
    )  # fmt: skip
    if new:
        _record_set(row, by=HOUSE, now=now)
    return new


# ---- small things ------------------------------------------------------------------------------------------------------------
def _may(by: Actor) -> None:
    if by.via is not Via.CLI and by.role not in OPERATORS:
        raise Refused("not_your_role", needed=sorted(OPERATORS))


def _locked(code: str) -> Schedule:
    row = Schedule.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise Missing("schedule_missing")
    return row


def _arguments(job: str, given: Mapping[str, str]) -> dict[str, str]:
    offered = offers().get(job)
    if offered is None:
        raise Invalid("schedule_job", job=job[:64])
    wanted = {offered.argument} if offered.argument else set[str]()
    if set(given) != wanted:
        raise Invalid("schedule_arguments", wanted=sorted(wanted))
    if offered.choices and given[offered.argument] not in dict(offered.choices()):
        raise Invalid("schedule_arguments", wanted=sorted(wanted))
    return dict(given)


def _put(row: Schedule, wanted: Wanted, *, now: datetime) -> None:
    rhythm = check(wanted.rhythm)
    today = now.astimezone(ZoneInfo(rhythm.zone)).date()
    if wanted.begins_on is not None and not today <= wanted.begins_on <= today + timedelta(days=3660):
        raise Invalid("schedule_begins", day=wanted.begins_on.isoformat())
    row.every, row.weekday, row.day, row.month = rhythm.every.value, rhythm.weekday, rhythm.day, rhythm.month
    row.at, row.zone, row.moves, row.begins_on = rhythm.at, rhythm.zone, rhythm.moves, wanted.begins_on


def _first(wanted: Wanted, now: datetime) -> datetime:
    """The first moment that is still to come, not before the day it begins on."""
    after = now
    if wanted.begins_on is not None:
        midnight = datetime.combine(wanted.begins_on, time(), ZoneInfo(wanted.rhythm.zone))
        after = max(after, midnight - timedelta(microseconds=1))
    return next_after(wanted.rhythm, after, rules().calendar)


def _refuse_twin(row: Schedule) -> None:
    same = ("job", "arguments", "every", "weekday", "day", "month", "at", "zone", "moves")
    twins = Schedule.objects.filter(**{name: getattr(row, name) for name in same if getattr(row, name) is not None})
    if twin := twins.exclude(pk=row.pk).first():
        raise Refused("schedule_twice", schedule=twin.code)


def _free_code(job: str) -> str:
    base = job.replace(".", "-")
    taken = set(Schedule.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(code for code in chain([base], (f"{base}-{number}" for number in count(2))) if code not in taken)


def _record_set(row: Schedule, *, by: Actor, now: datetime) -> None:
    rhythm = {
        "every": Every(row.every).value, "weekday": row.weekday, "day": row.day, "month": row.month,
        "at": f"{row.at:%H:%M}", "zone": row.zone, "moves": row.moves,
        "begins_on": row.begins_on.isoformat() if row.begins_on else None,
    }  # fmt: skip
    _record(
        evidence.Kind.SCHEDULE_SET, row, by=by, now=now, job=row.job, arguments=row.arguments, rhythm=rhythm,
        next=row.next_at.isoformat() if row.next_at else None,
    )  # fmt: skip


def _record(kind: evidence.Kind, row: Schedule, *, by: Actor, now: datetime, **private: Json) -> None:
    evidence.record(
        kind,
        at=now,
        public={"inst": str(by.institution) if by.institution else None, "out": "done"},
        private={"schedule": row.code, **private, **evidence.who(by)},
    )
