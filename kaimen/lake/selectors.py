"""Questions about snapshots, loads and what stayed behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.db.models import Count, F, Max, Q, Sum

from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Detail, Missing
from kaimen.core.policy.party import Actor, Via
from kaimen.core.quality import stored
from kaimen.core.quality.expressions import type_of
from kaimen.engines import delta, likeness
from kaimen.lake import models, places, quarantined
from kaimen.lake.lifecycle import NEXT
from kaimen.office import selectors as office


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A published version, as readers pin it: its files are immutable and lie on this machine."""

    dataset: str
    number: int
    uri: str
    delta_version: int
    files: tuple[str, ...]
    schema: tuple[tuple[str, str], ...]
    rows: int
    bytes: int
    published_at: datetime


def snapshot(entry_id: str, number: int | None = None) -> Snapshot:
    """The published version of an entry, or an older one by its number.

    Raises `Missing("snapshot_missing")`, `Missing("snapshot_erased")` where somebody's rows had to go and its files went with them.
    """
    rows = models.Snapshot.objects.select_related("load__contract")
    row = (
        rows.filter(table__entry=entry_id, table__published_id=F("pk"))
        if number is None
        else rows.filter(table__entry=entry_id, number=number)
    ).first()
    if row is None:
        raise Missing("snapshot_missing")
    if row.erased_at is not None:
        raise Missing("snapshot_erased", number=row.number)
    return _seen(row)


def same_rows(entry_id: str, one: int, other: int) -> bool:
    """Do two versions hold the same rows, in whatever order? A version whose files are gone is like no other."""
    found = dict(
        models.Snapshot.objects.filter(table__entry=entry_id, number__in=(one, other), erased_at=None).values_list(
            "number", "delta_version"
        )
    )
    if len(found) < 2:
        return False
    folder = places.table(entry_id)
    files = [[Path(file) for file in delta.version(folder, found[number]).files] for number in (one, other)]
    return likeness.same_rows(files[0], files[1], folder)


def published_at(entry_id: str, number: int) -> datetime:
    """When a version was published, also one whose files are gone. Raises `Missing("snapshot_missing")`."""
    row = models.Snapshot.objects.filter(table__entry=entry_id, number=number).first()
    if row is None:
        raise Missing("snapshot_missing")
    return row.published_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How an erasure stands. `places`: what was done where, with files and rows."""

    id: str
    entry: str
    done: bool
    commitment: str
    snapshot: int | None
    places: tuple[Mapping[str, object], ...]


def erasures(case: str) -> list[Erased]:
    """The erasures that a case asked for, the first one first."""
    rows = models.Erasure.objects.select_related("load__snapshot").filter(case=case).order_by("created_at", "id")
    return [
        Erased(
            id=row.pk,
            entry=row.table_id,
            done=row.state == models.Erasure.State.DONE,
            commitment=row.commitment,
            snapshot=row.load.snapshot.number if row.load and row.state != models.Erasure.State.PLANNED else None,
            places=tuple(row.places),
        )
        for row in rows
    ]


def snapshots_of(entry_ids: Iterable[str]) -> dict[str, Snapshot]:
    """Published versions of many entries in one question; entries without one are absent."""
    rows = models.Snapshot.objects.select_related("load__contract").filter(
        table__entry__in=list(entry_ids), table__published_id=F("pk")
    )
    return {row.table_id: _seen(row) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotLine:
    """A version in a history."""

    number: int
    rows: int
    bytes: int
    published_at: datetime
    load: str
    receipt: str | None
    """The entry of the log that tells of the publication."""
    scores: Mapping[str, list[int]]
    """Numerator and denominator of each group of checks, as the load left them."""


def snapshots(entry_id: str, *, limit: int = 100) -> list[SnapshotLine]:
    """The history of an entry, newest first."""
    rows = models.Snapshot.objects.filter(table__entry=entry_id).select_related("load").order_by("-number")
    read = rows.only("number", "rows", "bytes", "published_at", "receipt", "load__scores")[:limit]
    return [
        SnapshotLine(
            number=row.number,
            rows=row.rows,
            bytes=row.bytes,
            published_at=row.published_at,
            load=row.load_id,
            receipt=row.receipt,
            scores=row.load.scores,
        )
        for row in read
    ]


def _seen(row: models.Snapshot) -> Snapshot:
    folder = str(places.table(row.table_id))
    return Snapshot(
        dataset=row.table_id,
        number=row.number,
        uri=folder,
        delta_version=row.delta_version,
        files=_files(folder, row.delta_version),
        schema=_schema(row.load.contract.digest, row.load.contract.body),
        rows=row.rows,
        bytes=row.bytes,
        published_at=row.published_at,
    )


@lru_cache(maxsize=4096)
def _files(folder: str, version: int) -> tuple[str, ...]:
    """Both arguments name something immutable, so the answer is kept."""
    return delta.version(Path(folder), version).files


@lru_cache(maxsize=1024)
def _schema(digest: str, body: str) -> tuple[tuple[str, str], ...]:
    del digest
    return tuple((column.name, type_of(column)) for column in stored.from_text(body).columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A load as a person sees it. `done` of `total` in `unit` while a worker has it in hand."""

    id: str
    feed: str
    feed_name: str
    entry: str
    institution: str
    seq: int
    state: str
    code: str
    facts: Mapping[str, Detail]
    findings: tuple[str, ...]
    reason: str
    scores: Mapping[str, list[int]]
    file_name: str
    file_size: int
    encoding: str
    sha256: str
    records: int | None
    accepted: int | None
    faulty: int | None
    broken: int | None
    snapshot: int | None
    created_at: datetime
    changed_at: datetime
    running: str
    done: int
    total: int
    unit: str

    @property
    def quarantined(self) -> int:
        """Rows that stayed behind."""
        return (self.faulty or 0) + (self.broken or 0)

    @property
    def open(self) -> bool:
        """It goes on by itself."""
        return self.state in NEXT


def progress(load_id: str, *, now: datetime) -> Progress:
    """One load. Raises `Missing("load_missing")`."""
    row = models.Load.objects.select_related("feed").filter(pk=load_id).first()
    if row is None:
        raise Missing("load_missing")
    return _progress([row], now=now)[0]


def loads(feed_id: str, *, now: datetime, limit: int = 50) -> list[Progress]:
    """The loads of a feed, newest first."""
    rows = models.Load.objects.select_related("feed").filter(feed=feed_id).order_by("-seq")[:limit]
    return _progress(list(rows), now=now)


def _progress(rows: list[models.Load], *, now: datetime) -> list[Progress]:
    keys = [row.pk for row in rows]
    files = {one.load_id: one for one in models.LandedFile.objects.filter(load__in=keys, n=1)}
    numbers = dict(models.Snapshot.objects.filter(load__in=keys).values_list("load_id", "number"))
    runs = office.runs("lake.load", keys=keys, now=now)
    found = list[Progress]()
    for row in rows:
        file, run = files.get(row.pk), runs.get(row.pk)
        found.append(
            Progress(
                id=row.pk,
                feed=row.feed_id,
                feed_name=row.feed.name,
                entry=row.feed.table_id,
                institution=row.feed.institution,
                seq=row.seq,
                state=row.state,
                code=row.code,
                facts=row.facts,
                findings=tuple(row.findings),
                reason=row.reason,
                scores=row.scores,
                file_name=file.name if file else "",
                file_size=file.size if file else 0,
                encoding=str(file.parsed.get("encoding", "")) if file else "",
                sha256=file.sha256 if file else "",
                records=row.records,
                accepted=row.accepted,
                faulty=row.faulty,
                broken=row.broken,
                snapshot=numbers.get(row.pk),
                created_at=row.created_at,
                changed_at=row.changed_at,
                running=run.state if run else "",
                done=run.done if run else 0,
                total=run.total if run else 0,
                unit=run.unit if run else "",
            )
        )
    return found


def quarantine(load_id: str, *, limit: int | None = None) -> Iterator[quarantined.Line]:
    """What stayed behind in a load: addresses and rules, not the raw text. Raises `Missing("load_missing")`."""
    row = models.Load.objects.filter(pk=load_id).first()
    if row is None:
        raise Missing("load_missing")
    return quarantined.lines(places.root() / row.quarantine, limit=limit) if row.quarantine else iter(())


def feed_named(name: str) -> models.Feed:
    """A feed by its name or id. Raises `Missing("feed_missing")`."""
    feed = models.Feed.objects.filter(Q(name=name) | Q(pk=name)).first()
    if feed is None:
        raise Missing("feed_missing")
    return feed


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLine:
    """A feed in a list, with its last load and the version that readers see."""

    id: str
    name: str
    entry: str
    institution: str
    mode: str
    source: str
    kind: str
    last: Progress | None
    snapshot: int | None
    rows: int | None
    published_at: datetime | None


def feeds(institution: str | None, *, now: datetime, limit: int = 200) -> list[FeedLine]:
    """The feeds of a body (of all bodies for None), by name."""
    rows = models.Feed.objects.select_related("source", "table__published").order_by("name")
    chosen = list((rows if institution is None else rows.filter(institution=institution))[:limit])
    return _lines(chosen, now=now)


def feeds_to_ask() -> list[Title]:
    """The feeds whose source is a business system that can be asked, by name; each with its entry's title."""
    rows = list(models.Feed.objects.exclude(source__kind=models.Source.Kind.FILE).order_by("name"))
    called = titles(row.table_id for row in rows)
    return [Title(id=row.pk, zh=called[row.table_id].zh, en=called[row.table_id].en) for row in rows]


def held_loads(feeds_: Iterable[str]) -> int:
    """How many loads of these feeds wait for a person, also behind a later one that waits for them."""
    return models.Load.objects.filter(feed__in=list(feeds_), state=models.Load.State.HELD).count()


def feed(feed_id: str, *, now: datetime) -> FeedLine:
    """One feed. Raises `Missing("feed_missing")`."""
    row = models.Feed.objects.select_related("source", "table__published").filter(pk=feed_id).first()
    if row is None:
        raise Missing("feed_missing")
    return _lines([row], now=now)[0]


def _lines(rows: list[models.Feed], *, now: datetime) -> list[FeedLine]:
    newest = models.Load.objects.select_related("feed").filter(feed__in=rows, seq=F("feed__last_seq"))
    last = {one.feed: one for one in _progress(list(newest), now=now)}
    return [
        FeedLine(
            id=row.pk,
            name=row.name,
            entry=row.table_id,
            institution=row.institution,
            mode=row.mode,
            source=row.source.name,
            kind=row.source.kind,
            last=last.get(row.pk),
            snapshot=row.table.published.number if row.table.published else None,
            rows=row.table.published.rows if row.table.published else None,
            published_at=row.table.published.published_at if row.table.published else None,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """An entry whose data are older than its update frequency allows."""

    entry: str
    published_at: datetime
    due_at: datetime


def overdue(*, now: datetime) -> list[Overdue]:
    """Published data that are stale by the frequency that their entry promises, the latest first."""
    rows = models.Snapshot.objects.filter(pk=F("table__published_id")).order_by("published_at")
    seen = {row.table_id: row.published_at for row in rows}
    entries = catalogue.published_many(seen)
    frequencies = catalogue.spec().list_of("update_frequency").codes
    found = list[Overdue]()
    for entry_id, at in seen.items():
        entry = entries.get(entry_id)
        code = frequencies.get(entry.update_frequency) if entry else None
        timely_s = code.number("timely_s") if code else None
        if timely_s is not None and now - at > timedelta(seconds=timely_s):
            found.append(Overdue(entry=entry_id, published_at=at, due_at=at + timedelta(seconds=timely_s)))
    return found


# ---- for readers -------------------------------------------------------------------------------------------------------------

LOADERS = frozenset({"steward", "office_head", "operator"})
READERS = LOADERS | {
    "department_head",
    "cdo",
    "authority_reviewer",
    "auditor",
    "protection_officer",
    "security_officer",
}
EVERYWHERE = frozenset({"authority_reviewer", "auditor"})


def _reads(by: Actor, institution: str) -> bool:
    if by.via in {Via.JOB, Via.CLI} or by.role in EVERYWHERE:
        return True
    return by.role in READERS and str(by.institution) == institution


def feed_of(by: Actor, feed_id: str) -> models.Feed:
    """A feed that the reader may see. Raises `Missing("feed_missing")`."""
    row = models.Feed.objects.select_related("source").filter(pk=feed_id).first()
    if row is None or not _reads(by, row.institution):
        raise Missing("feed_missing")
    return row


def feeds_for(by: Actor, *, now: datetime) -> list[FeedLine]:
    """The feeds of the reader's body; of all bodies for those who watch over all."""
    if by.role in EVERYWHERE or by.via in {Via.JOB, Via.CLI}:
        return feeds(None, now=now)
    return feeds(str(by.institution), now=now) if by.institution and by.role in READERS else []


def load_for(by: Actor, load_id: str, *, now: datetime) -> Progress:
    """A load that the reader may see. Raises `Missing("load_missing")`."""
    found = progress(load_id, now=now)
    if not _reads(by, found.institution):
        raise Missing("load_missing")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What an entry is called."""

    id: str
    zh: str
    en: str


def titles(entry_ids: Iterable[str]) -> dict[str, Title]:
    """The titles of entries; the id where an entry is no longer published."""
    asked = list(entry_ids)
    known = catalogue.published_many(asked)
    return {
        one: Title(
            id=one, zh=known[one].title_zh if one in known else one, en=known[one].title_en if one in known else one
        )
        for one in asked
    }


def entries_without_feed(by: Actor) -> list[Title]:
    """Published datasets of the reader's body that nothing fills yet."""
    mine = [
        line for line in catalogue.work_lines(by) if line.provider == str(by.institution) and line.kind == "dataset"
    ]
    fed = set(models.Feed.objects.filter(institution=str(by.institution)).values_list("table_id", flat=True))
    return [Title(id=one.id, zh=one.title_zh, en=one.title_en) for one in mine if one.version and one.id not in fed]


def published_between(since: datetime, until: datetime) -> set[str]:
    """Entries of the log that the versions published in [since, until) carry; the nightly comparison asks."""
    found = models.Snapshot.objects.filter(published_at__gte=since, published_at__lt=until)
    return set(found.exclude(receipt=None).values_list("receipt", flat=True))


def datasets() -> list[str]:
    """Ids of the entries that have a version for readers."""
    return sorted(set(models.Snapshot.objects.values_list("table_id", flat=True)))


def newest_at(at: datetime) -> dict[str, datetime]:
    """When the newest version of each entry's data was published, as it stood at a moment."""
    found = (
        models.Snapshot.objects.filter(published_at__lte=at).values_list("table_id").annotate(at=Max("published_at"))
    )
    return dict(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Loads of a body that came to an end in a period: passed or refused, and the rows of those that passed."""

    institution: str
    passed: int
    refused: int
    rows: int
    right: int


def brought(begin: datetime, end: datetime) -> list[Brought]:
    """What came of the loads of each body in [begin, end)."""
    passed = models.Snapshot.objects.filter(published_at__gte=begin, published_at__lt=end)
    sums = {
        institution: (n, rows, right)
        for institution, n, rows, right in passed.values_list("load__feed__institution").annotate(
            n=Count("pk"), rows_=Sum("load__records"), right=Sum("load__accepted")
        )
    }
    refused = dict(
        models.Load.objects.filter(state=models.Load.State.REFUSED, changed_at__gte=begin, changed_at__lt=end)
        .values_list("feed__institution")
        .annotate(n=Count("pk"))
    )
    nothing = (0, 0, 0)
    return [
        Brought(
            institution=one,
            passed=sums.get(one, nothing)[0],
            refused=refused.get(one, 0),
            rows=sums.get(one, nothing)[1] or 0,
            right=sums.get(one, nothing)[2] or 0,
        )
        for one in sorted({*sums, *refused})
    ]
