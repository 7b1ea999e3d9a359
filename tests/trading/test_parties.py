"""Admission of a party: who checks, who admits, what stays of it, when it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kaimen.accounts.models import Institution
from kaimen.cases.models import Case, Sealed
from kaimen.core.errors import Missing
from kaimen.evidence.models import Entry
from kaimen.office.models import DeskItem
from kaimen.trading import selectors, services
from kaimen.trading.models import TradeParty
from tests.accounts.people import officer, signed_in
from tests.catalogue.city import actor, an_institution
from tests.trading.market import IDENTITY, PARTY_CHECKS, a_market, refused

pytestmark = pytest.mark.django_db


def test_nobody_applies_while_trading_is_off(db, home) -> None:
    market = a_market(on=False, data=False)
    with refused("trading_off"):
        market.applied(market.seller)
    assert not TradeParty.objects.exists()
    assert not Case.objects.filter(workflow="trade_party").exists()


def test_one_checks_another_admits_for_twelve_months(market) -> None:
    number = market.applied(market.seller)
    assert DeskItem.objects.filter(closed_at=None, url=f"/cases/{number}", institution=str(market.exchange)).exists()
    market.take(number, "check_identity", market.staff, checks=PARTY_CHECKS, evidence="原件")
    with refused("same_person"):
        market.take(number, "qualify", market.staff)
    market.take(number, "qualify", market.colleague)
    held = selectors.party(str(market.seller.body))
    assert (held.state, held.valid_until) == ("qualified", date(2027, 11, 23))
    assert Case.objects.get(number=number).facts["valid_until"] == "2027-11-23"


def test_staff_who_trade_for_the_party_judge_nothing_of_it(market) -> None:
    """The same person in a second role: refused, whatever hat is on."""
    number = market.applied(market.seller)
    second_hat = replace(market.staff, person=market.seller.trader.person)
    for verb, told in (
        ("check_identity", {"checks": PARTY_CHECKS, "evidence": "原件"}),
        ("reject", {"reject_reason": "identity", "reason": "不实"}),
    ):
        with refused("same_person"):
            market.take(number, verb, second_hat, **told)
    market.take(number, "check_identity", market.staff, checks=PARTY_CHECKS, evidence="原件")
    with refused("same_person"):
        market.take(number, "qualify", second_hat)
    assert selectors.party(str(market.seller.body)).state == "applied"


@pytest.mark.parametrize("missing", PARTY_CHECKS)
def test_every_check_is_needed(market, missing) -> None:
    number = market.applied(market.seller)
    with pytest.raises(Exception, match="all_needed"):
        market.take(
            number, "check_identity", market.staff, checks=[one for one in PARTY_CHECKS if one != missing], evidence="x"
        )
    assert Case.objects.get(number=number).state == "submitted"


def test_the_code_is_the_one_under_which_the_body_is_registered(market) -> None:
    for wrong in (market.buyer.uscc, "911199993000900", "9" * 18):
        with pytest.raises(Exception, match="not_the_registered_code"):
            market.applied(market.seller, uscc=wrong)
    Institution.objects.filter(pk=market.seller.body).update(uscc=None)
    with pytest.raises(Exception, match="not_the_registered_code"):
        market.applied(market.seller)
    assert not TradeParty.objects.exists()


@pytest.mark.parametrize("owners", ["李四", "李四,", ",110101", "李四,11010119900101\n王五"])
def test_those_in_control_are_told_with_a_number(market, owners) -> None:
    with pytest.raises(Exception, match="not_owners"):
        market.applied(market.seller, owners=owners)


def test_owners_are_kept_so_that_they_compare_and_nobody_reads_them(market) -> None:
    number = market.applied(market.seller, owners="李 四，1101011990x\n王五, 22020219900202")
    market.applied(market.buyer, owners="李四,1101011990X")
    seller, buyer = (selectors.party(str(one.body)) for one in (market.seller, market.buyer))
    assert len(set(seller.owner_keys) & set(buyer.owner_keys)) == 1
    case = Case.objects.get(number=number)
    assert "李" not in str(case.facts["owners"]) and "6222" not in str(case.facts)
    assert Sealed.objects.filter(case=case).count() == 2
    market.take(number, "reject", market.staff, reject_reason="identity", reason="不实")
    assert not Sealed.objects.filter(case=case).exists()


def test_a_body_applies_once_at_a_time_and_again_after_its_end(market) -> None:
    number = market.applied(market.seller)
    with refused("party_exists"):
        market.applied(market.seller)
    market.take(number, "withdraw", market.seller.second, reason="材料有误")
    assert market.applied(market.seller) != number


@pytest.mark.parametrize(
    ("verb", "who", "code"),
    [
        ("qualify", "colleague", "case_step"),
        ("check_identity", "trader", "not_your_role"),
        ("check_identity", "outsider", "case_unknown"),
        ("withdraw", "staff", "not_your_role"),
        ("open", "trader", "case_step"),
        ("expire", "staff", "not_your_role"),
    ],
)
def test_steps_of_the_wrong_state_role_or_body_change_nothing(market, verb, who, code) -> None:
    number = market.applied(market.seller)
    people = {
        "trader": market.seller.trader,
        "staff": market.staff,
        "colleague": market.colleague,
        "outsider": actor("exchange_staff", an_institution("other", "别的机构", "Other", kind="enterprise")),
    }
    before, count = Case.objects.filter(number=number).values().get(), Entry.objects.count()
    with refused(code):
        market.take(number, verb, people[who])
    assert Case.objects.filter(number=number).values().get() == before
    assert Entry.objects.count() == count


def test_a_barred_body_does_not_come_back(market) -> None:
    number = market.admitted(market.seller)
    market.take(number, "suspend", market.staff, reason="被执行人")
    with refused("identity_unverified"):
        selectors.admitted(str(market.seller.body), date(2026, 11, 23), side="seller")
    with refused("same_person"):
        market.take(number, "bar", market.staff, reason="失信")
    market.take(number, "bar", market.colleague, reason="失信")
    with refused("party_barred"):
        market.applied(market.seller)


def test_an_admission_expires_after_its_day_and_not_before(market) -> None:
    number = market.admitted(market.seller)
    market.now += timedelta(days=365)
    selectors.admitted(str(market.seller.body), date(2027, 11, 23), side="seller")
    assert services.sweep(now=market.now) == 0
    market.now += timedelta(days=1)
    with refused("identity_unverified"):
        selectors.admitted(str(market.seller.body), date(2027, 11, 24), side="seller")
    assert services.sweep(now=market.now) == 1
    assert Case.objects.get(number=number).state == "expired"
    assert selectors.party(str(market.seller.body)).state == "ended"


def test_a_new_check_before_the_end_carries_the_admission_on(market) -> None:
    number = market.admitted(market.seller)
    first = selectors.party(str(market.seller.body)).qualified_at
    market.now += timedelta(days=350)
    told = {"uscc": market.seller.uscc, "owners": "国资委,11000000", "representative": "张三", "licence_no": "L2",
            "agent_authority": "x", "bank_account": "6222", "truthful": True}  # fmt: skip
    market.take(number, "ask_recheck", market.seller.trader, **told)
    selectors.admitted(str(market.seller.body), date(2027, 11, 8), side="seller")  # stands while it is checked anew
    market.take(number, "check_identity", market.colleague, checks=PARTY_CHECKS, evidence="原件")
    third = actor("exchange_staff", market.exchange)
    market.take(number, "qualify", third)
    held = selectors.party(str(market.seller.body))
    assert held.valid_until == date(2028, 11, 8) and held.qualified_at == first


def test_what_is_sealed_is_offered_open_and_its_token_is_no_answer(market) -> None:
    number = market.admitted(market.seller)
    case = Case.objects.get(number=number)
    token = case.facts["bank_account"]
    assert token.startswith("sealed:")
    trader = officer("trader", Institution.objects.get(pk=market.seller.body))
    page = signed_in(trader.account, hat=trader.appointment).get(f"/cases/{number}/do/ask_recheck").content.decode()
    assert "6222 0000 0000" in page
    assert "sealed:" not in page
    told = IDENTITY | {"uscc": market.seller.uscc, "owners": "国资委,11000000"}
    for name in ("bank_account", "owners", "representative"):
        with pytest.raises(Exception, match=r"case_facts.*sealed_token"):
            market.take(number, "ask_recheck", market.seller.trader, **(told | {name: token}))
    assert Case.objects.get(number=number).state == "qualified"


def test_a_stranger_does_not_learn_of_an_application(market) -> None:
    number = market.applied(market.seller)
    with pytest.raises(Missing):
        market.take(number, "withdraw", market.buyer.trader, reason="x")
