"""Cases for programs: the workflow as data, a case begun and walked, faults as problems."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.accounts.people import body, officer, signed_in
from tests.catalogue.city import ALLOWANCES, a_city, published
from tests.sharing.conftest import ASKED

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db: None, home: object):
    del db, home
    from kaimen.catalogue import selectors

    city = a_city()
    slug = selectors.published(published(city, ALLOWANCES, steward=city.civil_steward, head=city.civil_head)).slug
    health = body("health")
    steward, head = officer("steward", health), officer("office_head", health)
    return slug, signed_in(steward.account, hat=steward.appointment), signed_in(head.account, hat=head.appointment)


def post(client: Client, path: str, sent: object):
    return client.post(f"/api/v1{path}", sent, content_type="application/json")


def facts(slug: str, **more: object) -> dict[str, object]:
    return ASKED | {"dataset": slug, "use_until": "2199-06-30"} | more


def test_a_workflow_tells_a_client_all_that_a_form_needs(place) -> None:
    answer = Client().get("/api/v1/workflows").json()
    assert {one["code"] for one in answer} >= {"sharing_request", "sharing_dispute"}
    assert not any(one["may_begin"] for one in answer if one["code"].startswith("sharing"))
    flow = place[1].get("/api/v1/workflows/sharing_request").json()
    assert flow["may_begin"] is True
    first = next(act for act in flow["acts"] if act["verb"] == "open")
    assert {ask["field"] for ask in first["asks"]} <= set(flow["fields"])
    assert flow["fields"]["share_method"]["list"] == "share_method"
    assert flow["fields"]["condition"]["options"]["purposes"] == {
        "zh": "用途不在共享范围内",
        "en": "The purpose is not among those listed",
    }
    assert Client().get("/api/v1/workflows/nothing").status_code == 404


def test_begun_walked_and_read(place) -> None:
    slug, steward, head = place
    made = post(steward, "/cases", {"workflow": "sharing_request", "facts": facts(slug)})
    assert made.status_code == 201, made.content
    number, n = made.json()["number"], made.json()["n"]
    assert made.json()["key"] is None
    sent = {"verb": "consent_demand", "expected": n}
    done = post(head, f"/cases/{number}/acts", sent).json()
    again = post(head, f"/cases/{number}/acts", sent).json()
    assert done == again, "sent again it is answered as done"
    case = steward.get(f"/api/v1/cases/{number}").json()
    assert case["state"] == "filed"
    assert [act["verb"] for act in case["acts"]] == ["open", "consent_demand"]
    assert [term["rule"] for term in case["terms"]] == ["SHR-03"]
    assert case["may"] == ["withdraw"]
    assert steward.get("/api/v1/cases?only=open").json()["total"] == 1


def test_the_same_idempotency_key_makes_one_case(place) -> None:
    slug, steward, _ = place
    sent, key = {"workflow": "sharing_request", "facts": facts(slug)}, {"Idempotency-Key": "0190f3c4-7a1e-7d0b"}

    def begin(client: Client, body: object, headers: dict[str, str] = key):
        return client.post("/api/v1/cases", body, content_type="application/json", headers=headers)

    first, again = begin(steward, sent), begin(steward, sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other = begin(steward, {"workflow": "sharing_request", "facts": facts(slug, purpose="duty", use_basis="其他")})
    assert (other.status_code, other.json()["code"]) == (409, "case_sent")
    assert begin(steward, sent, {"Idempotency-Key": "short"}).json()["code"] == "case_mark"
    assert steward.get("/api/v1/cases").json()["total"] == 1


def test_an_answer_that_was_lost_tells_the_word_again(place) -> None:
    del place
    told = {"workflow": "demand", "facts": {"subject": "停车", "what": "空余车位", "use": "找车位"}}
    mark = {"Idempotency-Key": "f1c0a2b4-demand-of-somebody"}
    answers = [
        Client().post("/api/v1/cases", told, content_type="application/json", headers=mark).json() for _ in range(2)
    ]
    assert answers[0] == answers[1]
    seen = Client().get(f"/api/v1/cases/{answers[0]['number']}", headers={"Kaimen-Case-Key": answers[0]["key"]})
    assert seen.status_code == 200


def test_faults_are_problems_with_every_field(place) -> None:
    slug, steward, _ = place
    refused = post(
        steward, "/cases", {"workflow": "sharing_request", "facts": facts(slug, purpose="fun", use_until="x", odd=1)}
    )
    assert refused.status_code == 422
    assert refused["Content-Type"].startswith("application/problem+json")
    told = refused.json()["facts"]
    assert refused.json()["code"] == "case_facts"
    assert "选项" in refused.json()["detail"] and "not_a_choice" not in refused.json()["detail"], "words, not codes"
    assert dict(zip(told["fields"], told["faults"], strict=True)) == {
        "purpose": "not_a_choice", "use_until": "not_a_date", "odd": "unknown_field",
    }  # fmt: skip


@pytest.mark.parametrize(
    "sent", [{"workflow": "nothing"}, {"facts": {}}, {"workflow": "sharing_request", "facts": []}, [], "x"]
)
def test_strange_bodies_are_answered(place, sent) -> None:
    assert post(place[1], "/cases", sent).status_code in {400, 404, 422}


def test_nobody_else_learns_of_it(place) -> None:
    slug, steward, _ = place
    number = post(steward, "/cases", {"workflow": "sharing_request", "facts": facts(slug)}).json()["number"]
    other = officer("steward", body("education"))
    for client in (Client(), signed_in(other.account, hat=other.appointment)):
        assert client.get(f"/api/v1/cases/{number}").status_code == 404
        assert post(client, f"/cases/{number}/acts", {"verb": "withdraw", "facts": {"reason": "x"}}).status_code == 404
