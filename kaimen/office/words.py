"""Schedules and runs in words: rhythms, states, outcomes, lengths of time, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from kaimen.core.lifecycle.rhythm import LAST, Every, Rhythm
from kaimen.office.offers import name_of, offers

EVERY = {
    Every.DAY: gettext_lazy("Every day"),
    Every.WORKING_DAY: gettext_lazy("Each working day"),
    Every.WEEK: gettext_lazy("Every week"),
    Every.MONTH: gettext_lazy("Every month"),
    Every.YEAR: gettext_lazy("Every year"),
}
WEEKDAYS = {
    1: gettext_lazy("Monday"),
    2: gettext_lazy("Tuesday"),
    3: gettext_lazy("Wednesday"),
    4: gettext_lazy("Thursday"),
    5: gettext_lazy("Friday"),
    6: gettext_lazy("Saturday"),
    7: gettext_lazy("Sunday"),
}
MONTHS = {
    1: gettext_lazy("January"),
    2: gettext_lazy("February"),
    3: gettext_lazy("March"),
    4: gettext_lazy("April"),
    5: gettext_lazy("May"),
    6: gettext_lazy("June"),
    7: gettext_lazy("July"),
    8: gettext_lazy("August"),
    9: gettext_lazy("September"),
    10: gettext_lazy("October"),
    11: gettext_lazy("November"),
    12: gettext_lazy("December"),
}
STATES = {
    "waiting": gettext_lazy("waits for the worker"),
    "running": gettext_lazy("is running"),
    "lost": gettext_lazy("lost its worker, is given out again"),
    "done": gettext_lazy("done"),
    "failed": gettext_lazy("did not work out"),
    "cancelled": gettext_lazy("called off"),
}
JOBS = {
    "lake.load": gettext_lazy("Load of a feed"),
    "lake.erase": gettext_lazy("Rows of a person taken out"),
    "monitor.publish": gettext_lazy("Register given to the lake"),
    "demo.big": gettext_lazy("Big tables of the demo city"),
}
"""Jobs that nobody schedules."""


def rhythm_in_words(rhythm: Rhythm) -> str:
    """`Every month on day 5 at 04:00, moved to the next working day`; the zone where it is not the city's."""
    at = f"{rhythm.at:%H:%M}"
    said = _day_in_words(rhythm) % {"at": at, **_parts(rhythm)}
    if rhythm.moves:
        said = _("%(rhythm)s, moved to the next working day") % {"rhythm": said}
    if rhythm.zone != settings.KAIMEN_TIME_ZONE:
        said = _("%(rhythm)s (%(zone)s)") % {"rhythm": said, "zone": rhythm.zone}
    return said


def _day_in_words(rhythm: Rhythm) -> str:
    match rhythm.every, rhythm.day:
        case Every.DAY, _:
            return _("Every day at %(at)s")
        case Every.WORKING_DAY, _:
            return _("Each working day at %(at)s")
        case Every.WEEK, _:
            return _("Every week on %(weekday)s at %(at)s")
        case Every.MONTH, -1:
            return _("On the last day of every month at %(at)s")
        case Every.MONTH, _:
            return _("Every month on day %(day)s at %(at)s")
        case Every.YEAR, -1:
            return _("Every year on the last day of %(month)s at %(at)s")
        case _:
            return _("Every year on %(day)s %(month)s at %(at)s")


def _parts(rhythm: Rhythm) -> Mapping[str, object]:
    return {
        "weekday": WEEKDAYS.get(rhythm.weekday or 0, ""),
        "month": MONTHS.get(rhythm.month or 0, ""),
        "day": rhythm.day,
    }


def day_in_words(day: int) -> str:
    """A day of the month, for a list of choices."""
    return _("the last day") if day == LAST else str(day)


def job_in_words(job: str, arguments: Mapping[str, object]) -> str:
    """What is done."""
    found = name_of(job, arguments)
    return found.in_(get_language() or "") if found else str(JOBS.get(job, job))


def what_it_does(job: str) -> str:
    """In a sentence; empty for a job that no room offers any more."""
    found = offers().get(job)
    return found.does.in_(get_language() or "") if found else ""


def length_in_words(length: timedelta | None) -> str:
    """`under a second`, `42 s`, `3 min 5 s`, `2 h 10 min`."""
    if length is None:
        return "—"
    seconds = int(length.total_seconds())
    if seconds < 1:
        return _("under a second")
    if seconds < 60:
        return _("%(s)s s") % {"s": seconds}
    if seconds < 3600:
        return _("%(min)s min %(s)s s") % {"min": seconds // 60, "s": seconds % 60}
    return _("%(h)s h %(min)s min") % {"h": seconds // 3600, "min": seconds % 3600 // 60}


def missed_in_words(missed: int) -> str:
    """That a run stands for others; empty where it does not."""
    if not missed:
        return ""
    return ngettext(
        "Also stands for %(n)s earlier time that was missed",
        "Also stands for %(n)s earlier times that were missed",
        missed,
    ) % {"n": missed}
