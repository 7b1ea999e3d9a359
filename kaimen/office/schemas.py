"""What the API of this room takes and gives."""

from __future__ import annotations

from datetime import date, datetime, time

from ninja import Field, Schema

from kaimen.core.lifecycle.rhythm import Every
from kaimen.web.bodies import Asked


class NameOut(Schema):
    """A text in both languages."""

    zh: str
    en: str


class RhythmIn(Asked):
    """When it runs. `weekday` 1 (Monday) to 7 for a week; `day` 1 to 31, or -1 for the last one, for a month and a year; `month` for a year.

    `moves`: on a day of rest it runs on the next working day instead.
    """

    every: Every
    at: time = Field(examples=["02:30"])
    zone: str = Field(default="", max_length=64, description="empty: the zone of the installation")
    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    moves: bool = False
    begins_on: date | None = None


class ScheduleIn(RhythmIn):
    """A job of `/schedules/jobs` with its arguments, and its rhythm."""

    job: str = Field(max_length=64)
    arguments: dict[str, str] = {}


class PauseIn(Asked):
    """Why it is paused."""

    reason: str = Field(max_length=500)


class ChoiceOut(Schema):
    """A value that an argument may take."""

    value: str
    name: NameOut


class JobOut(Schema):
    """A job that may be scheduled. `argument` is empty where it takes none."""

    job: str
    name: NameOut
    does: NameOut
    argument: str
    choices: list[ChoiceOut]


class RunOut(Schema):
    """A run. `state`: waiting, running, lost, done, failed, cancelled; `missed`: earlier moments that it stands for besides `moment`."""

    id: int
    job: str
    arguments: dict[str, object]
    state: str
    done: int
    total: int
    unit: str
    error_code: str
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    moment: datetime | None
    missed: int


class ScheduleOut(Schema):
    """A schedule. `next_at` is null while it is paused."""

    code: str
    job: str
    arguments: dict[str, object]
    name: NameOut
    every: Every
    at: time
    zone: str
    weekday: int | None
    day: int | None
    month: int | None
    moves: bool
    begins_on: date | None
    next_at: datetime | None
    paused_at: datetime | None
    paused_why: str
    last_run: RunOut | None
