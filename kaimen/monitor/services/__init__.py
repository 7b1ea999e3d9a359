"""Verbs of this room: write records and sheets, publish registers as open data, compute indicators, the index and scorecards."""

from kaimen.monitor.services.bringing import Found, Rehearsal, enter, look_again, rehearse
from kaimen.monitor.services.computing import Checked, Outcome, check, compute
from kaimen.monitor.services.offering import COMPILES, body_of, compile_entry, publish, sweep
from kaimen.monitor.services.scoring import Recounted, fix, fix_ended, may_fix, recount
from kaimen.monitor.services.writing import check_owner, check_writer, put, restore, retire

__all__ = [
    "COMPILES",
    "Checked",
    "Found",
    "Outcome",
    "Recounted",
    "Rehearsal",
    "body_of",
    "check",
    "check_owner",
    "check_writer",
    "compile_entry",
    "compute",
    "enter",
    "fix",
    "fix_ended",
    "look_again",
    "may_fix",
    "publish",
    "put",
    "recount",
    "rehearse",
    "restore",
    "retire",
    "sweep",
]
