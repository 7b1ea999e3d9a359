"""The verbs of this room: the post, desks, runs of long jobs and their schedules, clocks of cases, and the values that an installation sets for itself."""

from __future__ import annotations

from kaimen.office.offers import Offer, Standard, offer
from kaimen.office.services.clocks import (
    cancel_clocks,
    clear_waited,
    extend_clock,
    meet_clock,
    meet_running,
    pass_clock,
    resume_clock,
    start_clock,
    stop_clock,
    tick,
)
from kaimen.office.services.desks import close_desk_items, open_desk_item
from kaimen.office.services.posting import TRIES, Receiver, deliver, post
from kaimen.office.services.ruling import announce_year, close_day, set_rule
from kaimen.office.services.running import Cancelled, Job, RunHandle, ask_to_cancel, start_run, work_once
from kaimen.office.services.scheduling import (
    Wanted,
    begin_due,
    change_schedule,
    create_schedule,
    pause_schedule,
    resume_schedule,
    run_schedule,
    settle_schedules,
)
from kaimen.office.services.trying import refusal_of

__all__ = [
    "TRIES",
    "Cancelled",
    "Job",
    "Offer",
    "Receiver",
    "RunHandle",
    "Standard",
    "Wanted",
    "announce_year",
    "ask_to_cancel",
    "begin_due",
    "cancel_clocks",
    "change_schedule",
    "clear_waited",
    "close_day",
    "close_desk_items",
    "create_schedule",
    "deliver",
    "extend_clock",
    "meet_clock",
    "meet_running",
    "offer",
    "open_desk_item",
    "pass_clock",
    "pause_schedule",
    "post",
    "refusal_of",
    "resume_clock",
    "resume_schedule",
    "run_schedule",
    "set_rule",
    "settle_schedules",
    "start_clock",
    "start_run",
    "stop_clock",
    "tick",
    "work_once",
]
