"""Emergency access: the same gate, opened by somebody else for hours, with the least columns. There is no way around it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from kaimen.accounts import selectors as accounts
from kaimen.cases.services import Hook, Step
from kaimen.core.errors import Invalid, Refused
from kaimen.core.policy.party import Actor, InstitutionId, Via
from kaimen.gate import selectors as gate_selectors
from kaimen.gate import services as gate
from kaimen.gate.services import GrantForm
from kaimen.office import selectors as office_selectors
from kaimen.office import services as office

DESK = "emergency"
TOLD = ("security_officer", "protection_officer")
"""Roles that are told at once, of the body that gives and of the body that gets."""
HOURS = "POL-EMG-HOURS"


URGENT = frozenset({"duty", "service-delivery"})
"""What an event can ask for; research, statistics, audits and public use can wait for a request."""


def _declare(step: Step) -> None:
    if step.text("purpose") not in URGENT:
        raise Invalid("case_facts", fields=["purpose"], faults=["not_urgent"])
    if str(step.dataset().provider) == step.party("asking"):
        raise Refused("case_own_body")
    _within(step, "hours")


def _grant(step: Step) -> None:
    """Not more columns and hours than were asked for, and it ends by itself."""
    _within(step, "granted_hours")
    columns = step.many("granted_columns")
    if not columns or not set(columns) <= set(step.many("columns")):
        raise Invalid("case_facts", fields=["granted_columns"], faults=["not_a_column"])
    hours = int(step.text("granted_hours"))
    if hours > int(step.text("hours")):
        raise Invalid("case_facts", fields=["granted_hours"], faults=["too_large"])
    basis = step.text("authority")
    form = GrantForm(
        code=step.case.number,
        dataset=step.dataset().id,
        purposes=(step.text("purpose"),),
        not_before=step.now,
        not_after=step.now + timedelta(hours=hours),
        institution=InstitutionId(step.party("asking")),
        duties=GrantForm.duties_of(columns=columns),
        basis_zh=basis,
        basis_en=basis,
        exempt="emergency",
    )
    gate.grant(form, by=_hand(step), now=step.now)
    _tell(step)


def _end(step: Step) -> None:
    """The gate shuts, if its hours have not shut it, and what it answered is counted for the review."""
    step.facts["answers"] = gate_selectors.answers_under(step.case.number, since=step.case.opened_at)
    gate.revoke(step.case.number, reason=step.act.words.zh, by=Actor(via=Via.JOB), now=step.now)


def _review(step: Step) -> None:
    """What the gate answered cannot be called unused."""
    if step.text("finding") == "unused" and step.fact("answers"):
        raise Invalid("case_facts", fields=["finding"], faults=["not_a_choice"])
    office.close_desk_items(kind=DESK, ref=step.case.pk, now=step.now)


def _within(step: Step, name: str) -> None:
    book = office_selectors.rules()
    most = book.value(HOURS, book.calendar.day(step.now)).amount().n
    if int(step.text(name)) > most:
        raise Invalid("case_facts", fields=[name], faults=["too_large"])


def _tell(step: Step) -> None:
    """Officers of both bodies learn of it in the same moment; it lies on their desks until it was reviewed."""
    slug = step.dataset().slug
    for side in ("provider", "asking"):
        body = step.party(side)
        name = accounts.institution(step.party("asking"))
        for role in TOLD:
            office.open_desk_item(
                kind=DESK, ref=step.case.pk, url=f"/cases/{step.case.number}", institution=body, role=role,
                title_zh=f"紧急访问已开通：{name.name_zh}，{slug}（{step.case.number}）",
                title_en=f"Emergency access opened: {name.name_en}, {slug} ({step.case.number})", now=step.now,
            )  # fmt: skip


def _hand(step: Step) -> Actor:
    """Who decided stands in the case; a security officer masters no grant, so the platform carries it out for them."""
    return Actor(via=Via.JOB) if step.by.role == "security_officer" else step.by


HOOKS: Mapping[str, Mapping[str, Hook]] = {
    "emergency_access": {"declare": _declare, "grant": _grant, "report": _end, "stop": _end, "review": _review},
}
"""Steps of emergency access."""
