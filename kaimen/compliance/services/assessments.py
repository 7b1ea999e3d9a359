"""Impact assessments: approved, they clear the way at the gate for one recipient, its purposes and columns; invalidated, they shut it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.cases.services import Hook, Step
from kaimen.compliance.services import exports
from kaimen.core.errors import Invalid, Refused
from kaimen.core.metadata.clearance import AssessmentKind
from kaimen.core.policy.party import InstitutionId, PersonId
from kaimen.gate import selectors as gate_selectors
from kaimen.gate import services as gate
from kaimen.gate.services import ClearanceForm


def _open(step: Step) -> None:
    """One recipient, who is not the provider itself; or an export of the same data."""
    body, person = _recipient(step)
    if _of_an_export(step):
        _fits_export(step, named=bool(body or person))
        _named(step)
        return
    if bool(body) == bool(person):
        raise Invalid("case_facts", fields=["recipient"], faults=["needed"])
    if body == str(step.dataset().provider):
        raise Refused("case_own_body")
    _named(step)


def _of_an_export(step: Step) -> bool:
    return step.text("kind") == AssessmentKind.EXPORT


def _fits_export(step: Step, *, named: bool) -> None:
    export = step.text("export")
    if named or not export:
        raise Invalid("case_facts", fields=["export"], faults=["needed" if not export else "not_a_choice"])
    if cases.dataset_of(export) != step.dataset().id:
        raise Invalid("case_facts", fields=["export"], faults=["case_unknown"])


def _named(step: Step) -> None:
    if not step.many("columns"):
        raise Invalid("case_facts", fields=["columns"], faults=["needed"])


def _approve(step: Step) -> None:
    """The gate is told; what waited for the assessment can be opened from now on."""
    body, person = _recipient(step)
    until = gate_selectors.end_of(date.fromisoformat(step.text("holds_until")))
    if until <= step.now:
        raise Invalid("case_facts", fields=["holds_until"], faults=["in_the_past"])
    if _of_an_export(step):
        return  # the export asks for it when it is approved; no grant to another stands on it
    form = ClearanceForm(
        code=step.case.number,
        kind=AssessmentKind(step.text("kind")),
        dataset=step.dataset().id,
        purposes=tuple(step.many("purposes")),
        columns=tuple(step.many("columns")),
        until=until,
        institution=InstitutionId(body) if body else None,
        person=PersonId(person) if person else None,
    )
    gate.clear(form, now=step.now)


def _invalidate(step: Step) -> None:
    if _of_an_export(step):
        exports.shut(step.text("export"), now=step.now)
    else:
        gate.end_clearance(step.case.number, now=step.now)


def _recipient(step: Step) -> tuple[str, str]:
    """The body, or whoever applies: a body or a person. Both where both fields were filled with different ones."""
    number = step.text("application")
    seat = cases.seat_in(number, "applicant") if number else None
    named = step.text("recipient")
    body = str(accounts.institution(named).pk) if named else ""
    return body or (seat.institution if seat else ""), seat.person if seat else ""


HOOKS: Mapping[str, Mapping[str, Hook]] = {
    "impact_assessment": {"open": _open, "amend": _named, "approve": _approve, "invalidate": _invalidate},
}
"""Steps of an assessment."""
