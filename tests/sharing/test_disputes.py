"""A dispute about a request: its sides are those of the request; nobody settles alone; the government's decision is recorded."""

from __future__ import annotations

import pytest

from kaimen.cases import services as cases
from kaimen.core.errors import KaimenError
from kaimen.office.models import Clock

pytestmark = pytest.mark.django_db


def dispute(bureaus, number: str, *, other: str = "civil-affairs") -> str:
    given = {"about": number, "other": other, "claim": "已超过答复期限"}
    return cases.begin("sharing_dispute", given, by=bureaus.asks_head, now=bureaus.now).case.number


def test_negotiated_mediated_decided(bureaus) -> None:
    number = dispute(bureaus, bureaus.filed())
    bureaus.take(number, "reply", bureaus.gives_head, answer="正在办")
    bureaus.take(number, "call_mediation", bureaus.asks_head, reason="协商不成")
    assert set(Clock.objects.filter(ended_at=None).values_list("rule", flat=True)) == {"SHR-03", "POL-SHR-MEDIATE"}
    bureaus.take(number, "refer", bureaus.reviewer, reason="意见不一")
    done = bureaus.take(number, "record_decision", bureaus.reviewer, decision="应当共享", decided_by="市政府 2026-8")
    assert done.case.state == "decided"


@pytest.mark.parametrize("other", ["transport", "data-authority"])
def test_the_other_side_is_that_of_the_request(bureaus, other) -> None:
    number = bureaus.filed()
    with pytest.raises(KaimenError) as told:
        dispute(bureaus, number, other=other)
    assert told.value.details == {"fields": ["other"], "faults": ["not_a_side"]}


def test_who_brought_it_does_not_settle_it_alone(bureaus) -> None:
    number = dispute(bureaus, bureaus.filed())
    with pytest.raises(KaimenError, match="same_person"):
        bureaus.take(number, "settle", bureaus.asks_head, agreed_on="好")
    assert bureaus.take(number, "settle", bureaus.gives_head, agreed_on="按期答复").case.state == "settled"
