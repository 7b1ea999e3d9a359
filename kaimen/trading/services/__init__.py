"""Verbs of the exchange: switch it off, object to a registration, keep its terms, look for what is unusual.

What is done with assets, parties, products, orders and alerts are steps of cases; `HOOKS` says what this room does at each.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kaimen.cases.services import Hook, Seat
from kaimen.trading import selectors
from kaimen.trading.services import alerts, listings, orders, parties, register, switch
from kaimen.trading.services.alerts import look
from kaimen.trading.services.register import object_to
from kaimen.trading.services.switch import switch_off

__all__ = ["HOOKS", "SEATS", "look", "object_to", "sweep", "switch_off"]


def sweep(*, now: datetime) -> int:
    """What ends by itself: registrations and admissions at their last day. Returns how many."""
    return register.sweep(now=now) + parties.sweep(now=now)


HOOKS: Mapping[str, Mapping[str, Hook]] = {
    "exchange_operator": switch.HOOKS,
    "asset_registration": register.HOOKS,
    "asset_objection": register.OBJECTION,
    "trade_party": parties.HOOKS,
    "product_listing": listings.HOOKS,
    "trade_order": orders.HOOKS,
    "trade_alert": alerts.HOOKS,
}
"""Which steps of which workflow this room attends to."""
SEATS: Mapping[str, Mapping[str, Seat]] = {
    "trade_party": {"exchange": selectors.operator_seat},
    "product_listing": {"exchange": selectors.operator_seat},
    "trade_order": {"exchange": selectors.operator_seat, "seller": selectors.seller_seat},
    "trade_alert": {"exchange": selectors.operator_seat},
}
"""Whom this room seats on which side."""
