"""Officers of the authority name the operator on the page; who signed in objects to a notice there; nobody else does."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kaimen.accounts.models import Institution
from kaimen.cases.models import Case
from kaimen.trading import selectors
from tests.accounts.people import officer, signed_in
from tests.catalogue.city import NOW, a_city
from tests.trading.market import an_exchange, name_operator
from tests.trading.test_registration import noticed

pytestmark = pytest.mark.django_db
NAMED = {
    "institution": "exchange",
    "licence": "L-1",
    "rules_version": "2026-1",
    "fee_bp": "300",
    "production": "yes",
    "reason": "approved",
}


def of(role: str, slug: str) -> Client:
    reads = officer(role, Institution.objects.get(slug=slug))
    return signed_in(reads.account, hat=reads.appointment)


def test_the_operator_is_proposed_by_one_and_approved_by_another_on_the_page(home) -> None:
    a_city()
    an_exchange(NOW)
    first, second = of("authority_reviewer", "data-authority"), of("authority_reviewer", "data-authority")
    form = "/en/cases/new/exchange_operator"
    assert f'href="{form}"' in first.get("/en/exchange").content.decode()
    left_out = first.post(form, {name: value for name, value in NAMED.items() if name != "production"})
    assert left_out.status_code == 422
    assert "L-1" in left_out.content.decode()  # nothing that was typed is lost
    assert first.post(form, NAMED).status_code == 302
    number = Case.objects.get(workflow="exchange_operator").number
    assert number in second.get("/en/exchange").content.decode()
    assert first.post(f"/en/cases/{number}/do/approve", {"at_step": "1"}).status_code == 403
    assert selectors.operator() is None
    assert second.post(f"/en/cases/{number}/do/approve", {"at_step": "1"}).status_code == 302
    page = first.get("/en/exchange").content.decode()
    assert "L-1" in page
    link = re.search(r'href="(/en/cases/new/exchange_operator\?[^"]+)"', page).group(1).replace("&amp;", "&")
    filled = first.get(link).content.decode()  # what holds now, production too
    assert 'value="L-1"' in filled
    assert re.search(r'name="production" value="yes"[^>]* checked', filled)


def test_trading_is_switched_off_on_the_page_and_by_program(home) -> None:
    city = a_city()
    an_exchange(NOW)
    name_operator(city, NOW)
    client = of("authority_reviewer", "data-authority")
    assert client.post("/en/exchange/off", {"reason": ""}).status_code == 422
    assert of("steward", "transport").post("/en/exchange/off", {"reason": "x"}).status_code == 403
    assert Client().post("/en/exchange/off", {"reason": "x"}).status_code == 302
    assert selectors.operator() is not None
    assert client.post("/en/exchange/off", {"reason": "over"}).status_code == 302
    assert selectors.operator() is None
    name_operator(city, NOW)
    told = client.post("/api/v1/exchange/off", '{"reason": "over"}', content_type="application/json")
    assert told.json()["on"] is False
    assert selectors.operator() is None


def test_an_objection_is_sent_from_the_notice(home) -> None:
    number = noticed(a_city())
    url = f"/en/exchange/notices/{number}/object"
    assert Client().get(url).status_code == 302
    client = of("steward", "civil-affairs")
    assert client.post(url, {"text": "not theirs"}).status_code == 422
    sent = client.post(url, {"name": "Li", "contact": "010-5555", "text": "not theirs"})
    mine = sent["Location"]
    assert "not theirs" in client.get(mine).content.decode()
    registrant = of("steward", "transport")
    assert "010-5555" not in registrant.get(f"/en/cases/{number}").content.decode()
    assert registrant.get(mine).status_code == 404
    assert Case.objects.get(number=number).state == "objected"
    assert client.get("/en/exchange/notices/DJ-2026-999999/object").status_code == 404
