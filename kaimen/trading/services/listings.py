"""Listing: what a product is made of, what may not be sold, and what stands on the market after both reviews."""

from __future__ import annotations

from collections.abc import Mapping

from kaimen.accounts import selectors as accounts
from kaimen.cases.services import Hook, Step
from kaimen.core.errors import Refused
from kaimen.core.metadata.entry import PiClass
from kaimen.trading import selectors
from kaimen.trading.models import MOST_PARTNER_BP, Asset, Product
from kaimen.trading.money import fen_of
from kaimen.trading.services.common import all_of, fault, good_until, operating, today

OPEN_TO_ALL = 1
"""Open type of data that anybody takes for nothing."""
NOT_SOLD_FROM = 4
"""Level from which data are no product."""


def _open(step: Step) -> None:
    operating(step)
    selectors.admitted(step.party("seller"), today(step), side="seller")
    _examine(step)


def _examine(step: Step) -> None:
    """The asset is the seller's and valid, the data are the seller's, and nothing in them is barred from trade."""
    _asset(step)
    entry, seller = step.dataset(), step.party("seller")
    if str(entry.provider) != seller:
        raise Refused("product_not_yours", dataset=entry.slug)
    if entry.open_type == OPEN_TO_ALL:
        raise Refused("product_open_already", dataset=entry.slug)
    wanted = set(step.many("columns"))
    items = [item for item in entry.items if item.column in wanted]
    if any(item.pi_class is not PiClass.NONE or (item.level or NOT_SOLD_FROM) >= NOT_SOLD_FROM for item in items):
        raise fault("columns", "not_tradable")
    _partner(step, seller)


def _partner(step: Step, seller: str) -> None:
    """Who shares in the income, and how much: neither the seller nor anybody who reviews the listing."""
    if bool(step.text("partner")) != bool(step.text("partner_percent")):
        raise fault("partner_percent" if step.text("partner") else "partner", "needed")
    if not step.text("partner"):
        return
    if int(step.text("partner_percent")) * 100 > MOST_PARTNER_BP:
        raise fault("partner_percent", "too_large")
    partner, operator = accounts.institution(step.text("partner")), selectors.operator()
    if str(partner.pk) == seller:
        raise fault("partner", "not_itself")
    if partner.is_authority or (operator is not None and str(partner.pk) == operator.institution):
        raise fault("partner", "not_the_exchange")


def _asset(step: Step) -> Asset:
    """Raises `Invalid("case_facts")` for a code that is none of the seller's valid ones."""
    code = step.text("asset").upper()
    found = Asset.objects.filter(code=code, institution=step.party("seller"), state="valid").first()
    if found is None or found.valid_until < today(step):
        raise fault("asset", "no_such_asset") if "asset" in step.facts else Refused("asset_not_valid", asset=code)
    if "asset" in step.facts:
        step.facts["asset"] = code
    return found


def _pass_source(step: Step) -> None:
    all_of(step, "source_checks")
    step.facts["source_until"] = good_until(step).isoformat()


def _pass_lawful(step: Step) -> None:
    all_of(step, "lawful_checks")


def _list(step: Step) -> None:
    """What both reviews passed goes on the market, if party, asset, data and review still stand."""
    operating(step)
    selectors.admitted(step.party("seller"), today(step), side="seller")
    asset = _asset(step)
    _examine(step)
    until = selectors.reviewed_until(step.text("source_until"), today(step))
    entry, partner = step.dataset(), step.text("partner")
    Product.objects.create(
        code=step.case.number, case=step.case.pk, seller=step.party("seller"), asset=asset, title=step.text("title"),
        summary=step.text("summary"), restrictions=step.text("restrictions"), dataset=entry.id,
        columns=step.many("columns"), uses=step.many("uses"), category=(*entry.body.themes, "")[0],
        fingerprint=asset.fingerprint, fen=fen_of(step.text("price")),
        partner=str(accounts.institution(partner).pk) if partner else "",
        partner_bp=int(step.text("partner_percent")) * 100 if partner else 0,
        state="listed", listed_at=step.now, source_until=until,
    )  # fmt: skip


def _reprice(step: Step) -> None:
    product = _product(step)
    product.fen = fen_of(step.text("price"))
    product.version += 1
    product.save(update_fields=["fen", "version"])


def _review_again(step: Step) -> None:
    _pass_source(step)
    product = _product(step)
    product.source_until = good_until(step)
    product.save(update_fields=["source_until"])


def _suspend(step: Step) -> None:
    _move(step, "suspended")


def _lift(step: Step) -> None:
    _move(step, "listed")


def _delist(step: Step) -> None:
    _move(step, "delisted")


def _product(step: Step) -> Product:
    return Product.objects.select_for_update().get(pk=step.case.number)


def _move(step: Step, state: str) -> None:
    Product.objects.filter(pk=step.case.number).update(state=state)


HOOKS: Mapping[str, Hook] = {
    "open": _open,
    "amend": _examine,
    "pass_source": _pass_source,
    "pass_lawful": _pass_lawful,
    "list": _list,
    "reprice": _reprice,
    "review_again": _review_again,
    "suspend": _suspend,
    "lift": _lift,
    "delist": _delist,
}
