"""Verbs of this room: grant, suspend, resume, revoke; decide, answer, respond with the answer as a file, and close what was left open."""

from kaimen.gate.encoders import FORMS, Form
from kaimen.gate.services.answering import Answer, Seen, answer, sweep
from kaimen.gate.services.asking import Decided, Question, check_extent, decide, try_columns
from kaimen.gate.services.clearing import ClearanceForm, clear, end_clearance
from kaimen.gate.services.granting import (
    GrantForm,
    assessed,
    close,
    close_rows,
    grant,
    reopen,
    reopen_rows,
    resume,
    revoke,
    suspend,
)
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
    "Seen",
    "answer",
    "assessed",
    "check_extent",
    "clear",
    "close",
    "close_rows",
    "decide",
    "end_clearance",
    "grant",
    "ground",
    "reopen",
    "reopen_rows",
    "respond",
    "resume",
    "revoke",
    "suspend",
    "sweep",
    "try_columns",
]
