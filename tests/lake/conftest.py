from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue.city import City, a_city
from tests.lake.bureau import Bureau


@pytest.fixture
def city(db: None, home: Path) -> City:
    return a_city()


@pytest.fixture
def bureau(city: City, home: Path) -> Bureau:
    """A published entry of a table of passengers, and who loads it."""
    return Bureau.of(city, home)
