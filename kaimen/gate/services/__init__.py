"""Verbs of this room: grant, suspend, resume, revoke; decide, answer, respond with the answer as a file, and close what was left open."""

from kaimen.gate.encoders import FORMS, Form
from kaimen.gate.services.answering import Answer, Seen, answer, sweep
from kaimen.gate.services.asking import Decided, Question, check_extent, decide, try_columns
from kaimen.gate.services.granting import (
    GrantForm,
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
    "Decided",
    "Form",
    "GrantForm",
    "Question",
    "Seen",
    "answer",
    "check_extent",
    "close",
    "close_rows",
    "decide",
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
