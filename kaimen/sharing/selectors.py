"""Questions: which agreements there are, what each says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from kaimen.cases import selectors as cases
from kaimen.core.errors import Missing
from kaimen.core.policy import odrl
from kaimen.core.policy.party import Actor, Via
from kaimen.gate import selectors as gate
from kaimen.sharing.models import Agreement


def agreement_for(by: Actor, code: str) -> Agreement:
    """One agreement, for those who may know of its case. Raises `Missing("agreement_unknown")`."""
    found = Agreement.objects.filter(code=code[:40].upper()).first()
    if found is None or not cases.visible(by).filter(pk=found.case).exists():
        raise Missing("agreement_unknown")
    return found


def agreements(by: Actor) -> Sequence[Agreement]:
    """The agreements of this actor's body, the newest first."""
    return list(Agreement.objects.filter(case__in=cases.visible(by).values("pk")).order_by("-signed_at")[:200])


LIVE = frozenset({"provisioning", "in_use", "suspended", "rectified", "ending"})
"""States of its case in which an agreement is in force, or will be again."""


def ends_at(agreement: Agreement) -> datetime | None:
    """The last moment of an agreement; None for one that was ended before its day."""
    case = cases.visible(Actor(via=Via.JOB)).get(pk=agreement.case)
    return gate.end_of(odrl.read(document(agreement)).until) if case.state in LIVE else None


def document(agreement: Agreement) -> Mapping[str, object]:
    """The ODRL document, decoded."""
    return cast("Mapping[str, object]", json.loads(agreement.document))
