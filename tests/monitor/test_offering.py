"""Registers as open datasets: an ordinary entry, an ordinary load, and no column that is not public."""

from __future__ import annotations

import pytest

from kaimen.catalogue import selectors as catalogue
from kaimen.lake import selectors as lake
from kaimen.lake.models import Load
from kaimen.monitor import selectors, services
from tests.catalogue.city import actor
from tests.monitor.registrars import FIRM, Registrars

pytestmark = pytest.mark.django_db


def test_a_register_becomes_an_open_dataset_without_what_is_not_public(office: Registrars) -> None:
    office.put()
    entry = office.offer()
    load = services.publish("computing", now=office.now)
    assert (load.state, load.accepted) == ("published", 1), load.facts
    snapshot = lake.snapshot(entry)
    columns = {name for name, _ in snapshot.schema}
    assert "contact" not in columns
    assert columns == {one.name for one in selectors.register("computing").public_fields} | {"state", "changed_on"}
    assert catalogue.published("register_computing").open_type == 1


def test_the_same_state_is_one_version_and_a_change_another(office: Registrars) -> None:
    office.put()
    entry = office.offer()
    for _ in range(2):
        services.publish("computing", now=office.now)
    assert (lake.snapshot(entry).number, Load.objects.count()) == (1, 1)
    office.put(code="AI-2")
    assert selectors.offered(selectors.register("computing"), by=office.steward).behind
    services.publish("computing", now=office.now)
    assert (lake.snapshot(entry).number, lake.snapshot(entry).rows) == (2, 2)
    assert not selectors.offered(selectors.register("computing"), by=office.steward).behind


def test_going_back_to_an_earlier_state_is_a_new_version(office: Registrars) -> None:
    entry = office.put() and office.offer()
    for pue in ("1.30", "1.2", "1.30"):
        office.put(pue=pue)
        services.publish("computing", now=office.now)
    assert lake.snapshot(entry).number == 3


def test_a_retired_record_stays_in_the_dataset(office: Registrars) -> None:
    entry = office.put() and office.offer()
    services.retire("computing", "AI-1", reason="拆除", by=office.steward, now=office.now)
    assert services.publish("computing", now=office.now).state == "published"
    assert lake.snapshot(entry).rows == 1


@pytest.mark.parametrize("kind", ["network", "new_technology", "park", "cluster", "scenario", "enterprise"])
def test_every_register_of_the_pack_can_be_offered_and_loaded(office: Registrars, kind: str) -> None:
    given = {
        "network": {"code": "N-1", "name_zh": "基站", "sub_kind": "mobile", "status": "operating", "coverage_pct": "99.5", "built_on": "2025-01-02"},
        "new_technology": {"code": "T-1", "name_zh": "平台", "sub_kind": "ai", "status": "operating", "finance_funded": "是", "calls_year": "10"},
        "park": {"code": "P-1", "name_zh": "园区", "area_km2": "1.255", "firms": "12", "operator_uscc": FIRM["uscc"]},
        "cluster": {"code": "C-1", "name_zh": "集群", "industry": "01", "revenue_mcny": "12.5"},
        "scenario": {"code": "S-1", "name_zh": "场景", "field": "agriculture", "stage": "open"},
        "enterprise": FIRM | {"revenue_mcny": "3.5"},
    }[kind]  # fmt: skip
    office.put(kind, **{"district": "110108", **given})
    entry = office.offer(kind)
    load = services.publish(kind, now=office.now)
    assert (load.state, load.accepted, load.quarantine) == ("published", 1, "")
    assert "revenue_mcny" not in {name for name, _ in lake.snapshot(entry).schema} or kind != "enterprise"


def test_nothing_is_given_out_before_the_entry_is_published_or_while_a_register_is_empty(office: Registrars) -> None:
    assert services.publish("computing", now=office.now) is None
    office.offer()
    assert services.publish("computing", now=office.now) is None
    assert services.sweep(now=office.now) == 0
    office.put()
    assert services.sweep(now=office.now) == 1


def test_only_a_steward_of_the_authority_compiles_the_entry(office: Registrars) -> None:
    with office.refused("not_the_authority"):
        services.compile_entry("computing", by=office.steward, now=office.now)
    with office.refused("not_your_role"):
        services.compile_entry("computing", by=actor("department_head", office.city.authority), now=office.now)
    first = services.compile_entry("computing", by=office.authority_steward, now=office.now)
    assert services.compile_entry("computing", by=office.authority_steward, now=office.now) == first
