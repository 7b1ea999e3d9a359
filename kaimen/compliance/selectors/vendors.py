"""Vendors: their contracts, warranties, and the accounts that hang on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.compliance.models import VendorAccount
from kaimen.core.lifecycle.rules import Words
from kaimen.core.policy.party import Actor

if TYPE_CHECKING:
    from kaimen.cases.models import Case

WORKFLOW = "vendor"
MOST = 200
OVER = frozenset({"handed_over", "destroyed", "closed"})
ACCEPTED = frozenset({"warranty"})
"""States after acceptance in which the contract was not ended early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A contract. `accounts`: how many hang on it; `alive`: how many can still sign in."""

    number: str
    vendor: str
    project: str
    contract_no: str
    state: Words
    state_code: str
    until: str
    warranty_until: str
    accounts: int
    alive: int


def vendors(by: Actor, *, now: datetime) -> list[Vendor]:
    """Contracts that this reader may know of, the newest first."""
    return _vendors(list(cases.visible(by).filter(workflow=WORKFLOW).order_by("-pk")[:MOST]), now=now)


def all_vendors(*, now: datetime) -> list[Vendor]:
    """Every contract, for the control board."""
    return _vendors(cases.in_states(WORKFLOW, cases.states(WORKFLOW)), now=now)


def _vendors(found: Sequence[Case], *, now: datetime) -> list[Vendor]:
    flow = cases.workflow(WORKFLOW)
    held = _accounts([case.number for case in found])
    limits = accounts.limits_of([one for several in held.values() for one in several], at=now)
    return [
        Vendor(
            number=case.number,
            vendor=str(case.facts["vendor"]),
            project=str(case.facts["project"]),
            contract_no=str(case.facts["contract_no"]),
            state=flow.states[case.state].words,
            state_code=case.state,
            until=str(case.facts["until"]),
            warranty_until=str(case.facts.get("warranty_until", "")),
            accounts=len(held.get(case.number, [])),
            alive=sum(limits[one].active for one in held.get(case.number, [])),
        )
        for case in found
    ]


def _accounts(numbers: list[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for account, number in VendorAccount.objects.filter(case__in=numbers).values_list("account", "case"):
        found.setdefault(number, []).append(account)
    return found
