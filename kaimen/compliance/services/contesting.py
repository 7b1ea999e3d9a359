"""How long an answer can be contested before the body that gave it may close the case."""

from __future__ import annotations

from kaimen.cases import selectors as cases
from kaimen.cases.services import Step
from kaimen.core.errors import Refused
from kaimen.core.lifecycle.terms import due
from kaimen.office import selectors as office


def contest_over(step: Step, rule: str) -> None:
    """The days of a rule since the last answer have run. Raises `Refused("contest_running")` with the day."""
    answered = next(one.at for one in reversed(cases.taken(step.case)) if one.verb == "answer")
    book = office.rules()
    end = due(answered, book.value(rule, book.calendar.day(answered)).amount(), (), book.calendar)
    if end is not None and step.now <= end.at:
        raise Refused("contest_running", until=book.calendar.day(end.at).isoformat())
