"""What the worker does for this room."""

from __future__ import annotations

import time
from collections.abc import Mapping

from kaimen.core.errors import Unavailable
from kaimen.core.policy.party import Actor, Via
from kaimen.lake import services
from kaimen.lake.lifecycle import NEXT
from kaimen.lake.services import housekeeping
from kaimen.office.services import RunHandle
from kaimen.web.now import now

PATIENCE = 60
WAIT_S = 2.0


def load(run: RunHandle, arguments: Mapping[str, object]) -> None:
    """Take a load as far as it goes, telling progress in records; while another load is being published, wait."""
    load_id, waited = str(arguments["load"]), 0
    run.progress(0, len(NEXT), "steps")
    while True:
        try:
            if not services.step(load_id, now=now(), progress=lambda done, total: run.progress(done, total, "records")):
                return
        except Unavailable as error:
            if error.code != "table_busy" or waited >= PATIENCE:
                raise
            waited += 1
            time.sleep(WAIT_S)


def erase(run: RunHandle, arguments: Mapping[str, object]) -> None:
    """Take somebody's rows out everywhere; while a load of the table is open, wait."""
    erasure_id, waited = str(arguments["erasure"]), 0
    run.progress(0, 1, "steps")
    while True:
        try:
            services.erase(erasure_id, now=now())
        except Unavailable as error:
            if error.code != "table_busy" or waited >= PATIENCE:
                raise
            waited += 1
            time.sleep(WAIT_S)
        else:
            return


def published(post_id: int, body: Mapping[str, object]) -> None:
    """After a version is out: what no version and no open load names goes from the table's folder. Twice is once."""
    del post_id
    housekeeping.tidy(str(body["entry"]))


def fetch(run: RunHandle, arguments: Mapping[str, object]) -> None:
    """Ask a business system for its data: one load a run, however often the run is taken up."""
    run.progress(0, 1, "steps")
    services.start(str(arguments["feed"]), key=f"run-{run.id}", by=Actor(via=Via.JOB), now=now())
    run.progress(1, 1, "steps")


JOBS = {"lake.load": load, "lake.erase": erase, "lake.fetch": fetch}
RECEIVERS = {"lake.published": published}
