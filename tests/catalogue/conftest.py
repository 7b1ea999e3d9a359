from __future__ import annotations

import pytest

from tests.catalogue.city import City, a_city


@pytest.fixture
def city(db: None, home: object) -> City:
    del db, home
    return a_city()
