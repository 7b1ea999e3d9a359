"""What the worker does for this room."""

from __future__ import annotations

from collections.abc import Mapping

from kaimen.core.policy.party import Actor, Via
from kaimen.monitor import services
from kaimen.office.services import RunHandle
from kaimen.web.now import now


def publish(run: RunHandle, arguments: Mapping[str, object]) -> None:
    """Give a register to the lake."""
    run.progress(0, 1, "steps")
    services.publish(str(arguments["register"]), now=now())


def compute(run: RunHandle, arguments: Mapping[str, object]) -> None:
    """Compute every indicator and the index from the versions in force."""
    del arguments
    run.progress(0, 1, "steps")
    services.compute(by=Actor(via=Via.JOB), now=now())


JOBS = {"monitor.publish": publish, "monitor.compute": compute}
