"""The switch of the exchange, and a data asset from application to certificate, renewal and expiry."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from kaimen.cases import pages as case_pages
from kaimen.cases import selectors as case_selectors
from kaimen.cases import services as cases
from kaimen.cases.hooks import papers_of
from kaimen.cases.models import Case
from kaimen.core.errors import KaimenError
from kaimen.core.policy.party import ANYBODY
from kaimen.core.tlog.encoding import unb64url
from kaimen.evidence.models import Entry
from kaimen.office import selectors as office_selectors
from kaimen.office import services as office
from kaimen.office.models import Clock
from kaimen.trading import selectors, services
from kaimen.trading.models import Asset, Operator
from kaimen.web.templatetags.kaimen import full_day
from tests.catalogue.city import NOW, a_city, actor
from tests.trading.market import an_exchange, name_operator

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=21)
GIVEN = {
    "title": "轨道站点客流",
    "content": "每站每刻钟一个值",
    "fingerprint": "a" * 64,
    "source": "collected",
    "source_statement": "闸机采集",
    "rights": ["hold", "operate"],
    "operation_since": "2026-11-16",
}


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


@pytest.fixture
def city(db, home):
    return a_city()


def take(city, number, verb, *, by=None, now=NOW, **facts):
    return cases.act(number, verb, facts, by=by or city.reviewer, now=now).case


def noticed(city, **facts) -> str:
    number = cases.begin("asset_registration", GIVEN | facts, by=city.steward, now=NOW).case.number
    take(city, number, "apply", by=city.steward, declared=True)
    take(city, number, "accept")
    take(city, number, "begin_review")
    take(city, number, "pass_review", checked_form=True)
    return number


def registered(city, **facts) -> str:
    number = noticed(city, **facts)
    take(city, number, "give_code", now=LATER, code_from="here")
    take(city, number, "enter", by=actor("authority_reviewer", city.authority), now=LATER)
    return number


def test_trading_is_off_until_two_officers_have_named_a_lawful_operator(city) -> None:
    an_exchange(NOW)
    second = actor("authority_reviewer", city.authority)
    whole = {
        "institution": "exchange", "licence": "许可 1", "rules_version": "2026-1", "fee_bp": 300, "production": True, "reason": "批复",
    }  # fmt: skip

    def proposed(by=city.reviewer, **facts) -> str:
        return cases.begin("exchange_operator", whole | facts, by=by, now=NOW).case.number

    for wrong in (city.steward, actor("authority_reviewer", city.transport), city.citizen):
        with refused("not_your_role|case_side"):
            proposed(wrong)
    for missing in whole:
        with refused("case_facts"):
            proposed(**{missing: None})
    for name, wrong, fault in (
        ("institution", "nobody", "institution_unknown"), ("institution", "transport", "no_exchange_staff"),
        ("fee_bp", 3001, "too_large"), ("fee_bp", -1, "too_small"),
    ):  # fmt: skip
        with pytest.raises(KaimenError, match=fault):
            proposed(**{name: wrong})
    number = proposed()
    with refused("same_person"):
        cases.act(number, "approve", {}, by=city.reviewer, now=NOW)
    assert selectors.operator() is None
    assert not Operator.objects.exists()
    cases.act(number, "send_back", {"note": "许可号不全"}, by=second, now=NOW)
    cases.act(number, "amend", whole | {"licence": "许可 1-2"}, by=city.reviewer, now=NOW)
    cases.act(number, "approve", {}, by=second, now=NOW)
    held = selectors.operator()
    assert (held.licence, held.fee_bp, held.production, held.person) == ("许可 1-2", 300, True, str(second.person))
    assert Entry.objects.filter(entry=unb64url(held.receipt)).exists()


def test_one_officer_switches_trading_off_and_says_why(city) -> None:
    an_exchange(NOW)
    name_operator(city, NOW)
    with refused("not_your_role"):
        services.switch_off(reason="x", by=city.steward, now=NOW)
    with refused("reason_needed"):
        services.switch_off(reason=" ", by=city.reviewer, now=NOW)
    assert selectors.operator() is not None
    services.switch_off(reason="许可到期", by=city.reviewer, now=NOW)
    assert selectors.operator() is None


def test_the_page_says_plainly_that_trading_is_off(city) -> None:
    assert "Trading is off" in Client().get("/en/exchange").content.decode()
    assert "交易未开启" in Client().get("/exchange").content.decode()


def test_the_whole_way_to_the_certificate(city) -> None:
    number = registered(city)
    asset = Asset.objects.get(number=number)
    assert asset.code == "DA-2026-000001" and asset.state == "valid"
    assert asset.valid_until == date(2029, 12, 14)
    assert {(one.rule, one.state) for one in Clock.objects.filter(case_kind="case")} == {
        ("REG-04", "met"),
        ("REG-05", "over"),
    }
    assert [url for _, url in papers_of(Case.objects.get(number=number))] == [f"/exchange/assets/{asset.code}"]
    for prefix in ("", "/en"):
        page = Client().get(f"{prefix}/exchange/assets/{asset.code}").content.decode()
        assert asset.code in page and asset.fingerprint in page
        assert "ownership" not in page.lower() and "所有权" not in page


def test_the_first_application_knows_its_term(city) -> None:
    for since, in_time in (("2026-11-16", True), ("2026-09-01", False)):
        number = cases.begin(
            "asset_registration", GIVEN | {"operation_since": since}, by=city.steward, now=NOW
        ).case.number
        assert take(city, number, "apply", by=city.steward, declared=True).facts["applied_in_time"] is in_time


def test_no_code_before_the_notice_has_run(city) -> None:
    number = noticed(city)
    with refused("public_notice_running"):
        take(city, number, "give_code", code_from="here")
    assert not Asset.objects.exists() and Case.objects.get(number=number).state == "public_notice"


def test_the_notice_is_waited_out_and_then_lies_on_one_desk(city) -> None:
    number = noticed(city)
    case, reviewer = Case.objects.get(number=number), city.reviewer
    desk = {"institution": str(reviewer.institution), "role": str(reviewer.role), "person": str(reviewer.person)}
    end = Clock.objects.get(rule="REG-05").due_at
    flow = case_selectors.workflow(case.workflow)
    assert case_pages.until(case, flow, case_selectors.clocks(case), NOW) == full_day(end)
    assert not office_selectors.desk(**desk)
    office.tick(LATER)
    assert [one.url for one in office_selectors.desk(**desk)] == [f"/cases/{number}"]
    assert not case_selectors.late(LATER)
    assert case_pages.until(case, flow, case_selectors.clocks(case), LATER) == ""
    services.object_to(number, name="李四", contact="010", text="不实", by=city.citizen, now=LATER)
    assert [one.url for one in office_selectors.desk(**desk)] == [f"/cases/{number}"], "once, whatever happens then"
    take(city, number, "resolve", answer_to_objection="已核实", now=LATER)
    take(city, number, "give_code", now=LATER, code_from="here")
    clock = Clock.objects.get(rule="REG-05")
    assert (clock.state, clock.ended_at) == ("over", end)


def test_an_objection_carries_a_name_and_holds_the_code(city) -> None:
    number = noticed(city)
    assert number in Client().get("/exchange/notices").content.decode()
    with refused("case_facts"):
        services.object_to(number, name="", contact="x", text="不实", by=city.citizen, now=NOW)
    with refused("sign_in_needed"):
        services.object_to(number, name="李四", contact="010", text="不实", by=ANYBODY, now=NOW)
    done = services.object_to(number, name="李四", contact="010-5555", text="不实", by=city.citizen, now=NOW)
    theirs = done.case.number
    assert Case.objects.get(number=number).facts["objector"] == "李四"
    assert "010-5555" not in str(Case.objects.get(number=number).facts)
    assert [one.number for one in case_selectors.cases(city.citizen).cases] == [theirs]
    for by in (city.steward, actor("trader", city.transport)):  # the registrant
        with refused("case_unknown"):
            case_selectors.case_for(by, theirs)
    assert case_selectors.case_for(city.reviewer, theirs).facts["contact"] == "010-5555"
    with refused("case_step"):
        take(city, number, "give_code", now=LATER, code_from="here")
    assert "李四" not in Client().get("/exchange/notices").content.decode()
    take(city, number, "resolve", answer_to_objection="已核实")
    told = case_selectors.case_for(city.citizen, theirs)
    assert (told.state, told.facts["result"], told.facts["answer"]) == ("answered", "goes_on", "已核实")
    assert take(city, number, "give_code", now=LATER, code_from="here").state == "coded"


def test_the_certificate_says_what_the_law_asks_and_names_who_registered_the_same(city) -> None:
    first = Asset.objects.get(number=registered(city))
    second = Asset.objects.get(number=registered(city))
    page = Client().get(f"/en/exchange/assets/{second.code}").content.decode()
    for words in (
        GIVEN["content"],
        GIVEN["source_statement"],
        "Collected by ourselves",
        "To hold the resource",
        "In public notice since",
    ):
        assert words in page
    assert page.count("/log/") >= 3
    assert f"/exchange/assets/{first.code}" in page
    assert Case.objects.get(number=second.number).facts["alike"] == first.code
    assert Case.objects.get(number=first.number).facts["alike"] is None


def test_a_code_of_the_platform_above_is_kept_and_used_once(city) -> None:
    for code, told in (("", "case_facts"), ("BJ-2026-77", "")):
        number = noticed(city)
        outer = {"code_from": "outer"} | ({"outer_code": code} if code else {})
        if told:
            with refused(told):
                take(city, number, "give_code", now=LATER, **outer)
        else:
            take(city, number, "give_code", now=LATER, **outer)
    assert Asset.objects.get().outer
    with refused("asset_code_taken"):
        take(city, noticed(city), "give_code", now=LATER, code_from="outer", outer_code="BJ-2026-77")


def test_who_gives_the_code_does_not_enter_it(city) -> None:
    number = noticed(city)
    take(city, number, "give_code", now=LATER, code_from="here")
    with refused("same_person"):
        take(city, number, "enter", now=LATER)
    assert Client().get("/exchange/assets/DA-2026-000001").status_code == 404


@pytest.mark.parametrize("verb", ["accept", "not_accept", "enter", "renew"])
def test_a_step_of_the_authority_is_nobody_elses(city, verb) -> None:
    number = noticed(city)
    with pytest.raises(KaimenError):
        take(city, number, verb, by=city.steward)
    assert Case.objects.get(number=number).state == "public_notice"


def test_a_shorter_agreement_ends_the_registration_and_it_expires(city) -> None:
    number = registered(city, agreement_until="2027-03-01")
    asset = Asset.objects.get(number=number)
    assert asset.valid_until == date(2027, 3, 1)
    with refused("renewal_window"):
        take(city, number, "ask_renewal", by=city.steward, now=LATER, declared=True)
    with refused("asset_still_valid"):
        take(city, number, "expire", now=LATER)
    assert services.sweep(now=LATER) == 0
    assert services.sweep(now=LATER + timedelta(days=90)) == 1
    asset.refresh_from_db()
    assert asset.state == "expired" and Case.objects.get(number=number).state == "expired"


def test_change_and_renewal_make_new_versions(city) -> None:
    number = registered(city, agreement_until="2027-02-01")
    take(city, number, "ask_change", by=city.steward, now=LATER, change_kind="change", new_title="新名", reason="改名")
    take(city, number, "grant_change", now=LATER, checked_form=True)
    take(city, number, "ask_renewal", by=city.steward, now=LATER, declared=True)
    take(city, number, "renew", now=LATER, checked_form=True)
    asset = Asset.objects.get(number=number)
    assert (asset.title, asset.version, asset.valid_until) == ("新名", 3, date(2030, 2, 1))
    take(city, number, "cancel", by=city.steward, now=LATER, reason="停用")
    asset.refresh_from_db()
    assert asset.state == "cancelled"
