"""The begin of a load: what was delivered is kept, then the load gets its number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from django.conf import settings
from django.db import transaction
from ulid import ULID

from kaimen.core.errors import Invalid, Missing
from kaimen.core.policy.party import Actor
from kaimen.engines import landing
from kaimen.lake import places
from kaimen.lake.models import Feed, LandedFile, Load, Source
from kaimen.lake.services import contracts
from kaimen.lake.services.actors import may_load, to_json
from kaimen.office import services as office

KINDS = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "excel", ".xls": "excel", ".parquet": "parquet"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A file that lies in the landing of a feed, named as its sender named it."""

    name: str
    kind: str
    sha256: str
    size: int
    path: str


def receive(feed: Feed, chunks: Iterable[bytes], *, name: str, progress: landing.Progress | None = None) -> Delivery:
    """Keep a file for a feed, block by block: memory stays flat. Nothing is planned yet.

    Raises `Invalid("file_format")` for a kind of file that we do not read, `Invalid("file_too_large")`, `Unavailable("storage_full")`.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in KINDS:
        raise Invalid("file_format", what="kind")
    landed = landing.land(
        chunks,
        places.landing(feed.pk),
        suffix=suffix,
        most_bytes=settings.KAIMEN_LAKE_MOST_FILE_GB * 10**9,
        progress=progress,
    )
    return Delivery(
        name=PurePath(name).name[:300],
        kind=KINDS[suffix],
        sha256=landed.sha256,
        size=landed.size,
        path=places.relative(landed.path),
    )


@transaction.atomic
def plan_load(
    feed_id: str, *, delivery: Delivery | None = None, key: str | None = None, by: Actor, now: datetime
) -> Load:
    """Take the next number of a feed. The same `key` again gives the same load: asking twice is not two loads.

    Without a delivery the source is asked. Raises `Missing("feed_missing")`, `Missing("file_missing")`, `Refused("dataset_not_loadable")`,
    `Invalid("idempotency_key")` when the key was used for another file.
    """
    feed = Feed.objects.select_for_update().filter(pk=feed_id).first()
    if feed is None:
        raise Missing("feed_missing")
    may_load(by, feed.institution)
    if key is not None and (known := Load.objects.filter(feed=feed, idempotency_key=key).first()):
        sent = LandedFile.objects.filter(load=known, n=1).values_list("sha256", flat=True).first()
        if delivery is not None and sent != delivery.sha256:
            raise Invalid("idempotency_key", load=known.pk)
        return known
    if delivery is None and Source.objects.get(pk=feed.source_id).kind == Source.Kind.FILE:
        raise Missing("file_missing")
    contract = contracts.current(feed, contracts.loadable(feed.table_id), now=now)
    feed.last_seq += 1
    feed.save(update_fields=["last_seq"])
    load = Load.objects.create(
        id=str(ULID.from_datetime(now)),
        feed=feed,
        seq=feed.last_seq,
        contract=contract,
        idempotency_key=key,
        asked_by=to_json(by),
        created_at=now,
        changed_at=now,
    )
    if delivery is not None:
        LandedFile.objects.create(
            load=load, n=1, name=delivery.name, kind=delivery.kind, sha256=delivery.sha256, size=delivery.size, path=delivery.path
        )  # fmt: skip
    return load


@transaction.atomic
def start(feed_id: str, *, delivery: Delivery | None = None, key: str | None = None, by: Actor, now: datetime) -> Load:
    """Plan a load and ask the worker for it: both or neither."""
    load = plan_load(feed_id, delivery=delivery, key=key, by=by, now=now)
    office.start_run("lake.load", arguments={"load": load.pk}, key=load.pk, now=now)
    return load
