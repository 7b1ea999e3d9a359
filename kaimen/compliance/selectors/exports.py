"""Exports of data: which way each went, what was approved, how much of it the gate has counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kaimen.cases import selectors as cases
from kaimen.core.lifecycle.rules import Words
from kaimen.core.lifecycle.workflow import Field
from kaimen.core.policy.party import Actor
from kaimen.gate import selectors as gate

WORKFLOW = "export_assessment"
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One export. Words where a code is told; `ceiling` and `used` are rows."""

    number: str
    dataset: str
    country: str
    recipient: str
    state: Words
    state_code: str
    route: Words | None
    route_code: str
    why: Words | None
    why_code: str
    ceiling: int | None
    used: int
    until: date | None
    open: bool


def exports(by: Actor, *, now: datetime) -> list[Export]:
    """Those that this reader may know of, the newest first."""
    flow = cases.workflow(WORKFLOW)
    found: list[Export] = []
    for case in cases.visible(by).filter(workflow=WORKFLOW).order_by("-pk")[:MOST]:
        facts = case.facts
        ceiling, until = facts.get("ceiling"), facts.get("holds_until")
        found.append(
            Export(
                number=case.number,
                dataset=str(facts["dataset"]),
                country=str(facts["country"]),
                recipient=str(facts["recipient"]),
                state=flow.states[case.state].words,
                state_code=case.state,
                route=_said(flow.fields["route"], facts),
                route_code=str(facts.get("route", "")),
                why=_said(flow.fields["why"], facts),
                why_code=str(facts.get("why", "")),
                ceiling=int(str(ceiling)) if ceiling else None,
                used=gate.rows_used(case.number),
                until=date.fromisoformat(str(until)) if until else None,
                open=gate.is_open(case.number, now=now),
            )
        )
    return found


def _said(asked: Field, facts: Mapping[str, object]) -> Words | None:
    return asked.codes.get(str(facts.get(asked.name, "")))
