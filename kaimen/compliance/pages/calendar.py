"""Working days: a year as pictures and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from kaimen.compliance import drawing
from kaimen.compliance.selectors import DayKind, Term, YearOfDays
from kaimen.compliance.words import (
    DAYS,
    MONTHS_EN,
    WEEKDAYS,
    language,
    word,
)
from kaimen.web.parts import Column, Table
from kaimen.web.templatetags.kaimen import weekday


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month as a picture, and the same in words."""

    name: str
    squares: list[drawing.Square]
    working: int
    height: int
    said: str


def calendar(found: YearOfDays, term: Term | None) -> dict[str, object]:
    """Context of `/law/calendar`."""
    counts = Counter(found.days.values())
    squares = drawing.weeks(term) if term else []
    return {
        "section": "law",
        "tab": "calendar",
        "found": found,
        "provisional": not found.notice,
        "years": range(found.first, found.last + 1),
        "announced": (", " if language() == "en" else "、").join(map(str, found.announced)),
        "months": [_month(found, number) for number in range(1, 13)],
        "weekdays": _weekdays(),
        "legend": [
            {"ground": drawing.SIGNS.get(kind, ground), "words": word(DAYS, kind), "count": counts[kind]}
            for kind, ground in drawing.GROUNDS.items()
            if counts[kind]
        ],
        "special": _special(found),
        "term": term,
        "term_squares": squares,
        "term_height": squares[-1].y + drawing.TERM_HIGH if squares else 0,
        "term_table": _counted(term) if term else None,
    }


def _weekdays() -> list[tuple[int, str]]:
    return [(place * drawing.WIDE + drawing.WIDE // 2, name.in_(language())) for place, name in enumerate(WEEKDAYS)]


def _month(found: YearOfDays, number: int) -> Month:
    days = {day: kind for day, kind in found.days.items() if day.month == number}
    squares = drawing.month(found.year, number, found.days, today=found.today)
    worked = sum(kind in {DayKind.WORKING, DayKind.MAKEUP} for kind in days.values())
    special = {
        kind: [day for day, what in days.items() if what is kind]
        for kind in (DayKind.HOLIDAY, DayKind.MAKEUP, DayKind.CLOSURE)
    }
    told = [_("%(n)s working days") % {"n": worked}]
    told += [f"{word(DAYS, kind)} {_runs(own)}" for kind, own in special.items() if own]
    return Month(
        name=MONTHS_EN[number - 1] if language() == "en" else f"{number} 月",
        squares=squares,
        working=worked,
        height=max(square.y for square in squares) + drawing.HIGH,
        said=("; " if language() == "en" else "；").join(told),
    )


def _runs(days: Iterable[date]) -> str:
    """`1–3, 15`: days of a month that follow one another stand as one."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    parts = [str(run[0].day) if len(run) == 1 else f"{run[0].day}–{run[-1].day}" for run in runs]
    return (", " if language() == "en" else "、").join(parts)


def _special(found: YearOfDays) -> Table:
    """Every day that is not as the week says, as a table."""
    kinds = {DayKind.HOLIDAY, DayKind.MAKEUP, DayKind.CLOSURE}
    return Table(
        name=_("Days that are not as the week says"),
        caption=_("Days that are not as the week says"),
        columns=[
            Column(label=_("Day")),
            Column(label=_("Weekday")),
            Column(label=_("What it is")),
            Column(label=_("By")),
        ],
        rows=[
            [
                day.isoformat(),
                weekday(day),
                word(DAYS, kind),
                found.closures.get(day) or found.notice or _("not announced yet"),
            ]
            for day, kind in found.days.items()
            if kind in kinds
        ],
        row_heads=True,
    )


def _counted(term: Term) -> Table:
    return Table(
        name=_("The days that count"),
        caption=_("The days that count"),
        columns=[Column(label=_("Which day"), numeric=True), Column(label=_("Day")), Column(label=_("Weekday"))],
        rows=[[n, day.isoformat(), weekday(day)] for n, day in enumerate(term.counted, 1)],
    )
