"""Refuse entries below a minimum index, under a written policy whose digest is logged. Nothing is deleted: a mistake can be taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kaimen.core.errors import Invalid, Refused
from kaimen.core.policy.party import Actor
from kaimen.core.tlog.encoding import b64url
from kaimen.core.tlog.kinds import Kind
from kaimen.core.tlog.pruning import Pruning
from kaimen.evidence import outside
from kaimen.evidence.models import Checkpoint, Pruned
from kaimen.evidence.services.recording import record, who

KEPT_YEARS = 6
"""So long the law demands that decisions of the gate can be read. Bundles hold entries of all kinds, so it holds for all."""


@transaction.atomic
def prune(before: int | datetime, *, policy: str, by: Actor, now: datetime) -> Pruning:
    """Serve no bundle that ends at or below `before`: an index, or the entries of heads signed before a moment.

    Raises `Invalid("pruning")` without a policy, `Invalid("prune_before")` beyond what is published, `Refused("retention_floor")`
    when an entry below may be younger than six years: the head that took it in is.
    """
    shown = outside.folder().head()
    size = shown.size if shown else 0
    pruning = Pruning(minimum=before if isinstance(before, int) else _signed_before(before), policy=policy)
    if not policy.strip():
        raise Invalid("pruning", why="policy")
    if not 0 <= pruning.minimum <= size:
        raise Invalid("prune_before", size=size)
    _keep_the_floor(pruning.minimum, now=now)
    receipt = record(
        Kind.LOG_PRUNED,
        at=now,
        public={"d": b64url(pruning.digest), "out": "done"},
        private={"minimum": pruning.minimum, "size": size, **who(by)},
    )
    Pruned.objects.create(minimum=pruning.minimum, policy=policy, at=now, entry=receipt.entry)
    return pruning


def _signed_before(moment: datetime) -> int:
    """The size of the last head signed before: all of its entries were written before, too."""
    return Checkpoint.objects.filter(at__lt=moment).order_by("-size").values_list("size", flat=True).first() or 0


def _keep_the_floor(minimum: int, *, now: datetime) -> None:
    signed = Checkpoint.objects.filter(size__gte=minimum).order_by("size").values_list("at", flat=True).first()
    if minimum and signed is not None and now < (until := _years_after(signed)):
        raise Refused("retention_floor", until=until.date().isoformat())


def _years_after(moment: datetime) -> datetime:
    try:
        return moment.replace(year=moment.year + KEPT_YEARS)
    except ValueError:  # 29 February
        return moment.replace(year=moment.year + KEPT_YEARS, month=3, day=1)
