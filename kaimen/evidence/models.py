"""Tables of this room. Leaves, their order and checkpoints are append-only by triggers (`append_only`); tiles only grow.

What may be deleted stands apart: `SubjectKey` is the only way back to a private record, and no proof needs it.
"""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """A leaf as it was written in the business transaction, and at once the integrator's queue.

    On PostgreSQL the table has a further column `xid`, the transaction's id, by which commits can be ordered safely.
    """

    entry = models.BinaryField(max_length=16, unique=True)
    leaf = models.BinaryField()
    node = models.CharField(max_length=32)
    n = models.BigIntegerField()

    class Meta:
        db_table = "evidence"
        constraints = [models.UniqueConstraint(fields=["node", "n"], name="evidence_gapless")]


class Sequenced(models.Model):
    """The place of an entry in the log."""

    leaf_index = models.BigIntegerField(primary_key=True)
    evidence_id = models.BigIntegerField(unique=True)
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "evidence_seq"


class Tile(models.Model):
    """Up to 256 hashes of a level. The one at the right edge is widened in place."""

    pk = models.CompositePrimaryKey("level", "n")
    level = models.SmallIntegerField()
    n = models.BigIntegerField()
    data = models.BinaryField(max_length=8192)

    class Meta:
        db_table = "evidence_tile"


class Head(models.Model):
    """One row: the size of the log, how far the integrator has read, and the database cluster whose transaction ids it has read.

    Up to `floor_id` all entries are in the log, whatever their transaction ids: set when the log moved or was recovered.
    """

    id = models.SmallIntegerField(primary_key=True)
    size = models.BigIntegerField()
    cursor_xid = models.BigIntegerField()
    cursor_id = models.BigIntegerField()
    floor_id = models.BigIntegerField(default=0)
    system_id = models.CharField(max_length=64)
    note = models.TextField()

    class Meta:
        db_table = "evidence_head"


class Checkpoint(models.Model):
    """Every tree head that was ever signed. `at` is when."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "evidence_checkpoint"


class CheckpointToken(models.Model):
    """The time that an authority has put to a head: its answer (RFC 3161), the head as shown then, the time in the answer."""

    size = models.BigIntegerField(primary_key=True)
    token = models.BinaryField()
    note = models.TextField()
    told_at = models.DateTimeField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "evidence_checkpoint_token"


class Lane(models.Model):
    """A gapless counter. Whoever writes holds one until commit."""

    node = models.CharField(max_length=32, primary_key=True)
    n = models.BigIntegerField()

    class Meta:
        db_table = "evidence_lane"


class Private(models.Model):
    """Salt and private record, encrypted under the key of their subject; outside the tree, and may go."""

    entry = models.BinaryField(max_length=16, primary_key=True)
    subject = models.CharField(max_length=128, db_index=True)
    sealed = models.BinaryField()

    class Meta:
        db_table = "evidence_private"


class SubjectKey(models.Model):
    """The only way back to what was recorded about a subject. Deleting the row erases; `officer` alone may read a restricted one."""

    id = models.CharField(max_length=128, primary_key=True)
    wrapped = models.BinaryField()
    restricted_until = models.DateTimeField(null=True)
    officer = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "evidence_subject_key"


class WitnessState(models.Model):
    """What we last heard of a witness."""

    name = models.CharField(max_length=255, primary_key=True)
    size = models.BigIntegerField(default=0)
    signed_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=32, blank=True)

    class Meta:
        db_table = "evidence_witness"


class Pruned(models.Model):
    """From which index on entries are served, under which policy, since when. The newest row counts."""

    minimum = models.BigIntegerField()
    policy = models.TextField()
    at = models.DateTimeField()
    entry = models.CharField(max_length=22)

    class Meta:
        db_table = "evidence_pruned"


class KeyRotation(models.Model):
    """A log key that took over, by its public line, and the entry that says so."""

    vkey = models.CharField(max_length=512, primary_key=True)
    entry = models.CharField(max_length=22)

    class Meta:
        db_table = "evidence_key_rotation"


class Reconciliation(models.Model):
    """A nightly comparison of what was delivered with what was entered; the counts alone are an entry of the log."""

    at = models.DateTimeField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    agreed = models.BooleanField()
    counts = models.JSONField()
    differences = models.JSONField()
    entry = models.CharField(max_length=22)

    class Meta:
        db_table = "evidence_reconciliation"
