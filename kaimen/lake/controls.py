"""What the control board asks of the lake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Max

from kaimen.accounts import selectors as accounts
from kaimen.catalogue import selectors as catalogue
from kaimen.core.lifecycle.controls import Part, Ref, part_of, unseen
from kaimen.core.lifecycle.rules import Words
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.lake.models import Erasure, Feed, Load, Snapshot, Source, Table


def convergence(now: datetime) -> Iterator[Part]:
    """BJ-16: each table belongs to one published entry of its body; each version that readers see was checked and is proved."""
    entries = catalogue.published_many(Table.objects.values_list("entry", flat=True))
    yield part_of(
        Words(zh="每份数据都属于本机构的一个已发布条目", en="Each dataset belongs to one published entry of its body"),
        [
            (
                table.entry in entries and str(entries[table.entry].provider) == table.institution,
                Ref(
                    name=entries[table.entry].title_zh if table.entry in entries else table.entry,
                    en=entries[table.entry].title_en if table.entry in entries else "",
                    url="/lake",
                ),
            )
            for table in Table.objects.all()
        ],
    )
    # a version without somebody's rows holds what was checked before, and less of it
    erasing = Erasure.objects.exclude(load=None).values("load")
    loads = Load.objects.filter(state=Load.State.PUBLISHED).exclude(pk__in=erasing).select_related("contract")
    yield part_of(
        Words(
            zh="每次入湖都有依据的条目版本，并有准确、完整的检查结果",
            en="Each load names the version of its entry and has results for accurate and complete",
        ),
        [
            (
                load.records is not None
                and load.contract.entry_version > 0
                and {"accurate", "complete"} <= set(load.scores),
                Ref(name=load.pk, url=f"/lake/loads/{load.pk}"),
            )
            for load in loads
        ],
    )
    yield part_of(
        Words(zh="数据按承诺的频率更新", en="Data are as fresh as their entry promises"), list(_fresh(now, entries))
    )
    yield part_of(
        Words(
            zh="读者看到的每个版本都在公开日志里有证明", en="Each version that readers see is proved in the public log"
        ),
        [
            (
                bool(one.receipt),
                Ref(name=f"{one.table_id} {one.number}", url=f"/log/{one.receipt}" if one.receipt else ""),
            )
            for one in Snapshot.objects.all().only("table_id", "number", "receipt")
        ],
    )


def _fresh(now: datetime, entries: Mapping[str, PublishedEntry]) -> Iterator[tuple[bool, Ref]]:
    """What the code list calls timely for the promised frequency; entries that promise none are not looked at."""
    frequencies = catalogue.spec().list_of("update_frequency").codes
    newest = dict(Snapshot.objects.values_list("table_id").annotate(newest=Max("published_at")))
    for dataset, entry in entries.items():
        code = frequencies.get(entry.body.update_frequency)
        allowed = code.number("timely_s") if code else None
        if allowed and newest.get(dataset):
            yield (
                now - newest[dataset] <= timedelta(seconds=allowed),
                Ref(name=entry.title_zh, en=entry.title_en, url=f"/data/{entry.slug}"),
            )


def increments(now: datetime) -> Iterator[Part]:
    """BJ-11: what comes piece by piece comes without a gap, and the last piece that came is in."""
    del now
    counted = dict(Load.objects.values_list("feed").annotate(n=Count("id")))
    feeds = list(Feed.objects.filter(mode=Feed.Mode.APPEND, last_seq__gt=0).order_by("name"))
    last = {
        (one.feed_id, one.seq): one.state for one in Load.objects.filter(feed__in=feeds).only("feed_id", "seq", "state")
    }
    yield part_of(
        Words(
            zh="增量装载次序没有缺口，最近一次已入湖",
            en="Loads in steps have no gap in their order, and the last one is in the lake",
        ),
        [
            (
                counted.get(one.pk) == one.last_seq and last.get((one.pk, one.last_seq)) == Load.State.PUBLISHED,
                Ref(name=one.name, url="/lake"),
            )
            for one in feeds
        ],
    )
    yield unseen(Words(zh="迟到的数据收得进（没有单独试过）", en="Late rows are taken (not tried by itself)"))


def sources(now: datetime) -> Iterator[Part]:
    """BJ-37: each source system belongs to a body of the register and says by which interface its data come."""
    known = {str(one.pk) for one in accounts.institutions(at=now)}
    yield part_of(
        Words(
            zh="每个来源系统都登记了归属机构和接口",
            en="Each source system is on record with the body that owns it and its interface",
        ),
        [
            (one.institution in known and bool(one.kind), Ref(name=one.name, url="/lake"))
            for one in Source.objects.order_by("name")
        ],
    )
