"""API operations of this room: schedules and their runs."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Status

from kaimen.core.lifecycle.rhythm import Rhythm
from kaimen.core.lifecycle.rules import Words
from kaimen.core.policy.party import Actor
from kaimen.office import offers, selectors, services
from kaimen.office.schemas import (
    ChoiceOut,
    JobOut,
    NameOut,
    PauseIn,
    RhythmIn,
    RunOut,
    ScheduleIn,
    ScheduleOut,
)
from kaimen.office.services import Wanted
from kaimen.web.access import access
from kaimen.web.now import now

router = Router()
READERS = tuple(sorted(selectors.READERS))
OPERATORS = tuple(sorted(selectors.OPERATORS))
READ, WRITE = "schedules:read", "schedules:write"


@router.get("/schedules", response=list[ScheduleOut])
@access(*READERS, scope=READ)
def list_schedules(request: HttpRequest) -> list[ScheduleOut]:
    """Every schedule with its next moment and its newest run; paused ones last."""
    del request
    return [_schedule(one) for one in selectors.schedules(now=now())]


@router.get("/schedules/jobs", response=list[JobOut])
@access(*READERS, scope=READ)
def list_schedulable_jobs(request: HttpRequest) -> list[JobOut]:
    """The jobs that may be scheduled, with what their argument may be."""
    del request
    return [
        JobOut(
            job=one.job,
            name=_name(one.name),
            does=_name(one.does),
            argument=one.argument,
            choices=[ChoiceOut(value=value, name=_name(called)) for value, called in (one.choices or list)()],
        )
        for one in offers.offers().values()
    ]


@router.get("/schedules/{code}", response=ScheduleOut)
@access(*READERS, scope=READ)
def get_schedule(request: HttpRequest, code: str) -> ScheduleOut:
    """One schedule."""
    del request
    return _schedule(selectors.schedule(code, now=now()))


@router.get("/schedules/{code}/runs", response=list[RunOut])
@access(*READERS, scope=READ)
def list_runs(request: HttpRequest, code: str) -> list[RunOut]:
    """Its runs, newest first."""
    del request
    moment = now()
    return [_run(one) for one in selectors.runs_of(selectors.schedule(code, now=moment).row, now=moment)]


@router.post("/schedules", response={201: ScheduleOut})
@access(*OPERATORS, scope=WRITE)
def create_schedule(request: HttpRequest, form: ScheduleIn) -> Status[ScheduleOut]:
    """A new schedule."""
    moment = now()
    row = services.create_schedule(
        form.job, arguments=form.arguments, wanted=_wanted(form), by=_by(request), now=moment
    )
    return Status(201, _schedule(selectors.schedule(row.code, now=moment)))


@router.put("/schedules/{code}", response=ScheduleOut)
@access(*OPERATORS, scope=WRITE)
def change_schedule(request: HttpRequest, code: str, form: RhythmIn) -> ScheduleOut:
    """Another rhythm from now on; a moment that is due already is not lost."""
    moment = now()
    services.change_schedule(code, wanted=_wanted(form), by=_by(request), now=moment)
    return _schedule(selectors.schedule(code, now=moment))


@router.post("/schedules/{code}/pause", response=ScheduleOut)
@access(*OPERATORS, scope=WRITE)
def pause_schedule(request: HttpRequest, code: str, form: PauseIn) -> ScheduleOut:
    """No more runs until it is resumed."""
    moment = now()
    services.pause_schedule(code, reason=form.reason, by=_by(request), now=moment)
    return _schedule(selectors.schedule(code, now=moment))


@router.post("/schedules/{code}/resume", response=ScheduleOut)
@access(*OPERATORS, scope=WRITE)
def resume_schedule(request: HttpRequest, code: str) -> ScheduleOut:
    """It runs again from its next moment on; nothing is made up."""
    moment = now()
    services.resume_schedule(code, by=_by(request), now=moment)
    return _schedule(selectors.schedule(code, now=moment))


@router.post("/schedules/{code}/run", response={202: RunOut})
@access(*OPERATORS, scope=WRITE)
def run_schedule(request: HttpRequest, code: str) -> Status[RunOut]:
    """One run beside the rhythm, now. Refused while one waits or runs."""
    moment = now()
    run = services.run_schedule(code, by=_by(request), now=moment)
    return Status(202, _run(selectors.run(run.pk, now=moment)))


def _by(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _name(words: Words) -> NameOut:
    return NameOut(zh=words.zh, en=words.en)


def _wanted(form: RhythmIn) -> Wanted:
    return Wanted(
        rhythm=Rhythm(
            every=form.every, at=form.at, zone=form.zone or settings.KAIMEN_TIME_ZONE, weekday=form.weekday, day=form.day,
            month=form.month, moves=form.moves,
        ),
        begins_on=form.begins_on,
    )  # fmt: skip


def _run(run: selectors.RunState) -> RunOut:
    return RunOut(**{name: getattr(run, name) for name in RunOut.model_fields})


def _schedule(one: selectors.Planned) -> ScheduleOut:
    row = one.row
    named = offers.name_of(row.job, row.arguments) or Words(zh=row.job, en=row.job)
    copied = {name: getattr(row, name) for name in ScheduleOut.model_fields.keys() - {"name", "last_run"}}
    return ScheduleOut(**copied, name=_name(named), last_run=_run(one.last) if one.last else None)
