"""Reading the raw text that stayed behind. It may speak of persons, so opening it is evidence."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kaimen.core.errors import Invalid, Missing
from kaimen.core.policy.party import Actor
from kaimen.evidence import services as evidence
from kaimen.lake import places, quarantined
from kaimen.lake.models import Load
from kaimen.lake.services import quarantine
from kaimen.lake.services.actors import inst, may_load

MOST = 1_000


def open_quarantine(load_id: str, *, reason: str, by: Actor, now: datetime) -> list[tuple[int, str]]:
    """(number, raw text) of the first thousand rows. The opening is written down before a row is given.

    Raises `Missing("load_missing")`, `Invalid("reason_missing")`, `Refused("not_your_role")`.
    """
    load = Load.objects.select_related("feed").filter(pk=load_id).first()
    if load is None or not load.quarantine:
        raise Missing("load_missing")
    may_load(by, load.feed.institution, missing="load_missing")
    if not reason.strip():
        raise Invalid("reason_missing")
    ring = quarantine.ring()
    rows = list[tuple[int, str]]()
    for number, box in quarantined.sealed(places.root() / load.quarantine):
        if len(rows) == MOST:
            break
        raw = ring.open(box, purpose=quarantine.PURPOSE, place=quarantine.place(load.pk, number))
        rows.append((number, raw.decode("utf-8", "replace")))
    with transaction.atomic():
        evidence.record(
            evidence.Kind.QUARANTINE_OPENED,
            at=now,
            public={"inst": inst(by, load.feed.institution), "ds": load.feed.table_id, "out": "done"},
            private={"load": load.pk, "rows": len(rows), "reason": reason.strip(), **evidence.who(by)},
        )
    return rows
