"""Runs of the control board and what they found."""

from __future__ import annotations

from django.db import models


class ControlRun(models.Model):
    """One look at every control. `digest` is of all parts that were found: what the log proves."""

    at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    pack = models.CharField(max_length=80)
    pack_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    counts = models.JSONField()
    receipt = models.CharField(max_length=22)


class ControlResult(models.Model):
    """What one control came to in a run; `since` when it has stood so."""

    run = models.ForeignKey(ControlRun, on_delete=models.CASCADE, related_name="results")
    control = models.CharField(max_length=10)
    outcome = models.CharField(max_length=16)
    parts = models.JSONField()
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "control"], name="control_once_a_run")]


class Officer(models.Model):
    """An office as its case made it public; kept for good. Whether it is held now, the appointment says."""

    case = models.CharField(max_length=40, primary_key=True)
    appointment = models.CharField(max_length=36, unique=True)
    institution = models.CharField(max_length=36, db_index=True)
    post = models.CharField(max_length=40)
    acting = models.BooleanField()
    name = models.CharField(max_length=80)
    contact = models.CharField(max_length=200, blank=True)
    letter_no = models.CharField(max_length=120)
    since = models.DateField()
    until = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    successor = models.CharField(max_length=40, blank=True)


class VendorAccount(models.Model):
    """An account that hangs on a vendor's contract: `case` is the number of its case."""

    account = models.CharField(max_length=36, primary_key=True)
    case = models.CharField(max_length=40, db_index=True)
    added_at = models.DateTimeField()


class Grade(models.Model):
    """A level that a person confirmed, for a column as it stood in a version of its entry. The newest of a column counts."""

    dataset = models.CharField(max_length=26)
    column = models.CharField(max_length=128)
    version = models.PositiveIntegerField()
    basis = models.CharField(max_length=300)
    """What it stands on (`core.metadata.grading.basis`)."""
    suggested = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=1000, blank=True)
    person = models.CharField(max_length=36)
    at = models.DateTimeField()
    receipt = models.CharField(max_length=22)

    class Meta:
        indexes = [models.Index(fields=["dataset", "column"], name="grade_by_column")]
        constraints = [
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=4), name="grade_level_known"),
        ]


class Commitment(models.Model):
    """What a body committed itself to before the gate opened. `code`: the case whose step signed it, and the grant that stands on it."""

    code = models.CharField(max_length=40, primary_key=True)
    version = models.CharField(max_length=20)
    text_digest = models.CharField(max_length=64)
    institution = models.CharField(max_length=36, db_index=True)
    person = models.CharField(max_length=36)
    provider = models.CharField(max_length=36, db_index=True)
    dataset = models.CharField(max_length=26)
    columns = models.JSONField()
    purposes = models.JSONField()
    until = models.DateField()
    signed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Attestation(models.Model):
    """What a person put their name to, where the system cannot see for itself. The newest of a control counts; none is ever changed."""

    control = models.CharField(max_length=10, db_index=True)
    statement = models.CharField(max_length=64)
    """Digest of the sentence as the pack had it: another sentence is another word."""
    holds = models.BooleanField()
    seen = models.TextField()
    release = models.CharField(max_length=40)
    until = models.DateField()
    person = models.CharField(max_length=64)
    institution = models.CharField(max_length=64)
    role = models.CharField(max_length=40)
    at = models.DateTimeField()
    receipt = models.CharField(max_length=22)
