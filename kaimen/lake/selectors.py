"""Questions about snapshots, loads and what stayed behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from kaimen.core.errors import Missing
from kaimen.core.quality import stored
from kaimen.core.quality.expressions import type_of
from kaimen.engines import delta
from kaimen.lake import models, places


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
    """The published version of an entry, or an older one by its number. Raises `Missing("snapshot_missing")`."""
    rows = models.Snapshot.objects.select_related("load__contract")
    row = (
        rows.filter(table__entry=entry_id, table__published_id=models.models.F("pk"))
        if number is None
        else rows.filter(table__entry=entry_id, number=number)
    ).first()
    if row is None:
        raise Missing("snapshot_missing")
    return _seen(row)


def snapshots_of(entry_ids: Iterable[str]) -> dict[str, Snapshot]:
    """Published versions of many entries in one question; entries without one are absent."""
    rows = models.Snapshot.objects.select_related("load__contract").filter(
        table__entry__in=list(entry_ids), table__published_id=models.models.F("pk")
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


def snapshots(entry_id: str, *, limit: int = 100) -> list[SnapshotLine]:
    """The history of an entry, newest first."""
    rows = models.Snapshot.objects.filter(table__entry=entry_id).order_by("-number")[:limit]
    return [
        SnapshotLine(number=row.number, rows=row.rows, bytes=row.bytes, published_at=row.published_at, load=row.load_id)
        for row in rows
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
    from pathlib import Path

    return delta.version(Path(folder), version).files


@lru_cache(maxsize=1024)
def _schema(digest: str, body: str) -> tuple[tuple[str, str], ...]:
    del digest
    return tuple((column.name, type_of(column)) for column in stored.from_text(body).columns)
