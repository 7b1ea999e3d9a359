"""A load that ends without a version: its bytes, figures and quarantine stay, the pointer stays where it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from kaimen.core.errors import Detail
from kaimen.core.lifecycle import step as taken
from kaimen.core.policy.party import Actor
from kaimen.evidence import services as evidence
from kaimen.lake import places
from kaimen.lake.lifecycle import LIFECYCLE
from kaimen.lake.models import Load
from kaimen.lake.services.actors import inst
from kaimen.office import services as office


def close_refused(
    load_id: str, *, code: str, facts: Mapping[str, Detail], by: Actor, now: datetime, reason: str = ""
) -> None:
    """Close it, in one transaction with its evidence; then its data files, which no version names, go."""
    with transaction.atomic():
        load = Load.objects.select_for_update().select_related("feed").get(pk=load_id)
        load.state = taken(LIFECYCLE, load.state, "refuse")
        load.code, load.facts, load.reason, load.changed_at = code, dict(facts), reason, now
        load.save(update_fields=["state", "code", "facts", "reason", "changed_at"])
        office.close_desk_items(kind="load.held", ref=load.pk, now=now)
        evidence.record(
            evidence.Kind.LOAD_REFUSED,
            at=now,
            public={"inst": inst(by, load.feed.institution), "ds": load.feed.table_id, "out": "refused"},
            private={"load": load.pk, "reason": reason or code, **evidence.who(by)},
        )
    for name, _, _ in load.files:
        (places.table(load.feed.table_id) / name).unlink(missing_ok=True)
