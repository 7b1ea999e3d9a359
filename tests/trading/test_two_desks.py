"""Really at once: several desks take the same step, or spend the same transfer, in the same moment on connections of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from kaimen.cases.models import Act, Case
from kaimen.core.errors import KaimenError
from kaimen.trading import selectors
from kaimen.trading.models import JournalEntry
from tests.trading.market import Market, a_market, a_side

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def market(transactional_db: None, home: object) -> Market:
    made = a_market()
    made.admitted(made.seller)
    made.admitted(made.buyer)
    return made


def at_once(*steps: Callable[[], object]) -> list[str]:
    """Run each on a thread of its own, all let go together; one after the other where a database has one writer. Returns what each came to."""
    parallel = connection.vendor == "postgresql"
    start, told = threading.Barrier(len(steps)), ["" for _ in steps]

    def run(place: int, step: Callable[[], object]) -> None:
        if parallel:
            start.wait()
        try:
            step()
            told[place] = "done"
        except KaimenError as refusal:
            told[place] = refusal.code
        finally:
            if parallel:
                connection.close()

    if not parallel:
        for one in enumerate(steps):
            run(*one)
        return sorted(told)
    threads = [threading.Thread(target=run, args=one) for one in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(told)


def test_four_desks_pay_and_one_payment_is_posted(market: Market) -> None:
    number = market.signed(market.listed())
    seen = Act.objects.filter(case__number=number).count()

    def pay(by: object) -> Callable[[], object]:
        return lambda: market.take(number, "pay_simulated", by, simulated_known=True)  # type: ignore[arg-type]

    people = (market.buyer.trader, market.buyer.second, market.buyer.head, market.buyer.trader)
    assert at_once(*(pay(by) for by in people)) == ["case_step", "case_step", "case_step", "done"]
    assert JournalEntry.objects.count() == 1 and Act.objects.filter(case__number=number).count() == seen + 1
    assert selectors.balances(simulated=True)["escrow"] == -1_200_050


def test_one_transfer_confirmed_for_two_orders_pays_one(market: Market) -> None:
    product = market.listed()
    numbers = [market.signed(product, payment_method="bank_transfer") for _ in range(2)]
    told = {"reference": "B-1", "amount": "12000.50", "received_on": "2026-11-23"}
    for number in numbers:
        market.take(number, "record_transfer", market.staff, **told)

    def confirm(number: str) -> Callable[[], object]:
        return lambda: market.take(number, "confirm_transfer", market.colleague)

    assert at_once(*(confirm(number) for number in numbers)) == ["done", "reference_used"]
    states = sorted(Case.objects.filter(number__in=numbers).values_list("state", flat=True))
    assert states == ["to_deliver", "transfer_recorded"]
    assert sum(selectors.balances(simulated=False).values()) == 0


def test_two_applications_of_one_body_at_once_make_one(market: Market) -> None:
    side = a_side("metro", 3)
    assert at_once(lambda: market.applied(side), lambda: market.applied(side)) == ["done", "party_exists"]
    assert Case.objects.filter(workflow="trade_party", state="submitted").count() == 1
