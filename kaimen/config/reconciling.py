"""The nightly comparison: what gate and lake delivered against what the log has. Only config knows all of them.

A day is compared once it is over and its answers have settled; the report is an entry of the log itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from kaimen.evidence import selectors as log
from kaimen.evidence import services as evidence
from kaimen.gate import selectors as gate
from kaimen.lake import selectors as lake

SETTLED = timedelta(hours=2)
"""So long after midnight no answer of the day is still under way."""


def due(now: datetime) -> tuple[datetime, datetime] | None:
    """The day that waits to be compared as [since, until), in the city's zone; None when yesterday is done."""
    zone = ZoneInfo(settings.KAIMEN_TIME_ZONE)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if now - midnight < SETTLED:
        midnight -= timedelta(days=1)
    last = log.status(now).reconciled
    if last is not None and last.until >= midnight:
        return None
    since = last.until if last is not None else midnight - timedelta(days=1)
    return since, midnight


def compare(now: datetime) -> bool:
    """Compare the day that is due, if there is one; whether anything was compared."""
    span = due(now)
    if span is None:
        return False
    since, until = span
    evidence.reconcile(
        [
            evidence.Deliveries(
                place="gate",
                kinds=frozenset({evidence.Kind.GATE_ANSWERED}),
                entries=gate.answered_between(since, until),
            ),
            evidence.Deliveries(
                place="lake",
                kinds=frozenset({evidence.Kind.LOAD_PUBLISHED}),
                entries=lake.published_between(since, until),
            ),
        ],
        since=since,
        until=until,
        now=now,
    )
    return True
