"""Questions: which agreements there are, what each says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from kaimen.cases import selectors as cases
from kaimen.core.errors import Missing
from kaimen.core.policy import odrl
from kaimen.core.policy.party import Actor, Via
from kaimen.gate import selectors as gate
from kaimen.sharing.models import Agreement

if TYPE_CHECKING:
    from kaimen.gate.models import Grant


def agreement_for(by: Actor, code: str) -> Agreement:
    """One agreement, for those who may know of its case. Raises `Missing("agreement_unknown")`."""
    found = Agreement.objects.filter(code=code[:40].upper()).first()
    if found is None or not cases.visible(by).filter(pk=found.case).exists():
        raise Missing("agreement_unknown")
    return found


def agreements(by: Actor) -> Sequence[Agreement]:
    """The agreements of this actor's body, the newest first."""
    return list(Agreement.objects.filter(case__in=cases.visible(by).values("pk")).order_by("-signed_at")[:200])


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherGrant:
    """A grant between bodies that no agreement of this window made. `by_case`: a case of another kind made it, and ends it."""

    grant: Grant
    by_case: bool


def other_grants(by: Actor, *, now: datetime) -> Sequence[OtherGrant]:
    """What the actor's body gives or is given by the gate without an agreement of this window: what may stand in the way of one."""
    if by.institution is None or by.on_behalf is not None:
        return []
    held = gate.held_between(by.institution, now=now)
    codes = [one.code for one in held]
    signed = set(Agreement.objects.filter(code__in=codes).values_list("code", flat=True))
    numbers = cases.known_numbers(codes)
    return [OtherGrant(grant=one, by_case=one.code in numbers) for one in held if one.code not in signed]


LIVE = frozenset({"provisioning", "in_use", "suspended", "rectified", "ending"})
"""States of its case in which an agreement is in force, or will be again."""


def ends_at(agreement: Agreement) -> datetime | None:
    """The last moment of an agreement; None for one that was ended before its day."""
    case = cases.visible(Actor(via=Via.JOB)).get(pk=agreement.case)
    return gate.end_of(odrl.read(document(agreement)).until) if case.state in LIVE else None


def states_of(agreements: Iterable[Agreement]) -> dict[str, str]:
    """How the cases of agreements stand, by the code of the agreement."""
    kept = list(agreements)
    states = cases.states_of(one.case for one in kept)
    return {one.code: states.get(one.case, "") for one in kept}


def document(agreement: Agreement) -> Mapping[str, object]:
    """The ODRL document, decoded."""
    return cast("Mapping[str, object]", json.loads(agreement.document))
