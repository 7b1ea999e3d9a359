"""Pages and API of the market: what everybody sees, what its sides see, what only the exchange and overseers see."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client
from django.utils import translation

from kaimen.accounts.models import Institution
from kaimen.cases.hooks import papers_of
from kaimen.cases.models import Case
from kaimen.trading import pages, selectors, services
from kaimen.trading.models import TradeParty
from tests.accounts.people import officer, signed_in
from tests.trading.test_alerts import OWNERS

pytestmark = pytest.mark.django_db


def of(role: str, slug: str) -> Client:
    reads = officer(role, Institution.objects.get(slug=slug))
    return signed_in(reads.account, hat=reads.appointment)


def text(client: Client, address: str, status: int = 200) -> str:
    told = client.get(address)
    assert told.status_code == status, (address, told.status_code)
    return told.content.decode()


@pytest.fixture
def product(open_market) -> str:
    return open_market.listed()


def test_everybody_sees_what_is_offered_and_on_which_reviews_it_rests(open_market, product) -> None:
    page = text(Client(), "/en/exchange/products")
    assert "社区用水月报" in page and "CNY 12,000.50" in page and "1 product on offer" in page
    for prefix, words in (("", "来源审查通过"), ("/en", "Pass the review of the source")):
        page = text(Client(), f"{prefix}/exchange/products/{product}")
        assert words in page and "DA-2026-000001" in page and page.count("/log/") >= 3
    api = Client().get("/api/v1/exchange/products").json()
    assert [(one["code"], one["fen"], one["currency"]) for one in api] == [(product, 1_200_050, "CNY")]
    assert Client().get(f"/api/v1/exchange/products/{product}").json()["uses"] == ["research", "statistics"]
    assert Client().get("/api/v1/exchange").json()["on"] is True
    for address in ("/exchange/products/CP-2026-999999", "/api/v1/exchange/products/CP-2026-999999"):
        assert Client().get(address).status_code == 404


def test_a_trader_is_led_to_the_order_and_the_seller_is_not(open_market, product) -> None:
    link = f"trade_order?product={product}"
    assert link in text(of("trader", "airport"), f"/en/exchange/products/{product}")
    assert link not in text(of("trader", "water"), f"/en/exchange/products/{product}")
    assert link not in text(Client(), f"/en/exchange/products/{product}")
    open_market.take(product, "suspend", open_market.staff, reason="x")
    page = text(of("trader", "airport"), f"/en/exchange/products/{product}")
    assert link not in page and "suspended it" in page


def test_the_order_is_placed_on_the_page(open_market, product) -> None:
    client = of("trader", "airport")
    form = text(client, f"/en/cases/new/trade_order?product={product}")
    assert product in form and "no real money moves" in form
    told = {
        "product": product,
        "purpose": "research",
        "use_scenario": "x",
        "use_until": "2027-06-30",
        "payment_method": "sandbox",
    }
    assert client.post("/en/cases/new/trade_order", told | {"purpose": "audit"}).status_code == 422
    assert client.post("/en/cases/new/trade_order", told).status_code == 302
    number = Case.objects.get(workflow="trade_order").number
    assert "The payment of this order is simulated" in text(client, f"/en/exchange/orders/{number}")
    assert number in text(client, "/en/exchange/orders")
    assert [url for _, url in papers_of(Case.objects.get(number=number))] == [f"/exchange/orders/{number}"]


def test_a_refusal_names_side_clause_and_what_to_do(open_market, product) -> None:
    TradeParty.objects.filter(pk=str(open_market.seller.body)).update(state="suspended")
    told = {
        "product": product,
        "purpose": "research",
        "use_scenario": "x",
        "use_until": "2027-06-30",
        "payment_method": "sandbox",
    }
    client = of("trader", "airport")
    for prefix, words in (
        ("", ("卖方", "第33条", "请该方申请准入")),
        ("/en", ("expired: seller", "Data Security Law 33", "applies for admission")),
    ):
        refusal = client.post(f"{prefix}/cases/new/trade_order", told)
        assert refusal.status_code == 403
        assert all(word in refusal.content.decode() for word in words)
    assert not Case.objects.filter(workflow="trade_order").exists()


def test_an_order_shows_contract_money_and_the_way_to_ask(open_market, product) -> None:
    market = open_market
    number = market.delivered(product)
    buyer, seller = of("trader", "airport"), of("trader", "water")
    for prefix, words in (("", "付入托管"), ("/en", "Paid into escrow")):
        page = text(buyer, f"{prefix}/exchange/orders/{number}")
        assert words in page and market.order(number).digest in page and "/query?sql=" in page
    assert "/query?sql=" not in text(seller, f"/exchange/orders/{number}")
    query = text(buyer, "/en/query")  # the contract runs until 30 June, that day too
    assert f"Agreement {number}, until 2027-06-30" in query
    contract = buyer.get(f"/api/v1/exchange/orders/{number}/contract")
    assert hashlib.sha256(contract.content).hexdigest() == market.order(number).digest
    assert contract.headers["Kaimen-Digest"] == f"sha-256={market.order(number).digest}"
    told = buyer.get(f"/api/v1/exchange/orders/{number}").json()
    assert (told["state"], told["simulated"], told["entries"][0]["lines"][0]["fen"]) == ("delivered", True, 1_200_050)
    assert len(seller.get("/api/v1/exchange/orders").json()) == 1


def test_a_transfer_says_what_to_write(open_market, product) -> None:
    number = open_market.signed(product, payment_method="bank_transfer")
    page = text(of("trader", "airport"), f"/en/exchange/orders/{number}")
    assert f"Write {number} as the purpose" in page and "simulated" not in page


def test_orders_are_not_for_others(open_market, product) -> None:
    number = open_market.placed(product)
    stranger = of("steward", "civil-affairs")
    assert stranger.get(f"/exchange/orders/{number}").status_code == 404
    assert stranger.get(f"/api/v1/exchange/orders/{number}").status_code == 404
    assert number not in text(stranger, "/en/exchange/orders")
    assert Client().get(f"/exchange/orders/{number}").status_code == 302
    assert Client().get("/api/v1/exchange/orders").status_code == 401
    assert (
        of("trader", "airport").get(f"/api/v1/exchange/orders/{number}/contract").status_code == 404
    )  # not signed yet


def test_the_journal_is_for_the_exchange_and_overseers(open_market, product) -> None:
    open_market.settled(product)
    page = text(of("exchange_staff", "exchange"), "/en/exchange/journal")
    assert "Debits and credits are equal" in page and "CNY 360.01" in page
    assert text(of("auditor", "data-authority"), "/exchange/journal")
    books = of("authority_reviewer", "data-authority").get("/api/v1/exchange/journal").json()
    assert sum(books["simulated"].values()) == 0 and books["real"] == {"bank": 0, "escrow": 0, "payable": 0, "fee": 0}
    assert of("trader", "airport").get("/exchange/journal").status_code == 403
    Institution.objects.filter(slug="civil-affairs").update(body_kind="public_institution")
    assert of("exchange_staff", "civil-affairs").get("/en/exchange/journal").status_code == 403


def test_the_figures_of_an_alert_are_said_in_words() -> None:
    with translation.override("zh-hans"):
        assert pages.seen("spreads 120.6") == "离同类中间价的距离是通常的 120.6 倍"
    with translation.override("en"):
        assert pages.seen("failed 4; of 20") == "4 deliveries failed, of 20"


def test_alerts_are_listed_with_where_they_stand(market) -> None:
    market.admitted(market.seller, owners=OWNERS)
    market.admitted(market.buyer, owners=OWNERS)
    number = market.signed(market.listed())
    services.look(now=market.now)
    client = of("exchange_staff", "exchange")
    for prefix, words in (("", "买卖双方有共同控制人"), ("/en", "controlled by the same")):
        page = text(client, f"{prefix}/exchange/alerts")
        assert words in page and number in page
    api = client.get("/api/v1/exchange/alerts").json()
    assert [(one["rule"], one["state"], one["orders"]) for one in api] == [("related_party", "open", [number])]
    alert = api[0]["number"]
    assert client.post(f"/en/cases/{alert}/do/look_into", {"note": "x"}).status_code == 302
    assert client.post(f"/en/cases/{alert}/do/hold", {"reason": "x"}).status_code == 302
    assert f"frozen by alert {alert}" in text(of("trader", "airport"), f"/en/exchange/orders/{number}")
    assert "frozen" in text(of("trader", "airport"), "/en/exchange/orders")
    assert of("trader", "airport").get("/exchange/alerts").status_code == 403


def test_the_exchange_page_leads_each_reader_on(market) -> None:
    assert "Apply for admission" in text(of("trader", "water"), "/en/exchange")
    market.applied(market.seller)
    assert "has applied for admission" in text(of("trader", "water"), "/en/exchange")
    assert "Apply for admission" not in text(Client(), "/en/exchange")
    assert "Journal" in text(of("exchange_staff", "exchange"), "/en/exchange")
    services.switch_off(reason="x", by=market.city.reviewer, now=market.now)
    assert "Trading is off" in text(Client(), "/en/exchange/products")
    assert Client().get("/api/v1/exchange").json()["on"] is False
    assert Client().get("/api/v1/exchange/products").json() == []


def test_lists_ask_a_constant_number_of_questions(open_market, product, django_assert_max_num_queries) -> None:
    for _ in range(3):
        open_market.placed(product)
    client = of("trader", "airport")
    client.get("/exchange/orders")
    with django_assert_max_num_queries(16):
        client.get("/exchange/orders")
    with django_assert_max_num_queries(10):
        Client().get(f"/exchange/products/{product}")
    assert len(selectors.orders(open_market.buyer.trader)) == 3
