"""The verbs of this room: the post, desks, runs of long jobs, clocks of cases, and the values that an installation sets for itself."""

from __future__ import annotations

from kaimen.office.services.clocks import (
    cancel_clocks,
    extend_clock,
    meet_clock,
    meet_running,
    resume_clock,
    start_clock,
    stop_clock,
    tick,
)
from kaimen.office.services.desks import close_desk_items, open_desk_item
from kaimen.office.services.posting import TRIES, Receiver, deliver, post
from kaimen.office.services.ruling import announce_year, close_day, set_rule
from kaimen.office.services.running import Cancelled, Job, RunHandle, ask_to_cancel, start_run, work_once
from kaimen.office.services.trying import refusal_of

__all__ = [
    "TRIES",
    "Cancelled",
    "Job",
    "Receiver",
    "RunHandle",
    "announce_year",
    "ask_to_cancel",
    "cancel_clocks",
    "close_day",
    "close_desk_items",
    "deliver",
    "extend_clock",
    "meet_clock",
    "meet_running",
    "open_desk_item",
    "post",
    "refusal_of",
    "resume_clock",
    "set_rule",
    "start_clock",
    "start_run",
    "stop_clock",
    "tick",
    "work_once",
]
