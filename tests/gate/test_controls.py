"""The board looks at the gate: what was answered is decided equal again, what is closed stays closed; each planted violation is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kaimen.core.metadata.entry import PiClass, Text
from kaimen.gate import controls
from kaimen.gate.models import Clearance, Decision, Grant
from kaimen.gate.services import GrantForm
from tests.catalogue.city import ALLOWANCES, NOW, an_item, published

pytestmark = pytest.mark.django_db
PUPILS = replace(
    ALLOWANCES,
    title=Text(zh="入学名册", en="Pupils"),
    items=(
        an_item("pupil", "学籍号", "Number", level=4, pi_class=PiClass.MINOR, identifier_kind="direct", mask_rule="pseudonym:person"),
        an_item("school", "学校", "School", level=2),
    ),
)  # fmt: skip


def outcomes(look, now) -> list[str]:
    return [part.outcome.value for part in look(now)]


def failing(look, now) -> list[str]:
    return [ref.name for part in look(now) for ref in part.failing]


def test_nothing_passes_in_an_empty_house(db, home) -> None:
    for look in (controls.assessed, controls.minors, controls.emergencies, controls.replays, controls.answers):
        assert set(outcomes(look, NOW)) == {"not_applicable"}


def test_grants_stand_on_assessments(gate) -> None:
    assert outcomes(controls.assessed, gate.now) == ["pass"]
    Clearance.objects.filter(institution=str(gate.audit.institution)).delete()
    assert failing(controls.assessed, gate.now) == ["AG-2026-0127"]
    gate.grant("AG-X", institution=gate.stranger.institution)
    Grant.objects.filter(pk="AG-2026-0127").delete()
    assert outcomes(controls.assessed, gate.now) == ["pass"]


def test_data_on_minors(gate, monkeypatch) -> None:
    city = gate.town.city
    entry = published(city, PUPILS, steward=city.civil_steward, head=city.civil_head, now=gate.now)
    before = Grant.objects.count()
    assert outcomes(controls.minors, gate.now) == ["pass", "pass"]
    assert Grant.objects.count() == before, "what was tried is undone"
    monkeypatch.setattr(controls.services.granting, "assessed", lambda *_, **__: None)
    assert outcomes(controls.minors, gate.now) == ["pass", "fail"]
    assert not Grant.objects.filter(dataset=entry).exists()


def test_data_on_minors_that_are_open(gate, monkeypatch) -> None:
    city = gate.town.city
    entry = published(city, PUPILS, steward=city.civil_steward, head=city.civil_head, now=gate.now)
    found = controls.catalogue.published(entry)
    opened = replace(found, body=replace(found.body, open_type=1))
    monkeypatch.setattr(controls.catalogue, "published_of", lambda _kind: [opened])
    assert failing(controls.minors, gate.now)[0] == "入学名册"


def test_emergency_grants(gate, monkeypatch) -> None:
    gate.grant(
        "YJ-1", institution=gate.stranger.institution, exempt="emergency", not_after=gate.now + timedelta(hours=5),
        duties=GrantForm.duties_of(columns=["district", "amount"]),
    )  # fmt: skip
    assert outcomes(controls.emergencies, gate.now) == ["pass", "pass"]
    Grant.objects.filter(pk="YJ-1").update(duties=[])
    assert failing(controls.emergencies, gate.now) == ["YJ-1"]
    Grant.objects.filter(pk="YJ-1").update(duties=Grant.objects.get(pk="AG-2026-0113").duties)
    assert failing(controls.emergencies, gate.now) == []
    monkeypatch.setattr(controls.services, "decide", lambda *_, **__: None)
    assert outcomes(controls.emergencies, gate.now) == ["pass", "fail"], "a gate that stays open after the end"


def test_old_decisions_come_out_equal(gate) -> None:
    gate.rows(f'SELECT district, amount FROM "{gate.slug}"', by=gate.audit, purpose="audit")
    gate.rows(f'SELECT name FROM "{gate.slug}"', by=gate.district, purpose="service-delivery")
    now = gate.now + timedelta(minutes=1)
    assert [(part.counted, part.failed) for part in controls.replays(now)] == [(2, 0), (2, 0)]
    assert outcomes(controls.answers, now) == ["pass", "not_applicable"]
    wrong = Decision.objects.filter(purpose="audit")
    Decision.objects.filter(purpose="audit").update(policy_hash="0" * 64)
    assert failing(controls.replays, now) == [wrong.get().receipt]
    Decision.objects.filter(purpose="audit").update(policies=[])
    assert outcomes(controls.replays, now)[0] == "fail"


def test_a_decision_whose_agreement_changed_is_not_replayed(gate) -> None:
    from kaimen.gate import services

    gate.rows(f'SELECT district FROM "{gate.slug}"', by=gate.audit, purpose="audit")
    services.suspend("AG-2026-0127", reason="x", by=gate.steward, now=gate.now + timedelta(minutes=1))
    assert outcomes(controls.replays, gate.now + timedelta(minutes=2)) == ["pass", "not_applicable"]


def test_an_answer_without_purpose_or_proof(gate) -> None:
    gate.rows(f'SELECT district FROM "{gate.slug}"', by=gate.audit, purpose="audit")
    now = gate.now + timedelta(minutes=1)
    Decision.objects.update(purpose="")
    assert outcomes(controls.answers, now)[0] == "fail"
    Decision.objects.update(purpose="audit")
    assert outcomes(controls.answers, now)[0] == "pass"
    row = Decision.objects.get()
    Decision.objects.filter(pk=row.pk).update(receipt="A" * 22)
    assert failing(controls.answers, now) == ["A" * 22]
