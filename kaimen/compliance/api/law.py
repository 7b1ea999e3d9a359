"""API operations of this room: the law, its duties and its working days, open to everybody; values are set by the authority."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from kaimen.catalogue.selectors import reads_government
from kaimen.compliance import selectors, services
from kaimen.compliance.models import ControlResult
from kaimen.compliance.schemas import (
    ArticleOut,
    BoardLine,
    BoardOut,
    CalendarOut,
    ClauseOut,
    ControlFullOut,
    ControlOut,
    DayOut,
    DueOut,
    ExtensionOut,
    OwnValueOut,
    RuleFullOut,
    RuleOut,
    TextOut,
    ValueIn,
    ValueOut,
    WordIn,
    WordOut,
)
from kaimen.compliance.selectors import DayKind, Duty, Term
from kaimen.core.errors import Invalid, Missing
from kaimen.core.lifecycle.rules import Clause, Control, Rule, RuleBook, Value, Words
from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.office import services as office
from kaimen.web.access import PUBLIC, access
from kaimen.web.now import now

router = Router()


def _by(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANYBODY)


@router.get("/compliance/clauses", response=list[ClauseOut])
@access(PUBLIC)
def list_clauses(request: HttpRequest, force: str = "", q: str = "") -> list[ClauseOut]:
    """The articles of the law in our words, narrowed by `force` (must, ban, support, info) and by words."""
    del request
    found = selectors.law(force=force, text=q)
    return [_clause(clause, found.book) for clause in found.book.clauses.values() if clause.article in found.found]


@router.get("/compliance/clauses/{article}", response=ArticleOut)
@access(PUBLIC)
def get_clause(request: HttpRequest, article: int) -> ArticleOut:
    """One article, its control and the duties that cite it."""
    del request
    found = selectors.article(article)
    clause = _clause(found.clause, found.book)
    return ArticleOut(
        **dict(clause), duties=[rule.id for rule in found.duties], carried=[rule.id for rule in found.carried]
    )


@router.get("/compliance/rules", response=list[RuleOut])
@access(PUBLIC)
def list_rules(
    request: HttpRequest, workflow: str = "", kind: str = "", verified: str = "", q: str = ""
) -> list[RuleOut]:
    """The duties with what holds today, narrowed by `workflow`, `kind`, `verified` and by words."""
    del request
    found = selectors.duties(workflow=workflow, kind=kind, sure=verified, text=q, now=now())
    return [_rule(rule, found.book, found.value(rule)) for rule in found.found]


@router.get("/compliance/rules/{rule_id}", response=RuleFullOut)
@access(PUBLIC)
def get_rule(request: HttpRequest, rule_id: str) -> RuleFullOut:
    """One duty with all its values, this installation's own among them, and how many clocks run by it."""
    return _full(selectors.duty(rule_id, by=_by(request), now=now()))


@router.post("/compliance/rules/{rule_id}/values", response={201: RuleFullOut})
@access(selectors.SETS_VALUES, scope="rules:write")
def set_rule_value(request: HttpRequest, rule_id: str, form: ValueIn) -> Status[RuleFullOut]:
    """Another value for this installation from a day on. What was read in a legal text is only tightened."""
    by, at = _by(request), now()
    selectors.duty(rule_id, by=by, now=at)
    office.set_rule(rule_id, numbers=form.numbers, since=form.since, reason=form.reason, by=by, now=at)
    return Status(201, _full(selectors.duty(rule_id, by=by, now=at)))


@router.get("/compliance/calendar/{year}", response=CalendarOut)
@access(PUBLIC)
def get_calendar(request: HttpRequest, year: int) -> CalendarOut:
    """The days of a year that are not as the week says, by which notice, and how many days are worked."""
    del request
    found = selectors.year_of_days(year, now=now())
    return CalendarOut(
        year=found.year,
        announced=bool(found.notice),
        notice=found.notice,
        announced_until=found.announced_until,
        working_days=found.working,
        special=[
            DayOut(day=day, kind=kind, notice=found.closures.get(day, found.notice))
            for day, kind in found.days.items()
            if kind not in {DayKind.WORKING, DayKind.REST}
        ],
    )


@router.get("/compliance/due", response=DueOut)
@access(PUBLIC)
def get_due(request: HttpRequest, start: str, rule: str = "", days: int | None = None) -> DueOut:
    """When a term ends that begins on `start`: of a `rule`, or of so many working `days`. The day of the start is not counted."""
    del request
    begun = _moment(start)
    if bool(rule) == (days is not None):
        raise Invalid("due_of_what")
    if days is None:
        return _due(selectors.term_of(rule, begun))
    return _due(selectors.term(begun, days))


def _moment(text: str) -> date | datetime:
    try:
        return date.fromisoformat(text) if len(text) <= len("2027-01-04") else datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("day_form", value=text[:40]) from None


# ---- from what was found to what is sent ---------------------------------------------------------------------------------------


def _text(words: Words) -> TextOut:
    return TextOut(zh=words.zh, en=words.en)


def _clause(clause: Clause, book: RuleBook) -> ClauseOut:
    control = book.controls.get(clause.control or "")
    return ClauseOut(
        article=clause.article,
        chapter=clause.chapter,
        force=clause.force,
        obliged=list(clause.obliged),
        functions=list(clause.functions),
        topic=_text(clause.topic),
        text=_text(clause.text),
        note=_text(clause.note) if clause.note else None,
        control=_control(control) if control else None,
    )


def _control(control: Control) -> ControlOut:
    return ControlOut(
        id=control.id,
        kinds=list(control.kinds),
        rooms=list(control.rooms),
        passes=_text(control.passes),
        evidence=_text(control.evidence),
        advice=control.advice,
        attests=_text(control.attests) if control.attests else None,
        each_release=control.each_release,
    )


def _rule(rule: Rule, book: RuleBook, value: Value | None) -> RuleOut:
    given = rule.extension
    return RuleOut(
        id=rule.id,
        kind=rule.kind,
        cites=TextOut(zh=book.cite(rule.id, "zh"), en=book.cite(rule.id, "en")),
        verified=rule.verified,
        workflow=rule.workflow,
        responsible=rule.responsible,
        trigger=_text(rule.trigger),
        text=_text(rule.text),
        value=_value(value) if value else None,
        extension=ExtensionOut(unit=given.amount.unit, n=given.amount.n, by=given.by, notify=given.notify)
        if given
        else None,
        stops=sorted(rule.stops),
    )


def _value(value: Value) -> ValueOut:
    return ValueOut(since=value.since, until=value.until, unit=value.unit, numbers=list(value.numbers))


def _full(found: Duty) -> RuleFullOut:
    rule = found.rule
    return RuleFullOut(
        **dict(_rule(rule, found.book, found.value)),
        values=[_value(value) for value in rule.values],
        own_values=[
            OwnValueOut(**dict(_value(own.value)), reason=own.reason, at=own.at, person=own.person or None)
            for own in found.own
        ],
        note=_text(rule.note) if rule.note else None,
        open_clocks=found.clocks,
    )


def _due(term: Term) -> DueOut:
    return DueOut(
        start=term.start,
        unit=term.amount.unit,
        n=term.amount.n,
        due=term.due,
        due_at=term.due_at,
        provisional=term.provisional,
        counted=list(term.counted),
    )


# ---- the board ---------------------------------------------------------------------------------------------------------------


@router.get("/compliance/controls", response=BoardOut)
@access(PUBLIC, scope="catalogue:read")
def get_board(request: HttpRequest) -> BoardOut:
    """The newest run of the control board. Which things fail is told to officers only."""
    run, official = selectors.last_run(), reads_government(request.actor)  # type: ignore[attr-defined]
    return BoardOut(
        at=run.at if run else None,
        duration_ms=run.duration_ms if run else None,
        pack=run.pack if run else None,
        digest=run.digest if run else None,
        receipt=run.receipt if run else None,
        counts=run.counts if run else {},
        controls=[
            _line(one, official=official)
            for one in sorted(selectors.results(run).values(), key=lambda one: one.control)
        ],
    )


def _line(found: ControlResult, *, official: bool) -> BoardLine:
    """`evidence`: what everybody may read; for officers also the first things that were looked at and are well."""
    parts = [
        {name: value for name, value in part.items() if name != "looked"}
        | (
            {"evidence": [*part["evidence"], *part.get("looked", [])]}
            if official
            else {"failing": [], "evidence": part["evidence"]}
        )
        for part in found.parts
    ]
    return BoardLine(id=found.control, outcome=found.outcome, since=found.since, parts=parts)


@router.get("/compliance/controls/{control_id}", response=ControlFullOut)
@access(PUBLIC, scope="catalogue:read")
def get_control(request: HttpRequest, control_id: str) -> ControlFullOut:
    """One control: its question, what the last run found, and the words given on it."""
    return _whole(selectors.control(control_id), by=_by(request))


@router.post("/compliance/controls/{control_id}/words", response={201: ControlFullOut})
@access(*sorted(selectors.ATTESTS), scope="rules:write")
def give_word(request: HttpRequest, control_id: str, form: WordIn) -> Status[ControlFullOut]:
    """Give one's word on a control, for the data authority, until a day; `holds` false takes an earlier word back."""
    by = _by(request)
    services.attest(control_id, **form.dict(), by=by, now=now())
    return Status(201, _whole(selectors.control(control_id), by=by))


def _whole(control: Control, *, by: Actor) -> ControlFullOut:
    found = selectors.results(selectors.last_run()).get(control.id)
    return ControlFullOut(
        **dict(_control(control)),
        article=control.article,
        result=_line(found, official=reads_government(by)) if found else None,
        words=[
            WordOut(
                holds=one.row.holds,
                seen=one.row.seen,
                until=one.row.until,
                release=one.row.release,
                at=one.row.at,
                institution=one.row.institution,
                role=one.row.role,
                person=one.person or None,
                fault=one.fault,
                receipt=one.row.receipt,
            )
            for one in selectors.words_on(control, by=by, now=now())
        ],
    )


@router.get("/compliance/oscal/{document}")
@access(PUBLIC, scope="catalogue:read")
def get_oscal(request: HttpRequest, document: str) -> HttpResponse:
    """The law (`catalog`) or the last run of the board (`assessment-plan`, `assessment-results`) in OSCAL 1.2.1, without what fails by name."""
    del request
    found = selectors.oscal(document)
    if found is None:
        raise Missing("board_not_run")
    return HttpResponse(found, content_type="application/json; charset=utf-8")
