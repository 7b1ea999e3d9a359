"""An agreement on a page and for machines: one document; the two sides and those who oversee them read it, nobody else."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from django.test import Client

from kaimen.accounts.models import Institution
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Refused
from kaimen.gate import services as gate
from kaimen.gate.models import Grant
from kaimen.gate.services import GrantForm
from kaimen.sharing.models import Agreement
from kaimen.sharing.services import end_grant
from tests.accounts.people import body, officer, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_both_sides_read_what_they_signed(bureaus, prefix) -> None:
    number = bureaus.in_use()
    for slug in ("transport", "civil-affairs"):
        reads = officer("steward", Institution.objects.get(slug=slug))
        client = signed_in(reads.account, hat=reads.appointment)
        assert number in client.get(f"{prefix}/agreements").content.decode()
        page = client.get(f"{prefix}/agreements/{number}").content.decode()
        assert "示范市道路停车条例第九条" in page
        assert ("Identity number" if prefix else "身份证号") in page
        document = client.get(f"/api/v1/agreements/{number}")
        assert document["Content-Type"] == "application/ld+json"
        assert document["Kaimen-Digest"] == "sha-256=" + hashlib.sha256(document.content).hexdigest()
        assert [one["code"] for one in client.get("/api/v1/agreements").json()] == [number]


def test_nobody_else_does(bureaus) -> None:
    number = bureaus.in_use()
    other = officer("steward", body("education"))
    client = signed_in(other.account, hat=other.appointment)
    assert client.get(f"/agreements/{number}").status_code == 404
    assert client.get(f"/api/v1/agreements/{number}").status_code == 404
    assert client.get("/api/v1/agreements").json() == []
    assert Client().get(f"/agreements/{number}").status_code == 302


# ---- what the gate gives without an agreement ------------------------------------------------------------------------------------
def browser_of(slug: str, role: str = "office_head"):
    held = officer(role, Institution.objects.get(slug=slug))
    return signed_in(held.account, hat=held.appointment)


def given_before(bureaus) -> None:
    """A grant on the car parks that nobody made by a case."""
    form = GrantForm(
        code="AG-7", dataset=catalogue.published(bureaus.parking).id, purposes=("duty",), not_before=bureaus.now,
        not_after=datetime(2099, 1, 1, tzinfo=UTC), institution=bureaus.gives.institution,
        duties=GrantForm.duties_of(columns=("name",)), basis_zh="条例", basis_en="statute",
    )  # fmt: skip
    gate.grant(form, by=bureaus.asks, now=bureaus.now)


def test_both_bodies_find_a_grant_that_no_agreement_made_and_nobody_else_does(bureaus) -> None:
    given_before(bureaus)
    bureaus.in_use()
    for slug in ("transport", "civil-affairs"):
        page = browser_of(slug, "steward").get("/en/agreements").content.decode()
        assert "AG-7" in page
        assert "End this grant" not in page
        told = browser_of(slug).get("/api/v1/grants").json()
        assert [(one["code"], one["by_case"], one["suspended"]) for one in told] == [("AG-7", False, False)]
    body("education")
    assert "AG-7" not in browser_of("education").get("/agreements").content.decode()


def test_the_head_of_the_body_whose_data_they_are_ends_it_with_a_reason(bureaus) -> None:
    given_before(bureaus)
    sent = {"code": "AG-7", "reason": "合成一份协议"}
    assert browser_of("civil-affairs").post("/agreements/grants/end", sent).status_code == 403
    assert browser_of("transport", "steward").post("/agreements/grants/end", sent).status_code == 403
    head = browser_of("transport")
    assert "End this grant" in head.get("/en/agreements").content.decode()
    assert head.post("/agreements/grants/end", sent | {"reason": " "}).status_code == 422
    assert head.post("/agreements/grants/end", sent | {"code": "AG-8"}).status_code == 404
    assert Grant.objects.get(code="AG-7").revoked_at is None
    told = head.post("/api/v1/grants/end", sent, content_type="application/json")
    assert told.status_code == 204
    assert Grant.objects.get(code="AG-7").revoked_at is not None
    assert head.get("/api/v1/grants").json() == []


def test_a_grant_that_a_case_made_is_ended_by_that_case(bureaus) -> None:
    number = bureaus.in_use()
    Agreement.objects.all().delete()
    with pytest.raises(Refused, match="grant_by_case"):
        end_grant(number, reason="不用了", by=bureaus.gives_head, now=bureaus.now)


def test_the_list_says_how_an_agreement_stands(bureaus) -> None:
    number = bureaus.in_use()
    bureaus.take(number, "finish", bureaus.asks, effect="已核对")
    client = browser_of("transport")
    assert client.get("/api/v1/agreements").json()[0]["state"] == "disposing"
    assert "Ended, disposal to be attested" in client.get("/en/agreements").content.decode()


def test_the_agreement_says_all_that_was_agreed_who_signed_and_how_it_stands(bureaus) -> None:
    number = bureaus.in_use()
    client = browser_of("transport", "steward")
    told = client.get(f"/api/v1/agreements/{number}").json()
    assert (told["km:scenario"], told["km:scope"], told["km:method"], told["km:entryVersion"]) == (
        "核对停车优惠", "停车优惠科室", "query", 1,
    )  # fmt: skip
    page = client.get(f"/en/agreements/{number}").content.decode()
    for words in ("核对停车优惠", "停车优惠科室", "Query inside the platform", "In use", "In force until"):
        assert words in page, words
    signed = page.split('id="signed"')[1].split("</section>")[0]
    assert [signed.count(words) for words in ("Transport Commission", "Civil Affairs Bureau", "proof")] == [1, 1, 2]
    assert page.count("screen-only") == 2, "neither the way back nor the form for a link is printed"
    bureaus.take(number, "finish", bureaus.asks, effect="已核对")
    page = client.get(f"/en/agreements/{number}").content.decode()
    assert "Ended, disposal to be attested" in page
    assert "Agreed until (it has ended)" in page
    assert "In force until" not in page
