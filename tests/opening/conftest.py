from __future__ import annotations

from pathlib import Path

import pytest

from kaimen.web.now import now
from tests.opening.town import Town, a_town


@pytest.fixture
def town(transactional_db: None, home: Path) -> Town:
    """Of today, so that what is fresh is fresh."""
    return a_town(now=now())
