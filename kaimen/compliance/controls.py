"""What the control board asks of compliance itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kaimen.cases import selectors as cases
from kaimen.compliance.selectors import inventory, vendors
from kaimen.core.lifecycle.controls import Part, Ref, part_of
from kaimen.core.lifecycle.rules import Words
from kaimen.gate import selectors as gate
from kaimen.office import selectors as office


def declared_against_seen(now: datetime) -> Iterable[Part]:
    """BJ-46: what the gate gave of personal information in the last thirty days is declared: purpose, recipient, columns."""
    found = {one.entry.id: one.entry for one in inventory.findings(now=now)}
    told = {one.entry.id: one.entry for one in inventory.records()} | found
    yield part_of(
        Words(
            zh="个人信息的实际使用都在登记之内（目的、接收方、数据项）",
            en="Personal information is used as it is declared: purpose, recipient, columns",
        ),
        [(entry.id not in found, Ref(name=entry.slug, url="/processing/work")) for entry in told.values()],
        evidence=[Ref(name="/processing", url="/processing")],
    )


def exports_assessed(now: datetime) -> Iterable[Part]:
    """BJ-29, BJ-48: every export that may leave names its country, has a ceiling, and an assessment that is in force."""
    standing = {
        str(case.facts.get("export"))
        for case in cases.in_states("impact_assessment", ["in_force"])
        if case.facts.get("kind") == "export"
    }
    yield part_of(
        Words(
            zh="放行中的出境都写明目的地国家、有上限、有有效的评估",
            en="Each export that may leave names its country, has a ceiling and an assessment in force",
        ),
        [
            (
                not gate.is_open(case.number, now=now)
                or bool(case.facts.get("country") and case.facts.get("ceiling") and case.number in standing),
                _case(case.number),
            )
            for case in cases.in_states("export_assessment", ["approved"])
        ],
        evidence=[Ref(name="/exports", url="/exports")],
    )


def exceptions_named(now: datetime) -> Iterable[Part]:
    """BJ-56: an export that rests on a treaty, a pilot or a negative list says which."""
    del now
    yield part_of(
        Words(
            zh="依据条约、试点或者负面清单的出境写明了是哪一个",
            en="An export by treaty, pilot or negative list names it",
        ),
        [
            (bool(case.facts.get("exception_named")), _case(case.number))
            for case in cases.in_states("export_assessment", cases.states("export_assessment"))
            if case.facts.get("exception") != "none"
        ],
    )


def vendors_ended(now: datetime) -> Iterable[Part]:
    """BJ-43: no account of a vendor lives beyond its contract; what is in warranty has one of at least two years."""
    found = vendors.all_vendors(now=now)
    today = office.rules().calendar.day(now).isoformat()
    yield part_of(
        Words(zh="合同到期或者已移交的，账号都已失效", en="No account lives beyond its contract or its hand-over"),
        [
            (one.alive == 0, _case(one.number))
            for one in found
            if one.accounts and (one.until < today or one.state_code in vendors.OVER)
        ],
        evidence=[Ref(name="/vendors", url="/vendors")],
    )
    yield part_of(
        Words(zh="验收过的都写明了保修期", en="Whatever was accepted has a warranty on record"),
        [(bool(one.warranty_until), _case(one.number)) for one in found if one.state_code in vendors.ACCEPTED],
    )


def _case(number: str) -> Ref:
    return Ref(name=number, url=f"/cases/{number}")
