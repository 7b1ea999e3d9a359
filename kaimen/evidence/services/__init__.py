"""Verbs of this room: write an entry, order and sign what was written, show it to the world, erase, compare, recover."""

from datetime import datetime
from functools import lru_cache

from django.conf import settings

from kaimen.core.tlog.commitment import SubjectId
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence import keys
from kaimen.evidence.services import witnesses
from kaimen.evidence.services.erasing import erase, restrict
from kaimen.evidence.services.integrating import BATCH, integrate
from kaimen.evidence.services.pruning import prune
from kaimen.evidence.services.publishing import publish
from kaimen.evidence.services.reconciling import Deliveries, reconcile
from kaimen.evidence.services.recording import Receipt, heartbeat, record, who
from kaimen.evidence.services.recovering import rebase, recover
from kaimen.evidence.services.rotating import rotate, settle_keys
from kaimen.evidence.services.timestamping import timestamp

__all__ = [
    "Deliveries",
    "Kind",
    "Receipt",
    "SubjectId",
    "erase",
    "heartbeat",
    "integrate",
    "prune",
    "publish",
    "rebase",
    "reconcile",
    "record",
    "recover",
    "restrict",
    "rotate",
    "settle_keys",
    "tick",
    "timestamp",
    "who",
]


def tick(now: datetime) -> int:
    """What the worker does every second: bring in all that waits, then publish. The number of entries that came in."""
    _ask_witnesses_first(keys.origin(), str(settings.KAIMEN_EVIDENCE_POLICY))
    settle_keys(now=now)
    total = 0
    while count := integrate(now=now):
        total += count
        if count < BATCH:
            break
    publish(now=now)
    return total


@lru_cache(maxsize=8)
def _ask_witnesses_first(origin: str, policy: str) -> None:
    """Once a process, before it signs anything: the database may be a restored one that has forgotten what it showed."""
    del origin, policy
    witnesses.look()
