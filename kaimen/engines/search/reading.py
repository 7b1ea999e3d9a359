"""The reading side: one for a process. Looks at the folder at most every 200 ms, answers with ids, never with text."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import cast

import tantivy

from kaimen.core.errors import Invalid, Unavailable
from kaimen.engines.search.index import Face, live_folder, open_index
from kaimen.engines.search.question import Question, Relaxed, Synonyms, build, starting_with

LOOK_EVERY_S = 0.2
DEEPEST = 10_000
_TIES = 200
_FACET_CODES = 1000


class Sort(StrEnum):
    """Order of the hits."""

    RELEVANCE = "relevance"
    UPDATED = "updated"
    TITLE = "title"
    TITLE_EN = "title_en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Ids of one page in order, how many there are in all, counts by facet and code."""

    total: int
    ids: tuple[str, ...]
    facets: Mapping[str, Mapping[str, int]]
    relaxed: Relaxed


class Reader:
    """Opens what is live and follows it. Threads share it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._looked = 0.0
        self._folder: Path | None = None
        self._indexes: dict[Face, tuple[tantivy.Index, int]] = {}

    def searcher(self, face: Face) -> tantivy.Searcher:
        """Raises `Unavailable("search_building")` where there is no index."""
        with self._lock:
            if time.monotonic() - self._looked >= LOOK_EVERY_S or face not in self._indexes:
                self._follow()
                self._looked = time.monotonic()
            if face not in self._indexes:
                raise Unavailable("search_building", retry_after_s=2)
            return self._indexes[face][0].searcher()

    def refresh(self) -> None:
        """Look at the folder at the next question, whatever the time."""
        with self._lock:
            self._looked = float("-inf")

    def _follow(self) -> None:
        folder = live_folder(self._home)
        if folder != self._folder:
            self._indexes, self._folder = {}, folder
        if folder is None:
            return
        for face in Face:
            try:
                stamp = (folder / face.value / "meta.json").stat().st_mtime_ns
            except FileNotFoundError:
                continue
            if face not in self._indexes:
                self._indexes[face] = (open_index(folder / face.value), stamp)
            elif self._indexes[face][1] != stamp:
                index = self._indexes[face][0]
                index.reload()
                self._indexes[face] = (index, stamp)


def search(
    searcher: tantivy.Searcher,
    question: Question,
    *,
    sort: Sort,
    offset: int,
    limit: int,
    facets: Sequence[str],
    synonyms: Synonyms,
    own_filter: bool = False,
) -> Found:
    """One page. Loosened step by step where nothing is found as written.

    A facet with a selection is counted without its own filter, unless `own_filter`. Raises `Invalid("page_too_deep")`.
    """
    if offset + limit > DEEPEST:
        raise Invalid("page_too_deep", most=DEEPEST)
    relaxed = Relaxed.NONE
    query = build(question, relaxed=relaxed, synonyms=synonyms)
    total = _count(searcher, query)
    for step in _looser(question, total):
        relaxed, query = step, build(question, relaxed=step, synonyms=synonyms)
        total = _count(searcher, query)
        if total:
            break
    if not total:
        relaxed = Relaxed.NONE
    return Found(
        total=total,
        ids=tuple(_page(searcher, query, question=question, sort=sort, offset=offset, limit=limit)),
        facets=_facets(
            searcher, question, query, relaxed=relaxed, synonyms=synonyms, names=facets, own_filter=own_filter
        ),
        relaxed=relaxed,
    )


def _count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    count: int = getattr(searcher.search(query, 1), "count")  # noqa: B009 - the stubs do not know it
    return count


def _looser(question: Question, total: int) -> tuple[Relaxed, ...]:
    """Steps to try, when nothing is found and words were asked for. Phrases and exclusions are meant as written."""
    if total or any(term.phrase for term in question.terms) or not question.terms:
        return ()
    return (Relaxed.WORDS, Relaxed.TYPO, Relaxed.ANY)


def _page(
    searcher: tantivy.Searcher, query: tantivy.Query, *, question: Question, sort: Sort, offset: int, limit: int
) -> list[str]:
    if limit == 0:
        return []
    if sort in {Sort.TITLE, Sort.TITLE_EN}:
        name = "by_title_zh" if sort is Sort.TITLE else "by_title_en"
        hits = searcher.search(
            query, limit, count=False, offset=offset, order_by_field=name, order=tantivy.Order.Asc
        ).hits
        return [_key(searcher, address) for _, address in hits]
    if sort is Sort.UPDATED or not question.terms:
        hits = searcher.search(query, limit, count=False, offset=offset, order_by_field="by_updated").hits
        return [_key(searcher, address) for _, address in hits]
    hits = searcher.search(query, offset + limit + _TIES, count=False, weight_by_field="weight").hits
    beyond = hits[offset + limit - 1][0] if len(hits) >= offset + limit else None
    near = [
        (score, address) for place, (score, address) in enumerate(hits) if place < offset + limit or score == beyond
    ]
    order = sorted((-cast("float", score), _key(searcher, address)) for score, address in near)
    return [key for _, key in order[offset : offset + limit]]


def _key(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> str:
    return str(searcher.doc(address)["key"][0])


def _facets(
    searcher: tantivy.Searcher,
    question: Question,
    query: tantivy.Query,
    *,
    relaxed: Relaxed,
    synonyms: Synonyms,
    names: Sequence[str],
    own_filter: bool,
) -> dict[str, dict[str, int]]:
    """Counts under the same query, so under the same audiences: a hidden entry is in none of them."""
    apart = [] if own_filter else [name for name in names if name in question.filters]
    together = [name for name in names if name not in apart]
    found = _aggregate(searcher, query, together)
    for name in apart:
        wider = build(question, relaxed=relaxed, synonyms=synonyms, leave_out=name)
        found |= _aggregate(searcher, wider, [name])
    return {name: found[name] for name in names}


def _aggregate(searcher: tantivy.Searcher, query: tantivy.Query, names: Sequence[str]) -> dict[str, dict[str, int]]:
    if not names:
        return {}
    ask = cast(
        "Callable[[tantivy.Query, object], dict[str, dict[str, list[dict[str, object]]]]]",
        searcher.aggregate,  # pyright: ignore[reportUnknownMemberType] - the stub says no more than dict
    )
    answer = ask(query, {name: {"terms": {"field": name, "size": _FACET_CODES}} for name in names})
    return {
        name: {
            str(bucket["key"]): cast("int", bucket["doc_count"])
            for bucket in answer[name]["buckets"]
            if bucket["doc_count"]
        }
        for name in names
    }


def suggest(searcher: tantivy.Searcher, text: str, *, audiences: Sequence[str], limit: int) -> tuple[str, ...]:
    """Ids of entries whose title or keyword goes on from what was typed."""
    hits = searcher.search(starting_with(text, audiences=audiences), limit, count=False).hits
    return tuple(_key(searcher, address) for _, address in hits)
