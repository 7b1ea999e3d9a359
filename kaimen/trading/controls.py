"""What the control board asks of the exchange. While trading is off there is nothing to look at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.cases import services as machine
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import KaimenError, Missing
from kaimen.core.lifecycle.controls import Part, Ref, part_of, unseen
from kaimen.core.lifecycle.rules import Words
from kaimen.core.policy import odrl
from kaimen.core.policy.party import Actor, InstitutionId, Role
from kaimen.evidence import selectors as evidence
from kaimen.gate import selectors as gate
from kaimen.office import selectors as office
from kaimen.office import services as trying
from kaimen.trading import rules, selectors
from kaimen.trading.models import Alert, Asset, JournalEntry, JournalLine, Operator, Order, Product, TradeParty

_TRIED = 5
"""Products that a probe tries; each has the same guard before it."""
_DOSSIER = ("source", "source_statement", "right_relied_on", "restrictions")
_E_CNY = "e_cny"


def _product(one: Product) -> Ref:
    return Ref(name=one.title, url=f"/exchange/products/{one.code}")


def _order(one: Order) -> Ref:
    return Ref(name=one.number, url=f"/exchange/orders/{one.number}")


def _asset(one: Asset) -> Ref:
    return Ref(name=one.title, url=f"/exchange/assets/{one.code}")


# ---- products and assets -----------------------------------------------------------------------------------------------------
def dossiers(now: datetime) -> Iterator[Part]:
    """BJ-20: each product says source, right and restrictions, and a listing without them is refused."""
    listed = _listed()
    files = cases.cases_by_id(one.case for one in listed)
    yield part_of(
        Words(
            zh="在架产品写明来源、所依权利和限制",
            en="Products on offer state their source, the right relied on and the restrictions",
        ),
        [
            (all(files[one.case].facts.get(name) for name in _DOSSIER) and bool(one.restrictions), _product(one))
            for one in listed
        ],
    )
    yield part_of(
        Words(
            zh="试着不写来源、权利或限制就申请上架，被拒绝",
            en="An application that leaves out source, right or restrictions was tried and refused",
        ),
        [
            (_needs(files[one.case].facts, name, seller=one.seller, now=now), _product(one))
            for one in listed[:_TRIED]
            for name in _DOSSIER
        ],
    )
    yield unseen(
        Words(
            zh="建筑或物体数字孪生的同意书（申请表还没有这一栏，没有检查）",
            en="Consent for digital twins of buildings or objects (the form does not ask for it yet, not looked at)",
        )
    )


def _needs(facts: Mapping[str, object], left_out: str, *, seller: str, now: datetime) -> bool:
    """Is the same application refused, for exactly that gap, when one answer is left out?"""
    opening = cases.workflow("product_listing").acts["open"]
    asked = {ask.field.name for ask in opening.asks} - {left_out}
    given = {name: value for name, value in facts.items() if name in asked}
    by = Actor(institution=InstitutionId(seller), role=Role("trader"))
    refused = trying.refusal_of(lambda: machine.begin("product_listing", given, by=by, now=now))
    return (
        isinstance(refused, KaimenError)
        and refused.code == "case_facts"
        and left_out in str(refused.details.get("fields"))
    )


def assets(now: datetime) -> Iterator[Part]:
    """BJ-21: the record of an asset is whole; asset, product and dataset are three things that are linked; expiry takes effect."""
    held = list(Asset.objects.exclude(state="coded").order_by("code"))
    files = cases.cases_by_id(one.case for one in held)
    known = {str(one.pk) for one in accounts.institutions(at=now)}
    yield part_of(
        Words(
            zh="资产记录有登记人、来源、内容摘要、权利状况、登记号和有效期",
            en="An asset states registrant, source, content, rights, registration number and term",
        ),
        [
            (
                one.institution in known
                and all((one.source, one.rights, one.number, one.fingerprint, one.case in files))
                and bool(files[one.case].facts.get("content")),
                _asset(one),
            )
            for one in held
        ],
    )
    day = office.rules().calendar.day(now)
    yield part_of(
        Words(zh="到期的资产不再显示有效", en="An asset whose term is over is no longer valid"),
        [(one.valid_until >= day, _asset(one)) for one in held if one.state == "valid"],
    )
    offered = list(Product.objects.exclude(state="delisted").select_related("asset").order_by("code"))
    entries = catalogue.published_many({one.dataset for one in offered})
    yield part_of(
        Words(
            zh="产品连着一项资产和一份已发布的数据，三者各有编号",
            en="A product is linked to an asset and to published data, and each of the three has a number of its own",
        ),
        [
            (
                one.dataset in entries
                and len({one.code, one.asset_id, entries[one.dataset].code}) == len(("product", "asset", "dataset")),
                _product(one),
            )
            for one in offered
        ],
    )
    yield unseen(
        Words(
            zh="评估报告（登记簿还没有这一栏，没有检查）",
            en="Evaluation reports (the register has no place for them yet, not looked at)",
        )
    )


def property_registrations(now: datetime) -> Iterator[Part]:
    """BJ-53: what is on offer has the fingerprint that its asset was registered with. Registrations of intellectual property have no place yet."""
    del now
    yield part_of(
        Words(
            zh="在架产品的内容指纹和登记的资产一致",
            en="The fingerprint of a product on offer is that of its registered asset",
        ),
        [(one.fingerprint == one.asset.fingerprint, _product(one)) for one in _listed()],
    )
    yield unseen(
        Words(
            zh="数据知识产权登记的编号、到期日和存证哈希（登记簿还没有这几栏，没有检查）",
            en="Registrations of intellectual property in data, with number, expiry and deposit hash (no place for them yet, not looked at)",
        )
    )


# ---- orders ------------------------------------------------------------------------------------------------------------------
def contracts(now: datetime) -> Iterator[Part]:
    """BJ-22 (a, b): at the contract both identities and the source stood checked; the rules of its day are pinned, and the text is as signed."""
    signed = list(Order.objects.filter(signed_at__isnull=False).select_related("product").order_by("number"))
    parties = TradeParty.objects.in_bulk([body for one in signed for body in (one.buyer, one.seller)])
    yield part_of(
        Words(
            zh="签约那天，买卖双方身份和来源审查都已通过且没有过期",
            en="On the day of the contract both identities and the source stood reviewed",
        ),
        [(_reviewed(one, parties), _order(one)) for one in signed],
    )
    yield part_of(
        Words(
            zh="合同写明当时的交易规则版本，文本没有变过",
            en="The contract names the trading rules of its day, and its text is as it was signed",
        ),
        [
            (
                bool(one.rules_version and one.document) and odrl.digest(json.loads(one.document)) == one.digest,
                _order(one),
            )
            for one in signed
        ],
    )
    stranger = accounts.authority()
    by = Actor(institution=InstitutionId(str(stranger.pk)) if stranger else None, role=Role("trader"))
    admitted = selectors.party(str(by.institution or ""))
    yield part_of(
        Words(
            zh="试着用没有查验身份的机构下单，被拒绝",
            en="An order by a body whose identity was not checked was tried and refused",
        ),
        [
            (_refused_as("identity_unverified", _ordering(one, by, now)), _product(one))
            for one in (_listed()[:_TRIED] if admitted is None else ())
        ],
    )


def _reviewed(one: Order, parties: Mapping[str, TradeParty]) -> bool:
    assert one.signed_at is not None  # noqa: S101 - asked for above
    day, calendar = office.rules().calendar.day(one.signed_at), office.rules().calendar

    def stood(body: str) -> bool:
        found = parties.get(body)
        return (
            found is not None
            and found.qualified_at is not None
            and calendar.day(found.qualified_at) <= day
            and found.valid_until is not None
            and found.valid_until >= day
        )

    return stood(one.buyer) and stood(one.seller) and one.product.source_until >= day


def _ordering(product: Product, by: Actor, now: datetime) -> Callable[[], object]:
    given = {
        "product": product.code,
        "purpose": (*product.uses, "")[0],
        "use_scenario": "-",
        "use_until": office.rules().calendar.day(now).isoformat(),
        "payment_method": "bank_transfer",
    }
    return lambda: machine.begin("trade_order", given, by=by, now=now)


def _refused_as(code: str, act: Callable[[], object]) -> bool:
    refused = trying.refusal_of(act)
    return isinstance(refused, KaimenError) and refused.code == code


def kept(now: datetime) -> Iterator[Part]:
    """BJ-22 (c): what is closed has a day before which it stays; the journal of money can be neither changed nor deleted."""
    del now
    closed = [case for case in cases.in_states("trade_order", cases.states("trade_order")) if case.closed_at]
    yield part_of(
        Words(zh="办结的订单都写明保存到哪天", en="Orders that are closed say until when they are kept"),
        [(case.keep_until is not None, Ref(name=case.number, url=f"/cases/{case.number}")) for case in closed],
    )
    line = JournalLine.objects.order_by("-pk").first()
    entry = JournalEntry.objects.order_by("-pk").first()
    tries: Sequence[tuple[str, Callable[[], object]]] = (
        ()
        if line is None or entry is None
        else (
            ("delete", lambda: JournalLine.objects.filter(pk=line.pk).delete()),
            ("update", lambda: JournalEntry.objects.filter(pk=entry.pk).update(reference="-")),
        )
    )
    yield part_of(
        Words(zh="试着改、删资金流水，被拒绝", en="Changing and deleting the journal of money was tried and refused"),
        [(trying.refusal_of(act) is not None, Ref(name=verb, url="/exchange/journal")) for verb, act in tries],
    )


def alerts(now: datetime) -> Iterator[Part]:
    """BJ-22 (d): rules against abnormal conduct are on, and what they raised is dealt with in time."""
    held = selectors.operator()
    yield part_of(
        Words(zh="异常交易规则在运行", en="Rules against abnormal conduct are on"),
        [(True, Ref(name=rule.__name__, url="/exchange/alerts")) for rule in rules.RULES] if held else [],
        presence=held is not None,
    )
    raised = list(Alert.objects.order_by("number"))
    files = cases.cases_by_id(one.case for one in raised)
    yield part_of(
        Words(zh="预警在期限内有人处理", en="Alerts are dealt with within their term"),
        [
            (
                not any(
                    clock.ended_at is None and clock.due_at and clock.due_at < now
                    for clock in cases.clocks(files[one.case])
                ),
                Ref(name=one.number, url=f"/cases/{one.number}"),
            )
            for one in raised
        ],
    )


def traces(now: datetime) -> Iterator[Part]:
    """BJ-22 (e): each delivery can be followed back: contract, product, asset, entry, grant, and each step in the log."""
    del now
    delivered = list(
        Order.objects.filter(delivered_at__isnull=False).select_related("product__asset").order_by("number")
    )
    entries = catalogue.published_many({one.product.dataset for one in delivered})
    grants = gate.grants_by_code(one.number for one in delivered)

    def whole(one: Order) -> bool:
        grant = grants.get(one.number)
        steps = cases.steps_of(one.case)
        return (
            one.product.dataset in entries
            and grant is not None
            and grant.dataset == one.product.dataset
            and grant.institution == one.buyer
            and bool(steps)
            and all(_logged(step.receipt) for step in steps)
        )

    yield part_of(
        Words(
            zh="每次交付都能从来源条目追到授权，每一步都有存证",
            en="Each delivery can be followed from its source entry to the grant, and each step stands in the log",
        ),
        [(whole(one), _order(one)) for one in delivered],
    )


def _logged(receipt: str) -> bool:
    try:
        evidence.entry(receipt)
    except Missing:
        return False
    return True


def enterprises(now: datetime) -> Iterator[Part]:
    """BJ-26: a contract with an enterprise states purpose, term and consideration."""
    kinds = {str(one.pk): one.body_kind for one in accounts.institutions(at=now)}
    signed = Order.objects.filter(signed_at__isnull=False).order_by("number")
    yield part_of(
        Words(
            zh="和企业的交易合同写明用途、期限和对价",
            en="Contracts of sale with enterprises state purpose, term and consideration",
        ),
        [
            (_states_all(one), _order(one))
            for one in signed
            if "enterprise" in {kinds.get(one.buyer), kinds.get(one.seller)}
        ],
    )


def _states_all(one: Order) -> bool:
    terms = odrl.read(json.loads(one.document))
    return bool(terms.purposes) and isinstance(terms.until, date) and "CNY" in terms.basis


def payments(now: datetime) -> Iterator[Part]:
    """BJ-33: e-CNY is among the ways of payment, and which one was used stands in each order."""
    del now
    asked = cases.workflow("trade_order").fields["payment_method"].codes if selectors.operator() else {}
    yield part_of(
        Words(zh="订单可以用数字人民币支付", en="An order can be paid in e-CNY"),
        [(_E_CNY in asked, Ref(name="e-CNY", url="/exchange"))] if asked else [],
    )
    orders = {one.case: one for one in Order.objects.order_by("number")}
    yield part_of(
        Words(zh="每份订单都写明支付方式", en="Each order states how it is paid"),
        [
            (bool(case.facts.get("payment_method")), _order(orders[key]))
            for key, case in cases.cases_by_id(orders).items()
        ],
    )


# ---- fairness ----------------------------------------------------------------------------------------------------------------
def ranking(now: datetime) -> Iterator[Part]:
    """BJ-49: products stand in the order of the published rule, whoever offers them; fees are those of the day, and each change is in the log.

    The rule: the newest listing first, those of one moment by their number. Nothing of the seller enters into it.
    """
    del now
    shown = list(selectors.products())
    ruled = sorted(sorted(shown, key=lambda one: one.code), key=lambda one: one.listed_at, reverse=True)
    yield part_of(
        Words(
            zh="产品按公开的规则排序：上架时间新的在前，不看卖方是谁",
            en="Products stand by the published rule, the newest listing first, whoever the seller is",
        ),
        [(one.code == other.code, _product(one)) for one, other in zip(shown, ruled, strict=True)],
        evidence=[Ref(name="数据交易", en="Exchange", url="/exchange")],
    )
    switched = list(Operator.objects.order_by("pk"))
    yield part_of(
        Words(
            zh="每次设定运营方和费率都有理由和存证",
            en="Each setting of operator and fee has its reason and stands in the log",
        ),
        [
            (bool(one.reason) and _logged(one.receipt), Ref(name=f"{one.at:%Y-%m-%d}", url=f"/log/{one.receipt}"))
            for one in switched
        ],
    )

    def fee_of_its_day(one: Order) -> bool:
        then = [held for held in switched if held.at <= one.placed_at]
        return bool(then) and then[-1].fee_bp == one.fee_bp

    yield part_of(
        Words(zh="订单收的是下单那天的费率", en="Orders are charged the fee of the day on which they were placed"),
        [(fee_of_its_day(one), _order(one)) for one in Order.objects.order_by("number")],
    )


def _listed() -> list[Product]:
    return (
        list(Product.objects.filter(state="listed").select_related("asset").order_by("code"))
        if selectors.operator()
        else []
    )
