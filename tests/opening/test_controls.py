"""The board looks at the open window: the plan of this year, what is called open, what enterprises publish."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kaimen.accounts.models import Institution
from kaimen.cases.models import Case
from kaimen.core.policy.party import Actor, Via
from kaimen.gate import services as gate
from kaimen.opening import controls
from kaimen.opening.models import PlanItem
from tests.catalogue.city import NOW, a_city
from tests.opening.test_plan import published as planned

pytestmark = pytest.mark.django_db


def outcomes(look, now) -> list[str]:
    return [part.outcome.value for part in look(now)]


def failing(look, now) -> list[str]:
    return [ref.name for part in look(now) for ref in part.failing]


def test_nothing_passes_in_an_empty_house(db, home) -> None:
    a_city()
    assert outcomes(controls.plan, NOW) == ["fail", "not_applicable", "not_applicable", "not_applicable"], (
        "the law asks for a plan"
    )
    assert set(outcomes(controls.open_data, NOW) + outcomes(controls.non_public, NOW)) == {"not_applicable"}


def test_the_plan_of_the_year(counter) -> None:
    planned(counter, {"item_body": "transport"}, {"item_body": "civil-affairs", "item_title": "养老机构"})
    assert outcomes(controls.plan, counter.now)[0] == "fail", "it is the plan of next year"
    then = counter.now + timedelta(days=60)
    assert outcomes(controls.plan, then) == ["pass", "pass", "pass", "not_applicable"]
    PlanItem.objects.filter(n=2).update(title_en="")
    assert failing(controls.plan, then) == ["养老机构"]
    PlanItem.objects.filter(n=2).update(title_en="Care homes", demand="XX-1")
    assert failing(controls.plan, then) == ["养老机构"]
    PlanItem.objects.filter(n=2).update(demand="", state="opened", opened_on="2027-01-10", dataset="0" * 26)
    assert outcomes(controls.plan, then) == ["pass", "pass", "pass", "fail"]
    PlanItem.objects.filter(n=2).update(dataset=counter.town.care_homes)
    assert outcomes(controls.plan, then) == ["pass"] * 4
    PlanItem.objects.filter(n=2).delete()
    assert failing(controls.plan, then) == ["示范市民政局"], "it opens data and promises none"
    Case.objects.filter(workflow="open_plan").update(state="approved")
    assert outcomes(controls.plan, then)[0] == "fail"


def test_what_is_called_open_is_open(counter, monkeypatch) -> None:
    assert outcomes(controls.open_data, counter.now) == ["pass"] * 3
    decide = controls.gate.decide
    monkeypatch.setattr(controls.gate, "decide", lambda *_, **__: None)
    assert outcomes(controls.open_data, counter.now) == ["pass", "fail", "pass"], "a gate that lets everybody in"
    from kaimen.core.errors import Refused

    def shut(*_, **__):
        raise Refused("not_permitted")

    monkeypatch.setattr(controls.gate, "decide", shut)
    assert outcomes(controls.open_data, counter.now) == ["fail", "pass", "pass"]
    monkeypatch.setattr(controls.gate, "decide", decide)
    flows = {code: flow for code, flow in controls.cases.workflows().items() if code != "open_application"}
    monkeypatch.setattr(controls.cases, "workflows", lambda: flows)
    assert outcomes(controls.open_data, counter.now) == ["pass", "pass", "fail"]


def test_what_an_objection_took_offline_is_no_breach_and_what_an_officer_closed_is(counter) -> None:
    closer = Actor(via=Via.JOB)
    before = next(iter(controls.open_data(counter.now))).counted
    gate.close(counter.town.parking, reason="objection YY-2026-000001", by=closer, now=counter.now)
    part = next(iter(controls.open_data(counter.now)))
    assert (part.outcome.value, part.counted) == ("pass", before - 1)
    gate.reopen(counter.town.parking, reason="reviewed", by=closer, now=counter.now)
    gate.close(counter.town.parking, reason="不想开放", by=closer, now=counter.now)
    assert next(iter(controls.open_data(counter.now))).outcome.value == "fail"


def test_what_enterprises_publish(counter, monkeypatch) -> None:
    assert outcomes(controls.non_public, counter.now)[0] == "not_applicable"
    Institution.objects.filter(slug="civil-affairs").update(body_kind="enterprise")
    assert "养老机构与床位" in failing(controls.non_public, counter.now)
    found = controls._datasets()
    marked = [
        replace(one, body=replace(one.body, licence="own", non_public=replace(one.body.non_public, supplied=True, acquisition="voluntary")))
        for one in found
    ]  # fmt: skip
    monkeypatch.setattr(controls, "_datasets", lambda: marked)
    assert outcomes(controls.non_public, counter.now)[0] == "pass"
