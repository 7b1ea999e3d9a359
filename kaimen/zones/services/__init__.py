"""Verbs of this room: what is done at the steps of its workflows; projects and their teams; questions, results, and what leaves."""

from collections.abc import Mapping
from datetime import datetime

from kaimen.cases.services import Hook
from kaimen.zones.services import admitting, authorising, taking_out
from kaimen.zones.services.freezing import FORMS, freeze, read_table
from kaimen.zones.services.projects import add_member, close_project, commit, end_member, open_project
from kaimen.zones.services.taking_out import checks_of, fetch
from kaimen.zones.services.working import SHOWN_ROWS, Shown, remove, run, run_saved, save

HOOKS: Mapping[str, Mapping[str, Hook]] = {
    "zone_authorisation": authorising.HOOKS,
    "zone_admission": admitting.HOOKS,
    "zone_egress": taking_out.HOOKS,
}
"""Which steps of which workflow this room attends to."""


def sweep(*, now: datetime) -> int:
    """What ends by its day: zones, releases, results that nobody asked for. How many."""
    return authorising.expire(now=now) + taking_out.sweep(now=now)


__all__ = [
    "FORMS",
    "HOOKS",
    "SHOWN_ROWS",
    "Shown",
    "add_member",
    "checks_of",
    "close_project",
    "commit",
    "end_member",
    "fetch",
    "freeze",
    "open_project",
    "read_table",
    "remove",
    "run",
    "run_saved",
    "save",
    "sweep",
]
