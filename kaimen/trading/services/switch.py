"""The switch of the exchange: who may lawfully run it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kaimen.accounts import selectors as accounts
from kaimen.core.errors import Invalid, Refused
from kaimen.core.policy.party import Actor
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence import services as evidence
from kaimen.trading import selectors
from kaimen.trading.models import MOST_FEE_BP, Operator


@transaction.atomic
def set_operator(
    *,
    on: bool,
    institution: str = "",
    licence: str = "",
    rules_version: str = "",
    fee_bp: int = 0,
    production: bool = False,
    reason: str,
    by: Actor,
    now: datetime,
) -> Operator:
    """Name the lawful operator, or switch trading off. `fee_bp`: its fee in hundredths of a percent; `production`: no simulated payments.

    Raises `Refused("not_your_role")`, `Invalid("operator_incomplete")`, `Invalid("reason_needed")`, `Missing("institution")`.
    """
    if not selectors.may_set(by):
        raise Refused("not_your_role", needed=[selectors.SETS])
    if not reason.strip():
        raise Invalid("reason_needed")
    named, licence, rules_version = "", licence.strip()[:200], rules_version.strip()[:60]
    if on:
        if not (institution.strip() and licence and rules_version) or not 0 <= fee_bp <= MOST_FEE_BP:
            raise Invalid("operator_incomplete")
        named = str(accounts.institution(institution.strip()).pk)
    receipt = evidence.record(
        Kind.EXCHANGE_SET,
        at=now,
        public={"inst": str(by.institution), "out": "on" if on else "off"},
        private=evidence.who(by)
        | {
            "operator": named,
            "licence": licence,
            "rules_version": rules_version,
            "fee_bp": fee_bp,
            "production": production,
            "reason": reason.strip()[:500],
        },
    )
    return Operator.objects.create(
        on=on, institution=named, licence=licence if on else "", rules_version=rules_version if on else "",
        fee_bp=fee_bp if on else 0, production=on and production,
        reason=reason.strip()[:500], person=str(by.person or ""), at=now, receipt=receipt.entry,
    )  # fmt: skip
