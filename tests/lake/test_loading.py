from __future__ import annotations

from importlib import import_module

import duckdb
import pytest
from django.apps import apps

from kaimen.catalogue.models import Entry
from kaimen.catalogue.selectors import published
from kaimen.core.errors import Missing
from kaimen.engines import parsing
from kaimen.lake import selectors, services
from tests.lake.bureau import GOOD, HEADER, Bureau

pytestmark = pytest.mark.django_db(transaction=True)


def rows_of(snapshot: selectors.Snapshot) -> list[tuple[object, ...]]:
    return duckdb.sql(f"select * from read_parquet({list(snapshot.files)}, hive_partitioning=false)").fetchall()


def test_a_csv_becomes_a_published_snapshot_and_leading_zeros_survive(bureau: Bureau) -> None:
    load = bureau.load(GOOD)
    assert load.state == "published", (load.code, load.facts)
    snapshot = selectors.snapshot(bureau.entry)
    assert (snapshot.number, snapshot.rows) == (1, 3)
    assert [row[0] for row in rows_of(snapshot)] == ["001", "002", "003"]
    assert dict(snapshot.schema)["fare"] == "DECIMAL(8,2)"


def test_the_catalogue_is_told_that_there_are_data(bureau: Bureau) -> None:
    assert not published(bureau.entry).has_data
    bureau.load(GOOD)
    assert published(bureau.entry).has_data
    Entry.objects.update(has_data=False)  # as in a database of before
    import_module("kaimen.lake.migrations.0002_tell_the_catalogue").forwards(apps, None)
    assert published(bureau.entry).has_data


def test_before_the_first_load_there_is_no_snapshot(bureau: Bureau) -> None:
    with pytest.raises(Missing, match="snapshot_missing"):
        selectors.snapshot(bureau.entry)


def test_progress_moves_while_a_load_is_checked_and_ends_full(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "WATCH_EVERY_S", 0.005)
    rows = "".join(f"{number:06d},110101,2026-11-01,{number % 900},3.50\n" for number in range(200_000))
    load = bureau.plan(HEADER + "\n" + rows)
    told: list[tuple[int, int]] = []
    while services.step(load.pk, now=bureau.now, progress=lambda done, total: told.append((done, total))):
        pass
    assert told[-1] == (200_000, 200_000)
    assert {total for _, total in told} == {200_000}
    done = [one for one, _ in told]
    assert done == sorted(done)
    assert any(0 < one < 200_000 for one in done)
