"""The journal: money moves from account to account by entries that balance by their form. Append-only; triggers hold it so.

What is simulated has books of its own: a bank, escrows and debts that never meet real money.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from kaimen.core.errors import Invalid, Refused
from kaimen.trading.models import Account, JournalEntry, JournalLine, Order
from kaimen.trading.money import WHOLE, split


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """`fen` pass from `credit` to `debit`; each is a kind of account and its owner."""

    debit: tuple[str, str]
    credit: tuple[str, str]
    fen: int


BANK = ("bank", "")


def pay_in(order: Order, *, reference: str, now: datetime) -> JournalEntry:
    """The price has come: it waits in the escrow of the order."""
    moves = [Move(debit=BANK, credit=("escrow", order.number), fen=order.fen)]
    return post(f"paid:{order.number}", "paid", order, moves, reference=reference, now=now)


def refund(order: Order, fen: int, *, now: datetime) -> JournalEntry | None:
    """Back to the buyer out of the escrow; nothing where nothing was paid."""
    if not fen:
        return None
    moves = [Move(debit=("escrow", order.number), credit=BANK, fen=fen)]
    return post(f"refunded:{order.number}", "refunded", order, moves, now=now)


def settle(order: Order, operator: str, *, now: datetime) -> JournalEntry | None:
    """Out of the escrow to whom it is owed: seller, who shares in the income, the operator for its fee."""
    rest = order.fen - order.refunded_fen
    if not rest:
        return None
    owed = [(("payable", order.seller), WHOLE - order.fee_bp - order.partner_bp)]
    owed += [(("payable", order.partner), order.partner_bp)] if order.partner_bp else []
    owed += [(("fee", operator), order.fee_bp)] if order.fee_bp else []
    shares = split(rest, [part for _, part in owed])
    moves = [
        Move(debit=("escrow", order.number), credit=account, fen=fen)
        for (account, _), fen in zip(owed, shares, strict=True)
        if fen
    ]
    return post(f"settled:{order.number}", "settled", order, moves, now=now)


def pay_out(order: Order, *, reference: str, now: datetime) -> JournalEntry | None:
    """What the settlement of this order made payable leaves the bank."""
    owed = JournalLine.objects.filter(entry__order=order, entry__what="settled", credit__kind="payable")
    moves = [
        Move(debit=("payable", line.credit.owner), credit=BANK, fen=line.fen)
        for line in owed.select_related("credit").order_by("pk")
    ]
    return post(f"paid_out:{order.number}", "paid_out", order, moves, reference=reference, now=now) if moves else None


@transaction.atomic
def post(
    key: str, what: str, order: Order, moves: Sequence[Move], *, reference: str = "", now: datetime
) -> JournalEntry:
    """Write an entry once. The same key with the same moves is answered as written.

    Raises `Invalid("idempotency_mismatch")` for the same key with other moves, `Refused("reference_used")`, and
    `Refused("account_short")` where an account would hold or owe less than nothing.
    """
    held = JournalEntry.objects.filter(key=key).first()
    if held is not None:
        return _same(held, moves, reference)
    if not moves or any(move.fen <= 0 or move.debit == move.credit for move in moves):
        raise Invalid("entry_empty", key=key[:60])
    if reference and JournalEntry.objects.filter(what=what, reference=reference).exists():
        raise Refused("reference_used", reference=reference)
    accounts = _accounts({one for move in moves for one in (move.debit, move.credit)}, simulated=order.simulated)
    try:
        with transaction.atomic():
            entry = JournalEntry.objects.create(
                key=key, what=what, order=order, simulated=order.simulated, reference=reference, at=now
            )
            JournalLine.objects.bulk_create(
                JournalLine(entry=entry, debit=accounts[move.debit], credit=accounts[move.credit], fen=move.fen)
                for move in moves
            )
            changes = dict.fromkeys(accounts, 0)
            for move in moves:
                changes[move.debit] += move.fen
                changes[move.credit] -= move.fen
            for name, change in sorted(changes.items()):
                Account.objects.filter(pk=accounts[name].pk).update(fen=F("fen") + change)
    except IntegrityError:
        if JournalEntry.objects.filter(what=what, reference=reference).exclude(reference="").exists():
            raise Refused("reference_used", reference=reference) from None
        raise Refused("account_short", key=key[:60]) from None
    return entry


def _same(held: JournalEntry, moves: Sequence[Move], reference: str) -> JournalEntry:
    written = sorted(
        ((line.debit.kind, line.debit.owner), (line.credit.kind, line.credit.owner), line.fen)
        for line in held.lines.select_related("debit", "credit")
    )
    if written != sorted((move.debit, move.credit, move.fen) for move in moves) or held.reference != reference:
        raise Invalid("idempotency_mismatch", key=held.key[:60])
    return held


def _accounts(names: set[tuple[str, str]], *, simulated: bool) -> dict[tuple[str, str], Account]:
    """The accounts, made where they are new, locked in one order so that two entries cannot wait for each other."""
    found: dict[tuple[str, str], Account] = {}
    for kind, owner in sorted(names):
        made, _ = Account.objects.get_or_create(kind=kind, owner=owner, simulated=simulated)
        found[kind, owner] = Account.objects.select_for_update().get(pk=made.pk)
    return found
