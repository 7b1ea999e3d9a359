"""The exchange of the demo city: switched on, two sides admitted, one product on offer, one order under way. All synthetic.

Two more assets wait: one whose public notice has run, to be given its code, and one that can still be objected to.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from demo.plan import City
from kaimen.cases import services as cases
from kaimen.config.demo.people import People
from kaimen.core.policy.party import Actor
from kaimen.trading import selectors

SELLER, BUYER, EXCHANGE = "water", "airport", "exchange"
FEE_BP = 200
_ASSETS = (
    ("社区用水量（合成）", "a1", 50, 25),
    ("社区用水季报（合成）", "b2", 22, None),
    ("供水管网巡检记录（合成）", "c3", 4, None),
)
"""Name, first letters of the fingerprint, days since the application, days since its code."""


def open_market(plan: City, people: People, *, now: datetime) -> None:
    """Nothing is done where an operator is named already."""
    if selectors.operator() is not None:
        return
    market = _Market(plan, people, now)
    market.switch_on()
    for side in (SELLER, BUYER):
        market.admit(side)
    codes = [market.register(*asset) for asset in _ASSETS]
    market.order(market.list(codes[0]))


class _Market:
    """Steps of the demo's people, some days ago."""

    def __init__(self, plan: City, people: People, now: datetime) -> None:
        self._plan, self._people, self._now = plan, people, now

    def _by(self, code: str, days_ago: float) -> tuple[Actor, datetime]:
        at = self._now - timedelta(days=days_ago)
        return self._people.someone[code].acting(at), at

    def _begin(self, workflow: str, who: str, days_ago: float, **facts: object) -> str:
        by, at = self._by(who, days_ago)
        return cases.begin(workflow, facts, by=by, now=at).case.number

    def _act(self, number: str, verb: str, who: str, days_ago: float, **facts: object) -> dict[str, object]:
        by, at = self._by(who, days_ago)
        return dict(cases.act(number, verb, facts, by=by, now=at).case.facts)

    def switch_on(self) -> None:
        """Two of the authority name the operator."""
        number = self._begin(
            "exchange_operator", "authority.authority_reviewer", 61, institution=EXCHANGE, licence="示范许可 2026-1（合成）",
            rules_version="示范规则 2026-1", fee_bp=FEE_BP, production=False, reason="示范城市试运行",
        )  # fmt: skip
        self._act(number, "approve", "authority.second_reviewer", 60)

    def admit(self, side: str) -> None:
        """One checks, another admits."""
        code = self._plan.bodies[side].credit_code
        number = self._begin(
            "trade_party", f"{side}.trader", 58, uscc=code, representative=self._plan.bodies[side].holder("department_head").name.zh,
            licence_no=f"示范证照 {code[-6:]}", agent_authority="示范授权书（合成）", bank_account="0000 0000 0000（合成）",
            owners=f"示范市国资（{side}）,{code}", truthful=True,
        )  # fmt: skip
        self._act(
            number, "check_identity", "exchange.exchange_staff", 57, evidence="示范材料（合成）",
            checks=["existence", "licence", "representative", "agent", "standing", "account", "owners"],
        )  # fmt: skip
        self._act(number, "qualify", "exchange.second_exchange_staff", 56)

    def register(self, title: str, fingerprint: str, applied: int, coded: int | None) -> str:
        """An asset up to its public notice, or to its code."""
        _, at = self._by("water.trader", applied + 3)
        number = self._begin(
            "asset_registration", "water.trader", applied, title=title, content="按社区汇总，不含个人信息。", fingerprint=fingerprint * 32,
            source="collected", source_statement="抄表系统自行采集。", rights=["hold", "process", "operate"],
            operation_since=at.date().isoformat(),
        )  # fmt: skip
        self._act(number, "apply", "water.trader", applied, declared=True)
        first, second = "authority.authority_reviewer", "authority.second_reviewer"
        self._act(number, "accept", first, applied - 1)
        self._act(number, "begin_review", first, applied - 1.5)
        self._act(number, "pass_review", first, applied - 2, checked_form=True)
        if coded is None:
            return ""
        code = self._act(number, "give_code", first, coded, code_from="here")["code"]
        self._act(number, "enter", second, coded - 1)
        return str(code)

    def list(self, asset: str) -> str:
        """A product of the company's own data, reviewed by two."""
        number = self._begin(
            "product_listing", "water.trader", 20, title="社区用水月报（合成）",
            summary="每个社区每个月的用水量和装表户数，三年。只到社区，不到楼；户数少于十的不给。", asset=asset, dataset="water_use",
            columns=["month", "community", "district", "metered_homes", "cubic_metres"], uses=["research", "statistics"],
            source="collected", source_statement="抄表系统自行采集。", right_relied_on="登记的持有、加工使用和经营",
            restrictions="不得推断个别家庭，不得转售。", price="12000", truthful=True,
        )  # fmt: skip
        staff, colleague = "exchange.exchange_staff", "exchange.second_exchange_staff"
        self._act(
            number, "pass_source", staff, 19, source_checks=["subject", "source", "chain", "onward"], evidence="示范材料（合成）"
        )  # fmt: skip
        self._act(
            number, "pass_lawful", colleague, 18, evidence="示范材料（合成）",
            lawful_checks=["personal", "important", "graded", "tradable", "limits", "border", "security"],
        )  # fmt: skip
        self._act(number, "list", "water.second_trader", 17)
        return number

    def order(self, product: str) -> None:
        """An order that is paid (simulated) and waits for its delivery."""
        number = self._begin(
            "trade_order", "airport.trader", 3, product=product, purpose="statistics", use_scenario="统计航站楼周边社区的用水高峰。",
            use_until=(self._now + timedelta(days=300)).date().isoformat(), payment_method="sandbox",
        )  # fmt: skip
        self._act(number, "sign_buyer", "airport.second_trader", 2.5, no_onward=True, no_reidentify=True)
        self._act(number, "sign_seller", "water.second_trader", 2)
        self._act(number, "pay_simulated", "airport.trader", 1.5, simulated_known=True)
