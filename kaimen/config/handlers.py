"""Who receives what: outbox kinds and long jobs to the rooms that handle them. Only config knows every room."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from kaimen.office.services import Job, Receiver

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

    return _gathered("JOBS") | JOBS  # type: ignore[return-value]  # what rooms' tasks export
