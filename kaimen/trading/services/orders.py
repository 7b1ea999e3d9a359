"""An order from its placing to its settlement: what is pinned, what the contract says, how the gate opens and the money moves.

TRD-01 is a hard guard: at the order and again at the contract both identities and the review of the source must stand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from kaimen.cases.services import Hook, Step
from kaimen.core.errors import Refused
from kaimen.core.policy import odrl
from kaimen.core.policy.party import Actor, InstitutionId, Role, Via
from kaimen.gate import selectors as gate_selectors
from kaimen.gate import services as gate
from kaimen.gate.services import GrantForm
from kaimen.office import selectors as office
from kaimen.trading import selectors
from kaimen.trading.models import Order, Product
from kaimen.trading.money import fen_of, yuan_of
from kaimen.trading.services import journal
from kaimen.trading.services.common import fault, today

ACCEPT = "POL-TRD-ACCEPT"
SANDBOX = "sandbox"
_HEARD = ("answer", "buyer_answer")
"""What the sides said in a dispute."""
PLATFORM = Actor(via=Via.JOB)
"""Who opens and shuts the gate under a contract: the platform, by what both have signed."""


# ---- order and contract ------------------------------------------------------------------------------------------------------
def _open(step: Step) -> None:
    operator = selectors.operator_or_refuse()
    product = selectors.product_on_offer(step.text("product"))
    buyer, simulated = step.party("buyer"), step.text("payment_method") == SANDBOX
    if buyer == product.seller:
        raise Refused("product_own")
    if buyer == product.partner:
        raise Refused("product_partner")
    if step.text("purpose") not in product.uses:
        raise fault("purpose", "not_a_use_of_it")
    if simulated and operator.production:
        raise Refused("simulated_off")
    _guard(step, product)
    _within(step, product)
    step.facts |= {
        "product": product.code,
        "product_title": product.title,
        "price_agreed": yuan_of(product.fen),
        "free": product.fen == 0,
        "is_delivered": False,
        "simulated": simulated,
        "trading_rules": operator.rules_version,
    }
    Order.objects.create(
        number=step.case.number, case=step.case.pk, product=product, product_version=product.version, buyer=buyer,
        seller=product.seller, fen=product.fen, fee_bp=operator.fee_bp, partner=product.partner,
        partner_bp=product.partner_bp, rules_version=operator.rules_version, simulated=simulated, placed_at=step.now,
    )  # fmt: skip


def _guard(step: Step, product: Product) -> None:
    """INVARIANT (TRD-01): no order and no contract without both identities and the source, checked and not expired."""
    selectors.admitted(step.party("buyer"), today(step), side="buyer")
    selectors.admitted(product.seller, today(step), side="seller")
    selectors.reviewed_until(product.source_until.isoformat(), today(step))


def _within(step: Step, product: Product) -> None:
    """A contract ends no later than what it rests on. Raises `Refused("use_outlives")` with what ends first, and when."""
    buyer = selectors.admitted(step.party("buyer"), today(step), side="buyer")
    seller = selectors.admitted(product.seller, today(step), side="seller")
    last = {
        "source_review": product.source_until,
        "registration": product.asset.valid_until,
        "buyer_admission": buyer.valid_until or today(step),
        "seller_admission": seller.valid_until or today(step),
    }
    first = min(last, key=lambda name: last[name])
    if date.fromisoformat(step.text("use_until")) > last[first]:
        raise Refused("use_outlives", first=first, until=last[first].isoformat())


def _sign_buyer(step: Step) -> None:
    product = _order(step).product
    _guard(step, product)
    _within(step, product)


def _sign_seller(step: Step) -> None:
    """Both have signed: the contract is frozen; what was ordered is what is contracted, whatever changed since."""
    selectors.operator_or_refuse()
    order = _order(step)
    product = selectors.product_on_offer(order.product.code)
    _guard(step, product)
    _within(step, product)
    until, day = date.fromisoformat(step.text("use_until")), today(step)
    if until <= day:
        raise Refused("agreement_term_over", until=until.isoformat())
    terms = odrl.Terms(
        uid=f"urn:kaimen:contract:{order.number}",
        dataset=product.dataset,
        assigner=order.seller,
        assignee=order.buyer,
        purposes=(step.text("purpose"),),
        columns=tuple(product.columns),
        since=day,
        until=until,
        basis=f"{order.number}; {product.code}/{order.product_version}; CNY {yuan_of(order.fen)}; {order.rules_version}; "
        f"{step.text('use_scenario')}",
    )
    document = odrl.write(terms)
    order.document, order.digest = odrl.frozen(document).decode("utf-8"), odrl.digest(document)
    order.signed_at = step.now
    order.save(update_fields=["document", "digest", "signed_at"])
    step.facts["contract_digest"] = order.digest


# ---- payment -----------------------------------------------------------------------------------------------------------------
def _pay_simulated(step: Step) -> None:
    """The sandbox: its books are apart from real money, and an exchange in production does not know it."""
    operator = selectors.operator()
    if operator is None or operator.production:
        raise Refused("simulated_off")
    order = _order(step)
    journal.pay_in(order, reference=f"SIM-{order.number}", now=step.now)


def _record_transfer(step: Step) -> None:
    order = _order(step)
    if fen_of(step.text("amount")) != order.fen:
        raise fault("amount", "not_the_price")
    signed = office.rules().calendar.day(order.signed_at) if order.signed_at else today(step)
    if date.fromisoformat(step.text("received_on")) < signed:
        raise fault("received_on", "before_contract")
    selectors.reference_free(step.text("reference"))


def _confirm_transfer(step: Step) -> None:
    journal.pay_in(_order(step), reference=step.text("reference"), now=step.now)


# ---- delivery ----------------------------------------------------------------------------------------------------------------
def _deliver(step: Step) -> None:
    """The grant is made of the signed contract, then one question is tried under it for the buyer; what does not answer is not delivered."""
    order = _order(step)
    terms = odrl.read(json.loads(order.document))
    if terms.until < today(step):
        raise Refused("agreement_term_over", until=terms.until.isoformat())
    form = GrantForm(
        code=order.number,
        dataset=terms.dataset,
        purposes=terms.purposes,
        not_before=step.now,
        not_after=gate_selectors.end_of(terms.until),
        institution=InstitutionId(terms.assignee),
        duties=GrantForm.duties_of(columns=terms.columns, rows=dict(terms.rows)),
        basis_zh=terms.basis,
        basis_en=terms.basis,
    )
    gate.grant(form, by=PLATFORM, now=step.now)
    asking = Actor(institution=InstitutionId(terms.assignee), role=Role("trader"), via=Via.JOB)
    gate.try_columns(terms.dataset, terms.columns, purpose=terms.purposes[0], by=asking, now=step.now)
    order.delivered_at = step.now
    order.save(update_fields=["delivered_at"])
    step.facts["is_delivered"] = True


def _give_up(step: Step) -> None:
    _fail(step)
    step.facts |= {"decision": "refund", "refund": yuan_of(_order(step).fen)}


def _call_in(step: Step) -> None:
    """Nothing is accepted by silence: once the buyer's term is over, the seller may ask the exchange to decide. The gate stays open.

    Raises `Refused("acceptance_running")`.
    """
    due = step.due(ACCEPT)
    if due is not None and step.now < due:
        raise Refused("acceptance_running", until=office.rules().calendar.day(due).isoformat())
    step.facts |= dict.fromkeys((*_HEARD, "complaint", "decision", "refund"))


# ---- dispute -----------------------------------------------------------------------------------------------------------------
def _complain(step: Step) -> None:
    """A new complaint is heard anew: what was answered and decided on an earlier one stays in its steps."""
    step.facts |= dict.fromkeys((*_HEARD, "decision", "refund"))
    order = _order(step)
    if order.delivered_at:
        gate.suspend(order.number, reason=step.act.words.zh, by=PLATFORM, now=step.now)


def _decide(step: Step) -> None:
    """Of a part it is said how much; all that was paid is more than a part. Without delivery there is no part to keep."""
    order, decision = _order(step), step.text("decision")
    back = fen_of(str(step.facts.get("refund") or "0"))
    match decision:
        case "stands" if back:
            raise fault("refund", "nothing_goes_back")
        case "stands":
            back = 0
        case "refund":
            back = order.fen
        case _ if order.delivered_at is None:
            raise fault("decision", "not_delivered_no_part")
        case _ if not 0 < back < order.fen:
            raise fault("refund", "not_a_part")
        case _:
            pass
    step.facts["refund"] = yuan_of(back)


def _carry_out(step: Step) -> None:
    order, decision = _order(step), step.text("decision")
    back = fen_of(step.text("refund"))
    journal.refund(order, back, now=step.now)
    order.refunded_fen = back
    order.save(update_fields=["refunded_fen"])
    if decision != "stands":
        _fail(step)
    if order.delivered_at is None:
        return
    if decision == "refund":
        gate.revoke(order.number, reason=step.act.words.zh, by=PLATFORM, now=step.now)
    elif gate_selectors.grants_by_code([order.number])[order.number].suspended_at is not None:
        gate.resume(order.number, reason=step.act.words.zh, by=PLATFORM, now=step.now)


def _fail(step: Step) -> None:
    Order.objects.filter(pk=step.case.number).update(failed=True)


# ---- money out ---------------------------------------------------------------------------------------------------------------
def _settle(step: Step) -> None:
    order = _order(step)
    journal.settle(order, step.party("exchange"), now=step.now)
    order.settled_at = step.now
    order.save(update_fields=["settled_at"])


def _pay_out(step: Step) -> None:
    order = _order(step)
    reference = step.text("payout_reference")
    journal.pay_out(order, reference=f"SIM-{order.number}" if order.simulated else reference, now=step.now)


def _order(step: Step) -> Order:
    return Order.objects.select_for_update(of=("self",)).select_related("product").get(pk=step.case.number)


def _nothing(_step: Step) -> None:
    """A step that only moves the case."""


def unless_held(hook: Hook) -> Hook:
    """An order that an alert froze goes nowhere."""

    def attended(step: Step) -> None:
        held = Order.objects.filter(pk=step.case.number).exclude(held_by="").values_list("held_by", flat=True).first()
        if held:
            raise Refused("order_held", alert=held)
        hook(step)

    return attended


_STEPS: Mapping[str, Hook] = {
    "sign_buyer": _sign_buyer,
    "sign_seller": _sign_seller,
    "refuse": _nothing,
    "cancel": _nothing,
    "pay_simulated": _pay_simulated,
    "record_transfer": _record_transfer,
    "confirm_transfer": _confirm_transfer,
    "reject_transfer": _nothing,
    "deliver": _deliver,
    "give_up": _give_up,
    "accept": _nothing,
    "call_in": _call_in,
    "decide": _decide,
    "carry_out": _carry_out,
    "settle": _settle,
    "pay_out": _pay_out,
}
HOOKS: Mapping[str, Hook] = {
    "open": _open,
    "complain": _complain,
    **{verb: unless_held(hook) for verb, hook in _STEPS.items()},
}
