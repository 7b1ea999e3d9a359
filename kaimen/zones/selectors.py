"""Questions: is a zone in force, from how many on is a group shown."""

from __future__ import annotations

from datetime import datetime

from kaimen.office import selectors as office
from kaimen.zones.models import Zone

SMALLEST_GROUP, SMALLEST_GROUP_HIGH, HIGH = "POL-ZON-GROUP", "POL-ZON-GROUP-HIGH", "POL-ZON-SECOND"


def number(rule: str, now: datetime) -> int:
    """The number that a rule of the pack names today."""
    book = office.rules()
    (found,) = book.value(rule, book.calendar.day(now)).numbers
    return found


def smallest_group(level: int, now: datetime) -> int:
    """Of how many units a group of totals is made at least, by the level of the data (1 to 4)."""
    return number(SMALLEST_GROUP_HIGH if level >= number(HIGH, now) else SMALLEST_GROUP, now)


def in_force(zone: Zone, now: datetime) -> bool:
    """In operation, its day has come, and its last day is not over."""
    today = office.rules().calendar.day(now)
    return zone.state == Zone.State.OPERATING and zone.since <= today <= zone.until
