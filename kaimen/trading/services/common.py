"""What the hooks of all four workflows ask."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from kaimen.cases.services import Step
from kaimen.core.errors import Invalid
from kaimen.office import selectors as office
from kaimen.trading import selectors

CHECK_HOLDS = "POL-TRD-IDENTITY"
"""How long a check of an identity or a source is good for."""


def today(step: Step) -> date:
    """The day of the step by the city's clock."""
    return office.rules().calendar.day(step.now)


def months_after(day: date, months: int) -> date:
    """The same day some months on; the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def good_until(step: Step) -> date:
    """Until when a check made today holds."""
    return months_after(today(step), office.rules().value(CHECK_HOLDS, today(step)).amount().n)


def all_of(step: Step, field: str) -> None:
    """Every check must be named as done. Raises `Invalid("case_facts")`."""
    if set(step.flow.fields[field].codes) - set(step.many(field)):
        raise fault(field, "all_needed")


def fault(field: str, code: str) -> Invalid:
    """A fault of one answer."""
    return Invalid("case_facts", fields=[field], faults=[code])


def operating(_step: Step) -> None:
    """Raises `Refused("trading_off")`."""
    selectors.operator_or_refuse()
