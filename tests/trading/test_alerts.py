"""Alerts: raised once, looked into in time, freezing what they are about, closed with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kaimen.cases.models import Case
from kaimen.core.errors import KaimenError
from kaimen.evidence.models import Entry
from kaimen.office.models import Clock, DeskItem
from kaimen.trading import selectors, services
from kaimen.trading.models import Alert
from tests.catalogue.city import actor, an_institution
from tests.trading.market import refused

pytestmark = pytest.mark.django_db
OWNERS = "李四,110101199001010000"


@pytest.fixture
def related(market):
    """A contract between two bodies that the same person controls: its alert is raised."""
    market.admitted(market.seller, owners=OWNERS)
    market.admitted(market.buyer, owners=f"王五,220202199002020000\n{OWNERS}")
    market.order_number = market.signed(market.listed())
    assert services.look(now=market.now) == 1
    return market


def number_of(market) -> str:
    return Alert.objects.get().number


def test_what_a_rule_sees_becomes_one_alert_on_the_desk(related) -> None:
    market = related
    alert, case = Alert.objects.get(), Case.objects.get(workflow="trade_alert")
    assert (alert.rule, alert.orders, alert.rules_version) == ("related_party", [market.order_number], 1)
    assert (case.state, case.facts["orders"]) == ("open", market.order_number)
    assert "李" not in str(case.facts) and "1101" not in str(case.facts)
    assert Clock.objects.filter(case=case.pk, rule="POL-TRD-TRIAGE", ended_at=None).exists()
    assert DeskItem.objects.filter(
        closed_at=None, url=f"/cases/{case.number}", institution=str(market.exchange)
    ).exists()
    count = Entry.objects.count()
    assert services.look(now=market.now) == 0
    assert Alert.objects.count() == 1 and Entry.objects.count() == count


def test_a_usual_trade_raises_nothing(open_market) -> None:
    open_market.settled(open_market.listed())
    assert services.look(now=open_market.now) == 0 and not Alert.objects.exists()


def test_an_alert_stops_nothing_until_somebody_freezes_the_order(related) -> None:
    market, order = related, related.order_number
    market.take(order, "pay_simulated", market.buyer.trader, simulated_known=True)
    number = number_of(market)
    with refused("case_step"):
        market.take(number, "hold", market.staff, reason="x")
    market.take(number, "look_into", market.staff, note="股权重合")
    market.take(number, "hold", market.staff, reason="核实中")
    for verb, by, told in (
        ("deliver", market.seller.trader, {}),
        ("give_up", market.seller.trader, {"not_delivered_reason": "x"}),
    ):
        with refused("order_held") as refusal:
            market.take(order, verb, by, **told)
        assert refusal.value.details == {"alert": number}
    with refused("same_person"):
        market.take(number, "release", market.staff, reason="好了")
    market.take(number, "release", market.colleague, reason="已核实")
    market.take(order, "deliver", market.seller.trader)
    market.take(number, "close", market.colleague, closing="harmless", reason="公开关联")
    assert Case.objects.get(number=number).state == "closed"
    assert not DeskItem.objects.filter(closed_at=None, url=f"/cases/{number}").exists()


def test_a_frozen_order_is_not_accepted_by_time(related) -> None:
    market, order = related, related.order_number
    market.take(order, "pay_simulated", market.buyer.trader, simulated_known=True)
    market.take(order, "deliver", market.seller.trader)
    number = number_of(market)
    market.take(number, "look_into", market.staff, note="x")
    market.take(number, "hold", market.staff, reason="x")
    assert services.sweep(now=market.now + timedelta(days=40)) == 0
    assert Case.objects.get(number=order).state == "delivered"


@pytest.mark.parametrize(
    ("verb", "told", "who", "code"),
    [
        ("close", {"closing": "harmless", "reason": "x"}, "staff", "case_step"),
        ("look_into", {"note": ""}, "staff", "case_facts"),
        ("look_into", {"note": "x"}, "reviewer", "not_your_role"),
        ("look_into", {"note": "x"}, "buyer", "case_unknown"),
        ("look_into", {"note": "x"}, "elsewhere", "case_unknown"),
        ("raise", {}, "staff", "case_step"),
    ],
)
def test_alerts_are_the_exchanges_and_in_order(related, verb, told, who, code) -> None:
    market = related
    people = {
        "staff": market.staff,
        "reviewer": market.city.reviewer,
        "buyer": market.buyer.trader,
        "elsewhere": actor("exchange_staff", an_institution("other", "别", "Other", kind="enterprise")),
    }
    count = Entry.objects.count()
    with refused(code):
        market.take(number_of(market), verb, people[who], **told)
    assert Entry.objects.count() == count and Case.objects.get(number=number_of(market)).state == "open"


def test_nobody_raises_an_alert_by_hand(related) -> None:
    told = {"rule": "price", "subject": "x", "orders": "x", "seen": "x"}
    for by in (related.staff, related.city.reviewer, related.city.citizen):
        with refused("not_your_role"):
            related.begin("trade_alert", by, **told)


def test_a_reported_alert_is_closed_by_the_authority_too(related) -> None:
    market, number = related, number_of(related)
    market.take(number, "look_into", market.staff, note="x")
    market.take(number, "report", market.staff, reason="疑似自我交易")
    with pytest.raises(KaimenError, match="needed"):
        market.take(number, "close", market.city.reviewer, closing="handed_over", reason="")
    market.take(number, "close", market.city.reviewer, closing="handed_over", reason="立案")
    assert Case.objects.get(number=number).state == "closed"
    with refused("case_step"):
        market.take(number, "close", market.city.reviewer, closing="harmless", reason="x")


def test_who_sees_alerts(related) -> None:
    market = related
    auditor = replace(market.city.reviewer, role=actor("auditor", market.city.authority).role)
    for by in (market.staff, market.city.reviewer, auditor):
        assert len(selectors.alerts(by)) == 1
    for by in (market.buyer.trader, market.seller.head, market.city.citizen):
        assert not selectors.alerts(by)


def test_while_trading_is_off_nothing_is_looked_at(related) -> None:
    services.switch_off(reason="x", by=related.city.reviewer, now=related.now)
    Alert.objects.all().delete()
    assert services.look(now=related.now) == 0
