"""Runs of long jobs: asked for, taken up by one worker at a time, beating while they live, told with their outcome."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from kaimen.core.errors import KaimenError
from kaimen.office.models import Run
from kaimen.office.selectors import LOST_AFTER

log = logging.getLogger("kaimen.office")
Clock = Callable[[], datetime]


def start_run(job: str, *, arguments: Mapping[str, object], key: str, now: datetime) -> Run:
    """Ask the worker for one run of a long job. The same key again gives the same run: asking twice is not two runs."""
    run, _ = Run.objects.get_or_create(job=job, key=key, defaults={"arguments": dict(arguments), "due_at": now})
    return run


def ask_to_cancel(run_id: int, *, now: datetime) -> None:
    """The job sees it at its next `cancelled()`."""
    Run.objects.filter(pk=run_id, ended_at__isnull=True, cancel_asked_at__isnull=True).update(cancel_asked_at=now)


class Cancelled(Exception):
    """Raised by a job that has seen that it should end."""


class RunHandle:
    """What a job's handler holds: it tells progress and asks whether to go on. Progress is written at most twice a second."""

    def __init__(self, row: Run, holder: str, clock: Clock) -> None:
        self.id = row.pk
        self.key = row.key
        self._holder = holder
        self._clock = clock
        self._last = row.beat_at
        self._told = (row.done, row.total, row.unit)

    def progress(self, done: int, total: int, unit: str) -> None:
        """Tell how far it is. Raises `Cancelled` when the run was given to somebody else or should end."""
        self._told = (done, total, unit)
        now = self._clock()
        if self._last is None or now - self._last >= timedelta(seconds=0.5) or done >= total > 0:
            self._last = now
            self._write(now)

    def cancelled(self) -> bool:
        """Has somebody asked to end it?"""
        return Run.objects.filter(pk=self.id, cancel_asked_at__isnull=False).exists()

    def beat(self) -> None:
        """Say that the run lives, from a thread of its own while the handler is busy."""
        self._write(self._clock())

    def _write(self, now: datetime) -> None:
        done, total, unit = self._told
        mine = Run.objects.filter(pk=self.id, holder=self._holder, ended_at__isnull=True)
        if not mine.update(beat_at=now, done=done, total=total, unit=unit):
            raise Cancelled


Job = Callable[[RunHandle, Mapping[str, object]], None]


def work_once(jobs: Mapping[str, Job], *, holder: str, clock: Clock) -> bool:
    """Take up one run that waits or was lost, and do it to its end; False when there is none."""
    row = _take(jobs, holder=holder, now=clock())
    if row is None:
        return False
    handle = RunHandle(row, holder, clock)
    outcome, code = _do(jobs[row.job], handle, row)
    Run.objects.filter(pk=row.pk, holder=holder, ended_at__isnull=True).update(
        ended_at=clock(), outcome=outcome, error_code=code
    )
    return True


def _take(jobs: Mapping[str, Job], *, holder: str, now: datetime) -> Run | None:
    free = Q(started_at__isnull=True) | Q(beat_at__lt=now - LOST_AFTER)
    with transaction.atomic():
        row = (
            Run.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
            .filter(free, job__in=list(jobs), ended_at__isnull=True, due_at__lte=now)
            .order_by("due_at", "id")
            .first()
        )
        if row is None:
            return None
        row.started_at = row.started_at or now
        row.holder, row.beat_at, row.attempts = holder, now, row.attempts + 1
        row.save(update_fields=["started_at", "holder", "beat_at", "attempts"])
        return row


def _do(job: Job, handle: RunHandle, row: Run) -> tuple[str, str]:
    stop = threading.Event()
    beating = threading.Thread(target=_keep_beating, args=(handle, stop), daemon=True)
    beating.start()
    try:
        job(handle, row.arguments)
    except Cancelled:
        return "cancelled", ""
    except KaimenError as error:
        return "failed", error.code
    except Exception:
        log.exception("run %s of %s failed", row.pk, row.job)
        return "failed", "broken"
    else:
        return "done", ""
    finally:
        stop.set()
        beating.join()


def _keep_beating(handle: RunHandle, stop: threading.Event) -> None:
    try:
        while not stop.wait(5):
            try:
                handle.beat()
            except Cancelled:
                return
            except Exception:  # noqa: BLE001 - a busy database must not end the beating
                log.warning("beat of run %s was not written", handle.id)
    finally:
        connection.close()
