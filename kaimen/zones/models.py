"""Zones, and what is admitted to them."""

from __future__ import annotations

from django.db import models


class Zone(models.Model):
    """A zone of authorised operation, made when its agreement is signed."""

    class State(models.TextChoices):
        SIGNED = "signed"
        OPERATING = "operating"
        SUSPENDED = "suspended"
        EXITING = "exiting"
        CLOSED = "closed"

    slug = models.CharField(primary_key=True, max_length=40)
    case = models.CharField(max_length=26, unique=True)
    number = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    """A code of the pack's list `zone_kind`."""
    implementing = models.CharField(max_length=64)
    operator = models.CharField(max_length=64, db_index=True)
    since = models.DateField()
    until = models.DateField()
    """The last day of the term."""
    state = models.CharField(max_length=20, choices=State.choices)
    agreement = models.TextField()
    """RFC 8785 bytes as text of what both sides signed."""
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()


class Admission(models.Model):
    """A dataset in a zone. `code` is the number of its case and the code of its grant."""

    code = models.CharField(primary_key=True, max_length=40)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="admissions")
    dataset = models.CharField(max_length=26)
    columns = models.JSONField()
    purpose = models.CharField(max_length=40)
    unit = models.CharField(max_length=128, blank=True)
    """The column by which persons are counted; empty where the data are about none."""
    admitted_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "dataset"], condition=models.Q(withdrawn_at=None), name="zone_admits_once"
            )
        ]
