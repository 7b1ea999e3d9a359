"""Markets for the tests of this room."""

from __future__ import annotations

import pytest

from tests.trading.market import Market, a_market


@pytest.fixture
def market(db: None, home: object) -> Market:
    """The exchange is on; nobody is admitted yet."""
    del db, home
    return a_market()


@pytest.fixture
def open_market(market: Market) -> Market:
    """Both sides are admitted."""
    market.admitted(market.seller)
    market.admitted(market.buyer)
    return market
