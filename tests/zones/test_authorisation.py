"""A zone is authorised step by step, begins and ends on its days, and takes its data with it when it closes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from kaimen.accounts.models import Institution
from kaimen.cases import services as cases
from kaimen.cases.hooks import papers_of
from kaimen.cases.models import Case
from kaimen.core.errors import KaimenError
from kaimen.core.policy.party import Actor, Via
from kaimen.gate.models import Grant
from kaimen.zones import services
from kaimen.zones.models import Admission, Project, Zone
from tests.catalogue.city import NOW, City, a_city, actor, an_institution
from tests.zones.floor import Floor

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=14)
PLAN = {
    "slug": "credit", "name_zh": "信用专区", "name_en": "Credit zone", "kind": "domain", "plan": "方案", "scope": "信用数据",
    "products": "信用报告\n风险提示\n信用报告\n",
}  # fmt: skip
SIGNED = {
    "since": "2026-12-01", "until": "2029-11-30", "duties": "按协议", "security": "等保三级", "price": "政府指导价", "ending": "退还和销毁",
}  # fmt: skip


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


@dataclass
class Way:
    city: City
    company: Institution
    lead: Actor

    def take(self, number: str, verb: str, by: Actor, *, now: datetime = NOW, **facts: object) -> Case:
        return cases.act(number, verb, facts, by=by, now=now).case

    def approved(self, **facts: object) -> str:
        number = cases.begin("zone_authorisation", PLAN | facts, by=self.city.steward, now=NOW).case.number
        self.take(number, "review", self.city.steward, experts=5, opinion="可行")
        self.take(number, "approve", self.city.reviewer, decision_no="批-1", decided_on="2026-11-23", collective=True)
        return number

    def shown(self, **facts: object) -> str:
        number = self.approved(**facts)
        self.take(
            number, "select", self.city.steward, operator="credit-data", selection="tender", selection_no="中标-1"
        )
        return number

    def signed(self) -> str:
        number = self.shown()
        self.take(number, "sign_implementing", self.city.head, now=LATER, **SIGNED)
        self.take(number, "sign_operator", self.lead, now=LATER, accepted=True)
        return number

    def started(self) -> str:
        number = self.signed()
        self.take(number, "start", self.city.reviewer, now=LATER, checked=True)
        return number


@pytest.fixture
def way(db: None, home: object) -> Way:
    del db, home
    city = a_city()
    body = an_institution("credit-data", "示范信用公司", "Credit Data", kind="enterprise")
    return Way(city=city, company=Institution.objects.get(pk=str(body)), lead=actor("zone_operator", body))


def test_from_the_plan_to_operation(way) -> None:
    number = way.started()
    zone = Zone.objects.get(slug="credit")
    assert (zone.state, zone.operator, zone.products) == ("operating", str(way.company.pk), ["信用报告", "风险提示"])
    assert "信用数据" in zone.agreement
    assert len(zone.digest) == 64
    assert ("/zones/credit") in [url for _, url in papers_of(Case.objects.get(number=number))]
    with refused("zone_name_taken"):
        cases.begin("zone_authorisation", PLAN, by=way.city.steward, now=LATER)


def test_who_may_take_which_step(way) -> None:
    for other in (way.city.head, way.city.citizen, way.lead):
        with refused("not_your_role"):
            cases.begin("zone_authorisation", PLAN, by=other, now=NOW)
    number = cases.begin("zone_authorisation", PLAN, by=way.city.steward, now=NOW).case.number
    way.take(number, "review", way.city.steward, experts=5, opinion="可行")
    with refused("case_step"):
        way.take(number, "select", way.city.steward, operator="credit-data", selection="tender", selection_no="1")
    both_hats = actor("authority_reviewer", way.city.authority, way.city.steward.person)
    with refused("same_person"):
        way.take(number, "approve", both_hats, decision_no="批-1", decided_on="2026-11-23", collective=True)
    with refused("case_facts"):
        way.take(number, "approve", way.city.reviewer, decision_no="批-1", decided_on="2026-11-23")
    with pytest.raises(KaimenError, match="before_itself"):  # the plan was drafted on the 23rd
        way.take(number, "approve", way.city.reviewer, decision_no="批-1", decided_on="2026-11-22", collective=True)
    with refused("case_unknown"):
        way.take(number, "amend", way.city.civil_steward, **{key: PLAN[key] for key in PLAN if key != "slug"})
    assert Case.objects.get(number=number).state == "expert_review"
    assert not Zone.objects.exists()


@pytest.mark.parametrize("slug", ["a", "Zone Eins", "-x", "x-", "x--y", "专区", "x" * 41])
def test_a_short_name_is_an_address(way, slug) -> None:
    with refused("case_facts"):
        cases.begin("zone_authorisation", PLAN | {"slug": slug}, by=way.city.steward, now=NOW)
    assert not Case.objects.exists()


def test_a_short_name_is_spoken_for_from_the_draft_on(way) -> None:
    number = cases.begin("zone_authorisation", PLAN, by=way.city.steward, now=NOW).case.number
    with refused("zone_name_taken"):
        cases.begin("zone_authorisation", PLAN, by=way.city.civil_steward, now=NOW)
    way.take(number, "cancel", way.city.steward, reason="不办了")
    cases.begin("zone_authorisation", PLAN, by=way.city.civil_steward, now=NOW)


def test_an_operator_is_another_body_that_can_hold_the_roles(way) -> None:
    number = way.approved()
    for wrong in ("transport", "civil-affairs", "nobody"):
        with refused("case_facts"):
            way.take(number, "select", way.city.steward, operator=wrong, selection="tender", selection_no="1")
    assert Case.objects.get(number=number).state == "approved"


def test_the_agreement_waits_for_the_notice_and_has_a_longest_term(way) -> None:
    number = way.shown()
    with refused("zone_notice_running"):
        way.take(number, "sign_implementing", way.city.head, now=NOW + timedelta(days=2), **SIGNED)
    with refused("zone_term_too_long"):
        way.take(number, "sign_implementing", way.city.head, now=LATER, **(SIGNED | {"until": "2031-12-01"}))
    with refused("case_facts"):
        way.take(number, "sign_implementing", way.city.head, now=LATER, **(SIGNED | {"since": "2030-01-01"}))
    way.take(number, "sign_implementing", way.city.head, now=LATER, **(SIGNED | {"until": "2031-11-30"}))
    with refused("case_unknown"):
        way.take(number, "sign_operator", actor("zone_operator", way.city.civil), now=LATER, accepted=True)
    assert not Zone.objects.exists()


def test_operation_begins_and_ends_with_its_days(way) -> None:
    number = way.signed()
    with refused("zone_not_its_time"):
        way.take(number, "start", way.city.reviewer, now=datetime(2026, 11, 30, 2, 0, tzinfo=UTC), checked=True)
    way.take(number, "start", way.city.reviewer, now=LATER, checked=True)
    with refused("zone_still_in_force"):
        way.take(number, "expire", Actor(via=Via.JOB), now=datetime(2029, 11, 30, 15, 59, tzinfo=UTC))
    assert services.sweep(now=datetime(2029, 11, 30, 15, 59, tzinfo=UTC)) == 0
    assert services.sweep(now=datetime(2029, 11, 30, 16, 1, tzinfo=UTC)) == 1
    assert Zone.objects.get().state == "exiting"
    with refused("case_step"):
        way.take(number, "lift", way.city.reviewer, reason="再开")


def test_suspended_and_let_go_on(way) -> None:
    number = way.started()
    with refused("not_your_role"):
        way.take(number, "suspend", way.lead, now=LATER, reason="停")
    way.take(number, "suspend", way.city.head, now=LATER, reason="整改")
    assert Zone.objects.get().state == "suspended"
    with refused("case_step"):
        way.take(number, "suspend", way.city.reviewer, now=LATER, reason="整改")
    with refused("zone_not_its_time"):
        way.take(number, "lift", way.city.reviewer, now=datetime(2029, 12, 2, tzinfo=UTC), reason="已整改")
    way.take(number, "lift", way.city.reviewer, now=LATER, reason="已整改")
    assert Zone.objects.get().state == "operating"


def test_two_desks_at_once_and_the_same_step_twice(way) -> None:
    number = way.started()
    seen = Case.objects.get(number=number).n
    give = {"reason": "到此为止"}
    cases.act(number, "give_notice", give, by=way.lead, now=LATER, expected=seen)
    with refused("case_moved"):
        cases.act(number, "suspend", give, by=way.city.head, now=LATER, expected=seen)
    again = cases.act(number, "give_notice", give, by=way.lead, now=LATER, expected=seen)
    assert (again.case.state, Case.objects.get(number=number).n) == ("exiting", seen + 1)


def test_a_closed_zone_takes_its_grants_and_projects_with_it(floor: Floor) -> None:
    """The zone of the floor was made by hand, so its case is opened here in the state in which it is."""
    number = cases.begin(
        "zone_authorisation", PLAN | {"slug": "none"}, by=floor.city.steward, now=floor.now
    ).case.number
    case = Case.objects.get(number=number)
    Case.objects.filter(pk=case.pk).update(state="operating")
    Zone.objects.update(case=case.pk, number=number)
    floor.take(number, "give_notice", floor.city.reviewer, reason="到期")
    with refused("same_person"):
        floor.take(number, "close", floor.city.reviewer, attestation_no="销-1", destroyed=True)
    assert Grant.objects.filter(revoked_at=None).count() == 2
    other = actor("authority_reviewer", floor.city.authority)
    floor.take(number, "close", other, attestation_no="销-1", destroyed=True)
    assert not Grant.objects.filter(revoked_at=None).exists()
    assert not Grant.objects.exclude(secret=None).exists()
    assert not Admission.objects.filter(withdrawn_at=None).exists()
    assert not Project.objects.filter(closed_at=None).exists()
    assert set(Case.objects.filter(workflow="zone_admission").values_list("state", flat=True)) == {"withdrawn"}
    with refused("case_step"):
        floor.take(number, "lift", floor.city.reviewer, reason="再开")
