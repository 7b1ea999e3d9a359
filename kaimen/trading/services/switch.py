"""The switch of the exchange: who may lawfully run it. Two officers of the authority name the operator; one may switch trading off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from kaimen.accounts import selectors as accounts
from kaimen.cases.services import Hook, Step
from kaimen.core.errors import Invalid, Refused
from kaimen.core.policy.party import Actor, InstitutionId
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence import services as evidence
from kaimen.trading import selectors
from kaimen.trading.models import MOST_FEE_BP, Operator
from kaimen.trading.services.common import fault

STAFF = "exchange_staff"


@transaction.atomic
def switch_off(*, reason: str, by: Actor, now: datetime) -> Operator:
    """Stop new listings, orders and contracts at once. Raises `Refused("not_your_role")`, `Invalid("reason_needed")`."""
    if not selectors.may_set(by):
        raise Refused("not_your_role", needed=[selectors.SETS])
    if not reason.strip():
        raise Invalid("reason_needed")
    return _write(Operator(on=False, reason=reason.strip()[:500]), by=by, now=now)


def _examine(step: Step) -> None:
    """A body in which somebody holds the office of exchange staff: without them nothing could be checked or settled."""
    body = accounts.institution(step.text("institution"))
    if not accounts.holders(STAFF, InstitutionId(str(body.pk)), at=step.now):
        raise fault("institution", "no_exchange_staff")
    if int(step.text("fee_bp")) > MOST_FEE_BP:
        raise fault("fee_bp", "too_large")


def _approve(step: Step) -> None:
    """From here on it holds; whoever ran the exchange before runs it no longer."""
    _examine(step)
    _write(
        Operator(
            on=True,
            institution=str(accounts.institution(step.text("institution")).pk),
            licence=step.text("licence"),
            rules_version=step.text("rules_version"),
            fee_bp=int(step.text("fee_bp")),
            production=bool(step.fact("production")),
            reason=step.text("reason"),
        ),
        by=step.by,
        now=step.now,
    )


def _write(row: Operator, *, by: Actor, now: datetime) -> Operator:
    receipt = evidence.record(
        Kind.EXCHANGE_SET,
        at=now,
        public={"inst": str(by.institution), "out": "on" if row.on else "off"},
        private=evidence.who(by)
        | {
            "operator": row.institution,
            "licence": row.licence,
            "rules_version": row.rules_version,
            "fee_bp": row.fee_bp,
            "production": row.production,
            "reason": row.reason,
        },
    )
    row.person, row.at, row.receipt = str(by.person or ""), now, receipt.entry
    row.save()
    return row


HOOKS: Mapping[str, Hook] = {"open": _examine, "amend": _examine, "approve": _approve}
