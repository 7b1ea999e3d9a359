"""The rules in force here: the pack's, with what this installation announced and set for itself.

The pack is read once a process. What persons added lies in two small tables that are read each time; what they amount to is remembered
by their content, so that nothing of a transaction that was rolled back is ever remembered.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from functools import lru_cache

from django.conf import settings

from kaimen.core.lifecycle.calendar import Calendar, Year
from kaimen.core.lifecycle.rules import RuleBook, Value
from kaimen.engines.packs import book
from kaimen.office.models import CalendarDay, RuleSetting

Own = tuple[str, date, str, tuple[int, ...]]
Day = tuple[date, str, str]


def rules() -> RuleBook:
    """The rule book of this moment: two small queries, and memory."""
    own = tuple(
        (rule, since, unit, tuple(numbers))
        for rule, since, unit, numbers in RuleSetting.objects.order_by("since", "pk").values_list(
            "rule", "since", "unit", "numbers"
        )
    )
    days = tuple(CalendarDay.objects.order_by("day").values_list("day", "kind", "notice"))
    return _with(settings.KAIMEN_PACK, settings.TIME_ZONE, own, days)


@lru_cache(maxsize=4)
def _with(pack: str, zone: str, own: tuple[Own, ...], days: tuple[Day, ...]) -> RuleBook:
    law = book(pack, zone)
    if not own and not days:
        return law
    values: defaultdict[str, list[Value]] = defaultdict(list)
    for rule, since, unit, numbers in own:
        values[rule].append(Value(since=since, unit=unit, numbers=numbers))
    return replace(
        law,
        settings={rule: tuple(found) for rule, found in values.items()},
        calendar=_calendar(law.calendar, days) if days else law.calendar,
    )


def _calendar(known: Calendar, days: tuple[Day, ...]) -> Calendar:
    years, closures = dict(known.years), dict(known.closures)
    added: defaultdict[int, dict[str, set[date]]] = defaultdict(lambda: {"holiday": set(), "makeup": set()})
    notices: dict[int, str] = {}
    for day, kind, notice in days:
        if kind == CalendarDay.Kind.CLOSURE:
            closures[day] = notice
        else:
            added[day.year][kind].add(day)
            notices[day.year] = notice
    for year, found in added.items():
        years[year] = Year(
            year=year,
            notice=notices[year],
            holidays=frozenset(found["holiday"]),
            makeup=frozenset(found["makeup"]),
        )
    return replace(known, years=years, closures=closures)
