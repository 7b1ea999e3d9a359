"""Listing: what may be sold, who reviews what, and what stands on the market."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kaimen.accounts.models import Institution
from kaimen.cases import pages as case_pages
from kaimen.cases import selectors as case_selectors
from kaimen.cases import services as cases
from kaimen.cases.models import Case
from kaimen.core.errors import Missing
from kaimen.evidence.models import Entry
from kaimen.trading import selectors, services
from kaimen.trading.models import MOST_PARTNER_BP, Asset, Product
from tests.catalogue.city import ALLOWANCES, PARKING, name_everybody, published
from tests.trading.market import LAWFUL_CHECKS, SOURCE_CHECKS, refused

pytestmark = pytest.mark.django_db


def test_two_people_review_and_then_it_is_on_the_market(open_market) -> None:
    market = open_market
    number = market.filed(market.seller)
    with refused("case_step"):
        market.take(number, "pass_lawful", market.colleague, lawful_checks=LAWFUL_CHECKS, evidence="x")
    market.take(number, "pass_source", market.staff, source_checks=SOURCE_CHECKS, evidence="x")
    with refused("same_person"):
        market.take(number, "pass_lawful", market.staff, lawful_checks=LAWFUL_CHECKS, evidence="x")
    market.take(number, "pass_lawful", market.colleague, lawful_checks=LAWFUL_CHECKS, evidence="x")
    assert not selectors.products()
    market.take(number, "list", market.seller.trader)
    product = selectors.product(number.lower())
    assert (product.fen, product.version, product.fingerprint) == (1_200_050, 1, "b" * 64)
    assert product.source_until == date(2027, 11, 23)
    assert [one.code for one in selectors.products()] == [number]


def test_each_reviewer_s_evidence_stands_with_their_own_step(open_market) -> None:
    market = open_market
    number = market.reviewed(market.seller)
    name_everybody()
    page = case_pages.case_page(Case.objects.get(number=number), market.staff, key=None, at=market.now)
    lawful, source, _filed = page["steps"]
    assert source.answers == [("审查依据", "采集说明")]
    assert lawful.answers == [], "what the contents of the case show is not said twice"
    assert "分级表" in [fact["value"] for fact in page["facts"]]


@pytest.mark.parametrize("percent", [71, 90])
def test_a_share_that_could_not_be_settled_is_refused_when_it_is_filed(open_market, percent) -> None:
    with pytest.raises(Exception, match=r"case_facts.*too_large"):
        open_market.filed(open_market.seller, partner="civil-affairs", partner_percent=percent)
    assert not Case.objects.filter(workflow="product_listing").exists()
    code = open_market.listed(partner="civil-affairs", partner_percent=70)
    assert open_market.product(code).partner_bp == MOST_PARTNER_BP


def test_the_form_asks_for_no_more_than_the_register_holds() -> None:
    assert case_selectors.workflow("product_listing").fields["partner_percent"].most * 100 == MOST_PARTNER_BP


def test_without_admission_nothing_is_listed(market) -> None:
    with refused("identity_unverified"):
        market.filed(market.seller)
    assert not Product.objects.exists()


def test_what_is_offered_is_the_sellers_own_registered_asset(open_market) -> None:
    market = open_market
    theirs = market.asset(market.seller)
    for code in ("DA-2026-999999", ""):
        with refused("case_facts"):
            market.filed(market.seller, asset=code)
    with refused("case_facts"):
        market.filed(market.buyer, asset=theirs)
    Institution.objects.filter(pk=market.buyer.body).update(body_kind="public_institution")  # reads entries of others
    with refused("product_not_yours"):
        market.filed(market.buyer, asset=market.asset(market.buyer))
    Asset.objects.filter(code=theirs).update(valid_until=date(2026, 11, 22))
    with refused("case_facts"):
        market.filed(market.seller, asset=theirs)


def test_open_data_and_data_of_persons_are_not_sold(open_market) -> None:
    market, seller = open_market, open_market.seller
    steward = seller.steward
    parking = published(market.city, PARKING, steward=steward, head=seller.head)
    with refused("product_open_already"):
        market.filed(seller, dataset=parking, columns=["name"])
    persons = replace(ALLOWANCES, share_conditions=replace(ALLOWANCES.share_conditions, bodies=("public_utility",)))
    allowances = published(market.city, persons, steward=steward, head=seller.head)
    for columns in (["name"], ["id_number", "amount"]):
        with pytest.raises(Exception, match="not_tradable"):
            market.filed(seller, dataset=allowances, columns=columns)
    assert not Case.objects.filter(workflow="product_listing").exists()


@pytest.mark.parametrize(("field", "checks"), [("source_checks", SOURCE_CHECKS), ("lawful_checks", LAWFUL_CHECKS)])
def test_a_check_that_does_not_hold_stops_the_review(open_market, field, checks) -> None:
    market = open_market
    number = market.filed(market.seller)
    verb = "pass_source"
    if field == "lawful_checks":
        market.take(number, "pass_source", market.staff, source_checks=SOURCE_CHECKS, evidence="x")
        verb = "pass_lawful"
    before = Case.objects.get(number=number).state
    with pytest.raises(Exception, match="all_needed"):
        market.take(number, verb, market.colleague, **{field: checks[1:], "evidence": "x"})
    assert Case.objects.get(number=number).state == before


def test_a_drafter_with_a_second_hat_reviews_nothing_of_it(open_market) -> None:
    market = open_market
    number = market.filed(market.seller)
    both = replace(market.staff, person=market.seller.steward.person)
    told = {
        "pass_source": {"source_checks": SOURCE_CHECKS, "evidence": "x"},
        "send_back": {"fault": "source", "reason": "x"},
        "refuse": {"fault": "source", "reason": "x"},
    }
    count = Entry.objects.count()
    for verb, facts in told.items():
        with refused("same_person"):
            market.take(number, verb, both, **facts)
    assert Entry.objects.count() == count and Case.objects.get(number=number).state == "filed"


def test_sent_back_mended_and_reviewed_again(open_market) -> None:
    market = open_market
    number = market.filed(market.seller)
    market.take(number, "send_back", market.staff, fault="limits", reason="写清楚")
    facts = {"title": "新名", "summary": "s", "columns": ["month"], "uses": ["statistics"], "source": "collected",
             "source_statement": "x", "right_relied_on": "x", "restrictions": "x", "price": "0", "truthful": True}  # fmt: skip
    with refused("case_side"):
        market.take(number, "amend", replace(market.seller.trader, institution=market.exchange), **facts)
    market.take(number, "amend", market.seller.steward, **facts)
    market.take(number, "pass_source", market.staff, source_checks=SOURCE_CHECKS, evidence="x")
    market.take(number, "pass_lawful", market.colleague, lawful_checks=LAWFUL_CHECKS, evidence="x")
    market.take(number, "list", market.seller.trader)
    assert (market.product(number).fen, market.product(number).columns) == (0, ["month"])


def test_between_review_and_listing_everything_must_still_stand(open_market) -> None:
    market = open_market
    number = market.reviewed(market.seller)
    market.now += timedelta(days=366)
    with refused("identity_unverified"):
        market.take(number, "list", market.seller.trader)
    market.now -= timedelta(days=366)
    Asset.objects.update(state="cancelled")
    with refused("asset_not_valid"):
        market.take(number, "list", market.seller.trader)
    Asset.objects.update(state="valid")
    services.switch_off(reason="许可到期", by=market.city.reviewer, now=market.now)
    with refused("trading_off"):
        market.take(number, "list", market.seller.trader)
    assert not Product.objects.exists()


def test_a_new_price_is_a_new_version_and_a_suspended_product_is_not_shown(open_market) -> None:
    market = open_market
    number = market.listed()
    market.take(number, "reprice", market.seller.trader, price="15000")
    assert (market.product(number).fen, market.product(number).version) == (1_500_000, 2)
    for price in ("-1", "1.234", "abc", "1e20"):
        with refused("case_facts"):
            market.take(number, "reprice", market.seller.trader, price=price)
    market.take(number, "suspend", market.staff, reason="投诉")
    assert not selectors.products()
    with refused("same_person"):
        market.take(number, "lift", market.staff, reason="好了")
    market.take(number, "lift", market.colleague, reason="好了")
    market.take(number, "delist", market.seller.trader, reason="停止")
    with refused("case_step"):
        market.take(number, "delist", market.seller.trader, reason="停止")
    with refused("product_not_offered"):
        selectors.product_on_offer(number)


def test_the_source_is_reviewed_again_before_its_year_is_over(open_market) -> None:
    market = open_market
    number = market.listed()
    market.now += timedelta(days=300)
    market.take(number, "review_again", market.staff, source_checks=SOURCE_CHECKS, evidence="x")
    assert market.product(number).source_until > date(2028, 9, 1)


def test_somebody_who_shares_is_named_with_a_part(open_market) -> None:
    market = open_market
    for told in ({"partner": "civil-affairs"}, {"partner_percent": 10}, {"partner": "water", "partner_percent": 10}):
        with refused("case_facts"):
            market.filed(market.seller, **told)
    product = market.product(market.listed(partner="civil-affairs", partner_percent=20))
    assert (product.partner, product.partner_bp) == (str(market.city.civil), 2000)


def test_two_desks_at_once(open_market) -> None:
    market = open_market
    number = market.filed(market.seller)
    told = {"source_checks": SOURCE_CHECKS, "evidence": "x"}
    first = cases.act(number, "pass_source", told, by=market.staff, now=market.now, expected=1)
    again = cases.act(number, "pass_source", told, by=market.staff, now=market.now, expected=1)
    assert first.receipt == again.receipt
    with refused("case_moved"):
        cases.act(number, "pass_source", told, by=market.colleague, now=market.now, expected=1)


def test_while_trading_is_off_no_product_is_known(open_market) -> None:
    number = open_market.listed()
    services.switch_off(reason="x", by=open_market.city.reviewer, now=open_market.now)
    assert not selectors.products()
    with pytest.raises(Missing):
        selectors.product(number)


def test_who_reviews_has_no_share_in_it(open_market) -> None:
    for partner in ("exchange", "data-authority"):
        with refused("case_facts") as told:
            open_market.filed(open_market.seller, partner=partner, partner_percent=10)
        assert told.value.details["faults"] == ["not_the_exchange"]
