"""A request for government information: the day of receipt, corrections, others who are consulted, the answers of article 36."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kaimen.accounts.models import Institution
from kaimen.cases.models import Case
from kaimen.core.errors import KaimenError
from kaimen.core.policy.party import ANYBODY
from kaimen.evidence.models import Entry
from kaimen.office import selectors as office
from tests.accounts.people import officer, signed_in
from tests.catalogue.city import actor
from tests.opening.counter import through_a_helper

pytestmark = pytest.mark.django_db
TERMS = {"OPN-03", "OPN-06"}


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


def received(counter, **facts) -> str:
    number = counter.ask(**facts)
    counter.take(number, "confirm_with_applicant", counter.steward, confirmed_how="电话", confirmed_by_applicant=True)
    return number


def accepted(counter, **facts) -> str:
    number = received(counter, **facts)
    counter.take(number, "accept", counter.steward)
    return number


def consulting(counter, kind: str) -> str:
    number = accepted(counter)
    counter.take(number, "consult", counter.steward, consulted_kind=kind, consulted_who="某公司")
    return number


# ---- the day of receipt --------------------------------------------------------------------------------------------------------
def test_online_the_term_waits_until_both_have_confirmed(counter) -> None:
    number = counter.ask(by=ANYBODY)
    assert (counter.state(number), counter.running(number)) == ("received_unconfirmed", set())
    counter.now += timedelta(days=1)
    counter.take(number, "confirm_receipt", counter.steward)
    assert counter.running(number) == set()
    counter.now += timedelta(days=1)
    counter.take(number, "confirm_applicant", ANYBODY)
    assert counter.state(number) == "received"
    assert counter.running(number) == TERMS
    assert counter.clock(number, "OPN-06").started_at == counter.now
    assert Case.objects.get(number=number).facts["received_on"] == counter.now.date().isoformat()


def test_over_the_counter_it_is_that_day(counter) -> None:
    helper = through_a_helper()
    number = counter.ask(by=helper, channel="in_person")
    assert (counter.state(number), counter.running(number)) == ("received", TERMS)
    assert Case.objects.get(number=number).facts["received_on"] == "2026-11-23"
    assert Case.objects.get(number=number).parties.get(side="applicant").described_as == "张大爷，七十八岁"


def test_signed_for_post_counts_from_the_signature(counter) -> None:
    helper = through_a_helper()
    with refused("case_facts"):
        counter.ask(by=helper, channel="post_signed")
    with refused("case_facts"):
        counter.ask(by=helper, channel="post_signed", received_on="2026-11-24")
    number = counter.ask(by=helper, channel="post_signed", received_on="2026-11-19")
    calendar = office.rules().calendar
    clock = counter.clock(number, "OPN-06")
    assert calendar.day(clock.started_at).isoformat() == "2026-11-19"
    later = counter.ask(by=helper, channel="in_person")
    assert clock.due_at < counter.clock(later, "OPN-06").due_at


def test_ordinary_post_waits_for_the_confirmation(counter) -> None:
    number = counter.ask(by=through_a_helper(), channel="post_plain")
    assert (counter.state(number), counter.running(number)) == ("received_unconfirmed", set())
    with refused("case_facts"):
        counter.take(number, "confirm_with_applicant", counter.steward, confirmed_how="电话")
    counter.take(number, "confirm_with_applicant", counter.steward, confirmed_how="电话", confirmed_by_applicant=True)
    assert counter.running(number) == TERMS


@pytest.mark.parametrize("changed", [{"channel": "in_person"}, {"received_on": "2026-11-01"}, {"body": "nobody"}])
def test_nobody_sets_the_day_of_their_own_receipt(counter, changed) -> None:
    with refused("case_facts"):
        counter.ask(**changed)
    assert not Case.objects.exists()


def test_no_dataset_no_reason_no_fee_is_asked_for(counter) -> None:
    from kaimen.cases import selectors

    asked = {ask.field.name for ask in selectors.workflow("information_request").acts["file"].asks}
    assert asked == {"body", "information", "form", "contact", "channel", "received_on"}


# ---- corrections ---------------------------------------------------------------------------------------------------------------
def test_a_correction_starts_the_reply_anew(counter) -> None:
    number = received(counter)
    assert counter.clock(number, "OPN-03").due_at < counter.clock(number, "OPN-06").due_at
    first = counter.clock(number, "OPN-06").due_at
    counter.now += timedelta(days=3)
    counter.take(number, "ask_correction", counter.steward, missing="文号", correct_until="2026-12-18")
    assert counter.clock(number, "OPN-03").state == "met"
    assert counter.clock(number, "OPN-06").due_at is None
    counter.now += timedelta(days=10)
    counter.take(number, "correct", counter.citizen, answer_to_missing="京交发〔2025〕1号")
    calendar = office.rules().calendar
    anew = calendar.end_of(calendar.nth_after(calendar.day(counter.now), 20))
    assert counter.clock(number, "OPN-06").due_at == anew > first
    with refused("case_once"):
        counter.take(number, "ask_correction", counter.steward, missing="还有", correct_until="2026-12-18")


def test_giving_up_needs_the_day_to_be_over(counter) -> None:
    number = received(counter)
    counter.take(number, "ask_correction", counter.steward, missing="文号", correct_until="2026-12-18")
    with refused("term_running"):
        counter.take(number, "abandon", counter.head, reason="未补正")
    counter.now += timedelta(days=30)
    assert counter.take(number, "abandon", counter.head, reason="未补正").state == "abandoned"


# ---- more time, and others -----------------------------------------------------------------------------------------------------
def test_twenty_days_more_with_the_heads_consent_and_notice(counter) -> None:
    number = accepted(counter)
    for days, notified in ((21, True), (20, False)):
        with refused("case_facts"):
            counter.take(number, "extend", counter.head, days=days, reason="量大", notified=notified)
    with refused("not_your_role"):
        counter.take(number, "extend", counter.steward, days=20, reason="量大", notified=True)
    before = counter.clock(number, "OPN-06").due_at
    counter.take(number, "extend", counter.head, days=20, reason="量大", notified=True)
    assert counter.clock(number, "OPN-06").due_at > before + timedelta(days=20)


def test_the_time_of_consulting_is_not_counted(counter) -> None:
    number = accepted(counter)
    before = counter.clock(number, "OPN-06").due_at
    counter.take(number, "consult", counter.steward, consulted_kind="third_party", consulted_who="某公司")
    assert counter.running(number) == {"OPN-05", "OPN-06"}
    assert counter.clock(number, "OPN-06").state == "stopped"
    counter.now += timedelta(days=7)
    counter.take(number, "consult_answered", counter.steward, said="consents")
    assert counter.clock(number, "OPN-05").state == "met"
    assert counter.clock(number, "OPN-06").due_at == before + timedelta(days=7)


@pytest.mark.parametrize(("kind", "means"), [("third_party", "body_decides"), ("co_producer", "consent")])
def test_silence_means_two_things_and_only_after_the_term(counter, kind, means) -> None:
    number = consulting(counter, kind)
    with refused("term_running"):
        counter.take(number, "consult_silent", counter.steward)
    counter.now += timedelta(days=30)
    counter.take(number, "consult_silent", counter.steward)
    assert Case.objects.get(number=number).facts["silence"] == means
    assert counter.state(number) == "accepted"  # and nothing was decided by it


def test_against_an_objection_only_for_the_public_interest(counter) -> None:
    number = consulting(counter, "third_party")
    with refused("case_facts"):
        counter.take(number, "consult_answered", counter.steward, said="objects")
    counter.take(number, "consult_answered", counter.steward, said="objects", reason="商业秘密")
    with refused("case_facts"):
        counter.take(number, "disclose", counter.head, supplied="见附件")
    counter.take(number, "disclose", counter.head, supplied="见附件", public_interest="公共安全")
    assert counter.state(number) == "disclosed"


def answered(counter, verb: str = "disclose", told: dict[str, object] | None = None, **facts) -> str:
    number = accepted(counter, **facts)
    counter.take(number, verb, counter.head, **(told or {"supplied": "见附件"}))
    return number


def faults_of(counter, number: str, verb: str, **told) -> dict[str, str]:
    """What is wrong with an answer, by field."""
    with refused("case_facts") as wrong:
        counter.take(number, verb, counter.head, **told)
    return dict(zip(wrong.value.details["fields"], wrong.value.details["faults"], strict=True))


# ---- answers -------------------------------------------------------------------------------------------------------------------
ANSWERS = {
    "disclose": ("disclosed", {"supplied": "见附件"}),
    "disclose_part": (
        "partly",
        {"supplied": "见附件", "withheld": "个人信息", "ground": "third_party", "reason": "隐私", "remedy_told": True},
    ),
    "refuse": ("refused", {"ground": "state_secret", "reason": "涉密", "remedy_told": True}),
    "answer_not_existing": ("not_existing", {"searched": "档案室", "remedy_told": True}),
    "answer_not_held": (
        "transferred",
        {"other_body": "civil-affairs", "other_contact": "电话 12345", "reason": "职责", "remedy_told": True},
    ),
    "answer_public": ("already_public", {"where": "门户网站", "remedy_told": True}),
    "answer_repeated": ("repeated", {"earlier_answer": "XX-2026-000001", "reason": "相同", "remedy_told": True}),
    "answer_special": ("special", {"regime_rule": "real_estate", "where": "登记中心窗口", "remedy_told": True}),
    "answer_no_request": ("no_request", {"where": "信访办", "reason": "属于投诉", "remedy_told": True}),
}


@pytest.mark.parametrize("verb", ANSWERS)
def test_every_answer_of_article_36_ends_it_with_its_facts(counter, verb) -> None:
    end, told = ANSWERS[verb]
    if verb == "answer_repeated":
        answered(counter)
    number = accepted(counter)
    for name in told:
        with refused("case_facts"):
            counter.take(number, verb, counter.head, **{one: value for one, value in told.items() if one != name})
    assert counter.take(number, verb, counter.head, **told).state == end
    assert counter.clock(number, "OPN-06").state == "met"
    with refused("case_step"):
        counter.take(number, verb, counter.head, **told)


NOT_HELD = {"other_contact": "电话 12345", "reason": "职责", "remedy_told": True}


@pytest.mark.parametrize(
    ("named", "fault"),
    [
        ({"other_body": "transport"}, {"other_body": "not_own_body"}),
        ({"other_body": "nobody"}, {"other_body": "institution_unknown"}),
        ({}, {"other_body": "one_of_two"}),
        ({"other_body": "civil-affairs", "other_elsewhere": "财政部"}, {"other_body": "one_of_two"}),
        ({"other_elsewhere": "示范市交通委员会"}, {"other_elsewhere": "in_the_register"}),
        ({"other_body": "civil-affairs", "other_contact": "-"}, {"other_contact": "too_short"}),
    ],
)
def test_the_body_that_holds_it_is_another_one_and_of_the_register(counter, named, fault) -> None:
    assert faults_of(counter, accepted(counter), "answer_not_held", **(NOT_HELD | named)) == fault


def test_a_body_that_no_register_here_knows_is_named(counter) -> None:
    number = accepted(counter)
    counter.take(number, "answer_not_held", counter.head, **NOT_HELD, other_elsewhere="财政部")
    assert counter.state(number) == "transferred"


def test_only_an_answer_in_substance_to_the_same_person_makes_a_repetition(counter) -> None:
    told = {"reason": "相同", "remedy_told": True}
    somebody = actor("applicant", None)
    theirs, mine = answered(counter, by=somebody), accepted(counter)
    withdrawn, other = counter.ask(), accepted(counter)
    counter.take(withdrawn, "withdraw", counter.citizen)
    for named in (theirs, withdrawn, other, mine):
        fault = faults_of(counter, mine, "answer_repeated", earlier_answer=named, **told)
        assert fault == {"earlier_answer": "not_answered_before"}
    counter.take(other, "disclose", counter.head, supplied="见附件")
    counter.take(mine, "answer_repeated", counter.head, earlier_answer=other, **told)
    assert counter.state(mine) == "repeated"


def test_without_an_account_the_same_name_and_contact_are_the_same_person(counter) -> None:
    told = {"reason": "相同", "remedy_told": True}
    first = answered(counter, by=ANYBODY, contact="王某 13800000000")
    another, same = (accepted(counter, by=ANYBODY, contact=f"王某 1380000000{n}") for n in (1, 0))
    assert faults_of(counter, another, "answer_repeated", earlier_answer=first, **told)
    counter.take(same, "answer_repeated", counter.head, earlier_answer=first, **told)


def test_the_earlier_answer_is_chosen_from_a_list(counter) -> None:
    head = officer("office_head", Institution.objects.get(slug="transport"))
    first, second = answered(counter), accepted(counter)
    answered(counter, by=actor("applicant", None))
    form = signed_in(head.account, hat=head.appointment).get(f"/cases/{second}/do/answer_repeated").content.decode()
    assert form.count('<option value="XX-') == 1
    assert f'<option value="{first}">' in form


@pytest.mark.parametrize("rule", ["my mother said", ""])
def test_rules_of_their_own_are_those_of_the_list(counter, rule) -> None:
    number = accepted(counter)
    assert "regime_rule" in faults_of(
        counter, number, "answer_special", regime_rule=rule, where="登记中心窗口", remedy_told=True
    )
    fault = faults_of(counter, number, "answer_special", regime_rule="archives", where="-", remedy_told=True)
    assert fault == {"where": "too_short"}


@pytest.mark.parametrize("workflow", ["information_request", "open_application"])
def test_a_correction_is_not_due_today(counter, workflow) -> None:
    number = received(counter) if workflow == "information_request" else counter.file()
    today = counter.now.date()
    with refused("case_facts"):
        counter.take(number, "ask_correction", counter.steward, missing="文号", correct_until=today.isoformat())
    tomorrow = (today + timedelta(days=1)).isoformat()
    counter.take(number, "ask_correction", counter.steward, missing="文号", correct_until=tomorrow)


def test_a_ground_that_is_not_listed_is_none(counter) -> None:
    number = accepted(counter)
    with refused("case_facts"):
        counter.take(number, "refuse", counter.head, ground="inconvenient", reason="不便", remedy_told=True)


def test_the_hand_that_handled_it_does_not_decide(counter) -> None:
    number = accepted(counter)
    with refused("same_person"):
        counter.take(number, "disclose", replace(counter.head, person=counter.steward.person), supplied="见附件")


def test_a_late_answer_is_late_and_nothing_else(counter) -> None:
    number = accepted(counter)
    counter.now += timedelta(days=90)
    assert counter.state(number) == "accepted"
    counter.take(number, "disclose", counter.head, supplied="见附件")
    assert counter.clock(number, "OPN-06").state == "met_late"


@pytest.mark.parametrize(
    ("verb", "who", "code"),
    [
        ("accept", "steward", "case_step"),
        ("confirm_receipt", "citizen", "not_your_role"),
        ("confirm_applicant", "citizen", "case_step"),
        ("disclose", "head", "case_step"),
        ("confirm_receipt", "other", "case_unknown"),
    ],
)
def test_steps_of_the_wrong_state_role_or_body_change_nothing(counter, verb, who, code) -> None:
    number = counter.ask()
    before, count = Case.objects.filter(number=number).values().get(), Entry.objects.count()
    by = counter.town.city.civil_steward if who == "other" else getattr(counter, who)
    with refused(code):
        counter.take(number, verb, by)
    assert Case.objects.filter(number=number).values().get() == before
    assert Entry.objects.count() == count


def test_who_asked_is_not_in_the_title(counter) -> None:
    number = counter.ask(contact="王某某 13800000000")
    case = Case.objects.get(number=number)
    assert "王某某" not in case.title_zh + case.title_en
