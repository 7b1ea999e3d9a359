"""The board sees what is broken in the registers and in the figures, and passes nothing because nobody looked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kaimen.core.lifecycle.controls import Outcome
from kaimen.monitor import controls, selectors, services
from kaimen.monitor.models import Computation, Evaluation
from tests.monitor.registrars import Registrars
from tests.monitor.test_computing import ROWS

pytestmark = pytest.mark.django_db
LOOKS = (controls.figures, controls.networks, controls.computing, controls.shared, controls.parks)


def outcomes(look, now) -> list[Outcome]:
    return [part.outcome for part in look(now)]


def test_empty_registers_pass_nothing(office: Registrars) -> None:
    assert {one for look in LOOKS for one in outcomes(look, office.now)} == {Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize(
    ("look", "kind", "good", "bad"),
    [
        (controls.networks, "network", {"designed_on": "2020-01-01", "built_on": "2021-01-01", "accepted_on": "2021-02-01"}, {"accepted_on": ""}),
        (controls.computing, "computing", {}, {"utilisation_pct": ""}),
        (controls.shared, "new_technology", {"access_conditions": "免费"}, {"service_entry": ""}),
        (controls.parks, "park", {"operator": "示范", "field": "01", "revenue_year": "2025"}, {"operator": ""}),
    ],
)  # fmt: skip
def test_a_record_that_lacks_something_fails_the_control_and_is_named(
    office: Registrars, look, kind, good, bad
) -> None:
    given = {"district": "110108", **ROWS[kind], **good}
    office.put(kind, **given)
    assert Outcome.PASS in outcomes(look, office.now)
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
    assert [ref.name for part in controls.figures(asked.now) for ref in part.failing] == ["pue"]
