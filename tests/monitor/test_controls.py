"""The board sees what is broken in the registers and in the figures, and passes nothing because nobody looked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kaimen.core.lifecycle.controls import Outcome
from kaimen.monitor import controls, selectors, services
from kaimen.monitor.models import Computation, Evaluation, Record
from tests.monitor.registrars import Registrars
from tests.monitor.test_computing import ROWS

pytestmark = pytest.mark.django_db
LOOKS = (
    controls.figures, controls.networks, controls.computing, controls.shared, controls.parks, controls.facilities, controls.sensing,
    controls.classed, controls.villages, controls.series, controls.editions, controls.covered("BJ-27"), controls.covered("BJ-36"),
)  # fmt: skip


def outcomes(look, now) -> list[Outcome]:
    return [part.outcome for part in look(now)]


def test_empty_registers_pass_nothing(office: Registrars) -> None:
    assert {one for look in LOOKS for one in outcomes(look, office.now)} == {Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize(
    ("look", "kind", "good", "bad"),
    [
        (controls.networks, "network", {"designed_on": "2020-01-01", "built_on": "2021-01-01", "accepted_on": "2021-02-01"}, {"accepted_on": ""}),
        (controls.computing, "computing", {}, {"utilisation_pct": ""}),
        (controls.computing, "computing", {"sub_kind": "data-centre"}, {"pue": "1.4"}),
        (controls.shared, "new_technology", {"access_conditions": "免费"}, {"service_entry": ""}),
        (controls.facilities, "network", {"owner": "示范", "capacity_gbps": "10", "energy_mwh": "5", "planning_reference": "1号"}, {"energy_mwh": ""}),
        (controls.sensing, "network", {"sub_kind": "v2x", "owner": "示范"}, {"owner": ""}),
        (controls.classed, "scenario", {}, None),
        (controls.villages, "scenario", {"town": "示范镇"}, {"town": ""}),
        (controls.parks, "park", {"operator": "示范", "field": "01", "revenue_year": "2025"}, {"operator": ""}),
    ],
)  # fmt: skip
def test_a_record_that_lacks_something_fails_the_control_and_is_named(
    office: Registrars, look, kind, good, bad
) -> None:
    given = {"district": "110108", **ROWS[kind], **good}
    office.put(kind, **given)
    assert Outcome.PASS in outcomes(look, office.now)
    if bad is None:  # the form knows no such code, so somebody wrote past it
        Record.objects.update(facts={**Record.objects.get().facts, "field": "nonsense"})
    else:
        office.put(kind, **given | bad)
    failing = [ref for part in look(office.now) for ref in part.failing]
    assert len(failing) == 1
    assert failing[0].url.startswith(f"/monitor/registers/{kind}/records/")
    services.retire(kind, failing[0].name, reason="x", by=office.steward, now=office.now)
    assert set(outcomes(look, office.now)) == {Outcome.NOT_APPLICABLE}


def test_figures_fail_when_they_are_changed_missing_or_old(asked: Registrars) -> None:
    for kind, given in ROWS.items():
        asked.put(kind, **{"district": "110108", **given})
        asked.offer(kind)
        services.publish(kind, now=asked.now)
    found = services.compute(by=asked.steward, now=asked.now).evaluation
    assert outcomes(controls.figures, asked.now) == [Outcome.PASS] * 3
    assert outcomes(controls.figures, asked.now + timedelta(days=93))[2] is Outcome.FAIL
    lines = [line | {"score": "99.00"} if line["district"] == "110108" else line for line in found.lines]
    Evaluation.objects.filter(pk=found.pk).update(lines=lines)
    assert outcomes(controls.figures, asked.now)[1] is Outcome.FAIL
    Evaluation.objects.filter(pk=found.pk).update(lines=found.lines)
    pue = selectors.newest()["pue"]
    Computation.objects.filter(pk=pue.pk).update(inputs=[])
    assert [ref.url for part in controls.figures(asked.now) for ref in part.failing] == ["/monitor/indicators/pue"]
    assert outcomes(controls.series, asked.now) == [Outcome.PASS]
    Computation.objects.filter(indicator="state_owned").update(inputs=[])
    assert [ref.url for part in controls.series(asked.now) for ref in part.failing] == [
        "/monitor/indicators/state_owned"
    ]


def test_a_named_field_without_a_scenario_is_told(office: Registrars) -> None:
    look = controls.covered("BJ-36")
    for n, field in enumerate(("smart-museum", "smart-sports-venue")):
        office.put("scenario", code=f"S-{n}", name_zh="场景", district="110108", field=field, stage="running")
    (part,) = look(office.now)
    assert (part.counted, [ref.name for ref in part.failing]) == (3, ["智慧科技馆"])
    office.put("scenario", code="S-3", name_zh="场景", district="110108", field="smart-science-hall", stage="running")
    assert outcomes(look, office.now) == [Outcome.PASS]


def test_a_facility_of_another_kind_is_told(office: Registrars) -> None:
    office.put("network", **ROWS["network"], district="110108")
    Record.objects.update(facts={**Record.objects.get().facts, "sub_kind": "ai"})
    assert next(iter(controls.facilities(office.now))).failing[0].name == "N-1"


def test_editions_of_the_list_of_scenarios(office: Registrars) -> None:
    whole = {
        **ROWS["scenario"], "district": "110108", "field": "energy", "need": "方案", "contact_unit": "局", "data_offered": "停车",
        "published_on": "2026-01-01",
    }  # fmt: skip
    office.put("scenario", **whole)
    assert outcomes(controls.editions, office.now) == [Outcome.FAIL, Outcome.PASS], "nothing was published"
    office.offer("scenario")
    services.publish("scenario", now=office.now)
    assert outcomes(controls.editions, office.now) == [Outcome.PASS] * 3
    assert outcomes(controls.editions, office.now + timedelta(days=401))[2] is Outcome.FAIL
    office.put("scenario", **whole | {"published_on": ""})
    assert [ref.name for part in controls.editions(office.now) for ref in part.failing] == ["S-1"]
