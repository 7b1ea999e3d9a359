"""What a person decides about a load that is held."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.lifecycle import step as taken
from kaimen.core.policy.party import Actor
from kaimen.evidence import services as evidence
from kaimen.lake.lifecycle import LIFECYCLE
from kaimen.lake.models import Load
from kaimen.lake.services.actors import from_json, inst, may_load
from kaimen.lake.services.closing import close_refused
from kaimen.lake.services.findings import SUSPECTED, UNDECLARED, unmarked
from kaimen.office import services as office


@transaction.atomic
def release(load_id: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Publish although something was found; a run takes it on from here.

    Raises `Refused("lifecycle" | "load_personal" | "load_second_look")`, `Invalid("reason_missing")`: no reason lets identifiers of persons
    through that the catalogue, as it is published now, still does not mark; what looks like names or homes is released by somebody else
    than who loaded it.
    """
    load = _locked(load_id, by=by)
    if not reason.strip():
        raise Invalid("reason_missing")
    found = set(load.facts.get("columns", ())) if UNDECLARED in load.findings else set[str]()
    if still := [one.column for one in unmarked(load.feed.table_id) if one.column in found]:
        raise Refused("load_personal", columns=still)
    if by.person is not None and by.person == from_json(load.asked_by).person:
        suspects = set(load.facts.get("suspects", ())) if SUSPECTED in load.findings else set[str]()
        if still := [one.column for one in unmarked(load.feed.table_id) if one.column in suspects]:
            raise Refused("load_second_look", columns=still)
    load.state = taken(LIFECYCLE, load.state, "release")
    load.reason, load.changed_at = reason.strip(), now
    load.save(update_fields=["state", "reason", "changed_at"])
    office.close_desk_items(kind="load.held", ref=load.pk, now=now)
    office.start_run("lake.load", arguments={"load": load.pk}, key=f"{load.pk}/released", now=now)
    evidence.record(
        evidence.Kind.LOAD_RELEASED,
        at=now,
        public={"inst": inst(by, load.feed.institution), "ds": load.feed.table_id, "out": "released"},
        private={"load": load.pk, "reason": reason.strip(), **evidence.who(by)},
    )


def refuse(load_id: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Close a load without publishing it. Raises `Refused("lifecycle")`, `Invalid("reason_missing")`."""
    if not reason.strip():
        raise Invalid("reason_missing")
    with transaction.atomic():
        _locked(load_id, by=by)
        close_refused(load_id, code="refused_by_person", facts={}, by=by, now=now, reason=reason.strip())


def _locked(load_id: str, *, by: Actor) -> Load:
    load = Load.objects.select_for_update().select_related("feed").filter(pk=load_id).first()
    if load is None:
        raise Missing("load_missing")
    may_load(by, load.feed.institution, missing="load_missing")
    return load
