"""From assets, products, orders, the journal and alerts to what templates draw, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.catalogue import selectors as catalogue
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy import odrl
from kaimen.core.policy.party import Actor, InstitutionId
from kaimen.trading import selectors
from kaimen.trading.models import Account, Alert, Asset, JournalEntry, Operator, Order, Product

if TYPE_CHECKING:
    from kaimen.cases.models import Case

ENTRIES = {
    "paid": gettext_lazy("Paid into escrow"),
    "refunded": gettext_lazy("Paid back to the buyer"),
    "settled": gettext_lazy("Settled"),
    "paid_out": gettext_lazy("Paid out"),
}
ACCOUNTS = {
    "bank": gettext_lazy("Bank"),
    "escrow": gettext_lazy("Held in escrow"),
    "payable": gettext_lazy("Owed"),
    "fee": gettext_lazy("Fee of the exchange"),
}
PROVED = ("pass_source", "pass_lawful", "review_again", "list")
"""Steps of a listing that an order rests on."""


def english() -> bool:
    """Does the reader read English?"""
    return (get_language() or "").startswith("en")


def money(fen: int) -> str:
    """An amount in yuan for people."""
    amount = f"{Decimal(fen) / 100:,.2f}"
    return f"CNY {amount}" if english() else f"{amount} 元"


def price(fen: int) -> str:
    """A price for people; nothing is free of charge."""
    return money(fen) if fen else _("free of charge")


def name_of(institution: str) -> str:
    """What a body is called."""
    return _names([institution]).get(institution, "—")


def _names(ids: Iterable[str]) -> dict[str, str]:
    found = accounts.institution_names({InstitutionId(one) for one in ids if one})
    return {str(key): str(name) for key, name in found.items()}


def _words_of(workflow: str, state: str) -> str:
    states = cases.workflow(workflow).states
    return states[state].words.in_("en" if english() else "zh") if state in states else state


def _option(workflow: str, field: str, code: str) -> str:
    words = cases.workflow(workflow).fields[field].codes.get(code)
    return words.in_("en" if english() else "zh") if words else code


def _purposes(codes: Iterable[str]) -> list[str]:
    known = catalogue.spec().list_of("purpose").codes
    return [known[code].name("en" if english() else "zh") if code in known else code for code in codes]


def proposal_url(held: Operator | None) -> str:
    """The form that proposes an operator, filled with what holds now, so that nothing is changed by leaving it out."""
    url = reverse("case_new", args=["exchange_operator"])
    if held is None:
        return url
    told = {
        "institution": accounts.institution(held.institution).slug,
        "licence": held.licence,
        "rules_version": held.rules_version,
        "fee_bp": held.fee_bp,
        "production": "yes" if held.production else "no",
    }
    return f"{url}?{urlencode(told)}"


def papers(case: Case) -> Iterable[tuple[str, str]]:
    """What of a case stands on pages of this room."""
    match case.workflow:
        case "asset_registration":
            found = selectors.asset_of(case)
            if found is not None and found.state != "coded":
                yield _("Certificate of registration"), reverse("exchange_asset", args=[found.code])
        case "product_listing" if selectors.was_listed(case.number):
            yield _("The product on the exchange"), reverse("exchange_product", args=[case.number])
        case "trade_order":
            yield _("Contract, payment and delivery"), reverse("exchange_order", args=[case.number])
        case _:
            return


def certificate(found: Asset) -> dict[str, Any]:
    """Context of `/exchange/assets/<code>`: registrant, source, content, rights (Beijing 21), the notice it stood in, and the proofs."""
    case = cases.cases_by_id([found.case])[found.case]
    taken = {one.verb: one for one in cases.steps_of(found.case)}
    flow = cases.workflow("asset_registration")
    return {
        "asset": found,
        "body": name_of(found.institution),
        "content": case.facts.get("content", ""),
        "source": _option("asset_registration", "source", found.source),
        "source_statement": case.facts.get("source_statement", ""),
        "rights": [_option("asset_registration", "rights", one) for one in found.rights],
        "noticed": taken["pass_review"].at if "pass_review" in taken else None,
        "proofs": [
            {
                "words": flow.acts[verb].words.in_("en" if english() else "zh"),
                "at": taken[verb].at,
                "url": reverse("log-entry", args=[taken[verb].receipt]),
            }
            for verb in ("pass_review", "give_code", "enter")
            if verb in taken
        ],
        "alike": selectors.assets_alike(found),
    }


# ---- products ----------------------------------------------------------------------------------------------------------------
def product_lines(found: Sequence[Product]) -> list[dict[str, Any]]:
    """Products in a list."""
    names = _names(one.seller for one in found)
    return [
        {
            "url": reverse("exchange_product", args=[one.code]),
            "code": one.code,
            "title": one.title,
            "summary": one.summary,
            "seller": names.get(one.seller, "—"),
            "price": price(one.fen),
            "uses": _purposes(one.uses),
        }
        for one in found
    ]


def product(found: Product, by: Actor, *, valid: bool) -> dict[str, Any]:
    """Context of `/exchange/products/<code>`. `valid`: the review of its source has not expired."""
    entry = _entry(found.dataset)
    columns = {item.column: (item.name_en if english() else item.name_zh) or item.column for item in _items(entry)}
    return {
        "product": found,
        "seller": name_of(found.seller),
        "partner": name_of(found.partner) if found.partner else "",
        "price": price(found.fen),
        "uses": _purposes(found.uses),
        "columns": [(columns.get(column, column), column) for column in found.columns],
        "valid": valid,
        "offered": found.state == "listed" and found.asset.state == "valid" and valid,
        "may_order": by.role == "trader" and str(by.institution) != found.seller,
        "proofs": _proofs(found.case),
    }


def _proofs(case: str) -> list[dict[str, Any]]:
    flow = cases.workflow("product_listing")
    return [
        {
            "words": flow.acts[one.verb].words.in_("en" if english() else "zh"),
            "at": one.at,
            "url": reverse("log-entry", args=[one.receipt]),
        }
        for one in cases.steps_of(case)
        if one.verb in PROVED
    ]


def _entry(dataset: str) -> PublishedEntry | None:
    return catalogue.published_many([dataset]).get(dataset)


def _items(entry: PublishedEntry | None) -> Iterable[Any]:
    return entry.items if entry is not None else ()


# ---- orders ------------------------------------------------------------------------------------------------------------------
def order_lines(found: Sequence[Order], by: Actor) -> list[dict[str, Any]]:
    """Orders in a list."""
    names = _names(one for order in found for one in (order.buyer, order.seller))
    states = cases.states_of([one.case for one in found])
    mine = str(by.institution or "-")
    return [
        {
            "url": reverse("exchange_order", args=[one.number]),
            "number": one.number,
            "title": one.product.title,
            "other": names.get(one.seller if one.buyer == mine else one.buyer, "—"),
            "side": _("bought from") if one.buyer == mine else _("sold to"),
            "price": price(one.fen),
            "state": _words_of("trade_order", states.get(one.case, "")),
            "held": bool(one.held_by),
            "simulated": one.simulated and one.fen > 0,
            "placed_at": one.placed_at,
        }
        for one in found
    ]


def order(found: Order, by: Actor) -> dict[str, Any]:
    """Context of `/exchange/orders/<number>`: state, contract, money, delivery, and the proof of each."""
    case = cases.case_for(by, found.number)
    names = _names([found.buyer, found.seller, found.partner])
    entries = selectors.entries_of(found)
    return {
        "order": found,
        "case": case,
        "state": _words_of("trade_order", case.state),
        "price": price(found.fen),
        "buyer": names.get(found.buyer, "—"),
        "seller": names.get(found.seller, "—"),
        "refunded": money(found.refunded_fen) if found.refunded_fen else "",
        "simulated": found.simulated and found.fen > 0,
        "transfer_due": case.state == "awaiting_payment" and not found.simulated,
        "terms": _terms(found),
        "entries": _entries(entries),
        "ask_url": _question(found, by),
        "proofs": _proofs(found.product.case),
        "asset": found.product.asset_id,
    }


def _terms(found: Order) -> dict[str, Any] | None:
    if not found.document:
        return None
    terms = odrl.read(json.loads(found.document))
    return {
        "purposes": _purposes(terms.purposes),
        "columns": terms.columns,
        "since": terms.since,
        "until": terms.until,
        "basis": terms.basis,
    }


def _question(found: Order, by: Actor) -> str:
    """A first question for the buyer, once the gate is open."""
    entry = _entry(found.product.dataset)
    if found.delivered_at is None or entry is None or str(by.institution) != found.buyer:
        return ""
    columns = ", ".join('"' + column.replace('"', '""') + '"' for column in found.product.columns[:5])
    sql = f'SELECT {columns} FROM "{entry.slug}" LIMIT 20'  # noqa: S608 - shown in a form, parsed by the gate
    terms = _terms(found)
    purpose = odrl.read(json.loads(found.document)).purposes[0] if terms else ""
    return f"{reverse('query')}?{urlencode({'sql': sql, 'purpose': purpose})}"


# ---- the journal -------------------------------------------------------------------------------------------------------------
def _entries(found: Sequence[JournalEntry]) -> list[dict[str, Any]]:
    lines = [line for entry in found for line in entry.lines.all()]
    names = _names(one.owner for line in lines for one in (line.debit, line.credit) if one.kind in {"payable", "fee"})
    return [
        {
            "what": str(ENTRIES[entry.what]),
            "order": entry.order_id,
            "at": entry.at,
            "reference": entry.reference,
            "simulated": entry.simulated,
            "lines": [
                {
                    "debit": _account(line.debit, names),
                    "credit": _account(line.credit, names),
                    "amount": money(line.fen),
                }
                for line in entry.lines.all()
            ],
        }
        for entry in found
    ]


def _account(account: Account, names: dict[str, str]) -> str:
    owner = names.get(account.owner, account.owner)
    return f"{ACCOUNTS[account.kind]} {owner}".strip()


def books() -> dict[str, Any]:
    """Context of `/exchange/journal`: balances of real and of simulated money, and the newest entries."""
    return {
        "books": [
            {
                "simulated": simulated,
                "balances": [(str(ACCOUNTS[kind]), money(abs(fen))) for kind, fen in found.items()],
                "sum": sum(found.values()),
            }
            for simulated in (False, True)
            for found in [selectors.balances(simulated=simulated)]
        ],
        "entries": _entries(selectors.entries()),
    }


# ---- alerts ------------------------------------------------------------------------------------------------------------------
MEASURES = {
    "owners": gettext_lazy("%(n)s in control of both"),
    "trades": gettext_lazy("%(n)s trades"),
    "spreads": gettext_lazy("%(n)s times the usual distance from the middle price of its kind"),
    "bought": gettext_lazy("bought before as %(n)s"),
    "times": gettext_lazy("%(n)s times the middle order"),
    "orders": gettext_lazy("%(n)s orders on a day"),
    "usual": gettext_lazy("usually %(n)s"),
    "failed": gettext_lazy("%(n)s deliveries failed"),
    "of": gettext_lazy("of %(n)s"),
}
"""What the figures of a rule mean."""


def seen(told: str) -> str:
    """The figures of an alert in words."""
    found = [part.partition(" ") for part in told.split("; ") if part]
    words = [
        str(MEASURES[name]) % {"n": value} if name in MEASURES else f"{name} {value}" for name, _gap, value in found
    ]
    return (", " if english() else "，").join(words)


def alert_lines(found: Sequence[Alert]) -> list[dict[str, Any]]:
    """Alerts in a list."""
    kept = cases.cases_by_id([one.case for one in found])
    return [
        {
            "url": reverse("case", args=[one.number]),
            "number": one.number,
            "rule": _option("trade_alert", "rule", one.rule),
            "state": _words_of("trade_alert", kept[one.case].state),
            "closing": _option("trade_alert", "closing", str(kept[one.case].facts.get("closing") or "")),
            "seen": seen(str(kept[one.case].facts.get("seen") or "")),
            "orders": [(number, reverse("exchange_order", args=[number])) for number in one.orders[:5]],
            "more": max(len(one.orders) - 5, 0),
            "raised_at": one.raised_at,
        }
        for one in found
        if one.case in kept
    ]
