"""An objection through its three doors: terms, the dataset that goes offline, the corrected version, who is told, the authority."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kaimen.cases import services as cases
from kaimen.cases.models import Case
from kaimen.catalogue import selectors as catalogue
from kaimen.core.metadata.entry import Text
from kaimen.core.policy.party import ANYBODY, InstitutionId
from kaimen.gate import selectors as gate_selectors
from kaimen.gate import services as gate
from kaimen.gate.models import Closure, Decision
from kaimen.lake import selectors as lake
from kaimen.office.models import Clock, DeskItem
from tests.catalogue.city import NOW, PARKING, actor, an_institution, published
from tests.compliance.desk import PARKS, Desk, terms
from tests.opening.counter import through_a_helper
from tests.opening.town import load

pytestmark = pytest.mark.django_db
BETTER = PARKS.replace("120", "125")


def brought(desk: Desk, by=None, **facts) -> cases.Done:
    given = {
        "dataset": desk.parking_slug,
        "door": "open_data",
        "claim": "wrong",
        "detail": "东站应为 125 个车位",
    } | facts
    return cases.begin("objection", given, by=by or desk.city.citizen, now=desk.now)


def verifying(desk: Desk, by=None, **facts) -> str:
    number = brought(desk, by, **facts).case.number
    desk.take(number, "accept", desk.gives)
    desk.take(number, "verify", desk.gives)
    return number


def corrected(desk: Desk, number: str) -> cases.Done:
    desk.load(desk.parking, BETTER, desk.gives)
    return desk.take(number, "correct", desk.gives, findings="确有误", corrected_version=2)


def told(number: str) -> list[tuple[str, str, str]]:
    rows = DeskItem.objects.filter(kind="objection.corrected", ref=Case.objects.get(number=number).pk, closed_at=None)
    return sorted(rows.values_list("institution", "role", "person"))


def granted(desk: Desk, body: InstitutionId, code: str = "G1") -> None:
    form = gate.GrantForm(
        code=code, dataset=desk.parking, purposes=("duty",), institution=body,
        not_before=NOW - timedelta(days=30), not_after=NOW + timedelta(days=300),
    )  # fmt: skip
    gate.grant(form, by=desk.gives, now=NOW)


def test_the_whole_way_names_the_new_version_and_tells_who_used_the_old_one(desk: Desk) -> None:
    granted(desk, desk.city.civil)
    number = verifying(desk)
    assert Case.objects.get(number=number).facts["version"] == 1
    assert terms(number) == {"OPN-14": "running"}
    done = corrected(desk, number)
    assert (done.case.state, done.case.facts["corrected_version"], done.case.facts["holders_told"]) == (
        "corrected",
        2,
        1,
    )
    assert told(number) == [(str(desk.city.civil), "steward", "")]
    desk.take(number, "answer", desk.gives_head, answer="已更正")
    assert terms(number) == {"OPN-14": "met", "POL-OBJ-CONTEST": "running"}
    assert desk.take(number, "accept_answer", desk.city.citizen).case.state == "closed"
    assert told(number) == []


def test_those_whose_grant_ended_before_are_not_told_and_those_who_asked_are(desk: Desk) -> None:
    granted(desk, desk.city.civil, "OLD")
    gate.revoke("OLD", reason="用完", by=desk.gives, now=NOW - timedelta(days=1))
    health = an_institution("health", "卫健委", "Health")
    for receipt, body, dataset, at in (
        ("r1", str(health), desk.parking, NOW + timedelta(hours=1)),
        ("r2", str(health), desk.parking, NOW + timedelta(hours=2)),
        ("r3", "elsewhere", desk.allowances, NOW + timedelta(hours=1)),
        ("r4", "long ago", desk.parking, NOW - timedelta(days=9)),
        ("r5", "", desk.parking, NOW + timedelta(hours=1)),
    ):
        Decision.objects.create(
            receipt=receipt, at=at, institution=body, purpose="duty", channel="page", datasets=[dataset], policies=[],
            policy_hash="", columns=[],
        )  # fmt: skip
    number = verifying(desk)
    corrected(desk, number)
    assert told(number) == [(str(health), "steward", "")]


@pytest.mark.parametrize("version", [1, 3])
def test_a_correction_is_a_newer_version_that_readers_see(desk: Desk, version) -> None:
    number = verifying(desk)
    with desk.refused("objection_not_newer", number):
        desk.take(number, "correct", desk.gives, findings="有误", corrected_version=1)
    desk.load(desk.parking, BETTER, desk.gives)
    with desk.refused("objection_not_newer", number):
        desk.take(number, "correct", desk.gives, findings="有误", corrected_version=version)


def test_nobody_but_the_source_corrects(desk: Desk) -> None:
    number = verifying(desk)
    desk.load(desk.parking, BETTER, desk.gives)
    for by, code in (
        (desk.city.civil_steward, "case_unknown"),
        (desk.reviewer, "not_your_role"),
        (desk.city.citizen, "not_your_role"),
    ):
        with desk.refused(code, number):
            desk.take(number, "correct", by, findings="有误", corrected_version=2)


@pytest.mark.parametrize("claim", ["infringement", "personal_information"])
def test_a_claim_of_rights_closes_the_dataset_at_once_and_the_review_opens_it(desk: Desk, claim) -> None:
    before = gate_selectors.last_revocation()
    number = verifying(desk, claim=claim)
    assert gate_selectors.closed_because(desk.parking) == f"objection {number}"
    assert gate_selectors.revoked_since(before, grants=[], datasets=[desk.parking])
    desk.take(number, "uphold", desk.gives_head, ground="no_infringement", findings="不含")
    assert gate_selectors.closed_because(desk.parking) is None
    assert Closure.objects.count() == 1


def test_a_corrected_dataset_opens_again_but_not_while_another_claim_is_open(desk: Desk) -> None:
    first, second = (verifying(desk, claim="personal_information") for _ in range(2))
    corrected(desk, first)
    assert gate_selectors.closed_because(desk.parking) is not None
    desk.take(second, "withdraw", desk.city.citizen)
    assert gate_selectors.closed_because(desk.parking) is None


def test_what_somebody_else_closed_stays_closed(desk: Desk) -> None:
    gate.close(desk.parking, reason="整改", by=desk.gives, now=NOW)
    number = verifying(desk, claim="infringement")
    desk.take(number, "uphold", desk.gives_head, ground="no_infringement", findings="不侵权")
    assert gate_selectors.closed_because(desk.parking) == "整改"


def anonymous(desk: Desk, *, claim: str = "infringement", by=ANYBODY) -> str:
    return brought(desk, by, claim=claim).case.number


def another(desk: Desk) -> str:
    """Open data of another title, with a row."""
    body = replace(PARKING, title=Text(zh="公共厕所基本信息", en="Public toilets"))
    entry = published(desk.city, body, now=desk.now)
    load(entry, "park_id,name,places\nT1,东站,3\n", by=desk.city.steward, now=desk.now)
    return catalogue.published(entry).slug


def test_a_claim_about_other_data_does_not_wait_for_one_that_was_made(desk: Desk) -> None:
    anonymous(desk)
    other = brought(desk, ANYBODY, claim="personal_information", dataset=another(desk)).case
    assert other.facts["offline"] is True


def test_a_flood_of_claims_waits_for_the_office(desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr("kaimen.compliance.services.objections.ANONYMOUS_A_DAY", 1)
    anonymous(desk)
    assert brought(desk, ANYBODY, claim="infringement", dataset=another(desk)).case.facts["offline"] is False


def test_without_an_account_a_second_claim_on_the_same_data_waits_for_the_office(desk: Desk) -> None:
    first = anonymous(desk)
    gate.reopen(desk.parking, reason="看过", by=desk.gives, now=desk.now)
    desk.now += timedelta(hours=23)
    second = anonymous(desk, claim="personal_information")
    assert Case.objects.get(number=second).facts["offline"] is False
    assert gate_selectors.closed_because(desk.parking) is None
    with desk.refused("case_step", first):
        desk.take(first, "take_offline", desk.gives)
    desk.take(second, "take_offline", desk.gives)
    assert gate_selectors.closed_because(desk.parking) == f"objection {second}"
    gate.reopen(desk.parking, reason="看过", by=desk.gives, now=desk.now)
    desk.now += timedelta(days=31)
    anonymous(desk)
    assert gate_selectors.closed_because(desk.parking) is not None


@pytest.mark.parametrize("who", ["account", "helper"])
def test_with_an_account_or_through_a_helper_a_claim_never_waits(desk: Desk, who) -> None:
    anonymous(desk)
    gate.reopen(desk.parking, reason="看过", by=desk.gives, now=desk.now)
    anonymous(desk, by=desk.city.citizen if who == "account" else through_a_helper())
    assert gate_selectors.closed_because(desk.parking) is not None


def test_other_claims_close_nothing(desk: Desk) -> None:
    verifying(desk, claim="outdated")
    assert gate_selectors.closed_because(desk.parking) is None


def test_somebody_without_an_account_objects_and_contests_with_their_word(desk: Desk) -> None:
    done = brought(desk, ANYBODY)
    number = done.case.number
    assert done.key
    desk.take(number, "accept", desk.gives)
    desk.take(number, "verify", desk.gives)
    desk.take(number, "uphold", desk.gives_head, ground="matches_source", findings="一致")
    desk.take(number, "answer", desk.gives_head, answer="数据无误")
    with desk.refused("case_unknown", number):
        cases.act(number, "escalate", {"reason": "不服"}, by=ANYBODY, now=desk.now, key="WRONG")
    cases.act(number, "escalate", {"reason": "不服"}, by=ANYBODY, now=desk.now, key=done.key)
    desk.take(number, "decide", desk.reviewer, decision="check_again", reason="依据不足")
    assert terms(number)["POL-OBJ-AGAIN"] == "running"
    desk.take(number, "check_again", desk.gives)
    assert terms(number) == {
        "OPN-14": "running", "POL-OBJ-CONTEST": "met", "POL-OBJ-DECIDE": "met", "POL-OBJ-AGAIN": "met"
    }  # fmt: skip
    corrected(desk, number)
    desk.take(number, "answer", desk.gives_head, answer="已更正")
    with desk.refused("contest_running", number):
        desk.take(number, "file", desk.gives_head)
    desk.now += timedelta(days=30)
    assert desk.take(number, "file", desk.gives_head).case.state == "closed"


def test_the_authority_lets_an_answer_stand(desk: Desk) -> None:
    number = verifying(desk)
    desk.take(number, "uphold", desk.gives_head, ground="method", findings="口径如此")
    desk.take(number, "answer", desk.gives_head, answer="口径如此")
    desk.take(number, "escalate", desk.city.citizen, reason="不服")
    assert terms(number)["POL-OBJ-DECIDE"] == "running"
    desk.take(number, "decide", desk.reviewer, decision="answer_stands", reason="口径已公布")
    assert (terms(number)["POL-OBJ-DECIDE"], terms(number)["POL-OBJ-AGAIN"]) == ("met", "running")
    with desk.refused("case_step", number):
        desk.take(number, "check_again", desk.gives)
    assert desk.take(number, "conclude", desk.gives_head).case.state == "closed"


def test_a_body_that_was_supplied_has_the_term_of_the_statute(desk: Desk) -> None:
    number = verifying(desk, desk.city.civil_steward, door="verification")
    assert terms(number) == {"SHR-08": "running"}


def test_the_person_concerned_is_checked_first(desk: Desk) -> None:
    number = brought(desk, door="correction").case.number
    assert terms(number) == {"POL-OBJ-CORRECT": "running"}
    with desk.refused("case_step", number):
        desk.take(number, "accept", desk.gives)
    with desk.refused("case_facts", number):
        desk.take(number, "accept_person", desk.gives)
    desk.take(number, "accept_person", desk.gives, identity_how="counter")


@pytest.mark.parametrize(
    ("who", "door", "code"),
    [("citizen", "verification", "case_facts"), ("civil_steward", "open_data", "case_facts"), ("civil_steward", "correction", "case_facts"),
     ("steward", "verification", "case_own_body")],
)  # fmt: skip
def test_each_has_their_own_door(desk: Desk, who, door, code) -> None:
    with desk.refused(code):
        brought(desk, getattr(desk.city, who), door=door)
    assert not Case.objects.exists()


def test_an_unlisted_ground_and_the_same_person_are_refused(desk: Desk) -> None:
    number = verifying(desk)
    with desk.refused("case_facts", number):
        desk.take(number, "uphold", desk.gives_head, ground="no wish", findings="无")
    from dataclasses import replace

    same = replace(desk.gives_head, person=desk.gives.person)
    with desk.refused("same_person", number):
        desk.take(number, "uphold", same, ground="method", findings="无")


def test_another_source_gets_it_and_reports_back_while_the_data_stay_offline(desk: Desk) -> None:
    number = verifying(desk, claim="personal_information")
    with desk.refused("case_facts", number):
        desk.take(number, "transfer", desk.gives_head, receiver="transport", reason="不是本单位产生", told=True)
    desk.take(number, "transfer", desk.gives_head, receiver="civil-affairs", reason="来自民政", told=True)
    assert gate_selectors.closed_because(desk.parking) is not None
    head = actor("office_head", desk.city.civil)
    desk.take(number, "report_back", head, findings="姓名列应去掉")
    assert corrected(desk, number).case.state == "corrected"
    assert gate_selectors.closed_because(desk.parking) is None
    assert lake.snapshot(desk.parking).number == 2


@pytest.mark.parametrize(
    ("claim", "ground", "answers"),
    [
        ("personal_information", "not_the_person", False), ("personal_information", "matches_source", False),
        ("personal_information", "no_infringement", True), ("wrong", "no_infringement", False),
        ("wrong", "not_the_person", False), ("wrong", "matches_source", True),
    ],
)  # fmt: skip
def test_a_ground_answers_what_was_claimed(desk: Desk, claim: str, ground: str, *, answers: bool) -> None:
    number = verifying(desk, claim=claim)
    given = {"ground": ground, "findings": "已核实"}
    if answers:
        assert desk.take(number, "uphold", desk.gives_head, **given).case.state == "upheld_as_is"
        return
    with desk.refused("case_facts", number) as told:
        desk.take(number, "uphold", desk.gives_head, **given)
    assert told.value.details["faults"] == ["no_answer_to_it"]


@pytest.mark.parametrize("turned", [False, True], ids=["the same file", "the same rows in another order"])
def test_the_same_data_loaded_again_correct_nothing(desk: Desk, *, turned: bool) -> None:
    desk.load(desk.parking, BETTER, desk.gives)
    number = verifying(desk)
    head, *rows = BETTER.splitlines()
    desk.load(desk.parking, "\n".join([head, *(reversed(rows) if turned else rows)]) + "\n", desk.gives)
    with desk.refused("objection_unchanged", number):
        desk.take(number, "correct", desk.gives, findings="已改", corrected_version=3)


def test_the_term_lies_with_whoever_answers(desk: Desk) -> None:
    number = verifying(desk)
    clock = Clock.objects.get(rule="OPN-14")
    assert clock.role == "steward"
    desk.take(number, "uphold", desk.gives_head, ground="matches_source", findings="已核实")
    clock.refresh_from_db()
    assert (clock.institution, clock.role) == (str(desk.city.transport), "office_head")
    lying = DeskItem.objects.filter(closed_at=None, url=f"/cases/{number}")
    assert {(one.role, one.due is not None) for one in lying} >= {("office_head", True)}
    assert not lying.filter(role="steward").exists()


def test_what_the_authority_orders_shuts_the_data_and_is_not_taken_back(desk: Desk) -> None:
    number = verifying(desk, claim="personal_information")
    desk.take(number, "uphold", desk.gives_head, ground="no_infringement", findings="已核实")
    desk.take(number, "answer", desk.gives_head, answer="没有")
    desk.take(number, "escalate", desk.city.citizen, reason="有")
    assert gate_selectors.closed_because(desk.parking) is None
    desk.take(number, "decide", desk.reviewer, decision="check_again", reason="再查")
    assert gate_selectors.closed_because(desk.parking) is not None
    desk.take(number, "check_again", desk.gives_head)
    with desk.refused("objection_decided", number):
        desk.take(number, "withdraw", desk.city.citizen)
    assert gate_selectors.closed_because(desk.parking) is not None
