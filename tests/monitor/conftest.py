from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kaimen.engines import pool
from tests.monitor.registrars import Registrars, registrars


@pytest.fixture
def office(db: None, home: Path) -> Registrars:
    del db, home
    return registrars()


@pytest.fixture(scope="session")
def pooled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose pool serves the whole session; tests put their own lake below it."""
    home = tmp_path_factory.mktemp("monitor")
    with pool.serving(home, readable=[home], workers=1, time_zone="Asia/Shanghai"):
        yield home


@pytest.fixture
def asked(
    transactional_db: None, pooled: Path, settings: object, tmp_path_factory: pytest.TempPathFactory
) -> Registrars:
    """Bodies whose registers can be asked through the gate."""
    del transactional_db
    for child in pooled.iterdir():
        if child.name != "queries.sock":
            child.rename(tmp_path_factory.mktemp("old") / child.name)
    settings.KAIMEN_HOME = pooled  # type: ignore[attr-defined]
    return registrars()
