"""What the steps of an export do: the way is worked out from facts, an assessment in force comes first, the gate counts the ceiling.

The gate is opened for the body itself, under the number of the case: its columns, its purposes, so many rows in the whole term, until the
day. What a body sends abroad it asks under that number; nothing counts the rows but the gate.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.cases.services import Hook, Step
from kaimen.core.errors import Invalid, Refused
from kaimen.core.lifecycle.exports import Facts, Flow, Route, Thresholds, route
from kaimen.core.lifecycle.terms import due
from kaimen.core.lifecycle.workflow import Plain
from kaimen.core.metadata.clearance import AssessmentKind
from kaimen.core.metadata.entry import ImportantData, Item, NationalLevel, PiClass
from kaimen.core.policy.obligations import Quota
from kaimen.core.policy.party import Actor, InstitutionId, Via
from kaimen.gate import selectors as gate_selectors
from kaimen.gate import services as gate
from kaimen.gate.services import GrantForm
from kaimen.office import selectors as office

WORKFLOW = "export_assessment"
STATE_ORGANS = frozenset({"government_department", "authorised_body", "other_state_organ"})
UNCOUNTED = frozenset({"refused", "withdrawn", "forbidden"})
"""Exports in these states never left, so they do not count for the year."""
SENSITIVE = frozenset({PiClass.SENSITIVE, PiClass.MINOR})
LONGEST = {Route.SECURITY_ASSESSMENT: "EXP-05", Route.CONTRACT_OR_CERT: "EXP-07"}
"""How long an approval may hold, by the way it came."""
BY_CASE = Actor(via=Via.JOB)


def _declare(step: Step) -> None:
    leaving = _leaving(step)
    if not leaving:
        raise Invalid("case_facts", fields=["columns"], faults=["needed"])
    if _personal(leaving) and not step.fact("persons"):
        raise Invalid("case_facts", fields=["persons"], faults=["needed"])
    if not _personal(leaving):
        step.facts["persons"] = 0
    step.facts["sensitive_among"] = any(item.pi_class in SENSITIVE for item in leaving)
    if step.text("exception") != "none" and not step.text("exception_named"):
        raise Invalid("case_facts", fields=["exception_named"], faults=["needed"])


def _screen(step: Step) -> None:
    """Nobody says the way: body, columns and numbers of the year do."""
    book, entry, leaving = office.rules(), step.dataset(), _leaving(step)
    body = accounts.institution(step.party("provider"))
    today = book.calendar.day(step.now)
    many, many_sensitive = book.value("EXP-02", today).numbers
    personal = _personal(leaving)
    facts = Facts(
        secret_or_core=step.fact("secret") is True or entry.body.national_level is NationalLevel.CORE,
        foreign_judicial=step.fact("judicial") is True,
        state_organ=body.body_kind in STATE_ORGANS,
        ciio=body.ciio,
        important_confirmed=entry.body.important_data is ImportantData.CONFIRMED
        or entry.body.national_level is NationalLevel.IMPORTANT,
        personal=personal,
        flows=(_flow(step.before), *_flows_before(step, today.year)) if personal else (),
    )
    limits = Thresholds(many=many, many_sensitive=many_sensitive, some=book.value("EXP-03", today).numbers[0])
    routed = route(facts, limits)
    step.facts["route"], step.facts["why"] = routed.route.value, routed.reason
    step.facts["persons_year"], step.facts["sensitive_year"] = routed.persons, routed.sensitive


def _flows_before(step: Step, year: int) -> list[Flow]:
    """Other exports of the same body since 1 January."""
    book = office.rules()
    counted = cases.states(WORKFLOW) - UNCOUNTED
    found: list[Flow] = []
    for case in cases.in_states(WORKFLOW, counted):
        seat = case.seat("provider")
        if case.pk == step.case.pk or seat is None or seat.institution != step.party("provider"):
            continue
        if book.calendar.day(case.opened_at).year == year:
            found.append(_flow(case.facts))
    return found


def _flow(facts: Mapping[str, Plain]) -> Flow:
    number = int(str(facts.get("persons") or 0))
    return Flow(unlinked_sensitive=number) if facts.get("sensitive_among") is True else Flow(unlinked=number)


def _prepare(step: Step) -> None:
    if (step.text("consent") == "no_persons") == _personal(_leaving(step)):
        raise Invalid("case_facts", fields=["consent"], faults=["not_a_choice"])


def _approve(step: Step) -> None:
    """An assessment of this export must be in force; then the gate opens for what was approved, and counts."""
    day = date.fromisoformat(step.text("holds_until"))
    until = gate_selectors.end_of(day)
    if until <= step.now or until > _latest(step):
        raise Invalid("case_facts", fields=["holds_until"], faults=["too_large" if until > step.now else "in_the_past"])
    assessed = _assessed_until(step)
    basis = f"{step.text('country')}: {step.text('recipient')}"
    form = GrantForm(
        code=step.case.number,
        dataset=step.dataset().id,
        purposes=tuple(step.many("purposes")),
        not_before=step.now,
        not_after=min(until, assessed),
        institution=InstitutionId(step.party("provider")),
        duties=(
            *GrantForm.duties_of(columns=step.many("columns")),
            Quota(what="rows", window="term", limit=int(step.text("ceiling"))),
        ),
        basis_zh=basis,
        basis_en=basis,
    )
    gate.grant(form, by=BY_CASE, now=step.now)


def _latest(step: Step) -> datetime:
    """The last moment to which such an approval may reach; without a rule for its way, the end of the third year as well."""
    book = office.rules()
    rule = LONGEST.get(Route(step.text("route")), "EXP-05")
    end = due(step.now, book.value(rule, book.calendar.day(step.now)).amount(), (), book.calendar)
    assert end is not None  # noqa: S101 - nothing stops it
    return end.at


def _assessed_until(step: Step) -> datetime:
    """Until when an assessment in force covers these columns and purposes. Raises `Refused("assessment_missing")`."""
    ends = [
        gate_selectors.end_of(date.fromisoformat(str(case.facts["holds_until"])))
        for case in cases.running("impact_assessment", dataset=step.dataset().id, states=["in_force"])
        if case.facts.get("kind") == AssessmentKind.EXPORT
        and case.facts.get("export") == step.case.number
        and set(step.many("columns")) <= set(_listed(case.facts.get("columns")))
        and set(step.many("purposes")) <= set(_listed(case.facts.get("purposes")))
    ]
    latest = max(ends, default=step.now)
    if latest <= step.now:
        raise Refused("assessment_missing", kinds=[AssessmentKind.EXPORT.value], dataset=step.dataset().slug)
    return latest


def _stop(step: Step) -> None:
    shut(step.case.number, now=step.now)


def shut(number: str, *, now: datetime) -> None:
    """Nothing more leaves under this export."""
    if gate_selectors.is_open(number, now=now):
        gate.revoke(number, reason=WORKFLOW, by=BY_CASE, now=now)


def _leaving(step: Step) -> list[Item]:
    chosen = set(step.many("columns"))
    return [item for item in step.dataset().items if item.column in chosen]


def _personal(leaving: list[Item]) -> bool:
    return any(item.pi_class is not PiClass.NONE for item in leaving)


def _listed(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


HOOKS: Mapping[str, Mapping[str, Hook]] = {
    WORKFLOW: {
        "declare": _declare,
        "screen": _screen,
        "prepare": _prepare,
        "decide": _approve,
        "approve": _approve,
        "reassess": _stop,
        "finish": _stop,
    },
}
"""Steps of an export."""
