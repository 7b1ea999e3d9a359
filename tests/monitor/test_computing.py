"""Figures through the gate: pinned inputs, the same inputs once, computed again to the digit after the data have moved on."""

from __future__ import annotations

import pytest

from kaimen.evidence.models import Entry
from kaimen.gate.models import Decision
from kaimen.monitor import selectors, services
from kaimen.monitor.models import Computation, Evaluation, Record
from tests.catalogue.city import actor
from tests.monitor.registrars import FIRM, Registrars

ROWS = {
    "network": {"code": "N-1", "name_zh": "基站", "sub_kind": "mobile", "status": "operating", "access_conditions": "公平"},
    "computing": {},
    "new_technology": {"code": "T-1", "name_zh": "平台", "sub_kind": "ai", "status": "operating", "finance_funded": "是", "service_entry": "x"},
    "park": {"code": "P-1", "name_zh": "园区", "revenue_mcny": "30000", "firms": "12"},
    "cluster": {"code": "C-1", "name_zh": "集群", "industry": "01", "members": "200"},
    "scenario": {"code": "S-1", "name_zh": "场景", "field": "agriculture", "stage": "running"},
    "enterprise": FIRM,
}  # fmt: skip


@pytest.fixture
def city(asked: Registrars) -> Registrars:
    """Every register offered, with one record in one district."""
    for kind, given in ROWS.items():
        asked.put(kind, **{"district": "110108", **given})
        asked.offer(kind)
        services.publish(kind, now=asked.now)
    return asked


def value(code: str, district: str) -> str:
    return next(one["value"] for one in selectors.newest()[code].lines if one["district"] == district)


def test_figures_name_their_inputs_and_come_out_equal_again(city: Registrars) -> None:
    first = services.compute(by=city.steward, now=city.now)
    assert (first.new, first.waiting) == (len(selectors.measures().indicators), ())
    assert (
        value("computing_fp16", "110108"),
        value("computing_fp16", "110000"),
        value("computing_fp16", "110101"),
    ) == ("120.5", "120.5", "0.0")
    assert (value("pue", "110108"), value("pue", "110101")) == ("1.300", "")
    assert (value("computing_use", "110108"), value("fair_access", "110108"), value("park_revenue", "110108")) == (
        "70.0",
        "100.0",
        "30000",
    )
    assert (value("core_enterprises", "110108"), value("efficiency_enterprises", "110108")) == ("1", "0")
    pue = selectors.newest()["pue"]
    assert [(one[0], one[2]) for one in pue.inputs] == [("register_computing", 1)]
    assert Decision.objects.filter(pk=pue.question, purpose="statistics").exists()
    # the data move on; what was computed comes out equal from what it came from
    city.put(code="AI-2", capacity_pflops="100", district="110105")
    services.publish("computing", now=city.now)
    assert services.check(pue.pk, by=city.steward, now=city.now).different == ()
    second = services.compute(by=city.steward, now=city.now)
    assert (value("computing_fp16", "110105"), value("computing_fp16", "110000")) == ("100.0", "220.5")
    assert second.new == sum("register_computing" in one.inputs for one in selectors.measures().indicators.values())
    assert services.check(pue.pk, by=city.steward, now=city.now).different == ()
    # the same inputs are one computation, and no second entry of the log
    before = Entry.objects.count(), Computation.objects.count(), Evaluation.objects.count()
    third = services.compute(by=city.steward, now=city.now)
    assert (third.new, third.evaluation.pk) == (0, second.evaluation.pk)
    assert (Entry.objects.count(), Computation.objects.count(), Evaluation.objects.count()) == before
    # an older version can be asked for, and is what was there already
    past = services.compute(by=city.steward, now=city.now, versions={"register_computing": 1})
    assert (past.new, past.evaluation.pk) == (0, first.evaluation.pk)


def test_the_index_has_a_value_where_nothing_is_missing_and_says_what_is(city: Registrars) -> None:
    found = services.compute(by=city.steward, now=city.now).evaluation
    lines = {one["district"]: one for one in found.lines}
    # 8,33 % of 12 networks; all state access; 120.5 of 800; PUE 1.3 of 1.6 … 1.1; 1 firm of 40; half of 60000; half of 400; 1 of 10; all open
    infrastructure = 25 * 1 / 12 + 15 + 30 * 120.5 / 800 + 30 * 0.6
    industry = 40 / 40 + 30 * 0.5 + 30 * 0.5
    application = 60 / 10 + 40
    expected = 0.4 * infrastructure + 0.35 * industry + 0.25 * application
    assert abs(float(lines["110108"]["score"]) - expected) < 0.006
    assert (lines["110108"]["rank"], lines["110108"]["band"]) == (1, [1, 1])
    assert (lines["110101"]["score"], set(lines["110101"]["missing"])) == (
        "",
        {"fair_access", "pue", "shared_platforms"},
    )


def test_a_facility_that_cannot_be_moves_neither_its_district_nor_the_city(city: Registrars) -> None:
    record = city.put(code="AI-2", district="110118")
    Record.objects.filter(pk=record.pk).update(facts=record.facts | {"energy_mwh": "10", "it_energy_mwh": "2000"})
    city.put(code="AI-3", district="110119")
    services.publish("computing", now=city.now)
    services.compute(by=city.steward, now=city.now)
    assert (value("pue", "110118"), value("pue", "110119"), value("pue", "110000")) == ("", "1.300", "1.300")


def test_a_value_that_was_changed_behind_our_back_is_found(city: Registrars) -> None:
    services.compute(by=city.steward, now=city.now)
    kept = selectors.newest()["pue"]
    lines = [one | {"value": "1.100"} if one["district"] == "110108" else one for one in kept.lines]
    Computation.objects.filter(pk=kept.pk).update(lines=lines)
    assert services.check(kept.pk, by=city.steward, now=city.now).different == ("110108",)


@pytest.mark.parametrize("role", ["applicant", "public", "trader"])
def test_others_do_not_compute(asked: Registrars, role: str) -> None:
    with asked.refused("not_your_role"):
        services.compute(by=actor(role, asked.city.transport), now=asked.now)


def test_indicators_without_data_wait_and_nothing_is_written(asked: Registrars) -> None:
    found = services.compute(by=asked.steward, now=asked.now)
    assert set(found.waiting) == set(selectors.measures().indicators)
    assert (found.evaluation, Computation.objects.count()) == (None, 0)
    with asked.refused("computation_unknown"):
        services.check("01", by=asked.steward, now=asked.now)
