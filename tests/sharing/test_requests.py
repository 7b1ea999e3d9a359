"""A sharing request from draft to disposal: consents, terms, refusals, the agreement, the gate."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from kaimen.accounts.models import Institution
from kaimen.cases import selectors
from kaimen.cases.models import Case
from kaimen.catalogue import selectors as catalogue
from kaimen.compliance.models import Commitment
from kaimen.core.errors import Invalid, KaimenError, Missing, Refused
from kaimen.core.policy import odrl
from kaimen.evidence.models import Entry
from kaimen.gate import services as gate
from kaimen.gate.models import Clearance, Grant
from kaimen.gate.services import GrantForm
from kaimen.office.models import Clock, DeskItem
from kaimen.sharing.models import Agreement
from tests.accounts.people import officer, signed_in
from tests.catalogue.city import actor
from tests.gate.assessed import assess
from tests.sharing.conftest import ASKED, PLEDGED

pytestmark = pytest.mark.django_db


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


def rules_running(number: str) -> set[str]:
    return set(
        Clock.objects.filter(case=Case.objects.get(number=number).pk, ended_at=None).values_list("rule", flat=True)
    )


def test_the_whole_way_opens_the_gate_and_shuts_it(bureaus) -> None:
    number = bureaus.in_use()
    grant = Grant.objects.get(code=number)
    assert grant.purposes == ["duty"]
    assert grant.institution == str(bureaus.city.transport)
    assert {clock.state for clock in Clock.objects.filter(case_kind="case")} == {"met"}
    bureaus.take(number, "finish", bureaus.asks, effect="已核对三千条")
    grant.refresh_from_db()
    assert grant.revoked_at == bureaus.now
    assert rules_running(number) == {"POL-SHR-DISPOSE"}
    bureaus.take(number, "attest", bureaus.asks_head, disposal="deleted", disposal_declared=True)
    case = Case.objects.get(number=number)
    assert case.state == "closed"
    assert case.keep_until > bureaus.now + timedelta(days=3 * 365 - 1)
    assert rules_running(number) == set()
    assert not DeskItem.objects.filter(closed_at=None, url=f"/cases/{number}").exists()


def test_every_step_has_its_evidence_and_its_record(bureaus) -> None:
    before = Entry.objects.count()
    case = bureaus.begin().case
    bureaus.take(case.number, "consent_demand", bureaus.asks_head)
    told = selectors.taken(case)
    assert [act.verb for act in told] == ["open", "consent_demand"]
    assert len({act.receipt for act in told}) == 2
    assert Entry.objects.count() == before + 2
    assert told[0].facts["use_basis"] == "示范市道路停车条例第九条"


def test_the_agreement_is_one_document_frozen_with_its_digest(bureaus) -> None:
    number = bureaus.in_use()
    kept = Agreement.objects.get(code=number)
    terms = odrl.read(json.loads(kept.document))
    assert terms.columns == ("id_number", "amount")
    assert terms.assignee == str(bureaus.city.transport)
    assert odrl.digest(json.loads(kept.document)) == kept.digest
    assert kept.entry_version == 1


def test_unconditional_data_have_one_working_day_and_cannot_be_refused(bureaus) -> None:
    head = bureaus.gives_head
    number = bureaus.begin(bureaus.parking, by=bureaus.gives, columns=["name"]).case.number
    bureaus.take(number, "consent_demand", head)
    assert rules_running(number) == {"SHR-02"}
    provider = bureaus.asks_head
    with refused("case_step"):
        bureaus.take(number, "refuse", provider, condition="note", reason="不想")
    bureaus.take(number, "agree", provider)


def test_a_refusal_cites_a_listed_condition_that_is_not_met(bureaus) -> None:
    number = bureaus.filed()
    assert rules_running(number) == {"SHR-03"}
    for condition in (
        "purposes",
        "bodies",
        "note",
    ):  # the purpose and the kind of body are listed, another condition is not
        with refused("case_facts"):
            bureaus.take(number, "refuse", bureaus.gives_head, condition=condition, reason="不便提供")
    other = bureaus.filed(purpose="research")
    done = bureaus.take(other, "refuse", bureaus.gives_head, condition="purposes", reason="仅限履职")
    assert done.case.state == "refused"
    assert rules_running(other) == set()


def test_data_that_are_not_shared_cannot_be_asked_for(bureaus) -> None:
    with refused("share_type_three"):
        bureaus.begin(bureaus.secret)
    assert not Case.objects.exists()


def test_own_data_are_not_asked_for(bureaus) -> None:
    with refused("case_own_body"):
        bureaus.begin(by=bureaus.gives)
    assert not Case.objects.exists()


def test_one_supplement_notice_stops_the_term(bureaus) -> None:
    number = bureaus.filed()
    bureaus.take(number, "ask_supplement", bureaus.gives, missing="用途说明和保存期限")
    clock = Clock.objects.get(rule="SHR-03")
    assert clock.state == "stopped"
    bureaus.take(number, "complete", bureaus.asks, answer_to_missing="保存三年")
    clock.refresh_from_db()
    assert clock.state == "running"
    with refused("case_once"):
        bureaus.take(number, "ask_supplement", bureaus.gives, missing="还有")


def test_the_authority_extends_once_and_only_after_notice(bureaus) -> None:
    number = bureaus.filed()
    with refused("case_facts"):
        bureaus.take(number, "extend", bureaus.reviewer, days=5, reason="跨部门", notified=False)
    with refused("case_facts"):
        bureaus.take(number, "extend", bureaus.reviewer, days=11, reason="跨部门", notified=True)
    due = Clock.objects.get(rule="SHR-03").due_at
    bureaus.take(number, "extend", bureaus.reviewer, days=5, reason="跨部门", notified=True)
    assert Clock.objects.get(rule="SHR-03").due_at > due
    with refused("extension_given"):
        bureaus.take(number, "extend", bureaus.reviewer, days=1, reason="再来", notified=True)


def test_four_eyes_on_both_sides(bureaus) -> None:
    from dataclasses import replace

    case = bureaus.begin().case
    drafter_as_head = replace(bureaus.asks_head, person=bureaus.asks.person)
    with refused("same_person"):
        bureaus.take(case.number, "consent_demand", drafter_as_head)
    bureaus.take(case.number, "consent_demand", bureaus.asks_head)
    both = replace(bureaus.gives_head, person=bureaus.asks_head.person)
    with refused("same_person"):
        bureaus.take(case.number, "agree", both)


@pytest.mark.parametrize(
    ("verb", "who", "code"),
    [
        ("agree", "asks_head", "case_side"),
        ("agree", "gives", "not_your_role"),
        ("consent_demand", "asks_head", "case_step"),
        ("sign_provider", "gives_head", "case_step"),
        ("nonsense", "gives_head", "case_step"),
        ("open", "asks", "case_step"),
    ],
)
def test_acts_of_the_wrong_state_role_or_body_change_nothing(bureaus, verb, who, code) -> None:
    number = bureaus.filed()
    before = Case.objects.filter(number=number).values().get()
    count = Entry.objects.count()
    with refused(code):
        bureaus.take(number, verb, getattr(bureaus, who))
    assert Case.objects.filter(number=number).values().get() == before
    assert Entry.objects.count() == count


def test_a_stranger_does_not_learn_that_the_case_exists(bureaus) -> None:
    from tests.catalogue.city import actor, an_institution

    number = bureaus.filed()
    stranger = actor("steward", an_institution("health", "卫健委", "Health"))
    for one in (number, "GX-2026-999999"):
        with pytest.raises(Missing) as told:
            bureaus.take(one, "agree", stranger)
        assert told.value.code == "case_unknown"
        assert not told.value.details


def test_two_desks_at_once_and_a_repeated_step(bureaus) -> None:
    from kaimen.cases import services

    number = bureaus.filed()
    first = services.act(number, "agree", {"note": "好"}, by=bureaus.gives_head, now=bureaus.now, expected=2)
    again = services.act(number, "agree", {"note": "好"}, by=bureaus.gives_head, now=bureaus.now, expected=2)
    assert again.receipt == first.receipt
    with refused("case_moved"):
        services.act(number, "agree", {"note": "不一样"}, by=bureaus.gives_head, now=bureaus.now, expected=2)
    assert len(selectors.taken(first.case)) == 3


def test_suspension_rectification_and_return(bureaus) -> None:
    number = bureaus.in_use()
    bureaus.take(number, "suspend", bureaus.reviewer, reason="超范围使用")
    assert Grant.objects.get(code=number).suspended_at is not None
    bureaus.take(number, "rectify", bureaus.asks, put_right="已删除多余的表")
    bureaus.take(number, "lift", bureaus.gives_head, reason="已核实")
    assert Grant.objects.get(code=number).suspended_at is None


@pytest.mark.parametrize("verb", ["lift", "not_put_right", "terminate"])
def test_the_demand_side_does_not_judge_what_it_put_right(bureaus, verb) -> None:
    number = bureaus.in_use()
    bureaus.take(number, "suspend", bureaus.gives_head, reason="超范围使用")
    bureaus.take(number, "rectify", bureaus.asks, put_right="已改")
    with refused("case_side"):  # another person than who reported, and still the wrong body
        bureaus.take(number, verb, bureaus.asks_head, reason="好了")
    assert Grant.objects.get(code=number).suspended_at is not None


def test_the_provider_ends_only_after_its_notice(bureaus) -> None:
    number = bureaus.in_use()
    bureaus.take(number, "announce_end", bureaus.gives_head, reason="系统下线")
    with refused("notice_running"):
        bureaus.take(number, "end", bureaus.gives_head)
    bureaus.now += timedelta(days=60)
    bureaus.take(number, "end", bureaus.gives_head)
    assert Grant.objects.get(code=number).revoked_at is not None


def test_nobody_signs_for_personal_data_without_an_assessment(bureaus) -> None:
    number = bureaus.filed()
    bureaus.take(number, "agree", bureaus.gives_head)
    with pytest.raises(Refused, match="assessment_missing") as told:
        bureaus.take(number, "sign_demand", bureaus.asks_head, **PLEDGED)
    assert told.value.details["kinds"] == ["impact"]
    assert Case.objects.get(number=number).state == "agreed"
    assert not Commitment.objects.exists()
    bureaus.assessed()
    bureaus.take(number, "sign_demand", bureaus.asks_head, **PLEDGED)
    Clearance.objects.update(ended_at=bureaus.now)
    with refused("assessment_missing"):
        bureaus.take(number, "sign_provider", bureaus.gives_head)
    assert not Agreement.objects.exists()
    Clearance.objects.update(ended_at=None)
    bureaus.take(number, "sign_provider", bureaus.gives_head)
    bureaus.take(number, "go_live", bureaus.gives)
    assert Grant.objects.get(code=number).cleared == ["id_number"]


def test_a_failed_opening_of_the_gate_leaves_the_case_where_it_was(bureaus, monkeypatch) -> None:
    bureaus.assessed()
    number = bureaus.filed()
    bureaus.take(number, "agree", bureaus.gives_head)
    bureaus.take(number, "sign_demand", bureaus.asks_head, **PLEDGED)
    bureaus.take(number, "sign_provider", bureaus.gives_head)
    from kaimen.gate import services as gate

    def broken(*args: object, **more: object) -> None:
        raise Refused("no_data_yet")

    monkeypatch.setattr(gate, "try_columns", broken)
    with pytest.raises(Refused):
        bureaus.take(number, "go_live", bureaus.gives)
    assert Case.objects.get(number=number).state == "provisioning"
    assert not Grant.objects.filter(code=number).exists()


def test_columns_are_those_of_the_entry(bureaus) -> None:
    with pytest.raises(Invalid) as told:
        bureaus.begin(columns=["nothing"])
    assert told.value.details == {"fields": ["columns"], "faults": ["not_a_column"]}


def test_a_draft_is_the_demand_sides_alone_until_it_is_filed(bureaus) -> None:
    number, dropped = bureaus.begin().case.number, bureaus.begin().case.number
    bureaus.take(dropped, "drop", bureaus.asks, reason="不需要了")
    auditor = actor("auditor", bureaus.city.authority)
    for by in (bureaus.gives, bureaus.gives_head, bureaus.reviewer, auditor):
        for one in (number, dropped):
            with refused("case_unknown"):
                selectors.case_for(by, one)
            with refused("case_unknown"):
                bureaus.take(one, "agree", by)
        assert selectors.cases(by).total == 0
    assert selectors.cases(bureaus.asks_head).total == 2
    bureaus.take(number, "consent_demand", bureaus.asks_head)
    for by in (bureaus.gives, bureaus.reviewer, auditor):
        assert [case.number for case in selectors.cases(by).cases] == [number]


def test_the_way_of_sharing_is_one_that_the_entry_lists(bureaus) -> None:
    with pytest.raises(Invalid) as told:
        bureaus.begin(share_method="batch")
    assert told.value.details == {"fields": ["share_method"], "faults": ["not_a_share_method"]}
    number = bureaus.begin(share_method="file").case.number
    bureaus.take(number, "return_demand", bureaus.asks_head, reason="改")
    given = {name: value for name, value in ASKED.items() if name != "dataset"} | {"share_method": "proxy"}
    with refused("case_facts"):
        bureaus.take(number, "amend", bureaus.asks, **given)


# ---- beside what the demand side holds already -----------------------------------------------------------------------------------
def held_already(bureaus, *columns: str, code: str = "AG-1") -> None:
    """The transport commission sees these columns of persons under an earlier grant."""
    assess(
        bureaus.allowances, purposes=["duty"], institution=bureaus.asks.institution, columns=list(columns),
        now=bureaus.now, until=bureaus.now + timedelta(days=2000), code=f"PG-{code}",
    )  # fmt: skip
    form = GrantForm(
        code=code, dataset=catalogue.published(bureaus.allowances).id, purposes=("duty",), not_before=bureaus.now,
        not_after=bureaus.now + timedelta(days=90), institution=bureaus.asks.institution,
        duties=GrantForm.duties_of(columns=columns), basis_zh="条例", basis_en="statute",
    )  # fmt: skip
    gate.grant(form, by=bureaus.gives, now=bureaus.now)


def test_a_second_view_is_refused_when_it_is_filed_and_when_it_is_agreed(bureaus) -> None:
    waiting = bureaus.filed()
    bureaus.assessed()
    draft = bureaus.begin().case.number
    held_already(bureaus, "name", "amount")
    with pytest.raises(Refused) as told:
        bureaus.take(draft, "consent_demand", bureaus.asks_head)
    assert (told.value.code, told.value.details["grant"]) == ("second_view", "AG-1")
    with refused("second_view"):
        bureaus.take(waiting, "agree", bureaus.gives_head)
    gate.revoke("AG-1", reason="合成一份", by=bureaus.gives, now=bureaus.now)
    bureaus.take(waiting, "agree", bureaus.gives_head)
    assert Case.objects.get(number=waiting).state == "agreed"


def test_a_second_view_that_began_meanwhile_is_refused_at_the_signature(bureaus) -> None:
    number = bureaus.agreed()
    bureaus.take(number, "sign_demand", bureaus.asks_head, **PLEDGED)
    held_already(bureaus, "name", "amount")
    with refused("second_view"):
        bureaus.take(number, "sign_provider", bureaus.gives_head)


def desks_of(number: str) -> dict[tuple[str, str], bool]:
    """Where a case lies, by body and role, and whether with a day."""
    lying = DeskItem.objects.filter(closed_at=None, url=f"/cases/{number}")
    return {(one.institution, one.role): one.due is not None for one in lying}


def test_each_side_has_its_term_to_sign_on_its_own_desk(bureaus) -> None:
    number = bureaus.agreed()
    demand, provider = ((str(bureaus.city.transport), "office_head"), (str(bureaus.city.civil), "office_head"))
    assert desks_of(number)[demand] is True
    assert provider not in desks_of(number)
    bureaus.now += timedelta(days=30)
    bureaus.take(number, "sign_demand", bureaus.asks_head, **PLEDGED)
    assert desks_of(number)[provider] is True
    assert demand not in desks_of(number)
    clocks = Clock.objects.filter(rule="POL-SHR-SIGN").order_by("pk")
    assert list(clocks.values_list("institution", "state")) == [(demand[0], "met_late"), (provider[0], "running")]


@pytest.mark.parametrize("side", ["asks_head", "gives_head"])
@pytest.mark.parametrize("signed", [False, True])
def test_before_the_gate_is_opened_either_side_may_give_it_up_and_its_terms_end(bureaus, side, signed) -> None:
    number = bureaus.agreed()
    bureaus.take(number, "sign_demand", bureaus.asks_head, **PLEDGED)
    if signed:
        bureaus.take(number, "sign_provider", bureaus.gives_head)
    with refused("case_facts"):
        bureaus.take(number, "give_up", getattr(bureaus, side))
    bureaus.take(number, "give_up", getattr(bureaus, side), reason="改用别的数据")
    assert Case.objects.get(number=number).state == "given_up"
    assert rules_running(number) == set()
    assert Commitment.objects.get(code=number).ended_at == bureaus.now
    assert not Grant.objects.filter(code=number).exists()
    with refused("case_step"):
        bureaus.take(number, "go_live", bureaus.gives)


@pytest.mark.parametrize(("slug", "role", "offered"), [
    ("transport", "steward", True), ("transport", "office_head", False), ("civil-affairs", "steward", False),
])  # fmt: skip
def test_the_page_of_the_data_leads_an_officer_of_another_body_to_a_request(bureaus, slug, role, offered) -> None:
    held = officer(role, Institution.objects.get(slug=slug))
    page = signed_in(held.account, hat=held.appointment).get(f"/en/data/{bureaus.allowances}").content.decode()
    link = f"/en/cases/new/sharing_request?dataset={bureaus.allowances}"
    assert (link in page, "Ask for sharing" in page) == (offered, offered)
    assert "Shared between bodies by</dt><dd>Service interface, File download, Query inside the platform" in page
