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
    opened_at = models.DateTimeField()
    due = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["institution", "role", "due"], name="desk_open", condition=models.Q(closed_at__isnull=True)
            ),
            models.Index(fields=["kind", "ref"], name="desk_case"),
        ]


class Run(models.Model):
    """One run of a long job. Its state is derived, not stored: a run whose beat is old is lost, so nothing says "running" for ever."""

    job = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    arguments = models.JSONField()
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
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, outcome="")
                | models.Q(ended_at__isnull=False) & ~models.Q(outcome=""),
                name="run_ended_has_outcome",
            ),
        ]
        indexes = [models.Index(fields=["due_at", "id"], name="run_open", condition=models.Q(ended_at__isnull=True))]
