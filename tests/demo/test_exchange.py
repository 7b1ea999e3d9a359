"""With the demo's accounts alone a stranger registers, lists, buys, asks the data and settles, by the API; and the house is as told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from demo.plan import city
from kaimen.accounts import demo as demo_people
from kaimen.cases.models import Case
from kaimen.config.demo import exchange
from kaimen.engines import pool
from kaimen.trading import selectors, services
from kaimen.trading.models import JournalEntry, Order, TradeParty
from kaimen.web.now import now
from tests.demo.conftest import NOW

LAWFUL = ["personal", "important", "graded", "tradable", "limits", "border", "security"]


@pytest.fixture
def people(whole_city: Path, db: None) -> dict[str, str]:
    told = json.loads((whole_city / "demo" / "tokens.json").read_text("utf-8"))
    return {one["person"]: one["token"] for one in told}


def test_the_exchange_is_on_with_two_parties_and_one_product(people) -> None:
    assert selectors.operator().fee_bp == exchange.FEE_BP
    assert TradeParty.objects.filter(state="qualified").count() == 2
    (product,) = selectors.products()
    assert "合成" in product.title and product.fen == 1_200_000
    assert [(one.what, one.simulated) for one in JournalEntry.objects.all()] == [("paid", True)]
    assert Case.objects.get(workflow="trade_order").state == "to_deliver"
    assert services.look(now=now()) == 0  # the demo's own trade is a usual one
    assert len(selectors.notices()) == 2


def test_opening_the_market_again_changes_nothing(people) -> None:
    before = Case.objects.count()
    exchange.open_market(city(), None, now=NOW)  # type: ignore[arg-type]  # nobody is asked for anything
    assert Case.objects.count() == before


def test_whoever_is_needed_can_be_stepped_into(people, settings) -> None:
    settings.KAIMEN_DEMO = True
    shown = {(card.institution_en, card.role_en) for card in demo_people.cards(at=now())}
    assert {("Water Company", "Trader"), ("Airport Company", "Trader"), ("Data Exchange", "Exchange staff")} <= shown
    counted = [card.institution_en for card in demo_people.cards(at=now())]
    assert min(counted.count(body) for body in ("Water Company", "Airport Company", "Data Exchange")) == 3


@pytest.fixture
def queries(whole_city: Path) -> Iterator[None]:
    """The workers that answer questions."""
    with pool.serving(whole_city, readable=[whole_city], workers=1, time_zone="Asia/Shanghai"):
        yield


def test_a_stranger_registers_lists_buys_asks_and_settles(people, queries) -> None:
    def send(who: str, address: str, told: dict[str, object]) -> dict[str, object]:
        answer = Client().post(
            f"/api/v1/{address}", json.dumps(told), content_type="application/json", headers={"Authorization": f"Bearer {people[who]}"}
        )  # fmt: skip
        assert answer.status_code in {200, 201}, (address, answer.status_code, answer.content.decode()[:500])
        return answer.json()

    def begin(who: str, workflow: str, **facts: object) -> str:
        return str(send(who, "cases", {"workflow": workflow, "facts": facts})["number"])

    def act(who: str, number: str, verb: str, **facts: object) -> None:
        send(who, f"cases/{number}/acts", {"verb": verb, "facts": facts})

    staff, colleague = "exchange.exchange_staff", "exchange.second_exchange_staff"
    ready = min(selectors.notices(), key=lambda case: case.opened_at)  # its public notice has run
    act("authority.authority_reviewer", ready.number, "give_code", code_from="here")
    act("authority.second_reviewer", ready.number, "enter")
    asset = Case.objects.get(pk=ready.pk).facts["code"]

    product = begin(
        "water.trader", "product_listing", title="季报", summary="季度用水", asset=asset, dataset="water_use",
        columns=["month", "community", "cubic_metres"], uses=["research"], source="collected", source_statement="采集",
        right_relied_on="持有", restrictions="不得转售", price="99.99", truthful=True,
    )  # fmt: skip
    act(staff, product, "pass_source", source_checks=["subject", "source", "chain", "onward"], evidence="x")
    act(colleague, product, "pass_lawful", lawful_checks=LAWFUL, evidence="x")
    act("water.trader", product, "list")
    assert product in {one["code"] for one in Client().get("/api/v1/exchange/products").json()}

    number = begin(
        "airport.trader", "trade_order", product=product, purpose="research", use_scenario="研究", use_until=(NOW + timedelta(days=300)).date().isoformat(),
        payment_method="sandbox",
    )  # fmt: skip
    act("airport.second_trader", number, "sign_buyer", no_onward=True, no_reidentify=True)
    act("water.second_trader", number, "sign_seller")
    act("airport.trader", number, "pay_simulated", simulated_known=True)
    act("water.trader", number, "deliver")
    asked = Client().post(
        "/api/v1/query",
        json.dumps(
            {
                "sql": 'SELECT community, cubic_metres FROM "water_use" LIMIT 3',
                "purpose": "research",
                "agreement": number,
            }
        ),
        content_type="application/json",
        headers={"Authorization": f"Bearer {people['airport.trader']}", "Accept": "application/json"},
    )
    assert asked.status_code == 200
    assert b"cubic_metres" in b"".join(asked)
    act("airport.trader", number, "accept")
    act(staff, number, "settle")
    act(colleague, number, "pay_out", payout_reference="P-1")
    order = Order.objects.get(pk=number)
    assert Case.objects.get(number=number).state == "closed" and order.settled_at
    assert [one.what for one in selectors.entries_of(order)] == ["paid", "settled", "paid_out"]
    assert sum(selectors.balances(simulated=True).values()) == 0
