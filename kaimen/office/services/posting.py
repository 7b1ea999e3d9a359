"""The post: every effect outside the database is a row that the worker delivers; success and recovery run the same code.

Receivers are given in by the caller (`config.handlers` knows every room; this room knows none).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db.models import F

from kaimen.office.models import Outbox

log = logging.getLogger("kaimen.office")
TRIES = 10
BATCH = 100
Receiver = Callable[[int, Mapping[str, object]], None]


def post(kind: str, *, key: str, body: Mapping[str, object], now: datetime) -> None:
    """Write one outbox row. Call it inside the business transaction."""
    Outbox.objects.create(kind=kind, key=key, body=dict(body), posted_at=now, due_at=now)


def deliver(receivers: Mapping[str, Receiver], *, now: datetime) -> int:
    """Deliver what is due, each row by itself; returns how many were handed over. One deliverer at a time is enough.

    A receiver gets the row's id as idempotency key: after a crash between its effect and our note it is called again.
    """
    delivered = 0
    for row in Outbox.objects.filter(done_at__isnull=True, dead_at__isnull=True, due_at__lte=now).order_by(
        "due_at", "id"
    )[:BATCH]:
        try:
            receivers[row.kind](row.pk, row.body)
        except Exception as error:  # noqa: BLE001 - any failure of a receiver is a later try
            _postpone(row, error, now=now)
        else:
            Outbox.objects.filter(pk=row.pk).update(done_at=now, tries=F("tries") + 1)
            delivered += 1
    return delivered


def _postpone(row: Outbox, error: Exception, *, now: datetime) -> None:
    tries = row.tries + 1
    wait = timedelta(seconds=min(2**tries, 3600))
    log.warning("outbox %s of kind %s failed (%s), try %s", row.pk, row.kind, type(error).__name__, tries)
    Outbox.objects.filter(pk=row.pk).update(tries=tries, due_at=now + wait, dead_at=now if tries >= TRIES else None)
