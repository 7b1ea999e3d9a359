"""The first eight warning rules: pure functions over trades, offers and parties. Each says what it saw and in which orders.

A rule informs and stops nothing. Its numbers are our defaults, tried on simulated markets; a change of them is a new `VERSION`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log, sqrt
from statistics import mean, median, pstdev

VERSION = 1
FORTNIGHT = timedelta(days=14)
ALIKE = 0.10
"""Amounts within a tenth of each other count as the same money going round."""
FAST = timedelta(hours=2)
LEAST_PRICES = 5
"""Fewer prices of a kind say nothing of what is usual."""
FLOOR = 0.05
"""Of the spread of prices: list prices are often equal, and then any other price would stand out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A contract that both signed. `fen`: the price. `failed`: never delivered, or a complaint was upheld."""

    order: str
    product: str
    category: str
    fingerprint: str
    seller: str
    buyer: str
    fen: int
    at: datetime
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A product on the market, with the fingerprint of its content."""

    product: str
    seller: str
    fingerprint: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An admitted body: keyed values of who controls it, and since when it is admitted."""

    owners: frozenset[str]
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """What the rules look at. `trades` in the order of time."""

    trades: Sequence[Trade]
    offers: Sequence[Offer]
    members: Mapping[str, Member]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`subject` names the thing once: the same thing found again is the same finding. `measures` are the figures that fired."""

    rule: str
    subject: str
    orders: tuple[str, ...]
    measures: Mapping[str, str]


def related_party(market: Market) -> Iterable[Finding]:
    """Buyer and seller are controlled by the same."""
    for trade in market.trades:
        seller, buyer = market.members.get(trade.seller), market.members.get(trade.buyer)
        if seller and buyer and (same := seller.owners & buyer.owners):
            yield Finding(
                rule="related_party", subject=trade.order, orders=(trade.order,), measures={"owners": str(len(same))}
            )


def mutual_wash(market: Market) -> Iterable[Finding]:
    """A sells to B and B to A within a fortnight for about the same money."""
    latest: dict[tuple[str, str], list[Trade]] = defaultdict(list)
    for trade in market.trades:
        for other in reversed(latest[trade.buyer, trade.seller]):
            if trade.at - other.at > FORTNIGHT:
                break
            if trade.fen and abs(other.fen - trade.fen) <= ALIKE * max(other.fen, trade.fen):
                yield _joint("mutual_wash", [other, trade])
                break
        latest[trade.seller, trade.buyer].append(trade)


def circle(market: Market) -> Iterable[Finding]:
    """Three or four bodies sell in a circle: within a fortnight for about the same money, or three within two hours for any."""
    yield from _circles(market.trades, window=FORTNIGHT, tolerance=ALIKE, longest=4)
    yield from _circles(market.trades, window=FAST, tolerance=None, longest=3)


def _circles(trades: Sequence[Trade], *, window: timedelta, tolerance: float | None, longest: int) -> Iterable[Finding]:
    """Each trade closes circles with the latest trades between other pairs: sets are crossed, no path is walked twice."""
    sold: dict[str, dict[str, Trade]] = defaultdict(dict)
    bought: dict[str, dict[str, Trade]] = defaultdict(dict)
    for trade in trades:

        def near(other: Trade, last: Trade = trade) -> bool:
            alike = tolerance is None or abs(other.fen - last.fen) <= tolerance * max(other.fen, last.fen)
            return last.at - other.at <= window and alike and bool(last.fen)

        onward = {body: one for body, one in sold[trade.buyer].items() if near(one) and body != trade.seller}
        inward = {body: one for body, one in bought[trade.seller].items() if near(one) and body != trade.buyer}
        for body in onward.keys() & inward.keys():
            yield _joint("circle", [onward[body], inward[body], trade])
        if longest > 3:
            for first, one in onward.items():
                for second in sold[first].keys() & inward.keys() - {first}:
                    if near(sold[first][second]):
                        yield _joint("circle", [one, sold[first][second], inward[second], trade])
        sold[trade.seller][trade.buyer] = bought[trade.buyer][trade.seller] = trade


def price(market: Market) -> Iterable[Finding]:
    """A price stands six spreads away from the middle of its kind; the spread is the usual one or a twentieth, whichever is more."""
    kinds: dict[str, list[Trade]] = defaultdict(list)
    for trade in market.trades:
        if trade.fen:
            kinds[trade.category].append(trade)
    for trades in kinds.values():
        if len(trades) < LEAST_PRICES:
            continue
        prices = [log(trade.fen) for trade in trades]
        middle = median(prices)
        spread = max(1.4826 * median(abs(one - middle) for one in prices), FLOOR)
        for trade, one in zip(trades, prices, strict=True):
            if abs(one - middle) > 6 * spread:
                yield Finding(
                    rule="price",
                    subject=trade.order,
                    orders=(trade.order,),
                    measures={"spreads": f"{abs(one - middle) / spread:.1f}"},
                )


def resale(market: Market) -> Iterable[Finding]:
    """What is offered is, by its fingerprint, what its seller bought before."""
    had: dict[tuple[str, str], Trade] = {}
    for trade in market.trades:
        had.setdefault((trade.buyer, trade.fingerprint), trade)
    for offer in market.offers:
        bought = had.get((offer.seller, offer.fingerprint))
        if bought is not None and bought.at <= offer.at and bought.product != offer.product:
            yield Finding(
                rule="resale", subject=offer.product, orders=(bought.order,), measures={"bought": bought.product}
            )


def new_and_large(market: Market) -> Iterable[Finding]:
    """A body admitted within a week trades for more than ten times the middle of all orders before."""
    before: list[int] = []
    for trade in market.trades:
        ages = [
            trade.at - member.since
            for body in (trade.seller, trade.buyer)
            if (member := market.members.get(body)) is not None
        ]
        if len(before) >= LEAST_PRICES and ages and min(ages) <= timedelta(days=7):
            times = trade.fen / max(median(before), 1)
            if times > 10:
                yield Finding(
                    rule="new_and_large",
                    subject=trade.order,
                    orders=(trade.order,),
                    measures={"times": f"{times:.0f}"},
                )
        if trade.fen:
            before.append(trade.fen)


def spike(market: Market) -> Iterable[Finding]:
    """On a day a seller has at least ten orders, and six spreads more than on the 28 days before."""
    days: dict[str, dict[int, list[Trade]]] = defaultdict(lambda: defaultdict(list))
    for trade in market.trades:
        days[trade.seller][trade.at.toordinal()].append(trade)
    for seller, by_day in days.items():
        for day, trades in by_day.items():
            if len(trades) < 10:
                continue
            past = [len(by_day.get(day - back, ())) for back in range(1, 29)]
            if len(trades) > mean(past) + 6 * pstdev(past):
                yield Finding(
                    rule="spike",
                    subject=f"{seller}/{trades[0].at.date().isoformat()}",
                    orders=tuple(trade.order for trade in trades),
                    measures={"orders": str(len(trades)), "usual": f"{mean(past):.1f}"},
                )


def failed_deliveries(market: Market) -> Iterable[Finding]:
    """In seven days more of a seller's deliveries failed than the rate of the whole market lets expect, by four spreads."""
    if not market.trades:
        return
    rate = sum(trade.failed for trade in market.trades) / len(market.trades)
    weeks: dict[tuple[str, int], list[Trade]] = defaultdict(list)
    for trade in market.trades:
        weeks[trade.seller, trade.at.toordinal() // 7].append(trade)
    for (seller, week), trades in weeks.items():
        failed = [trade.order for trade in trades if trade.failed]
        expected = len(trades) * rate
        if len(failed) > expected + 4 * sqrt(expected + 1):
            yield Finding(
                rule="failed_deliveries",
                subject=f"{seller}/{week}",
                orders=tuple(failed),
                measures={"failed": str(len(failed)), "of": str(len(trades))},
            )


def _joint(rule: str, trades: Iterable[Trade]) -> Finding:
    orders = tuple(sorted(trade.order for trade in trades))
    return Finding(rule=rule, subject="+".join(orders), orders=orders, measures={"trades": str(len(orders))})


RULES: tuple[Callable[[Market], Iterable[Finding]], ...] = (
    related_party,
    mutual_wash,
    circle,
    price,
    resale,
    new_and_large,
    spike,
    failed_deliveries,
)


def findings(market: Market) -> list[Finding]:
    """What all rules see, each thing once."""
    seen: dict[tuple[str, str], Finding] = {}
    for rule in RULES:
        for found in rule(market):
            seen.setdefault((found.rule, found.subject), found)
    return list(seen.values())
