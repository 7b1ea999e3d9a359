"""Was everything entered? Compare, both ways, what was delivered with what was recorded. Gate and lake hand their ids down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.db import connection, transaction

from kaimen.core.tlog import leaf as leaves
from kaimen.core.tlog.encoding import Json
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence import selectors
from kaimen.evidence.models import Reconciliation
from kaimen.evidence.services.recording import record

SETTLED = timedelta(minutes=5)
LISTED = 200
"""Differences are listed up to so many; the counts are always whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """What a place of delivery (query engine, lake, access log) says: the entry ids that travelled with what it did."""

    place: str
    kinds: frozenset[Kind]
    entries: AbstractSet[str]


@transaction.atomic
def reconcile(delivered: Iterable[Deliveries], *, since: datetime, until: datetime, now: datetime) -> Reconciliation:
    """Anti-joins both ways over [since, until), counters without a gap, nothing left out of the log; the report is an entry itself."""
    counts: dict[str, int] = {}
    differences: dict[str, list[str]] = {}

    def found(what: str, ids: Iterable[str]) -> None:
        listed = sorted(ids)
        counts[what] = len(listed)
        if listed:
            differences[what] = listed[:LISTED]

    for place in delivered:
        recorded = _recorded(place.kinds, since, until)
        counts[f"{place.place}.recorded"] = len(recorded)
        counts[f"{place.place}.delivered"] = len(place.entries)
        found(f"{place.place}.delivered_without_entry", place.entries - recorded)
        found(f"{place.place}.entry_without_delivery", recorded - place.entries)
    found("not_in_the_log", selectors.unsequenced_since(now - SETTLED))
    found("gaps", _gaps())
    agreed = not differences
    receipt = record(
        Kind.RECONCILE_REPORT,
        at=now,
        public={"out": "agreed" if agreed else "differences"},
        private=cast(
            "Mapping[str, Json]",
            {"since": since.isoformat(), "until": until.isoformat(), "counts": counts, "differences": differences},
        ),
    )
    return Reconciliation.objects.create(
        at=now, since=since, until=until, agreed=agreed, counts=counts, differences=differences, entry=receipt.entry
    )


def _recorded(kinds: frozenset[Kind], since: datetime, until: datetime) -> set[str]:
    """Ids of entries of these kinds whose time lies in the span."""
    begin, end = (int(moment.timestamp() * 1000) for moment in (since, until))
    ids = set[str]()
    with connection.cursor() as cursor:
        cursor.execute("select leaf from evidence order by id")
        while rows := cursor.fetchmany(1000):
            told = [leaves.parse(bytes(data)) for (data,) in rows]
            ids |= {leaf.id for leaf in told if leaf.kind in kinds and begin <= leaf.t < end}
    return ids


def _gaps() -> list[str]:
    """Lanes whose counter skips a number."""
    with connection.cursor() as cursor:
        cursor.execute("select node, max(n), count(*) from evidence group by node having max(n) <> count(*)")
        return [f"{node}: {top - count} of {top} missing" for node, top, count in cursor.fetchall()]
