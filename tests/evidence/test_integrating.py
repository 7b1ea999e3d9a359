from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from kaimen.core.errors import Unavailable
from kaimen.core.tlog import notes, tiles
from kaimen.core.tlog.hashing import leaf_hash
from kaimen.evidence import keys, outside
from kaimen.evidence import services as evidence
from kaimen.evidence.models import Checkpoint, Entry, Head, Sequenced, Tile
from kaimen.evidence.services import Kind
from kaimen.evidence.services.publishing import leaves

NOW = datetime(2026, 11, 23, 2, 21, 7, tzinfo=UTC)


def record(count: int = 1) -> list[str]:
    with transaction.atomic():
        return [
            evidence.record(
                Kind.DEMO_LOADED, at=NOW, public={"out": "done"}, private={"seed": number, "version": "1"}
            ).entry
            for number in range(count)
        ]


def check_published(size: int) -> None:
    """The folder is a whole log of this size, and says what the rows say."""
    folder = outside.folder()
    note = folder.note()
    assert note
    head = notes.parse_checkpoint(note.text)
    assert notes.verified_by(note, [keys.log().verifier])
    assert head.size == size
    held = [leaf for address in tiles.touched_bundles(0, size) for leaf in tiles.unbundle(folder.read(address) or b"")]
    assert held == leaves(0, size)
    growth = tiles.integrate(0, (), [leaf_hash(leaf) for leaf in held])
    assert tiles.edge_root(growth.edge) == head.root
    by_place = {(tile.level, tile.n): tile.data for tile in growth.tiles}
    for address in tiles.touched(0, size):
        assert folder.read(address) == by_place[address.level or 0, address.n]


@pytest.mark.django_db(transaction=True)
def test_entries_are_ordered_hashed_signed_and_published() -> None:
    ids = record(3)
    assert evidence.tick(NOW) == 3
    assert list(Sequenced.objects.order_by("leaf_index").values_list("leaf_index", flat=True)) == [0, 1, 2]
    check_published(3)
    assert [leaf["id"] for leaf in map(json.loads, leaves(0, 3))] == ids
    assert evidence.tick(NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_a_log_grows_over_tile_borders_in_any_batches() -> None:
    total = 0
    for count in (1, 254, 1, 1, 255, 300):
        record(count)
        while evidence.integrate(now=NOW, limit=200):
            pass
        total += count
        evidence.publish(now=NOW)
        check_published(total)
    assert [checkpoint.size for checkpoint in Checkpoint.objects.order_by("size")][-1] == 812
    assert not (outside.folder().path / "tile/0/000.p").exists()


@pytest.mark.django_db(transaction=True)
def test_publishing_can_be_done_again_after_dying_anywhere() -> None:
    record(300)
    evidence.integrate(now=NOW)
    evidence.publish(now=NOW)
    (outside.folder().path / "checkpoint").unlink()
    (outside.folder().path / "tile/0/000").write_bytes(b"torn")
    record(10)
    evidence.tick(NOW)
    check_published(310)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_head_signs_nothing() -> None:
    record(5)
    evidence.tick(NOW)
    seen = outside.folder().note()
    assert seen
    forged = notes.Checkpoint(origin=keys.origin(), size=9, root=b"\1" * 32).text()
    outside.folder().show(notes.Note(forged, (keys.log().sign(forged),)))
    record()
    with pytest.raises(Unavailable) as refusal:
        evidence.integrate(now=NOW)
    assert refusal.value.code == "log_rolled_back"
    with pytest.raises(Unavailable):
        evidence.publish(now=NOW)
    assert Head.objects.get().size == 5
    outside.folder().show(seen)
    assert evidence.tick(NOW) == 1


@pytest.mark.django_db(transaction=True)
def test_another_history_of_the_same_size_signs_nothing() -> None:
    record(5)
    evidence.tick(NOW)
    other = notes.Checkpoint(origin=keys.origin(), size=4, root=b"\1" * 32).text()
    outside.folder().show(notes.Note(other, (keys.log().sign(other),)))
    record()
    with pytest.raises(Unavailable):
        evidence.integrate(now=NOW)


@pytest.mark.django_db(transaction=True)
def test_the_database_of_another_cluster_is_refused() -> None:
    record()
    evidence.tick(NOW)
    Head.objects.update(system_id="another")
    record()
    with pytest.raises(Unavailable) as refusal:
        evidence.integrate(now=NOW)
    assert refusal.value.code == "log_moved"


TABLES = ["evidence", "evidence_seq", "evidence_checkpoint", "evidence_tile"]
REWRITES = [
    "update evidence set leaf = leaf",
    "update evidence set n = 7",
    "update evidence_seq set leaf_hash = leaf_hash",
    "update evidence_checkpoint set note = ''",
    "update evidence_tile set data = %s",
    "update evidence_tile set n = 5",
    "insert into evidence_tile (level, n, data) values (0, 0, %s) on conflict (level, n) do update set data = excluded.data",
    "insert into evidence (id, entry, leaf, node, n) select id, entry, %s, node, n from evidence where true"
    " on conflict (id) do update set leaf = excluded.leaf",
]
SQLITE_ONLY = [
    "insert or replace into evidence (id, entry, leaf, node, n) select id, entry, %s, node, n from evidence",
    "replace into evidence_tile (level, n, data) values (0, 0, %s)",
    "insert or replace into evidence_seq (leaf_index, evidence_id, leaf_hash) values (0, 1, %s)",
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", [*REWRITES, *SQLITE_ONLY, *[f"delete from {table}" for table in TABLES],
                                       *[f"truncate {table}" for table in TABLES]])  # fmt: skip
def test_what_is_written_stays(statement: str) -> None:
    postgresql = connection.vendor == "postgresql"
    if (statement in SQLITE_ONLY and postgresql) or (statement.startswith("truncate") and not postgresql):
        return  # not a statement of this database
    record(2)
    evidence.tick(NOW)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [b"x" * 64] if "%s" in statement else [])
    check_published(2)
    assert Entry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_tile_may_only_grow() -> None:
    record(2)
    evidence.tick(NOW)
    tile = Tile.objects.get()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update evidence_tile set data = %s", [bytes(tile.data) + b"\0" * 32])


@pytest.mark.django_db(transaction=True)
def test_a_heartbeat_is_an_entry() -> None:
    evidence.heartbeat(NOW)
    assert evidence.tick(NOW + timedelta(seconds=1)) == 1
