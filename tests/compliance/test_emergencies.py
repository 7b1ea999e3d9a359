"""Emergency access: somebody else opens the same gate for hours, it shuts by itself, and the use is reviewed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kaimen.core.errors import KaimenError
from kaimen.gate import services as gate
from kaimen.gate.models import Decision, Grant
from kaimen.gate.services import GrantForm
from kaimen.office import services as office
from kaimen.office.models import Clock, DeskItem
from tests.compliance.bodies import Bodies, a_case, running

pytestmark = pytest.mark.django_db
FLOOD = {
    "columns": ["name", "amount"],
    "purpose": "duty",
    "event_kind": "natural",
    "event": "7 月 30 日特大暴雨，需联系独居老人",
    "authority": "市防汛指挥部启动一级应急响应，京汛〔2026〕1 号",
    "hours": 48,
}


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


def declared(bodies: Bodies, **facts) -> str:
    return bodies.begin("emergency_access", bodies.asks("steward"), **(FLOOD | {"dataset": bodies.slug} | facts))


def granted(bodies: Bodies, **facts) -> str:
    number = declared(bodies)
    given = {"granted_columns": ["name"], "granted_hours": 24, "reason": "联系独居老人"} | facts
    bodies.take(number, "grant", bodies.rules("authority_reviewer"), **given)
    return number


def asked(bodies: Bodies, column: str = "name") -> object:
    question = gate.Question(sql=f'SELECT "{column}" FROM "{bodies.slug}" LIMIT 1', purpose="duty")
    return gate.decide(question, by=bodies.asks("steward"), now=bodies.now)


def test_the_gate_opens_for_hours_and_shuts_by_itself(bodies) -> None:
    with refused("dataset_unknown"):  # for whoever has no agreement it is not there
        asked(bodies)
    number = granted(bodies)
    assert asked(bodies)
    assert "amount" not in asked(bodies).governed.sql
    bodies.later(hours=23, minutes=59)
    assert asked(bodies)
    bodies.later(minutes=1)
    with pytest.raises(KaimenError):
        asked(bodies)
    assert Grant.objects.get(code=number).revoked_at is None


def test_the_clock_is_that_of_the_hours_granted(bodies) -> None:
    number = granted(bodies, granted_hours=2)
    clock = Clock.objects.get(rule="POL-EMG-HOURS", case=a_case(number).pk)
    assert (clock.n, clock.due_at) == (2, bodies.now + timedelta(hours=2))
    assert clock.due_at == Grant.objects.get(code=number).not_after


def test_the_whole_way(bodies) -> None:
    number = granted(bodies)
    assert running(number) == {"POL-EMG-HOURS"}
    bodies.later(hours=3)
    bodies.take(number, "report", bodies.asks("steward"), effect="联系了 40 位老人")
    assert Grant.objects.get(code=number).revoked_at == bodies.now
    assert running(number) == {"POL-EMG-REVIEW"}
    with pytest.raises(KaimenError):
        asked(bodies)
    reviewer = replace(bodies.rules("authority_reviewer"), person=bodies.rules("auditor").person)
    bodies.take(number, "review", reviewer, finding="proper", review="范围和时间都合适")
    assert Clock.objects.get(rule="POL-EMG-REVIEW").state == "met"
    case = bodies.take(number, "attest", bodies.asks("office_head"), disposal="deleted", disposal_declared=True)
    assert case.state == "closed"
    assert case.keep_until is not None
    assert running(number) == set()
    assert not DeskItem.objects.filter(closed_at=None, url=f"/cases/{number}").exists()


def test_officers_of_both_bodies_are_told_at_once(bodies) -> None:
    number = declared(bodies)
    assert not DeskItem.objects.filter(kind="emergency").exists()
    bodies.take(
        number, "grant", bodies.gives("department_head"), granted_columns=["name"], granted_hours=1, reason="防汛"
    )
    told = DeskItem.objects.filter(kind="emergency", closed_at=None)
    assert {(item.institution, item.role) for item in told} == {
        (str(body), role)
        for body in (bodies.city.civil, bodies.city.transport)
        for role in ("security_officer", "protection_officer")
    }


def test_the_security_officer_of_the_provider_may_grant(bodies) -> None:
    number = declared(bodies)
    officer = bodies.gives("security_officer")
    bodies.take(number, "grant", officer, granted_columns=["name"], granted_hours=1, reason="防汛")
    assert asked(bodies)
    bodies.take(number, "stop", officer, reason="汛情解除")
    with pytest.raises(KaimenError):
        asked(bodies)


@pytest.mark.parametrize("hours", [0, 73])
def test_never_longer_than_the_rule(bodies, hours) -> None:
    with refused("case_facts"):
        declared(bodies, hours=hours)
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"granted_columns": ["name", "id_number"]},
        {"granted_columns": []},
        {"granted_hours": 49},
        {"granted_hours": 73},
    ],
)
def test_never_more_than_was_asked_for(bodies, given) -> None:
    with refused("case_facts"):
        granted(bodies, **given)
    assert not Grant.objects.exists()
    assert not DeskItem.objects.filter(kind="emergency").exists()


def test_not_by_who_declared_nor_by_the_body_that_asks(bodies) -> None:
    number = declared(bodies)
    given = {"granted_columns": ["name"], "granted_hours": 1, "reason": "急"}
    with refused("case_side"):
        bodies.take(number, "grant", bodies.asks("department_head"), **given)
    same = replace(bodies.gives("department_head"), person=bodies.asks("steward").person)
    with refused("same_person"):
        bodies.take(number, "grant", same, **given)
    with refused("not_your_role"):
        bodies.take(number, "grant", bodies.gives("steward"), **given)
    assert a_case(number).state == "declared"
    assert not Grant.objects.exists()


@pytest.mark.parametrize("purpose", ["research", "statistics", "audit", "public-use"])
def test_what_can_wait_is_no_emergency(bodies, purpose) -> None:
    with pytest.raises(KaimenError, match="not_urgent"):
        declared(bodies, purpose=purpose)


def test_own_data_need_no_emergency(bodies) -> None:
    with refused("case_own_body"):
        bodies.begin("emergency_access", bodies.gives("steward"), **(FLOOD | {"dataset": bodies.slug}))


def test_review_is_by_a_third_person_and_agrees_with_the_gate(bodies) -> None:
    number = granted(bodies)
    Decision.objects.create(
        receipt="r-1", at=bodies.now, institution=str(bodies.city.transport), purpose="duty", channel="query",
        datasets=[bodies.entry], policies=[number], policy_hash="0" * 64, columns=["name"],
    )  # fmt: skip
    with refused("case_step"):
        bodies.take(number, "review", bodies.rules("auditor"), finding="unused", review="没用")
    bodies.take(number, "stop", bodies.gives("department_head"), reason="用途不清")
    assert a_case(number).facts["answers"] == 1
    with refused("same_person"):
        bodies.take(number, "review", bodies.rules("authority_reviewer"), finding="proper", review="合适")
    with refused("case_facts"):
        bodies.take(number, "review", bodies.rules("auditor"), finding="unused", review="没用")
    assert (
        bodies.take(number, "review", bodies.rules("auditor"), finding="improper", review="超范围").state == "reviewed"
    )


def test_a_review_that_does_not_come_is_overdue(bodies) -> None:
    number = granted(bodies)
    bodies.take(number, "stop", bodies.gives("department_head"), reason="汛情解除")
    bodies.later(days=12)
    office.tick(bodies.now)
    assert Clock.objects.get(rule="POL-EMG-REVIEW").state == "overdue"


def test_it_is_not_glued_to_what_an_agreement_shows_covered(bodies) -> None:
    agreed = GrantForm(  # exempt, so that no assessment has to stand here
        code="AG-1", dataset=bodies.entry, institution=bodies.city.transport, purposes=("duty",), not_before=bodies.now,
        not_after=bodies.now + timedelta(days=90), exempt="emergency",
        duties=GrantForm.duties_of(columns=["name", "amount"], masks={"name": "keep:1,0"}),
    )  # fmt: skip
    gate.grant(agreed, by=bodies.gives("steward"), now=bodies.now)
    with refused("emergency_second_view"):
        granted(bodies)
    assert not Grant.objects.exclude(code="AG-1").exists()
    assert not DeskItem.objects.filter(kind="emergency").exists()
    gate.suspend("AG-1", reason="汛情期间", by=bodies.gives("steward"), now=bodies.now)
    granted(bodies)


def test_refused_or_withdrawn_opens_nothing(bodies) -> None:
    first, second = declared(bodies), declared(bodies)
    bodies.take(first, "refuse", bodies.gives("department_head"), reason="可以走共享申请")
    bodies.take(second, "withdraw", bodies.asks("steward"), reason="不需要了")
    assert not Grant.objects.exists()
    assert {a_case(first).state, a_case(second).state} == {"refused", "withdrawn"}
    with refused("case_step"):
        bodies.take(
            first, "grant", bodies.rules("authority_reviewer"), granted_columns=["name"], granted_hours=1, reason="再来"
        )
