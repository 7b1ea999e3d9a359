"""The index on disk: its fields, its one writer, and where it lives.

`<home>/search/current` names the live folder, `v<format>-<analysis>-<name>/`, which holds one index for each face. The place in the feed
is a document of the index (`#cursor`), written in the same commit as the batch, so the two cannot disagree.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
import uuid
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

import tantivy

from kaimen.engines.search import analysis

FORMAT = 2
CURSOR_KEY = "#cursor"
HEAP = 64_000_000
FACETS = ("kind", "theme", "provider", "format", "licence", "share", "open", "grade", "area", "frequency", "year")
_OLD_FOLDERS_S = 600
_DATA = 0.67
_FRESH_FROM = 1_577_836_800_000_000  # 2020
_FRESH_SPAN = 20 * 365 * 86_400_000_000


class Face(StrEnum):
    """Two indexes: scores, counts and word statistics of the public come from public text alone."""

    PUBLIC = "public"
    GOV = "gov"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One face of one entry. `facets` holds codes by field; `visible_to` who may find it; times are microseconds since 1970."""

    key: str
    visible_to: tuple[str, ...]
    facets: Mapping[str, tuple[str, ...]]
    updated: int
    has_data: bool = True
    title_zh: str
    title_en: str
    keywords_zh: tuple[str, ...] = ()
    keywords_en: tuple[str, ...] = ()
    texts_zh: tuple[str, ...] = ()
    texts_en: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The place in the feed: rows up to here are in the index."""

    xid: int = 0
    id: int = 0

    @property
    def text(self) -> str:
        return f"{self.xid}:{self.id}"

    @staticmethod
    def parse(text: str) -> Cursor:
        xid, _, number = text.partition(":")
        return Cursor(xid=int(xid), id=int(number))


class IndexerBusy(Exception):
    """Another indexer holds the folder: it does the work."""


@lru_cache(maxsize=1)
def schema() -> tantivy.Schema:
    """The fields of `search-and-web`: found by pairs, ordered by words, narrowed by raw codes."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("cursor", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("visible_to", tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_float_field("weight", fast=True)
    builder.add_text_field("by_updated", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("by_title_zh", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("by_title_en", fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("title_zh", "keyword_zh", "text_zh", "gram_zh", "gram_title", "plain_en", "pinyin"):
        builder.add_text_field(name, tokenizer_name="spaced", index_option="position")
    for name in ("title_en", "keyword_en", "text_en"):
        builder.add_text_field(name, tokenizer_name="english", index_option="position")
    return builder.build()


@lru_cache(maxsize=1)
def english() -> tantivy.TextAnalyzer:
    """Words, lower case, stemmed."""
    build = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return (
        build.filter(tantivy.Filter.remove_long(100))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def _spaced() -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(tantivy.Filter.remove_long(255)).build()


def open_index(folder: Path) -> tantivy.Index:
    """The index of one face, made where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    index = tantivy.Index(schema(), path=str(folder))
    index.register_tokenizer("spaced", _spaced())
    index.register_tokenizer("english", english())
    return index


def to_tantivy(document: Document) -> tantivy.Document:
    """The terms of a document. What it is ordered by ends with its key, so that no two are alike and pages join."""
    made = tantivy.Document()
    made.add_text("key", document.key)
    for audience in document.visible_to:
        made.add_text("visible_to", audience)
    for name, codes in document.facets.items():
        for code in codes:
            made.add_text(name, code)
    made.add_float("weight", weight(document))
    made.add_text("by_updated", f"{document.updated:020} {document.key}")
    made.add_text("by_title_zh", f"{analysis.sort_key(document.title_zh or document.title_en)} {document.key}")
    made.add_text("by_title_en", f"{analysis.normalise(document.title_en or document.title_zh)[:200]} {document.key}")
    chinese = (document.title_zh, *document.keywords_zh, *document.texts_zh)
    everything = (*chinese, document.title_en, *document.keywords_en, *document.texts_en)
    made.add_text("title_zh", analysis.word_text([document.title_zh]))
    made.add_text("keyword_zh", analysis.word_text(document.keywords_zh))
    made.add_text("text_zh", analysis.word_text(document.texts_zh))
    made.add_text("gram_zh", analysis.gram_text(everything))
    made.add_text("gram_title", analysis.gram_text([document.title_zh, *document.keywords_zh]))
    made.add_text("plain_en", analysis.plain_text(everything))
    made.add_text("pinyin", analysis.pinyin_text(document.title_zh, document.keywords_zh))
    made.add_text("title_en", analysis.normalise(document.title_en))
    made.add_text("keyword_en", analysis.normalise(" . ".join(document.keywords_en)))
    made.add_text("text_en", analysis.normalise(" . ".join(document.texts_en)))
    return made


def weight(document: Document) -> float:
    """More for what has data, a little for what is newer, a hair's breadth by the key: equal hits have one order on every page.

    A score is multiplied by log2(2 + weight): by up to 1.43 for data, by one part in fifty at most for the rest.
    """
    freshness = min(1.0, max(0.0, (document.updated - _FRESH_FROM) / _FRESH_SPAN))
    return _DATA * document.has_data + 0.025 * freshness + 0.003 * (zlib.crc32(document.key.encode()) / 2**32)


@dataclass
class FaceWriter:
    """The writer of one face. A batch and its place in the feed are one commit."""

    writer: tantivy.IndexWriter
    place: Cursor
    """How far the feed is in the index."""

    @staticmethod
    def open(folder: Path, *, heap: int = HEAP) -> FaceWriter:
        index = open_index(folder)
        return FaceWriter(index.writer(heap, 1), _cursor(index) or Cursor())

    def add(self, documents: Iterable[Document], *, gone: Iterable[str] = ()) -> None:
        """Replace these documents, and take those out that are gone. INVARIANT: keys are raw text; by a number nothing is deleted."""
        for key in gone:
            self.writer.delete_documents_by_term("key", key)
        for document in documents:
            self.writer.delete_documents_by_term("key", document.key)
            self.writer.add_document(to_tantivy(document))

    def commit(self, cursor: Cursor) -> None:
        """The batch and the cursor, together."""
        self.writer.delete_documents_by_term("key", CURSOR_KEY)
        mark = tantivy.Document()
        mark.add_text("key", CURSOR_KEY)
        mark.add_text("cursor", cursor.text)
        self.writer.add_document(mark)
        self.writer.commit()
        self.place = cursor

    def close(self) -> None:
        """End merging threads and let go of the folder."""
        self.writer.wait_merging_threads()


def _cursor(index: tantivy.Index) -> Cursor | None:
    searcher = index.searcher()
    hits = searcher.search(tantivy.Query.term_query(schema(), "key", CURSOR_KEY), 1).hits
    return Cursor.parse(str(searcher.doc(hits[0][1])["cursor"][0])) if hits else None


def cursor_of(folder: Path, face: Face) -> Cursor | None:
    """Where a face stands, without writing to it."""
    return _cursor(open_index(folder / face.value))


def documents_of(folder: Path, face: Face) -> int:
    """How many entries a face holds; the cursor is none."""
    index = open_index(folder / face.value)
    return index.searcher().num_docs - (1 if _cursor(index) else 0)


def live_folder(home: Path) -> Path | None:
    """The folder that `current` names, when it was built by this analysis; None where it must be built."""
    try:
        name = (home / "search" / "current").read_text("ascii").strip()
    except FileNotFoundError:
        return None
    folder = home / "search" / name
    return folder if name.startswith(_prefix()) and folder.is_dir() else None


def _prefix() -> str:
    return f"v{FORMAT}-{analysis.version()}-"


@dataclass
class Indexer:
    """The one writer of a search home, held by a file lock that dies with its process."""

    home: Path
    _lock: int = -1
    _folder: Path | None = None
    _writers: dict[Face, FaceWriter] = field(default_factory=dict[Face, FaceWriter])

    def __enter__(self) -> Self:
        """Raises `IndexerBusy` when another process has it."""
        self.take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def take(self) -> None:
        """Take the lock, once. Raises `IndexerBusy`."""
        if self._lock >= 0:
            return
        (self.home / "search").mkdir(parents=True, exist_ok=True)
        lock = os.open(self.home / "search" / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise IndexerBusy from None
        self._lock = lock

    def close(self) -> None:
        """Let go of everything."""
        self._release_writers()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _release_writers(self) -> None:
        for writer in self._writers.values():
            writer.close()
        self._writers = {}
        self._folder = None

    def writers(self) -> Mapping[Face, FaceWriter] | None:
        """Of the live folder; None where there is none yet."""
        folder = live_folder(self.home)
        if folder is None:
            return None
        if folder != self._folder:
            self._release_writers()
            self._writers = {face: FaceWriter.open(folder / face.value) for face in Face}
            self._folder = folder
        return self._writers

    def rebuild(self, batches: Iterable[Mapping[Face, Sequence[Document]]], cursor: Cursor) -> int:
        """Build a new folder beside the live one and switch; readers go on meanwhile. Returns the number of documents."""
        self._release_writers()
        folder = self.home / "search" / f"{_prefix()}{uuid.uuid4().hex[:12]}"
        made = {face: FaceWriter.open(folder / face.value, heap=2 * HEAP) for face in Face}
        count = 0
        try:
            for batch in batches:
                for face, documents in batch.items():
                    made[face].add(documents)
                    count += len(documents)
            for writer in made.values():
                writer.commit(cursor)
        finally:
            for writer in made.values():
                writer.close()
        self._switch(folder)
        return count

    def _switch(self, folder: Path) -> None:
        part = self.home / "search" / f"current.{os.getpid()}"
        with part.open("w", encoding="ascii") as file:
            file.write(folder.name)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.home / "search" / "current")
        self._asked.unlink(missing_ok=True)
        self.sweep()

    @property
    def _asked(self) -> Path:
        return self.home / "search" / "rebuild-asked"

    def ask_for_rebuild(self) -> None:
        """Tell the process that indexes to build anew at its next tick."""
        self._asked.touch()

    def rebuild_asked(self) -> bool:
        """Has somebody asked?"""
        return self._asked.exists()

    def sweep(self) -> None:
        """Remove folders that are not live and have not been touched for ten minutes."""
        live = live_folder(self.home)
        for folder in (self.home / "search").glob("v*-*"):
            if folder != live and time.time() - folder.stat().st_mtime > _OLD_FOLDERS_S:
                shutil.rmtree(folder, ignore_errors=True)
