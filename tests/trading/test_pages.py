"""Officers of the authority name the operator on the page; who signed in objects to a notice there; nobody else does."""

from __future__ import annotations

import pytest
from django.test import Client

from kaimen.accounts.models import Institution
from kaimen.cases.models import Case
from kaimen.trading import selectors
from tests.accounts.people import officer, signed_in
from tests.catalogue.city import a_city
from tests.trading.test_registration import noticed

pytestmark = pytest.mark.django_db
NAMED = {"institution": "transport", "licence": "L-1", "rules_version": "2026-1", "reason": "approved"}


def of(role: str, slug: str) -> Client:
    reads = officer(role, Institution.objects.get(slug=slug))
    return signed_in(reads.account, hat=reads.appointment)


def test_the_operator_is_named_on_the_page_and_switched_off(home) -> None:
    a_city()
    client = of("authority_reviewer", "data-authority")
    assert client.post("/en/exchange/operator", {**NAMED, "reason": ""}).status_code == 422
    assert client.post("/en/exchange/operator", NAMED).status_code == 302
    assert "L-1" in client.get("/en/exchange").content.decode()
    assert client.post("/en/exchange/operator", {"reason": "over", "off": "1"}).status_code == 302
    assert selectors.operator() is None
    assert of("steward", "transport").post("/en/exchange/operator", NAMED).status_code == 403
    assert Client().post("/en/exchange/operator", NAMED).status_code == 302
    assert selectors.operator() is None


def test_an_objection_is_sent_from_the_notice(home) -> None:
    number = noticed(a_city())
    url = f"/en/exchange/notices/{number}/object"
    assert Client().get(url).status_code == 302
    client = of("steward", "civil-affairs")
    assert client.post(url, {"text": "not theirs"}).status_code == 422
    assert client.post(url, {"name": "Li", "contact": "010", "text": "not theirs"}).status_code == 302
    assert Case.objects.get(number=number).state == "objected"
    assert client.get("/en/exchange/notices/DJ-2026-999999/object").status_code == 404
