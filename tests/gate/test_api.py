"""The API of the gate over HTTP."""

from __future__ import annotations

import io
import json

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaimen.catalogue.selectors import published
from kaimen.gate import encoders


@pytest.fixture
def homes(gate) -> str:
    return published(gate.town.care_homes).slug


def post(client, path: str, body: dict, accept: str = "application/json"):
    return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers={"Accept": accept})


def body_of(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_same_rows_in_four_forms(client, homes) -> None:
    question = {"sql": f'SELECT code, beds, residents FROM "{homes}" ORDER BY code', "purpose": "public-use"}
    told = json.loads(body_of(post(client, "query", question)))
    rows = [tuple(row.values()) for row in told["rows"]]
    assert told["complete"] is True
    assert told["row_count"] == 40 == len(rows)
    tables = {
        "text/csv": lambda raw: pa_csv.read_csv(
            io.BytesIO(raw), convert_options=pa_csv.ConvertOptions(column_types={"code": pa.string()})
        ),
        "application/vnd.apache.arrow.stream": lambda raw: pa.ipc.open_stream(raw).read_all(),
        "application/vnd.apache.parquet": lambda raw: pq.read_table(io.BytesIO(raw)),
    }
    for accept, read in tables.items():
        response = post(client, "query", question, accept)
        assert response["Content-Type"].startswith(accept)
        assert response["Kaimen-Receipt"]
        assert response["Cache-Control"] == "no-store"
        assert [tuple(row.values()) for row in read(body_of(response)).to_pylist()] == rows


def test_the_json_tells_receipt_and_treatment(client, homes) -> None:
    response = post(client, "query", {"sql": f'SELECT name, residents FROM "{homes}" LIMIT 2', "purpose": "public-use"})
    told = json.loads(body_of(response))
    assert told["receipt"]["entry"] == response["Kaimen-Receipt"]
    assert "\n— " in told["receipt"]["note"]
    assert [column["treatment"] for column in told["columns"]] == ["clear", "masked"]
    assert told["columns"][1]["masks"][0]["how"] == "minimum:10"
    assert told["decisions"][0]["slug"] == homes
    again = client.get(f"/api/v1/gate/receipts/{told['receipt']['entry']}").json()
    assert (again["outcome"], again["rows"]) == ("complete", 2)


def test_decide_tells_what_one_would_get(client, homes) -> None:
    told = post(
        client, "decide", {"sql": f'SELECT name, residents + 1 AS r FROM "{homes}"', "purpose": "public-use"}
    ).json()
    assert told["permitted"] is True
    assert [column["treatment"] for column in told["columns"]] == ["clear", "computed"]
    assert "read_parquet" in told["governed"].lower()
    assert "/lake/" not in told["governed"]


def test_the_schema_is_what_you_would_see(client, homes, gate) -> None:
    told = client.get(f"/api/v1/gate/datasets/{homes}/schema?purpose=public-use").json()
    assert told["rows"] == 40
    assert {column["name"]: column["mask"] for column in told["columns"]}["legal_rep"] == "keep:1,0"
    assert client.get(f"/api/v1/gate/datasets/{gate.slug}/schema?purpose=audit").status_code == 404


def test_unknown_and_forbidden_are_one_answer_byte_for_byte(client, gate) -> None:
    """The same name asked before there is such a dataset and when it is there but not for the public."""
    from kaimen.catalogue.models import Entry

    question = {"sql": f'SELECT * FROM "{gate.slug}"', "purpose": "public-use"}
    forbidden = post(client, "query", question)
    entry = Entry.objects.get(pk=gate.register)
    slug, entry.slug = entry.slug, "renamed-away"
    entry.save(update_fields=["slug"])
    unknown = post(client, "query", question)
    assert slug == gate.slug
    assert forbidden.status_code == unknown.status_code == 404
    assert forbidden.content == unknown.content
    varying = {"Kaimen-Receipt"}
    assert {k: v for k, v in forbidden.items() if k not in varying} == {
        k: v for k, v in unknown.items() if k not in varying
    }
    assert len(forbidden["Kaimen-Receipt"]) == len(unknown["Kaimen-Receipt"])


@pytest.mark.parametrize(
    ("sql", "status", "code"),
    [
        ("SELEC 1", 422, "sql_syntax"),
        ("COPY x TO 'y'", 422, "sql_not_a_query"),
        ("ATTACH ':memory:'", 422, "sql_not_a_query"),
        ("SELECT 1; SELECT 2", 422, "sql_not_a_query"),
        ("VALUES (1)", 422, "sql_bare_values"),
        ("SELECT 1 INTO x", 422, "sql_into"),
        ("SELECT * FROM read_csv('/etc/passwd')", 422, "sql_function"),
        ("SELECT * FROM duckdb_settings()", 422, "sql_function"),
        ("SELECT * FROM '/etc/passwd'", 404, "dataset_unknown"),
        ("SELECT * FROM sqlite_master", 404, "dataset_unknown"),
        ("select * from (" * 3000, 422, "sql_too_deep"),
        ("from " * 9000, 422, "sql_syntax"),
        ("select " + "not " * 19_000 + "true", 422, "sql_too_deep"),
        ("select a" + "[1]" * 30_000, 422, "sql_too_long"),
        ("SELECT repeat('a', 1000000000)", 422, "sql_unbounded"),
    ],
)
def test_bad_questions_have_codes(client, gate, sql: str, status: int, code: str) -> None:
    response = post(client, "query", {"sql": sql, "purpose": "public-use"})
    told = response.json()
    assert (response.status_code, told["code"]) == (status, code)
    assert response["Content-Type"] == "application/problem+json"
    assert "lake" not in response.content.decode()
    assert "Error" not in told["detail"]


def test_the_language_of_a_refusal_is_the_readers(client, gate) -> None:
    for language, word in (("zh-CN", "没有名叫"), ("en", "There is no dataset")):
        response = client.post(
            "/api/v1/query", json.dumps({"sql": "SELECT * FROM nothing", "purpose": "public-use"}),
            content_type="application/json", headers={"Accept-Language": language},
        )  # fmt: skip
        assert word in response.json()["title"]


def test_a_limit_beyond_every_number_is_refused(client, homes) -> None:
    answer = post(client, "query", {"sql": "SELECT 1", "purpose": "public-use", "limit": 2**63})
    assert answer.status_code == 422
    assert post(client, "query", {"sql": "SELECT 1", "purpose": "public-use", "limit": 2**63 - 1}).status_code == 200


@pytest.mark.parametrize("clause", ["LIMIT {}", "LIMIT 1 OFFSET {}"])
@pytest.mark.parametrize("count", [str(2**63), "9" * 5000, "0" * 40 + str(2**64)])
def test_a_limit_in_the_text_beyond_every_number_is_told_as_such(client, homes, clause, count) -> None:
    question = {"sql": f'SELECT code FROM "{homes}" {clause.format(count)}', "purpose": "public-use"}
    assert post(client, "query", question).json()["code"] == "sql_limit"
    within = question | {"sql": f'SELECT code FROM "{homes}" {clause.format(2**63 - 1)}'}
    assert post(client, "query", within).status_code == 200


def test_a_fault_of_form_names_the_part_in_the_senders_words(client, homes) -> None:
    question = {"sql": f'SELECT code FROM "{homes}"', "purpose": "public-use", "parameters": [{"a": 1}], "zz": 1}
    told = post(client, "query", question).json()
    assert (told["code"], told["facts"]) == ("request_form", {"fields": "parameters, zz"})


def test_names_of_values_that_do_not_fit_are_named(client, homes) -> None:
    question = {"sql": f'SELECT code FROM "{homes}" WHERE code = $x', "purpose": "public-use", "parameters": {"y": "1"}}
    told = post(client, "query", question).json()
    assert (told["code"], told["facts"]) == ("parameter_names", {"asked": ["x"], "given": ["y"]})


def test_an_agreement_that_is_not_yours_is_refused_and_nothing_chosen_instead(client, gate, homes) -> None:
    for path in ("query", "decide"):
        answer = post(
            client, path, {"sql": f'SELECT 1 FROM "{homes}"', "purpose": "public-use", "agreement": "nonsense"}
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "agreement_opens_nothing"), path


def test_unknown_fields_are_refused(client, gate) -> None:
    assert post(client, "query", {"sql": "SELECT 1", "purpose": "public-use", "engine": "spark"}).status_code == 422


def test_a_receipt_of_somebody_else_is_unknown(client, gate) -> None:
    answer = gate.ask(f'SELECT name FROM "{gate.slug}"', by=gate.audit, purpose="audit")
    list(answer.batches)
    assert client.get(f"/api/v1/gate/receipts/{answer.receipt.entry}").status_code == 404


def test_a_form_that_we_do_not_write_is_406_and_names_those_that_we_do(client, homes) -> None:
    question = {"sql": f'SELECT name FROM "{homes}"', "purpose": "public-use"}
    refused = post(client, "query", question, "image/png, text/html;q=0.9")
    assert (refused.status_code, refused["Content-Type"]) == (406, "application/problem+json")
    told = refused.json()
    assert (told["status"], told["code"], told["type"]) == (406, "form_unknown", "/problems/form_unknown")
    assert told["facts"]["known"] == [form.media_type.split(";")[0] for form in encoders.FORMS.values()]
    assert all(known in told["detail"] for known in told["facts"]["known"])
    assert post(client, "query", question, "image/png, text/*;q=0.1")["Content-Type"].startswith("text/csv")


def collect(response, arrived: bytearray) -> None:
    for piece in response.streaming_content:
        arrived += piece


def test_a_large_answer_is_streamed_and_whole(client, homes) -> None:
    question = {
        "sql": f'SELECT a.code, g.n FROM "{homes}" AS a, generate_series(1, 5000) AS g(n)',
        "purpose": "public-use",
    }
    response = post(client, "query", question, "text/csv")
    assert response.streaming
    body = body_of(response)
    assert body.count(b"\n") == 200_001


@pytest.mark.parametrize(
    "accept", ["application/json", "text/csv", "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"]
)
def test_an_answer_that_was_cut_off_cannot_be_read_as_whole(client, gate, accept) -> None:
    """Even where the server ends the connection cleanly: each form's readers fail on what arrived."""
    from kaimen.core.errors import KaimenError
    from kaimen.core.policy.obligations import Caps

    gate.grant("C-9", institution=gate.stranger.institution, purposes=("statistics",), duties=(Caps(300_000, 10**9),))
    from kaimen.gate.services import respond

    answer = gate.ask(
        f'SELECT md5(CAST(g AS VARCHAR)) AS m, g FROM "{gate.slug}", generate_series(1, 100000) AS s(g)',
        by=gate.stranger,
        purpose="statistics",
    )
    response = respond(answer, encoders.asked_for(accept))
    assert response.streaming
    arrived = bytearray()
    with pytest.raises(KaimenError) as cut:
        collect(response, arrived)
    assert cut.value.code == "budget_rows"
    assert len(arrived) > 1024 * 1024
    readers = {
        "application/json": json.loads,
        "text/csv": lambda raw: pa_csv.read_csv(io.BytesIO(raw)),
        "application/vnd.apache.arrow.stream": lambda raw: pa.ipc.open_stream(raw).read_all(),
        "application/vnd.apache.parquet": lambda raw: pq.read_table(io.BytesIO(raw)),
    }
    with pytest.raises((ValueError, OSError)):
        readers[accept](bytes(arrived))


def test_a_small_answer_that_fails_has_its_status(client, gate, homes) -> None:
    response = post(client, "query", {"sql": f'SELECT nothing FROM "{homes}"', "purpose": "public-use"}, "text/csv")
    assert (response.status_code, response.json()["code"]) == (422, "column_unknown")
    assert response.json()["facts"] == {"name": "nothing"}
    assert response["Kaimen-Receipt"]


def test_what_fails_by_a_value_is_null_under_the_name_that_was_written(client, gate, homes) -> None:
    question = {"sql": f'SELECT DISTINCT CAST(name AS INT) FROM "{homes}"', "purpose": "public-use"}
    answer = post(client, "query", question).json()
    assert answer["rows"] == [{"CAST(name AS INT)": None}]
    refused = post(client, "query", {"sql": "SELECT * FROM (VALUES (1), ('x')) AS v(a)", "purpose": "public-use"})
    assert (refused.status_code, refused.json()["code"]) == (422, "sql_mixed")


def test_a_function_is_refused_under_the_name_that_was_written(client, gate, homes) -> None:
    question = {"sql": f'SELECT Bit_And(beds) FROM "{homes}"', "purpose": "public-use"}
    refused = post(client, "query", question).json()
    assert (refused["code"], refused["facts"]) == ("sql_function", {"name": "Bit_And"})
    assert "Bit_And" in refused["title"]


def test_a_day_that_python_does_not_know_is_told_as_text(client, gate) -> None:
    question = {
        "sql": "SELECT TIMESTAMP '20000-01-01 00:00:00' AS far, DATE '9999-12-31' + 400 AS day",
        "purpose": "public-use",
    }
    for accept in ("application/json", "text/csv"):
        response = post(client, "query", question, accept)
        assert response.status_code == 200
        assert b"far" in body_of(response)


def test_columns_of_one_name_are_kept_apart_in_json(client, gate) -> None:
    told = json.loads(
        body_of(post(client, "query", {"sql": "SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS a", "purpose": "public-use"}))
    )
    assert told["rows"] == [{"a": 1, "a_3": 2, "a_2": 3, "a_4": 4}]
    assert [column["name"] for column in told["columns"]] == ["a", "a_3", "a_2", "a_4"]


@given(st.lists(st.sampled_from(["a", "a_2", "a_3", "b", ""]), max_size=8))
def test_names_kept_apart_are_all_there_once(names: list[str]) -> None:
    told = encoders.apart(names)
    assert len(set(told)) == len(told) == len(names)
    for before, after in zip(names, told, strict=True):
        assert after == before or after.startswith(f"{before}_")
    if len(set(names)) == len(names):
        assert told == names
