"""What is compared at night, what an operator does when the database is behind or has moved."""

from __future__ import annotations

import shutil
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from kaimen.core.errors import Unavailable
from kaimen.core.policy.party import ANYBODY
from kaimen.engines.verifying import main as verify
from kaimen.evidence import append_only, keys, outside, selectors
from kaimen.evidence import services as evidence
from kaimen.evidence.models import Entry, Head, Reconciliation, Sequenced
from kaimen.evidence.services import Deliveries, Kind
from tests.evidence.conftest import NOW, record

pytestmark = pytest.mark.django_db(transaction=True)


def published_verifies(home: Path) -> None:
    (outside.folder().path / "keys").write_text(keys.log().verifier.vkey() + "\n")
    assert verify([str(outside.folder().path), "--full"]) == 0


def forget(size: int) -> None:
    """The database as a backup had it: with so many entries."""
    statements = [
        f"delete from evidence_seq where leaf_index >= {size}",
        "delete from evidence where id not in (select evidence_id from evidence_seq)",
        f"delete from evidence_checkpoint where size > {size}",
        "delete from evidence_tile",
        "update evidence_lane set n = (select coalesce(max(n), 0) from evidence where evidence.node = evidence_lane.node)",
    ]
    with connection.cursor() as cursor:
        for statement in append_only.removals(connection.vendor):
            cursor.execute(statement)
        for statement in statements:
            cursor.execute(statement)
        for statement in append_only.statements(connection.vendor):
            cursor.execute(statement)


def back_to(size: int) -> None:
    """Forget, and put the tiles of the smaller log back by hand."""
    from kaimen.core.tlog import tiles
    from kaimen.core.tlog.hashing import leaf_hash
    from kaimen.evidence.models import Checkpoint, Tile
    from kaimen.evidence.services.publishing import leaves

    kept = leaves(0, size)
    forget(size)
    growth = tiles.integrate(0, (), [leaf_hash(leaf) for leaf in kept])
    Tile.objects.bulk_create([Tile(level=tile.level, n=tile.n, data=tile.data) for tile in growth.tiles])
    last = Entry.objects.order_by("-id").first()
    Head.objects.update(
        size=size, cursor_id=last.pk if last else 0, floor_id=0, note=Checkpoint.objects.get(size=size).note
    )


def test_what_was_published_is_taken_back(home: Path) -> None:
    for count in (3, 297):
        for _ in range(count):
            record()
        evidence.tick(NOW)
    ids = [bytes(entry) for entry in Entry.objects.order_by("id").values_list("entry", flat=True)]
    back_to(3)
    with pytest.raises(Unavailable):
        evidence.publish(now=NOW)
    assert evidence.recover(now=NOW) == 297
    order = Sequenced.objects.order_by("leaf_index").values_list("evidence_id", flat=True)
    assert [bytes(Entry.objects.get(pk=pk).entry) for pk in order] == ids
    record()
    assert evidence.tick(NOW) == 1
    published_verifies(home)
    assert evidence.recover(now=NOW) == 0


def test_another_history_is_not_taken_back(home: Path) -> None:
    for _ in range(2):
        record()
        evidence.tick(NOW)
    back_to(1)
    record()  # somebody wrote before the operator looked: the same number, another entry
    with pytest.raises(Unavailable) as refusal:
        evidence.recover(now=NOW)
    assert refusal.value.code == "log_unrecoverable"
    assert Head.objects.get().size == 1


def test_a_damaged_publication_is_not_taken_back(home: Path) -> None:
    record()
    evidence.tick(NOW)
    for _ in range(3):
        record()
    evidence.tick(NOW)
    back_to(1)
    shutil.rmtree(outside.folder().path / "tile/entries")
    with pytest.raises(Unavailable) as refusal:
        evidence.recover(now=NOW)
    assert refusal.value.code == "log_unrecoverable"


def test_a_log_goes_on_after_the_database_moved(home: Path) -> None:
    record()
    evidence.tick(NOW)
    for _ in range(3):
        record()
    Head.objects.update(system_id="the old cluster", cursor_xid=2**40)
    with pytest.raises(Unavailable):
        evidence.tick(NOW)
    assert evidence.rebase(now=NOW) == 3
    record()
    assert evidence.tick(NOW) == 1
    published_verifies(home)


def test_the_night_finds_what_does_not_match() -> None:
    kept, lost = record(), record()
    evidence.tick(NOW)
    span = {"since": NOW - timedelta(days=1), "until": NOW + timedelta(seconds=1)}
    kinds = frozenset({Kind.LOAD_REFUSED})
    whole = evidence.reconcile(
        [Deliveries(place="lake", kinds=kinds, entries={kept.entry, lost.entry})], **span, now=NOW
    )
    assert whole.agreed
    assert whole.counts["lake.recorded"] == 2
    stray = "A" * 22
    night = evidence.reconcile([Deliveries(place="lake", kinds=kinds, entries={kept.entry, stray})], **span, now=NOW)
    assert night.differences == {"lake.delivered_without_entry": [stray], "lake.entry_without_delivery": [lost.entry]}
    evidence.tick(NOW)
    assert [(told.leaf.kind, told.leaf.public["out"]) for told in selectors.latest(2, reader=ANYBODY)] == [
        (Kind.RECONCILE_REPORT, "differences"),
        (Kind.RECONCILE_REPORT, "agreed"),
    ]
    assert Reconciliation.objects.count() == 2


def test_an_entry_left_out_of_the_log_is_found() -> None:
    given = record(at=NOW - timedelta(minutes=6))
    night = evidence.reconcile([], since=NOW, until=NOW, now=NOW)
    assert night.differences == {"not_in_the_log": [given.entry]}
    assert selectors.status(NOW).lag_s == 360
    assert selectors.status(NOW).stalled


def test_the_operators_command(home: Path) -> None:
    record()
    out = StringIO()
    call_command("log", "publish", stdout=out)
    call_command("log", "status", stdout=out)
    assert "1 signed, 1 published, 0 waiting" in out.getvalue()
    call_command("log", "recover", stdout=out)
    call_command("log", "rebase", stdout=out)
    Head.objects.update(system_id="another")
    record()
    with pytest.raises(CommandError):
        call_command("log", "publish", stdout=out)
