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
