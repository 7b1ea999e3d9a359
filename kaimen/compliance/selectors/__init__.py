"""Questions about the law: its articles with their controls, the duties with their values, the days that are worked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kaimen import __version__
from kaimen.accounts import selectors as accounts
from kaimen.accounts.selectors import InstitutionName
from kaimen.cases import selectors as cases
from kaimen.compliance import oscal as documents
from kaimen.compliance.models import Attestation, ControlResult, ControlRun
from kaimen.core.errors import Invalid, Missing
from kaimen.core.lifecycle.calendar import Calendar
from kaimen.core.lifecycle.reading import FORCES
from kaimen.core.lifecycle.rules import (
    VALUED,
    Clause,
    Control,
    Rule,
    RuleBook,
    RuleKind,
    Value,
    Verified,
    Words,
)
from kaimen.core.lifecycle.terms import Amount, Unit, due
from kaimen.core.policy.party import Actor, InstitutionId, PersonId
from kaimen.office.selectors import open_clocks, own_values, rules

LONGEST_TEXT = 200
ATTESTS = frozenset({"authority_reviewer", "operator", "security_officer", "auditor"})
"""Roles of the data authority that give their word on the platform."""
VALID = "POL-CTL-ATTEST"
SETS_VALUES = "authority_reviewer"
"""The role that may write down another value for this installation."""
YEARS_AHEAD = 5
"""So many years after the last announced one the calendar shows, provisionally."""
LONGEST_TERM = 1000
"""So many working days the calculator counts at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """The law as it was asked for: the whole book, and the articles that the filters leave."""

    book: RuleBook
    found: frozenset[int]
    force: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article with what hangs on it. `before` and `after` are its neighbours' numbers.

    `duties` cite the article itself; `carried` are those of other texts by which its cases are carried out.
    """

    book: RuleBook
    clause: Clause
    control: Control | None
    duties: tuple[Rule, ...]
    carried: tuple[Rule, ...]
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """The duties that the filters leave, in the pack's order, and what holds today of each that has a value."""

    book: RuleBook
    today: date
    found: tuple[Rule, ...]
    workflow: str
    kind: str
    sure: str
    text: str

    def value(self, rule: Rule) -> Value | None:
        """What holds here today; None for duties without a value, and before or after they are in force."""
        return value_on(self.book, rule, self.today)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnValue:
    """A value that this installation set for itself. `person` is a name, and empty for whoever may not see it."""

    value: Value
    reason: str
    at: datetime
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One duty: the law's values, this installation's own, what holds today, how many clocks run by it."""

    book: RuleBook
    today: date
    rule: Rule
    own: tuple[OwnValue, ...]
    clocks: int
    may_set: bool

    @property
    def value(self) -> Value | None:
        """What holds here today."""
        return value_on(self.book, self.rule, self.today)


class DayKind(StrEnum):
    """What a day is, and why."""

    WORKING = "working"
    REST = "rest"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"
    CLOSURE = "closure"


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfDays:
    """Every day of a year. `notice` is empty where the year was not announced: then its days are provisional."""

    year: int
    notice: str
    days: Mapping[date, DayKind]
    closures: Mapping[date, str]
    announced: tuple[int, ...]
    announced_until: date
    first: int
    last: int
    today: date

    @property
    def working(self) -> int:
        """How many days are worked."""
        return sum(kind in {DayKind.WORKING, DayKind.MAKEUP} for kind in self.days.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """So much time after an event; of working days, the days that count. The day of the event does not. `due_at` is in UTC."""

    start: date
    amount: Amount
    due: date
    due_at: datetime
    provisional: bool
    counted: tuple[date, ...]


def value_on(book: RuleBook, rule: Rule, day: date) -> Value | None:
    """What holds here on a day; None where nothing does."""
    return book.value(rule.id, day) if rule.holds(day) else None


def law(*, force: str = "", text: str = "") -> Law:
    """All articles, or those of a force that hold every word of a text, in either language.

    Raises `Invalid("code_unknown" | "question_too_long")`.
    """
    _check(force, FORCES, "force")
    book, wanted = rules(), _wanted(text)
    found = frozenset(
        clause.article
        for clause in book.clauses.values()
        if force in {"", clause.force} and _holds(wanted, _words_of(clause, book))
    )
    return Law(book=book, found=found, force=force, text=text.strip())


def article(number: int) -> Article:
    """Raises `Missing("article_unknown")`."""
    book = rules()
    clause = book.clauses.get(number)
    if clause is None:
        raise Missing("article_unknown", article=number)
    numbers = sorted(book.clauses)
    place = numbers.index(number)
    control, flows = book.controls.get(clause.control or ""), cases.workflows()
    duties = tuple(rule for rule in book.rules.values() if rule.source == book.law and cites(rule, number))
    named = {rule for flow in (control.carried if control else ()) if flow in flows for rule in flows[flow].rules}
    return Article(
        book=book,
        clause=clause,
        control=control,
        duties=duties,
        carried=tuple(rule for rule in book.rules.values() if rule.id in named and rule not in duties),
        before=numbers[place - 1] if place else None,
        after=numbers[place + 1] if place + 1 < len(numbers) else None,
    )


def cites(rule: Rule, number: int) -> bool:
    """Does the rule name that article of its source? `20-21` names both."""
    return any(
        int(first) <= number <= int(last or first)
        for first, last in re.findall(r"(\d+)(?:\s*-\s*(\d+))?", rule.article)
    )


def duties(*, workflow: str = "", kind: str = "", sure: str = "", text: str = "", now: datetime) -> Duties:
    """All duties, or those of a workflow, of a kind, as sure as that, that hold every word of a text in either language.

    Raises `Invalid("code_unknown" | "question_too_long")`.
    """
    book, wanted = rules(), _wanted(text)
    _check(workflow, {rule.workflow for rule in book.rules.values()}, "workflow")
    _check(kind, set(RuleKind), "kind")
    _check(sure, set(Verified), "verified")
    found = tuple(
        rule
        for rule in book.rules.values()
        if workflow in {"", rule.workflow}
        and kind in {"", rule.kind}
        and sure in {"", rule.verified}
        and _holds(wanted, _words_of_rule(rule, book))
    )
    today = book.calendar.day(now)
    return Duties(book=book, today=today, found=found, workflow=workflow, kind=kind, sure=sure, text=text.strip())


def duty(rule_id: str, *, by: Actor, now: datetime) -> Duty:
    """One duty as this reader may see it: names of persons only for officers of the authority.

    Raises `Missing("rule_unknown")`.
    """
    book = rules()
    rule = book.rules.get(rule_id)
    if rule is None:
        raise Missing("rule_unknown", rule=rule_id[:40])
    return Duty(
        book=book,
        today=book.calendar.day(now),
        rule=rule,
        own=_own(rule_id, by=by),
        clocks=open_clocks(rule_id),
        may_set=by.role == SETS_VALUES and rule.kind in VALUED,
    )


def year_of_days(year: int | None = None, *, now: datetime) -> YearOfDays:
    """The days of a year, this one where none is named. Raises `Missing("year_unknown")`."""
    calendar = rules().calendar
    today = calendar.day(now)
    year = today.year if year is None else year
    first, last = min(calendar.years), max(calendar.years) + YEARS_AHEAD
    if not first <= year <= last:
        raise Missing("year_unknown", year=year, first=first, last=last)
    begin = date(year, 1, 1)
    days = [begin + timedelta(days=n) for n in range((date(year + 1, 1, 1) - begin).days)]
    known = calendar.years.get(year)
    return YearOfDays(
        year=year,
        notice=known.notice if known else "",
        days={day: kind_of(day, calendar) for day in days},
        closures={day: why for day, why in calendar.closures.items() if day.year == year},
        announced=tuple(sorted(calendar.years)),
        announced_until=calendar.announced_until,
        first=first,
        last=last,
        today=today,
    )


def kind_of(day: date, calendar: Calendar) -> DayKind:
    """What a day is. A weekend day inside of a holiday is part of the holiday."""
    known = calendar.years.get(day.year)
    if day in calendar.closures:
        return DayKind.CLOSURE
    if calendar.works(day):
        return DayKind.WORKING if day.isoweekday() not in calendar.weekend else DayKind.MAKEUP
    if (day in known.holidays) if known else ((day.month, day.day) in calendar.feasts):
        return DayKind.HOLIDAY
    return DayKind.REST


def term(start: date | datetime, days: int) -> Term:
    """When so many working days after a day, or the day of an instant, end. Raises `Invalid("term_length" | "instant_without_zone" | "calendar_reach")`."""
    if not 1 <= days <= LONGEST_TERM:
        raise Invalid("term_length", longest=LONGEST_TERM)
    return _ended(start, Amount(n=days, unit=Unit.WORKING_DAYS), rules().calendar)


def term_of(rule_id: str, start: date | datetime) -> Term:
    """When the term of a rule ends by the value that holds on the day of its start; a term in hours begins with an instant.

    Raises `Missing("rule_unknown")`, `Invalid("rule_not_in_force" | "rule_unit" | "instant_needed" | "instant_without_zone" | "calendar_reach")`.
    """
    book = rules()
    if rule_id not in book.rules:
        raise Missing("rule_unknown", rule=rule_id[:40])
    if book.rules[rule_id].kind not in VALUED:
        raise Invalid("rule_value", rule=rule_id)
    _reach(start, book.calendar)
    day = book.calendar.day(start) if isinstance(start, datetime) else start
    return _ended(start, book.value(rule_id, day).amount(), book.calendar)


def _ended(start: date | datetime, amount: Amount, calendar: Calendar) -> Term:
    if amount.unit is Unit.HOURS and not isinstance(start, datetime):
        raise Invalid("instant_needed")
    _reach(start, calendar)
    begin = start if isinstance(start, datetime) else calendar.morning_of(start)
    end = due(begin, amount, (), calendar)
    assert end is not None  # noqa: S101 - nothing stops it
    first, last = calendar.day(begin), calendar.day(end.at)
    return Term(
        start=first,
        amount=amount,
        due=last,
        due_at=end.at,
        provisional=end.provisional,
        counted=working_days(first, last, calendar) if amount.unit is Unit.WORKING_DAYS else (),
    )


def _reach(start: date, calendar: Calendar) -> None:
    if not min(calendar.years) <= start.year <= max(calendar.years) + YEARS_AHEAD:
        raise Invalid("calendar_reach", why="out_of_reach")


def working_days(after: date, until: date, calendar: Calendar) -> tuple[date, ...]:
    """The days that are worked, after the one and up to the other."""
    days = (after + timedelta(days=n + 1) for n in range((until - after).days))
    return tuple(day for day in days if calendar.works(day))


def _own(rule_id: str, *, by: Actor) -> tuple[OwnValue, ...]:
    rows = own_values(rule_id)
    people = [PersonId(row.person) for row in rows]
    names = accounts.person_names(people) if people and _is_of_authority(by) else {}
    return tuple(
        OwnValue(
            value=Value(since=row.since, unit=row.unit, numbers=tuple(row.numbers)),
            reason=row.reason,
            at=row.at,
            person=names.get(PersonId(row.person), ""),
        )
        for row in rows
    )


def _is_of_authority(by: Actor) -> bool:
    return by.person is not None and accounts.is_of_authority(by)


def _check(code: str, known: Iterable[str], code_list: str) -> None:
    if code and code not in known:
        raise Invalid("code_unknown", value=code[:40], list=code_list)


def _wanted(text: str) -> list[str]:
    if len(text) > LONGEST_TEXT:
        raise Invalid("question_too_long", most=LONGEST_TEXT)
    return text.casefold().split()


def _holds(wanted: Iterable[str], written: str) -> bool:
    return all(word in written for word in wanted)


def _words_of(clause: Clause, book: RuleBook) -> str:
    texts = [clause.topic, clause.text, clause.note, book.chapters[clause.chapter]]
    if control := book.controls.get(clause.control or ""):
        texts.append(control.passes)
    return _folded(str(clause.article), clause.control or "", *texts)


def _words_of_rule(rule: Rule, book: RuleBook) -> str:
    cited = (book.cite(rule.id, "zh"), book.cite(rule.id, "en"))
    return _folded(rule.id, *cited, rule.trigger, rule.text, rule.note)


def _folded(*texts: str | Words | None) -> str:
    parts = (f"{text.zh}\n{text.en}" if isinstance(text, Words) else text or "" for text in texts)
    return "\n".join(parts).casefold()


# ---- the board ---------------------------------------------------------------------------------------------------------------


def last_run() -> ControlRun | None:
    """The newest run of the control board."""
    return ControlRun.objects.order_by("-id").first()


def results(run: ControlRun | None) -> dict[str, ControlResult]:
    """What each control came to in a run."""
    return {one.control: one for one in ControlResult.objects.filter(run=run)} if run else {}


def failing_at(at: datetime, *, run: int | None = None) -> tuple[int, dict[str, list[str]]]:
    """The number of the last run up to a moment (or of the one that is named; 0 for none), and what it named as failing, by control.

    What is named are addresses; of each part the first fifty, as the board keeps them.
    """
    runs = ControlRun.objects.filter(at__lte=at) if run is None else ControlRun.objects.filter(pk=run)
    looked = runs.order_by("-id").values_list("pk", flat=True).first()
    results_ = ControlResult.objects.filter(run=looked, outcome="fail")
    return looked or 0, {
        one.control: [ref["url"] for part in one.parts for ref in part["failing"] if ref.get("url")] for one in results_
    }


def oscal(name: str) -> bytes | None:
    """The last run as a document of OSCAL; None before the first run. Raises `Missing("oscal_unknown")`."""
    if name not in documents.DOCUMENTS:
        raise Missing("oscal_unknown", documents=", ".join(documents.DOCUMENTS))
    run = last_run()
    return documents.written(documents.document(name, rules(), run, results(run))) if run else None


def control(control_id: str) -> Control:
    """One control of the pack. Raises `Missing("control_unknown")`."""
    found = rules().controls.get(control_id.upper()[:10])
    if found is None:
        raise Missing("control_unknown", control=control_id[:20])
    return found


# ---- a person's word ---------------------------------------------------------------------------------------------------------


def may_attest(by: Actor) -> bool:
    """May this actor give their word: a person, in one of the roles, for the data authority?"""
    return by.role in ATTESTS and _is_of_authority(by)


def attestable(now: datetime) -> tuple[date, date]:
    """The first and the last day until which a word may be given today."""
    book = rules()
    today = book.calendar.day(now)
    end = due(now, book.value(VALID, today).amount(), (), book.calendar)
    return today, book.calendar.day(end.at) if end else today


def statement_digest(words: Words) -> str:
    """SHA-256 over the sentence in both languages."""
    return hashlib.sha256(f"{words.zh}\n{words.en}".encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word that was given. `person` is a name, and empty for whoever may not see it. `fault`: why it does not count now, by code."""

    row: Attestation
    institution: InstitutionName | None
    person: str
    fault: str


def last_word(control_id: str) -> Attestation | None:
    """The newest word on a control; None where nobody ever gave one."""
    return Attestation.objects.filter(control=control_id).order_by("-pk").first()


def fault_of(row: Attestation, asked: Control, *, now: datetime) -> str:
    """Why a word does not count today: it says no, is over, is of another sentence, or of another release. Empty where it counts."""
    if not row.holds:
        return "denied"
    if row.until < rules().calendar.day(now):
        return "expired"
    if asked.attests is None or row.statement != statement_digest(asked.attests):
        return "other_sentence"
    return "other_release" if asked.each_release and row.release != __version__ else ""


def words_on(asked: Control, *, by: Actor, now: datetime, limit: int = 20) -> list[Word]:
    """The words on a control, the newest first; names of persons for officers of the authority only."""
    rows = list(Attestation.objects.filter(control=asked.id).order_by("-pk")[:limit])
    bodies = accounts.institution_names([InstitutionId(row.institution) for row in rows])
    people = [PersonId(row.person) for row in rows]
    names = accounts.person_names(people) if people and _is_of_authority(by) else {}
    return [
        Word(
            row=row,
            institution=bodies.get(InstitutionId(row.institution)),
            person=names.get(PersonId(row.person), ""),
            fault=fault_of(row, asked, now=now),
        )
        for row in rows
    ]
