"""The law for programs: read by everybody, values set by the authority with the right scope, refusals with stable codes."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from kaimen.accounts import services as accounts
from kaimen.office.models import RuleSetting
from kaimen.office.selectors import rules
from kaimen.web.now import now
from tests.accounts.people import Officer
from tests.compliance.conftest import Office

pytestmark = pytest.mark.django_db
API = "/api/v1/compliance"


def told(client: Client, path: str) -> tuple[int, str]:
    answer = client.get(f"{API}/{path}")
    return answer.status_code, answer.json().get("code", "")


def posted(
    sent: dict[str, object], *, token: str = "", client: Client | None = None, rule: str = "SHR-03"
) -> tuple[int, dict[str, object]]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = (client or Client()).post(
        f"{API}/rules/{rule}/values", sent, content_type="application/json", headers=headers
    )
    return answer.status_code, answer.json()


def token(of: Officer, *scopes: str) -> str:
    _, text = accounts.mint_token(
        name="rules", scopes=scopes, by=of.actor, now=now(), appointment_id=str(of.appointment.pk)
    )
    return text


def value(**more: object) -> dict[str, object]:
    return {"numbers": [8], "since": rules().calendar.day(now()).isoformat(), "reason": "Promised."} | more


def test_the_articles_are_read_by_everybody(client: Client) -> None:
    every = client.get(f"{API}/clauses").json()
    assert [one["article"] for one in every] == list(range(1, 59))
    assert {one["force"] for one in client.get(f"{API}/clauses?force=ban").json()} == {"ban"}
    one = client.get(f"{API}/clauses/16").json()
    assert (one["control"]["id"], one["duties"]) == ("BJ-16", [])
    assert "result" not in one["control"]
    assert "state" not in one["control"]


def test_the_duties_are_read_by_everybody(client: Client) -> None:
    assert len(client.get(f"{API}/rules").json()) == 195
    timers = client.get(f"{API}/rules?workflow=sharing_request&kind=timer&verified=text_read").json()
    assert "SHR-03" in {one["id"] for one in timers}
    one = client.get(f"{API}/rules/SHR-03").json()
    assert (one["value"]["unit"], one["value"]["numbers"]) == ("working_days", [10])
    assert one["extension"] == {"unit": "working_days", "n": 10, "by": "authority_reviewer", "notify": "demand_body"}
    assert (one["stops"], one["own_values"], one["open_clocks"]) == (["pause"], [], 0)
    assert one["cites"]["zh"] == "《政务数据共享条例》第21条"


def test_a_year_and_a_due_day_are_told(client: Client) -> None:
    year = client.get(f"{API}/calendar/2026").json()
    assert (year["announced"], year["working_days"], len(year["special"])) == (True, 248, 39)
    assert client.get(f"{API}/calendar/2028").json()["announced"] is False
    by_days = client.get(f"{API}/due?days=10&start=2026-09-28").json()
    by_rule = client.get(f"{API}/due?rule=SHR-03&start=2026-09-28").json()
    assert by_days == by_rule
    assert (by_rule["due"], by_rule["due_at"], by_rule["provisional"]) == ("2026-10-16", "2026-10-16T15:59:59Z", False)
    assert len(by_rule["counted"]) == 10
    late = client.get(f"{API}/due?rule=SHR-03&start=2026-09-28T23:30:00%2B00:00").json()
    assert late["start"] == "2026-09-29", "the day of an instant is the city's"


def test_hours_run_from_an_instant(client: Client) -> None:
    in_hours = next(rule for rule in rules().rules.values() if any(one.unit == "hours" for one in rule.values))
    hours = in_hours.values[-1].numbers[0]
    assert told(client, f"due?rule={in_hours.id}&start=2026-09-28") == (422, "instant_needed")
    assert told(client, f"due?rule={in_hours.id}&start=2026-09-28T09:00:00") == (422, "instant_without_zone")
    found = client.get(f"{API}/due?rule={in_hours.id}&start=2026-09-28T00:00:00Z").json()
    assert (found["unit"], found["n"], found["counted"]) == ("hours", hours, [])


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("clauses/59", 404, "article_unknown"),
        ("clauses/x", 422, "request_form"),
        ("clauses?force=soft", 422, "code_unknown"),
        ("clauses?q=" + "a" * 201, 422, "question_too_long"),
        ("rules?kind=x", 422, "code_unknown"),
        ("rules?verified=x", 422, "code_unknown"),
        ("rules?workflow=x", 422, "code_unknown"),
        ("rules/SHR-99", 404, "rule_unknown"),
        ("calendar/1999", 404, "year_unknown"),
        ("calendar/99999", 404, "year_unknown"),
        ("calendar/soon", 422, "request_form"),
        ("due?days=10", 422, "request_form"),
        ("due?start=2026-09-28", 422, "due_of_what"),
        ("due?start=2026-09-28&days=1&rule=SHR-03", 422, "due_of_what"),
        ("due?start=soon&days=1", 422, "day_form"),
        ("due?start=2026-02-30&days=1", 422, "day_form"),
        ("due?start=2026-09-28T09:00:00+08:00&days=1", 422, "day_form"),
        ("due?start=2026-09-28T09:00:00&days=1", 422, "instant_without_zone"),
        ("due?start=2026-09-28&days=0", 422, "term_length"),
        ("due?start=2026-09-28&days=1001", 422, "term_length"),
        ("due?start=2026-09-28&days=ten", 422, "request_form"),
        ("due?start=0001-01-01&days=1", 422, "calendar_reach"),
        ("due?start=9999-12-31&days=1", 422, "calendar_reach"),
        ("due?start=0001-01-01T00:00:00Z&rule=SHR-03", 422, "calendar_reach"),
        ("due?start=2026-09-28&rule=SHR-99", 404, "rule_unknown"),
        ("due?start=2026-09-28&rule=SHR-01", 422, "rule_value"),
        ("due?start=2026-09-28&rule=EXP-02", 422, "rule_unit"),
        ("due?start=2024-09-28&rule=SHR-03", 422, "rule_not_in_force"),
    ],
)  # fmt: skip
def test_bad_questions_have_stable_codes(client: Client, path: str, status: int, code: str) -> None:
    assert told(client, path) == (status, code)


def test_a_reviewers_token_sets_a_value(office: Office, client: Client) -> None:
    status, found = posted(value(), token=token(office.reviewer, "rules:write"))
    assert status == 201
    assert (found["value"]["numbers"], found["value"]["unit"]) == ([8], "working_days")  # type: ignore[index]
    assert found["own_values"][0]["person"]  # type: ignore[index]
    public = client.get(f"{API}/rules/SHR-03").json()
    assert (public["own_values"][0]["reason"], public["own_values"][0]["person"]) == ("Promised.", None)


def test_nobody_else_sets_one(office: Office) -> None:
    assert posted(value())[0] == 401
    assert posted(value(), token=token(office.reviewer, "catalogue:read"))[1]["code"] == "insufficient_scope"
    assert posted(value(), token=token(office.head, "rules:write"))[1]["code"] == "role_missing"
    assert not RuleSetting.objects.exists()


@pytest.mark.parametrize(
    ("sent", "rule", "status", "code"),
    [
        ({"numbers": [11]}, "SHR-03", 403, "rule_loosened"),
        ({"reason": "  "}, "SHR-03", 422, "reason_needed"),
        ({"since": "2020-01-01"}, "SHR-03", 422, "rule_backdated"),
        ({"since": "soon"}, "SHR-03", 422, "request_form"),
        ({"numbers": []}, "SHR-03", 422, "request_form"),
        ({"numbers": ["8"]}, "SHR-03", 422, "request_form"),
        ({"numbers": [True]}, "SHR-03", 422, "request_form"),
        ({"numbers": [10**12]}, "SHR-03", 422, "request_form"),
        ({"numbers": [0]}, "SHR-03", 422, "rule_value"),
        ({"numbers": [3, 4]}, "SHR-03", 422, "rule_unit"),
        ({"reason": "x" * 1001}, "SHR-03", 422, "request_form"),
        ({}, "SHR-01", 422, "rule_value"),
        ({}, "SHR-99", 404, "rule_unknown"),
    ],
)
def test_bad_values_have_stable_codes(
    office: Office, sent: dict[str, object], rule: str, status: int, code: str
) -> None:
    answered, found = posted(value(**sent), token=token(office.reviewer, "rules:write"), rule=rule)
    assert (answered, found["code"]) == (status, code)
    assert not RuleSetting.objects.exists()


def test_lists_ask_the_database_for_little(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for path, queries in (
        ("clauses", 2),
        ("rules", 2),
        ("rules/SHR-03", 4),
        ("calendar/2026", 2),
        ("due?days=3&start=2026-09-28", 2),
    ):
        with django_assert_num_queries(queries):
            assert client.get(f"{API}/{path}").status_code == 200


def test_another_pack_answers_for_itself(client: Client, settings: Settings) -> None:
    settings.KAIMEN_PACK = "tiny"
    assert len(client.get(f"{API}/clauses").json()) == 3
    assert client.get(f"{API}/clauses/1").json()["duties"] == ["CAT-06P", "CAT-07", "CAT-08"]
    assert client.get(f"{API}/due?rule=SHR-03&start=2026-09-28").status_code == 200
    assert told(client, "rules/CAT-01") == (404, "rule_unknown")
