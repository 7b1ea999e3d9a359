from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.accounts.people import Officer, body, officer, person, signed_in

pytestmark = pytest.mark.django_db
UNKNOWN = "00000000-0000-0000-0000-000000000000"


def post(browser: Client, address: str, form: dict[str, object]):
    return browser.post(address, json.dumps(form), content_type="application/json")


@pytest.fixture
def operator() -> Officer:
    return officer("operator", body("data", is_authority=True))


def test_bodies_are_public_and_found_by_their_code(operator: Officer) -> None:
    made = post(
        signed_in(operator.account), "/api/v1/institutions",
        {"slug": "library", "name_zh": "图书馆", "name_en": "Library", "body_kind": "public_institution", "level": "city", "region": "110000", "region_year": 2024, "uscc": "9111 0000 6000 3734 1l"},
    )  # fmt: skip
    assert made.status_code == 201, made.content
    assert made.json()["uscc"] == "91110000600037341L"
    assert [one["slug"] for one in Client().get("/api/v1/institutions?uscc=91110000600037341l").json()] == ["library"]
    assert Client().get("/api/v1/institutions/library").json()["standing"] == "unverified"
    assert Client().get("/api/v1/institutions/none").status_code == 404
    wrong = Client().get("/api/v1/institutions?uscc=91110000600037341X", headers={"accept-language": "en"})
    assert wrong.status_code == 422
    assert wrong.json()["facts"]["reason"] == "check"
    assert wrong.json()["title"] == "This cannot be a unified social credit code."


def test_a_list_of_bodies_costs_one_question(django_assert_num_queries: object) -> None:
    for number in range(5):
        body(f"b{number}")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(Client().get("/api/v1/institutions").json()) == 5


def test_an_appointment_from_naming_to_its_end(operator: Officer) -> None:
    bureau = body("bureau")
    head = officer("department_head", bureau)
    named = post(
        signed_in(operator.account), "/api/v1/appointments",
        {"name": "王宁", "email": "w@example.org", "role": "steward", "institution": str(bureau.pk), "since": "2026-01-01T00:00:00Z"},
    )  # fmt: skip
    assert named.status_code == 201, named.content
    address = f"/api/v1/appointments/{named.json()['appointment']}"
    assert post(signed_in(operator.account), f"{address}/approve", {}).status_code == 403
    browser = signed_in(head.account)
    assert post(browser, f"{address}/approve", {}).json()["state"] == "approved"
    assert post(browser, f"{address}/suspend", {"reason": "leave"}).json()["state"] == "suspended"
    assert post(browser, f"{address}/resume", {"reason": "back"}).json()["state"] == "approved"
    assert post(browser, f"{address}/end", {"reason": "moved"}).json()["state"] == "ended"
    assert post(browser, f"{address}/end", {"reason": "moved"}).json()["code"] == "lifecycle"


@pytest.mark.parametrize("verb", ["approve", "suspend", "resume", "end"])
def test_foreign_and_absent_answer_alike(verb: str) -> None:
    foreign = officer("steward", body("there")).appointment
    browser = signed_in(officer("department_head", body("here")).account)
    answers = [
        post(browser, f"/api/v1/appointments/{key}/{verb}", {"reason": "x"})
        for key in (foreign.pk, UNKNOWN, "nonsense")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_people_are_for_those_who_appoint() -> None:
    bureau = body()
    head, helper = officer("department_head", bureau), officer("helper", bureau)
    assert {one["role"] for one in signed_in(head.account).get("/api/v1/people").json()} == {
        "department_head",
        "helper",
    }
    assert signed_in(helper.account).get("/api/v1/people").status_code == 403
    assert Client().get("/api/v1/people").status_code == 401


def test_tokens_are_made_listed_rotated_and_ended() -> None:
    browser = signed_in(officer("steward", body()).account)
    made = post(browser, "/api/v1/tokens", {"name": "nightly", "scopes": ["lake:load"], "days": 30})
    assert made.status_code == 201, made.content
    assert made.headers["Cache-Control"] == "no-store"
    first = made.json()
    assert first["role"] == "steward"
    assert "token" not in browser.get("/api/v1/tokens").json()[0]
    assert post(browser, f"/api/v1/tokens/{first['id']}/rotate?grace_days=8", {}).json()["code"] == "token_grace"
    second = post(browser, f"/api/v1/tokens/{first['id']}/rotate?grace_days=7", {}).json()
    assert {one["id"]: one["replaced_by"] for one in browser.get("/api/v1/tokens").json()} == {
        first["id"]: second["id"],
        second["id"]: None,
    }
    who = {
        text: Client().get("/api/v1/me", HTTP_AUTHORIZATION=f"Bearer {text}").status_code
        for text in (first["token"], second["token"])
    }
    assert list(who.values()) == [200, 200]
    assert browser.delete(f"/api/v1/tokens/{second['id']}?both=true").status_code == 204
    for text in who:
        assert Client().get("/api/v1/me", HTTP_AUTHORIZATION=f"Bearer {text}").status_code == 401
    stranger = signed_in(person())
    assert stranger.delete(f"/api/v1/tokens/{second['id']}").status_code == 404
    assert post(stranger, f"/api/v1/tokens/{second['id']}/rotate", {}).status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"name": "x", "scopes": ["all"]},
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["log:read"], "days": 400},
    ],
)
def test_a_form_that_cannot_be_is_422(form: dict[str, object]) -> None:
    answer = post(signed_in(person()), "/api/v1/tokens", form)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
