"""What a step leaves behind in the office: terms begun, met, stopped and extended, and the desks on which the case lies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors
from kaimen.cases.models import Act as Taken
from kaimen.cases.models import Begun, Case
from kaimen.core.errors import Refused
from kaimen.core.lifecycle.rules import RuleBook
from kaimen.core.lifecycle.terms import due
from kaimen.core.lifecycle.workflow import (
    PUBLIC,
    Act,
    Desk,
    Start,
    Workflow,
    holds,
)
from kaimen.core.policy.party import Actor, InstitutionId
from kaimen.office import selectors as office_selectors
from kaimen.office import services as office

CASE = "case"
HEAD = "department_head"
"""Learns of a case that waits for a post which nobody in the body holds."""
_BACK = frozenset({"refused", "suspended", "ended"})
"""Outcomes of steps that lead no further: for these alone a case lies on nobody's desk."""


def close(case: Case, flow: Workflow, book: RuleBook, *, now: datetime) -> None:
    """The case is at its end: how long it is kept stands from here on."""
    case.closed_at = now
    Begun.objects.filter(case=case.pk).delete()  # nobody goes on with a step of a case that has ended
    day = book.calendar.day(now)
    if book.rule(flow.retention).holds(day):
        end = due(now, book.value(flow.retention, day).amount(), (), book.calendar)
        case.keep_until = end.at if end else None


def terms(case: Case, flow: Workflow, step: Act, book: RuleBook, *, by: Actor, now: datetime) -> None:
    """What a step does to the terms of its case. Raises `Refused("clock_state")` where it extends one that does not run."""
    named = {*step.extends, *step.meets, *step.resumes, *(rule for rule, _ in step.stops)}
    running = {term.rule for term in office_selectors.open_terms(case_kind=CASE, case=case.pk)} if named else set[str]()
    for rule in step.extends:
        if rule in running:
            office.extend_clock(
                rule, case_kind=CASE, case=case.pk, n=int(str(case.facts["days"])), role=str(by.role),
                person=str(by.person or ""), notified=bool(case.facts.get("notified")), now=now,
            )  # fmt: skip
    if step.extends and not running & set(step.extends):
        raise Refused("clock_state", state="none")
    for rule, kind in step.stops:
        if rule in running:
            office.stop_clock(rule, case_kind=CASE, case=case.pk, kind=kind, reason=step.words.zh, now=now, book=book)
    for rule in step.resumes:
        if rule in running:
            office.resume_clock(rule, case_kind=CASE, case=case.pk, now=now, book=book)
    met = [rule for rule in step.meets if rule in running]
    if met:
        office.meet_running(*met, case_kind=CASE, case=case.pk, now=now)
    if flow.states[case.state].end:
        office.cancel_clocks(case_kind=CASE, case=case.pk, now=now)
        return
    for start in step.starts:
        if holds(start.when, case.facts):
            _start(case, start, book, now=now)


def _start(case: Case, start: Start, book: RuleBook, *, now: datetime) -> None:
    if not book.rule(start.rule).holds(book.calendar.day(now)):
        return
    party = case.seat(start.desk.side)
    office.start_clock(
        start.rule, case_kind=CASE, case=case.pk, title_zh=_said(case, "zh"), title_en=_said(case, "en"), url=_url(case),
        institution=party.institution if party else "", role=start.desk.role, at=_since(case, start, book, now), now=now, book=book,
        granted=int(str(case.facts[start.amount])) if case.facts.get(start.amount) else None,
    )  # fmt: skip


def _since(case: Case, start: Start, book: RuleBook, now: datetime) -> datetime:
    """When a term begins: at the step, or at the day or the instant that the facts name; never in the future."""
    told = str(case.facts.get(start.since) or "") if start.since else ""
    if not told:
        return now
    at = datetime.fromisoformat(told) if "T" in told else book.calendar.morning_of(date.fromisoformat(told))
    return min(now, at)


def _said(case: Case, language: str) -> str:
    title = case.title_zh if language == "zh" else case.title_en
    return f"{title}（{case.number}）" if language == "zh" else f"{title} ({case.number})"


def _url(case: Case) -> str:
    return f"/cases/{case.number}"


def desks(case: Case, flow: Workflow, *, now: datetime) -> None:
    """The case lies where the next step is; not twice, where a term already put it there, and not while a time must pass first."""
    office.close_desk_items(kind=CASE, ref=case.pk, now=now)
    office.clear_waited(case_kind=CASE, case=case.pk, now=now)
    state = flow.states[case.state]
    if not state.waits:
        return
    done = selectors.taken(case)
    waited_for = selectors.waited_for(flow, case.state)
    running = office_selectors.open_terms(case_kind=CASE, case=case.pk)
    owed = {
        _passed_on(case, flow, term, now=now)
        for term in running
        if not term.waits or (term.rule in waited_for and not term.over)
    }
    for desk in state.waits:
        party = case.seat(desk.side)
        if party is None or not (party.institution or party.person):
            continue
        zh, en = f"{state.words.zh}：{_said(case, 'zh')}", f"{state.words.en}: {_said(case, 'en')}"
        if (party.institution, desk.role) not in owed:
            office.open_desk_item(
                kind=CASE, ref=case.pk, url=_url(case), institution=party.institution, role=desk.role,
                person=party.person if desk.role == PUBLIC else "", title_zh=zh, title_en=en, now=now,
                apart=_barred(case, flow, desk, done),
            )  # fmt: skip
        if party.institution and desk.role not in {PUBLIC, HEAD} and _vacant(desk.role, party.institution, now):
            office.open_desk_item(
                kind=CASE, ref=case.pk, url=_url(case), institution=party.institution, role=HEAD, now=now,
                title_zh=f"没有{accounts.role_name(desk.role, 'zh')}，请任命：{zh}",
                title_en=f"Nobody is {accounts.role_name(desk.role, 'en')}, appoint somebody: {en}",
            )  # fmt: skip


def _passed_on(case: Case, flow: Workflow, term: office_selectors.OpenTerm, *, now: datetime) -> tuple[str, str]:
    """On whose desk a term is: within the body that owes it, one that the next step meets goes to whoever takes that step."""
    here = (term.institution, term.role)
    waiting = [(case.seat(desk.side), desk) for desk in flow.states[case.state].waits]
    places = [desk for party, desk in waiting if party is not None and party.institution == term.institution]
    if term.waits or not term.institution or term.role in {desk.role for desk in places}:
        return here
    for desk in places:
        if any(term.rule in act.meets for act in _ways(case, flow, desk)):
            office.pass_clock(term.rule, case_kind=CASE, case=case.pk, role=desk.role, now=now)
            return term.institution, desk.role
    return here


def _ways(case: Case, flow: Workflow, desk: Desk) -> list[Act]:
    """The steps for which the case lies on a desk."""
    return [
        act
        for act in flow.acts.values()
        if case.state in act.sources and desk.role in act.roles and desk.side in act.sides and act.outcome not in _BACK
    ]


def _vacant(role: str, institution: str, now: datetime) -> bool:
    return not accounts.holders(role, InstitutionId(institution), at=now)


def _barred(case: Case, flow: Workflow, desk: Desk, done: Sequence[Taken]) -> frozenset[str]:
    """Who holds the role and may take none of the steps for which the case lies there, for they took one before."""
    kept = [
        frozenset(person for one in done if one.verb in act.apart for person in one.behind)
        for act in _ways(case, flow, desk)
    ]
    return frozenset.intersection(*kept) if kept else frozenset()
