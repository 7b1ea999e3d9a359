"""The board looks at the exchange: an empty house passes nothing, a sound one passes, each planted violation is named, and mended it passes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from kaimen.cases import controls as cases
from kaimen.cases.models import Case
from kaimen.gate.models import Grant
from kaimen.trading import controls, frozen, services
from kaimen.trading.models import Alert, Asset, Operator, Order, Product, TradeParty
from tests.trading.market import Market

pytestmark = pytest.mark.django_db
LOOKS = (
    controls.dossiers, controls.assets, controls.property_registrations, controls.contracts, controls.kept, controls.alerts, controls.traces,
    controls.enterprises, controls.payments, controls.ranking, cases.frozen,
)  # fmt: skip


def outcomes(look, now) -> list[str]:
    return [part.outcome.value for part in look(now)]


def failing(look, now) -> list[str]:
    return [ref.name for part in look(now) for ref in part.failing]


@pytest.fixture
def sold(open_market: Market) -> Market:
    """A product was sold, delivered, settled and paid out."""
    product = open_market.listed()
    open_market.settled(product)
    return open_market


def test_nothing_passes_where_there_is_no_exchange(db, home) -> None:
    from tests.catalogue.city import NOW, a_city

    assert {one for look in LOOKS for one in outcomes(look, NOW)} == {"not_applicable"}
    a_city()
    assert {one for look in LOOKS for one in outcomes(look, NOW)} == {"not_applicable"}


def test_dossiers(sold: Market, monkeypatch) -> None:
    assert outcomes(controls.dossiers, sold.now) == ["pass", "pass", "not_applicable"]
    before = Case.objects.count()
    assert len(failing(controls.dossiers, sold.now)) == 0
    assert Case.objects.count() == before, "what was tried is undone"
    file = Case.objects.get(workflow="product_listing")
    facts = dict(file.facts)
    Case.objects.filter(pk=file.pk).update(facts=facts | {"right_relied_on": ""})
    assert failing(controls.dossiers, sold.now) == ["社区用水月报"]
    Case.objects.filter(pk=file.pk).update(facts=facts)
    assert outcomes(controls.dossiers, sold.now)[:2] == ["pass", "pass"]
    monkeypatch.setattr(controls.machine, "begin", lambda *_, **__: None)
    assert len(failing(controls.dossiers, sold.now)) == 4, "a form that lets a gap through"


def test_assets(sold: Market) -> None:
    assert outcomes(controls.assets, sold.now) == ["pass"] * 3 + ["not_applicable"]
    over = sold.now + timedelta(days=1200)
    assert outcomes(controls.assets, over)[1] == "fail", "nobody let it expire"
    Asset.objects.update(state="expired")
    assert outcomes(controls.assets, over)[1] == "not_applicable"
    Asset.objects.update(rights=[])
    assert failing(controls.assets, sold.now) == ["社区用水量"]
    Product.objects.update(dataset="0" * 26)
    assert outcomes(controls.assets, sold.now)[2] == "fail"


def test_the_fingerprint_of_a_product(sold: Market) -> None:
    assert outcomes(controls.property_registrations, sold.now) == ["pass", "not_applicable"]
    Product.objects.update(fingerprint="c" * 64)
    assert failing(controls.property_registrations, sold.now) == ["社区用水月报"]


def test_contracts(sold: Market, monkeypatch) -> None:
    order = Order.objects.get()
    assert outcomes(controls.contracts, sold.now) == ["pass"] * 3
    for plant, mend in (
        (lambda: TradeParty.objects.filter(pk=order.buyer).update(qualified_at=sold.now + timedelta(days=9)), lambda: TradeParty.objects.update(qualified_at=sold.now)),
        (lambda: Product.objects.update(source_until="2020-01-01"), lambda: Product.objects.update(source_until="2099-01-01")),
        (lambda: Order.objects.update(document=order.document.replace("12000.50", "1.00")), lambda: Order.objects.update(document=order.document)),
        (lambda: Order.objects.update(rules_version=""), lambda: Order.objects.update(rules_version="2026-1")),
    ):  # fmt: skip
        plant()
        assert failing(controls.contracts, sold.now) == [order.number]
        mend()
        assert failing(controls.contracts, sold.now) == []
    monkeypatch.setattr(controls.machine, "begin", lambda *_, **__: None)
    assert outcomes(controls.contracts, sold.now)[2] == "fail", "an exchange that asks nobody who they are"


def test_records_are_kept(sold: Market) -> None:
    assert outcomes(controls.kept, sold.now) == ["pass", "pass"]
    assert outcomes(cases.frozen, sold.now) == ["pass"]
    Case.objects.filter(workflow="trade_order").update(keep_until=None)
    assert outcomes(controls.kept, sold.now) == ["fail", "pass"]
    with connection.cursor() as cursor:
        for statement in frozen.removals(connection.vendor):
            cursor.execute(statement)
    assert [ref.name for ref in list(controls.kept(sold.now))[1].failing] == ["delete", "update"]
    assert Order.objects.get().entries.exclude(reference="-").count() == Order.objects.get().entries.count()


def test_steps_of_cases_that_can_be_changed_are_told(sold: Market) -> None:
    from kaimen.cases import frozen as thawed

    with connection.cursor() as cursor:
        for statement in thawed.removals(connection.vendor):
            cursor.execute(statement)
    assert outcomes(cases.frozen, sold.now) == ["fail"]


def test_alerts(sold: Market, monkeypatch) -> None:
    assert outcomes(controls.alerts, sold.now) == ["pass", "not_applicable"]
    owners = TradeParty.objects.first().owner_keys
    TradeParty.objects.update(owner_keys=owners)
    assert services.look(now=sold.now) == 1
    assert outcomes(controls.alerts, sold.now) == ["pass", "pass"]
    late = sold.now + timedelta(days=20)
    assert failing(controls.alerts, late) == [Alert.objects.get().number]
    sold.take(Alert.objects.get().number, "look_into", sold.staff, note="查过")
    assert outcomes(controls.alerts, late) == ["pass", "pass"]
    monkeypatch.setattr(controls.rules, "RULES", ())
    assert outcomes(controls.alerts, sold.now)[0] == "fail", "trade without a rule that watches"


def test_traces(sold: Market) -> None:
    order = Order.objects.get()
    assert outcomes(controls.traces, sold.now) == ["pass"]
    Grant.objects.filter(pk=order.number).update(institution=str(sold.city.civil))
    assert failing(controls.traces, sold.now) == [order.number]
    Grant.objects.filter(pk=order.number).update(institution=order.buyer)
    assert outcomes(controls.traces, sold.now) == ["pass"]


def test_contracts_with_enterprises(sold: Market) -> None:
    from kaimen.accounts.models import Institution

    assert outcomes(controls.enterprises, sold.now) == ["not_applicable"]
    Institution.objects.filter(pk=sold.buyer.body).update(body_kind="enterprise")
    assert outcomes(controls.enterprises, sold.now) == ["pass"]
    Order.objects.update(document=Order.objects.get().document.replace("CNY", "---"))
    assert outcomes(controls.enterprises, sold.now) == ["fail"]


def test_payments(sold: Market, monkeypatch) -> None:
    assert outcomes(controls.payments, sold.now) == ["fail", "pass"], "the order form has no e-CNY yet"
    asked = controls.cases.workflow
    with_it = asked("trade_order").fields["payment_method"]

    class Known:
        fields = {"payment_method": type("F", (), {"codes": {**with_it.codes, "e_cny": None}})}

    monkeypatch.setattr(controls.cases, "workflow", lambda code: Known if code == "trade_order" else asked(code))
    assert outcomes(controls.payments, sold.now) == ["pass", "pass"]
    file = Case.objects.get(workflow="trade_order")
    Case.objects.filter(pk=file.pk).update(facts=file.facts | {"payment_method": ""})
    assert outcomes(controls.payments, sold.now) == ["pass", "fail"]


def test_ranking_and_fees(sold: Market, monkeypatch) -> None:
    sold.listed(title="第二个产品")
    assert outcomes(controls.ranking, sold.now) == ["pass"] * 3
    Order.objects.update(fee_bp=1)
    assert failing(controls.ranking, sold.now) == [Order.objects.get().number]
    Order.objects.update(fee_bp=300)
    Operator.objects.update(receipt="A" * 22)
    assert outcomes(controls.ranking, sold.now) == ["pass", "fail", "pass"]
    shown = controls.selectors.products
    monkeypatch.setattr(controls.selectors, "products", lambda: list(reversed(shown())))
    assert outcomes(controls.ranking, sold.now)[0] == "fail", "somebody's product was moved up"
