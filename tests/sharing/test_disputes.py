"""A dispute about a request: its sides are those of the request; nobody settles alone; the government's decision is recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kaimen.cases import selectors
from kaimen.cases import services as cases
from kaimen.cases.models import Case
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


def taken_of(bureaus, number: str, by) -> set[str]:
    """What somebody may do now."""
    return {act.verb for act in selectors.acts_for(selectors.case_for(by, number), by)}


@pytest.mark.parametrize("other", ["transport", "data-authority"])
def test_the_other_side_is_that_of_the_request(bureaus, other) -> None:
    number = bureaus.filed()
    with pytest.raises(KaimenError) as told:
        dispute(bureaus, number, other=other)
    assert told.value.details == {"fields": ["other"], "faults": ["not_a_side"]}


@pytest.mark.parametrize("first", ["asks_head", "gives_head"])
def test_one_side_offers_and_only_the_other_accepts(bureaus, first) -> None:
    number = dispute(bureaus, bureaus.filed())
    offers, accepts = getattr(bureaus, first), bureaus.gives_head if first == "asks_head" else bureaus.asks_head
    for who in (offers, accepts):
        assert not taken_of(bureaus, number, who) & {"settle", "settle_claim"}
    bureaus.take(number, "offer", offers, agreed_on="按期答复")
    assert Case.objects.get(number=number).state == "negotiating"
    for verb in ("settle", "settle_claim"):
        with pytest.raises(KaimenError, match=r"^(case_side|case_step)\b"):
            bureaus.take(number, verb, offers, accepted=True)
    (verb,) = taken_of(bureaus, number, accepts) & {"settle", "settle_claim"}
    with pytest.raises(KaimenError, match="case_facts"):
        bureaus.take(number, verb, accepts)
    assert bureaus.take(number, verb, accepts, accepted=True).case.state == "settled"
    assert "POL-SHR-NEGOTIATE" not in set(Clock.objects.filter(ended_at=None).values_list("rule", flat=True))


def test_a_counter_offer_is_accepted_by_whoever_offered_before(bureaus) -> None:
    number = dispute(bureaus, bureaus.filed())
    bureaus.take(number, "offer", bureaus.asks_head, agreed_on="三天")
    bureaus.take(number, "offer", bureaus.gives_head, agreed_on="五天")
    with pytest.raises(KaimenError, match="case_step"):
        bureaus.take(number, "settle", bureaus.gives_head, accepted=True)
    bureaus.take(number, "settle_claim", bureaus.asks_head, accepted=True)
    assert Case.objects.get(number=number).facts["agreed_on"] == "五天"


def test_one_person_with_an_office_on_both_sides_settles_nothing(bureaus) -> None:
    number = dispute(bureaus, bureaus.filed())
    bureaus.take(number, "offer", bureaus.asks_head, agreed_on="三天")
    with pytest.raises(KaimenError, match="same_person"):
        bureaus.take(number, "settle", replace(bureaus.gives_head, person=bureaus.asks_head.person), accepted=True)
