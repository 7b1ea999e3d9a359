"""A zoo of bad questions: each is refused or stopped with a code, none shows anything of the engine, and the server lives on."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.flows.conftest import Server

ZOO = {
    "two statements": "SELECT 1; SELECT 2",
    "write": "INSERT INTO museums VALUES (1)",
    "drop": "DROP TABLE museums",
    "copy out": "COPY museums TO '/tmp/x.csv'",
    "copy of a question": "COPY (SELECT 1) TO 'x.csv'",
    "attach": "ATTACH 'x.db'",
    "install": "INSTALL httpfs",
    "load": "LOAD httpfs",
    "pragma": "PRAGMA database_list",
    "setting": "SET memory_limit = '1TB'",
    "a file by function": "SELECT * FROM read_csv('/etc/passwd')",
    "a file by name": "SELECT * FROM '/etc/passwd'",
    "a file by text": "SELECT * FROM read_text('/etc/passwd')",
    "glob": "SELECT * FROM glob('/*')",
    "an address": "SELECT * FROM 'https://example.org/x.parquet'",
    "settings table": "SELECT * FROM duckdb_settings()",
    "system catalogue": "SELECT * FROM information_schema.tables",
    "system table": "SELECT * FROM sqlite_master",
    "secrets": "SELECT * FROM duckdb_secrets()",
    "environment": "SELECT getenv('HOME')",
    "a table that is not granted": "SELECT * FROM elder_allowances",
    "a table that is none": "SELECT * FROM nowhere",
    "a column that is none": "SELECT nothing FROM museums",
    "a column that is denied": "SELECT contact_phone FROM parking_operators",
    "explain": "EXPLAIN ANALYZE SELECT * FROM museums",
    "describe": "DESCRIBE museums",
    "summarize": "SUMMARIZE museums",
    "not SQL": "bring me everything",
    "nothing": "",
    "half": "SELECT",
    "deep": "SELECT " + "(" * 3000 + "1" + ")" * 3000,
    "long": "SELECT '" + "x" * 99_990 + "'",
    "too long": "SELECT '" + "x" * 120_000 + "'",
    "columns by pattern": "SELECT COLUMNS('.*') FROM museums",
    "chance": "SELECT random() FROM museums",
}
MAY_PASS = {"long"}
ENGINE = re.compile(
    r"duckdb|Binder Error|Catalog Error|Parser Error|Conversion Error|IO Error|Traceback|sqlglot|/site-packages/|read_parquet|\.parquet\b|LINE 1", re.IGNORECASE
)  # fmt: skip


@pytest.mark.parametrize("name", ZOO)
def test_is_refused_with_a_code_and_shows_nothing_of_the_engine(server: Server, name: str) -> None:
    sql = ZOO[name]
    answer = server.ask(sql)
    if name in MAY_PASS and answer.status_code == 200:
        return
    assert 400 <= answer.status_code < 500, answer.text[:500]
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["code"]
    assert problem["title"]
    told = answer.text.replace(sql, "")
    for fact in problem.get("facts", {}).values():  # the asker's own words, said back
        told = told.replace(str(fact), "")
    assert str(server.home) not in told
    assert not ENGINE.search(told), told[:500]


def test_a_cross_join_that_never_ends_is_stopped_within_its_deadline(server: Server) -> None:
    sql = "SELECT count(*) AS n FROM communities AS a, communities AS b, communities AS c WHERE a.residents * b.residents + c.residents > 7"
    answer = server.ask(sql)
    assert answer.status_code in {403, 503}, answer.text[:300]
    assert answer.json()["code"] in {"budget_time", "budget_memory", "busy"}


ENDLESS = "WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a) SELECT count(*) AS n FROM a"


def test_endless_questions_of_one_reader_leave_the_gate_open_for_others(server: Server) -> None:
    """As long as several workers stand; where there is one, it is free again after ten seconds."""
    with ThreadPoolExecutor(6) as crowd:
        endless = [crowd.submit(server.ask, ENDLESS) for _ in range(4)]
        time.sleep(1.5)
        for _ in range(3):
            begun = time.monotonic()
            official = server.ask("SELECT count(*) AS n FROM elder_allowances", purpose="audit", person="audit.auditor")
            assert official.status_code == 200, official.text[:300]
            page = server.get("/en/data/museums")
            assert "</table>" in page.text, "the preview is there"
            assert time.monotonic() - begun < 8
        answers = [one.result(timeout=120) for one in endless]
    assert {answer.status_code for answer in answers} <= {403, 503}
    assert "budget_time" in {answer.json()["code"] for answer in answers}


def test_the_server_lives_on(server: Server) -> None:
    assert server.program.poll() is None
    answer = server.ask("SELECT count(*) AS n FROM museums")
    assert answer.status_code == 200
    assert answer.json()["rows"] == [{"n": 220}]
    assert server.get("/healthz").status_code == 200


def test_a_bad_token_is_no_way_in(server: Server) -> None:
    import httpx

    body = {"sql": "SELECT 1 AS one", "purpose": "public-use"}
    good = server.tokens["citizen"]
    for token in ("kmt_nonsense", good[:-1] + ("1" if good.endswith("0") else "0")):
        answer = httpx.post(
            f"{server.address}/api/v1/query", json=body, headers={"Authorization": f"Bearer {token}"}, timeout=30
        )
        assert answer.status_code == 401
