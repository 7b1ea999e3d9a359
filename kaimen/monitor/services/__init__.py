"""Verbs of this room: write records and sheets, publish registers as open data, compute indicators and the index."""

from kaimen.monitor.services.bringing import Found, Rehearsal, enter, look_again, rehearse
from kaimen.monitor.services.offering import body_of, compile_entry, publish, sweep
from kaimen.monitor.services.writing import put, restore, retire

__all__ = [
    "Found",
    "Rehearsal",
    "body_of",
    "compile_entry",
    "enter",
    "look_again",
    "publish",
    "put",
    "rehearse",
    "restore",
    "retire",
    "sweep",
]
