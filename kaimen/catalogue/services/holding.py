"""Who relies on an entry: as long as somebody does, it does not end."""

from __future__ import annotations

from datetime import datetime

from kaimen.catalogue.models import Hold


def place_hold(entry_id: str, *, kind: str, ref: str, now: datetime) -> None:
    """A room above relies on the entry. Call it inside the transaction of the agreement; twice is once."""
    Hold.objects.get_or_create(entry_id=entry_id, kind=kind, ref=ref, released_at=None, defaults={"placed_at": now})


def release_hold(entry_id: str, *, kind: str, ref: str, now: datetime) -> None:
    """It relies no more."""
    Hold.objects.filter(entry_id=entry_id, kind=kind, ref=ref, released_at__isnull=True).update(released_at=now)
