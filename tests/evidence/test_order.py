"""PostgreSQL: transactions that begin and end in another order, sessions that hold everybody up, two integrators at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, connections, transaction

from kaimen.evidence import selectors
from kaimen.evidence import services as evidence
from kaimen.evidence.models import Entry, Sequenced
from kaimen.evidence.services import Kind
from tests.evidence.conftest import NOW, record

pytestmark = pytest.mark.django_db(transaction=True)


def in_log() -> list[int]:
    return list(Sequenced.objects.order_by("leaf_index").values_list("evidence_id", flat=True))


class Writer:
    """A transaction in another session, step by step."""

    def __init__(self) -> None:
        self._steps = [threading.Event() for _ in range(3)]
        self._done = [threading.Event() for _ in range(3)]
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            with transaction.atomic():
                self._await(0)
                with connection.cursor() as cursor:
                    cursor.execute("select pg_current_xact_id()")  # begins to write: has its number now
                self._done[0].set()
                self._await(1)
                evidence.record(
                    Kind.HEARTBEAT, at=NOW, public={"out": "done"}, private={"version": "1", "process": "late"}
                )
                self._done[1].set()
                self._await(2)
        finally:
            connections.close_all()
            self._done[2].set()

    def _await(self, step: int) -> None:
        assert self._steps[step].wait(20)

    def go(self, step: int) -> None:
        self._steps[step].set()
        assert self._done[step].wait(20)
        if step == 2:
            self._thread.join(20)


def test_a_lower_number_that_commits_later_is_not_lost() -> None:
    if connection.vendor != "postgresql":
        record()  # SQLite has one writer at a time: nobody can begin earlier and end later
        assert evidence.integrate(now=NOW) == 1
        return
    late = Writer()
    late.go(0)
    record()
    assert evidence.integrate(now=NOW) == 0  # an earlier one may still appear before it
    late.go(1)
    record()
    assert evidence.integrate(now=NOW) == 0
    late.go(2)
    assert evidence.integrate(now=NOW) == 3
    with connection.cursor() as cursor:
        cursor.execute("select id from evidence order by xid, id")
        assert in_log() == [row[0] for row in cursor.fetchall()]
    assert Entry.objects.count() == 3


def test_a_writer_left_open_in_another_database_holds_the_log_up_and_is_named() -> None:
    if connection.vendor != "postgresql":
        return
    with psycopg.connect(
        **{**connection.get_connection_params(), "dbname": "postgres", "application_name": "sleeper"}
    ) as other:  # type: ignore[arg-type]
        other.execute("select pg_current_xact_id()")
        record()
        assert evidence.integrate(now=NOW) == 0
        status = selectors.status(NOW + timedelta(seconds=61))
        assert status.stalled
        assert status.held_up_by
        assert "sleeper" in status.held_up_by
        other.rollback()
    assert evidence.integrate(now=NOW) == 1
    assert not selectors.status(NOW + timedelta(seconds=61)).stalled


def test_a_savepoint_does_not_change_the_order() -> None:
    with transaction.atomic():
        with transaction.atomic():
            record()
        record()
    assert evidence.integrate(now=NOW) == 2
    assert in_log() == sorted(in_log())


def test_two_integrators_take_turns() -> None:
    for _ in range(50):
        record()
    counts: list[int] = []

    def work() -> None:
        try:
            while count := evidence.integrate(now=NOW, limit=7):
                counts.append(count)
        finally:
            connections.close_all()

    if connection.vendor == "postgresql":
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    work_here = evidence.integrate(now=NOW)
    while work_here:
        counts.append(work_here)
        work_here = evidence.integrate(now=NOW)
    assert sum(counts) == 50
    assert list(Sequenced.objects.order_by("leaf_index").values_list("leaf_index", flat=True)) == list(range(50))


def test_writers_at_once_use_lanes_of_their_own_and_leave_no_gap() -> None:
    if connection.vendor != "postgresql":
        return

    def write() -> None:
        try:
            for _ in range(20):
                record()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Entry.objects.count() == 80
    assert evidence.reconcile([], since=NOW, until=NOW, now=NOW).counts["gaps"] == 0
