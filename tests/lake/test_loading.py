from __future__ import annotations

import duckdb
import pytest

from kaimen.core.errors import Missing
from kaimen.lake import selectors
from tests.lake.bureau import GOOD, Bureau

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


def test_before_the_first_load_there_is_no_snapshot(bureau: Bureau) -> None:
    with pytest.raises(Missing, match="snapshot_missing"):
        selectors.snapshot(bureau.entry)
