"""Put entries in order, hash them into the tree, sign its head: one transaction a batch, one integrator at a time.

INVARIANT: nothing of a batch is visible outside before its transaction has committed; publishing is another step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from kaimen.core.errors import Unavailable
from kaimen.core.tlog import proofs, tiles
from kaimen.core.tlog.hashing import leaf_hashes
from kaimen.core.tlog.notes import Checkpoint as TreeHead
from kaimen.core.tlog.notes import Note, parse, parse_checkpoint
from kaimen.evidence import keys, outside
from kaimen.evidence.models import Checkpoint, Head, Tile

BATCH = 1000
LEASE = int.from_bytes(sha256(b"kaimen/log/integrator").digest()[:8], "big", signed=True)

Row = tuple[int, int, bytes]
"""Transaction id (0 on SQLite), row id, leaf."""
Pending = Callable[[CursorWrapper, Head, int], list[Row]]


def integrate(*, now: datetime, limit: int = BATCH) -> int:
    """Bring the next entries into the log; the number that came in, 0 also while another integrator works.

    Raises `Unavailable("log_rolled_back")` when the world has seen more than the database holds, `Unavailable("log_moved")` when
    the database cluster is not the one whose transaction ids were read.
    """
    if connection.vendor == "sqlite" and not _anything_new():
        return 0  # an IMMEDIATE transaction would take the write lock for nothing
    with transaction.atomic(), connection.cursor() as cursor:
        if not lease(cursor):
            return 0
        head = head_for_update(cursor)
        if head.system_id != system_id(cursor):
            raise Unavailable("log_moved")
        rows = in_order_of_commit(cursor, head, limit)
        if rows:
            append(cursor, head, rows, now=now)
        return len(rows)


def _anything_new() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select 1 from evidence where id > coalesce((select max(cursor_id, floor_id) from evidence_head), 0) limit 1"
        )
        return cursor.fetchone() is not None


def lease(cursor: CursorWrapper) -> bool:
    """Be the only integrator until the transaction ends. On SQLite the write lock, which IMMEDIATE took, is the lease."""
    if connection.vendor != "postgresql":
        return True
    cursor.execute("select pg_try_advisory_xact_lock(%s)", [LEASE])
    return cursor.fetchone()[0]


def head_for_update(cursor: CursorWrapper) -> Head:
    """Where the log stands; a fresh log stands at nothing."""
    head = Head.objects.filter(id=1).first()
    return head or Head(id=1, size=0, cursor_xid=0, cursor_id=0, floor_id=0, system_id=system_id(cursor), note="")


def system_id(cursor: CursorWrapper) -> str:
    """Which cluster gives out the transaction ids. They do not survive a dump and restore."""
    if connection.vendor != "postgresql":
        return connection.vendor
    cursor.execute("select system_identifier::text from pg_control_system()")
    return cursor.fetchone()[0]


def in_order_of_commit(cursor: CursorWrapper, head: Head, limit: int) -> list[Row]:
    """Entries behind the cursor, such that none can still appear before them.

    On SQLite writers come one after the other, so row ids are the order. On PostgreSQL a transaction that began earlier may commit
    later: only rows below the snapshot's xmin, where every transaction has ended, are taken.
    """
    if connection.vendor == "postgresql":
        cursor.execute(
            "select xid::text::bigint, id, leaf from evidence where (xid, id) > (%s::text::xid8, %s) and id > %s"
            " and xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid, id limit %s",
            [head.cursor_xid, head.cursor_id, head.floor_id, limit],
        )
    else:
        cursor.execute(
            "select 0, id, leaf from evidence where id > %s order by id limit %s",
            [max(head.cursor_id, head.floor_id), limit],
        )
    return cursor.fetchall()


def append(cursor: CursorWrapper, head: Head, rows: Sequence[Row], *, now: datetime) -> None:
    """Sequence these rows, grow the tiles, sign, and store all of it in the open transaction."""
    root_at = stored_root(head)
    outside.check(head.size, root_at)  # before it signs, it looks outside
    growth = sequence(cursor, head, rows)
    checkpoint = TreeHead(origin=keys.log().name, size=growth.size, root=tiles.edge_root(growth.edge))
    note = _signed(checkpoint.text(), now=now).format()
    Checkpoint.objects.create(size=growth.size, root=checkpoint.root, note=note, at=now)
    head.size, head.note = growth.size, note
    head.cursor_xid, head.cursor_id = rows[-1][0], rows[-1][1]
    head.save()


def _signed(text: str, *, now: datetime) -> Note:
    """The note with the log's own lines, and beside them those that a setting asks for."""
    lines = [signer.sign(text) for signer in keys.log_signers()]
    if (beside := keys.additional()) is not None:
        lines.append(beside.sign(text, at=int(now.timestamp())))
    return Note(text, tuple(lines))


def sequence(cursor: CursorWrapper, head: Head, rows: Sequence[Row]) -> tiles.Growth:
    """Give rows their places and store the tiles that they touch. Entries themselves are never updated."""
    hashes = leaf_hashes(leaf for _, _, leaf in rows)
    _insert_places(cursor, head.size, [row[1] for row in rows], hashes)
    growth = tiles.integrate(head.size, tiles.edge_of(head.size, read_tile), hashes)
    cursor.executemany(
        "insert into evidence_tile (level, n, data) values (%s, %s, %s) on conflict (level, n) do update set data = excluded.data",
        [(tile.level, tile.n, tile.data) for tile in growth.tiles],
    )
    return growth


def _insert_places(cursor: CursorWrapper, size: int, ids: list[int], hashes: list[bytes]) -> None:
    places = list(range(size, size + len(ids)))
    if connection.vendor == "postgresql":
        cursor.execute(
            "insert into evidence_seq (leaf_index, evidence_id, leaf_hash)"
            " select * from unnest(%s::bigint[], %s::bigint[], %s::bytea[])",
            [places, ids, hashes],
        )
    else:
        cursor.executemany(
            "insert into evidence_seq (leaf_index, evidence_id, leaf_hash) values (%s, %s, %s)",
            list(zip(places, ids, hashes, strict=True)),
        )


def read_tile(level: int, n: int) -> bytes:
    """A tile's hashes as far as there are any."""
    data = Tile.objects.filter(level=level, n=n).values_list("data", flat=True).first()
    return b"" if data is None else bytes(data)


def stored_root(head: Head) -> Callable[[int], bytes]:
    """The root that the database has for an earlier size."""

    def root_at(size: int) -> bytes:
        if head.note and size == head.size:
            return parse_checkpoint(parse(head.note).text).root
        return proofs.root(size, proofs.nodes(read_tile))

    return root_at
