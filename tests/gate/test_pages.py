"""The page of a question over HTTP."""

from __future__ import annotations

import io
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.utils import translation

from kaimen.catalogue.selectors import published
from kaimen.core.policy.obligations import Filter
from kaimen.core.policy.rows import Compare
from kaimen.gate import words


@pytest.fixture
def homes(gate) -> str:
    return published(gate.town.care_homes).slug


def ask(client: Client, sql: str, *, prefix: str = "", **more):
    return client.post(f"{prefix}/query", {"sql": sql, "purpose": "public-use", "chart": "table", **more})


def test_an_answer_has_its_strip_its_two_lists_and_its_receipt(client, gate, homes) -> None:
    page = ask(client, f'SELECT name, residents, legal_rep FROM "{homes}"').content.decode()
    assert "放行，带 2 项约束" in page
    assert re.search(r'class="key">1<', page)
    assert re.search(r'class="key">2<', page)
    assert "您得到了" in page
    assert "留在门内的" in page
    assert "法定代表人" in page
    assert "王某某" not in page
    assert page.index('class="receipt"') > page.index('class="decision')
    english = ask(client, f'SELECT name, residents, legal_rep FROM "{homes}"', prefix="/en").content.decode()
    assert "Let through, with 2 conditions" in english
    assert "What stayed behind, and why" in english


def test_a_result_can_be_drawn(client, homes) -> None:
    page = ask(
        client, f'SELECT district, sum(beds) AS beds FROM "{homes}" GROUP BY district', chart="bar"
    ).content.decode()
    assert 'id="drawn-chart-data"' in page
    assert page.count("<table") == 1  # the drawing stands below the table of its own numbers
    assert "charts.js" in page


@pytest.mark.parametrize("form", ["csv", "parquet", "json", "arrow"])
def test_the_same_question_can_be_taken_home(client, homes, form) -> None:
    response = ask(client, f'SELECT code, residents FROM "{homes}" ORDER BY code', **{"as": form})
    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert response["Kaimen-Receipt"]
    if form == "parquet":
        table = pq.read_table(io.BytesIO(body))
        assert table.schema.metadata[b"kaimen.receipt"].decode() == response["Kaimen-Receipt"]
    elif form == "arrow":
        table = pa.ipc.open_stream(body).read_all()
    else:
        assert b"110101-" in body
        return
    assert table.num_rows == 40
    assert min(value for value in table["residents"].to_pylist() if value is not None) >= 10


def test_a_refusal_has_a_page_that_keeps_the_question(client, gate) -> None:
    response = ask(client, f'SELECT name FROM "{gate.slug}"')
    page = response.content.decode()
    assert response.status_code == 404
    assert "这次没有放行" in page
    assert gate.slug in page
    assert "strip--shut" in page
    assert 'class="receipt"' in page
    english = ask(client, f'SELECT name FROM "{gate.slug}"', prefix="/en").content.decode()
    assert "This time nothing was let through" in english


def _but_for_words(page: str, name: str) -> str:
    """The page without what the asker wrote and what is of this one moment: receipt, time, tokens of forms."""
    for pattern, mark in (
        (re.escape(name), "NAME"),
        (r"/log/[\w-]{22}", "RECEIPT"),
        (r'(class="mono" href="RECEIPT"|href="[^"]*RECEIPT")>[\w-]{8}<', "RECEIPT"),
        (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(\+00:00)?", "TIME"),
        (r'name="csrfmiddlewaretoken" value="\w+"', "TOKEN"),
    ):
        page = re.sub(pattern, mark, page)
    return page


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_refusal_leads_to_the_page_of_the_dataset_only_where_the_asker_may_see_it(client, gate, prefix) -> None:
    known = published(gate.town.register).slug
    page = ask(client, f'SELECT * FROM "{known}"', prefix=prefix).content.decode()
    assert f'href="{prefix}/data/{known}"' in page
    hidden, unknown = (
        _but_for_words(ask(client, f'SELECT * FROM "{name}"', prefix=prefix).content.decode(), name)
        for name in (gate.slug, "no-such-dataset")
    )
    assert "RECEIPT" in hidden
    assert hidden == unknown
    assert f'href="{prefix}/data/NAME"' not in hidden
    assert re.search("数据的页面|page of the dataset", page, re.IGNORECASE)
    assert not re.search("数据的页面|page of the dataset", hidden, re.IGNORECASE)


@pytest.mark.parametrize(
    ("language", "value", "said"),
    [
        ("en", "海淀区", "Only rows where District is Haidian."),
        ("en", "110108", "Only rows where District is Haidian."),
        ("zh-hans", "110108", "只有区是海淀区的行。"),
        ("en", "某地", "Only rows where District is 某地."),
    ],
)
def test_a_rule_about_rows_calls_places_what_the_reader_calls_them(gate, language, value, said) -> None:
    with translation.override(language):
        told = words.reason(1, Filter(Compare("district", "eq", (value,)), why="agreed"), published(gate.register))
    assert told.what == said


def test_a_fault_of_the_text_is_told_beside_it(client, homes) -> None:
    response = ask(client, f'SELECT getenv(name) FROM "{homes}"')
    page = response.content.decode()
    assert response.status_code == 422
    assert "getenv" in page
    assert "<textarea" in page


def test_the_form_is_filled_for_a_dataset(client, homes) -> None:
    page = client.get(f"/query?dataset={homes}").content.decode()
    assert f"FROM   &quot;{homes}&quot;" in page
    assert "少于 10 不显示" in page


def test_what_is_written_into_the_form_is_escaped(client, gate) -> None:
    page = client.get("/query", {"sql": "</textarea><script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page


def test_a_question_from_another_site_is_not_taken(gate, homes) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/query", {"sql": f'SELECT 1 FROM "{homes}"', "purpose": "public-use"}).status_code == 403


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_receipt_of_an_answer_and_of_a_refusal_leads_to_its_proof(client, homes, prefix) -> None:
    for sql in (f'SELECT code FROM "{homes}"', "SELECT * FROM nowhere"):
        page = ask(client, sql, prefix=prefix).content.decode()
        found = re.search(rf'class="mono" href="{prefix}/log/([A-Za-z0-9_-]{{22}})"', page)
        assert found, sql
