"""The open plan of the year: each body that opens data promises one of its datasets in it; consulted, approved and published."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from demo.plan import City, Words
from kaimen.cases import services as cases
from kaimen.cases.models import Case
from kaimen.config.demo.people import People
from kaimen.config.demo.registers import AUTHORITY
from kaimen.core.lifecycle import rules
from kaimen.monitor import selectors as monitor
from kaimen.office import selectors as office

_COMPILED, _CONSULTED, _APPROVED, _PUBLISHED = (timedelta(days=days) for days in (70, 68, 45, 44))
"""How long ago each step was taken; comments stayed open for the days between."""
_OPEN = (1, 2)


class _Line(NamedTuple):
    body: str
    title: Words | rules.Words
    open_type: int


def promise(plan: City, people: People, *, now: datetime) -> None:
    """The plan of this year, where there is none yet."""
    if Case.objects.filter(workflow="open_plan").exists():
        return
    reviewer, head = (people.holder(plan, AUTHORITY, role) for role in ("authority_reviewer", "department_head"))
    at, year = now - _COMPILED, office.rules().calendar.day(now).year
    with transaction.atomic():
        number = cases.begin("open_plan", {"year": year}, by=reviewer.acting(at), now=at).case.number
        for place, line in enumerate(_lines(plan), 1):
            facts = {
                "item_title": line.title.zh,
                "item_title_en": line.title.en,
                "item_body": line.body.replace("_", "-"),
                "planned_on": f"{year}-12-31",
                "item_open_type": str(line.open_type),
            }
            moment = at + timedelta(minutes=place)
            cases.act(number, "add_item", facts, by=reviewer.acting(moment), now=moment)
        for verb, who, before in (
            ("consult", reviewer, _CONSULTED),
            ("approve", head, _APPROVED),
            ("publish", reviewer, _PUBLISHED),
        ):
            moment = now - before
            cases.act(number, verb, {}, by=who.acting(moment), now=moment)


def _lines(plan: City) -> list[_Line]:
    """A line for the first dataset that each body opens, and one for the registers, which the authority opens."""
    found: dict[str, _Line] = {}
    for entry in plan.entries.values():
        if entry.kind == "dataset" and entry.state == "published" and entry.open in _OPEN:
            found.setdefault(entry.body, _Line(entry.body, entry.title, entry.open))
    register = next(iter(monitor.all_registers().values()))
    found.setdefault(AUTHORITY, _Line(AUTHORITY, register.words, 1))
    return list(found.values())
