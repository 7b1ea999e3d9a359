"""What an installation says for itself: a value tighter than the law's or in place of a default, a year's days, a day of closure.

Each takes a person and a reason, is written once and never changed, and stands in the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from kaimen.core.errors import Invalid, Refused
from kaimen.core.lifecycle.calendar import Year, check_year
from kaimen.core.lifecycle.rules import VALUED, Value, check_setting
from kaimen.core.policy.party import Actor
from kaimen.evidence import services as evidence
from kaimen.office.models import CalendarDay, RuleSetting
from kaimen.office.rulebook import rules
from kaimen.office.services.clocks import recount

AHEAD = timedelta(days=731)
"""How far ahead a value can be set."""


@transaction.atomic
def set_rule(rule_id: str, *, numbers: Sequence[int], since: date, reason: str, by: Actor, now: datetime) -> None:
    """This installation holds another value from a day on. Running clocks keep the value that they began with.

    Raises `Invalid("reason_needed" | "rule_unknown" | "rule_unit" | "rule_value" | "rule_far_off")`, `Refused("rule_loosened")`,
    `Invalid("rule_backdated" | "rule_far_ahead" | "rule_twice")`.
    """
    if not reason.strip():
        raise Invalid("reason_needed")
    if by.person is None:
        raise Refused("not_your_role", needed=["authority_reviewer"])
    book = rules()
    rule = book.rule(rule_id)
    if rule.kind not in VALUED:
        raise Invalid("rule_value", rule=rule_id)
    today = book.calendar.day(now)
    if since < today:
        raise Invalid("rule_backdated", day=since.isoformat())
    if since > today + AHEAD:
        raise Invalid("rule_far_ahead", day=since.isoformat(), until=(today + AHEAD).isoformat())
    wanted = Value(since=since, unit=rule.value(max(since, today)).unit, numbers=tuple(numbers))
    check_setting(rule, wanted, day=today)
    try:
        with transaction.atomic():
            RuleSetting.objects.create(
                rule=rule_id, since=since, unit=wanted.unit, numbers=list(wanted.numbers), reason=reason.strip()[:1000],
                person=str(by.person), at=now,
            )  # fmt: skip
    except IntegrityError:
        raise Invalid("rule_twice", day=since.isoformat()) from None
    evidence.record(
        evidence.Kind.RULE_SET,
        at=now,
        public={"inst": str(by.institution) if by.institution else None, "out": "done"},
        private={"rule": rule_id, "since": since.isoformat(), "unit": wanted.unit, "numbers": list(wanted.numbers), "reason": reason.strip()[:1000], **evidence.who(by)},
    )  # fmt: skip


@transaction.atomic
def announce_year(year: Year, *, by: Actor, now: datetime) -> int:
    """A year's notice is out: its days hold, and every provisional deadline is counted again. Returns how many moved.

    Raises `Invalid("calendar")` for a year that contradicts itself or is known already.
    """
    book = rules()
    check_year(year, weekend=book.calendar.weekend)
    if year.year in book.calendar.years:
        raise Invalid("calendar", why="year_known", year=year.year)
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, kind=kind, notice=year.notice[:300], person=str(by.person or ""), at=now)
        for kind, days in ((CalendarDay.Kind.HOLIDAY, year.holidays), (CalendarDay.Kind.MAKEUP, year.makeup))
        for day in sorted(days)
    )
    moved = recount(rules())
    _announced(year.notice, sorted(year.holidays | year.makeup), moved, by=by, now=now)
    return moved


@transaction.atomic
def close_day(day: date, *, instrument: str, by: Actor, now: datetime) -> int:
    """Nobody works here on that day, by an instrument of the place itself. Returns how many deadlines moved."""
    if not instrument.strip():
        raise Invalid("calendar", why="no_notice")
    if CalendarDay.objects.filter(day=day).exists():
        raise Invalid("calendar", why="day_twice", day=day.isoformat())
    CalendarDay.objects.create(
        day=day, kind=CalendarDay.Kind.CLOSURE, notice=instrument[:300], person=str(by.person or ""), at=now
    )
    moved = recount(rules())
    _announced(instrument, [day], moved, by=by, now=now)
    return moved


def _announced(notice: str, days: Sequence[date], moved: int, *, by: Actor, now: datetime) -> None:
    evidence.record(
        evidence.Kind.CALENDAR_ANNOUNCED,
        at=now,
        public={"inst": str(by.institution) if by.institution else None, "out": "done"},
        private={"notice": notice[:300], "days": [day.isoformat() for day in days], "moved": moved, **evidence.who(by)},
    )
