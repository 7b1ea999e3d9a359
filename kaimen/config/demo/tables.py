"""Tables: a source and a feed for each entry, and its deliveries one after the other, as its steward would load them."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from demo.generate import Delivered, Sources, generate, generated, stage
from demo.plan import City, Entry, System, endings
from kaimen.catalogue import selectors as catalogue
from kaimen.config.demo.people import People
from kaimen.core.errors import KaimenError
from kaimen.core.policy.party import Actor
from kaimen.engines.landing import blocks
from kaimen.lake import services as lake
from kaimen.lake.models import Feed, Load, Source

log = logging.getLogger("kaimen.demo")
Told = Callable[[int, int, str], None]
DONE = frozenset({"published", "held", "refused"})


def load_all(plan: City, people: People, folder: Path, *, size: str, now: datetime, told: Told) -> None:
    """Generate what is not there and load what is not loaded: the small tables of each body first, so that a visitor soon finds some.

    Raises `KaimenError("demo_loads")` when loads ended otherwise than foretold; the log names each.
    """
    sources: dict[str, Sources] = {}
    done = 0

    def load(entry: Entry) -> None:
        nonlocal done
        told(done, len(plan.datasets), entry.title.zh)
        _load_entry(entry, plan, people, sources[entry.body], now=now)
        done += 1

    for body in plan.systems:
        told(done, len(plan.datasets), plan.bodies[body].short.zh)
        sources[body] = _sources(folder, body, size=size)
        for entry in plan.datasets:
            if entry.body == body and not entry.big:
                load(entry)
    for entry in plan.datasets:
        if entry.big:
            load(entry)
    told(done, len(plan.datasets), "")
    _as_foretold(plan)


def _as_foretold(plan: City) -> None:
    planned = [(entry, number) for entry in plan.datasets for number in range(1, len(entry.deliveries) + 1)]
    loads = {
        (load.feed.name, load.idempotency_key): load
        for load in Load.objects.select_related("feed").filter(feed__name__in=[entry.slug for entry in plan.datasets])
    }
    odd = 0
    for entry, number in planned:
        load = loads.get((entry.slug, f"demo-{number}"))
        ended = (load.state, load.code) if load else ("none", "")
        wished = endings().get((entry.slug, number), ("published", ""))
        if ended != wished:
            odd += 1
            log.error("delivery %s of %s ended %s %s, foretold %s %s", number, entry.slug, *ended, *wished)
    if odd:
        log.error("%s of %s loads of the demo city did not end as foretold", odd, len(planned))
        raise KaimenError("demo_loads", odd=odd, all=len(planned))


def _sources(folder: Path, body: str, *, size: str) -> Sources:
    """Those of an earlier run where they are whole and of this size and seed, else new ones."""
    return generated(folder, body, size=size) or generate(folder, body, size=size, postgres=settings.KAIMEN_DATABASE)


def _load_entry(entry: Entry, plan: City, people: People, sources: Sources, *, now: datetime) -> None:
    steward = people.holder(plan, entry.body, "steward")
    feed = _feed(entry, plan.systems[entry.body], sources, by=steward.acting(now), now=now)
    for delivered in sources.of(entry.slug):
        at = _moment(entry, delivered, now)
        try:
            _load(feed, delivered, sources, by=steward.acting(at), now=at)
        except KaimenError as error:
            log.warning("delivery %s of %s: %s", delivered.number, entry.slug, error)  # the others still come


def _moment(entry: Entry, delivered: Delivered, now: datetime) -> datetime:
    """Earlier deliveries came on their day; the newest one comes now."""
    if delivered.number == len(entry.deliveries):
        return now
    return now - timedelta(days=entry.deliveries[delivered.number - 1].days_ago)


def _feed(entry: Entry, system: System, sources: Sources, *, by: Actor, now: datetime) -> Feed:
    found = Feed.objects.filter(name=entry.slug).first()
    if found is not None:
        return found
    delivered = sources.of(entry.slug)[0]
    published = catalogue.published(entry.slug)
    source = _source(system, delivered, sources, institution=str(published.provider), by=by, now=now)
    form = lake.FeedForm(
        entry=published.id,
        name=entry.slug,
        source=source.pk,
        mode=entry.mode,
        settings={} if source.kind == Source.Kind.FILE else {"table": delivered.table},
    )
    return lake.create_feed(form, by=by, now=now)


def _source(
    system: System, delivered: Delivered, sources: Sources, *, institution: str, by: Actor, now: datetime
) -> Source:
    found = Source.objects.filter(institution=institution, name=system.name.zh).first()
    if found is not None:
        return found
    secret = ""
    match delivered.kind:
        case "sqlite":
            kind, where = Source.Kind.SQLITE, {"path": str(sources.folder / delivered.where)}
        case "postgresql":
            kind, where, secret = Source.Kind.POSTGRESQL, {"schema": delivered.where}, f"demo-{system.body}"
            _keep_secret(secret, settings.KAIMEN_DATABASE)
        case _:
            kind, where = Source.Kind.FILE, {}
    return lake.create_source(
        institution=institution, name=system.name.zh, kind=kind, settings=where, secret=secret, by=by, now=now
    )


def _keep_secret(name: str, secret: str) -> None:
    """A source is registered with the name of its secret; the secret itself lies in the home folder, for its owner alone."""
    folder = Path(settings.KAIMEN_HOME) / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / name).unlink(missing_ok=True)
    with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret)


def _load(feed: Feed, delivered: Delivered, sources: Sources, *, by: Actor, now: datetime) -> None:
    key = f"demo-{delivered.number}"
    load = Load.objects.filter(feed=feed, idempotency_key=key).first()
    if load is None:
        delivery = None
        if delivered.kind in {"sqlite", "postgresql"}:
            stage(delivered, sources, postgres=settings.KAIMEN_DATABASE)
        else:
            path = sources.folder / delivered.where
            delivery = lake.receive(feed, _chunks(path), name=path.name)
        load = lake.plan_load(feed.pk, delivery=delivery, key=key, by=by, now=now)
    if load.state not in DONE:
        lake.advance(load.pk, now=now)


def _chunks(path: Path) -> Iterable[bytes]:
    return blocks(path)
