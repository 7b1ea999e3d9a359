"""An incident from knowledge to its summary: hours, grade, draft, receipts, persons told or spared; a drill stays in the house."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kaimen.cases import pages
from kaimen.cases import selectors as flows
from kaimen.cases import services as cases
from kaimen.cases.models import Case
from kaimen.compliance.services import incidents
from kaimen.compliance.services.incidents import least_grade
from kaimen.office.models import Clock, DeskItem
from tests.catalogue.city import NOW, actor, name_everybody
from tests.compliance.desk import Desk, terms

pytestmark = pytest.mark.django_db
KNOWN = "2026-11-23T09:30:00+08:00"
SENT = {"sent_to": "市委网信办", "sent_at": "2026-11-23T09:50:00+08:00", "sent_receipt": "R-7"}
LEAK = {
    "drill": "real", "kind": "leak", "known_at": KNOWN, "system": "停车收费系统", "what": "备份文件被公开访问", "ciio": False,
}  # fmt: skip
GRADE = {"persons": 1_200_000, "grade": "larger", "crime": False}


@pytest.fixture
def officer(desk: Desk):
    return actor("security_officer", desk.city.transport)


def detected(desk: Desk, officer, **facts) -> str:
    return cases.begin("incident", LEAK | facts, by=officer, now=desk.now).case.number


def graded(desk: Desk, officer, *, grade=GRADE, **facts) -> str:
    number = detected(desk, officer, **facts)
    desk.take(number, "contain", officer, measures="已关闭访问")
    desk.take(number, "grade", officer, **grade)
    return number


def reported(desk: Desk, officer, **facts) -> str:
    number = graded(desk, officer, **facts)
    desk.take(number, "report", officer, **SENT)
    return number


def test_the_whole_way(desk: Desk, officer) -> None:
    number = reported(desk, officer)
    assert terms(number) == {"INC-03": "met"}
    desk.take(
        number, "supplement", officer, supplement="又查到一份备份", **{k: SENT[k] for k in ("sent_at", "sent_receipt")}
    )
    desk.take(number, "notify_persons", officer, told_how=["message", "notice"], told_content="种类、危害、补救")
    desk.take(number, "resolve", officer, measures="已清除")
    clock = Clock.objects.get(rule="INC-06")
    assert (clock.due_at - desk.now).days == 30
    done = desk.take(
        number, "summarise", officer, cause="配置错误", effect="无扩散", responsibility="运维", lessons="改流程", **SENT
    )
    assert done.case.state == "summarised"
    desk.take(number, "send_back", desk.reviewer, reason="缺整改时间")
    desk.take(
        number,
        "summarise",
        officer,
        cause="配置错误",
        effect="无扩散",
        responsibility="运维",
        lessons="十二月前改完",
        **SENT,
    )
    done = desk.take(number, "accept_summary", desk.reviewer)
    assert done.case.state == "closed"
    assert done.case.keep_until > desk.now + timedelta(days=6 * 365)


@pytest.mark.parametrize(("ciio", "rule", "hours"), [(True, "INC-01", 1), (False, "INC-03", 4)])
def test_hours_run_from_knowledge_and_not_from_the_form(desk: Desk, officer, ciio, rule, hours) -> None:
    desk.now = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # the night after
    number = detected(desk, officer, ciio=ciio)
    clock = Clock.objects.get(rule=rule)
    known = datetime.fromisoformat(KNOWN)
    assert (clock.started_at, clock.due_at) == (known, known + timedelta(hours=hours))
    assert set(terms(number)) == {rule}
    desk.take(number, "grade", officer, **GRADE)
    if ciio:  # critical infrastructure tells the police as well
        with desk.refused("case_facts", number):
            desk.take(number, "report", officer, **SENT)
    desk.take(number, "report", officer, police_receipt="P-1", **SENT)
    assert terms(number) == {rule: "met_late"}


def test_a_defect_has_a_day(desk: Desk, officer) -> None:
    with desk.refused("case_facts"):
        detected(desk, officer, kind="defect")
    number = detected(desk, officer, kind="defect", endangers=True)
    assert Clock.objects.get(rule="INC-11").due_at == datetime.fromisoformat(KNOWN) + timedelta(hours=24)
    desk.take(number, "report_defect", officer, **SENT)
    assert terms(number)["INC-11"] == "met"
    assert "INC-11" not in terms(detected(desk, officer, kind="defect", endangers=False))


@pytest.mark.parametrize(
    "known", ["2026-11-23T10:00:01+08:00", "2027-01-01T00:00:00Z", "2026-11-23T09:30", "yesterday", ""]
)
def test_knowledge_is_a_moment_that_has_been(desk: Desk, officer, known) -> None:
    assert NOW.isoformat() == "2026-11-23T02:00:00+00:00"
    with desk.refused("case_facts") as told:
        detected(desk, officer, known_at=known)
    if known == "2026-11-23T10:00:01+08:00":  # later today: that it is no day to come would be no help
        assert told.value.details["faults"] == ["after_now"]
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("persons", "grade"),
    [(0, "general"), (999_999, "general"), (1_000_000, "larger"), (9_999_999, "larger"), (10_000_000, "major"), (100_000_000, "especially_major")],
)  # fmt: skip
def test_the_least_grade_by_persons(persons, grade) -> None:
    assert least_grade(persons, NOW) == grade


def test_a_person_grades_higher_never_lower_and_downgrading_is_of_another(desk: Desk, officer) -> None:
    number = detected(desk, officer)
    with desk.refused("incident_grade", number):
        desk.take(number, "grade", officer, persons=1_000_000, grade="general", crime=False)
    desk.take(number, "grade", officer, persons=1_000, grade="major", crime=False)
    down = {"persons": 1_000, "grade": "general", "reason": "核实后不涉及"}
    with desk.refused("not_your_role", number):
        desk.take(number, "downgrade", actor("steward", desk.city.transport), **down)
    with desk.refused("same_person", number):
        desk.take(number, "downgrade", officer, **down)
    other = actor("security_officer", desk.city.transport)
    with desk.refused("case_facts", number) as told:
        desk.take(number, "downgrade", other, **down | {"grade": "major"})
    assert told.value.details["faults"] == ["not_lower"]
    desk.take(number, "downgrade", other, **down)
    with desk.refused("case_facts", number) as told:
        desk.take(number, "raise", officer, **down)
    assert told.value.details["faults"] == ["not_higher"]
    with desk.refused("incident_grade", number) as told:
        desk.take(number, "raise", officer, **down | {"persons": 2_000_000})
    assert told.value.details == {"least": "larger", "persons": 2_000_000, "rule": "INC-07"}
    desk.take(number, "not_reported", officer, reason="一般级")
    assert terms(number) == {"INC-03": "met"}


def test_what_grows_is_raised_and_reported_anew(desk: Desk, officer) -> None:
    number = reported(desk, officer)
    more = {"supplement": "更多", "persons": 12_000_000, "sent_at": SENT["sent_at"], "sent_receipt": "R-8"}
    with desk.refused("incident_to_be_raised", number):
        desk.take(number, "supplement", officer, **more)
    done = desk.take(number, "raise", officer, persons=12_000_000, grade="major", reason="人数增加")
    assert done.case.state == "graded"
    assert Clock.objects.get(rule="INC-03", ended_at=None).started_at == desk.now


def test_the_draft_says_what_is_known_and_what_is_not(desk: Desk, officer) -> None:
    number = detected(desk, officer)
    facts = Case.objects.get(number=number).facts
    assert "示范市交通委员会" in facts["report_zh"] and "待查明" in facts["report_zh"]
    assert "Transport Commission" in facts["report_en"] and "not known yet" in facts["report_en"]
    assert "2026-11-23 09:30" in facts["report_en"]
    desk.take(number, "grade", officer, **GRADE)
    facts = Case.objects.get(number=number).facts
    assert "Larger" in facts["report_en"] and "1200000" in facts["report_en"]


def test_the_draft_says_what_the_summary_said_last(desk: Desk, officer) -> None:
    number = reported(desk, officer)
    desk.take(number, "notify_persons", officer, told_how=["notice"], told_content="种类、危害、补救")
    drafted = desk.take(number, "resolve", officer, measures="已清除备份").case.facts["report_zh"]
    assert "已清除备份" in drafted and "已关闭访问" not in drafted
    told = {"cause": "配置错误", "effect": "无扩散", "responsibility": "运维", "lessons": "改流程"}
    assert "无扩散" in desk.take(number, "summarise", officer, **told, **SENT).case.facts["report_zh"]


def test_every_step_that_tells_what_the_draft_says_writes_it_anew(desk: Desk, officer, monkeypatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(incidents, "_text", lambda step, *_: written.append(step.act.verb) or "x")
    number = reported(desk, officer, drill="drill")
    desk.take(number, "notify_persons", officer, told_how=["notice"], told_content="演练")
    desk.take(number, "resolve", officer, measures="演练")
    desk.take(number, "summarise_drill", officer, cause="演练", effect="无", responsibility="无", lessons="无")
    assert set(written) == {"detect", "contain", "grade", "resolve", "summarise_drill"}
    flow = flows.workflow("incident")
    telling = {act.verb for act in flow.acts.values() if {ask.field.name for ask in act.asks} & set(incidents.DRAFTED)}
    assert telling <= incidents.HOOKS["incident"].keys()


def test_a_suspected_crime_goes_to_the_police_and_nothing_is_sent_before_it_is_known(desk: Desk, officer) -> None:
    number = graded(desk, officer, grade=GRADE | {"crime": True})
    with desk.refused("case_facts", number):
        desk.take(number, "report", officer, **SENT)
    early = SENT | {"sent_at": "2026-11-23T09:00:00+08:00", "police_receipt": "P-1"}
    with desk.refused("case_facts", number):
        desk.take(number, "report", officer, **early)
    desk.take(number, "report", officer, **SENT, police_receipt="P-1")


def test_a_general_incident_that_looks_like_a_crime_still_goes_to_the_police(desk: Desk, officer) -> None:
    number = graded(desk, officer, grade={"persons": 10, "grade": "general", "crime": True})
    with desk.refused("case_facts", number):
        desk.take(number, "not_reported", officer, reason="x")
    desk.take(number, "not_reported", officer, reason="已报案", police_receipt="P-2")


def test_who_grades_does_not_forget_whom_was_counted_when_it_was_contained(desk: Desk, officer) -> None:
    number = detected(desk, officer)
    desk.take(number, "contain", officer, measures="已关闭访问", persons=2_000_000)
    with desk.refused("incident_fewer", number):
        desk.take(number, "grade", officer, persons=10, grade="general", crime=False)
    desk.take(number, "grade", officer, persons=2_000_000, grade="larger", crime=False)
    head = actor("department_head", desk.city.transport)
    desk.take(number, "downgrade", head, persons=10, grade="general", reason="核实后不涉及")


def test_fewer_persons_are_said_by_a_second_person(desk: Desk, officer) -> None:
    number = reported(desk, officer)
    told = {"supplement": "更正", "persons": 0, "sent_at": SENT["sent_at"], "sent_receipt": "R-9"}
    with desk.refused("incident_fewer", number):
        desk.take(number, "supplement", officer, **told)
    down = {"persons": 1_100_000, "grade": "larger", "reason": "去重"}
    with desk.refused("same_person", number):
        desk.take(number, "downgrade", officer, **down)
    desk.take(number, "downgrade", actor("security_officer", desk.city.transport), **down)
    with desk.refused("case_facts", number):
        desk.take(
            number, "downgrade", actor("security_officer", desk.city.transport), **(down | {"persons": 1_200_000})
        )


def test_sparing_persons_has_a_reason_and_is_overruled(desk: Desk, officer) -> None:
    number = reported(desk, officer)
    with desk.refused("case_facts", number):
        desk.take(number, "spare_persons", officer, not_told="averted")
    with desk.refused("case_facts", number):
        desk.take(number, "spare_persons", officer, not_told="none", reason="不涉及")
    desk.take(number, "spare_persons", officer, not_told="averted", reason="文件已加密")
    desk.take(number, "order_notice", desk.reviewer, reason="密钥同时泄露")
    with desk.refused("incident_notice_ordered", number):
        desk.take(number, "spare_persons", officer, not_told="averted", reason="文件已加密")
    desk.take(number, "notify_persons", officer, told_how=["notice"], told_content="三项内容")


def test_a_drill_takes_the_same_steps_and_never_leaves_the_house(desk: Desk, officer) -> None:
    number = graded(desk, officer, drill="drill")
    assert "演练" in Case.objects.get(number=number).facts["report_zh"]
    desk.take(number, "report", officer, **SENT | {"sent_to": "演练导演组"})
    desk.take(number, "notify_persons", officer, told_how=["notice"], told_content="演练")
    with desk.refused("case_step", number):
        desk.take(number, "order_notice", desk.reviewer, reason="演练")
    desk.take(number, "resolve", officer, measures="演练")
    with desk.refused("case_step", number):
        desk.take(number, "summarise", officer, cause="无", effect="无", responsibility="无", lessons="无", **SENT)
    desk.take(number, "summarise_drill", officer, cause="演练", effect="无", responsibility="无", lessons="电话表过期")
    authority = str(desk.city.authority)
    assert not DeskItem.objects.filter(institution__in=[authority, ""], url=f"/cases/{number}").exists()
    assert terms(number) == {}
    assert desk.take(number, "end_drill", officer).case.state == "closed"


def test_only_their_own_house(desk: Desk, officer) -> None:
    number = detected(desk, officer)
    with desk.refused("case_unknown", number):
        desk.take(number, "contain", actor("security_officer", desk.city.civil), measures="无")
    with desk.refused("case_step", number):
        desk.take(number, "report", officer, **SENT)
    with desk.refused("not_your_role"):
        cases.begin("incident", LEAK, by=replace(desk.city.citizen), now=desk.now)


def test_the_receipt_of_the_first_report_stays_with_its_step(desk: Desk, officer) -> None:
    number = reported(desk, officer)
    desk.take(number, "notify_persons", officer, told_how=["notice"], told_content="种类、危害、补救")
    desk.take(number, "resolve", officer, measures="已清除")
    told = {"cause": "配置错误", "effect": "无扩散", "responsibility": "运维", "lessons": "改流程"}
    desk.take(number, "summarise", officer, **told, **SENT | {"sent_to": "市数据主管部门", "sent_receipt": "R-9"})
    name_everybody()
    page = pages.case_page(Case.objects.get(number=number), officer, key=None, at=desk.now)
    steps = {step.title: step.answers for step in page["steps"]}
    assert steps["已首报"] == [("报送给谁", "市委网信办"), ("回执号", "R-7")]
    assert steps["已控制"] == [("已采取的措施", "已关闭访问")]
    assert not [label for answers in steps.values() for label, _value in answers if "草稿" in label]
