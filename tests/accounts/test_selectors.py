from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaimen.accounts import selectors, services
from kaimen.accounts.models import Person
from kaimen.accounts.services import MACHINE
from kaimen.core.errors import KaimenError, Missing, Refused
from kaimen.core.policy.party import Actor, InstitutionId, PersonId, Principal, Role
from tests.accounts.people import NOW, body, officer, person

pytestmark = pytest.mark.django_db


def ids(*accounts: object) -> set[str]:
    return {str(account.person_id) for account in accounts}  # type: ignore[attr-defined]


def test_a_person_stands_behind_their_own_act() -> None:
    one = officer("steward", body())
    assert selectors.persons_behind(one.actor, at=NOW) == {one.person}
    assert selectors.persons_behind(Actor()) == frozenset()


def test_a_merge_in_the_middle_makes_two_persons_one() -> None:
    bureau = body()
    first, second, third = officer("steward", bureau), officer("cdo", bureau), person()
    gone = PersonId(str(third.person_id))
    services.merge_persons(first.person, gone, reason="one woman", by=MACHINE, now=NOW)
    services.merge_persons(gone, second.person, reason="one woman", by=MACHINE, now=NOW)
    behind = {first.person, gone, second.person}
    for name in behind:
        assert selectors.family([name]) == behind
    assert Person.objects.get(pk=first.person).merged_into_id == Person.objects.get(pk=gone).merged_into_id
    acting = replace(first.actor, person=second.person)
    assert selectors.persons_behind(acting, at=NOW) == behind


def test_whoever_delegated_stands_behind_the_act_while_it_lasts() -> None:
    bureau = body()
    giver, taker = officer("steward", bureau), officer("cdo", bureau)
    services.delegate(
        str(giver.appointment.pk), taker.person, verbs=["draft"], since=NOW - timedelta(days=1), until=NOW + timedelta(days=1),
        reason="leave", by=giver.actor, now=NOW,
    )  # fmt: skip
    assert selectors.persons_behind(taker.actor, at=NOW) == {giver.person, taker.person}
    assert selectors.persons_behind(taker.actor, at=NOW + timedelta(days=2)) == {taker.person}
    elsewhere = replace(taker.actor, institution=InstitutionId(str(body("other").pk)))
    assert selectors.persons_behind(elsewhere, at=NOW) == {taker.person}


def test_helper_and_helped_stand_behind_the_act() -> None:
    helper = officer("helper", body())
    citizen = person("何静")
    given = services.open_mandate(
        channel="counter", ground="present", identified_by="identity-card", read_back=True, consent=True, principal=PersonId(str(citizen.person_id)),
        by=helper.actor, now=NOW,
    )  # fmt: skip
    acting = selectors.with_mandate(helper.actor, str(given.pk), at=NOW)
    assert selectors.persons_behind(acting, at=NOW) == {helper.person, str(citizen.person_id)}
    with pytest.raises(Missing):
        selectors.with_mandate(helper.actor, str(given.pk), at=NOW + timedelta(days=31))
    with pytest.raises(Missing):
        selectors.with_mandate(officer("helper", body("b")).actor, str(given.pk), at=NOW)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=6))
def test_families_are_closed_under_merge(pairs: list[tuple[int, int]]) -> None:
    people = [person() for _ in range(5)]
    groups = [{str(one.person_id)} for one in people]
    first = [str(one.person_id) for one in people]
    for a, b in pairs:
        try:
            services.merge_persons(PersonId(first[a]), PersonId(first[b]), reason="test", by=MACHINE, now=NOW)
        except Refused:
            continue
        joined = groups[a] | groups[b]
        groups = [joined if group & joined else group for group in groups]
    for name, group in zip(first, groups, strict=True):
        assert set(selectors.family([name])) == group


def test_holders_are_those_in_office_that_day() -> None:
    bureau, other = body(), body("other")
    one, two = officer("steward", bureau), officer("steward", other)
    here = InstitutionId(str(bureau.pk))
    assert selectors.holders("steward", here, at=NOW) == [one.person]
    assert set(selectors.holders("steward", None, at=NOW)) == {one.person, two.person}
    assert selectors.holders("steward", here, at=NOW - timedelta(days=60)) == []
    assert [held.role for held in selectors.in_force(one.person, at=NOW)] == ["steward"]


def test_the_nearest_competent_body_is_found_and_no_guess_is_made() -> None:
    city, district = body("city"), body("district", level="district", region="110105")
    for one, region in ((city, "110000"), (district, "110105")):
        services.give_competence(
            InstitutionId(str(one.pk)), matter="objections", region=region, basis="test", by=MACHINE, now=NOW
        )
    day = NOW.date()
    assert selectors.competent("objections", "110105", day=day) == str(district.pk)
    assert selectors.competent("objections", "110106", day=day) == str(city.pk)
    for matter, region, on in (
        ("other", "110105", day),
        ("objections", "310000", day),
        ("objections", "110105", day - timedelta(days=1)),
    ):
        with pytest.raises(Missing):
            selectors.competent(matter, region, day=on)
    services.give_competence(
        InstitutionId(str(city.pk)), matter="objections", region="110105", basis="test", by=MACHINE, now=NOW
    )
    with pytest.raises(Missing):
        selectors.competent("objections", "110105", day=day)


def test_old_records_show_the_name_of_their_day() -> None:
    bureau = body("water")
    key = InstitutionId(str(bureau.pk))
    services.change_institution(key, name_zh="示范市水务局", name_en="Water", reason="reform", by=MACHINE, now=NOW)
    assert selectors.institution_name_on(key, at=NOW - timedelta(days=1)).zh == "示范市water"
    assert selectors.institution_name_on(key, at=NOW + timedelta(days=1)).zh == "示范市水务局"
    assert selectors.institution_names([key])[key].en == "Water"


def test_a_self_employed_persons_business_is_in_no_list() -> None:
    body("stall", body_kind="person")
    body("smith", body_kind="enterprise")
    assert [one.slug for one in selectors.institutions(at=NOW)] == ["smith"]
    with pytest.raises(Missing):
        selectors.public_institution("stall", at=NOW)


def test_people_are_listed_for_those_who_appoint_and_of_their_own_body() -> None:
    here, there, authority = body("here"), body("there"), body("data", is_authority=True)
    mine, other, operator = officer("department_head", here), officer("steward", there), officer("operator", authority)
    assert {str(one.person_id) for one in selectors.people(mine.actor, at=NOW)} == {mine.person}
    assert {str(one.person_id) for one in selectors.people(operator.actor, at=NOW)} == {
        mine.person,
        other.person,
        operator.person,
    }
    with pytest.raises(Refused):
        selectors.people(officer("helper", here).actor, at=NOW)
    with pytest.raises(Missing):
        selectors.appointment(str(other.appointment.pk), by=mine.actor)
    with pytest.raises(Missing):
        selectors.appointment("nonsense", by=mine.actor)


def test_names_lie_sealed_and_are_found_by_their_key() -> None:
    from kaimen.accounts import sealing

    one = person("林 晓")
    row = Person.objects.get(pk=one.person_id)
    assert "林".encode() not in bytes(row.name_sealed)
    assert selectors.person_name(row) == "林 晓"
    assert bytes(row.name_key) == sealing.name_key("林晓")
    other = person("林晓")
    from kaimen.engines.keys import BoxDoesNotOpen

    with pytest.raises(BoxDoesNotOpen):
        sealing.unseal(row.name_sealed, column=sealing.NAME, row=other.person_id)


def test_one_identity_number_is_one_person() -> None:
    one = person("王宁", identity_number="11010519491231002X")
    two = person("王宁", identity_number="11010519491231002x ")
    assert one.person_id == two.person_id
    assert b"11010519491231002" not in bytes(Person.objects.get(pk=one.person_id).identity_key or b"")


@pytest.mark.parametrize("role", ["public", "applicant", "helper"])
def test_a_principal_is_described_or_known(role: str) -> None:
    actor = Actor(role=Role(role), on_behalf=Principal(person=None, described_as="a neighbour"))
    assert selectors.persons_behind(actor) == frozenset()
    with pytest.raises(KaimenError):
        services.open_mandate(
            channel="counter",
            ground="present",
            identified_by="known",
            read_back=True,
            consent=True,
            described_as="x",
            by=actor,
            now=NOW,
        )


def test_other_rooms_ask_here_for_the_words_of_a_role() -> None:
    assert selectors.role_name("steward", "en") == "Data steward"
    assert selectors.role_name("steward", "zh-hans") == "数据专员"
    with pytest.raises(KaimenError):
        selectors.role_name("king")
