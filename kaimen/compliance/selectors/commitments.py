"""Commitments: who signed which text for what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q

from kaimen.cases import selectors as cases
from kaimen.compliance.models import Commitment
from kaimen.core.policy.party import Actor

MOST = 200


def commitments(by: Actor) -> Sequence[Commitment]:
    """Those that the reader's body signed, or that were signed for its data; all for overseers. The newest first.

    None for whoever acts for a person: they see what that person would.
    """
    if by.on_behalf is not None:
        return []
    found = Commitment.objects.order_by("-signed_at", "-code")
    if by.role not in cases.OVERSEERS:
        body = str(by.institution or "-")
        found = found.filter(Q(institution=body) | Q(provider=body))
    return list(found[:MOST])


def committed(codes: Iterable[str]) -> set[str]:
    """Which of these cases have a commitment in force."""
    return set(Commitment.objects.filter(code__in=list(codes), ended_at=None).values_list("code", flat=True))
