"""Verbs of this room: grant, suspend, resume, revoke; decide, answer, and close what was left open."""

from kaimen.gate.services.answering import Answer, Seen, answer, sweep
from kaimen.gate.services.asking import Decided, Question, decide
from kaimen.gate.services.granting import GrantForm, close, grant, reopen, resume, revoke, suspend

__all__ = [
    "Answer",
    "Decided",
    "GrantForm",
    "Question",
    "Seen",
    "answer",
    "close",
    "decide",
    "grant",
    "reopen",
    "resume",
    "revoke",
    "suspend",
    "sweep",
]
