"""Entries, their drafts, their frozen versions, and what was done to them.

An `Entry` is a small row. Its content stands in a `Draft` while people work on it and in an `EntryVersion` for good: versions, their
items and acts are guarded by triggers (`frozen`), not by `save()`.
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.expressions import Func

from kaimen.core.metadata.entry import Kind, Visibility


class TransactionId(Func):
    """The number of the transaction that writes a row: on PostgreSQL commits can be ordered by it, SQLite has one writer and needs none."""

    def __init__(self) -> None:
        super().__init__(output_field=models.BigIntegerField())

    def as_sql(self, compiler: object, connection: object, **_: object) -> tuple[str, list[object]]:  # type: ignore[override]
        """Nothing to tell apart: 0."""
        del compiler, connection
        return "0", []

    def as_postgresql(self, compiler: object, connection: object, **_: object) -> tuple[str, list[object]]:
        """PostgreSQL 13 and newer; 64 bits, so it does not wrap."""
        del compiler, connection
        return "(pg_current_xact_id()::text::bigint)", []


class EntryQuerySet(models.QuerySet["Entry"]):
    """Filters that several questions share."""

    def published(self) -> Self:
        """With a version that is in force."""
        return self.filter(current__isnull=False).exclude(state=Entry.State.RETIRED)

    def with_public_face(self) -> Self:
        """What anybody may know of."""
        return self.published().filter(current__public_face=True)


class Entry(models.Model):
    """An entry of the catalogue. `state` is that of the working copy; `current` is what readers see."""

    class State(models.TextChoices):
        DRAFT = "draft"
        CHECKED = "checked"
        ASSESSED = "assessed"
        HEAD_APPROVED = "head_approved"
        SUBMITTED = "submitted"
        RETURNED = "returned"
        APPROVED = "approved"
        PUBLISHED = "published"
        CHANGE_PENDING = "change_pending"
        RETIRING = "retiring"
        RETIRED = "retired"

    id = models.CharField(primary_key=True, max_length=26)
    kind = models.CharField(max_length=20)
    provider = models.CharField(max_length=64, db_index=True)
    slug = models.CharField(max_length=100, unique=True, null=True)
    code = models.CharField(max_length=40, unique=True, null=True)
    working_title = models.CharField(max_length=400, blank=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT, db_index=True)
    current = models.OneToOneField("EntryVersion", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)
    retired_at = models.DateTimeField(null=True)
    retired_reason = models.TextField(blank=True)
    has_data = models.BooleanField(default=False)
    """Whether a version of its data was ever published; told from above."""

    draft: Draft
    objects: ClassVar[models.Manager[Entry]] = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Kind]), name="entry_kind_known"),
            models.UniqueConstraint(
                fields=["provider", "working_title"],
                condition=~Q(working_title="") & ~Q(state="retired"),
                name="entry_title_once_per_provider",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "change_pending", "retiring", "retired"])
                | Q(current__isnull=False),
                name="entry_published_has_a_version",
            ),
            models.CheckConstraint(
                condition=Q(current__isnull=True) | Q(slug__isnull=False, code__isnull=False),
                name="entry_published_has_its_codes",
            ),
        ]


class Draft(models.Model):
    """The working copy. `revision` counts saves: the second of two writers is told."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.CASCADE, related_name="draft")
    body = models.TextField()
    digest = models.CharField(max_length=43)
    revision = models.PositiveIntegerField()
    spec_version = models.CharField(max_length=60)
    saved_at = models.DateTimeField()


class EntryVersion(models.Model):
    """A published version: canonical JSON and its digest. Never changed, never deleted (trigger)."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="versions")
    n = models.PositiveIntegerField()
    body = models.TextField()
    digest = models.CharField(max_length=43)
    public_digest = models.CharField(max_length=43, blank=True)
    spec_version = models.CharField(max_length=60)
    pack_digest = models.CharField(max_length=64)
    visibility = models.CharField(max_length=10)
    public_face = models.BooleanField()
    reviewed = models.BooleanField(default=True)
    published_at = models.DateTimeField()
    first_published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "n"], name="entry_version_once"),
            models.CheckConstraint(condition=Q(n__gte=1), name="entry_version_from_one"),
            models.CheckConstraint(
                condition=Q(visibility__in=[one.value for one in Visibility]), name="entry_version_visibility"
            ),
            models.CheckConstraint(
                condition=Q(public_face=False) | (Q(visibility="public") & ~Q(public_digest="")),
                name="entry_version_public_face",
            ),
        ]


class Item(models.Model):
    """A column of a published version, as a row: the gate and the grading ask by column."""

    version = models.ForeignKey(EntryVersion, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    column = models.CharField(max_length=128)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    data_type = models.CharField(max_length=10)
    standard_ref = models.CharField(max_length=100, blank=True, db_index=True)
    is_key = models.BooleanField()
    nullable = models.BooleanField()
    pi_class = models.CharField(max_length=20)
    identifier_kind = models.CharField(max_length=20, blank=True)
    level = models.PositiveSmallIntegerField()
    share_type_override = models.PositiveSmallIntegerField(null=True)
    open_type_override = models.PositiveSmallIntegerField(null=True)
    mask_rule = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "column"], name="item_once_per_version"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=4), name="item_level"),
        ]


class Act(models.Model):
    """A step of an entry: who, as what, for whom, when, from which state to which, on which text. Append-only (trigger).

    `round` is the number of the version that the step prepares. `behind` are all persons behind the actor: four eyes counts them.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="acts")
    round = models.PositiveIntegerField()
    verb = models.CharField(max_length=20)
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20)
    at = models.DateTimeField()
    person = models.CharField(max_length=64, blank=True)
    behind = models.JSONField(default=list)
    institution = models.CharField(max_length=64, blank=True)
    role = models.CharField(max_length=40)
    via = models.CharField(max_length=10)
    on_behalf = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    digest = models.CharField(max_length=43, blank=True)
    spec_version = models.CharField(max_length=60, blank=True)
    faults = models.JSONField(default=list)
    receipt = models.CharField(max_length=22)

    class Meta:
        indexes = [models.Index(fields=["entry", "round"])]


class Hold(models.Model):
    """Somebody above relies on the entry (an agreement, a product): it does not retire over their head."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=40)
    ref = models.CharField(max_length=64)
    placed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "kind", "ref"], condition=Q(released_at__isnull=True), name="hold_once"
            )
        ]


class CodeSequence(models.Model):
    """The last sequence number given out in a classification. A number is never used twice."""

    class_path = models.CharField(primary_key=True, max_length=40)
    last = models.PositiveIntegerField()


class IndexFeed(models.Model):
    """Entries whose documents in the search index may have changed; written in the transaction that changed them."""

    xid = models.BigIntegerField(db_default=TransactionId())
    entry_id = models.CharField(max_length=26)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["xid", "id"])]
