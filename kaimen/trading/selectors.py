"""Questions: is there a lawful operator; what is registered, admitted, offered, ordered, owed; which alerts stand open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Sum

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.core.errors import Missing, Refused
from kaimen.core.policy.party import Actor
from kaimen.trading.models import Account, Alert, Asset, JournalEntry, Operator, Order, Product, TradeParty
from kaimen.trading.rules import Market, Member, Offer, Trade

if TYPE_CHECKING:
    from kaimen.cases.models import Case

SETS = "authority_reviewer"
"""Who names the operator of the exchange."""


def operator() -> Operator | None:
    """The lawful operator of the exchange; None while trading is off."""
    newest = Operator.objects.order_by("-pk").first()
    return newest if newest is not None and newest.on else None


def operator_or_refuse() -> Operator:
    """Raises `Refused("trading_off")`."""
    found = operator()
    if found is None:
        raise Refused("trading_off")
    return found


def operator_seat(_facts: Mapping[str, object]) -> str:
    """The body on the side of the exchange; nobody while trading is off."""
    found = operator()
    return found.institution if found else ""


def seller_seat(facts: Mapping[str, object]) -> str:
    """Who offers the product that an order names."""
    found = Product.objects.filter(pk=_code(facts.get("product"))).first()
    return found.seller if found else ""


def may_set(by: Actor) -> bool:
    """May this actor name the operator?"""
    return by.role == SETS and accounts.is_of_authority(by)


def proposals() -> Sequence[Case]:
    """Proposals of an operator that wait for another officer of the authority."""
    return cases.standing("exchange_operator", ("proposed", "returned"))


def notices() -> Sequence[Case]:
    """Applications that are shown to the public now, the newest first."""
    return cases.standing("asset_registration", ("public_notice", "objected"))


def notice(number: str) -> Case:
    """One of them. Raises `Missing("notice_unknown")`."""
    found = next((one for one in notices() if one.number == number[:40].upper()), None)
    if found is None:
        raise Missing("notice_unknown")
    return found


def asset(code: str) -> Asset:
    """One asset of the public register. Raises `Missing("asset_unknown")`."""
    found = Asset.objects.filter(code=code[:60]).exclude(state="coded").first()
    if found is None:
        raise Missing("asset_unknown")
    return found


def assets_alike(found: Asset) -> Sequence[Asset]:
    """Other valid registrations of the very same content."""
    alike = Asset.objects.filter(fingerprint=found.fingerprint, state="valid").exclude(pk=found.pk)
    return list(alike.order_by("coded_at", "code")[:20])


def registered_as(fingerprint: str) -> Sequence[str]:
    """Codes under which this content is registered already."""
    valid = Asset.objects.filter(fingerprint=fingerprint, state__in=["coded", "valid"])
    return list(valid.order_by("coded_at", "code").values_list("code", flat=True)[:20])


# ---- parties and products ----------------------------------------------------------------------------------------------------
def party(institution: str) -> TradeParty | None:
    """The newest admission of a body."""
    return TradeParty.objects.filter(pk=institution).first() if institution else None


def admitted(institution: str, day: date, *, side: str) -> TradeParty:
    """A body whose identity stands checked. Raises `Refused("identity_unverified")` with the side: buyer or seller."""
    found = party(institution)
    if found is None or found.state != "qualified" or found.valid_until is None or found.valid_until < day:
        raise Refused("identity_unverified", side=side)
    return found


def reviewed_until(text: str, day: date) -> date:
    """The last day of a review of the source. Raises `Refused("source_unreviewed")` where there is none or it is over."""
    if not text or date.fromisoformat(text) < day:
        raise Refused("source_unreviewed", until=text or "-")
    return date.fromisoformat(text)


def _code(given: object) -> str:
    return str(given or "").strip().upper()[:40]


def products() -> Sequence[Product]:
    """What is offered, the newest first; nothing while trading is off."""
    if operator() is None:
        return []
    return list(Product.objects.filter(state="listed").select_related("asset").order_by("-listed_at", "code")[:200])


def product(code: str) -> Product:
    """One product that is or was offered. Raises `Missing("product_unknown")`."""
    found = Product.objects.select_related("asset").filter(pk=_code(code)).first()
    if found is None or operator() is None:
        raise Missing("product_unknown")
    return found


def was_listed(number: str) -> bool:
    """Is or was there a product of this number that can be shown?"""
    return operator() is not None and Product.objects.filter(pk=number).exists()


def product_on_offer(code: str) -> Product:
    """One that can be ordered now. Raises `Missing("product_unknown")`, `Refused("product_not_offered")`."""
    found = product(code)
    if found.state != "listed" or found.asset.state != "valid":
        raise Refused("product_not_offered", product=found.code)
    return found


# ---- orders and money --------------------------------------------------------------------------------------------------------
def orders(by: Actor) -> Sequence[Order]:
    """Orders of this actor's body, or all for those who oversee, the newest first."""
    mine = cases.visible(by).filter(workflow="trade_order").values("pk")
    return list(Order.objects.filter(case__in=mine).select_related("product").order_by("-placed_at", "number")[:200])


def order_for(by: Actor, number: str) -> Order:
    """One order, for those who may know of its case. Raises `Missing("order_unknown")`."""
    found = Order.objects.select_related("product__asset").filter(pk=_code(number)).first()
    if found is None or not cases.visible(by).filter(pk=found.case).exists():
        raise Missing("order_unknown")
    return found


def entries_of(order: Order) -> Sequence[JournalEntry]:
    """What happened to its money, the first first."""
    return list(order.entries.order_by("pk").prefetch_related("lines__debit", "lines__credit"))


def reference_free(reference: str) -> None:
    """Raises `Refused("reference_used")`."""
    if JournalEntry.objects.filter(what="paid", reference=reference).exists():
        raise Refused("reference_used", reference=reference)


def may_see_books(by: Actor) -> bool:
    """Staff of the exchange; and who oversees it."""
    held = operator()
    if by.role == "exchange_staff":
        return held is not None and str(by.institution) == held.institution
    return by.role in cases.OVERSEERS


def balances(*, simulated: bool) -> Mapping[str, int]:
    """Fen on each kind of account, debits less credits. Their sum is zero."""
    rows = Account.objects.filter(simulated=simulated).values("kind").annotate(sum=Sum("fen"))
    return {"bank": 0, "escrow": 0, "payable": 0, "fee": 0} | {str(row["kind"]): int(row["sum"]) for row in rows}


def books_or_refuse(by: Actor) -> None:
    """Raises `Refused("books_closed")`."""
    if not may_see_books(by):
        raise Refused("books_closed")


def entries(*, limit: int = 100) -> Sequence[JournalEntry]:
    """The journal, the newest first."""
    found = JournalEntry.objects.order_by("-pk").prefetch_related("lines__debit", "lines__credit")
    return list(found[:limit])


# ---- alerts ------------------------------------------------------------------------------------------------------------------
def alerts(by: Actor) -> Sequence[Alert]:
    """Alerts that this actor may know of, the newest first."""
    mine = cases.visible(by).filter(workflow="trade_alert").values("pk")
    return list(Alert.objects.filter(case__in=mine).order_by("-raised_at", "-number")[:200])


def market() -> Market:
    """What the rules look at: contracts, offers, admitted bodies."""
    signed = Order.objects.filter(signed_at__isnull=False).select_related("product").order_by("signed_at", "number")
    return Market(
        trades=[
            Trade(
                order=one.number, product=one.product_id, category=one.product.category,
                fingerprint=one.product.fingerprint, seller=one.seller, buyer=one.buyer, fen=one.fen,
                at=one.signed_at, failed=one.failed,
            )
            for one in signed
            if one.signed_at is not None
        ],
        offers=[
            Offer(product=one.code, seller=one.seller, fingerprint=one.fingerprint, at=one.listed_at)
            for one in Product.objects.exclude(state="delisted").order_by("listed_at")
        ],
        members={
            one.institution: Member(owners=frozenset(one.owner_keys), since=one.qualified_at)
            for one in TradeParty.objects.filter(qualified_at__isnull=False)
            if one.qualified_at is not None
        },
    )  # fmt: skip


def asset_of(case: Case) -> Asset | None:
    """What a registration led to."""
    return Asset.objects.filter(case=case.pk).first()
