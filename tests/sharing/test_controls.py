"""The board looks at sharing: links without ground, data of other areas, what was signed and changed since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kaimen.accounts.models import Institution
from kaimen.compliance.models import Commitment
from kaimen.gate import services as gate
from kaimen.gate.models import Grant
from kaimen.gate.services import GrantForm
from kaimen.sharing import controls
from kaimen.sharing.models import Agreement
from tests.catalogue.city import NOW
from tests.opening.town import a_town

pytestmark = pytest.mark.django_db


def outcomes(look, now) -> list[str]:
    return [part.outcome.value for part in look(now)]


def failing(look, now) -> list[str]:
    return [ref.name for part in look(now) for ref in part.failing]


def test_nothing_passes_in_an_empty_house(db, home) -> None:
    for look in (controls.enterprises, controls.links, controls.returned, controls.archived):
        assert set(outcomes(look, NOW)) == {"not_applicable"}


def test_links_rest_on_something(bureaus) -> None:
    number = bureaus.in_use()
    assert outcomes(controls.links, bureaus.now) == ["pass"]
    Grant.objects.update(code="X-1", basis_zh="", basis_en="")
    assert failing(controls.links, bureaus.now) == ["X-1"]
    Grant.objects.update(code=number)
    assert outcomes(controls.links, bureaus.now) == ["pass"]


def test_what_was_entered_by_hand_is_looked_at(bureaus) -> None:
    number = bureaus.in_use()
    assert outcomes(controls.by_hand, bureaus.now) == ["not_applicable"] * 4
    assert outcomes(controls.commitments, bureaus.now) == ["pass"]
    Grant.objects.update(code="AG-1")
    Commitment.objects.update(code="AG-1")
    part, *_ = controls.by_hand(bureaus.now)
    assert [(ref.name, ref.url.startswith("/data/")) for ref in part.looked] == [("AG-1", True)]
    assert failing(controls.commitments, bureaus.now) == [number]
    Commitment.objects.all().delete()
    assert failing(controls.commitments, bureaus.now) == [number, "AG-1"]
    Grant.objects.update(basis_zh="")
    assert failing(controls.by_hand, bureaus.now) == ["AG-1"]


def test_what_was_signed_can_be_filed(bureaus) -> None:
    number = bureaus.in_use()
    assert outcomes(controls.archived, bureaus.now) == ["pass"]
    kept = Agreement.objects.get()
    Agreement.objects.update(document=kept.document.replace("duty", "audit", 1))
    assert failing(controls.archived, bureaus.now) == [number]
    Agreement.objects.update(document=kept.document)
    assert outcomes(controls.archived, bureaus.now) == ["pass"]


def test_agreements_with_enterprises(bureaus, monkeypatch) -> None:
    bureaus.in_use()
    assert outcomes(controls.enterprises, bureaus.now) == ["not_applicable"]
    Institution.objects.filter(pk=bureaus.asks.institution).update(body_kind="enterprise")
    assert outcomes(controls.enterprises, bureaus.now) == ["pass"]
    kept = Agreement.objects.get()
    Agreement.objects.update(document=kept.document.replace("示范市道路停车条例第九条", ""))
    assert failing(controls.enterprises, bureaus.now) == [kept.code]


def test_what_flows_back_is_of_the_own_area(db, home) -> None:
    town = a_town(indexed=False)
    district = Institution.objects.get(slug="transport")
    Institution.objects.filter(pk=district.pk).update(level="district", region="110108")

    def give(code: str, rows: dict[str, list[str]]) -> None:
        form = GrantForm(
            code=code, dataset=town.care_homes, purposes=("duty",), not_before=NOW, not_after=NOW + timedelta(days=9),
            institution=town.city.transport, duties=GrantForm.duties_of(rows=rows), basis_zh="回流",
        )  # fmt: skip
        gate.grant(form, by=town.officer, now=NOW)

    give("HL-1", {"district": ["110108"]})
    assert outcomes(controls.returned, NOW) == ["pass"]
    give("HL-2", {"district": ["110108", "110105"]})
    give("HL-3", {})
    assert failing(controls.returned, NOW) == ["HL-2", "HL-3"]
    Grant.objects.filter(pk__in=["HL-2", "HL-3"]).update(duties=Grant.objects.get(pk="HL-1").duties)
    assert outcomes(controls.returned, NOW) == ["pass"]
    Institution.objects.filter(pk=district.pk).update(level="city")
    assert outcomes(controls.returned, NOW) == ["not_applicable"], "a body of the city gets the whole city"
