"""Every planted fault comes to the end that `demo/expectations.yaml` foretells: the lake is tried on the sources, not on itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command

from demo.plan import FOLDER, city
from kaimen.config import demo
from kaimen.lake import selectors as lake
from kaimen.lake.models import Feed, Load, Source
from kaimen.office.selectors import runs
from kaimen.office.services import start_run, work_once
from kaimen.web.now import now
from tests.demo.conftest import NOW, silent

EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "expectations.yaml").read_text("utf-8"))["faults"]


def test_every_fault_of_the_plan_is_foretold_and_every_foretold_fault_is_in_the_plan() -> None:
    planted = {
        (entry.slug, delivery.number, delivery.fault)
        for entry in city().datasets
        for delivery in entry.deliveries
        if delivery.fault
    }
    foretold = {(one["dataset"], one["delivery"], name) for name, one in EXPECTED.items()}
    assert planted <= foretold
    assert all(one["delivery"] <= len(city().entries[one["dataset"]].deliveries) for one in EXPECTED.values())


@pytest.fixture
def loaded(whole_city: Path, db: None) -> Path:
    return whole_city


def test_every_table_is_there_and_every_planted_fault_came_to_its_end(loaded: Path) -> None:
    without = [entry.slug for entry in city().datasets if not Feed.objects.get(name=entry.slug).table.published_id]
    assert without == []
    wrong = {name: problem for name, one in EXPECTED.items() if (problem := end_of(one))}
    assert wrong == {}


def test_market_regulation_is_a_server_where_there_is_one(loaded: Path) -> None:
    kinds = set(Source.objects.values_list("kind", flat=True))
    assert kinds == {"file", "sqlite"} | ({"postgresql"} if settings.KAIMEN_DATABASE else set())


def test_a_second_call_loads_nothing_again(loaded: Path) -> None:
    before = list(Load.objects.order_by("pk").values_list("pk", "state", "changed_at"))
    demo.load_big(NOW, silent, chosen="tiny")
    assert list(Load.objects.order_by("pk").values_list("pk", "state", "changed_at")) == before


def test_a_load_that_ends_otherwise_than_foretold_fails_the_job_and_is_named(
    loaded: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(settings, "KAIMEN_DEMO", True)
    Load.objects.filter(feed__name="metro_lines", idempotency_key="demo-1").update(state="refused", code="file_format")
    start_run("demo.load", arguments={"size": "tiny"}, key="odd", now=now())
    while work_once(demo.JOBS, holder="test", clock=now):
        pass
    run = runs("demo.load", keys=["odd"], now=now())["odd"]
    assert (run.state, run.error_code) == ("failed", "demo_loads")
    assert "delivery 1 of metro_lines ended refused file_format, foretold published" in caplog.text
    with pytest.raises(CommandError, match=r"^The demo city is not whole\. 1 of its \d+ loads"):
        call_command("demo", "load", "--size", "tiny")


def end_of(one: dict[str, Any]) -> list[str]:
    """What is not as foretold."""
    feed = Feed.objects.get(name=one["dataset"])
    load = Load.objects.filter(feed=feed, idempotency_key=f"demo-{one['delivery']}").first()
    if load is None:
        return ["no load"]
    problems = []
    if load.state != one["state"] or load.code != one.get("code", ""):
        problems.append(f"{load.state} {load.code} {load.facts} {load.findings}")
    if "quarantined" in one and (load.faulty or 0) + (load.broken or 0) != one["quarantined"]:
        problems.append(f"quarantined {load.faulty} + {load.broken}")
    now = lake.snapshot(feed.table_id)
    if "stays" in one and now.number != one["stays"]:
        problems.append(f"readers see version {now.number}")
    for wish in one.get("holds", ()):
        if not counted(now, wish):
            problems.append(f"nowhere {wish}")
    for wish in one.get("lacks", ()):
        if counted(now, wish):
            problems.append(f"still there {wish}")
        if not counted(lake.snapshot(feed.table_id, 1), wish):
            problems.append(f"never was there {wish}")
    return problems


def counted(snapshot: lake.Snapshot, wish: dict[str, str]) -> int:
    """Rows of a version with this value, or like it."""
    sign, value = ("LIKE", wish["like"]) if "like" in wish else ("=", wish["value"])
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT count(*) FROM read_parquet($files, hive_partitioning = false) WHERE {wish['column']} {sign} $value",
            {"files": list(snapshot.files), "value": value},
        ).fetchone()
    return found[0] if found else 0
