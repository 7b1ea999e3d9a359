"""A dry run: everything is checked, nothing is planned, nothing is committed, nothing stays."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime

from ulid import ULID

from kaimen.core.errors import Detail
from kaimen.core.policy.party import Actor
from kaimen.engines import parsing
from kaimen.engines.storage import part_of
from kaimen.lake import places, quarantined
from kaimen.lake.models import Feed, LandedFile, Load
from kaimen.lake.services import contracts, quarantine, reading
from kaimen.lake.services.actors import may_load, to_json
from kaimen.lake.services.findings import findings_of
from kaimen.lake.services.planning import Delivery

SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What a load would find."""

    records: int
    accepted: int
    quarantined: int
    findings: tuple[str, ...]
    """Codes of what would hold the load until a person has looked; empty where it would publish by itself."""
    facts: dict[str, Detail]
    first: tuple[quarantined.Line, ...]


def rehearse(feed: Feed, delivery: Delivery | None, *, by: Actor, now: datetime) -> Rehearsal:
    """Land and check as a load would. Raises what a load would be refused for."""
    may_load(by, feed.institution)
    contract = contracts.contract_of(contracts.loadable(feed.table_id), feed.settings)
    load = Load(id=str(ULID.from_datetime(now)), feed=feed, seq=0, asked_by=to_json(by), created_at=now, changed_at=now)
    file = None
    if delivery is not None:
        file = LandedFile(
            load=load, n=1, name=delivery.name, kind=delivery.kind, sha256=delivery.sha256, size=delivery.size, path=delivery.path
        )  # fmt: skip
    source, resolved = reading.reading_of(reading.prepare(load, file, contract), contract)
    scratch = part_of(places.root() / "rehearsals")
    scratch.mkdir()
    try:
        parsed = parsing.check_and_write(
            source, resolved, scratch, stem="rehearsal", quarantine=quarantine.writer(load, source, resolved, now=now)
        )
        findings, facts = findings_of(parsed, resolved, load, written=scratch)
        lines = tuple(quarantined.lines(quarantine.path_of(load), limit=SHOWN)) if parsed.quarantined else ()
    finally:
        quarantine.path_of(load).unlink(missing_ok=True)
        shutil.rmtree(scratch)
    records = parsed.accepted + parsed.quarantined
    return Rehearsal(
        records=records,
        accepted=parsed.accepted,
        quarantined=parsed.quarantined,
        findings=tuple(findings),
        facts=facts,
        first=lines,
    )
