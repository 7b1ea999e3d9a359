"""Questions: is there a lawful operator, which registrations are shown to the public, what does the register say of an asset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.core.errors import Missing
from kaimen.core.policy.party import Actor
from kaimen.trading.models import Asset, Operator

if TYPE_CHECKING:
    from kaimen.cases.models import Case

SETS = "authority_reviewer"
"""Who names the operator of the exchange."""


def operator() -> Operator | None:
    """The lawful operator of the exchange; None while trading is off."""
    newest = Operator.objects.order_by("-pk").first()
    return newest if newest is not None and newest.on else None


def may_set(by: Actor) -> bool:
    """May this actor name the operator?"""
    held = accounts.authority()
    return by.role == SETS and held is not None and str(held.pk) == str(by.institution)


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


def asset_of(case: Case) -> Asset | None:
    """What a registration led to."""
    return Asset.objects.filter(case=case.pk).first()
