"""Grants, closures, decisions with their delivery, counters of quotas. No question's text stands here: it is in the private record."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q


class Grant(models.Model):
    """An agreement by which an institution, or one person, may ask a dataset for named purposes."""

    code = models.CharField(primary_key=True, max_length=40)
    dataset = models.CharField(max_length=26)
    assigner = models.CharField(max_length=64)
    institution = models.CharField(max_length=64, blank=True)
    person = models.CharField(max_length=64, blank=True)
    purposes = models.JSONField()
    duties = models.JSONField()
    """Obligations in the form of `core.policy.text`."""
    basis_zh = models.TextField(blank=True)
    basis_en = models.TextField(blank=True)
    secret = models.BinaryField(null=True)
    """Sealed key of this agreement's pseudonyms; gone when the agreement ends."""
    exempt = models.CharField(max_length=20, blank=True)
    """Why no assessment came first, by code; empty where one was needed and made, or none was needed."""
    cleared = models.JSONField(default=list)
    """Columns with information on persons that an assessment covers; others of that kind are given to nobody under it."""
    cleared_until = models.DateTimeField(null=True)
    """When the assessments on which it stands end; empty where it stands on none."""
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    def ended_at(self, now: datetime) -> datetime | None:
        """When it stopped holding; None while it holds. A suspended one has ended for now."""
        ends = [
            at
            for at in (self.revoked_at, self.suspended_at, self.cleared_until, self.not_after)
            if at is not None and at <= now
        ]
        return min(ends) if ends else None

    class Meta:
        indexes = [models.Index(fields=["dataset", "institution"], name="grant_by_dataset")]
        constraints = [
            models.CheckConstraint(condition=~Q(institution="") | ~Q(person=""), name="grant_has_assignee"),
            models.CheckConstraint(
                condition=Q(not_before__lt=models.F("not_after")), name="grant_begins_before_it_ends"
            ),
        ]


class Clearance(models.Model):
    """An assessment that was approved, as compliance pushed it down: the gate asks nobody above it. `code` is its case."""

    code = models.CharField(primary_key=True, max_length=40)
    kind = models.CharField(max_length=20)
    dataset = models.CharField(max_length=26)
    institution = models.CharField(max_length=64, blank=True)
    person = models.CharField(max_length=64, blank=True)
    purposes = models.JSONField()
    columns = models.JSONField()
    until = models.DateTimeField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["dataset", "institution", "person"], name="clearance_by_recipient")]


class Closure(models.Model):
    """A whole dataset, or the rows of somebody in it, closed for everybody until it is opened again."""

    dataset = models.CharField(max_length=26)
    column = models.CharField(max_length=128, blank=True)
    """For rows: the column by which they are known; empty for the whole dataset."""
    box = models.BinaryField(null=True)
    """For rows: the values in that column, sealed; gone when they are opened again."""
    reason = models.CharField(max_length=200)
    closed_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset"], condition=Q(opened_at=None, column=""), name="dataset_closed_once"
            )
        ]


class Revocation(models.Model):
    """What every process that serves asks for: `seq > last`. One of the two is filled."""

    seq = models.BigAutoField(primary_key=True)
    grant = models.CharField(max_length=40, blank=True)
    dataset = models.CharField(max_length=26, blank=True)
    at = models.DateTimeField()


class Decision(models.Model):
    """A question that was answered, and what became of the answer. Refusals stand in the log alone."""

    class Outcome(models.TextChoices):
        COMPLETE = "complete"
        CUT_OFF = "cut_off"
        STOPPED = "stopped"
        FAILED = "failed"

    receipt = models.CharField(primary_key=True, max_length=22)
    at = models.DateTimeField(db_index=True)
    account = models.CharField(max_length=64, blank=True)
    person = models.CharField(max_length=64, blank=True)
    institution = models.CharField(max_length=64, blank=True)
    purpose = models.CharField(max_length=40)
    channel = models.CharField(max_length=20)
    datasets = models.JSONField()
    policies = models.JSONField()
    policy_hash = models.CharField(max_length=64)
    columns = models.JSONField()
    reserved = models.JSONField(default=list)
    """[[grant, what, window, period, amount], …] to settle."""
    outcome = models.CharField(max_length=10, choices=Outcome.choices, null=True)
    rows = models.BigIntegerField(null=True)
    bytes = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="decision_open", condition=Q(outcome=None))]


class Release(models.Model):
    """Bytes that were approved to leave a zone, for one recipient, until a day. What is given are these bytes and no others."""

    code = models.CharField(primary_key=True, max_length=40)
    institution = models.CharField(max_length=64, db_index=True)
    purpose = models.CharField(max_length=40)
    datasets = models.JSONField()
    """Ids of the data that it was made of."""
    level = models.PositiveSmallIntegerField()
    content = models.BinaryField(null=True)
    """Gone when the release has ended."""
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=80)
    file_name = models.CharField(max_length=120)
    released_at = models.DateTimeField()
    not_after = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    taken = models.PositiveIntegerField(default=0)
    """How often it was given."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(released_at__lt=models.F("not_after")), name="release_begins_before_it_ends"
            )
        ]


class Use(models.Model):
    """How much of a quota has been used in a period."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT)
    what = models.CharField(max_length=5)
    window = models.CharField(max_length=5)
    period = models.CharField(max_length=10)
    used = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["grant", "what", "window", "period"], name="use_counted_once")]

    unbounded: ClassVar[str] = "term"
