"""When the database is behind the world: take back what was published. When it moved: go on under the new cluster.

Both are for operators, with all writers stopped; the work is done by the same steps as every day.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper

from kaimen.core.errors import Invalid, Unavailable
from kaimen.core.tlog import leaf as leaves
from kaimen.core.tlog import tiles
from kaimen.core.tlog.encoding import unb64url
from kaimen.core.tlog.notes import parse_checkpoint
from kaimen.evidence import outside
from kaimen.evidence.models import Checkpoint, Entry, Head, Lane
from kaimen.evidence.services.integrating import (
    BATCH,
    Row,
    append,
    head_for_update,
    lease,
    read_tile,
    sequence,
    system_id,
)


@transaction.atomic
def recover(*, now: datetime) -> int:
    """Read back the entries that were published and are missing here; how many. Their private records are gone.

    Raises `Unavailable("log_unrecoverable")` where the published files are not whole or tell another history: then a new log
    with a new origin starts.
    """
    folder, bundles = outside.folder(), outside.bundles()
    note = folder.note()
    with connection.cursor() as cursor:
        if note is None or not lease(cursor):
            return 0
        head = head_for_update(cursor)
        shown = parse_checkpoint(note.text)
        taken = 0
        while head.size < shown.size:
            n, at = divmod(head.size, tiles.WIDTH)
            width = min(tiles.WIDTH, shown.size - n * tiles.WIDTH)
            data = bundles.read(tiles.Address(None, n, width)) or bundles.read(tiles.Address(None, n)) or b""
            taken += _take_back(cursor, head, data, at=at, width=width)
        root = tiles.edge_root(tiles.edge_of(shown.size, read_tile))
        if root != shown.root:
            raise Unavailable("log_unrecoverable", index=shown.size)
        if taken:
            head.note = note.format()
            head.system_id = system_id(cursor)
            Checkpoint.objects.create(size=shown.size, root=root, note=head.note, at=now)
            head.save()
    _settle(now=now)
    return taken


def _take_back(cursor: CursorWrapper, head: Head, data: bytes, *, at: int, width: int) -> int:
    """Write the entries of one published bundle again and give them their places."""
    try:
        missing = tiles.unbundle(data)[at:width]
        told = [leaves.parse(entry) for entry in missing]
    except Invalid:
        missing, told = [], []
    if len(missing) != width - at:
        raise Unavailable("log_unrecoverable", index=head.size)
    rows: list[Row] = []
    for entry, said in zip(missing, told, strict=True):
        rows.append((0, _entry(entry, said, index=head.size), entry))
        Lane.objects.get_or_create(node=said.node, defaults={"n": 0})
        Lane.objects.filter(node=said.node, n__lt=said.n).update(n=said.n)
    growth = sequence(cursor, head, rows)
    head.size = growth.size
    return len(rows)


def _entry(data: bytes, said: leaves.Leaf, *, index: int) -> int:
    """The row of an entry: it may be here and only its place missing. Another entry under its number is another history."""
    try:
        with transaction.atomic():
            row, _ = Entry.objects.get_or_create(
                entry=unb64url(said.id), defaults={"leaf": data, "node": said.node, "n": said.n}
            )
    except IntegrityError:
        raise Unavailable("log_unrecoverable", index=index) from None
    if bytes(row.leaf) != data:
        raise Unavailable("log_unrecoverable", index=index)
    return row.pk


@transaction.atomic
def rebase(*, now: datetime) -> int:
    """After the database moved to another cluster: put what waits in order by row id and count from here; how many came in."""
    return _settle(now=now)


def _settle(*, now: datetime) -> int:
    """With writers stopped, whatever has no place gets one by row id, and the cursor starts behind it."""
    total = 0
    with connection.cursor() as cursor:
        if not lease(cursor):
            raise Unavailable("log_stalled", lag_s=0)
        head = head_for_update(cursor)
        while rows := _without_place(cursor):
            append(cursor, head, rows, now=now)
            total += len(rows)
        cursor.execute("select coalesce(max(id), 0) from evidence")
        head.floor_id = cursor.fetchone()[0]
        head.cursor_xid = head.cursor_id = 0
        head.system_id = system_id(cursor)
        head.save()
    return total


def _without_place(cursor: CursorWrapper) -> list[Row]:
    cursor.execute(
        "select 0, e.id, e.leaf from evidence e left join evidence_seq s on s.evidence_id = e.id"
        " where s.evidence_id is null order by e.id limit %s",
        [BATCH],
    )
    return cursor.fetchall()
