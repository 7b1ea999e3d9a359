"""Demands of the public and the open plan of a year: what is promised, kept, deferred or dropped, and that nobody can pretend."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from kaimen.accounts.models import Institution
from kaimen.cases import selectors as cases
from kaimen.cases import services as machine
from kaimen.cases.models import Case
from kaimen.core.errors import KaimenError
from kaimen.core.policy.party import ANYBODY
from kaimen.evidence.models import Entry
from kaimen.opening import planning, services
from kaimen.opening.models import PlanComment, PlanItem
from kaimen.opening.promises import digest_of
from tests.accounts.people import officer, signed_in
from tests.catalogue.city import actor

pytestmark = pytest.mark.django_db
ITEM = {
    "item_title": "共享单车停放区",
    "item_title_en": "Places for shared bicycles",
    "item_body": "transport",
    "planned_on": "2027-05-31",
    "item_open_type": "1",
}
WISH = {"subject": "共享单车停放区", "what": "每个停放区的位置", "use": "做地图", "contact": "王某 13800000000"}


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


def a_plan(counter, *items: dict[str, object]) -> str:
    number = machine.begin("open_plan", {"year": 2027}, by=counter.reviewer, now=counter.now).case.number
    for item in items or ({},):
        counter.take(number, "add_item", counter.reviewer, **(ITEM | item))
    return number


def head(counter):
    return actor("department_head", counter.town.city.authority)


def consulted(counter, *items: dict[str, object]) -> str:
    number = a_plan(counter, *items)
    counter.take(number, "consult", counter.reviewer)
    return number


def published(counter, *items: dict[str, object]) -> str:
    number = consulted(counter, *items)
    counter.now += timedelta(days=20)
    counter.take(number, "approve", head(counter))
    counter.take(number, "publish", counter.reviewer)
    return number


def wish(counter, by=None, **facts) -> str:
    return counter.file("demand", by=by, **(WISH | facts))


def triaged(counter) -> str:
    number = wish(counter)
    counter.take(number, "acknowledge", counter.reviewer, public_title="共享单车停放区")
    counter.take(number, "triage", counter.reviewer, body="transport")
    return number


# ---- demands -------------------------------------------------------------------------------------------------------------------
def test_a_demand_is_acknowledged_assigned_planned_and_kept(counter) -> None:
    number = triaged(counter)
    assert counter.running(number) == {"OPN-13"}
    assert counter.clock(number, "POL-OPN-ACKNOWLEDGE").state == "met"
    with refused("demand_not_in_plan"):
        counter.take(number, "plan", counter.head)
    plan = published(counter, {"demand": number})
    counter.take(number, "plan", counter.head)
    assert counter.running(number) == set()
    assert Case.objects.get(number=number).facts["planned_on"] == "2027-05-31"
    counter.take(plan, "open_item", counter.reviewer, item=1, opened_as=counter.slug(counter.town.parking))
    assert counter.state(number) == "done"
    assert cases.taken(Case.objects.get(number=number))[-1].verb == "deliver"


def test_without_an_account_and_without_a_body(counter) -> None:
    number = wish(counter, by=ANYBODY)
    assert counter.running(number) == {"POL-OPN-ACKNOWLEDGE", "OPN-13"}
    assert not Case.objects.get(number=number).parties.filter(side="body").exists()


def test_a_body_takes_its_side_when_it_is_named_and_another_takes_it_over(counter) -> None:
    number = triaged(counter)
    assert cases.case_for(counter.head, number)
    counter.take(number, "triage", counter.reviewer, body="civil-affairs")
    with refused("case_unknown"):
        cases.case_for(counter.head, number)
    assert cases.case_for(counter.town.city.civil_steward, number)


def test_a_link_leads_to_what_everybody_can_see(counter) -> None:
    number = triaged(counter)
    with refused("case_facts"):
        counter.take(number, "link", counter.head, dataset=counter.slug(counter.town.allowances))
    counter.take(number, "link", counter.head, dataset=counter.slug(counter.town.parking))
    counter.take(number, "confirm", counter.citizen, helped=True)
    assert counter.state(number) == "done"


@pytest.mark.parametrize(
    "words", ["李想 13800000000 要长椅", "1101051949１２３１002X 的长椅", "write to li@example.org"]
)
def test_what_everybody_reads_of_a_demand_holds_nobodys_number(counter, words) -> None:
    number = wish(counter)
    with pytest.raises(KaimenError) as told:
        counter.take(number, "acknowledge", counter.reviewer, public_title=words)
    assert told.value.details == {"fields": ["public_title"], "faults": ["personal"]}
    assert planning.demands(now=counter.now).total == 0
    number = triaged(counter)
    with refused("case_facts"):
        counter.take(number, "refuse", counter.head, refusal="personal", reason=words)


def test_a_refusal_needs_a_listed_reason(counter) -> None:
    number = triaged(counter)
    for told in ({"refusal": "no", "reason": "不想"}, {"refusal": "law"}, {"reason": "不想"}):
        with refused("case_facts"):
            counter.take(number, "refuse", counter.head, **told)
    counter.take(number, "refuse", counter.head, refusal="personal", reason="无法匿名")
    assert counter.state(number) == "refused"


@pytest.mark.parametrize(
    ("verb", "who", "code"),
    [
        ("acknowledge", "citizen", "not_your_role"),
        ("plan", "reviewer", "case_step"),
        ("acknowledge", "steward", "case_unknown"),
        ("deliver", "reviewer", "case_step"),
    ],
)
def test_steps_of_the_wrong_state_role_or_body_change_nothing(counter, verb, who, code) -> None:
    number = wish(counter)
    before, count = Case.objects.filter(number=number).values().get(), Entry.objects.count()
    with refused(code):
        counter.take(number, verb, getattr(counter, who), public_title="x")
    assert Case.objects.filter(number=number).values().get() == before
    assert Entry.objects.count() == count


def test_the_public_list_names_no_person_and_nothing_unread(counter) -> None:
    wish(counter)
    assert planning.demands(now=counter.now).total == 0
    number = triaged(counter)
    (one,) = planning.demands(now=counter.now).demands
    assert (one.number, one.title, one.late) == (number, "共享单车停放区", False)
    assert "王某" not in repr(one)
    assert planning.demands(now=counter.now + timedelta(days=60)).demands[0].late


# ---- the plan ------------------------------------------------------------------------------------------------------------------
def test_a_plan_is_not_seen_before_it_is_put_to_the_public(counter) -> None:
    number = a_plan(counter)
    with refused("plan_missing"):
        planning.plan(2027, now=counter.now)
    with refused("plan_exists"):
        a_plan(counter)
    counter.take(number, "consult", counter.reviewer)
    assert planning.plan(None, now=counter.now).lines[0].item.title_en == "Places for shared bicycles"
    assert planning.years() == [2027]


def test_an_empty_plan_is_not_put_to_the_public(counter) -> None:
    number = a_plan(counter)
    counter.take(number, "remove_item", counter.reviewer, item=1)
    with refused("plan_empty"):
        counter.take(number, "consult", counter.reviewer)


def test_nobody_approves_before_the_public_had_its_days(counter) -> None:
    number = consulted(counter)
    assert counter.running(number) == {"POL-OPN-CONSULT"}
    for days in (0, 14):
        counter.now += timedelta(days=days)
        with refused("term_running"):
            counter.take(number, "approve", head(counter))
    counter.now += timedelta(days=6)
    with refused("same_person"):
        counter.take(number, "approve", replace(head(counter), person=counter.reviewer.person))
    with refused("not_your_role"):
        counter.take(number, "approve", counter.reviewer)
    with refused("case_unknown"):
        counter.take(number, "approve", counter.town.city.head)
    counter.take(number, "approve", head(counter))


def test_every_comment_gets_its_public_answer_first(counter) -> None:
    number = consulted(counter)
    before = Entry.objects.count()
    services.comment(2027, "希望提前到三月", by=ANYBODY, now=counter.now)
    assert Entry.objects.count() == before + 1
    assert planning.plan(2027, now=counter.now).waiting == 1
    assert planning.plan(2027, now=counter.now).comments == []
    counter.now += timedelta(days=20)
    with refused("consultation_over"):
        services.comment(2027, "晚了", by=ANYBODY, now=counter.now)
    with refused("plan_unanswered"):
        counter.take(number, "approve", head(counter))
    with refused("case_facts"):
        counter.take(number, "answer_comment", counter.reviewer, comment=2, answer="好")
    counter.take(number, "answer_comment", counter.reviewer, comment=1, answer="采纳")
    with refused("case_facts"):
        counter.take(number, "answer_comment", counter.reviewer, comment=1, answer="再答")
    counter.take(number, "approve", head(counter))
    (one,) = planning.plan(2027, now=counter.now).comments
    assert (one.text, one.answer) == ("希望提前到三月", "采纳")


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001, "a\x00b"])
def test_a_comment_that_cannot_be_kept_is_refused(counter, text) -> None:
    consulted(counter)
    with refused("comment_text"):
        services.comment(2027, text, by=ANYBODY, now=counter.now)
    assert not PlanComment.objects.exists()


def test_a_plan_that_was_changed_is_put_to_the_public_again(counter) -> None:
    number = consulted(counter)
    counter.now += timedelta(days=20)
    counter.take(number, "approve", head(counter))
    counter.take(number, "revise", counter.reviewer, reason="加一项")
    counter.take(number, "add_item", counter.reviewer, **ITEM)
    with refused("case_step"):
        counter.take(number, "approve", head(counter))
    counter.take(number, "consult", counter.reviewer)
    with refused("term_running"):
        counter.take(number, "approve", head(counter))


def test_what_is_published_is_fixed_by_its_digest(counter) -> None:
    number = published(counter)
    plan = planning.plan(2027, now=counter.now)
    assert plan.digest == digest_of(plan.case)
    with refused("case_step"):
        counter.take(number, "add_item", counter.reviewer, **ITEM)
    counter.take(number, "add_later", counter.reviewer, **ITEM, reason="有需求")
    counter.take(number, "defer_item", counter.reviewer, item=1, new_date="2027-09-30", reason="系统改造")
    assert digest_of(plan.case) == plan.digest


def test_nobody_calls_open_what_is_not(counter) -> None:
    number = published(counter)
    town = counter.town
    for name in ("nothing", counter.slug(town.register), counter.slug(town.allowances)):
        with refused("case_facts"):
            counter.take(number, "open_item", counter.reviewer, item=1, opened_as=name)
    counter.take(number, "begin_item", counter.reviewer, item=1)
    counter.take(number, "open_item", counter.reviewer, item=1, opened_as=counter.slug(town.parking))
    item = PlanItem.objects.get()
    assert (item.state, item.dataset) == ("opened", town.parking)
    for verb, told in (
        ("drop_item", {"reason": "不做了"}),
        ("defer_item", {"reason": "晚", "new_date": "2027-12-01"}),
        ("open_item", {"opened_as": counter.slug(town.parking)}),
        ("begin_item", {}),
    ):
        with refused("case_facts"):
            counter.take(number, verb, counter.reviewer, item=1, **told)


def test_what_is_late_stays_visible_and_a_deferred_line_keeps_its_first_day(counter) -> None:
    number = published(counter, {}, {"planned_on": "2027-03-31"})
    counter.now += timedelta(days=140)  # the middle of the year
    plan = planning.plan(2027, now=counter.now)
    assert [line.late for line in plan.lines] == [False, True]
    for day in ("2027-03-30", "2027-03-31"):
        with refused("case_facts"):
            counter.take(number, "defer_item", counter.reviewer, item=2, new_date=day, reason="晚")
    with refused("case_facts"):
        counter.take(number, "defer_item", counter.reviewer, item=2, new_date="2027-11-30")
    counter.take(number, "defer_item", counter.reviewer, item=2, new_date="2027-11-30", reason="系统改造")
    item = PlanItem.objects.get(n=2)
    assert (item.first_planned_on.isoformat(), item.planned_on.isoformat()) == ("2027-03-31", "2027-11-30")
    assert planning.plan(2027, now=counter.now).late == 0


def test_the_report_of_the_year_is_counted(counter) -> None:
    number = published(counter, {}, {}, {}, {})
    counter.take(number, "open_item", counter.reviewer, item=1, opened_as=counter.slug(counter.town.parking))
    counter.take(number, "defer_item", counter.reviewer, item=2, new_date="2027-11-30", reason="系统改造")
    counter.take(number, "drop_item", counter.reviewer, item=3, reason="已无此数据")
    counter.take(number, "close", counter.reviewer, summary="见上")
    report = planning.plan(2027, now=counter.now).report
    told = [report[f"count_{name}"] for name in ("opened", "late", "deferred", "dropped", "unfinished")]
    assert told == [1, 0, 1, 1, 1]


def test_only_the_authority_plans(counter) -> None:
    for by in (counter.steward, counter.head, counter.citizen, ANYBODY):
        with refused("not_your_role"):
            machine.begin("open_plan", {"year": 2027}, by=by, now=counter.now)


def test_a_day_of_another_year_is_no_promise_of_this_one(counter) -> None:
    number = a_plan(counter)
    with refused("case_facts"):
        counter.take(number, "add_item", counter.reviewer, **(ITEM | {"planned_on": "2028-01-01"}))


# ---- what whoever compiles and answers can read ----------------------------------------------------------------------------------
def desk_of(counter):
    """A browser of the authority's reviewer, who has an account and a name from here on."""
    held = officer("authority_reviewer", Institution.objects.get(pk=counter.town.city.authority))
    counter.reviewer = replace(counter.reviewer, person=held.person)
    return signed_in(held.account, hat=held.appointment)


def test_whoever_compiles_reads_the_lines_and_chooses_from_them(counter) -> None:
    browser = desk_of(counter)
    number = a_plan(counter, {}, {"item_title": "公共厕所", "item_title_en": "Public toilets"})
    page = browser.get(f"/en/cases/{number}").content.decode()
    assert "Places for shared bicycles" in page
    assert "2027-05-31" in page
    form = browser.get(f"/en/cases/{number}/do/remove_item").content.decode()
    assert '<option value="2">2. Public toilets</option>' in form
    told = browser.get(f"/api/v1/cases/{number}").json()["sheets"]
    assert [line["n"] for line in told["lines"]] == ["1", "2"]
    assert "comments" not in told
    assert browser.post(f"/cases/{number}/do/remove_item", {"item": "2"}).status_code == 302
    assert PlanItem.objects.count() == 1


def test_whoever_answers_reads_the_comments_and_chooses_among_those_without_an_answer(counter) -> None:
    browser = desk_of(counter)
    number = consulted(counter)
    for text in ("希望提前到三月", "请加上公共厕所"):
        services.comment(2027, text, by=ANYBODY, now=counter.now)
    page = browser.get(f"/en/cases/{number}").content.decode()
    assert "2 comments have no answer yet." in page
    assert "请加上公共厕所" in page
    counter.take(number, "answer_comment", counter.reviewer, comment=1, answer="采纳")
    form = browser.get(f"/cases/{number}/do/answer_comment").content.decode()
    assert '<option value="2">2. 请加上公共厕所</option>' in form
    assert "希望提前到三月" not in form
    told = browser.get(f"/api/v1/cases/{number}").json()["sheets"]["comments"]
    assert [(one["text"], one["answer"]) for one in told] == [("希望提前到三月", "采纳"), ("请加上公共厕所", "")]
    public = Client().get("/api/v1/plans/2027").json()
    assert (public["waiting"], [one["text"] for one in public["comments"]]) == (1, ["希望提前到三月"])


def test_a_line_that_is_open_or_dropped_is_not_offered_again(counter) -> None:
    browser = desk_of(counter)
    number = published(counter, {}, {"item_title_en": "Public toilets"})
    counter.take(number, "drop_item", counter.reviewer, item=1, reason="不做了")
    form = browser.get(f"/en/cases/{number}/do/drop_item").content.decode()
    assert "2. Public toilets" in form
    assert "1. Places for shared bicycles" not in form
