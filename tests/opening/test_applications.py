"""An application for data that are open on conditions: completeness, decision, terms, the gate, and its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kaimen.cases import selectors as cases
from kaimen.cases.models import Case
from kaimen.core.errors import KaimenError
from kaimen.core.metadata.entry import PiClass, Text, Visibility
from kaimen.core.policy.party import ANYBODY
from kaimen.evidence.models import Entry
from kaimen.gate import services as gate
from kaimen.gate.models import Grant
from kaimen.opening import services as opening
from tests.catalogue.city import ALLOWANCES, actor, an_institution, an_item, published
from tests.gate.assessed import assess
from tests.opening.counter import TICKS, through_a_helper

pytestmark = pytest.mark.django_db


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


def rows(counter, by, columns: str = "park_id", purpose: str = "research") -> int:
    sql = f'SELECT {columns} FROM "{counter.slug(counter.town.register)}"'
    answer = gate.answer(gate.Question(sql=sql, purpose=purpose), by=by, now=counter.now)
    return sum(batch.num_rows for batch in answer.batches)


def test_the_whole_way_opens_the_gate_for_that_person_and_shuts_it(counter) -> None:
    number = counter.file()
    assert counter.running(number) == {"POL-OPN-COMPLETE", "OPN-12"}
    with pytest.raises(KaimenError):
        rows(counter, counter.citizen)
    counter.take(number, "accept", counter.steward)
    assert counter.running(number) == {"OPN-12"}
    counter.take(number, "grant", counter.head)
    assert counter.running(number) == set()
    counter.take(number, "agree", counter.citizen, **TICKS)
    grant = Grant.objects.get(code=number)
    assert (grant.person, grant.institution, grant.purposes) == (str(counter.citizen.person), "", ["research"])
    assert rows(counter, counter.citizen) == 1
    for by, columns, purpose in (
        (counter.citizen, "places", "research"),
        (counter.citizen, "park_id", "statistics"),
        (actor("applicant", None), "park_id", "research"),
        (ANYBODY, "park_id", "research"),
    ):
        with pytest.raises(KaimenError):
            rows(counter, by, columns, purpose)
    counter.take(number, "report_use", counter.citizen, effect="论文一篇")
    counter.take(number, "finish", counter.citizen, effect="已用完", deleted=True)
    assert counter.state(number) == "closed"
    with pytest.raises(KaimenError):
        rows(counter, counter.citizen)
    assert Case.objects.get(number=number).keep_until > counter.now + timedelta(days=3650)


def test_a_company_asks_for_all_its_people(counter) -> None:
    firm = an_institution("firm", "示范数据公司", "A Company", kind="authorised_body")
    clerk = actor("steward", firm)
    number = counter.in_use(by=clerk)
    assert Grant.objects.get(code=number).institution == str(firm)
    assert rows(counter, actor("steward", firm)) == 1


def of_persons(counter) -> str:
    """Data on conditions in which one column says who somebody is, and one is given to nobody."""
    body = replace(
        ALLOWANCES,
        title=Text(zh="停车场经办人", en="Clerks of car parks"),
        open_type=2,
        open_conditions=Text(zh="说明用途。", en="Say what for."),
        licence="km-agreement",
        visibility=Visibility.PUBLIC,
        level=3,
        items=(
            an_item("park_id", "编号", "Number", is_key=True, nullable=False),
            an_item("clerk", "经办人", "Clerk", level=3, pi_class=PiClass.GENERAL, identifier_kind="direct"),
            an_item("desk", "分机", "Extension", mask_rule="deny"),
        ),
    )
    return counter.slug(published(counter.town.city, body, now=counter.now))


def test_what_is_about_persons_is_assessed_before_it_is_granted(counter) -> None:
    dataset = of_persons(counter)
    number = counter.accepted(dataset=dataset, columns=["park_id", "clerk"])
    with refused("assessment_missing"):
        counter.take(number, "grant", counter.head)
    assert counter.state(number) == "accepted"
    assess(dataset, purposes=["research"], person=counter.citizen.person, now=counter.now)
    counter.take(number, "grant", counter.head)
    assert counter.state(number) == "granted"


def test_in_part_without_persons_needs_no_assessment(counter) -> None:
    number = counter.accepted(dataset=of_persons(counter), columns=["park_id", "clerk"])
    part = {"refusal": "safety", "reason": "经办人不必提供", "remedy_told": True}
    counter.take(number, "grant_part", counter.head, granted_columns=["park_id"], **part)
    assert counter.state(number) == "granted"


def test_a_column_that_is_given_to_nobody_cannot_be_asked_for(counter) -> None:
    with refused("case_facts") as told:
        counter.file(dataset=of_persons(counter), columns=["park_id", "desk"])
    assert told.value.details["faults"] == ["given_to_nobody"]


@pytest.mark.parametrize(("entry", "code"), [("care_homes", "open_already"), ("allowances", "case_facts")])
def test_only_conditional_data_can_be_applied_for(counter, entry, code) -> None:
    dataset = counter.slug(getattr(counter.town, entry))
    with refused(code) as told:
        counter.file(dataset=dataset, columns=["name"])
    assert not Case.objects.exists()
    if code == "open_already":
        assert told.value.details["url"] == f"/data/{dataset}"


def test_what_is_not_open_is_refused_with_another_way(counter) -> None:
    from kaimen.web.sentences import of_code

    with refused("open_not_at_all"):  # an officer of another body sees the entry
        counter.file(by=counter.steward, dataset=counter.slug(counter.town.allowances), columns=["name"])
    words = of_code("open_not_at_all", language="en")
    assert words and "information request" in words.todo and "demand" in words.todo


def test_a_provider_does_not_apply_to_itself(counter) -> None:
    with refused("case_own_body"):
        counter.file(by=counter.steward)


def test_one_correction_notice_pauses_the_decision(counter) -> None:
    number = counter.file()
    counter.take(number, "ask_correction", counter.steward, missing="用途", correct_until="2026-12-10")
    assert counter.clock(number, "OPN-12").state == "stopped"
    assert counter.clock(number, "POL-OPN-COMPLETE").state == "met"
    with refused("term_running"):
        counter.take(number, "abandon", counter.steward, reason="未补正")
    counter.take(number, "correct", counter.citizen, answer_to_missing="写论文")
    assert counter.clock(number, "OPN-12").state == "running"
    with refused("case_once"):
        counter.take(number, "ask_correction", counter.steward, missing="还有", correct_until="2026-12-10")


def test_who_does_not_complete_in_time_has_given_up(counter) -> None:
    number = counter.file()
    counter.take(number, "ask_correction", counter.steward, missing="用途", correct_until="2026-12-10")
    counter.now += timedelta(days=20)
    assert counter.take(number, "abandon", counter.steward, reason="未补正").state == "abandoned"
    assert counter.running(number) == set()


def test_the_head_extends_once_and_only_after_notice(counter) -> None:
    number = counter.accepted()
    with refused("case_facts"):
        counter.take(number, "extend", counter.head, days=10, reason="需核实", notified=False)
    with refused("not_your_role"):
        counter.take(number, "extend", counter.steward, days=10, reason="需核实", notified=True)
    before = counter.clock(number, "OPN-12").due_at
    counter.take(number, "extend", counter.head, days=10, reason="需核实", notified=True)
    assert counter.clock(number, "OPN-12").due_at > before
    with refused("extension_given"):
        counter.take(number, "extend", counter.head, days=1, reason="再来", notified=True)


def test_in_part_means_fewer_of_the_columns_asked_for(counter) -> None:
    number = counter.accepted()
    told = {"refusal": "safety", "reason": "级别", "remedy_told": True}
    for columns in (["park_id", "name"], ["places"]):
        with refused("case_facts"):
            counter.take(number, "grant_part", counter.head, granted_columns=columns, **told)
    counter.take(number, "grant_part", counter.head, granted_columns=["park_id"], **told)
    counter.take(number, "agree", counter.citizen, **TICKS)
    assert rows(counter, counter.citizen) == 1
    with pytest.raises(KaimenError):
        rows(counter, counter.citizen, "name")


def test_a_refusal_has_a_coded_reason_and_tells_the_remedy(counter) -> None:
    number = counter.accepted()
    for changed in ({"refusal": "mood"}, {"remedy_told": False}, {"reason": ""}):
        with refused("case_facts"):
            counter.take(
                number,
                "refuse",
                counter.head,
                **({"refusal": "purpose", "reason": "违法", "remedy_told": True} | changed),
            )
    counter.take(number, "refuse", counter.head, refusal="condition", reason="用于推广", remedy_told=True)
    assert counter.state(number) == "refused"
    assert counter.clock(number, "OPN-12").state == "met"


def test_already_public_is_answered_only_where_it_is(counter) -> None:
    number = counter.accepted()
    with refused("open_not_yet"):
        counter.take(number, "answer_public", counter.steward)


def test_the_hand_that_took_it_up_does_not_decide(counter) -> None:
    number = counter.accepted()
    with refused("same_person"):
        counter.take(number, "grant", replace(counter.head, person=counter.steward.person))


def test_every_tick_of_the_terms_is_needed(counter) -> None:
    number = counter.granted()
    for tick in TICKS:
        with refused("case_facts"):
            counter.take(number, "agree", counter.citizen, **(TICKS | {tick: False}))
    assert not Grant.objects.exists()


def test_without_an_account_the_terms_wait_for_one(counter) -> None:
    number = counter.granted(by=ANYBODY)
    with refused("account_needed"):
        counter.take(number, "agree", ANYBODY, **TICKS)
    assert counter.state(number) == "granted"
    assert not Grant.objects.exists()
    from kaimen.cases import services

    somebody = actor("applicant", None)
    services.act(number, "agree", TICKS, by=somebody, now=counter.now, key=counter.keys[number])
    assert Grant.objects.get(code=number).person == str(somebody.person)
    assert cases.case_for(somebody, number).state == "access"


def test_a_helper_files_but_does_not_become_the_one_who_asked(counter) -> None:
    helper = through_a_helper()
    number = counter.granted(by=helper)
    with refused("account_needed"):
        counter.take(number, "agree", helper, **TICKS)
    assert not Grant.objects.exists()


def test_suspended_lifted_and_taken_back(counter) -> None:
    number = counter.in_use()
    counter.take(number, "suspend", counter.reviewer, reason="超范围")
    with pytest.raises(KaimenError):
        rows(counter, counter.citizen)
    with refused("not_your_role"):
        counter.take(number, "lift", counter.citizen, reason="好了")
    counter.take(number, "lift", counter.head, reason="已核实")
    assert rows(counter, counter.citizen) == 1
    counter.take(number, "revoke", counter.head, reason="提供给他人", remedy_told=True)
    with pytest.raises(KaimenError):
        rows(counter, counter.citizen)
    counter.take(number, "close", counter.steward, note="已收回")
    assert counter.state(number) == "closed"


def test_the_last_day_ends_it_by_itself(counter) -> None:
    number = counter.in_use()
    with refused("term_running"):
        counter.take(number, "expire", counter.steward)
    assert opening.expire_tick(counter.now) == 0
    counter.now += timedelta(days=300)
    with pytest.raises(KaimenError):
        rows(counter, counter.citizen)
    assert opening.expire_tick(counter.now) == 1
    assert counter.state(number) == "expired"
    assert opening.expire_tick(counter.now) == 0


@pytest.mark.parametrize("by", ["citizen", "anybody"])
def test_it_turns_into_an_information_request_with_its_first_day(counter, by) -> None:
    who = counter.citizen if by == "citizen" else ANYBODY
    number = counter.file(by=who)
    first = counter.now
    counter.now += timedelta(days=2)
    counter.take(number, "convert", who, information="停车场备案的批复")
    assert counter.running(number) == set()
    request = Case.objects.get(workflow="information_request")
    assert request.facts["earlier"] == number
    assert request.facts["first_received_on"] == first.date().isoformat()
    assert request.state == "received_unconfirmed"
    assert counter.running(request.number) == set()
    assert request.parties.get(side="body").institution == str(counter.town.city.transport)
    assert cases.case_for(who, request.number, key=counter.keys[number] or None) == request
    assert Case.objects.get(number=number).facts["request"] == request.number


@pytest.mark.parametrize(
    ("verb", "who", "code"),
    [
        ("grant", "head", "case_step"),
        ("accept", "citizen", "not_your_role"),
        ("accept", "reviewer", "not_your_role"),
        ("agree", "citizen", "case_step"),
        ("file", "citizen", "case_step"),
        ("correct", "citizen", "case_step"),
    ],
)
def test_steps_of_the_wrong_state_or_role_change_nothing(counter, verb, who, code) -> None:
    number = counter.file()
    before, count = Case.objects.filter(number=number).values().get(), Entry.objects.count()
    with refused(code):
        counter.take(number, verb, getattr(counter, who))
    assert Case.objects.filter(number=number).values().get() == before
    assert Entry.objects.count() == count


def test_a_gate_that_does_not_answer_leaves_the_case_where_it_was(counter, monkeypatch) -> None:
    from kaimen.core.errors import Refused

    number = counter.granted()

    def broken(*args: object, **more: object) -> None:
        raise Refused("no_data_yet")

    monkeypatch.setattr(gate, "try_columns", broken)
    with refused("no_data_yet"):
        counter.take(number, "agree", counter.citizen, **TICKS)
    assert counter.state(number) == "granted"
    assert not Grant.objects.exists()
