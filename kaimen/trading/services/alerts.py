"""Alerts: the rules look at the market, what they see becomes a case once; whoever looks into it may freeze its orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from kaimen.cases import services as cases
from kaimen.cases.services import Hook, Step
from kaimen.core.policy.party import Actor, Via
from kaimen.trading import rules, selectors
from kaimen.trading.models import Alert, Order

_KEY, _LINE, _TEXT = 200, 300, 7_000
"""The longest key of an alert, and the longest line and text of a case."""


def look(*, now: datetime) -> int:
    """Run the rules over the market and raise what was not raised before. Returns how many; none while trading is off."""
    if selectors.operator() is None:
        return 0
    found = {_key(one): one for one in rules.findings(selectors.market())}
    known = set(Alert.objects.filter(pk__in=list(found)).values_list("pk", flat=True))
    new = [(key, one) for key, one in found.items() if key not in known]
    for key, one in new:
        _raise(key, one, now=now)
    return len(new)


def _key(found: rules.Finding) -> str:
    return f"{found.rule}:{found.subject}"[:_KEY]


@transaction.atomic
def _raise(key: str, found: rules.Finding, *, now: datetime) -> None:
    told = {
        "rule": found.rule,
        "subject": found.subject[:_LINE],
        "orders": "\n".join(found.orders)[:_TEXT],
        "seen": "; ".join(f"{name} {value}" for name, value in found.measures.items()),
    }
    case = cases.begin("trade_alert", told, by=Actor(via=Via.JOB), now=now).case
    Alert.objects.create(
        key=key, case=case.pk, number=case.number, rule=found.rule, rules_version=rules.VERSION,
        orders=list(found.orders), raised_at=now,
    )  # fmt: skip


def _hold(step: Step) -> None:
    """An order that another alert froze already stays with that one."""
    alert = Alert.objects.get(case=step.case.pk)
    Order.objects.filter(pk__in=alert.orders, held_by="").update(held_by=alert.number)


def _release(step: Step) -> None:
    Order.objects.filter(held_by=step.case.number).update(held_by="")


HOOKS: Mapping[str, Hook] = {"hold": _hold, "release": _release}
