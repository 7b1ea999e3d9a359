"""Who receives what: outbox kinds and long jobs to the rooms that handle them. Only config knows every room."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from kaimen.office.services import Job, Receiver, RunHandle
from kaimen.web.now import now

CONTROLS = "controls.run"
COMPARE = "log.compare"
ROOMS_WITH_TASKS = ("accounts", "catalogue", "lake", "gate", "evidence", "cases", "monitor")


def _gathered(name: str) -> dict[str, object]:
    """Each room's `tasks.py` may have `RECEIVERS` (outbox kind -> function) and `JOBS` (job -> function)."""
    found: dict[str, object] = {}
    for room in ROOMS_WITH_TASKS:
        try:
            module = import_module(f"kaimen.{room}.tasks")
        except ModuleNotFoundError as error:
            if error.name != f"kaimen.{room}.tasks":
                raise
            continue
        found |= getattr(module, name, {})
    return found


def receivers() -> Mapping[str, Receiver]:
    """Outbox kind -> its receiver."""
    return _gathered("RECEIVERS")  # type: ignore[return-value]  # what rooms' tasks export


def jobs() -> Mapping[str, Job]:
    """Job name -> its handler."""
    from kaimen.config.demo import JOBS

    return _gathered("JOBS") | JOBS | {CONTROLS: _controls, COMPARE: _compare}  # type: ignore[return-value]  # what rooms' tasks export


def _controls(run: RunHandle, arguments: Mapping[str, object]) -> None:
    """Look at every control."""
    del arguments
    from kaimen.compliance import services as compliance
    from kaimen.config.controls import CONTROLS as LOOKS

    run.progress(0, 1, "steps")
    compliance.run_controls(LOOKS, now=now())
    run.progress(1, 1, "steps")


def _compare(run: RunHandle, arguments: Mapping[str, object]) -> None:
    """Compare up to the last day that is over."""
    del arguments
    from kaimen.config.reconciling import compare

    run.progress(0, 1, "steps")
    compare(now())
    run.progress(1, 1, "steps")
