"""Officers: named, approved by somebody else, appointed by letter; the role comes and goes with the appointment, the register stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from kaimen.accounts import selectors as accounts
from kaimen.accounts import services as people
from kaimen.accounts.models import Account, Appointment
from kaimen.accounts.services import MACHINE
from kaimen.compliance.models import Officer
from kaimen.compliance.selectors import officers
from kaimen.core.errors import KaimenError
from kaimen.core.policy.party import Actor, PersonId, Role, Via
from kaimen.office.models import DeskItem
from tests.compliance.bodies import Bodies, a_case, running

pytestmark = pytest.mark.django_db
NAMED = {
    "body": "civil-affairs", "post": "protection_officer", "way": "regular", "name": "许静", "address": "xu.jing@demo.example",
}  # fmt: skip


@pytest.fixture(autouse=True)
def the_day(bodies: Bodies, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are read at the moment of the story."""
    for place in ("views.registers", "api.registers"):
        monkeypatch.setattr(f"kaimen.compliance.{place}.now", lambda: bodies.now)


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


def nominator(bodies: Bodies, post: str) -> Actor:
    """By the pack a steward does not name a chief data officer."""
    return bodies.gives("office_head" if post == "cdo" else "steward")


def named(bodies: Bodies, **facts: str) -> str:
    facts = NAMED | facts
    return bodies.begin("officer", nominator(bodies, facts["post"]), **facts)


def appointed(bodies: Bodies, **facts: str) -> str:
    letter = {"letter_no": "民任〔2026〕7号", "since": "2026-11-23"}
    number = named(bodies, **{name: value for name, value in facts.items() if name in NAMED})
    bodies.take(number, "approve", bodies.gives("department_head"))
    bodies.take(
        number, "appoint", nominator(bodies, facts.get("post", "")),
        **(letter | {name: value for name, value in facts.items() if name not in NAMED}),
    )  # fmt: skip
    return number


def published(bodies: Bodies, **facts: str) -> str:
    number = appointed(bodies, **facts)
    bodies.take(number, "publish", bodies.gives("steward"), contact="010-0000-0100")
    return number


def ends(bodies: Bodies, number: str, **more: object) -> None:
    """Proposed by the steward, confirmed by the head."""
    given = {"reason": "调任", "handed_over": "台账、在办案件", "handover_done": True} | more
    bodies.take(number, "end", bodies.gives("steward"), **given)
    bodies.take(number, "confirm_end", bodies.gives("department_head"))


def hats(address: str, bodies: Bodies) -> list[str]:
    person = accounts.person_at(address)
    return [one.role for one in accounts.in_force(person, at=bodies.now)] if person else []


def post_of(bodies: Bodies, code: str = "protection_officer") -> officers.Post:
    body = next(one for one in officers.officers(at=bodies.now) if one.slug == "civil-affairs")
    return next(post for post in body.posts if post.code == code)


def test_an_office_begins_with_the_first_instant_of_its_day_and_is_not_over_before(bodies) -> None:
    number = published(bodies, since="2026-11-24")
    rows = officers.history(str(bodies.city.civil))
    assert (hats(NAMED["address"], bodies), post_of(bodies).held) == ([], False)
    assert officers.present(rows, at=bodies.now) == {number: True}
    bodies.now = datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert (hats(NAMED["address"], bodies), post_of(bodies).held) == (["protection_officer"], True)


def test_the_role_comes_with_the_letter_and_goes_with_the_end(bodies) -> None:
    number = appointed(bodies)
    assert hats(NAMED["address"], bodies) == ["protection_officer"]
    made = Appointment.objects.get(role="protection_officer", person_id=accounts.person_at(NAMED["address"]))
    assert str(made.nominated_by_id) == bodies.gives("steward").person
    assert str(made.approved_by_id) == bodies.gives("department_head").person
    assert post_of(bodies).held and post_of(bodies).holder is None  # not published yet
    bodies.take(number, "publish", bodies.gives("steward"), contact="010-0000-0100")
    assert post_of(bodies).holder.name == "许静"
    bodies.later(days=30)
    ends(bodies, number)
    assert hats(NAMED["address"], bodies) == []
    assert not post_of(bodies).held and Officer.objects.get(case=number).ended_at == bodies.now
    assert a_case(number).state == "ended" and a_case(number).keep_until is None  # kept for good


def test_before_the_letter_nobody_has_the_role(bodies) -> None:
    number = named(bodies)
    bodies.take(number, "approve", bodies.gives("department_head"))
    assert hats(NAMED["address"], bodies) == [] and not Account.objects.filter(email=NAMED["address"]).exists()
    with refused("case_step"):
        bodies.take(number, "publish", bodies.gives("steward"), contact="x")


def test_nobody_approves_who_named_or_is_named(bodies) -> None:
    number = named(bodies)
    steward = bodies.gives("steward")
    with refused("same_person"):
        bodies.take(number, "approve", Actor(person=steward.person, institution=steward.institution, role=Role("department_head"), via=Via.SESSION))  # fmt: skip
    account = people.register_person(name="许静", email=NAMED["address"], by=MACHINE, now=bodies.now)
    head = Actor(person=PersonId(str(account.person_id)), institution=bodies.city.civil, role=Role("department_head"))
    with refused("same_person"):
        bodies.take(number, "approve", head)
    assert a_case(number).state == "nominated"


def test_a_head_is_approved_by_the_authority_and_named_by_the_operator(bodies) -> None:
    with refused("role_missing"):
        named(bodies, post="department_head")
    operator = bodies.officer("operator", bodies.city.authority)
    number = bodies.begin("officer", operator, **(NAMED | {"post": "department_head"}))
    for verb in ("approve", "approve_head"):
        with pytest.raises(KaimenError):
            bodies.take(number, verb, bodies.gives("department_head"))
    bodies.take(number, "approve_head", bodies.rules("authority_reviewer"))
    bodies.take(number, "appoint", operator, letter_no="市任〔2026〕3号", since="2026-11-23")
    assert post_of(bodies, "department_head").held


def test_the_authority_is_asked_for_heads_only(bodies) -> None:
    number = named(bodies)
    with pytest.raises(KaimenError):
        bodies.take(number, "approve_head", bodies.rules("authority_reviewer"))
    roles = set(DeskItem.objects.filter(url__endswith=number, closed_at=None).values_list("institution", "role"))
    assert roles == {(str(bodies.city.civil), "department_head")}


def test_another_body_names_nobody_here(bodies) -> None:
    with refused("body_of_others"):
        bodies.begin("officer", bodies.asks("steward"), **NAMED)
    number = named(bodies)
    with pytest.raises(KaimenError):
        bodies.take(number, "approve", bodies.asks("department_head"))


def test_a_token_names_nobody(bodies) -> None:
    steward = bodies.gives("steward")
    with refused("person_needed"):
        bodies.begin("officer", Actor(person=steward.person, institution=steward.institution, role=steward.role, via=Via.TOKEN), **NAMED)  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"address": "nobody"}, "address"),
        ({"post": "king"}, "post"),
        ({"body": "nobody"}, "body"),
        ({"letter_digest": "abc"}, "letter_digest"),
        ({"until": "2026-11-01"}, "until"),
        ({"letter_no": ""}, "letter_no"),
    ],
)
def test_what_is_missing_or_wrong_is_named(bodies, facts: dict, field: str) -> None:
    with pytest.raises(KaimenError) as told:
        appointed(bodies, **facts)
    assert (told.value.code, told.value.details["fields"]) == ("case_facts", [field])
    assert not Officer.objects.exists()


def test_one_protection_officer_at_a_time(bodies) -> None:
    appointed(bodies)
    with refused("role_full"):
        appointed(bodies, address="other@demo.example")
    assert not Account.objects.filter(email="other@demo.example").exists()


def test_who_holds_the_post_already_is_recorded_once(bodies) -> None:
    account = people.register_person(name="许静", email=NAMED["address"], by=MACHINE, now=bodies.now)
    held = people.appoint(
        PersonId(str(account.person_id)), role_code="protection_officer", institution_id=bodies.city.civil,
        since=bodies.now - timedelta(days=90), by=MACHINE, now=bodies.now,
    )  # fmt: skip
    published(bodies, name="许静静")
    assert Officer.objects.get().appointment == str(held.pk)
    assert Officer.objects.get().name == "许静"  # the register shows who it is, not what was typed
    with refused("officer_on_record"):
        appointed(bodies)


def test_an_acting_officer_ends_by_the_clock(bodies) -> None:
    published(bodies, way="acting", until="2027-01-31")
    assert post_of(bodies).holder.acting
    with refused("acting_term"):
        appointed(bodies, address="a@demo.example", post="security_officer", way="acting", until="2028-01-31")
    bodies.later(days=100)
    assert hats(NAMED["address"], bodies) == [] and not post_of(bodies).held


def test_a_protection_officer_is_published_with_a_contact_and_filed(bodies) -> None:
    number = appointed(bodies)
    assert "POL-ROL-FILING" in running(number)
    with refused("case_facts"):
        bodies.take(number, "publish", bodies.gives("steward"))
    bodies.take(number, "publish", bodies.gives("steward"), contact="010-0000-0100")
    bodies.take(number, "change", bodies.gives("steward"), contact="010-0000-0200")
    bodies.take(number, "file", bodies.gives("office_head"), filed_no="网备-7")
    assert "POL-ROL-FILING" not in running(number)
    assert Officer.objects.get().contact == "010-0000-0200"
    with refused("case_once"):
        bodies.take(number, "file", bodies.gives("office_head"), filed_no="网备-8")


def test_a_hand_over_names_the_successor(bodies) -> None:
    first = published(bodies, post="cdo")
    end = {"reason": "退休", "handed_over": "资料", "handover_done": True}
    with refused("case_facts"):
        bodies.take(first, "end", bodies.gives("department_head"), **(end | {"successor": first}))
    with refused("case_facts"):
        bodies.take(first, "end", bodies.gives("department_head"), **(end | {"handover_done": False}))
    ends(bodies, first)
    second = published(bodies, post="cdo", address="b@demo.example", name="宋岩")
    assert post_of(bodies, "cdo").holder.case == second


def test_two_people_end_an_appointment_and_no_program(bodies) -> None:
    number = published(bodies)
    given = {"reason": "x", "handed_over": "x", "handover_done": True}
    steward, head = bodies.gives("steward"), bodies.gives("department_head")
    with refused("person_needed"):
        bodies.take(number, "end", Actor(person=steward.person, institution=steward.institution, role=steward.role, via=Via.TOKEN), **given)  # fmt: skip
    bodies.take(number, "end", head, **given)
    assert hats(NAMED["address"], bodies) == ["protection_officer"]
    with refused("same_person"):
        bodies.take(number, "confirm_end", head)
    other = bodies.rules("authority_reviewer")
    with refused("not_your_role"):
        bodies.take(number, "confirm_end", other)
    bodies.take(number, "keep", other, reason="继续任职")
    assert a_case(number).state == "published" and hats(NAMED["address"], bodies) == ["protection_officer"]


def test_the_end_of_a_head_is_confirmed_by_the_authority(bodies) -> None:
    operator = bodies.officer("operator", bodies.city.authority)
    number = bodies.begin("officer", operator, **(NAMED | {"post": "department_head"}))
    bodies.take(number, "approve_head", bodies.rules("authority_reviewer"))
    bodies.take(number, "appoint", operator, letter_no="市任〔2026〕3号", since="2026-11-23")
    bodies.take(number, "end", operator, reason="x", handed_over="x", handover_done=True)
    assert post_of(bodies, "department_head").held
    with pytest.raises(KaimenError):
        bodies.take(number, "confirm_end", bodies.gives("department_head"))
    bodies.take(number, "confirm_head_end", bodies.rules("authority_reviewer"))
    assert a_case(number).state == "ended"


def test_the_register_is_public_and_names_nobody_who_left(bodies) -> None:
    number = published(bodies)
    page, told = Client().get("/officers").content.decode(), Client().get("/api/v1/compliance/officers").json()
    assert "许静" in page and "010-0000-0100" in page and "空缺：必须任命" in page
    civil = next(one for one in told if one["institution"] == "civil-affairs")
    posts = {one["post"]: one for one in civil["posts"]}
    assert posts["protection_officer"]["officer"]["name"] == "许静"
    assert (posts["cdo"]["held"], posts["cdo"]["nature"]) == (False, "encouraged")
    assert NAMED["address"] not in page + str(told)
    ends(bodies, number)
    assert "许静" not in Client().get("/officers").content.decode()
    past = Client().get("/en/officers/civil-affairs").content.decode()
    assert "许静" not in past and "民任〔2026〕7号" in past
    (line,) = Client().get("/api/v1/compliance/officers/civil-affairs").json()
    assert (line["name"], line["in_office"], line["contact"]) == (None, False, "")
    assert Client().get("/officers/nobody").status_code == 404


def test_nobody_new_is_in_office_before_they_were_named(bodies: Bodies) -> None:
    number = named(bodies)
    bodies.take(number, "approve", bodies.gives("department_head"))
    with refused("case_facts") as told:
        bodies.take(number, "appoint", nominator(bodies, ""), letter_no="民任〔2026〕7号", since="2020-01-01")
    assert told.value.details["faults"] == ["before_nomination"]
