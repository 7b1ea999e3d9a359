"""Three people ask the register of care allowances, which holds identity numbers and is never open. Each gets another answer, explained."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.flows.conftest import Server

SQL = "SELECT case_no, resident_id, name, birth_date, district, monthly_yuan FROM elder_allowances ORDER BY case_no LIMIT 200"
AUDITOR, HAIDIAN, CITIZEN = "audit.auditor", "haidian_health.steward", "citizen"


def rows(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


def treatments(answer: Any) -> dict[str, list[str]]:
    """Column -> how the masks behind it work."""
    return {column["name"]: [mask["how"] for mask in column["masks"]] for column in answer.json()["columns"]}


def test_the_auditor_sees_every_row_with_the_ends_of_identity_numbers(server: Server) -> None:
    answer = server.ask(SQL, purpose="audit", person=AUDITOR)
    found = rows(answer)
    assert len(found) == 200
    assert len({row["district"] for row in found}) > 10
    assert all(re.fullmatch(r"119999\*+[0-9]{3}[0-9X]", row["resident_id"]) for row in found)
    assert all(re.fullmatch(r"\S\*+", row["name"]) for row in found)
    assert all(re.fullmatch(r"19\d\d-\d\d(-01)?", str(row["birth_date"])) for row in found)
    assert treatments(answer) == {
        "case_no": [],
        "resident_id": ["keep:6,4"],
        "name": ["keep:1,0"],
        "birth_date": ["generalise:date:month"],
        "district": [],
        "monthly_yuan": [],
    }


def test_haidian_health_sees_its_own_rows_with_codes_instead_of_numbers(server: Server) -> None:
    answer = server.ask(SQL, purpose="service-delivery", person=HAIDIAN)
    found = rows(answer)
    assert found
    assert {row["district"] for row in found} == {"海淀区"}
    assert not any("119999" in row["resident_id"] for row in found)
    assert len({row["resident_id"] for row in found}) == len(found)
    assert all(re.fullmatch(r"19\d\d(-01-01)?", str(row["birth_date"])) for row in found)
    told = treatments(answer)
    assert told["resident_id"][0].startswith("pseudonym:")
    assert told["birth_date"] == ["generalise:date:year"]
    again = rows(server.ask(SQL, purpose="service-delivery", person=HAIDIAN))
    assert [row["resident_id"] for row in again] == [row["resident_id"] for row in found]


def test_the_citizen_is_refused_as_if_there_were_no_such_table_and_told_what_to_do(server: Server) -> None:
    refused = server.ask(SQL, purpose="public-use", person=CITIZEN)
    assert refused.status_code == 404
    problem = refused.json()
    assert problem["code"] == "dataset_unknown"
    assert problem["detail"]
    nothing = server.ask("SELECT * FROM no_such_table", purpose="public-use", person=CITIZEN).json()
    told = {
        key: str(value).replace("no_such_table", "elder_allowances")
        for key, value in nothing.items()
        if key != "instance"
    }
    assert told == {key: str(value) for key, value in problem.items() if key != "instance"}


def test_the_wrong_purpose_is_refused_with_the_reason(server: Server) -> None:
    refused = server.ask(SQL, purpose="statistics", person=HAIDIAN)
    assert refused.status_code == 403
    assert refused.json()["code"] == "not_permitted"
    assert refused.json()["facts"]["reason"] == "purpose_not_agreed"


@pytest.mark.parametrize("person", [AUDITOR, HAIDIAN])
def test_the_telephone_number_leaves_under_no_agreement(server: Server, person: str) -> None:
    purpose = {AUDITOR: "audit", HAIDIAN: "service-delivery"}[person]
    refused = server.ask("SELECT phone FROM elder_allowances", purpose=purpose, person=person)
    assert refused.status_code in {403, 404, 422}
    everything = rows(server.ask("SELECT * FROM elder_allowances LIMIT 3", purpose=purpose, person=person))
    assert all("phone" not in row for row in everything)


def test_filters_see_masked_values_only(server: Server) -> None:
    whole = rows(server.ask("SELECT count(*) AS n FROM elder_allowances", purpose="audit", person=AUDITOR))[0]["n"]
    by_number = "SELECT count(*) AS n FROM elder_allowances WHERE resident_id LIKE '11999919%'"
    assert whole > 0
    assert rows(server.ask(by_number, purpose="audit", person=AUDITOR))[0]["n"] == 0


def test_what_one_would_get_is_told_without_running(server: Server) -> None:
    told = server.would(SQL, purpose="service-delivery", person=HAIDIAN)
    assert told.status_code == 200, told.text
    answer = told.json()
    assert answer["permitted"] is True
    assert answer["decisions"][0]["policy"] == "AG-2026-0113"
    assert "海淀区" in answer["governed"]
    assert server.would(SQL, purpose="public-use").status_code == 404


@pytest.mark.parametrize(
    ("person", "sql", "code"),
    [
        ("civil.steward", "SELECT count(*) FROM hotline_calls", "grant_expired"),
        ("ecology.steward", "SELECT count(*) FROM hotline_calls", "grant_suspended"),
        ("civil.steward", "SELECT count(*) FROM contributions", "dataset_unknown"),
    ],
)
def test_an_agreement_that_ended_opens_nothing(server: Server, person: str, sql: str, code: str) -> None:
    purposes = {"grant_expired": "statistics", "grant_suspended": "service-delivery", "dataset_unknown": "duty"}
    refused = server.ask(sql, purpose=purposes[code], person=person)
    assert refused.status_code in {403, 404}
    assert refused.json()["code"] == code


def test_the_page_of_what_is_never_open_says_that_the_public_gets_nothing_of_it(server: Server) -> None:
    page = server.get("/en/data/elder_allowances", Authorization=f"Bearer {server.tokens[AUDITOR]}")
    assert page.status_code == 200
    assert "The public gets" in page.text
    assert "first character only" not in page.text
    assert "as it is" not in page.text
    assert "<td>nothing</td>" in page.text
