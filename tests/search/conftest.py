from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kaimen.engines.search.index import Cursor, Document, Face, Indexer
from kaimen.engines.search.question import ask
from kaimen.engines.search.reading import Found, Reader, Sort, search

Find = Callable[..., Found]


def built(home: Path, documents: Sequence[Document], *, gov: Sequence[Document] = ()) -> Reader:
    with Indexer(home) as indexer:
        indexer.rebuild([{Face.PUBLIC: list(documents), Face.GOV: list(gov)}], Cursor(id=1))
    return Reader(home)


def asking(reader: Reader, *, audience: str = "public", face: Face = Face.PUBLIC) -> Find:
    def find(
        text: str,
        *,
        limit: int = 1000,
        offset: int = 0,
        sort: Sort = Sort.RELEVANCE,
        facets: Sequence[str] = (),
        filters: dict[str, list[str]] | None = None,
        synonyms: dict[str, tuple[str, ...]] | None = None,
    ) -> Found:
        question = ask(text, audiences=(audience,), filters=filters or {})
        return search(
            reader.searcher(face),
            question,
            sort=sort,
            offset=offset,
            limit=limit,
            facets=facets,
            synonyms=synonyms or {},
        )

    return find


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., Find]:
    return lambda documents, **more: asking(built(tmp_path, documents, **more))
