"""Requests of persons: identity, days, grounds; rows really deleted or withheld; proofs destroyed; the log still proves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from kaimen.cases import pages as case_pages
from kaimen.cases import selectors as cases_selectors
from kaimen.cases import services as cases
from kaimen.cases.models import Act, Begun, Case, Sealed
from kaimen.core.errors import Missing
from kaimen.core.policy.party import ANYBODY, Principal
from kaimen.core.tlog import notes, proof_text
from kaimen.core.tlog.verify import includes
from kaimen.evidence.models import Entry, Private
from kaimen.gate import selectors as gate_selectors
from kaimen.gate import services as gate
from kaimen.lake import places
from kaimen.lake import selectors as lake
from kaimen.lake import services as lake_services
from kaimen.lake.models import Erasure
from kaimen.office.models import Clock, DeskItem
from tests.catalogue.city import NOW, actor
from tests.compliance.desk import Desk, terms
from tests.gate.assessed import assess_for

pytestmark = pytest.mark.django_db
LI_SI = "110101193605061234"


@pytest.fixture
def officer(desk: Desk):
    return actor("protection_officer", desk.city.civil)


@pytest.fixture
def head(desk: Desk):
    return actor("department_head", desk.city.civil)


def asked(desk: Desk, kind: str = "delete", by=None, **facts) -> cases.Done:
    given = {
        "controller": "civil-affairs", "kind": kind, "channel": "online", "what": "我的津贴记录", "name": "李四",
        "contact": "13912345678", "identity_proof": f"居民身份证 {LI_SI}",
    } | facts  # fmt: skip
    return cases.begin("data_subject_request", given, by=by or desk.city.citizen, now=desk.now)


def accepted(desk: Desk, officer, kind: str = "delete") -> str:
    number = asked(desk, kind).case.number
    desk.take(number, "confirm_identity", officer, identity_result="document")
    return number


def granted(desk: Desk, officer, kind: str = "delete") -> str:
    number = accepted(desk, officer, kind)
    desk.take(number, "grant", officer)
    return number


def whose(desk: Desk) -> dict[str, str]:
    return {"dataset": desk.allowances_slug, "column": "id_number", "identifier": LI_SI}


def deletes(desk: Desk, officer, head, number: str, rows: int = 1) -> None:
    desk.take(number, "order_deletion", officer, **whose(desk))
    desk.take(number, "begin_deletion", head, rows_agreed=rows)


def answered(desk: Desk, officer, number: str) -> None:
    desk.take(number, "answer", officer, answer="已办", remedy_told=True)


def in_clear(text: str) -> list[str]:
    """Where somebody's identifier stands in clear: facts, steps, drafts, desks, the log, files of the lake."""
    kept = {
        "case": list(Case.objects.values_list("facts", "title_zh", "title_en")),
        "act": list(Act.objects.values_list("facts", "digest")),
        "begun": list(Begun.objects.values_list("given", flat=True)),
        "desk": list(DeskItem.objects.values_list("title_zh", "title_en", "url")),
        "erasure": list(Erasure.objects.values_list("column", "places", "commitment")),
    }
    found = [name for name, rows in kept.items() if text in json.dumps(rows, ensure_ascii=False, default=str)]
    if any(text.encode() in bytes(leaf) for leaf in Entry.objects.values_list("leaf", flat=True)):
        found.append("log")
    if any(
        text.encode() in bytes(box)
        for box in [*Sealed.objects.values_list("box", flat=True), *Private.objects.values_list("sealed", flat=True)]
    ):
        found.append("boxes")
    from kaimen.engines.erasing import rows_with

    for path in places.root().rglob("*"):
        if path.is_file() and (
            text.encode() in path.read_bytes() or (path.suffix == ".parquet" and rows_with(path, [text]))
        ):
            found.append(path.name)
    return found


def test_deletion_reaches_every_place_and_the_case_says_so(desk: Desk, officer, head) -> None:
    form = gate.GrantForm(
        code="G1", dataset=desk.allowances, purposes=("duty",), institution=desk.city.transport,
        not_before=NOW, not_after=NOW + timedelta(days=300),
    )  # fmt: skip
    assess_for(form, now=NOW)
    gate.grant(form, by=desk.city.civil_steward, now=NOW)
    number = granted(desk, officer)
    deletes(desk, officer, head, number)
    with desk.refused("request_not_deleted", number):
        desk.take(number, "confirm_deletion", officer)
    lake_services.erase(Erasure.objects.get(case=number).pk, now=desk.now)
    done = desk.take(number, "confirm_deletion", officer).case
    assert done.facts["erased_rows"] == 3  # published, older version, delivery
    assert done.facts["holders_told"] == 1
    assert "旧版本" in done.facts["erased"] and "deliveries" in done.facts["erased"]
    assert lake.snapshot(desk.allowances).rows == 2
    with pytest.raises(Missing, match="snapshot_erased"):
        lake.snapshot(desk.allowances, 1)
    assert in_clear(LI_SI) == []
    told = DeskItem.objects.get(kind="person.deleted", closed_at=None)
    assert told.institution == str(desk.city.transport) and "李四" not in told.title_zh
    answered(desk, officer, number)
    desk.take(number, "accept_answer", desk.city.citizen)
    desk.take(number, "destroy_proof", officer)
    assert not Sealed.objects.exists()
    assert not DeskItem.objects.filter(closed_at=None, kind="person.deleted").exists()


@pytest.mark.django_db(transaction=True)
def test_the_log_still_proves_what_was_recorded_before(desk: Desk, officer, head) -> None:
    from kaimen.evidence import selectors as evidence_selectors
    from kaimen.evidence import services as evidence

    number = granted(desk, officer)
    receipts = list(Act.objects.values_list("receipt", flat=True))
    evidence.tick(desk.now)
    before = [bytes(leaf) for leaf in Entry.objects.order_by("pk").values_list("leaf", flat=True)]
    deletes(desk, officer, head, number)
    lake_services.erase(Erasure.objects.get(case=number).pk, now=desk.now)
    desk.take(number, "confirm_deletion", officer)
    evidence.tick(desk.now)
    after = [bytes(leaf) for leaf in Entry.objects.order_by("pk").values_list("leaf", flat=True)]
    assert after[: len(before)] == before
    for receipt in receipts:
        proved = evidence_selectors.proved(receipt, reader=ANYBODY)
        proof = proof_text.parse(proved.proof.text())
        head = notes.parse_checkpoint(notes.parse(proof.note).text)
        assert includes(head.root, head.size, leaf=proved.leaf_hash, index=proof.index, path=proof.path)


def test_identity_stands_sealed_until_it_is_destroyed(desk: Desk, officer) -> None:
    number = asked(desk).case.number
    case = Case.objects.get(number=number)
    assert case.facts["identity_proof"].startswith("sealed:")
    assert [name for name in in_clear(LI_SI) if name not in {one.name for one in places.root().rglob("*")}] == []
    assert cases_selectors.unsealed(case, case.facts)["identity_proof"] == f"居民身份证 {LI_SI}"
    desk.take(number, "withdraw", desk.city.citizen)
    assert terms(number) == {
        "POL-DSR-IDENTITY": "met", "PI-07P": "met", "POL-DSR-HARDSTOP": "met", "POL-DSR-IDPROOF": "running",
    }  # fmt: skip
    done = desk.take(number, "destroy_proof", officer).case
    assert done.state == "filed" and not Sealed.objects.exists()
    assert cases_selectors.unsealed(done, done.facts)["identity_proof"] == ""
    assert terms(number)["POL-DSR-IDPROOF"] == "met"


def test_the_terms_and_the_day_that_nothing_moves(desk: Desk, officer, head) -> None:
    number = asked(desk).case.number
    assert set(terms(number).values()) == {"running"}
    stop = Clock.objects.get(rule="POL-DSR-HARDSTOP").due_at
    desk.take(number, "ask_more", officer, missing="关系证明")
    desk.take(number, "complete", desk.city.citizen, added="补上")
    with desk.refused("case_once", number):
        desk.take(number, "ask_more", officer, missing="还要")
    desk.take(number, "confirm_identity", officer, identity_result="document")
    with desk.refused("not_your_role", number):
        desk.take(number, "extend", officer, days=5, reason="量大", notified=True)
    with desk.refused("case_facts", number):
        desk.take(number, "extend", head, days=5, reason="量大", notified=False)
    due = Clock.objects.get(rule="PI-07P").due_at
    desk.take(number, "extend", head, days=15, reason="量大", notified=True)
    assert Clock.objects.get(rule="PI-07P").due_at > due
    assert Clock.objects.get(rule="POL-DSR-HARDSTOP").due_at == stop
    with desk.refused("extension_given", number):
        desk.take(number, "extend", head, days=1, reason="再来", notified=True)


def test_no_extension_after_the_last_day(desk: Desk, officer, head) -> None:
    number = accepted(desk, officer)
    desk.now += timedelta(days=31)
    with desk.refused("request_hard_stop", number):
        desk.take(number, "extend", head, days=5, reason="量大", notified=True)


def test_anybody_may_ask_without_an_account_and_at_a_counter(desk: Desk, officer) -> None:
    done = asked(desk, "access", by=ANYBODY)
    assert done.key
    cases.act(done.case.number, "withdraw", {}, by=ANYBODY, now=desk.now, key=done.key)
    helper = replace(actor("helper", desk.city.transport), on_behalf=Principal(person=None, described_as="李四"))
    with desk.refused("case_facts"):
        asked(desk, "access", by=helper)
    assert asked(desk, "access", by=helper, channel="counter").case.state == "received"


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("delete", {"ground": "no wish", "reason": "不便"}),
        ("delete", {"ground": "secrecy", "reason": "保密"}),
        ("delete", {"ground": "state_duty", "reason": "履职"}),
        ("delete", {"ground": "identity", "reason": "已核验过"}),
        ("delete", {"ground": "transfer_conditions", "reason": "不符"}),
        ("access", {"ground": "heir_arranged", "reason": "不符"}),
        ("delete", {"ground": "not_held"}),
    ],
)
def test_a_refusal_has_a_listed_ground_that_fits_and_its_article(desk: Desk, officer, kind, facts) -> None:
    number = accepted(desk, officer, kind)
    with desk.refused("case_facts", number):
        desk.take(number, "refuse", officer, **facts)


def test_a_refusal_stands_and_is_reviewed_by_another(desk: Desk, officer, head) -> None:
    number = accepted(desk, officer, "access")
    desk.take(number, "refuse", officer, ground="secrecy", statute="档案法第二十七条", reason="未到开放期")
    answered(desk, officer, number)
    assert terms(number)["POL-DSR-HARDSTOP"] == "met"
    desk.take(number, "complain", desk.city.citizen, reason="不服")
    with desk.refused("same_person", number):
        desk.take(number, "review_upheld", replace(head, person=officer.person), reason="维持")
    desk.take(number, "review_reopened", head, reason="可以提供部分")
    desk.take(number, "grant", officer)
    desk.take(number, "execute", officer, done="已提供")
    answered(desk, officer, number)


def test_where_a_term_of_keeping_runs_the_rows_are_withheld_first(desk: Desk, officer) -> None:
    number = accepted(desk, officer)
    facts = {"ground": "retention", "statute": "会计档案管理办法第十四条", "reason": "保存期三十年"}
    with desk.refused("request_not_restricted", number):
        desk.take(number, "refuse", officer, **facts)
    done = desk.take(number, "restrict", officer, **whose(desk))
    assert "高龄津贴" in done.case.facts["restricted_in"]
    assert gate_selectors.rows_closed_because(number) == [desk.allowances]
    assert gate_selectors.closed_because(desk.allowances) is None
    desk.take(number, "refuse", officer, **facts)
    assert LI_SI not in json.dumps(list(Case.objects.values_list("facts", flat=True)))


def test_a_restriction_counts_only_when_the_gate_withholds(desk: Desk, officer) -> None:
    number = granted(desk, officer, "restrict")
    with desk.refused("request_not_restricted", number):
        desk.take(number, "execute", officer, done="已限制")
    desk.take(number, "restrict", officer, **whose(desk))
    desk.take(number, "execute", officer, done="已限制")
    desk.take(number, "lift", officer, reason="本人同意恢复")
    assert gate_selectors.rows_closed_because(number) == []


def test_a_body_does_not_close_before_the_person_could_ask_for_a_review(desk: Desk, officer, head) -> None:
    number = granted(desk, officer, "access")
    desk.take(number, "execute", officer, done="已打印")
    answered(desk, officer, number)
    for days in (0, 14):
        desk.now += timedelta(days=days)
        with desk.refused("contest_running", number):
            desk.take(number, "close", officer)
    with desk.refused("case_side|role_missing|case_role", number):
        desk.take(number, "accept_answer", officer)
    desk.take(number, "complain", desk.city.citizen, reason="不全")
    assert terms(number)["POL-DSR-CONTEST"] == "met"
    desk.take(number, "review_upheld", head, reason="已复核")
    desk.now += timedelta(days=30)
    assert desk.take(number, "close", officer).case.state == "closed"


def test_rows_stay_withheld_after_the_case_until_they_are_given_out_again(desk: Desk, officer) -> None:
    number = granted(desk, officer, "restrict")
    desk.take(number, "restrict", officer, **whose(desk))
    desk.take(number, "execute", officer, done="已停止提供")
    answered(desk, officer, number)
    desk.now += timedelta(days=40)
    desk.take(number, "close", officer)
    assert desk.take(number, "destroy_proof", officer).case.state == "withheld"
    assert gate_selectors.rows_closed_because(number)
    assert desk.take(number, "lift_filed", officer, reason="本人要求恢复").case.state == "filed"
    assert gate_selectors.rows_closed_because(number) == []


def test_a_column_that_many_share_withholds_nobody(desk: Desk, officer) -> None:
    number = granted(desk, officer, "restrict")
    with desk.refused("case_facts", number) as told:
        desk.take(number, "restrict", officer, **(whose(desk) | {"column": "amount"}))
    assert told.value.details["faults"] == ["not_of_one_person"]


def test_who_somebody_is_reads_only_who_has_a_step_to_take(desk: Desk, officer, head) -> None:
    case = Case.objects.get(number=asked(desk).case.number)
    for reader in (desk.city.citizen, officer, head):
        assert cases_selectors.opened(case, case.facts, reader)["name"] == "李四"
    for role in ("steward", "office_head", "security_officer"):
        told = cases_selectors.opened(case, case.facts, actor(role, desk.city.civil))
        assert "name" not in told and told["kind"] == "delete"


def test_a_request_waits_on_the_heads_desk_where_nobody_holds_the_post(desk: Desk) -> None:
    number = asked(desk).case.number
    waiting = {one.role: one.title_zh for one in DeskItem.objects.filter(url__endswith=number, closed_at=None)}
    assert waiting["department_head"].startswith("没有个人信息保护负责人，请任命：")


def test_how_it_came_says_a_clerk_only(desk: Desk) -> None:
    with desk.refused("case_facts"):
        asked(desk, channel="counter")
    with desk.refused("mandate_first"):
        asked(desk, by=actor("helper", desk.city.civil), channel="telephone")


def test_a_correction_is_a_version_published_since(desk: Desk, officer) -> None:
    number = granted(desk, officer, "correct")
    facts = {"dataset": desk.allowances_slug, "done": "金额已改"}
    desk.now += timedelta(minutes=5)
    for version in (1, 2):
        with desk.refused("request_version", number):
            desk.take(number, "execute_correction", officer, corrected_version=version, **facts)
    desk.load(desk.allowances, f"id_number,name,amount\n{LI_SI},李四,750.00\n", desk.city.civil_steward)
    desk.take(number, "execute_correction", officer, corrected_version=2, **facts)


def test_data_of_another_body_are_not_reached(desk: Desk, officer) -> None:
    number = granted(desk, officer)
    for verb in ("order_deletion", "restrict"):
        with desk.refused("case_facts", number):
            desk.take(number, verb, officer, dataset=desk.parking_slug, column="name", identifier="东站")
    assert not Erasure.objects.exists()


@pytest.mark.parametrize(
    ("column", "identifier", "fault"),
    [("amount", "600.00", "not_of_one_person"), ("none", LI_SI, "not_a_column"), ("id_number", "110101190001011111", "no_such_row")],
)  # fmt: skip
def test_rows_that_are_not_of_one_person_are_not_named(
    desk: Desk, officer, column: str, identifier: str, fault: str
) -> None:
    number = granted(desk, officer)
    given = whose(desk) | {"column": column, "identifier": identifier}
    with desk.refused("case_facts", number) as told:
        desk.take(number, "order_deletion", officer, **given)
    assert told.value.details["faults"] == [fault]


def test_two_people_delete_and_the_second_has_seen_how_many_rows_go(desk: Desk, officer, head) -> None:
    number = granted(desk, officer)
    named = desk.take(number, "order_deletion", officer, **whose(desk)).case
    assert (named.facts["rows_found"], named.facts["rows_whole"]) == (1, 3)
    with desk.refused("not_your_role", number):
        desk.take(number, "begin_deletion", officer, rows_agreed=1)
    with desk.refused("same_person", number):
        desk.take(number, "begin_deletion", replace(head, person=officer.person), rows_agreed=1)
    with desk.refused("case_facts", number):
        desk.take(number, "begin_deletion", head, rows_agreed=3)
    assert not Erasure.objects.exists()
    desk.take(number, "return_deletion", head, reason="行数不对")
    assert not Sealed.objects.filter(name="identifier").exists()
    deletes(desk, officer, head, number)
    assert Erasure.objects.get(case=number).asked_by["person"] == str(head.person)


def test_the_form_shows_the_number_that_is_to_be_copied(desk: Desk, officer, head) -> None:
    number = granted(desk, officer)
    case = desk.take(number, "order_deletion", officer, **whose(desk)).case
    flow = cases_selectors.workflow(case.workflow)
    shown = case_pages.shown(case, flow, flow.acts["begin_deletion"], head, key=None)
    lines = {line["label"]: line["value"] for line in shown}
    assert lines["现行版本里找到多少行"] == "1" and lines["现行版本共多少行"] == "3"
    assert case_pages.shown(case, flow, flow.acts["return_deletion"], head, key=None) == []


def test_rows_that_stand_in_older_versions_only_are_found(desk: Desk, officer, head) -> None:
    number = granted(desk, officer)
    desk.now += timedelta(minutes=5)
    desk.load(desk.allowances, "id_number,name,amount\n110101193605069999,王五,1.00\n", desk.city.civil_steward)
    desk.take(number, "order_deletion", officer, **whose(desk))
    desk.take(number, "begin_deletion", head, rows_agreed=0)
    lake_services.erase(Erasure.objects.get(case=number).pk, now=desk.now)
    assert desk.take(number, "confirm_deletion", officer).case.facts["erased_rows"] == 2


@pytest.mark.parametrize(
    ("verb", "who", "code"),
    [("confirm_identity", "civil_steward", "not_your_role"), ("grant", "officer", "case_step"), ("complete", "citizen", "case_step"),
     ("destroy_proof", "officer", "case_step"), ("confirm_identity", "reviewer", "case_unknown"), ("extend", "stranger", "case_unknown")],
)  # fmt: skip
def test_acts_of_the_wrong_state_role_or_body_change_nothing(desk: Desk, officer, verb, who, code) -> None:
    people = {"officer": officer, "stranger": actor("department_head", desk.city.transport)}
    number = asked(desk).case.number
    by = people.get(who) or getattr(desk.city, who)
    with desk.refused(code, number):
        desk.take(number, verb, by, identity_result="document")


def test_a_machine_alone_does_not_answer_about_a_machine(desk: Desk, officer) -> None:
    number = granted(desk, officer, "object_automated")
    with desk.refused("case_facts", number):
        desk.take(number, "execute_review", officer, done="系统复核", human_review=False)
    desk.take(number, "execute_review", officer, done="科长复核后改判", human_review=True)


@pytest.mark.parametrize("verb", ["order_deletion", "restrict"])
def test_people_are_named_by_their_number_where_there_is_one(desk: Desk, officer, verb: str) -> None:
    number = granted(desk, officer, "delete" if verb == "order_deletion" else "restrict")
    with desk.refused("case_facts", number) as told:
        desk.take(number, verb, officer, dataset=desk.allowances_slug, column="name", identifier="李四")
    assert told.value.details["faults"] == ["name_by_number"]
