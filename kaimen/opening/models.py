"""The open plan of a year, line by line, and what the public said of its draft."""

from __future__ import annotations

from django.db import models


class PlanItem(models.Model):
    """One promise. `plan` is the case of its year; `n` its line, never given out twice in a plan."""

    class State(models.TextChoices):
        """Where it stands."""

        PLANNED = "planned"
        IN_PROGRESS = "in_progress"
        OPENED = "opened"
        DEFERRED = "deferred"
        DROPPED = "dropped"

    plan = models.CharField(max_length=26)
    n = models.PositiveIntegerField()
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    institution = models.CharField(max_length=64)
    open_type = models.PositiveSmallIntegerField()
    first_planned_on = models.DateField()
    """What was promised first; a deferred line shows both days."""
    planned_on = models.DateField()
    demand = models.CharField(max_length=40, blank=True)
    """Number of the demand that it answers."""
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    reason = models.TextField(blank=True)
    dataset = models.CharField(max_length=26, blank=True)
    opened_on = models.DateField(null=True)
    added_later = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "n"], name="plan_item_once"),
            models.CheckConstraint(
                condition=models.Q(state="opened", opened_on__isnull=False)
                | (~models.Q(state="opened") & models.Q(opened_on__isnull=True)),
                name="plan_item_opened_on_a_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("deferred", "dropped")) | ~models.Q(reason=""),
                name="plan_item_says_why",
            ),
        ]
        indexes = [models.Index(fields=["demand"], name="plan_item_demand", condition=~models.Q(demand=""))]
        ordering = ["plan", "n"]


class PlanComment(models.Model):
    """What somebody said of the draft, without saying who they are; shown with its answer once it has one."""

    plan = models.CharField(max_length=26)
    n = models.PositiveIntegerField()
    text = models.TextField()
    at = models.DateTimeField()
    receipt = models.CharField(max_length=22)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "n"], name="plan_comment_once")]
        ordering = ["plan", "n"]
