"""Sources, feeds, contracts, loads, landed files, tables, snapshots. What a reader sees hangs on one pointer: `Table.published`."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Source(models.Model):
    """A system of an institution from which data come. Secrets stand elsewhere and are named only."""

    class Kind(models.TextChoices):
        FILE = "file"
        SQLITE = "sqlite"
        POSTGRESQL = "postgresql"

    id = models.CharField(primary_key=True, max_length=26)
    institution = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    settings = models.JSONField(default=dict)
    secret = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "name"], name="source_named_once")]


class Table(models.Model):
    """The Delta table of a catalogue entry. `published` is what readers follow, never the table's newest version."""

    entry = models.CharField(primary_key=True, max_length=26)
    institution = models.CharField(max_length=64)
    published = models.OneToOneField("Snapshot", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()


class Lease(models.Model):
    """Who may write to a table now. `token` grows at each change of holder and goes into every commit."""

    table = models.OneToOneField(Table, primary_key=True, on_delete=models.CASCADE)
    holder = models.CharField(max_length=64)
    token = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField()


class Feed(models.Model):
    """A source that fills a table: whole each time (`replace`) or piece by piece (`append`)."""

    class Mode(models.TextChoices):
        REPLACE = "replace"
        APPEND = "append"

    id = models.CharField(primary_key=True, max_length=26)
    source = models.ForeignKey(Source, on_delete=models.PROTECT)
    source_id: str
    table = models.ForeignKey(Table, on_delete=models.PROTECT)
    table_id: str
    institution = models.CharField(max_length=64, db_index=True)
    name = models.SlugField(max_length=100, unique=True)
    mode = models.CharField(max_length=16, choices=Mode.choices)
    settings = models.JSONField(default=dict)
    every_days = models.PositiveIntegerField(null=True)
    last_seq = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()


class ContractVersion(models.Model):
    """What a delivery must be, frozen: a load remembers which one it was checked by."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="contracts")
    number = models.PositiveIntegerField()
    body = models.TextField()
    digest = models.CharField(max_length=64)
    entry_version = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "number"], name="contract_numbered_once")]


class Load(models.Model):
    """One run of a feed. `seq` has no gaps. Everything that is needed to go on after a crash stands here."""

    class State(models.TextChoices):
        PLANNED = "planned"
        LANDED = "landed"
        CHECKED = "checked"
        COMMITTED = "committed"
        PUBLISHED = "published"
        HELD = "held"
        REFUSED = "refused"

    id = models.CharField(primary_key=True, max_length=26)
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="loads")
    feed_id: str
    seq = models.PositiveIntegerField()
    contract = models.ForeignKey(ContractVersion, on_delete=models.PROTECT)
    state = models.CharField(max_length=16, choices=State.choices, default=State.PLANNED)
    idempotency_key = models.CharField(max_length=100, null=True)
    asked_by = models.JSONField()
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    records = models.PositiveBigIntegerField(null=True)
    accepted = models.PositiveBigIntegerField(null=True)
    faulty = models.PositiveBigIntegerField(null=True)
    broken = models.PositiveBigIntegerField(null=True)
    files = models.JSONField(default=list)
    findings = models.JSONField(default=list)
    scores = models.JSONField(default=dict)
    quarantine = models.CharField(max_length=200, blank=True)
    delta_version = models.PositiveBigIntegerField(null=True)
    base = models.PositiveIntegerField(null=True)
    """The snapshot that this load rewrites as a whole, whatever the feed's mode; it is committed upon no other."""
    code = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    reason = models.TextField(blank=True)

    OPEN: ClassVar = (State.PLANNED, State.LANDED, State.CHECKED, State.COMMITTED, State.HELD)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "seq"], name="load_numbered_once"),
            models.UniqueConstraint(fields=["feed", "idempotency_key"], name="load_asked_once"),
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(records=models.F("accepted") + models.F("faulty") + models.F("broken")),
                name="load_published_balances",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(code=""), name="load_refused_says_why"),
        ]
        indexes = [
            models.Index(fields=["feed", "-seq"], name="load_newest"),
            models.Index(fields=["state", "changed_at"], name="load_open"),
        ]


class LandedFile(models.Model):
    """Bytes as they were delivered, and the file that is parsed: a transcoded copy or extracted parts where it is another."""

    load = models.ForeignKey(Load, on_delete=models.PROTECT, related_name="landed")
    load_id: str
    n = models.PositiveIntegerField()
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=16)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField()
    path = models.CharField(max_length=300)
    parsed = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["load", "n"], name="landed_numbered_once")]


class Snapshot(models.Model):
    """One whole, checked, published version of a table. Its number is what a citation means."""

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="snapshots")
    table_id: str
    number = models.PositiveIntegerField()
    load = models.OneToOneField(Load, on_delete=models.PROTECT, related_name="snapshot")
    load_id: str
    delta_version = models.PositiveBigIntegerField()
    rows = models.PositiveBigIntegerField()
    bytes = models.PositiveBigIntegerField()
    published_at = models.DateTimeField()
    receipt = models.CharField(max_length=22, null=True, unique=True)
    """The entry of the log that says so; written in the same transaction."""
    erased_at = models.DateTimeField(null=True)
    """Files of this version are gone on purpose: somebody's rows stood in them."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "number"], name="snapshot_numbered_once")]
        indexes = [models.Index(fields=["table", "-number"], name="snapshot_newest")]


class Erasure(models.Model):
    """Rows of somebody that must go everywhere. Everything that is needed to go on after a crash stands here."""

    class State(models.TextChoices):
        PLANNED = "planned"
        REWRITTEN = "rewritten"
        DONE = "done"

    id = models.CharField(primary_key=True, max_length=26)
    table = models.ForeignKey(Table, on_delete=models.PROTECT)
    table_id: str
    column = models.CharField(max_length=128)
    commitment = models.CharField(max_length=43)
    """Salted, over the values; the salt lies in the box."""
    box = models.BinaryField(null=True)
    """Salt and values under the ring of the installation; gone when it is done."""
    case = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    load = models.OneToOneField(Load, null=True, on_delete=models.PROTECT)
    load_id: str | None
    places = models.JSONField(default=list)
    """[{place, files, rows}], what was done where."""
    asked_by = models.JSONField()
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
