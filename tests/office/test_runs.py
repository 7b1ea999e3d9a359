"""Long jobs: asked for once, done once, given out again when their worker died; the state is derived."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from kaimen.core.errors import Invalid, Missing
from kaimen.office import selectors, services
from kaimen.office.models import Run
from kaimen.office.services import RunHandle

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


def ask(key: str = "1") -> Run:
    return services.start_run("count", arguments={"to": 3}, key=key, now=NOW)


def count(run: RunHandle, arguments: Mapping[str, object]) -> None:
    run.progress(3, 3, "rows")


def test_asking_twice_is_one_run() -> None:
    assert ask().pk == ask().pk


def test_a_run_waits_then_is_done_with_its_progress() -> None:
    run = ask()
    assert selectors.run(run.pk, now=NOW).state == "waiting"
    assert services.work_once({"count": count}, holder="a", clock=lambda: NOW)
    seen = selectors.run(run.pk, now=NOW)
    assert (seen.state, seen.done, seen.total, seen.unit) == ("done", 3, 3, "rows")
    assert not services.work_once({"count": count}, holder="a", clock=lambda: NOW)


def test_a_refusal_ends_the_run_with_its_code_and_a_bug_with_broken() -> None:
    def refuse(run: RunHandle, arguments: Mapping[str, object]) -> None:
        raise Invalid("file_encoding")

    def bug(run: RunHandle, arguments: Mapping[str, object]) -> None:
        raise ZeroDivisionError

    for number, (job, code) in enumerate(((refuse, "file_encoding"), (bug, "broken"))):
        run = ask(str(number))
        services.work_once({"count": job}, holder="a", clock=lambda: NOW)
        assert (selectors.run(run.pk, now=NOW).state, selectors.run(run.pk, now=NOW).error_code) == ("failed", code)


def test_a_run_whose_worker_died_is_lost_and_given_out_again() -> None:
    run = ask()
    Run.objects.filter(pk=run.pk).update(started_at=NOW, holder="dead", beat_at=NOW, attempts=1)
    assert selectors.run(run.pk, now=NOW).state == "running"
    later = NOW + selectors.LOST_AFTER + timedelta(seconds=1)
    assert selectors.run(run.pk, now=later).state == "lost"
    assert not services.work_once({"count": count}, holder="b", clock=lambda: NOW)
    assert services.work_once({"count": count}, holder="b", clock=lambda: later)
    assert selectors.run(run.pk, now=later).state == "done"


def test_a_worker_whose_run_was_given_away_cannot_end_it() -> None:
    run = ask()

    def taken_over(handle: RunHandle, arguments: Mapping[str, object]) -> None:
        Run.objects.filter(pk=handle.id).update(holder="other")
        handle.progress(1, 3, "rows")

    services.work_once({"count": taken_over}, holder="a", clock=lambda: NOW)
    assert Run.objects.get(pk=run.pk).ended_at is None


def test_an_unknown_run_is_missing() -> None:
    with pytest.raises(Missing, match="run_missing"):
        selectors.run(12345, now=NOW)


def test_cancelling_is_seen_by_the_job() -> None:
    run = ask()
    services.ask_to_cancel(run.pk, now=NOW)

    def polite(handle: RunHandle, arguments: Mapping[str, object]) -> None:
        if handle.cancelled():
            raise services.Cancelled

    services.work_once({"count": polite}, holder="a", clock=lambda: NOW)
    assert selectors.run(run.pk, now=NOW).state == "cancelled"
