"""What all tests share: a home of their own, the database that was asked for, no foreign network.

`KAIMEN_TEST_DATABASE=postgres` starts a real PostgreSQL on a Unix socket and runs the same tests on it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.environment import HOME, server

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")  # what a busy machine takes longer for is no fault


def pytest_unconfigure(config: pytest.Config) -> None:
    del config
    if server is not None:
        from django.db import connections

        connections.close_all()
        server.cleanup()  # type: ignore[attr-defined]
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    del item, call
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"skipped under CI: {reason}"


@pytest.fixture
def home(tmp_path: Path, settings: object) -> Path:
    """A KAIMEN_HOME of the test's own."""
    settings.KAIMEN_HOME = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def pytest_configure(config: pytest.Config) -> None:
    """After a test that commits, Django empties every table; the log's refuse that, so their triggers step aside for the moment."""
    del config
    from django.db import connection
    from django.test import TransactionTestCase

    from kaimen.cases import frozen as steps
    from kaimen.catalogue import frozen
    from kaimen.evidence import append_only
    from kaimen.trading import frozen as journal

    empty = TransactionTestCase._fixture_teardown

    def empty_also_the_log(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            for statement in (
                *append_only.removals(connection.vendor),
                *frozen.removals(connection.vendor),
                *steps.removals(connection.vendor),
                *journal.removals(connection.vendor),
            ):
                cursor.execute(statement)
        empty(case)
        with connection.cursor() as cursor:
            for statement in (
                *append_only.statements(connection.vendor),
                append_only.seed(connection.vendor),
                *frozen.statements(connection.vendor),
                *steps.statements(connection.vendor),
                *journal.statements(connection.vendor),
            ):
                cursor.execute(statement)

    TransactionTestCase._fixture_teardown = empty_also_the_log
