"""An order from its placing to the payout: guards, contract, escrow, the gate, disputes, and what may never happen."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from kaimen.accounts.models import Institution
from kaimen.cases import selectors as case_selectors
from kaimen.cases import services as cases
from kaimen.cases.models import Case
from kaimen.core.errors import KaimenError, Missing
from kaimen.core.policy import odrl
from kaimen.evidence.models import Entry
from kaimen.gate import selectors as gate_selectors
from kaimen.gate import services as gate
from kaimen.gate.models import Grant
from kaimen.gate.services import Question
from kaimen.office import selectors as desks
from kaimen.office import services as office
from kaimen.office.models import Clock, DeskItem
from kaimen.trading import selectors, services
from kaimen.trading.models import Account, Asset, JournalEntry, Order, Product, TradeParty
from tests.accounts.people import officer, signed_in
from tests.catalogue.city import NOW, actor, an_institution
from tests.trading.market import a_market, name_operator, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def product(open_market) -> str:
    return open_market.listed()


def fen(kind: str, owner: str = "", *, simulated: bool = True) -> int:
    found = Account.objects.filter(kind=kind, owner=owner, simulated=simulated).first()
    return found.fen if found else 0


def balanced() -> bool:
    return all(sum(selectors.balances(simulated=one).values()) == 0 for one in (True, False))


def test_the_whole_way_pays_everybody_and_opens_the_gate(open_market, product) -> None:
    market = open_market
    number = market.settled(product)
    case, order = Case.objects.get(number=number), market.order(number)
    assert case.state == "closed" and case.keep_until > market.now + timedelta(days=3650 - 5)
    assert [one.what for one in selectors.entries_of(order)] == ["paid", "settled", "paid_out"]
    assert (fen("bank"), fen("escrow", number), fen("payable", order.seller)) == (36_001, 0, 0)
    assert fen("fee", str(market.exchange)) == -36_001  # 3 % of 12,000.50 yuan; the odd half fen is the seller's
    assert balanced() and not Account.objects.filter(simulated=False).exists()
    assert Grant.objects.get(code=number).revoked_at is None
    assert not DeskItem.objects.filter(closed_at=None, url=f"/cases/{number}").exists()
    assert {one.state for one in Clock.objects.filter(case=case.pk)} == {"met"}


def test_who_pays_sees_the_amount_the_seller_and_the_product(open_market, product) -> None:
    market = open_market
    number = market.signed(product)
    buys = officer("trader", Institution.objects.get(pk=market.buyer.body))
    page = signed_in(buys.account, hat=buys.appointment).get(f"/en/cases/{number}/do/pay_simulated").content.decode()
    shown = page.partition('<dl class="facts')[2].partition("</dl>")[0]
    seller = Institution.objects.get(pk=market.seller.body)
    assert all(told in shown for told in ("12000.50", "社区用水月报", seller.name_en))


def test_the_buyer_asks_through_the_gate_and_nobody_else_does(open_market, product) -> None:
    market = open_market
    number = market.paid(product)
    question = Question(sql=f'SELECT community, cubic_metres FROM "{market.slug}"', purpose="research")
    with pytest.raises(KaimenError):
        gate.decide(question, by=market.buyer.trader, now=market.now)  # nothing before the delivery
    market.take(number, "deliver", market.seller.trader)
    decided = gate.decide(question, by=market.buyer.trader, now=market.now)
    assert decided.grants == (number,)
    for wrong in (replace(question, purpose="statistics"), replace(question, purpose="audit")):
        with pytest.raises(KaimenError):
            gate.decide(wrong, by=market.buyer.trader, now=market.now)
    stranger = actor("trader", an_institution("other", "别的", "Other", kind="public_utility"))
    with pytest.raises(Missing):
        gate.decide(question, by=stranger, now=market.now)
    with pytest.raises(KaimenError):
        gate.decide(question, by=market.buyer.trader, now=market.now + timedelta(days=400))


def test_the_contract_says_what_both_signed_and_is_frozen(open_market, product) -> None:
    market = open_market
    number = market.placed(product)
    market.take(number, "sign_buyer", market.buyer.head, no_onward=True, no_reidentify=True)
    market.take(product, "reprice", market.seller.trader, price="99999")
    name_operator(market.city, market.now, rules_version="2026-2", fee_bp=900)
    case = market.take(number, "sign_seller", market.seller.head)
    order = market.order(number)
    assert (order.fen, order.fee_bp, order.rules_version, order.product_version) == (1_200_050, 300, "2026-1", 1)
    terms = odrl.read(json.loads(order.document))
    assert (terms.assigner, terms.assignee) == (str(market.seller.body), str(market.buyer.body))
    assert "CNY 12000.50; 2026-1" in terms.basis and number in terms.basis
    assert case.facts["contract_digest"] == order.digest == odrl.digest(odrl.write(terms))


@pytest.mark.parametrize("side", ["buyer", "seller"])
@pytest.mark.parametrize("at", ["open", "sign_buyer", "sign_seller"])
def test_without_both_identities_there_is_no_order_and_no_contract(open_market, product, side, at) -> None:
    """TRD-01 is asked again at each of the three steps."""
    market = open_market
    party = TradeParty.objects.filter(pk=str(getattr(market, side).body))
    number = "" if at == "open" else market.placed(product)
    if at == "sign_seller":
        market.take(number, "sign_buyer", market.buyer.head, no_onward=True, no_reidentify=True)
    party.update(valid_until=market.now.date() - timedelta(days=1))
    count = Entry.objects.count()
    with refused("identity_unverified") as told:
        if at == "open":
            market.placed(product)
        elif at == "sign_buyer":
            market.take(number, at, market.buyer.head, no_onward=True, no_reidentify=True)
        else:
            market.take(number, at, market.seller.head)
    assert told.value.details == {"side": side} and Entry.objects.count() == count
    assert not Order.objects.filter(signed_at__isnull=False).exists()


def test_without_a_review_of_the_source_there_is_no_contract(open_market, product) -> None:
    market = open_market
    number = market.placed(product)
    market.take(number, "sign_buyer", market.buyer.head, no_onward=True, no_reidentify=True)
    held = market.product(product)
    held.source_until = market.now.date() - timedelta(days=1)
    held.save()
    with refused("source_unreviewed"):
        market.take(number, "sign_seller", market.seller.head)
    with refused("source_unreviewed"):
        market.placed(product)
    assert Case.objects.get(number=number).state == "offered"


def test_what_cannot_be_ordered(open_market, product) -> None:
    market = open_market
    with refused("product_unknown"):
        market.placed("CP-2026-999999")
    with refused("product_own"):
        market.placed(product, side=market.seller)
    with pytest.raises(KaimenError, match="not_a_use_of_it"):
        market.placed(product, purpose="audit")
    with pytest.raises(KaimenError, match="in_the_past"):
        market.placed(product, use_until="2026-11-01")
    with refused("use_outlives"):
        market.placed(product, use_until="2027-11-24")
    market.take(product, "suspend", market.staff, reason="x")
    with refused("product_not_offered"):
        market.placed(product)
    services.switch_off(reason="x", by=market.city.reviewer, now=market.now)
    with refused("product_unknown|trading_off"):
        market.placed(product)
    assert not Order.objects.exists() and not Case.objects.filter(workflow="trade_order").exists()


@pytest.mark.parametrize(
    ("first", "change"),
    [
        ("source_review", lambda market, product: Product.objects.filter(pk=product)),
        ("registration", lambda market, product: Asset.objects),
        ("buyer_admission", lambda market, product: TradeParty.objects.filter(pk=str(market.buyer.body))),
        ("seller_admission", lambda market, product: TradeParty.objects.filter(pk=str(market.seller.body))),
    ],
)
def test_no_contract_outlives_what_it_rests_on(open_market, product, first, change) -> None:
    market, last = open_market, date(2027, 3, 1)
    placed = market.placed(product)
    change(market, product).update(**{"source_until" if first == "source_review" else "valid_until": last})
    for act in (
        lambda: market.placed(product, use_until="2027-03-02"),
        lambda: market.take(placed, "sign_buyer", market.buyer.head, no_onward=True, no_reidentify=True),
    ):
        with refused("use_outlives") as told:
            act()
        assert told.value.details == {"first": first, "until": "2027-03-01"}
    number = market.delivered(product, use_until="2027-03-01")
    assert Grant.objects.get(code=number).not_after == gate_selectors.end_of(last)


@pytest.mark.parametrize(
    ("verb", "who", "code"),
    [
        ("sign_buyer", "seller.head", "case_side"),
        ("sign_buyer", "buyer.steward", "not_your_role"),
        ("sign_seller", "seller.head", "case_step"),
        ("deliver", "seller.trader", "case_step"),
        ("settle", "staff", "case_step"),
        ("settle", "buyer.trader", "not_your_role"),
        ("call_in", "staff", "not_your_role"),
        ("call_in", "seller.trader", "case_step"),
        ("accept", "stranger", "case_unknown"),
        ("open", "buyer.trader", "case_step"),
        ("nonsense", "buyer.trader", "case_step"),
    ],
)
def test_steps_of_the_wrong_state_role_or_body_change_nothing(open_market, product, verb, who, code) -> None:
    market = open_market
    number = market.placed(product)
    people = {"staff": market.staff, "stranger": actor("trader", an_institution("o", "别", "O", kind="public_utility"))}
    side, _, office = who.partition(".")
    by = people[who] if who in people else getattr(getattr(market, side), office)
    before, count = Case.objects.filter(number=number).values().get(), Entry.objects.count()
    with refused(code):
        market.take(number, verb, by)
    assert Case.objects.filter(number=number).values().get() == before and Entry.objects.count() == count


def test_an_order_lies_on_the_desk_of_everybody_who_may_sign_it_and_not_of_who_placed_it(open_market, product) -> None:
    market = open_market
    number = market.placed(product)

    def lies_with(by) -> bool:
        of = {"institution": str(by.institution), "role": str(by.role), "person": str(by.person)}
        begins = {"day_begins": market.now, "day_ends": market.now}
        seen = f"/cases/{number}" in {one.url for one in desks.desk(**of)}
        assert (desks.desk_count(**of, **begins).total > 0) == bool(desks.desk(**of))
        return seen

    buyer, seller = market.buyer, market.seller
    assert [lies_with(one) for one in (buyer.trader, buyer.second, buyer.head, seller.second)] == [
        False,
        True,
        True,
        False,
    ]
    market.take(number, "sign_buyer", buyer.second, no_onward=True, no_reidentify=True)
    assert [lies_with(one) for one in (seller.trader, seller.head, buyer.second)] == [True, True, False]


def test_nobody_approves_their_own_draft_in_another_role(open_market, product) -> None:
    market = open_market
    number = market.placed(product)
    as_head = replace(market.buyer.head, person=market.buyer.trader.person)
    with refused("same_person"):
        market.take(number, "sign_buyer", as_head, no_onward=True, no_reidentify=True)
    market.take(number, "sign_buyer", market.buyer.head, no_onward=True, no_reidentify=True)
    with refused("same_person"):
        market.take(number, "sign_seller", replace(market.seller.head, person=market.buyer.head.person))
    market.take(number, "sign_seller", market.seller.head)
    market.take(number, "pay_simulated", market.buyer.trader, simulated_known=True)
    market.take(number, "deliver", market.seller.trader)
    market.take(number, "accept", market.buyer.trader)
    for person in (market.buyer.trader, market.seller.head, market.seller.trader):
        with refused("same_person"):
            market.take(number, "settle", replace(market.staff, person=person.person))
    market.take(number, "settle", market.staff)
    with refused("same_person"):
        market.take(number, "pay_out", market.staff, payout_reference="P-1")
    assert fen("payable", str(market.seller.body)) == -1_164_049


def test_a_transfer_is_recorded_by_one_and_confirmed_by_another(open_market, product) -> None:
    market = open_market
    number = market.signed(product, payment_method="bank_transfer")
    with refused("case_step"):
        market.take(number, "pay_simulated", market.buyer.trader, simulated_known=True)
    good = {"reference": "B-77", "amount": "12000.50", "received_on": "2026-11-23"}
    for wrong, fault in (
        ({"amount": "12000.49"}, "not_the_price"),
        ({"received_on": "2026-11-22"}, "before_contract"),
        ({"received_on": "2026-11-24"}, "in_the_future"),
        ({"reference": ""}, "needed"),
    ):
        with pytest.raises(KaimenError, match=fault):
            market.take(number, "record_transfer", market.staff, **(good | wrong))
    market.take(number, "record_transfer", market.staff, **good)
    assert not JournalEntry.objects.exists()
    with refused("same_person"):
        market.take(number, "confirm_transfer", market.staff)
    market.take(number, "confirm_transfer", market.colleague)
    assert (fen("bank", simulated=False), fen("escrow", number, simulated=False)) == (1_200_050, -1_200_050)
    second = market.signed(product, payment_method="bank_transfer")
    with refused("reference_used"):
        market.take(second, "record_transfer", market.staff, **good)
    assert Case.objects.get(number=second).state == "awaiting_payment" and balanced()


def test_one_reference_pays_one_order_also_when_two_desks_recorded_it(open_market, product) -> None:
    market = open_market
    good = {"reference": "B-78", "amount": "12000.50", "received_on": "2026-11-23"}
    first, second = (market.signed(product, payment_method="bank_transfer") for _ in range(2))
    market.take(first, "record_transfer", market.staff, **good)
    market.take(second, "record_transfer", market.colleague, **good)
    market.take(first, "confirm_transfer", market.colleague)
    with refused("reference_used"):
        market.take(second, "confirm_transfer", market.staff)
    assert Case.objects.get(number=second).state == "transfer_recorded" and fen("escrow", second, simulated=False) == 0
    market.take(second, "reject_transfer", market.staff, reason="流水号重复")
    assert Case.objects.get(number=second).state == "awaiting_payment"


def test_an_exchange_in_production_knows_no_simulated_payment(db, home) -> None:
    market = a_market(production=True)
    market.admitted(market.seller)
    market.admitted(market.buyer)
    product = market.listed()
    with refused("simulated_off"):
        market.placed(product)
    assert market.placed(product, payment_method="bank_transfer")
    name_operator(market.city, NOW, production=False)
    number = market.signed(product)
    name_operator(market.city, NOW, production=True)
    with refused("simulated_off"):
        market.take(number, "pay_simulated", market.buyer.trader, simulated_known=True)
    assert not JournalEntry.objects.exists()


def test_the_same_step_twice_and_from_two_desks_pays_once(open_market, product) -> None:
    market = open_market
    number = market.signed(product)
    seen = Case.objects.get(number=number).n
    told = {"simulated_known": True}
    by = market.buyer.trader
    first = cases.act(number, "pay_simulated", told, by=by, now=market.now, expected=seen)
    again = cases.act(number, "pay_simulated", told, by=by, now=market.now, expected=seen)
    assert first.receipt == again.receipt
    with refused("case_moved"):
        cases.act(number, "pay_simulated", told, by=market.buyer.head, now=market.now, expected=seen)
    with refused("case_step"):
        cases.act(number, "pay_simulated", told, by=market.buyer.head, now=market.now)
    assert JournalEntry.objects.count() == 1 and fen("escrow", number) == -1_200_050


def test_what_costs_nothing_is_contracted_and_delivered_and_posts_nothing(open_market) -> None:
    market = open_market
    number = market.signed(market.listed(price="0"))
    assert Case.objects.get(number=number).state == "to_deliver"
    market.take(number, "deliver", market.seller.trader)
    market.take(number, "accept", market.buyer.trader)
    market.take(number, "settle", market.staff)
    assert Case.objects.get(number=number).state == "closed" and not JournalEntry.objects.exists()
    assert Grant.objects.filter(code=number).exists()


def test_who_has_a_share_in_the_income_does_not_buy(open_market) -> None:
    market = open_market
    product = market.listed(partner="airport", partner_percent=25)
    with pytest.raises(KaimenError, match=r"^product_partner"):
        market.placed(product)


def test_a_partner_and_the_exchange_get_their_parts_to_the_last_fen(open_market) -> None:
    market = open_market
    number = market.settled(market.listed(price="100.01", partner="civil-affairs", partner_percent=25))
    paid = {line.debit.owner: line.fen for line in JournalEntry.objects.get(what="paid_out").lines.all()}
    assert paid == {str(market.seller.body): 7201, str(market.city.civil): 2500}
    assert fen("fee", str(market.exchange)) == -300 and market.order(number).settled_at and balanced()


def test_a_failed_trial_leaves_the_order_undelivered(db, home) -> None:
    market = a_market(data=False)
    market.admitted(market.seller)
    market.admitted(market.buyer)
    number = market.paid(market.listed())
    count = Entry.objects.count()
    with pytest.raises(KaimenError):
        market.take(number, "deliver", market.seller.trader)
    assert Case.objects.get(number=number).state == "to_deliver"
    assert not Grant.objects.filter(code=number).exists() and Entry.objects.count() == count


def test_a_delivery_after_the_agreed_term_is_refused(open_market, product) -> None:
    market = open_market
    number = market.paid(product, use_until="2026-12-01")
    market.now += timedelta(days=10)
    with refused("agreement_term_over"):
        market.take(number, "deliver", market.seller.trader)
    late = market.placed(product, use_until="2026-12-10")
    market.take(late, "sign_buyer", market.buyer.head, no_onward=True, no_reidentify=True)
    market.now += timedelta(days=10)
    with refused("agreement_term_over"):
        market.take(late, "sign_seller", market.seller.head)


def test_nothing_is_accepted_by_silence_and_the_seller_may_then_call_the_exchange_in(open_market, product) -> None:
    market = open_market
    number = market.delivered(product)
    market.now += timedelta(days=7)
    with refused("acceptance_running"):
        market.take(number, "call_in", market.seller.trader, reason="没有回音")
    market.now += timedelta(days=30)
    assert services.sweep(now=market.now) == 0
    office.tick(market.now)
    clock = Clock.objects.get(case=Case.objects.get(number=number).pk, rule="POL-TRD-ACCEPT")
    assert clock.state == "overdue"
    assert Case.objects.get(number=number).state == "delivered"
    late = DeskItem.objects.filter(closed_at=None, url=f"/cases/{number}")
    assert (str(market.buyer.body), "trader") in {(one.institution, one.role) for one in late}
    with refused("case_side"):
        market.take(number, "call_in", market.buyer.trader, reason="x")
    market.take(number, "call_in", market.seller.trader, reason="没有回音")
    assert Grant.objects.get(code=number).suspended_at is None
    market.take(number, "reply_buyer", market.buyer.trader, buyer_answer="还在核对")
    with refused("same_person"):
        market.take(
            number, "decide", replace(market.staff, person=market.seller.trader.person), decision="stands", reason="x"
        )
    market.take(number, "decide", market.staff, decision="stands", reason="内容齐全")
    with refused("same_person"):
        market.take(number, "carry_out", market.staff)
    market.take(number, "carry_out", market.colleague)
    clock.refresh_from_db()
    assert (Case.objects.get(number=number).state, clock.ended_at) == ("accepted", market.now)
    market.take(number, "settle", market.staff)
    assert balanced()


def test_no_step_of_an_order_is_taken_by_the_machine() -> None:
    flow = case_selectors.workflow("trade_order")
    assert not [act.verb for act in flow.acts.values() if "system" in act.roles]


def test_a_complaint_shuts_the_gate_and_a_refund_ends_it(open_market, product) -> None:
    market = open_market
    number = market.delivered(product)
    market.take(number, "complain", market.buyer.trader, complaint="wrong", reason="少一半社区")
    assert Grant.objects.get(code=number).suspended_at is not None
    market.take(number, "reply", market.seller.trader, answer="确有遗漏")
    with refused("case_step"):
        market.take(number, "settle", market.staff)
    market.take(number, "decide", market.staff, decision="refund", reason="内容不符")
    with refused("same_person"):
        market.take(number, "carry_out", market.staff)
    market.take(number, "carry_out", market.colleague)
    order = market.order(number)
    assert (order.refunded_fen, order.failed, fen("escrow", number), fen("bank")) == (1_200_050, True, 0, 0)
    assert Grant.objects.get(code=number).revoked_at is not None
    assert Case.objects.get(number=number).state == "refunded" and balanced()


def test_a_part_goes_back_and_the_rest_is_settled(open_market, product) -> None:
    market = open_market
    number = market.delivered(product)
    market.take(number, "complain", market.buyer.trader, complaint="missing", reason="缺一个月")
    for wrong in ("0", "12000.50", "99999"):
        with pytest.raises(KaimenError, match="not_a_part"):
            market.take(number, "decide", market.staff, decision="partial", refund=wrong, reason="x")
    market.take(number, "decide", market.staff, decision="partial", refund="2000.50", reason="x")
    market.take(number, "carry_out", market.colleague)
    assert Grant.objects.get(code=number).suspended_at is None
    market.take(number, "settle", market.staff)
    assert (fen("payable", str(market.seller.body)), fen("escrow", number)) == (-970_000, 0)
    assert balanced()


def test_a_decision_says_what_goes_back_and_what_cannot(open_market, product) -> None:
    market = open_market
    number = market.paid(product)
    market.take(number, "complain", market.buyer.trader, complaint="late", reason="x")
    for wrong, fault in (
        ({"decision": "partial", "refund": "10"}, "not_delivered_no_part"),
        ({"decision": "stands", "refund": "100"}, "nothing_goes_back"),
    ):
        with pytest.raises(KaimenError, match=fault):
            market.take(number, "decide", market.staff, reason="x", **wrong)
    market.take(number, "reply", market.seller.trader, answer="明天交付")
    market.take(number, "decide", market.staff, decision="stands", reason="x")
    market.take(number, "carry_out", market.colleague)
    case = market.take(number, "complain", market.buyer.trader, complaint="late", reason="还没有")
    assert [case.facts[name] for name in ("answer", "decision", "refund")] == [None, None, None]  # heard anew
    assert {one.facts.get("answer") for one in case_selectors.taken(case)} >= {"明天交付"}


def test_a_seller_who_cannot_deliver_gives_it_back(open_market, product) -> None:
    market = open_market
    number = market.paid(product)
    market.take(number, "give_up", market.seller.trader, not_delivered_reason="系统下线")
    market.take(number, "carry_out", market.staff)
    assert Case.objects.get(number=number).state == "refunded"
    assert (fen("escrow", number), market.order(number).failed) == (0, True) and balanced()


def test_a_complaint_that_fails_goes_on_where_it_stood(open_market, product) -> None:
    market = open_market
    undelivered, given = market.paid(product), market.delivered(product)
    for number, state in ((undelivered, "to_deliver"), (given, "accepted")):
        market.take(number, "complain", market.buyer.trader, complaint="late", reason="x")
        market.take(number, "decide", market.staff, decision="stands", reason="按期")
        market.take(number, "carry_out", market.colleague)
        assert Case.objects.get(number=number).state == state
        assert market.order(number).failed is False
    assert Grant.objects.get(code=given).suspended_at is None


def test_before_the_payment_either_side_may_leave_and_after_it_nobody(open_market, product) -> None:
    market = open_market
    first = market.signed(product)
    market.take(first, "cancel", market.seller.trader, reason="x")
    assert Case.objects.get(number=first).state == "cancelled"
    with refused("case_step"):
        market.take(first, "pay_simulated", market.buyer.trader, simulated_known=True)
    second = market.paid(product)
    with refused("case_step"):
        market.take(second, "cancel", market.buyer.trader, reason="x")


def test_trading_switched_off_stops_contracts_and_lets_running_orders_end(open_market, product) -> None:
    market = open_market
    offered, paid = market.placed(product), market.paid(product)
    market.take(offered, "sign_buyer", market.buyer.head, no_onward=True, no_reidentify=True)
    services.switch_off(reason="x", by=market.city.reviewer, now=market.now)
    with refused("trading_off"):
        market.take(offered, "sign_seller", market.seller.head)
    market.take(paid, "deliver", market.seller.trader)
    market.take(paid, "accept", market.buyer.trader)
    market.take(paid, "settle", market.staff)
    assert fen("escrow", paid) == 0


def test_an_order_is_seen_by_its_sides_and_overseers_only(open_market, product) -> None:
    market = open_market
    number = market.placed(product)
    for by in (market.buyer.head, market.seller.trader, market.staff, market.city.reviewer):
        assert selectors.order_for(by, number).number == number
    for by in (market.city.steward, market.city.citizen):
        with refused("order_unknown"):
            selectors.order_for(by, number)
        assert not selectors.orders(by)
