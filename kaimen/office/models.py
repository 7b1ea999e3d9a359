"""Tables of the post and the calendar. People, institutions and roles are opaque references here; the rooms above know them."""

from __future__ import annotations

from django.db import models


class Outbox(models.Model):
    """One effect outside the database, written in the business transaction, delivered at least once.

    The row's id is the idempotency key for whoever receives it. After ten tries it is dead and shown on the operators' desk.
    """

    kind = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    body = models.JSONField()
    posted_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="outbox_waiting",
                condition=models.Q(done_at__isnull=True, dead_at__isnull=True),
            )
        ]


class DeskItem(models.Model):
    """What waits for whom. The upper room opens and closes it in the transaction that changes the case."""

    institution = models.CharField(max_length=64, blank=True)
    role = models.CharField(max_length=64)
    person = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=64)
    ref = models.CharField(max_length=64)
    url = models.CharField(max_length=300)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    apart = models.TextField(blank=True, default="")
    """Persons on whose desk it does not lie, since they took the step before: `|id|id|`."""
    opened_at = models.DateTimeField()
    due = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["institution", "role", "person", "due"],
                name="desk_open",
                condition=models.Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["institution", "role", "person", "due"],
                name="desk_apart",
                condition=models.Q(closed_at__isnull=True) & ~models.Q(apart=""),
            ),
            models.Index(
                fields=["person", "due"],
                name="desk_own",
                condition=models.Q(closed_at__isnull=True) & ~models.Q(person=""),
            ),
            models.Index(fields=["kind", "ref"], name="desk_case"),
        ]


class Schedule(models.Model):
    """A long job that is asked for again and again. Rows are never deleted: one that is not wanted any more is paused.

    `next_at` is empty while it is paused. Who changed what, and when, stands in the log.
    """

    code = models.SlugField(max_length=64, unique=True)
    job = models.CharField(max_length=64)
    arguments = models.JSONField(default=dict)
    every = models.CharField(max_length=12)
    weekday = models.PositiveSmallIntegerField(null=True)
    day = models.SmallIntegerField(null=True)
    month = models.PositiveSmallIntegerField(null=True)
    at = models.TimeField()
    zone = models.CharField(max_length=64)
    moves = models.BooleanField(default=False)
    begins_on = models.DateField(null=True)
    next_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=64, blank=True)
    paused_at = models.DateTimeField(null=True)
    paused_by = models.CharField(max_length=64, blank=True)
    paused_why = models.CharField(max_length=500, blank=True)

    runs: models.QuerySet[Run]  # the related manager, as far as we use it

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(paused_at__isnull=True, next_at__isnull=False)
                | models.Q(paused_at__isnull=False, next_at__isnull=True) & ~models.Q(paused_why=""),
                name="schedule_waits_or_is_paused",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="schedule_due", condition=models.Q(next_at__isnull=False)),
        ]


class Run(models.Model):
    """One run of a long job. Its state is derived, not stored: a run whose beat is old is lost, so nothing says "running" for ever.

    A run of a schedule stands for one due moment (`moment`) and for `missed` earlier ones that nobody was there to begin; a run that
    an operator asked for has none.
    """

    job = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    arguments = models.JSONField()
    schedule = models.ForeignKey(Schedule, null=True, on_delete=models.PROTECT, related_name="runs")
    schedule_id: int | None
    moment = models.DateTimeField(null=True)
    missed = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    holder = models.CharField(max_length=64, blank=True)
    beat_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    cancel_asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    error_code = models.CharField(max_length=64, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    unit = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "key"], name="run_once"),
            models.UniqueConstraint(fields=["schedule", "moment"], name="run_once_a_moment"),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, outcome="")
                | models.Q(ended_at__isnull=False) & ~models.Q(outcome=""),
                name="run_ended_has_outcome",
            ),
        ]
        indexes = [models.Index(fields=["due_at", "id"], name="run_open", condition=models.Q(ended_at__isnull=True))]


class Clock(models.Model):
    """One statutory term of one case. It pins the pack and the value that started it: a new law moves no running deadline.

    A waiting period (`waits`) is never late: at its end it is over, and the next step lies on the desk of whoever has it.
    `due_at` is empty while a stop is open; `next_at` is when the next rung of the ladder is reached, empty once nothing more is to do,
    so the ticker's index holds open clocks only.
    """

    class State(models.TextChoices):
        """Where it stands."""

        RUNNING = "running"
        STOPPED = "stopped"
        OVERDUE = "overdue"
        OVER = "over"
        MET = "met"
        MET_LATE = "met_late"
        CANCELLED = "cancelled"

    rule = models.CharField(max_length=64)
    case_kind = models.CharField(max_length=64)
    case = models.CharField(max_length=64)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    institution = models.CharField(max_length=64, blank=True)
    role = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    unit = models.CharField(max_length=16)
    n = models.PositiveIntegerField()
    extra = models.PositiveIntegerField(default=0)
    extended_at = models.DateTimeField(null=True)
    extended_by = models.CharField(max_length=64, blank=True)
    pack_version = models.CharField(max_length=64)
    pack_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State, default=State.RUNNING)
    due_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    waits = models.BooleanField(default=False)
    rung = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "case_kind", "case"], name="clock_once", condition=models.Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["running", "stopped", "overdue"], ended_at__isnull=True)
                | models.Q(state__in=["met", "met_late", "cancelled"], ended_at__isnull=False, next_at__isnull=True)
                | models.Q(state="over", waits=True, next_at__isnull=True),
                name="clock_ended_has_its_end",
            ),
            models.CheckConstraint(
                condition=models.Q(state="stopped", due_at__isnull=True, next_at__isnull=True)
                | models.Q(state="cancelled")
                | ~models.Q(state="stopped") & models.Q(due_at__isnull=False),
                name="clock_stopped_has_no_due_day",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at", "id"], name="clock_ticks", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["case_kind", "case"], name="clock_case"),
            models.Index(
                fields=["institution", "due_at"], name="clock_open", condition=models.Q(ended_at__isnull=True)
            ),
        ]


class ClockStop(models.Model):
    """Days of a term that do not count, and why; open while `ended_at` is empty."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="stops")
    kind = models.CharField(max_length=16)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], name="clock_one_open_stop", condition=models.Q(ended_at__isnull=True)
            ),
        ]


class RuleSetting(models.Model):
    """A value that this installation holds instead of the pack's, from a day on; written by a person, with the reason. Never changed."""

    rule = models.CharField(max_length=64)
    since = models.DateField()
    unit = models.CharField(max_length=16)
    numbers = models.JSONField()
    reason = models.CharField(max_length=1000)
    person = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "since"], name="rule_one_value_a_day")]


class CalendarDay(models.Model):
    """A day announced after the pack was written: of a year's notice, or a closure of the place itself, with its instrument."""

    class Kind(models.TextChoices):
        """What is special about it."""

        HOLIDAY = "holiday"
        MAKEUP = "makeup"
        CLOSURE = "closure"

    day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind)
    notice = models.CharField(max_length=300)
    person = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day"], name="calendar_day_once")]
