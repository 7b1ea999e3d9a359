"""Tables of the exchange: who may lawfully run it, and the register of data assets.

Cases (`kaimen.cases`) hold what was done; these rows hold what it came to, under constraints of the database.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Operator(models.Model):
    """The switch: who may lawfully run the exchange. The newest row holds; without one, or with `on` false, there is no trade."""

    on = models.BooleanField()
    institution = models.CharField(max_length=64, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    rules_version = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=500)
    person = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    receipt = models.CharField(max_length=22)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="operator_whole",
                condition=Q(on=False) | ~Q(institution="") & ~Q(licence="") & ~Q(rules_version=""),
            ),
        ]


class CodeSeries(models.Model):
    """The last number of a series of codes."""

    series = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField()


class Asset(models.Model):
    """A registered data asset or resource. It records what was declared; it decides nothing about whose the data are."""

    code = models.CharField(primary_key=True, max_length=60)
    case = models.CharField(max_length=26, unique=True)
    number = models.CharField(max_length=40, unique=True)
    institution = models.CharField(max_length=64, db_index=True)
    title = models.CharField(max_length=300)
    source = models.CharField(max_length=40)
    rights = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    outer = models.BooleanField()
    """The code was given by a platform above; this register mirrors it."""
    state = models.CharField(max_length=12)
    version = models.PositiveIntegerField(default=1)
    coded_at = models.DateTimeField()
    valid_until = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="asset_state", condition=Q(state__in=["coded", "valid", "expired", "cancelled"])
            )
        ]
