"""A zone in operation with data in it, a project with its team, the people who decide, and a pool that answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kaimen.engines import pool
from tests.zones.floor import Floor, a_floor


@pytest.fixture(scope="session")
def pooled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose pool serves the whole session; tests put their own lake below it."""
    home = tmp_path_factory.mktemp("zones")
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
def floor(db: None, home: Path) -> Floor:
    del db, home
    return a_floor()
