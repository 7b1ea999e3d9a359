"""Data come into a zone: who must agree, what the gate then lets through, and that nothing goes out by another door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.test import RequestFactory

from kaimen.cases import selectors as cases_for
from kaimen.cases import services as cases
from kaimen.cases.models import Case
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import KaimenError
from kaimen.core.policy.model import Channel
from kaimen.core.policy.party import Actor, Via
from kaimen.gate import selectors as gate_for
from kaimen.gate import services as gate
from kaimen.gate.models import Clearance, Decision, Grant
from kaimen.gate.services import GrantForm, Question
from kaimen.zones.models import Admission, Zone
from tests.catalogue.city import ALLOWANCES, NOW, City, a_city, actor, an_institution, published
from tests.gate.assessed import assess
from tests.opening.town import load

pytestmark = pytest.mark.django_db
TOTALS = 'SELECT name, sum(amount) AS paid FROM "{slug}" GROUP BY name'


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


@dataclass
class Place:
    city: City
    slug: str
    asks_for_it: Actor
    operator: Actor
    analyst: Actor
    provider: Actor
    security: Actor
    reviewer: Actor

    def open(self, **facts) -> str:
        given = {
            "zone": "care", "dataset": self.slug, "columns": ["id_number", "name", "amount"], "purpose": "research", "scenario": "养老产品",
            "registration_no": "GZ-1", "stays": True,
        }  # fmt: skip
        return cases.begin("zone_admission", given | facts, by=self.asks_for_it, now=NOW).case.number

    def take(self, number: str, verb: str, by: Actor, **facts) -> cases.Done:
        return cases.act(number, verb, facts, by=by, now=NOW)

    def assessed(self, risk: str = "low", **facts) -> str:
        number = self.open(**facts)
        self.take(number, "consent", self.provider, unit=["id_number"])
        self.take(number, "assess", self.security, risk=risk, assessment_no="评-1", measures="仅汇总")
        return number

    def impact(self) -> None:
        """What the data do to persons in the hands of the operator is assessed."""
        assess(
            self.slug,
            purposes=["research", "duty"],
            institution=self.operator.institution,
            now=NOW,
            until=NOW + timedelta(days=3000),
        )

    def admitted(self) -> str:
        if not Clearance.objects.exists():
            self.impact()
        number = self.assessed()
        self.take(number, "admit", self.reviewer)
        return number

    def asks(self, channel: Channel, sql: str = TOTALS, *, by: Actor | None = None) -> gate.Decided:
        question = Question(sql=sql.format(slug=self.slug), purpose="research", channel=channel)
        return gate.decide(question, by=by or self.analyst, now=NOW)


@pytest.fixture
def place(db: None, home: object) -> Place:
    del db, home
    city = a_city()
    entry = published(city, ALLOWANCES, steward=city.civil_steward, head=city.civil_head)
    load(entry, "id_number,name,amount\n110101193605061234,李四,700.00\n", by=city.civil_steward, now=NOW)
    body = an_institution("care-data", "示范养老数据公司", "Care Data", kind="enterprise")
    Zone.objects.create(
        slug="care", case="-", number="-", name_zh="养老专区", name_en="Care zone", kind="domain", implementing=str(city.transport),
        operator=str(body), since=date(2026, 1, 1), until=date(2028, 12, 31), state=Zone.State.OPERATING, products=["养老产品"], agreement="{}", digest="-", signed_at=NOW,
    )  # fmt: skip
    return Place(
        city=city,
        slug=catalogue.published(entry).slug,
        asks_for_it=city.steward,
        operator=actor("zone_operator", body),
        analyst=actor("zone_analyst", body),
        provider=actor("office_head", city.civil),
        security=actor("security_officer", city.civil),
        reviewer=city.reviewer,
    )


def test_what_is_admitted_opens_in_the_channel_of_the_zone_alone(place) -> None:
    with refused("dataset_unknown"):
        place.asks(Channel.ZONE)
    number = place.admitted()
    grant = Grant.objects.get(code=number)
    assert grant.institution == str(place.operator.institution)
    assert grant.not_after.year == 2028
    assert place.asks(Channel.ZONE).grants == (number,)
    for channel in set(Channel) - {Channel.ZONE}:
        for by in (place.analyst, place.operator):
            with pytest.raises(KaimenError):
                place.asks(channel, by=by)
    with refused("channel_not_agreed"):
        place.asks(Channel.SQL)
    assert not gate_for.grants_of(place.analyst, now=NOW)  # the page of questions does not offer what it would refuse


def test_of_persons_the_zone_sees_totals_over_enough_of_them(place) -> None:
    place.admitted()
    with refused("sql_not_totals"):
        place.asks(Channel.ZONE, 'SELECT * FROM "{slug}"')
    assert ">= 20" in place.asks(Channel.ZONE).governed.shown()


@pytest.mark.parametrize("door", ["api", "page", "file"])
def test_the_operator_takes_nothing_out_by_another_door(place, door) -> None:
    from kaimen.gate import api, views
    from kaimen.gate.schemas import QueryIn

    number = place.admitted()
    sql = TOTALS.format(slug=place.slug)
    given = {"sql": sql, "purpose": "research", "agreement": number} | ({"as": "csv"} if door == "file" else {})
    request = RequestFactory().post("/query", given)
    request.actor = place.analyst  # type: ignore[attr-defined]
    if door == "api":
        body = QueryIn(sql=sql, purpose="research", agreement=number)
        response = api.post_query(request, body)
    else:
        response = views.query(request)
    assert response.status_code == 403
    assert "李" not in response.content.decode()
    assert not Decision.objects.exists()


def test_suspended_lifted_withdrawn(place) -> None:
    number = place.admitted()
    place.take(number, "suspend", place.provider, reason="核查")
    with refused("grant_suspended"):
        place.asks(Channel.ZONE)
    place.take(number, "lift", place.reviewer, reason="已核查")
    place.asks(Channel.ZONE)
    with refused("zone_admitted_already"):
        place.open()
    place.take(number, "withdraw", Actor(via=Via.JOB), reason="专区退出")
    with refused("dataset_unknown"):
        place.asks(Channel.ZONE)
    assert Admission.objects.get(code=number).withdrawn_at == NOW
    with refused("case_step"):
        place.take(number, "withdraw", place.operator, reason="再退")
    place.admitted()


def test_the_operator_comes_to_the_case_when_the_zone_names_it(place) -> None:
    case = Case.objects.get(number=place.open())
    assert case.seat("operator").institution == str(place.operator.institution)
    assert cases_for.visible(place.operator).filter(pk=case.pk).exists()
    with refused("case_facts"):
        place.open(operator="civil-affairs")


def a_grant(place) -> GrantForm:
    return GrantForm(
        code="AG-1", dataset=place.slug, purposes=("duty",), not_before=NOW, not_after=NOW + timedelta(days=9),
        institution=place.operator.institution,
    )  # fmt: skip


def test_no_second_grant_stands_beside_that_of_a_zone_whichever_came_first(place) -> None:
    number = place.admitted()
    with refused("zone_second_grant"):
        gate.grant(a_grant(place), by=place.city.civil_steward, now=NOW)
    assert Grant.objects.count() == 1
    place.take(number, "withdraw", place.provider, reason="退出")
    number = place.assessed()
    gate.grant(a_grant(place), by=place.city.civil_steward, now=NOW)
    with refused("zone_second_grant"):
        place.take(number, "admit", place.reviewer)
    with refused("zone_second_grant"):
        place.open()
    assert (Case.objects.get(number=number).state, Admission.objects.filter(withdrawn_at=None).count()) == (
        "risk_assessed",
        0,
    )
    gate.revoke("AG-1", reason="终止", by=place.city.civil_steward, now=NOW)
    place.take(number, "admit", place.reviewer)


def test_refusals_change_nothing(place) -> None:
    for zone, state in (("other", Zone.State.OPERATING), ("care", Zone.State.SUSPENDED)):
        Zone.objects.update(state=state)
        with refused("case_facts"):
            place.open(zone=zone)
    Zone.objects.update(state=Zone.State.OPERATING)
    assert not Case.objects.exists()
    number = place.open()
    with refused("case_facts"):
        place.take(number, "consent", place.provider)
    with refused("case_facts"):
        place.take(number, "decline", place.provider, ground="不想", reason="不想")
    with refused("case_side"):
        place.take(number, "consent", actor("office_head", place.city.transport))
    with refused("not_your_role"):
        place.take(number, "admit", place.operator)
    assert Case.objects.get(number=number).state == "requested"
    assert not Grant.objects.exists()


def test_data_of_persons_are_not_admitted_before_their_impact_is_assessed(place) -> None:
    number = place.assessed()
    with refused("assessment_missing"):
        place.take(number, "admit", place.reviewer)
    assert not Grant.objects.exists()
    place.impact()
    place.take(number, "admit", place.reviewer)
    assert Grant.objects.get().cleared


def test_a_high_risk_and_a_zone_that_ended_are_not_admitted(place) -> None:
    number = place.assessed(risk="high")
    with refused("case_step"):
        place.take(number, "admit", place.reviewer)
    place.take(number, "reject", place.reviewer, ground="risk", reason="风险高")
    other = place.assessed()
    Zone.objects.update(until=date(2026, 11, 1))
    with refused("case_facts"):
        place.take(other, "admit", place.reviewer)
    assert not Grant.objects.exists()
    assert not Admission.objects.exists()
