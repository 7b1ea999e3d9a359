"""What the worker does for this room."""

from __future__ import annotations

from collections.abc import Mapping

from kaimen.monitor import services
from kaimen.office.services import RunHandle
from kaimen.web.now import now


def publish(run: RunHandle, arguments: Mapping[str, object]) -> None:
    """Give a register to the lake."""
    run.progress(0, 1, "steps")
    services.publish(str(arguments["register"]), now=now())


JOBS = {"monitor.publish": publish}
