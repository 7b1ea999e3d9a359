"""A small market: an exchange with two of its staff, a water company that sells, an airport that buys, and short ways to act."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from demo.identity import credit_code
from kaimen.accounts import services as accounts
from kaimen.accounts.models import Institution
from kaimen.cases import services as cases
from kaimen.cases.models import Case
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import KaimenError
from kaimen.core.metadata.entry import Body, Text, Visibility
from kaimen.core.policy.party import Actor, InstitutionId, Via
from kaimen.trading.models import Order, Product
from tests.catalogue.city import NOW, PARKING, City, a_city, a_person, actor, an_institution, an_item, published
from tests.opening.town import load

USE: Body = replace(
    PARKING,
    title=Text(zh="社区用水量", en="Water use by community"),
    description=Text(zh="每个社区每个月用了多少水、有多少户装表，只到社区，不到楼，也不到户。", en="Water used in each community each month, never of one home."),
    items=(
        an_item("month", "月份", "Month"),
        an_item("community", "社区", "Community"),
        an_item("cubic_metres", "用水量", "Water used", data_type="I", level=2),
    ),
    level=2,
    share_type=2,
    share_conditions=replace(PARKING.share_conditions, bodies=("public_utility",), purposes=("research", "statistics")),
    open_type=3,
    licence="",
    visibility=Visibility.GOVERNMENT,
    keywords_zh=("用水", "社区"),
    keywords_en=("water",),
)  # fmt: skip
ROWS = "month,community,cubic_metres\n2026-09,C1,1200\n2026-10,C1,1300\n2026-10,C2,800\n"
IDENTITY = {
    "representative": "张三",
    "licence_no": "L-2020-1",
    "agent_authority": "授权书 2026-1",
    "bank_account": "6222 0000 0000",
    "truthful": True,
}
PARTY_CHECKS = ["existence", "licence", "representative", "agent", "standing", "account", "owners"]
SOURCE_CHECKS = ["subject", "source", "chain", "onward"]
LAWFUL_CHECKS = ["personal", "important", "graded", "tradable", "limits", "border", "security"]
ASSET = {
    "title": "社区用水量",
    "content": "每社区每月一个值",
    "fingerprint": "b" * 64,
    "source": "collected",
    "source_statement": "抄表采集",
    "rights": ["hold", "operate"],
    "operation_since": "2026-11-16",
}
PRODUCT = {
    "title": "社区用水月报",
    "summary": "每社区每月用水量",
    "columns": ["month", "community", "cubic_metres"],
    "uses": ["research", "statistics"],
    "source": "collected",
    "source_statement": "抄表采集",
    "right_relied_on": "持有和经营",
    "restrictions": "不得推断个别家庭",
    "price": "12000.50",
    "truthful": True,
}
ORDER = {
    "purpose": "research",
    "use_scenario": "旅客用水预测",
    "use_until": "2027-06-30",
    "payment_method": "sandbox",
}


def refused(code: str):
    return pytest.raises(KaimenError, match=rf"^{code}\b")


@dataclass
class Side:
    """A body with two traders, its steward and its head."""

    body: InstitutionId
    trader: Actor
    second: Actor
    steward: Actor
    head: Actor
    uscc: str


def a_side(slug: str, number: int) -> Side:
    body = an_institution(slug, f"示范{slug}", f"Demo {slug}", kind="public_utility")
    code = credit_code(f"{30009000 + number}", registered_by="91")
    Institution.objects.filter(pk=body).update(uscc=code)
    return Side(
        body=body,
        trader=actor("trader", body),
        second=actor("trader", body),
        steward=actor("steward", body),
        head=actor("department_head", body),
        uscc=code,
    )


@dataclass
class Market:
    city: City
    exchange: InstitutionId
    staff: Actor
    colleague: Actor
    seller: Side
    buyer: Side
    entry: str
    now: datetime = NOW
    sides: dict[str, Side] = field(default_factory=dict)

    def begin(self, workflow: str, by: Actor, **facts: object) -> str:
        return cases.begin(workflow, facts, by=by, now=self.now).case.number

    def take(self, number: str, verb: str, by: Actor, **facts: object) -> Case:
        return cases.act(number, verb, facts, by=by, now=self.now).case

    @property
    def slug(self) -> str:
        return catalogue.published(self.entry).slug

    # ---- parties
    def applied(self, side: Side, *, owners: str = "", **facts: object) -> str:
        told = IDENTITY | {"uscc": side.uscc, "owners": owners or f"李{side.uscc[-6:]},{side.uscc}"} | facts
        return self.begin("trade_party", side.trader, **told)

    def admitted(self, side: Side, *, owners: str = "") -> str:
        number = self.applied(side, owners=owners)
        self.take(number, "check_identity", self.staff, checks=PARTY_CHECKS, evidence="营业执照原件")
        self.take(number, "qualify", self.colleague)
        return number

    # ---- assets and products
    def asset(self, side: Side, **facts: object) -> str:
        city = self.city
        number = self.begin("asset_registration", side.trader, **(ASSET | facts))
        self.take(number, "apply", side.trader, declared=True)
        for verb, told in (("accept", {}), ("begin_review", {}), ("pass_review", {"checked_form": True})):
            self.take(number, verb, city.reviewer, **told)
        then = self.now + timedelta(days=21)
        cases.act(number, "give_code", {"code_from": "here"}, by=city.reviewer, now=then)
        other = actor("authority_reviewer", city.authority)
        return str(cases.act(number, "enter", {}, by=other, now=then).case.facts["code"])

    def filed(self, side: Side, **facts: object) -> str:
        told = PRODUCT | {"dataset": self.slug} | facts
        if "asset" not in told:
            told["asset"] = self.asset(side)
        return self.begin("product_listing", side.steward, **told)

    def reviewed(self, side: Side, **facts: object) -> str:
        number = self.filed(side, **facts)
        self.take(number, "pass_source", self.staff, source_checks=SOURCE_CHECKS, evidence="采集说明")
        self.take(number, "pass_lawful", self.colleague, lawful_checks=LAWFUL_CHECKS, evidence="分级表")
        return number

    def listed(self, side: Side | None = None, **facts: object) -> str:
        side = side or self.seller
        number = self.reviewed(side, **facts)
        self.take(number, "list", side.trader)
        return number

    # ---- orders
    def placed(self, product: str, *, side: Side | None = None, **facts: object) -> str:
        return self.begin("trade_order", (side or self.buyer).trader, **(ORDER | {"product": product} | facts))

    def signed(self, product: str, *, side: Side | None = None, seller: Side | None = None, **facts: object) -> str:
        side, seller = side or self.buyer, seller or self.seller
        number = self.placed(product, side=side, **facts)
        self.take(number, "sign_buyer", side.head, no_onward=True, no_reidentify=True)
        self.take(number, "sign_seller", seller.head)
        return number

    def paid(self, product: str, **facts: object) -> str:
        number = self.signed(product, **facts)
        self.take(number, "pay_simulated", self.buyer.trader, simulated_known=True)
        return number

    def delivered(self, product: str, **facts: object) -> str:
        number = self.paid(product, **facts)
        self.take(number, "deliver", self.seller.trader)
        return number

    def settled(self, product: str) -> str:
        number = self.delivered(product)
        self.take(number, "accept", self.buyer.trader)
        self.take(number, "settle", self.staff)
        self.take(number, "pay_out", self.colleague, payout_reference="P-1")
        return number

    def order(self, number: str) -> Order:
        return Order.objects.get(pk=number)

    def product(self, number: str) -> Product:
        return Product.objects.get(pk=number)


def name_operator(city: City, now: datetime, **facts: object) -> str:
    """One officer of the authority proposes, another approves. Gives the number of the case."""
    told = {
        "institution": "exchange", "licence": "许可 1", "rules_version": "2026-1", "fee_bp": 300, "production": False, "reason": "批复",
    }  # fmt: skip
    number = cases.begin("exchange_operator", told | facts, by=city.reviewer, now=now).case.number
    cases.act(number, "approve", {}, by=actor("authority_reviewer", city.authority), now=now)
    return number


def an_exchange(now: datetime) -> InstitutionId:
    """A body in which somebody holds the office of exchange staff."""
    body = an_institution("exchange", "示范数据交易所", "Demo Data Exchange", kind="enterprise")
    accounts.appoint(
        a_person(),
        role_code="exchange_staff",
        institution_id=body,
        since=now - timedelta(days=30),
        by=Actor(via=Via.JOB),
        now=now,
    )
    return body


def a_market(*, on: bool = True, fee_bp: int = 300, data: bool = True, production: bool = False) -> Market:
    city = a_city()
    exchange = an_exchange(NOW)
    seller, buyer = a_side("water", 1), a_side("airport", 2)
    entry = published(city, USE, steward=seller.steward, head=seller.head)
    if data:
        load(entry, ROWS, by=seller.steward, now=NOW)
    if on:
        name_operator(city, NOW, fee_bp=fee_bp, production=production)
    return Market(
        city=city,
        exchange=exchange,
        staff=actor("exchange_staff", exchange),
        colleague=actor("exchange_staff", exchange),
        seller=seller,
        buyer=buyer,
        entry=entry,
    )
