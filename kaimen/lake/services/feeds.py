"""Sources and feeds: where data come from and which entry they fill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from ulid import ULID

from kaimen.core.errors import Invalid, Missing
from kaimen.core.policy.party import Actor
from kaimen.evidence import services as evidence
from kaimen.lake.models import Feed, Source, Table
from kaimen.lake.services import contracts
from kaimen.lake.services.actors import inst, may_load

Setting = str | int | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedForm:
    """A feed to be made. `settings`: delimiter, quote, multiline, encoding, tolerance_per_mille, zone, sheet, table."""

    entry: str
    name: str = ""
    source: str | None = None
    mode: str = "replace"
    settings: Mapping[str, Setting] = field(default_factory=dict[str, Setting])


@transaction.atomic
def create_source(
    *,
    institution: str,
    name: str,
    kind: str = "file",
    settings: Mapping[str, Setting] | None = None,
    secret: str = "",
    by: Actor,
    now: datetime,
) -> Source:
    """Register a system of an institution. `secret` is the name under which its password is found, never the password.

    Raises `Invalid("source_kind")`.
    """
    may_load(by, institution)
    if kind not in Source.Kind.values:
        raise Invalid("source_kind", kind=kind)
    return Source.objects.create(
        id=str(ULID.from_datetime(now)),
        institution=institution,
        name=name,
        kind=kind,
        settings=dict(settings or {}),
        secret=secret,
        created_at=now,
    )


@transaction.atomic
def create_feed(form: FeedForm, *, by: Actor, now: datetime) -> Feed:
    """Let a source fill an entry. Without a source: files that people bring.

    Raises `Refused("dataset_not_loadable")`, `Invalid("contract_invalid")`, `Missing("source_missing")`, `Invalid("feed_exists")`.
    """
    entry = contracts.loadable(form.entry)
    institution = str(entry.provider)
    may_load(by, institution)
    name = form.name or f"{entry.slug}"[:100]
    if form.mode not in Feed.Mode.values:
        raise Invalid("contract_invalid", what="mode")
    if Feed.objects.filter(name=name).exists():
        raise Invalid("feed_exists", name=name)
    table, _ = Table.objects.get_or_create(entry=entry.id, defaults={"institution": institution, "created_at": now})
    feed = Feed.objects.create(
        id=str(ULID.from_datetime(now)),
        source=_source(form, institution, now=now),
        table=table,
        institution=institution,
        name=name,
        mode=form.mode,
        settings=dict(form.settings),
        created_at=now,
    )
    contracts.current(feed, entry, now=now)
    evidence.record(
        evidence.Kind.FEED_CREATED,
        at=now,
        public={"inst": inst(by, institution), "ds": entry.id, "out": "done"},
        private={"feed": feed.pk, "source": feed.source_id, **evidence.who(by)},
    )
    return feed


def _source(form: FeedForm, institution: str, *, now: datetime) -> Source:
    if form.source is not None:
        source = Source.objects.filter(pk=form.source, institution=institution).first()
        if source is None:
            raise Missing("source_missing")
        return source
    source, _ = Source.objects.get_or_create(
        institution=institution,
        name="files",
        defaults={"id": str(ULID.from_datetime(now)), "kind": Source.Kind.FILE, "created_at": now},
    )
    return source


def feed_for_file(
    entry_id: str, *, settings: Mapping[str, Setting] | None = None, mode: str = "replace", by: Actor, now: datetime
) -> Feed:
    """The feed of files that fills the entry, made at first use."""
    entry = contracts.loadable(entry_id)
    found = Feed.objects.filter(table__entry=entry.id, source__kind=Source.Kind.FILE).order_by("created_at").first()
    if found is not None:
        may_load(by, found.institution)
        return found
    return create_feed(FeedForm(entry=entry.id, settings=settings or {}, mode=mode), by=by, now=now)
