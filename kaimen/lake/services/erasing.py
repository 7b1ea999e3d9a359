"""Somebody's rows go: a new version without them, then every older file, delivery and quarantine in which they stand.

Destroying comes after the new version is published and its transaction is over; each step can be taken again after a crash. What is
kept is a salted commitment to the values, where they were and how many rows went.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from ulid import ULID

from kaimen.core.errors import Invalid, Missing, Unavailable
from kaimen.core.policy.party import Actor
from kaimen.core.quality import stored
from kaimen.core.tlog.commitment import SALT_SIZE
from kaimen.core.tlog.encoding import b64url
from kaimen.engines import delta, erasing
from kaimen.engines.keys import Place
from kaimen.engines.storage import sync
from kaimen.evidence import services as evidence
from kaimen.lake import places, quarantined
from kaimen.lake.models import Erasure, Feed, LandedFile, Load, Snapshot, Table
from kaimen.lake.services import advancing, leases, quarantine
from kaimen.lake.services.actors import OURS, from_json, inst, to_json
from kaimen.office import services as office

PURPOSE = "lake.erasure"
MOST_VALUES = 20
TEXTS = frozenset({".csv", ".txt", ".tsv"})


@transaction.atomic
def plan_erasure(entry: str, column: str, values: Sequence[str], *, case: str, by: Actor, now: datetime) -> Erasure:
    """Ask for it; the worker does it. Only the body whose data they are.

    Raises `Missing("snapshot_missing")` where nothing was ever published or the data are another body's,
    `Invalid("erasure_column")`, `Invalid("erasure_values")`.
    """
    table, wanted = _asked(entry, column, values, by=by)
    salt, key = os.urandom(SALT_SIZE), str(ULID.from_datetime(now))
    text = json.dumps(wanted, ensure_ascii=False).encode()
    made = Erasure.objects.create(
        id=key,
        table=table,
        column=column,
        commitment=b64url(hmac.digest(salt, text, hashlib.sha256)),
        box=quarantine.ring().seal(salt + text, purpose=PURPOSE, place=_place(key)),
        case=case,
        asked_by=to_json(by),
        created_at=now,
        changed_at=now,
    )
    office.start_run("lake.erase", arguments={"erasure": key}, key=key, now=now)
    return made


def _asked(entry: str, column: str, values: Sequence[str], *, by: Actor) -> tuple[Table, list[str]]:
    table = Table.objects.select_related("published__load__contract").filter(entry=entry).first()
    if table is None or table.published is None or not (by.via in OURS or str(by.institution) == table.institution):
        raise Missing("snapshot_missing")
    contract = stored.from_text(table.published.load.contract.body)
    if column not in {one.name for one in contract.columns}:
        raise Invalid("erasure_column", column=column[:60])
    wanted = [value.strip() for value in values if value.strip()]
    if not 0 < len(wanted) <= MOST_VALUES:
        raise Invalid("erasure_values", most=MOST_VALUES)
    return table, wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Rows that hold somebody's values: in the published version, of how many, and files elsewhere (looked at where it holds none)."""

    rows: int
    whole: int
    elsewhere: int


def held(entry: str, column: str, values: Sequence[str], *, by: Actor) -> Held:
    """What an erasure would take. Raises what `plan_erasure` raises."""
    table, wanted = _asked(entry, column, values, by=by)
    assert table.published is not None  # noqa: S101 - `_asked` saw to it
    folder = places.table(table.pk)
    files = [Path(one) for one in delta.version(folder, table.published.delta_version).files]
    rows = sum(erasing.rows_with(one, wanted, column) for one in files)
    if rows:
        return Held(rows=rows, whole=table.published.rows, elsewhere=0)
    others = (
        _versions_holding(table, column, wanted),
        _landed_holding(table.pk, _landed_files(table.pk), wanted).items(),
        _quarantines_holding(table.pk, wanted),
    )
    return Held(rows=0, whole=table.published.rows, elsewhere=sum(count > 0 for found in others for _, count in found))


def erase_rows(entry: str, column: str, values: Sequence[str], *, case: str = "", by: Actor, now: datetime) -> Erasure:
    """Plan it and carry it out at once."""
    return erase(plan_erasure(entry, column, values, case=case, by=by, now=now).pk, now=now)


def erase(erasure_id: str, *, now: datetime) -> Erasure:
    """Go on until it is done. Raises `Unavailable("table_busy")` while a load of the table is open: it might carry the rows."""
    while True:
        row = Erasure.objects.select_related("table__published", "load").get(pk=erasure_id)
        match row.state:
            case Erasure.State.PLANNED:
                _rewrite(row, now=now)
            case Erasure.State.REWRITTEN:
                _destroy(row, now=now)
            case _:
                return row


def _rewrite(row: Erasure, *, now: datetime) -> None:
    """A version without the rows, by the way that every load goes; none where the published one does not hold them."""
    load = row.load
    if load is not None and load.state == Load.State.REFUSED:
        Erasure.objects.filter(pk=row.pk).update(load=None)  # another load was published in between: begin anew
        return
    if load is not None:
        if advancing.advance(load.pk, now=now).state == Load.State.PUBLISHED:
            _move(row, Erasure.State.REWRITTEN, now=now)
        return
    _nothing_open(row.table_id, but=None)
    leases.take(row.table, now=now)
    values, published = _values(row), row.table.published
    folder = places.table(row.table_id)
    assert published is not None  # noqa: S101 - planned only where something is published
    files = [Path(one) for one in delta.version(folder, published.delta_version).files]
    if not sum(erasing.rows_with(one, values, row.column) for one in files):
        leases.end(row.table_id, now=now)
        _move(row, Erasure.State.REWRITTEN, now=now)
        return
    key = str(ULID.from_datetime(now))
    file, taken = erasing.without(files, values, row.column, folder, name=f"load-{key.lower()}.parquet")
    with transaction.atomic():
        feed = Feed.objects.select_for_update().get(pk=published.load.feed_id)
        feed.last_seq += 1
        feed.save(update_fields=["last_seq"])
        load = Load.objects.create(
            id=key, feed=feed, seq=feed.last_seq, contract_id=published.load.contract_id, state=Load.State.CHECKED,
            base=published.number, asked_by=row.asked_by, records=file.rows, accepted=file.rows, faulty=0, broken=0,
            files=[[file.name, file.size, file.rows]], created_at=now, changed_at=now,
        )  # fmt: skip
        noted = [{"place": "published", "files": len(files), "rows": taken}]
        Erasure.objects.filter(pk=row.pk).update(load=load, places=noted, changed_at=now)


def _destroy(row: Erasure, *, now: datetime) -> None:
    """Every file in which the rows still stand goes; then the values themselves, in one transaction with the evidence."""
    _nothing_open(row.table_id, but=row.load_id)
    values, places_done = _values(row), {str(one["place"]): one for one in row.places}
    for place, files, rows in (
        ("older_versions", *_old_versions(row, values)),
        ("landing", *_landing(row, values, now=now)),
        ("quarantine", *_quarantine(row, values)),
    ):
        before = places_done.get(place, {"files": 0, "rows": 0})
        places_done[place] = {"place": place, "files": before["files"] + files, "rows": before["rows"] + rows}
        Erasure.objects.filter(pk=row.pk).update(places=list(places_done.values()))
    with transaction.atomic():
        _mark_versions(row, now=now)
        by = from_json(row.asked_by)
        number = Snapshot.objects.filter(load=row.load_id).values_list("number", flat=True).first()
        Erasure.objects.filter(pk=row.pk).update(
            state=Erasure.State.DONE, box=None, places=list(places_done.values()), changed_at=now
        )
        evidence.record(
            evidence.Kind.ROWS_ERASED,
            at=now,
            public={"inst": inst(by, row.table.institution), "ds": row.table_id, "out": "done"},
            private={
                "erasure": row.pk,
                "case": row.case or None,
                "column": row.column,
                "commitment": row.commitment,
                "snapshot": number,
                "places": list(places_done.values()),
                **evidence.who(by),
            },
        )


def _old_versions(row: Erasure, values: Sequence[str]) -> tuple[int, int]:
    """Data files that the published version does not name: of older versions, of loads that were refused, of no load at all."""
    return _unlinked(
        _versions_holding(Table.objects.select_related("published").get(pk=row.table_id), row.column, values)
    )


def _versions_holding(table: Table, column: str, values: Sequence[str]) -> Iterator[tuple[Path, int]]:
    folder = places.table(table.pk)
    assert table.published is not None  # noqa: S101 - planned only where something is published
    current = {Path(one).name for one in delta.version(folder, table.published.delta_version).files}
    found = (path for path in sorted(folder.glob("*.parquet")) if path.name not in current)
    return ((path, erasing.rows_with(path, values, column)) for path in found)


def _landing(row: Erasure, values: Sequence[str], *, now: datetime) -> tuple[int, int]:
    """Deliveries as they came, their copies and parts. A workbook goes with its parts, and where nobody read it."""
    landed = _landed_files(row.table_id)
    counted = _landed_holding(row.table_id, landed, values)
    gone = _unlinked(iter(counted.items()))
    removed = {places.relative(path) for path in counted}
    for one in landed:
        if one.path in removed or {places.relative(path) for path in _paths(one)} & removed:
            one.parsed = {"encoding": one.parsed.get("encoding", ""), "erased": now.isoformat()}
            one.save(update_fields=["parsed"])
    return gone


def _landed_files(table: str) -> list[LandedFile]:
    return list(LandedFile.objects.filter(load__feed__table=table))


def _landed_holding(table: str, landed: Sequence[LandedFile], values: Sequence[str]) -> dict[Path, int]:
    """Files with how many of their rows hold one of the values; a container that nobody read counts as one."""
    holding = {path: _rows_in(path) for path in _files_of(list(Feed.objects.filter(table=table)))}
    counted: dict[Path, int] = {}
    for path, how in holding.items():
        rows = how(values)
        if rows is None:  # a container: what was read out of it says whether it holds them
            parts = [_paths(one) for one in landed if one.path == places.relative(path)]
            read = [holding[part](values) or 0 for group in parts for part in group if part in holding and part != path]
            rows = sum(read) if read else 1
        if rows:
            counted[path] = rows
    return counted


def _files_of(feeds: Sequence[Feed]) -> Iterator[Path]:
    for feed in feeds:
        folder = places.landing(feed.pk)
        if folder.is_dir():
            yield from sorted(
                path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".part-")
            )


def _rows_in(path: Path):  # noqa: ANN202 - a function of the values to a count, None for a container that cannot be looked into
    suffix = path.suffix.lower()
    if suffix in TEXTS:
        return lambda values: erasing.lines_with(path, values)
    if suffix == ".parquet":
        return lambda values: erasing.rows_with(path, values)
    return lambda _: None


def _paths(file: LandedFile) -> list[Path]:
    kept = [str(one) for one in file.parsed.get("paths", [])] + [str(file.parsed.get("path", ""))]
    return [places.root() / one for one in (file.path, *kept) if one]


def _quarantine(row: Erasure, values: Sequence[str]) -> tuple[int, int]:
    held = _quarantines_holding(row.table_id, values)
    for load, _ in held:
        (places.root() / load.quarantine).unlink(missing_ok=True)
        Load.objects.filter(pk=load.pk).update(quarantine="")
    return len(held), sum(found for _, found in held)


def _quarantines_holding(table: str, values: Sequence[str]) -> list[tuple[Load, int]]:
    """Loads with how many of their quarantined rows hold one of the values; one whose file is gone holds none any more."""
    wanted = {value.encode(encoding) for value in values for encoding in erasing.ENCODINGS}
    found = list[tuple[Load, int]]()
    for load in Load.objects.filter(feed__table=table).exclude(quarantine=""):
        path, rows = places.root() / load.quarantine, 0
        if path.is_file():
            for number, box in quarantined.sealed(path):
                raw = quarantine.ring().open(box, purpose=quarantine.PURPOSE, place=quarantine.place(load.pk, number))
                rows += any(value in raw for value in wanted)
        if rows or not path.is_file():
            found.append((load, rows))
    return found


def _unlinked(found: Iterator[tuple[Path, int]]) -> tuple[int, int]:
    files = rows = 0
    for path, held in found:
        if held:
            path.unlink(missing_ok=True)
            sync(path.parent)
            files, rows = files + 1, rows + held
    return files, rows


def _mark_versions(row: Erasure, *, now: datetime) -> None:
    """Versions that have lost a file are said to be gone, so that nobody reads half of one."""
    folder = places.table(row.table_id)
    for one in Snapshot.objects.filter(table=row.table_id, erased_at=None):
        if not all(Path(name).is_file() for name in delta.version(folder, one.delta_version).files):
            Snapshot.objects.filter(pk=one.pk).update(erased_at=now)


def _nothing_open(entry: str, *, but: str | None) -> None:
    if Load.objects.filter(feed__table=entry, state__in=Load.OPEN).exclude(pk=but or "").exists():
        raise Unavailable("table_busy", retry_after_s=5)


def _move(row: Erasure, state: Erasure.State, *, now: datetime) -> None:
    Erasure.objects.filter(pk=row.pk).update(state=state, changed_at=now)


def _values(row: Erasure) -> list[str]:
    box = quarantine.ring().open(bytes(row.box or b""), purpose=PURPOSE, place=_place(row.pk))
    return json.loads(box[SALT_SIZE:])


def _place(key: str) -> Place:
    return Place("lake_erasure.box", key)
