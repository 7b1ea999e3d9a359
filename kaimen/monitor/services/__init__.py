"""Verbs of this room: write records and sheets, publish registers as open data, compute indicators and the index."""

from kaimen.monitor.services.bringing import Found, Rehearsal, enter, look_again, rehearse
from kaimen.monitor.services.computing import Checked, Outcome, check, compute
from kaimen.monitor.services.offering import COMPILES, body_of, compile_entry, publish, sweep
from kaimen.monitor.services.writing import check_owner, check_writer, put, restore, retire

__all__ = [
    "COMPILES",
    "Checked",
    "Found",
    "Outcome",
    "Rehearsal",
    "body_of",
    "check",
    "check_owner",
    "check_writer",
    "compile_entry",
    "compute",
    "enter",
    "look_again",
    "publish",
    "put",
    "rehearse",
    "restore",
    "retire",
    "sweep",
]
