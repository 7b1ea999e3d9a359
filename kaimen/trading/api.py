"""API operations of this room: what is offered, orders with their contract and money, the journal, alerts.

Steps are taken through `/api/v1/cases`: parties, listings, orders and alerts are cases.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from kaimen.cases import selectors as cases
from kaimen.core.errors import Missing
from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.trading import selectors, services
from kaimen.trading.models import Account, JournalEntry, Order, Product
from kaimen.web.access import PUBLIC, SIGNED_IN, access
from kaimen.web.bodies import Asked
from kaimen.web.now import now

router = Router()
CURRENCY = "CNY"


class ExchangeOut(Schema):
    """Whether there is trade, and under whom."""

    on: bool
    operator: str = ""
    licence: str = ""
    rules_version: str = ""
    fee_bp: int = 0
    production: bool = False


class OffIn(Asked):
    """Why trading stops."""

    reason: str = Field(min_length=1, max_length=500)


class ProductOut(Schema):
    """A product. `fen`: the price in hundredths of a yuan."""

    code: str
    title: str
    summary: str
    restrictions: str
    seller: str
    asset: str
    columns: list[str]
    uses: list[str]
    fen: int
    currency: str = CURRENCY
    version: int
    state: str
    source_until: date


class LineOut(Schema):
    """An amount that passed from one account to another, in fen."""

    debit: str
    credit: str
    fen: int


class EntryOut(Schema):
    """An entry of the journal."""

    what: str
    order: str
    simulated: bool
    reference: str
    at: datetime
    lines: list[LineOut]


class OrderOut(Schema):
    """An order. `simulated`: its payment moves no real money."""

    number: str
    product: str
    product_version: int
    buyer: str
    seller: str
    fen: int
    currency: str = CURRENCY
    refunded_fen: int
    rules_version: str
    simulated: bool
    state: str
    held_by: str
    digest: str
    placed_at: datetime
    signed_at: datetime | None
    delivered_at: datetime | None
    settled_at: datetime | None
    entries: list[EntryOut] = []


class BooksOut(Schema):
    """Debits less credits of each kind of account, in fen; they sum to zero."""

    real: dict[str, int]
    simulated: dict[str, int]


class AlertOut(Schema):
    """What a rule saw. What was done about it is the case of its number."""

    number: str
    rule: str
    rules_version: int
    orders: list[str]
    state: str
    raised_at: datetime


def _by(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANYBODY)


@router.get("/exchange", response=ExchangeOut)
@access(PUBLIC)
def get_exchange(request: HttpRequest) -> ExchangeOut:
    """Whether trading is on, and who lawfully runs it."""
    del request
    held = selectors.operator()
    if held is None:
        return ExchangeOut(on=False)
    return ExchangeOut(
        on=True,
        operator=held.institution,
        licence=held.licence,
        rules_version=held.rules_version,
        fee_bp=held.fee_bp,
        production=held.production,
    )


@router.post("/exchange/off", response=ExchangeOut)
@access(selectors.SETS, scope="cases:act")
def switch_exchange_off(request: HttpRequest, told: OffIn) -> ExchangeOut:
    """Switch trading off at once. Its operator is proposed and approved as a case of the workflow `exchange_operator`."""
    services.switch_off(reason=told.reason, by=_by(request), now=now())
    return ExchangeOut(on=False)


@router.get("/exchange/products", response=list[ProductOut])
@access(PUBLIC)
def list_products(request: HttpRequest) -> list[ProductOut]:
    """What is offered, the newest first; empty while trading is off."""
    del request
    return [_product(one) for one in selectors.products()]


@router.get("/exchange/products/{code}", response=ProductOut)
@access(PUBLIC)
def get_product(request: HttpRequest, code: str) -> ProductOut:
    """One product that is or was offered."""
    del request
    return _product(selectors.product(code))


def _product(one: Product) -> ProductOut:
    return ProductOut(
        code=one.code, title=one.title, summary=one.summary, restrictions=one.restrictions, seller=one.seller,
        asset=one.asset_id, columns=one.columns, uses=one.uses, fen=one.fen, version=one.version, state=one.state,
        source_until=one.source_until,
    )  # fmt: skip


@router.get("/exchange/orders", response=list[OrderOut])
@access(SIGNED_IN, scope="cases:read")
def list_orders(request: HttpRequest) -> list[OrderOut]:
    """The orders of your body, the newest first, without their entries; overseers see all."""
    found = selectors.orders(_by(request))
    states = cases.states_of([one.case for one in found])
    return [_order(one, states.get(one.case, ""), ()) for one in found]


@router.get("/exchange/orders/{number}", response=OrderOut)
@access(SIGNED_IN, scope="cases:read")
def get_order(request: HttpRequest, number: str) -> OrderOut:
    """One order with what happened to its money."""
    found = selectors.order_for(_by(request), number)
    return _order(found, cases.states_of([found.case])[found.case], selectors.entries_of(found))


def _order(one: Order, state: str, entries: Iterable[JournalEntry]) -> OrderOut:
    return OrderOut(
        number=one.number, product=one.product_id, product_version=one.product_version, buyer=one.buyer,
        seller=one.seller, fen=one.fen, refunded_fen=one.refunded_fen, rules_version=one.rules_version,
        simulated=one.simulated, state=state, held_by=one.held_by, digest=one.digest, placed_at=one.placed_at,
        signed_at=one.signed_at, delivered_at=one.delivered_at, settled_at=one.settled_at,
        entries=[_entry(entry) for entry in entries],
    )  # fmt: skip


@router.get("/exchange/orders/{number}/contract")
@access(SIGNED_IN, scope="cases:read")
def get_contract(request: HttpRequest, number: str) -> HttpResponse:
    """The ODRL 2.2 contract, byte for byte what both sides signed; its SHA-256 stands in `Kaimen-Digest`."""
    found = selectors.order_for(_by(request), number)
    if not found.document:
        raise Missing("order_unknown")
    return HttpResponse(
        found.document.encode(),
        content_type="application/ld+json",
        headers={"Kaimen-Digest": f"sha-256={found.digest}"},
    )


@router.get("/exchange/journal", response=BooksOut)
@access("exchange_staff", "authority_reviewer", "auditor", scope="cases:read")
def get_journal(request: HttpRequest) -> BooksOut:
    """Balances of the journal, real and simulated money apart. For the exchange's staff and overseers."""
    selectors.books_or_refuse(_by(request))
    return BooksOut(real=dict(selectors.balances(simulated=False)), simulated=dict(selectors.balances(simulated=True)))


@router.get("/exchange/alerts", response=list[AlertOut])
@access("exchange_staff", "authority_reviewer", "auditor", scope="cases:read")
def list_alerts(request: HttpRequest) -> list[AlertOut]:
    """What the warning rules saw, the newest first."""
    found = selectors.alerts(_by(request))
    states = cases.states_of([one.case for one in found])
    return [
        AlertOut(
            number=one.number, rule=one.rule, rules_version=one.rules_version, orders=one.orders,
            state=states.get(one.case, ""), raised_at=one.raised_at,
        )
        for one in found
    ]  # fmt: skip


def _entry(one: JournalEntry) -> EntryOut:
    return EntryOut(
        what=one.what,
        order=one.order_id,
        simulated=one.simulated,
        reference=one.reference,
        at=one.at,
        lines=[
            LineOut(debit=_account(line.debit), credit=_account(line.credit), fen=line.fen) for line in one.lines.all()
        ],
    )


def _account(account: Account) -> str:
    return f"{account.kind}:{account.owner}".rstrip(":")
