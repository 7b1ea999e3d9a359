"""What the public window shows went through the gate: recorded before it is shown, decided anew for each page, the same in each file."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from django.test import Client

from kaimen.core.errors import Refused
from kaimen.core.policy.obligations import Caps
from kaimen.core.policy.party import ANYBODY
from kaimen.evidence import selectors as evidence
from kaimen.gate import compiling
from kaimen.gate import selectors as gate_selectors
from kaimen.gate import services as gate
from kaimen.gate.models import Decision
from kaimen.opening import gatehouse, looks, selectors
from kaimen.web.now import now
from tests.opening.town import Town, a_town

ENTRY = "/data/care-homes-and-beds"


def body(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content


def test_the_preview_stands_in_the_log_with_the_receipt_it_shows(client: Client, town: Town) -> None:
    text = client.get(f"/en{ENTRY}").content.decode()
    receipt = Decision.objects.order_by("at").first()
    assert receipt is not None
    assert receipt.receipt[:8] in text
    told = evidence.entry(receipt.receipt)
    assert told.leaf.kind == "gate.answered"
    assert gate_selectors.receipt(receipt.receipt, by=ANYBODY).outcome == "complete"


def test_what_is_covered_is_in_no_byte_of_the_page(client: Client, town: Town) -> None:
    for address in (ENTRY, f"/en{ENTRY}"):
        text = client.get(address).content.decode()
        assert "某某" not in text
        assert "**" in text


def test_a_covered_column_names_the_clause_that_the_policy_gives(client: Client, town: Town) -> None:
    page = selectors.entry_page(ANYBODY, town.care_homes, now=now())
    let = gatehouse.see(page, now=now()).let
    assert let is not None
    assert let.clauses == {"residents": "BJ-46", "legal_rep": "BJ-46"}
    assert client.get(f"/en{ENTRY}").content.decode().count("Ground: Regulations, article 46") == 2
    silent = looks.preview(page, replace(let, clauses={}))
    assert [reason.ground for reason in silent.behind] == ["", ""]


def test_a_plan_is_asked_once_and_decided_for_every_page(client: Client, town: Town) -> None:
    client.get(ENTRY)
    asked = Decision.objects.count()
    client.get(ENTRY)
    client.get(f"/en{ENTRY}")
    assert Decision.objects.count() == asked
    gate.close(town.care_homes, reason="a fault in the data", by=town.officer, now=now())
    text = client.get(f"/en{ENTRY}").content.decode()
    assert "strip--shut" in text
    assert "Offline since" in text
    assert "has closed them for now" in text
    assert not [
        word for word in ("download.csv", "Open to everybody</b>", "another agreement", "Ask with SQL") if word in text
    ]
    assert "110102-0001" not in text
    assert client.get(f"{ENTRY}/download.csv").status_code in {403, 404}
    gate.reopen(town.care_homes, reason="mended", by=town.officer, now=now())
    assert (
        "110102-0001" in client.get(f"/en{ENTRY}").content.decode()
        or "110101-0001" in client.get(f"/en{ENTRY}").content.decode()
    )


def test_a_file_has_a_budget_of_its_own_and_what_passes_it_is_refused_before_the_first_byte(
    client: Client, town: Town, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question may give 20 rows, a file 50: the forty come as a file. Then a file may hold 30, and there is none."""
    monkeypatch.setattr(compiling, "OPEN_CAPS", Caps(20, 10**8))
    settings.KAIMEN_GATE_WHOLE_ROWS = 50  # type: ignore[attr-defined]
    assert len(body(client, f"{ENTRY}/download.csv").splitlines()) == 41
    with pytest.raises(Refused, match="too_many_rows"):
        gate.answer(
            gate.Question(sql='SELECT * FROM "care-homes-and-beds"', purpose="public-use"), by=ANYBODY, now=now()
        )
    settings.KAIMEN_GATE_WHOLE_ROWS = 30  # type: ignore[attr-defined]
    answered = Decision.objects.count()
    for form in ("csv", "json", "parquet"):
        refused = client.get(f"/en{ENTRY}/download.{form}")
        assert (refused.status_code, refused.streaming) == (403, False)
        said = refused.content.decode()
        assert "whole_too_large" in said
        assert "It has 40 rows" in said
        assert "at most 20 rows each" in said
        assert "ORDER BY &quot;code&quot; LIMIT 20" in said
        assert client.head(f"{ENTRY}/download.{form}").status_code == 403
    assert Decision.objects.count() == answered
    settings.KAIMEN_GATE_WHOLE_ROWS, settings.KAIMEN_GATE_WHOLE_MB = 50, 0  # type: ignore[attr-defined]
    assert client.get(f"{ENTRY}/download.csv").status_code == 403


def test_each_form_holds_the_same_governed_rows(client: Client, town: Town) -> None:
    from_csv = list(csv.DictReader(io.StringIO(body(client, f"{ENTRY}/download.csv").decode(), newline="")))
    from_json = json.loads(body(client, f"{ENTRY}/download.json"))["rows"]
    table = pq.read_table(io.BytesIO(body(client, f"{ENTRY}/download.parquet")))
    assert len(from_csv) == len(from_json) == table.num_rows == 40
    assert [row["code"] for row in from_csv] == [row["code"] for row in from_json] == table["code"].to_pylist()
    assert all(row["legal_rep"].endswith("**") for row in from_json)
    assert all(n is None or n >= 10 for n in table["residents"].to_pylist())


def test_a_downloaded_parquet_file_is_read_by_duckdb_and_pandas(client: Client, town: Town, tmp_path: Path) -> None:
    file = tmp_path / "homes.parquet"
    file.write_bytes(body(client, f"{ENTRY}/download.parquet"))
    first = min(row["code"] for row in json.loads(body(client, f"{ENTRY}/download.json"))["rows"])
    assert duckdb.sql(f"select count(*), min(code) from '{file}'").fetchall() == [(40, first)]
    assert len(pd.read_parquet(file)) == 40


def test_a_file_names_its_version_and_its_receipt(client: Client, town: Town) -> None:
    answer = client.get(f"{ENTRY}/download.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="care-homes-and-beds-v1.csv"'
    assert answer.headers["Kaimen-Version"] == "1"
    assert evidence.entry(answer.headers["Kaimen-Receipt"]).leaf.kind == "gate.answered"


def test_a_look_at_the_head_of_a_download_asks_nothing(client: Client, town: Town) -> None:
    for form in ("csv", "json", "parquet"):
        answer = client.head(f"{ENTRY}/download.{form}")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"] == f'attachment; filename="care-homes-and-beds-v1.{form}"'
        assert answer.headers["Content-Type"] == client.get(f"{ENTRY}/download.{form}").headers["Content-Type"]
        assert "Kaimen-Receipt" not in answer.headers
        assert "Content-Length" not in answer.headers
    assert Decision.objects.count() == 3
    gate.close(town.care_homes, reason="a fault in the data", by=town.officer, now=now())
    closed = client.head(f"{ENTRY}/download.csv").status_code
    assert closed == client.get(f"{ENTRY}/download.csv").status_code
    assert closed in {403, 404}


def test_a_download_is_asked_for_and_not_sent_to(client: Client, town: Town) -> None:
    assert client.post(f"{ENTRY}/download.csv").status_code == 405


@pytest.mark.parametrize(
    "address", ["/data/register-of-car-parks/download.csv", f"{ENTRY}/download.exe", "/data/none/download.csv"]
)
def test_what_is_not_open_or_not_known_is_not_downloaded(client: Client, town: Town, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_reader_who_leaves_early_is_recorded_as_such(client: Client, transactional_db: None, home: Path) -> None:
    """Of a file that is too large to be held."""
    a_town(now=now(), parks=70_000)
    answer = client.get("/data/public-car-parks/download.csv")
    assert answer.streaming
    answer.close()
    row = Decision.objects.get(pk=answer.headers["Kaimen-Receipt"])
    assert row.outcome == "stopped"


def test_the_figure_counts_rows_by_district(client: Client, town: Town) -> None:
    page = selectors.entry_page(ANYBODY, town.care_homes, now=now())
    seen = gatehouse.see(page, now=now())
    assert seen.figure is not None
    assert sum(int(str(row[1])) for row in seen.figure.table.rows) == 40
    assert 'id="chart-chart-data"' in client.get(ENTRY).content.decode()


def test_without_an_engine_the_page_stands_and_says_so(client: Client, town: Town, home: Path) -> None:
    page = selectors.entry_page(ANYBODY, town.care_homes, now=now())
    (home / "queries.sock").rename(home / "away")
    try:
        seen = gatehouse.see(page, now=now())
        answer = client.get(f"/en{ENTRY}")
    finally:
        (home / "away").rename(home / "queries.sock")
    assert seen.let is None
    assert seen.trouble is not None
    assert seen.trouble.status == 503
    assert answer.status_code == 200
    assert 'class="notice notice--due" id="look"' in answer.content.decode()


def test_data_that_an_objection_shut_say_so_on_the_page_and_to_programs(client: Client, town: Town) -> None:
    gate.close(town.care_homes, reason="objection YY-2026-000001", by=town.officer, now=now())
    for prefix, words in (("", "有人提出异议"), ("/en", "Somebody says that they infringe a right")):
        assert words in client.get(f"{prefix}{ENTRY}").content.decode()
    asked = {"sql": 'SELECT 1 FROM "care-homes-and-beds"', "purpose": "public-use"}
    answer = client.post("/api/v1/query", asked, content_type="application/json", headers={"Accept-Language": "en"})
    told = answer.json()
    assert (answer.status_code, told["code"], told["facts"]["because"]) == (403, "dataset_closed", "objection")
    assert "agreement/" not in told["detail"].lower()
