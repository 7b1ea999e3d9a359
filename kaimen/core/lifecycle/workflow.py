"""A workflow of the law as data: states, who may take which step from where, what a step asks, which terms it starts and ends.

A `Workflow` is read from a pack (`drafting`), checked whole, and then only asked: which steps are open to this hat on that side, are
these facts complete, to which state does the step lead. Nothing here knows a room, a person's name or a clock's value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import cast

from kaimen.core.errors import Invalid
from kaimen.core.lifecycle.rules import Words
from kaimen.core.lifecycle.terms import StopKind

Plain = str | int | bool | list[str] | None
"""A fact as it is kept and digested: text, whole number, yes or no, several codes. Dates and amounts of money are kept as text."""
Facts = Mapping[str, Plain]

NEW = "new"
"""Where a case stands before its first step."""
PUBLIC, SYSTEM = "public", "system"
"""Roles that need no appointment: anybody, and the machine itself."""
FIRST_YEAR, LAST_YEAR = 2000, 2200
"""Of what happened in a case, and of any day in one."""
LONGEST_LINE, LONGEST_TEXT, LONGEST_LIST = 300, 8_000, 500
_COLUMN = re.compile(r"[^\x00-\x1f]{1,128}")


class FieldKind(StrEnum):
    """What a step can ask for."""

    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    INSTANT = "instant"
    """A moment with its zone, never one to come; kept in UTC. Terms of hours can run from it."""
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    TICK = "tick"
    """A declaration that must be made: not given, the step is not taken."""
    ENTRY = "entry"
    COLUMNS = "columns"
    INSTITUTION = "institution"
    CASE = "case"


CLOSED = frozenset({FieldKind.CHOICE, FieldKind.CHOICES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of a form. `codes`: its closed list with their words, or empty when `code_list` names one of the pack."""

    name: str
    kind: FieldKind
    words: Words
    help: Words | None = None
    codes: Mapping[str, Words] = field(default_factory=dict[str, Words])
    code_list: str = ""
    of: str = ""
    """For columns: the field that names their entry. For a case: the code of its workflow."""
    least: int | None = None
    most: int | None = None
    future: bool | None = None
    """True: not before today; False: not after today."""
    private: bool = False
    """Says who somebody is: shown to the parties, never in a title, erasable."""
    leaves: bool = False
    """For columns: they are to be given out, so those that are given to nobody are no choice."""
    sealed: bool = False
    """The case keeps a salted commitment in its place; the text lies apart, shown to the parties until it is destroyed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A field as a step asks it."""

    field: Field
    needed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """On whose desk: a role on one of the sides."""

    side: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A term that a step starts, and who owes it."""

    rule: str
    desk: Desk
    when: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    since: str = ""
    """A date or an instant among the facts at which the event was; where it is not given, the term runs from the step."""
    amount: str = ""
    """A number among the facts: so many of the rule's unit were granted, never more than the rule allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where a step leads when the facts say so, instead of to its usual state."""

    to: str
    when: Mapping[str, frozenset[str]]


class SideKind(StrEnum):
    """How a side is filled."""

    OPENER = "opener"
    """Whoever takes the first step: their institution, or the person where they act for none."""
    PROVIDER = "provider"
    """The institution that provides the entry named in the field `of`."""
    NAMED = "named"
    """The institution named in the field `of`."""
    AUTHORITY = "authority"
    APPOINTED = "appointed"
    """The institution that the window of the workflow names when the case begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A party of the case."""

    code: str
    words: Words
    kind: SideKind
    of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a case can stand, what that is called, and who has the next step."""

    code: str
    words: Words
    waits: tuple[Desk, ...] = ()
    end: bool = False
    only_for: frozenset[str] = frozenset()
    """Sides that may know of the case while it stands here; empty: every side. What is not filed yet is nobody else's."""

    def shown_to(self, side: str) -> bool:
        """May this side know of a case that stands here?"""
        return not self.only_for or side in self.only_for


OUTCOMES = frozenset({"done", "consented", "refused", "returned", "suspended", "ended"})
"""What the public log may say of a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One step. `sides`: on one of these its taker stands. `apart`: steps whose people may not take it. `to` is empty where the state stays."""

    verb: str
    words: Words
    sources: frozenset[str]
    to: str
    roles: frozenset[str]
    sides: frozenset[str]
    outcome: str
    asks: tuple[Ask, ...] = ()
    shows: tuple[str, ...] = ()
    """Fields, and sides where no field is so named, that its taker must have before their eyes: they stand above its form."""
    apart: tuple[str, ...] = ()
    when: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    once: bool = False
    starts: tuple[Start, ...] = ()
    meets: tuple[str, ...] = ()
    stops: tuple[tuple[str, StopKind], ...] = ()
    resumes: tuple[str, ...] = ()
    extends: tuple[str, ...] = ()
    rule: str = ""
    help: Words | None = None
    ways: tuple[Way, ...] = ()

    @property
    def leads_to(self) -> frozenset[str]:
        """Every state that this step may lead to."""
        return frozenset({self.to, *(way.to for way in self.ways)} - {""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A whole workflow."""

    code: str
    room: str
    prefix: str
    words: Words
    about: Words
    sides: Mapping[str, Side]
    states: Mapping[str, State]
    fields: Mapping[str, Field]
    acts: Mapping[str, Act]
    rules: tuple[str, ...]
    """Duties that it carries out."""
    retention: str
    title: tuple[str, ...]
    """Fields whose values name a case beside its number."""
    regime: str = ""

    @property
    def opening(self) -> tuple[Act, ...]:
        """The steps by which a case begins."""
        return tuple(act for act in self.acts.values() if NEW in act.sources)

    def after(self, state: str, act: Act, facts: Facts) -> str:
        """Where a step leads from a state: the first of its ways that holds, else its usual end."""
        return next((way.to for way in act.ways if holds(way.when, facts)), act.to or state)


def holds(conditions: Mapping[str, frozenset[str]], facts: Facts) -> bool:
    """Do the facts say what is asked of them? A fact that is not there says nothing."""
    for name, wanted in conditions.items():
        value = facts.get(name)
        if (str(value).lower() if isinstance(value, bool) else str(value)) not in wanted:
            return False
    return True


def open_acts(workflow: Workflow, state: str, facts: Facts, done: Iterable[str] = ()) -> tuple[Act, ...]:
    """The steps that can be taken from here by anybody at all, in the workflow's order."""
    taken = frozenset(done)
    return tuple(
        act
        for act in workflow.acts.values()
        if state in act.sources and holds(act.when, facts) and not (act.once and act.verb in taken)
    )


# -------------------------------------------------------------------------------------------------------------- facts of a step
def check_facts(
    asks: Sequence[Ask], given: Mapping[str, object], *, today: date, lists: Mapping[str, frozenset[str]]
) -> dict[str, Plain]:
    """What was filled in, as it is kept. Every fault of every field is told at once.

    Args: given: as a form or JSON gives it; empty text counts as not given. lists: codes of the pack's lists by name.
    Raises `Invalid("case_facts", fields=[…], faults=[…])`: places and codes of the same length; `needed`, `unknown_field`, `not_text`,
    `too_long`, `not_a_number`, `too_many_places`, `too_small`, `too_large`, `not_a_date`, `not_an_instant`, `in_the_past`, `in_the_future`, `too_far`, `too_long_ago`, `not_a_choice`, `must_be_ticked`.
    """
    kept: dict[str, Plain] = {}
    faults: list[tuple[str, str]] = [
        (name[:64], "unknown_field") for name in given if name not in {ask.field.name for ask in asks}
    ]
    for ask in asks:
        raw = given.get(ask.field.name)
        if _is_nothing(ask.field, raw):
            if ask.needed:
                faults.append((ask.field.name, "must_be_ticked" if ask.field.kind is FieldKind.TICK else "needed"))
            continue
        try:
            kept[ask.field.name] = _value(ask.field, raw, today=today, lists=lists)
        except _Fault as fault:
            faults.append((ask.field.name, fault.code))
    if faults:
        raise Invalid("case_facts", fields=[place for place, _ in faults], faults=[code for _, code in faults])
    return kept


def _is_nothing(asked: Field, raw: object) -> bool:
    return raw in (None, "", [], ()) or (asked.kind is FieldKind.TICK and raw is False)


class _Fault(Exception):
    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def _value(asked: Field, raw: object, *, today: date, lists: Mapping[str, frozenset[str]]) -> Plain:
    match asked.kind:
        case FieldKind.LINE | FieldKind.TEXT:
            return _text(raw, longest=asked.most or (LONGEST_LINE if asked.kind is FieldKind.LINE else LONGEST_TEXT))
        case FieldKind.ENTRY | FieldKind.INSTITUTION | FieldKind.CASE:
            return _text(raw, longest=200)
        case FieldKind.NUMBER:
            return _number(asked, raw)
        case FieldKind.MONEY:
            return _money(asked, raw)
        case FieldKind.DATE:
            return _date(asked, raw, today)
        case FieldKind.INSTANT:
            return _instant(raw)
        case FieldKind.YES_NO | FieldKind.TICK:
            return _yes_no(asked, raw)
        case FieldKind.CHOICE:
            code = _text(raw, longest=100)
            if code not in _codes(asked, lists):
                raise _Fault("not_a_choice")
            return code
        case FieldKind.CHOICES:
            codes = _several(raw)
            if not set(codes) <= _codes(asked, lists):
                raise _Fault("not_a_choice")
            return codes
        case FieldKind.COLUMNS:
            return _several(raw)


def _codes(asked: Field, lists: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset(asked.codes) or lists.get(asked.code_list, frozenset())


def _text(raw: object, *, longest: int) -> str:
    if not isinstance(raw, str):
        raise _Fault("not_text")
    text = raw.replace("\r\n", "\n").strip()
    if not text or any(ord(sign) < 32 and sign not in "\n\t" for sign in text):
        raise _Fault("needed" if not text else "not_text")
    if len(text) > longest:
        raise _Fault("too_long")
    return text


def _number(asked: Field, raw: object) -> int:
    if isinstance(raw, str) and re.fullmatch(r"-?[0-9]{1,15}", raw.strip()):
        raw = int(raw)
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise _Fault("not_a_number")
    _within(asked, raw)
    return raw


def _money(asked: Field, raw: object) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise _Fault("not_a_number")
    try:
        amount = Decimal(str(raw).strip().replace(",", ""))
    except InvalidOperation:
        raise _Fault("not_a_number") from None
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 15:
        raise _Fault("not_a_number")
    if amount != round(amount, 2):
        raise _Fault("too_many_places")
    _within(asked, amount)
    return f"{amount:.2f}"


def _within(asked: Field, value: int | Decimal) -> None:
    if asked.least is not None and value < asked.least:
        raise _Fault("too_small")
    if asked.most is not None and value > asked.most:
        raise _Fault("too_large")


def _date(asked: Field, raw: object, today: date) -> str:
    try:
        day = raw if isinstance(raw, date) else date.fromisoformat(str(raw).strip())
    except ValueError:
        raise _Fault("not_a_date") from None
    _sane(day, past=asked.future is False)
    if asked.future is True and day < today:
        raise _Fault("in_the_past")
    if asked.future is False and day > today:
        raise _Fault("in_the_future")
    return day.isoformat()


def _sane(day: date, *, past: bool) -> None:
    """A slip of the pen is told as such: what happened did not happen before this kind of thing was there."""
    if day.year > LAST_YEAR:
        raise _Fault("too_far")
    if day.year < (FIRST_YEAR if past else 1900):
        raise _Fault("too_long_ago")


def _instant(raw: object) -> str:
    try:
        moment = datetime.fromisoformat(str(raw).strip())
    except ValueError:
        raise _Fault("not_an_instant") from None
    if moment.tzinfo is None:
        raise _Fault("not_an_instant")
    _sane(moment.date(), past=True)
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _yes_no(asked: Field, raw: object) -> bool:
    known = {"true": True, "on": True, "yes": True, "1": True, "false": False, "off": False, "no": False, "0": False}
    value = raw if isinstance(raw, bool) else known.get(str(raw).lower())
    if value is None:
        raise _Fault("not_a_choice")
    if asked.kind is FieldKind.TICK and not value:
        raise _Fault("must_be_ticked")
    return value


def _several(raw: object) -> list[str]:
    rows = [raw] if isinstance(raw, str) else raw
    if not isinstance(rows, list | tuple):
        raise _Fault("not_a_choice")
    kept = [row for row in cast("list[object]", rows) if isinstance(row, str) and _COLUMN.fullmatch(row)]
    if len(kept) != len(cast("list[object]", rows)) or len(kept) > LONGEST_LIST:
        raise _Fault("not_a_choice")
    return list(dict.fromkeys(kept))
