"""Tables of this room: records of registers, sheets that wait, what is out as open data, and what was computed from it.

What a register holds is data of the pack (`registers`); facts are text in canonical form.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Record(models.Model):
    """One facility, park, scenario or firm as it stands now. Its key is unique in its register; its body alone changes it."""

    id = models.CharField(primary_key=True, max_length=26)
    register = models.CharField(max_length=40)
    code = models.CharField(max_length=80)
    institution = models.CharField(max_length=64)
    district = models.CharField(max_length=12)
    facts = models.JSONField()
    n = models.PositiveIntegerField()
    """How many versions there are; the newest is what stands here."""
    retired = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "code"], name="record_known_once"),
            models.CheckConstraint(condition=Q(n__gte=1), name="record_from_one"),
        ]
        indexes = [models.Index(fields=["register", "district"], name="record_by_district")]


class Change(models.Model):
    """One version of a record: who, when, how, what it said then. Written once."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="changes")
    register = models.CharField(max_length=40)
    n = models.PositiveIntegerField()
    verb = models.CharField(max_length=10)
    facts = models.JSONField()
    fields = models.JSONField()
    """Names of the fields that this version says otherwise than the one before."""
    reason = models.CharField(max_length=500, blank=True)
    way = models.CharField(max_length=10)
    person = models.CharField(max_length=64, blank=True)
    institution = models.CharField(max_length=64)
    role = models.CharField(max_length=40)
    at = models.DateTimeField()
    receipt = models.CharField(max_length=22)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "n"], name="change_numbered_once"),
            models.CheckConstraint(
                condition=Q(verb__in=["entered", "changed", "retired", "restored"]), name="change_verb"
            ),
            models.CheckConstraint(condition=Q(way__in=["form", "sheet", "api"]), name="change_way"),
        ]
        indexes = [models.Index(fields=["register", "-id"], name="change_newest")]


class Sheet(models.Model):
    """A spreadsheet that was read and is right: it waits until somebody of its body enters it."""

    id = models.CharField(primary_key=True, max_length=26)
    register = models.CharField(max_length=40)
    institution = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField()
    at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True)


class Published(models.Model):
    """Up to which change a register was given to the lake, and by which load."""

    register = models.CharField(primary_key=True, max_length=40)
    change = models.BigIntegerField()
    load = models.CharField(max_length=26)
    at = models.DateTimeField()


class Computation(models.Model):
    """An indicator, computed: by which definition, from which versions of which datasets, and what came out, a line a district.

    `lines` are [{district, numerator, denominator, value}] in decimal text; the value is empty where it is missing.
    """

    id = models.CharField(primary_key=True, max_length=26)
    indicator = models.CharField(max_length=60)
    definition = models.CharField(max_length=64)
    inputs = models.JSONField()
    """[[short name, entry, version], …]"""
    inputs_digest = models.CharField(max_length=64)
    recipe = models.JSONField()
    """What decides a value, as the pack said it then."""
    lines = models.JSONField()
    digest = models.CharField(max_length=64)
    question = models.CharField(max_length=22)
    """The receipt of the gate for the question that was asked."""
    person = models.CharField(max_length=64, blank=True)
    institution = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    receipt = models.CharField(max_length=22)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["indicator", "definition", "inputs_digest"], name="computed_once_of_inputs")
        ]
        indexes = [models.Index(fields=["indicator", "-id"], name="computation_newest")]


class Evaluation(models.Model):
    """The evaluation index, computed from computations of its indicators.

    `lines` are as `indicators.evaluate` gives them: scores, rank and band of each district, and what is missing.
    """

    id = models.CharField(primary_key=True, max_length=26)
    edition = models.CharField(max_length=20)
    definition = models.CharField(max_length=64)
    computations = models.JSONField()
    """{indicator: computation}"""
    computations_digest = models.CharField(max_length=64)
    lines = models.JSONField()
    digest = models.CharField(max_length=64)
    person = models.CharField(max_length=64, blank=True)
    institution = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    receipt = models.CharField(max_length=22)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["definition", "computations_digest"], name="evaluated_once_of_inputs"),
        ]


class Scorecard(models.Model):
    """The scorecard of bodies for a period that is over, fixed: what was counted, up to which clock, by which run of the board.

    `lines` are as `scoring.gather` gives them. What came late makes another version; none is ever changed.
    """

    id = models.CharField(primary_key=True, max_length=26)
    period = models.CharField(max_length=10)
    n = models.PositiveIntegerField()
    """Which version of the period."""
    as_of = models.DateTimeField()
    """The moment as of which everything was judged: the end of the period."""
    clocks = models.BigIntegerField()
    run = models.BigIntegerField()
    lines = models.JSONField()
    digest = models.CharField(max_length=64)
    person = models.CharField(max_length=64, blank=True)
    institution = models.CharField(max_length=64, blank=True)
    fixed_at = models.DateTimeField()
    released_at = models.DateTimeField()
    """When the public sees it; bodies see it before."""
    receipt = models.CharField(max_length=22)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "n"], name="scorecard_once_a_version")]
