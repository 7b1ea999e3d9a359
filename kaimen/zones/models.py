"""Zones, what is admitted to them, the projects that work there, and what they asked to take out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Zone(models.Model):
    """A zone of authorised operation, made when its agreement is signed by both sides."""

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
    products = models.JSONField()
    """Names of what may be made; nothing leaves for another."""
    since = models.DateField()
    until = models.DateField()
    """The last day of the term."""
    state = models.CharField(max_length=20, choices=State.choices)
    agreement = models.TextField()
    """RFC 8785 bytes as text of what both sides signed."""
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(since__lte=models.F("until")), name="zone_begins_before_it_ends"),
            models.CheckConstraint(
                condition=Q(state__in=["signed", "operating", "suspended", "exiting", "closed"]), name="zone_state"
            ),
        ]


class Admission(models.Model):
    """A dataset in a zone. `code` is the number of its case and the code of its grant."""

    code = models.CharField(primary_key=True, max_length=40)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="admissions")
    zone_id: str
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
            models.UniqueConstraint(fields=["zone", "dataset"], condition=Q(withdrawn_at=None), name="zone_admits_once")
        ]


class Project(models.Model):
    """What a team of the operator works on: for one product, for one purpose, until a day."""

    code = models.CharField(primary_key=True, max_length=26)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="projects")
    zone_id: str
    title = models.CharField(max_length=200)
    product = models.CharField(max_length=200)
    purpose = models.CharField(max_length=40)
    until = models.DateField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)


class Member(models.Model):
    """Somebody of a project's team; may ask once they have signed the commitment."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="members")
    project_id: str
    person = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "person"], condition=Q(ended_at=None), name="member_once")
        ]


class Screen(models.Model):
    """How many rows of zones a person was shown on a day, those under way included."""

    person = models.CharField(max_length=64)
    day = models.DateField()
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="screen_once_a_day")]


class Analysis(models.Model):
    """A question that a project keeps. A version never changes; saved again under its name it becomes the next one."""

    id = models.CharField(primary_key=True, max_length=26)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="analyses")
    project_id: str
    name = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    sql = models.TextField()
    saved_at = models.DateTimeField()
    run_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=22, blank=True)
    """Of the last run."""
    removed_at = models.DateTimeField(null=True)
    """Not offered since; kept, for what was frozen of it."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name", "version"], name="analysis_version_once")]


class Artefact(models.Model):
    """A result, frozen as the bytes that may leave. Checks, reviews, hash and delivery speak of these bytes and nothing is run again."""

    class State(models.TextChoices):
        FROZEN = "frozen"
        ASKED = "asked"
        RETURNED = "returned"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        RELEASED = "released"
        RECALLED = "recalled"
        EXPIRED = "expired"

    id = models.CharField(primary_key=True, max_length=26)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="artefacts")
    project_id: str
    analysis = models.ForeignKey(Analysis, on_delete=models.PROTECT, related_name="+")
    person = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    form = models.CharField(max_length=10)
    """`table` (CSV) or `figure` (its drawing and its numbers as JSON)."""
    content = models.BinaryField(null=True)
    """Destroyed when the request has ended; from the release on the gate keeps it."""
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    receipt = models.CharField(max_length=22)
    """Of the answer that was frozen."""
    inputs = models.JSONField()
    """[[dataset, snapshot, admission], …]."""
    level = models.PositiveSmallIntegerField()
    """The highest of the columns that were read, however harmless the result looks."""
    checks = models.JSONField()
    rules = models.CharField(max_length=10)
    """Version of the rules that made the checks."""
    state = models.CharField(max_length=12, choices=State.choices, default=State.FROZEN)
    case = models.CharField(max_length=26, blank=True)
    number = models.CharField(max_length=40, blank=True)
    recipient = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "frozen_at"], name="artefact_by_state")]
