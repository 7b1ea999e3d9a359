"""From what selectors found to what templates draw: words in the reader's language, addresses, pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaimen.accounts.selectors import role_name
from kaimen.compliance import drawing
from kaimen.compliance.models import ControlResult, ControlRun
from kaimen.compliance.selectors import Article, DayKind, Duties, Duty, Law, Term, Word, YearOfDays
from kaimen.compliance.words import (
    DAYS,
    FORCE_ICONS,
    FORCES,
    KINDS,
    LOOKS,
    MONTHS_EN,
    PARTIES,
    PARTS,
    STOPS,
    SURE,
    WEEKDAYS,
    WORD_FAULTS,
    WORKFLOWS,
    language,
    several,
    value_in_words,
    word,
)
from kaimen.core.lifecycle.rules import Clause, Control, Rule, RuleBook, RuleKind, Verified, Words
from kaimen.web.parts import Column, Table
from kaimen.web.templatetags.kaimen import weekday


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An article in the list and in the wall. `faded`: the filter leaves it out."""

    url: str
    number: int
    force: str
    force_words: str
    icon: str
    topic: str
    text: str
    obliged: str
    control: str
    passes: str
    faded: bool
    result: Result | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter with its articles; `found` are those that the filter leaves."""

    number: int
    name: str
    lines: tuple[Line, ...]

    @property
    def found(self) -> list[Line]:
        """What the table below the picture lists."""
        return [line for line in self.lines if not line.faded]


def law(found: Law, results: Mapping[str, ControlResult], run: ControlRun | None) -> dict[str, object]:
    """Context of `/law`."""
    book, counts = found.book, Counter(clause.force for clause in found.book.clauses.values())
    return {
        "section": "law",
        "tab": "law",
        "board": board(run),
        "run": run,
        "name": book.sources[book.law].names.in_(language()),
        "in_force": book.sources[book.law].in_force,
        "total": len(book.clauses),
        "binding": counts["must"] + counts["ban"],
        "controls": len(book.controls),
        "forces": [
            {"code": code, "words": word(FORCES, code), "icon": icon, "count": counts[code], "on": code == found.force}
            for code, icon in FORCE_ICONS.items()
        ],
        "chapters": [
            Chapter(
                number=number,
                name=name.in_(language()),
                lines=tuple(
                    _line(clause, book, results, faded=clause.article not in found.found)
                    for clause in book.clauses.values()
                    if clause.chapter == number
                ),
            )
            for number, name in book.chapters.items()
        ],
        "text": found.text,
        "narrowed": bool(found.force or found.text),
        "shown": len(found.found),
    }


def _line(clause: Clause, book: RuleBook, results: Mapping[str, ControlResult], *, faded: bool = False) -> Line:
    control = book.controls.get(clause.control or "")
    return Line(
        url=reverse("law_article", args=[clause.article]),
        number=clause.article,
        force=clause.force,
        force_words=word(FORCES, clause.force),
        icon=FORCE_ICONS[clause.force],
        topic=clause.topic.in_(language()),
        text=clause.text.in_(language()),
        obliged=several(PARTIES, clause.obliged),
        control=control.id if control else "",
        passes=control.passes.in_(language()) if control else "",
        faded=faded,
        result=result(results.get(control.id)) if control else None,
    )


def article(
    found: Article,
    results: Mapping[str, ControlResult],
    *,
    official: bool,
    run: ControlRun | None,
    words_given: Sequence[Word],
) -> dict[str, object]:
    """Context of `/law/<article>`."""
    book, clause = found.book, found.clause
    return {
        "section": "law",
        "tab": "law",
        "name": book.sources[book.law].names.in_(language()),
        "chapter": book.chapters[clause.chapter].in_(language()),
        "chapter_number": clause.chapter,
        "line": _line(clause, book, results),
        "official": official,
        "note": _in(clause.note),
        "parts": several(PARTS, clause.functions),
        "control": _control(found.control) if found.control else None,
        "run": run,
        "words_given": [_word(one) for one in words_given],
        "duties": [
            {"id": rule.id, "url": reverse("law_rule", args=[rule.id]), "text": rule.text.in_(language())}
            for rule in found.duties
        ],
        "before": found.before,
        "after": found.after,
    }


OUTCOMES: Mapping[str, tuple[object, str]] = {
    "pass": (gettext_lazy("passes"), "circle-check"),
    "fail": (gettext_lazy("fails"), "triangle-alert"),
    "advice": (gettext_lazy("advice"), "info"),
    "not_applicable": (gettext_lazy("nothing to look at"), "circle-slash"),
    "not_measured": (gettext_lazy("not measured yet"), "circle-help"),
}
"""Words and sign of a result."""


def outcome_in_words(code: str) -> str:
    """A result in the reader's language."""
    return str(OUTCOMES[code][0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a control came to, for a reader."""

    outcome: str
    words: str
    icon: str
    since: datetime
    parts: list[dict[str, object]]


def result(found: ControlResult | None) -> Result | None:
    """In the reader's language."""
    if found is None:
        return None
    words_, icon = OUTCOMES[found.outcome]
    return Result(
        outcome=found.outcome,
        words=str(words_),
        icon=icon,
        since=found.since,
        parts=[
            {
                **part,
                "words": part["en"] if language() == "en" else part["zh"],
                "outcome_words": str(OUTCOMES[part["outcome"]][0]),
                "icon": OUTCOMES[part["outcome"]][1],
            }
            for part in found.parts
        ],
    )


def board(run: ControlRun | None) -> list[dict[str, object]]:
    """The counts of the last run, in the order of the outcomes."""
    if run is None:
        return []
    return [
        {"code": code, "words": str(words_), "icon": icon, "count": run.counts.get(code, 0)}
        for code, (words_, icon) in OUTCOMES.items()
    ]


def _control(control: Control) -> dict[str, object]:
    return {
        "id": control.id,
        "passes": control.passes.in_(language()),
        "evidence": control.evidence.in_(language()),
        "looks": several(LOOKS, control.kinds),
        "parts": several(PARTS, control.rooms),
        "advice": control.advice,
        "attests": _in(control.attests),
        "each_release": control.each_release,
    }


def _word(given: Word) -> dict[str, object]:
    row = given.row
    return {
        "holds": row.holds,
        "seen": row.seen,
        "at": row.at,
        "until": row.until,
        "release": row.release,
        "body": str(given.institution or "—"),
        "role": role_name(row.role, language()),
        "person": given.person,
        "fault": word(WORD_FAULTS, given.fault) if given.fault else "",
        "receipt": row.receipt,
    }


# ---- the board as a page -----------------------------------------------------------------------------------------------------

BRICKS: Mapping[str, str] = {"fail": "fail", "advice": "advice", "not_applicable": "na", "not_measured": "na"}
"""The ground of a brick; a pass keeps the plain one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A control on the board: `brick` is its ground, `faded` says that the filter leaves it out."""

    id: str
    article: int
    url: str
    topic: str
    passes: str
    looks: str
    advice: bool
    brick: str
    result: Result | None
    counted: int
    failed: int
    faded: bool

    @property
    def broken(self) -> list[dict[str, object]]:
        """The parts that do not pass."""
        return [part for part in self.result.parts if part["outcome"] in {"fail", "advice"}] if self.result else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A chapter of the law with its controls."""

    number: int
    name: str
    controls: tuple[Checked, ...]

    @property
    def found(self) -> list[Checked]:
        """What the table below the picture lists."""
        return [one for one in self.controls if not one.faded]


def control_board(
    book: RuleBook, results: Mapping[str, ControlResult], run: ControlRun | None, *, outcome: str, official: bool
) -> dict[str, object]:
    """Context of `/law/board`. An `outcome` that is none narrows nothing."""
    outcome = outcome if outcome in OUTCOMES else ""
    courses = [
        Course(
            number=number,
            name=name.in_(language()),
            controls=tuple(
                _checked(control, book, results, outcome)
                for control in book.controls.values()
                if control.group == number
            ),
        )
        for number, name in book.chapters.items()
    ]
    return {
        "section": "law",
        "tab": "board",
        "run": run,
        "board": board(run),
        "outcome": outcome,
        "courses": [course for course in courses if course.controls],
        "shown": sum(len(course.found) for course in courses),
        "total": len(book.controls),
        "official": official,
        "passing": run.counts.get("pass", 0) if run else 0,
        "failing": run.counts.get("fail", 0) if run else 0,
        "seconds": round(run.duration_ms / 1000, 1) if run else 0,
    }


def _checked(control: Control, book: RuleBook, results: Mapping[str, ControlResult], outcome: str) -> Checked:
    found = result(results.get(control.id))
    parts = results[control.id].parts if control.id in results else []
    state = found.outcome if found else "not_measured"
    return Checked(
        id=control.id,
        article=control.article,
        url=reverse("law_article", args=[control.article]),
        topic=book.clauses[control.article].topic.in_(language()),
        passes=control.passes.in_(language()),
        looks=several(LOOKS, control.kinds),
        advice=control.advice,
        brick=BRICKS.get(state, "support"),
        result=found,
        counted=sum(part["counted"] for part in parts),
        failed=sum(part["failed"] for part in parts),
        faded=bool(outcome) and state != outcome,
    )


# ---- duties ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """A duty in the list."""

    id: str
    url: str
    cite: str
    text: str
    trigger: str
    kind: str
    value: str
    sure: str
    sure_words: str
    more: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """The duties of one workflow."""

    code: str
    name: str
    lines: tuple[DutyLine, ...]


def duties(found: Duties) -> dict[str, object]:
    """Context of `/law/rules`."""
    book = found.book
    counts = Counter(rule.verified for rule in book.rules.values())
    present = dict.fromkeys(rule.workflow for rule in book.rules.values())
    ordered = [code for code in WORKFLOWS if code in present] + [code for code in present if code not in WORKFLOWS]
    groups = [
        Workflow(
            code=code,
            name=word(WORKFLOWS, code),
            lines=tuple(_duty_line(rule, found) for rule in found.found if rule.workflow == code),
        )
        for code in ordered
    ]
    return {
        "section": "law",
        "tab": "rules",
        "total": len(book.rules),
        "shown": len(found.found),
        "read": counts[Verified.TEXT_READ],
        "chosen": counts[Verified.POLICY],
        "groups": [group for group in groups if group.lines],
        "workflows": [(code, word(WORKFLOWS, code), code == found.workflow) for code in ordered],
        "kinds": [(kind.value, word(KINDS, kind), kind == found.kind) for kind in RuleKind],
        "sures": [(sure.value, word(SURE, sure), sure == found.sure) for sure in Verified],
        "text": found.text,
        "narrowed": bool(found.workflow or found.kind or found.sure or found.text),
    }


def _duty_line(rule: Rule, found: Duties) -> DutyLine:
    value = found.value(rule)
    return DutyLine(
        id=rule.id,
        url=reverse("law_rule", args=[rule.id]),
        cite=found.book.cite(rule.id, language()),
        text=rule.text.in_(language()),
        trigger=rule.trigger.in_(language()),
        kind=word(KINDS, rule.kind),
        value=value_in_words(value.unit, value.numbers) if value else "",
        sure=rule.verified.value,
        sure_words=word(SURE, rule.verified),
        more=tuple(part for part in (extension_in_words(rule), *_stops(rule)) if part),
    )


def extension_in_words(rule: Rule) -> str:
    """How much more, by whom, after notice to whom; empty where there is none."""
    if rule.extension is None:
        return ""
    given = rule.extension
    facts = {
        "more": value_in_words(given.amount.unit, [given.amount.n]),
        "role": role_name(given.by, language()),
        "side": word(PARTIES, given.notify) if given.notify else "",
    }
    if given.notify:
        return _("can be extended once, up to %(more)s; decided by: %(role)s; first told: %(side)s") % facts
    return _("can be extended once, up to %(more)s; decided by: %(role)s") % facts


def _stops(rule: Rule) -> list[str]:
    return [word(STOPS, stop) for stop in sorted(rule.stops)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueLine:
    """A value with its days. `now`: it holds here today."""

    since: date
    until: date | None
    words: str
    now: bool
    own: bool = False
    reason: str = ""
    person: str = ""
    at: datetime | None = None


def duty(found: Duty) -> dict[str, object]:
    """Context of `/law/rules/<id>`."""
    rule, value = found.rule, found.value
    return {
        "section": "law",
        "tab": "rules",
        "id": rule.id,
        "cite": found.book.cite(rule.id, language()),
        "text": rule.text.in_(language()),
        "trigger": rule.trigger.in_(language()),
        "note": _in(rule.note),
        "kind": word(KINDS, rule.kind),
        "workflow": word(WORKFLOWS, rule.workflow),
        "workflow_code": rule.workflow,
        "responsible": word(PARTIES, rule.responsible),
        "sure": rule.verified.value,
        "sure_words": word(SURE, rule.verified),
        "extension": extension_in_words(rule),
        "stops": _stops(rule),
        "value": value_in_words(value.unit, value.numbers) if value else "",
        "law_values": [
            ValueLine(since=one.since, until=one.until, words=value_in_words(one.unit, one.numbers), now=one is value)
            for one in rule.values
        ],
        "own_values": [
            ValueLine(
                since=one.value.since,
                until=None,
                words=value_in_words(one.value.unit, one.value.numbers),
                now=one.value == value,
                own=True,
                reason=one.reason,
                person=one.person,
                at=one.at,
            )
            for one in found.own
        ],
        "adjustable": rule.adjustable,
        "clocks": found.clocks if rule.kind is RuleKind.TIMER else None,
        "may_set": found.may_set,
        "today": found.today,
    }


def _in(words: Words | None) -> str:
    return words.in_(language()) if words else ""


# ---- the calendar ------------------------------------------------------------------------------------------------------------


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
