"""Verbs of this room: grant, suspend, resume, revoke; decide, answer, respond with a file; release what may leave a zone; close what was left open."""

from kaimen.gate.encoders import FORMS, Form
from kaimen.gate.services.answering import Answer, Seen, answer, sweep
from kaimen.gate.services.asking import Decided, Question, check_extent, decide, smallest_group, try_columns
from kaimen.gate.services.clearing import ClearanceForm, clear, end_clearance
from kaimen.gate.services.granting import (
    GrantForm,
    assessed,
    close,
    close_rows,
    fits,
    grant,
    reopen,
    reopen_rows,
    resume,
    revoke,
    suspend,
)
from kaimen.gate.services.releasing import ReleaseForm, Taken, end_release, release, take
from kaimen.gate.services.responding import respond
from kaimen.gate.words import ground

__all__ = [
    "FORMS",
    "Answer",
    "ClearanceForm",
    "Decided",
    "Form",
    "GrantForm",
    "Question",
    "ReleaseForm",
    "Seen",
    "Taken",
    "answer",
    "assessed",
    "check_extent",
    "clear",
    "close",
    "close_rows",
    "decide",
    "end_clearance",
    "end_release",
    "fits",
    "grant",
    "ground",
    "release",
    "reopen",
    "reopen_rows",
    "respond",
    "resume",
    "revoke",
    "smallest_group",
    "suspend",
    "sweep",
    "take",
    "try_columns",
]
