from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kaimen.engines import pool
from kaimen.opening import gatehouse
from kaimen.web.now import now
from tests.opening.counter import Counter, a_counter
from tests.opening.town import Town, a_town


@pytest.fixture(scope="session")
def pooled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose pool serves the whole session; tests put their own lake below it."""
    home = tmp_path_factory.mktemp("opening")
    with pool.serving(home, readable=[home], workers=1, time_zone="Asia/Shanghai"):
        yield home


@pytest.fixture
def home(pooled: Path, settings: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pool's home, with a lake of this test's own."""
    for child in pooled.iterdir():
        if child.name != "queries.sock":
            child.rename(tmp_path_factory.mktemp("old") / child.name)
    settings.KAIMEN_HOME = pooled  # type: ignore[attr-defined]
    return pooled


@pytest.fixture
def town(transactional_db: None, home: Path) -> Town:
    """Of today, so that what is fresh is fresh; nothing is remembered of other towns."""
    gatehouse.forget()
    return a_town(now=now())


@pytest.fixture
def counter(db: None, home: Path) -> Counter:
    del db, home
    return a_counter()
