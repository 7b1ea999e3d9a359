"""Each warning rule against a planted case and against harmless ones that look like it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import count, pairwise

from kaimen.trading import rules
from kaimen.trading.rules import Finding, Market, Member, Offer, Trade
from tests.catalogue.city import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_numbers = count(1)


def trade(seller: str, buyer: str, yuan: int = 1000, *, after: timedelta = timedelta(0), **more: object) -> Trade:
    number = next(_numbers)
    made = Trade(
        order=f"JY-{number:06d}", product=f"CP-{seller}", category="place", fingerprint=f"f-{seller}", seller=seller,
        buyer=buyer, fen=yuan * 100, at=NOW + after,
    )  # fmt: skip
    return replace(made, **more)


def market(*trades: Trade, offers: tuple[Offer, ...] = (), **members: Member) -> Market:
    return Market(trades=sorted(trades, key=lambda one: one.at), offers=offers, members=members)


def member(*owners: str, since: timedelta = -400 * DAY) -> Member:
    return Member(owners=frozenset(owners), since=NOW + since)


def seen(rule: Callable[[Market], Iterable[Finding]], told: Market) -> list[tuple[str, ...]]:
    return sorted(one.orders for one in rule(told))


def test_related_party_fires_on_a_common_owner_and_not_on_namesakes() -> None:
    one = trade("a", "b")
    assert seen(rules.related_party, market(one, a=member("k1", "k2"), b=member("k2"))) == [(one.order,)]
    assert not seen(rules.related_party, market(one, a=member("k1"), b=member("k2")))
    assert not seen(rules.related_party, market(one, a=member("k1")))
    assert not seen(rules.related_party, market(one, a=member(), b=member()))


def test_mutual_wash_fires_on_money_that_comes_back() -> None:
    there, back = trade("a", "b", 1000), trade("b", "a", 1050, after=5 * DAY)
    assert seen(rules.mutual_wash, market(there, back)) == [(there.order, back.order)]
    for harmless in (
        trade("b", "a", 1050, after=15 * DAY),
        trade("b", "a", 1500, after=5 * DAY),
        trade("b", "c", 1000, after=5 * DAY),
        trade("a", "b", 1000, after=5 * DAY),
    ):
        assert not seen(rules.mutual_wash, market(there, harmless))
    assert not seen(rules.mutual_wash, market(trade("a", "b", 0), trade("b", "a", 0, after=DAY)))


def test_mutual_wash_looks_past_a_trade_of_another_size() -> None:
    there, other, back = trade("a", "b", 1000), trade("a", "b", 9000, after=DAY), trade("b", "a", 1000, after=2 * DAY)
    assert seen(rules.mutual_wash, market(there, other, back)) == [(there.order, back.order)]


def test_circle_fires_on_three_and_four_bodies_in_any_order_of_time() -> None:
    for bodies in ("abc", "abcd"):
        ring = [
            trade(one, other, 1000 + n * 20, after=n * DAY)
            for n, (one, other) in enumerate(pairwise(bodies + bodies[0]))
        ]
        for turn in range(len(ring)):
            told = [replace(one, at=NOW + ((n + turn) % len(ring)) * DAY) for n, one in enumerate(ring)]
            assert seen(rules.circle, market(*told)) == [tuple(sorted(one.order for one in ring))], (bodies, turn)


def test_circle_fires_fast_for_any_money_and_slow_only_for_the_same() -> None:
    def ring(step: timedelta, *yuan: int) -> Market:
        pairs = (("a", "b"), ("b", "c"), ("c", "a"))
        return market(
            *(trade(one, other, amount, after=n * step) for n, ((one, other), amount) in enumerate(zip(pairs, yuan, strict=True)))
        )  # fmt: skip

    assert len(seen(rules.circle, ring(HOUR / 2, 100, 900, 5000))) == 1
    assert not seen(rules.circle, ring(DAY, 100, 900, 5000))
    assert not seen(rules.circle, ring(8 * DAY, 1000, 1000, 1000))
    chain = market(trade("a", "b"), trade("b", "c", after=DAY), trade("c", "d", after=2 * DAY))
    assert not seen(rules.circle, chain)
    both_ways = market(trade("a", "b"), trade("b", "a", after=DAY))
    assert not seen(rules.circle, both_ways)  # that is the mutual wash


def test_price_fires_far_from_its_kind_also_where_list_prices_are_equal() -> None:
    usual = [trade("a", f"b{n}", 1000, after=n * DAY) for n in range(9)]
    odd = trade("a", "x", 3000, after=10 * DAY)
    assert seen(rules.price, market(*usual, odd)) == [(odd.order,)]
    for harmless in (
        trade("a", "x", 1200, after=10 * DAY),
        trade("a", "x", 0, after=10 * DAY),
        trade("a", "x", 3000, after=10 * DAY, category="event"),
    ):
        assert not seen(rules.price, market(*usual, harmless))
    assert not seen(rules.price, market(*usual[:3], odd))  # too few to know what is usual
    spread = [
        trade("a", f"b{n}", yuan, after=n * DAY) for n, yuan in enumerate((300, 500, 800, 1000, 1500, 2600, 4000))
    ]
    assert not seen(rules.price, market(*spread, odd))


def test_resale_fires_on_what_the_seller_bought() -> None:
    bought = trade("a", "b")
    offer = Offer(product="CP-b", seller="b", fingerprint="f-a", at=NOW + DAY)
    (found,) = rules.resale(market(bought, offers=(offer,)))
    assert (found.subject, found.orders) == ("CP-b", (bought.order,))
    for harmless in (
        replace(offer, fingerprint="f-b"),
        replace(offer, seller="c"),
        replace(offer, at=NOW - DAY),
    ):
        assert not seen(rules.resale, market(bought, offers=(harmless,)))


def test_new_and_large_fires_in_the_first_week_only() -> None:
    usual = [trade("a", f"b{n}", 1000, after=n * HOUR) for n in range(6)]
    large = trade("a", "new", 20_000, after=2 * DAY)
    told = {"a": member(), "new": member(since=-DAY)}
    assert seen(rules.new_and_large, market(*usual, large, **told)) == [(large.order,)]
    assert not seen(rules.new_and_large, market(*usual, replace(large, fen=900_000), **told))
    assert not seen(rules.new_and_large, market(*usual, large, **(told | {"new": member(since=-30 * DAY)})))
    assert not seen(rules.new_and_large, market(*usual[:3], large, **told))


def test_spike_fires_on_a_sudden_day_and_not_on_a_busy_seller() -> None:
    sudden = [trade("a", f"b{n}", after=n * timedelta(minutes=10)) for n in range(12)]
    (found,) = rules.spike(market(*sudden))
    assert len(found.orders) == 12
    assert not seen(rules.spike, market(*sudden[:9]))
    busy = [trade("a", f"b{n}", after=-day * DAY) for day in range(1, 29) for n in range(10 + day % 3)]
    assert not any(set(orders) & {one.order for one in sudden} for orders in seen(rules.spike, market(*busy, *sudden)))


def test_failed_deliveries_fire_beyond_what_the_market_lets_expect() -> None:
    fine = [trade(f"s{n % 40}", "b", after=(n % 7) * HOUR, failed=n % 100 == 0) for n in range(800)]
    bad = [trade("bad", f"b{n}", after=n * HOUR, failed=n < 8) for n in range(12)]
    (found,) = rules.failed_deliveries(market(*fine, *bad))
    assert len(found.orders) == 8 and found.subject.startswith("bad/")
    mild = [trade("bad", f"b{n}", after=n * HOUR, failed=n < 2) for n in range(12)]
    assert not seen(rules.failed_deliveries, market(*fine, *mild))
    assert not seen(rules.failed_deliveries, market())


def test_a_usual_market_raises_nothing_and_a_big_one_is_looked_at_quickly() -> None:
    chance = random.Random(7)
    sellers, buyers = [f"s{n}" for n in range(60)], [f"b{n}" for n in range(400)]
    prices = {seller: chance.randint(800, 1600) for seller in sellers}
    trades = []
    for n in range(15_000):
        seller = chance.choice(sellers)
        trades.append(
            trade(seller, chance.choice(buyers), prices[seller], after=n * timedelta(minutes=30), failed=chance.random() < 0.01)
        )  # fmt: skip
    told = market(*trades, **{body: member(f"k-{body}") for body in (*sellers, *buyers)})
    begun = time.perf_counter()
    found = rules.findings(told)
    assert time.perf_counter() - begun < 20
    assert len(found) <= 5, [one.rule for one in found]


def test_the_same_thing_is_found_once() -> None:
    ring = [trade("a", "b", after=HOUR * 0), trade("b", "c", after=HOUR / 4), trade("c", "a", after=HOUR / 2)]
    assert [one.rule for one in rules.findings(market(*ring))] == ["circle"]  # slow and fast see the same three orders


def test_every_rule_has_its_words_in_the_workflow() -> None:
    from kaimen.cases import selectors

    assert set(selectors.workflow("trade_alert").fields["rule"].codes) == {one.__name__ for one in rules.RULES}
