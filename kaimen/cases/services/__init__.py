"""Verbs of cases. Each step is one transaction: state, answers, terms, desks, what it does in other rooms, record and evidence.

Nothing is decided by time passing. A step that was taken already and is sent again, by the same person with the same answers, is
answered as done; anything else that comes too late is refused.
"""

from kaimen.cases.hooks import Choices, Hook, Seat, Sheet, Step, attend
from kaimen.cases.services.answering import destroy_sealed
from kaimen.cases.services.seating import seat_person, take_seat
from kaimen.cases.services.stepping import Done, act, begin, forget, save, take_back

__all__ = [
    "Choices",
    "Done",
    "Hook",
    "Seat",
    "Sheet",
    "Step",
    "act",
    "attend",
    "begin",
    "destroy_sealed",
    "forget",
    "save",
    "seat_person",
    "take_back",
    "take_seat",
]
