"""What the search index is fed with, and the ticks that bring it up to that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from kaimen.catalogue import selectors
from kaimen.catalogue.models import Entry, IndexFeed
from kaimen.engines.search.index import Document, Face, FaceWriter, Indexer, IndexerBusy


def feed(entry_ids: Iterable[str], *, now: datetime) -> None:
    """Tell the indexer that these entries may look different. In the transaction that changes them."""
    IndexFeed.objects.bulk_create([IndexFeed(entry_id=one, at=now) for one in entry_ids])


def data_came(entry_id: str, *, now: datetime) -> None:
    """A version of the entry's data is published. Call it in the transaction that publishes it."""
    Entry.objects.filter(pk=entry_id, has_data=False).update(has_data=True)
    feed([entry_id], now=now)


FEED_BATCH = 2000


FEED_KEPT = timedelta(days=7)


_HELD: dict[Path, Indexer] = {}
"""The indexer of this process: it keeps its lock and its writers between ticks."""


def _indexer() -> Indexer:
    home: Path = settings.KAIMEN_HOME
    for other in [one for one in _HELD if one != home]:
        _HELD.pop(other).close()
    return _HELD.setdefault(home, Indexer(home))


def index_tick() -> int:
    """Bring the index up to the feed; returns how many rows were read. Where another process indexes, nothing is done.

    The worker calls it twice a second; a test, or a program without worker, calls it by itself. Success and recovery are the same code.
    """
    indexer = _indexer()
    try:
        indexer.take()
    except IndexerBusy:
        return 0
    writers = indexer.writers()
    if (
        writers is None
        or indexer.rebuild_asked()
        or not all(selectors.feed_knows(one.place) for one in writers.values())
    ):
        return _rebuild(indexer)
    return max(_advance(face, writer) for face, writer in writers.items())


def _advance(face: Face, writer: FaceWriter) -> int:
    rows = selectors.feed_after(writer.place, limit=FEED_BATCH)
    if not rows:
        return 0
    ids = list(dict.fromkeys(entry_id for _, entry_id in rows))
    documents = selectors.search_documents(ids)[face]
    writer.add(documents, gone=set(ids) - {document.key for document in documents})
    writer.commit(rows[-1][0])
    return len(rows)


def rebuild_index() -> int | None:
    """Build the index anew beside the live one, and switch. None: another process indexes, and was asked to do it."""
    indexer = _indexer()
    try:
        indexer.take()
    except IndexerBusy:
        indexer.ask_for_rebuild()
        return None
    return _rebuild(indexer)


def _rebuild(indexer: Indexer) -> int:
    """INVARIANT: the place is taken before the entries are read, so what changes meanwhile is read again from the feed."""
    place = selectors.feed_end()
    return indexer.rebuild(_all_documents(), place)


def _all_documents() -> Iterator[dict[Face, list[Document]]]:
    last = ""
    while ids := selectors.published_ids(after=last, limit=500):
        last = ids[-1]
        yield selectors.search_documents(ids)


def forget_indexer() -> None:
    """Let go of the folder: another process may index."""
    for one in _HELD.values():
        one.close()
    _HELD.clear()


def prune_feed(*, now: datetime) -> int:
    """Drop rows of the feed that are older than a week, but the newest: an index that stands there knows its place.

    One that stood before what was dropped is built anew (`feed_knows`).
    """
    last = IndexFeed.objects.order_by("-xid", "-id").values_list("pk", flat=True).first()
    dropped, _ = IndexFeed.objects.filter(at__lt=now - FEED_KEPT).exclude(pk=last).delete()
    return dropped
