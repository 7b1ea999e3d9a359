"""Show the log to the world: tiles, then entry bundles, then witnesses, then the checkpoint, which is last.

Goes from the published size to the committed size and may die anywhere: doing it again writes the same bytes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from kaimen.core.tlog import tiles
from kaimen.core.tlog.notes import parse
from kaimen.evidence import outside, selectors
from kaimen.evidence.models import Checkpoint, Head
from kaimen.evidence.services import witnesses
from kaimen.evidence.services.integrating import read_tile, stored_root

PATIENCE = timedelta(seconds=30)
"""So long a checkpoint waits for its quorum; then it goes out without."""


def publish(*, now: datetime) -> int:
    """Publish what is committed; the published size. Raises `Unavailable("log_rolled_back")`."""
    head = Head.objects.filter(id=1).first()
    folder = outside.folder()
    if head is None:
        return 0
    with folder.alone():
        outside.check(head.size, stored_root(head))
        shown = folder.head()
        old = shown.size if shown else 0
        if old == head.size and shown is not None:
            _tell_keys()
            return old
        _write_tiles(old, head.size)
        note, enough = witnesses.cosigned(parse(head.note), now=now)
        outside.check(head.size, stored_root(head))  # a witness may have answered that it has seen more
        if not enough and now - _first_unpublished(old) < PATIENCE:
            return old
        _tell_keys()
        folder.show(note)
        for address in (*tiles.touched(old, head.size), *tiles.touched_bundles(old, head.size)):
            (outside.bundles() if address.level is None else folder).drop_partial(address)
    return head.size


def _tell_keys() -> None:
    folder = outside.folder()
    folder.tell("keys", selectors.key_lines())
    folder.tell("policy.txt", selectors.policy_text())
    if (pruning := selectors.pruning()) is not None:
        folder.tell("pruning", pruning.text())


def _write_tiles(old: int, new: int) -> None:
    folder, bundles = outside.folder(), outside.bundles()
    for address in tiles.touched(old, new):
        folder.write(address, read_tile(address.level or 0, address.n)[: address.width * 32])
    for address in tiles.touched_bundles(old, new):
        bundles.write(address, tiles.bundle(leaves(address.n * tiles.WIDTH, address.width)))


def leaves(start: int, count: int) -> list[bytes]:
    """Entries by their place in the log."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select e.leaf from evidence_seq s join evidence e on e.id = s.evidence_id"
            " where s.leaf_index >= %s and s.leaf_index < %s order by s.leaf_index",
            [start, start + count],
        )
        return [bytes(leaf) for (leaf,) in cursor.fetchall()]


def _first_unpublished(old: int) -> datetime:
    return Checkpoint.objects.filter(size__gt=old).order_by("size").values_list("at", flat=True)[0]
