"""The board looks at incidents, emergencies, exports, vendors and offices that ran out; each planted violation is named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kaimen.accounts import controls as accounts
from kaimen.accounts.models import Appointment, Institution
from kaimen.cases import services as machine
from kaimen.cases.models import Case
from kaimen.compliance import controls
from kaimen.gate.models import Grant
from kaimen.office.models import Clock
from tests.accounts.people import body, officer
from tests.catalogue.city import NOW, actor
from tests.compliance.bodies import Bodies
from tests.compliance.test_emergencies import granted
from tests.compliance.test_incidents import LEAK, SENT

pytestmark = pytest.mark.django_db
LOOKS = (
    controls.emergencies, controls.critical, controls.incidents, controls.exports, controls.export_grounds, controls.vendors, accounts.expired,
)  # fmt: skip


def outcomes(look, now) -> list[str]:
    return [part.outcome.value for part in look(now)]


def failing(look, now) -> list[str]:
    return [ref.name for part in look(now) for ref in part.failing]


def a_case(workflow: str, state: str, **facts: object) -> Case:
    n = Case.objects.count()
    return Case.objects.create(
        id=f"C{n:025}", number=f"T-{n}", workflow=workflow, pack="-", state=state, facts=facts, title_zh="-", title_en="-",
        opened_at=NOW, changed_at=NOW,
    )  # fmt: skip


def test_nothing_passes_in_an_empty_house(db, home) -> None:
    for look in LOOKS:
        assert set(outcomes(look, NOW)) == {"not_applicable"}


def test_emergencies(bodies: Bodies) -> None:
    number = granted(bodies)
    assert outcomes(controls.emergencies, bodies.now) == ["pass", "not_applicable"]
    grant = Grant.objects.get(pk=number)
    Grant.objects.filter(pk=number).update(not_after=grant.not_before + timedelta(hours=500))
    assert failing(controls.emergencies, bodies.now) == [number]
    Grant.objects.filter(pk=number).update(not_after=grant.not_after)
    case = Case.objects.get(number=number)
    Case.objects.filter(pk=case.pk).update(facts=case.facts | {"event": ""})
    assert failing(controls.emergencies, bodies.now) == [number]
    Case.objects.filter(pk=case.pk).update(facts=case.facts)
    bodies.later(hours=73)
    assert outcomes(controls.emergencies, bodies.now) == ["pass", "fail"], "over, and nobody has told how it was used"


def test_an_emergency_that_was_reviewed_in_time(bodies: Bodies) -> None:
    number = granted(bodies)
    bodies.later(hours=2)
    bodies.take(number, "report", bodies.asks("steward"), effect="联系了独居老人")
    bodies.later(hours=23)
    bodies.take(number, "review", bodies.rules("auditor"), finding="unused", review="没有回答")
    assert outcomes(controls.emergencies, bodies.now) == ["pass", "pass"]
    Clock.objects.filter(rule="POL-EMG-REVIEW").update(due_at=bodies.now - timedelta(hours=1))
    assert failing(controls.emergencies, bodies.now) == [number]


def test_an_emergency_that_ended_early_is_looked_at_before_its_hours_are_over(bodies: Bodies) -> None:
    number = granted(bodies)
    bodies.take(number, "stop", bodies.gives("department_head"), reason="汛情解除")
    assert outcomes(controls.emergencies, bodies.now) == ["pass", "pass"]
    assert [part.counted for part in controls.emergencies(bodies.now)] == [1, 1]
    Grant.objects.filter(pk=number).update(not_after=bodies.now + timedelta(days=30))
    later = bodies.now + timedelta(days=20)  # stopped, and never reviewed
    assert number in [ref.name for ref in list(controls.emergencies(later))[1].failing]


def test_the_shorter_term_of_critical_infrastructure(bodies: Bodies, monkeypatch) -> None:
    before = Case.objects.count(), Clock.objects.count()
    assert outcomes(controls.critical, bodies.now) == ["pass", "not_applicable"]
    assert (Case.objects.count(), Clock.objects.count()) == before, "what was tried is undone"
    begin = machine.begin
    monkeypatch.setattr(
        controls.machine, "begin", lambda flow, told, **more: begin(flow, told | {"ciio": False}, **more)
    )
    assert failing(controls.critical, bodies.now) == ["关键信息基础设施"], "the flag makes no difference"


def test_incidents_keep_their_terms(desk) -> None:
    unit = actor("security_officer", desk.city.transport)
    number = machine.begin("incident", LEAK, by=unit, now=desk.now).case.number
    assert outcomes(controls.incidents, desk.now)[0] == "pass"
    late = desk.now + timedelta(days=1)
    assert failing(controls.incidents, late) == [number]
    desk.take(number, "grade", unit, persons=10, grade="larger", crime=False)
    desk.take(number, "report", unit, **SENT)
    assert outcomes(controls.incidents, late)[0] == "pass"
    drill = machine.begin("incident", LEAK | {"drill": "drill"}, by=unit, now=desk.now).case.number
    parts = list(controls.incidents(late))
    assert (parts[1].outcome.value, parts[1].failing[0].name) == ("advice", drill), (
        "a drill that stops half way is advice"
    )


def test_exports(bodies: Bodies) -> None:
    granted(bodies)
    a_case("export_assessment", "approved", country="新加坡", recipient="某公司", exception="none")
    wrong = a_case("export_assessment", "approved", country="", recipient="某公司", exception="pilot")
    assert failing(controls.exports, bodies.now) == [wrong.number]
    assert failing(controls.export_grounds, bodies.now) == [wrong.number]
    Case.objects.filter(pk=wrong.pk).update(
        facts={"country": "新加坡", "recipient": "某公司", "exception": "pilot", "exception_named": "某试点"}
    )
    assert outcomes(controls.exports, bodies.now) == ["pass", "pass", "not_applicable"]
    assert outcomes(controls.export_grounds, bodies.now) == ["pass"]
    Institution.objects.filter(pk=bodies.city.transport).update(region="SG")
    assert outcomes(controls.exports, bodies.now)[1] == "fail", "a holder whose place is not in the country"


def test_vendors(db, home) -> None:
    good = {
        "approval_no": "立项 1", "contract_no": "合同 1", "until": "2027-01-01", "commitment_digest": "a", "accepted_on": "2026-01-15",
        "warranty_until": "2028-01-15", "list_digest": "b", "attestation_no": "证明 1",
    }  # fmt: skip
    one = a_case("vendor", "closed", **good)
    assert outcomes(controls.vendors, NOW) == ["pass", "pass", "pass", "not_applicable"]
    for place, gap in ((0, "commitment_digest"), (1, "warranty_until"), (2, "attestation_no")):
        Case.objects.filter(pk=one.pk).update(facts=good | {gap: ""})
        found = outcomes(controls.vendors, NOW)
        assert [n for n in range(3) if found[n] == "fail"] == [place]
    Case.objects.filter(pk=one.pk).update(state="warranty", facts=good | {"accepted_on": ""})
    assert failing(controls.vendors, NOW) == [one.number], "in warranty, and nobody knows since when"
    Case.objects.filter(pk=one.pk).update(facts=good | {"warranty_until": "2028-01-14"})
    assert failing(controls.vendors, NOW) == [one.number], "a day short of two years"


def test_offices_that_ran_out(db, home, monkeypatch) -> None:
    held = officer("steward", body("health"))
    since = held.appointment.since
    Appointment.objects.filter(pk=held.appointment.pk).update(until=since + timedelta(days=5))
    now = since + timedelta(days=6)
    assert outcomes(accounts.expired, now) == ["pass"]
    monkeypatch.setattr(accounts.selectors, "in_force", lambda *_, **__: list(Appointment.objects.all()))
    assert outcomes(accounts.expired, now) == ["fail"], "a hat that can still be put on"


def test_a_missing_chief_data_officer_is_advice(bodies: Bodies) -> None:
    assert outcomes(accounts.chief_data_officers, NOW) == ["advice"]
