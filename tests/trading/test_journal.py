"""The journal: balanced whatever is done in whatever order, no escrow overdrawn, nothing written twice, nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaimen.core.errors import Invalid, KaimenError, Refused
from kaimen.trading import selectors
from kaimen.trading.models import Account, JournalEntry, JournalLine, Order
from kaimen.trading.money import WHOLE, fen_of, split, yuan_of
from kaimen.trading.services import journal
from kaimen.trading.services.journal import Move
from tests.catalogue.city import NOW
from tests.trading.market import Market

pytestmark = pytest.mark.django_db
SHARED = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@given(st.integers(0, 10**15), st.lists(st.integers(0, 1000), min_size=1, max_size=6))
def test_shares_sum_to_the_amount_and_each_is_near_its_part(fen: int, weights: list[int]) -> None:
    parts = [*weights[:-1], WHOLE - sum(weights[:-1])]
    shares = split(fen, parts)
    assert sum(shares) == fen
    assert all(abs(share * WHOLE - fen * part) < WHOLE for share, part in zip(shares, parts, strict=True))


@pytest.mark.parametrize(("fen", "parts"), [(-1, [WHOLE]), (5, [WHOLE - 1]), (5, [WHOLE + 1, -1])])
def test_parts_that_are_no_whole_are_refused(fen, parts) -> None:
    with pytest.raises(ValueError, match="whole"):
        split(fen, parts)


def test_the_example_of_the_design_and_yuan_and_fen() -> None:
    assert split(10_001, [7000, 2500, 500]) == [7001, 2500, 500]
    assert (fen_of("12000.50"), fen_of("0.01"), yuan_of(1_200_050), yuan_of(0)) == (1_200_050, 1, "12000.50", "0.00")


def holds() -> None:
    """What is always true of the books."""
    for simulated in (True, False):
        assert sum(selectors.balances(simulated=simulated).values()) == 0
    for account in Account.objects.all():
        taken = account.debits.aggregate(sum=Sum("fen"))["sum"] or 0
        given_away = account.credits.aggregate(sum=Sum("fen"))["sum"] or 0
        assert account.fen == taken - given_away
        assert account.fen >= 0 if account.kind == "bank" else account.fen <= 0
    for order in Order.objects.all():
        escrow = Account.objects.filter(kind="escrow", owner=order.number).first()
        done = {one.what for one in order.entries.all()}
        waits = order.fen if "paid" in done and "settled" not in done else 0
        refunded = order.entries.filter(what="refunded").aggregate(sum=Sum("lines__fen"))["sum"] or 0
        assert -(escrow.fen if escrow else 0) == max(waits - refunded, 0)


@contextmanager
def suppress_known() -> Iterator[None]:
    """What the journal refuses by design; anything else is a fault."""
    try:
        yield
    except (Refused, Invalid) as told:
        if told.code not in {"account_short", "idempotency_mismatch"}:
            raise


STEPS = (
    ("sign_buyer", "buyer.head", {"no_onward": True, "no_reidentify": True}),
    ("sign_seller", "seller.head", {}),
    ("pay_simulated", "buyer.trader", {"simulated_known": True}),
    ("record_transfer", "staff", {"reference": "B-1", "amount": "12000.50", "received_on": "2026-11-23"}),
    ("record_transfer", "colleague", {"reference": "B-2", "amount": "1", "received_on": "2026-11-23"}),
    ("confirm_transfer", "colleague", {}),
    ("confirm_transfer", "staff", {}),
    ("deliver", "seller.trader", {}),
    ("give_up", "seller.trader", {"not_delivered_reason": "x"}),
    ("accept", "buyer.trader", {}),
    ("complain", "buyer.trader", {"complaint": "wrong", "reason": "x"}),
    ("decide", "staff", {"decision": "refund", "reason": "x"}),
    ("decide", "staff", {"decision": "partial", "refund": "500.25", "reason": "x"}),
    ("decide", "colleague", {"decision": "partial", "refund": "99999", "reason": "x"}),
    ("decide", "staff", {"decision": "stands", "reason": "x"}),
    ("carry_out", "colleague", {}),
    ("settle", "staff", {}),
    ("settle", "colleague", {}),
    ("pay_out", "colleague", {"payout_reference": "P-1"}),
    ("pay_out", "staff", {"payout_reference": "P-1"}),
    ("cancel", "buyer.trader", {"reason": "x"}),
)
LONG = st.lists(st.tuples(st.integers(0, 1), st.sampled_from(STEPS)), min_size=8, max_size=40)
"""Of two orders, anything at any time."""
IN_ORDER = st.lists(st.sampled_from(range(len(STEPS))), min_size=10, max_size=60).map(
    lambda told: [(0, STEPS[place]) for place in sorted(told)]
)
"""Of one order, mostly forward: so that the far ends are reached too."""


@pytest.fixture
def product(open_market: Market) -> str:
    return open_market.listed()


@SHARED
@given(acts=LONG | IN_ORDER, method=st.sampled_from(["sandbox", "bank_transfer"]))
def test_any_sequence_of_acts_keeps_the_books(open_market: Market, product: str, acts, method) -> None:
    market = open_market
    mark = transaction.savepoint()
    numbers = [market.placed(product, payment_method=method) for _ in range(2)]
    for which, (verb, who, told) in acts:
        side, _, office = who.partition(".")
        by = getattr(getattr(market, side), office) if office else getattr(market, side)
        before = JournalEntry.objects.count()
        try:
            market.take(numbers[which], verb, by, **told)
        except KaimenError:
            assert JournalEntry.objects.count() == before
        holds()
    transaction.savepoint_rollback(mark)


@SHARED
@given(
    st.lists(
        st.tuples(st.sampled_from(["pay", "refund", "settle", "pay_out"]), st.integers(0, 130_000_000)), max_size=12
    )
)
def test_the_journal_alone_refuses_what_would_overdraw(open_market: Market, product: str, calls) -> None:
    """Without the machine before it: verbs in any order and amount, each also sent twice."""
    market = open_market
    mark = transaction.savepoint()
    order = market.order(market.placed(product))
    for verb, fen in calls:
        for _ in range(2):
            with suppress_known():
                match verb:
                    case "pay":
                        journal.pay_in(order, reference="R", now=NOW)
                    case "refund":
                        journal.refund(order, fen, now=NOW)
                    case "settle":
                        journal.settle(order, str(market.exchange), now=NOW)
                    case _:
                        journal.pay_out(order, reference="P", now=NOW)
        assert sum(selectors.balances(simulated=True).values()) == 0
        assert not Account.objects.filter(kind="escrow", fen__gt=0).exists()
        assert not Account.objects.filter(kind="bank", fen__lt=0).exists()
    transaction.savepoint_rollback(mark)


def test_the_same_key_with_other_amounts_is_no_success(open_market: Market, product: str) -> None:
    order = open_market.order(open_market.placed(product))
    first = journal.pay_in(order, reference="R", now=NOW)
    assert journal.pay_in(order, reference="R", now=NOW).pk == first.pk
    order.fen += 1
    with pytest.raises(Invalid, match="idempotency_mismatch"):
        journal.pay_in(order, reference="R", now=NOW)
    with pytest.raises(Invalid, match="idempotency_mismatch"):
        journal.pay_in(open_market.order(order.number), reference="S", now=NOW)
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize("fen", [0, -5])
def test_an_entry_moves_something_between_two_accounts(open_market: Market, product: str, fen: int) -> None:
    order = open_market.order(open_market.placed(product))
    for move in (
        Move(debit=("bank", ""), credit=("escrow", order.number), fen=fen),
        Move(debit=("bank", ""), credit=("bank", ""), fen=5),
    ):
        with pytest.raises(Invalid, match="entry_empty"):
            journal.post("k", "paid", order, [move], now=NOW)
    with pytest.raises(Invalid, match="entry_empty"):
        journal.post("k", "paid", order, [], now=NOW)


def test_the_database_itself_refuses_changes_and_debts(open_market: Market, product: str) -> None:
    market = open_market
    order = market.order(market.paid(product))
    line = JournalLine.objects.get()
    for touch in (
        lambda: JournalLine.objects.update(fen=1),
        lambda: JournalLine.objects.all().delete(),
        lambda: JournalEntry.objects.update(at=NOW),
        lambda: JournalEntry.objects.filter(pk=line.entry_id).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            touch()
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(kind="escrow", owner=order.number).update(fen=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(kind="bank").update(fen=-1)
    assert JournalLine.objects.get().fen == 1_200_050


def test_simulated_and_real_money_never_meet(open_market: Market, product: str) -> None:
    market = open_market
    market.settled(product)
    number = market.signed(product, payment_method="bank_transfer")
    told = {"reference": "B-9", "amount": "12000.50", "received_on": "2026-11-23"}
    market.take(number, "record_transfer", market.staff, **told)
    market.take(number, "confirm_transfer", market.colleague)
    for line in JournalLine.objects.select_related("entry", "debit", "credit"):
        assert line.debit.simulated == line.credit.simulated == line.entry.simulated
    assert selectors.balances(simulated=False) == {"bank": 1_200_050, "escrow": -1_200_050, "payable": 0, "fee": 0}
    assert selectors.balances(simulated=True)["escrow"] == 0
