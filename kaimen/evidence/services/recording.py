"""The only writer of entries: leaf, private record and counter, in the caller's transaction."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from kaimen import __version__
from kaimen.core.policy.party import Actor
from kaimen.core.tlog import leaf as leaves
from kaimen.core.tlog.commitment import SALT_SIZE, SubjectId, commit
from kaimen.core.tlog.encoding import Json, b64, b64url
from kaimen.core.tlog.hashing import leaf_hash
from kaimen.core.tlog.kinds import Kind
from kaimen.core.tlog.notes import Note
from kaimen.core.tlog.receipt import Promise
from kaimen.engines.signing import seal
from kaimen.evidence import keys

PROMISED_WITHIN = timedelta(seconds=60)
HOUSE = SubjectId("house")
"""The subject of records that are about no person and no institution."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Receipt:
    """What the one who asked takes home. Signed when its text is first read, so records that nobody takes home cost no signature."""

    entry: str
    leaf_hash: bytes
    by: datetime

    @cached_property
    def text(self) -> str:
        """A signed note: this entry is in the log by then."""
        signer = keys.receipts()
        promise = Promise(entry=self.entry, leaf_hash=self.leaf_hash, origin=keys.origin(), by=self.by)
        return Note(promise.text(), (signer.sign(promise.text()),)).format()


def record(
    kind: Kind,
    *,
    at: datetime,
    public: Mapping[str, str | None],
    private: Mapping[str, Json],
    subject: SubjectId | None = None,
) -> Receipt:
    """Write one entry: together with the business rows, or not at all. The last statement before commit.

    `public` may hold `inst`, `ds`, `pol`, `out`, `d` as the kind allows; `private` holds every private field of the kind, None where
    unknown. `subject` is the one person the record is about; without one it is encrypted under the institution's key.
    Raises `Invalid("leaf_field")`, `Invalid("leaf_too_large")`.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("evidence.record needs the open transaction of what it proves")
    fields = leaves.check_public(kind, public)
    leaves.check_private(kind, private)
    owner = subject or SubjectId(f"institution:{fields['inst']}" if "inst" in fields else HOUSE)
    entry, salt = os.urandom(16), os.urandom(SALT_SIZE)
    with connection.cursor() as cursor:
        node, n, wrapped = _take_lane(cursor, owner)
        key = _key_of(cursor, owner, wrapped)
        leaf = leaves.build(
            kind,
            entry=entry,
            node=node,
            n=n,
            t=(at - _EPOCH) // timedelta(milliseconds=1),
            commitment=commit(private, salt),
            public=fields,
        )
        sealed = seal(AESGCM(key), orjson.dumps({"salt": b64(salt), "record": dict(private)}), entry)
        _insert(cursor, entry=entry, leaf=leaf, node=node, n=n, owner=owner, sealed=sealed)
    return Receipt(b64url(entry), leaf_hash(leaf), at + PROMISED_WITHIN)


def _take_lane(cursor: CursorWrapper, owner: SubjectId) -> tuple[str, int, bytes | None]:
    """A free lane with its next number, held until commit, and the owner's wrapped key. Where no lane is free, wait for the first."""
    if connection.vendor != "postgresql":
        cursor.execute(_LANE_SQLITE, [owner])
        return cursor.fetchone()
    cursor.execute(_LANE_POSTGRESQL, [owner])
    row = cursor.fetchone()
    if row is None:
        cursor.execute(_LANE_WAITING, [owner])
        row = cursor.fetchone()
    return row


_LANE_POSTGRESQL = """
with lane as (
    update evidence_lane set n = n + 1
    where node = (select node from evidence_lane order by node limit 1 for update skip locked) returning node, n
)
select lane.node, lane.n, k.wrapped from lane left join evidence_subject_key k on k.id = %s
"""
_LANE_WAITING = """
with lane as (
    update evidence_lane set n = n + 1 where node = (select min(node) from evidence_lane) returning node, n
)
select lane.node, lane.n, k.wrapped from lane left join evidence_subject_key k on k.id = %s
"""
_LANE_SQLITE = """
update evidence_lane set n = n + 1 where node = 'lane-01'
returning node, n, (select wrapped from evidence_subject_key where id = %s)
"""


def _key_of(cursor: CursorWrapper, owner: SubjectId, wrapped: bytes | None) -> bytes:
    """The owner's key, made at the first record about them. Nothing is kept in memory: an erased key must not live on."""
    master = keys.master()
    if wrapped is None:
        fresh = AESGCM.generate_key(256)
        cursor.execute(
            "insert into evidence_subject_key (id, wrapped, officer) values (%s, %s, '') on conflict (id) do nothing",
            [owner, master.wrap(fresh, subject=owner)],
        )
        if cursor.rowcount == 1:
            return fresh
        cursor.execute("select wrapped from evidence_subject_key where id = %s", [owner])
        (held,) = cursor.fetchone()
        return master.unwrap(held, subject=owner)
    return master.unwrap(wrapped, subject=owner)


def _insert(cursor: CursorWrapper, *, entry: bytes, leaf: bytes, node: str, n: int, owner: str, sealed: bytes) -> None:
    if connection.vendor == "postgresql":
        cursor.execute(
            "with leaf as (insert into evidence (entry, leaf, node, n) values (%s, %s, %s, %s))"
            " insert into evidence_private (entry, subject, sealed) values (%s, %s, %s)",
            [entry, leaf, node, n, entry, owner, sealed],
        )
        return
    cursor.execute("insert into evidence (entry, leaf, node, n) values (%s, %s, %s, %s)", [entry, leaf, node, n])
    cursor.execute("insert into evidence_private (entry, subject, sealed) values (%s, %s, %s)", [entry, owner, sealed])


def who(by: Actor) -> dict[str, Json]:
    """The private fields that say who acted, in which role, on whose behalf."""
    on_behalf: Json = None
    if by.on_behalf is not None:
        on_behalf = {
            "person": by.on_behalf.person,
            "described_as": by.on_behalf.described_as,
            "channel": by.on_behalf.channel,
            "authority": by.on_behalf.authority,
        }
    return {"person": by.person, "account": by.account, "role": by.role, "via": by.via.value, "on_behalf": on_behalf}


def heartbeat(now: datetime, *, process: str = "worker") -> Receipt:
    """One entry a minute: silence shows, and the checkpoint never grows old."""
    with transaction.atomic():
        return record(
            Kind.HEARTBEAT, at=now, public={"out": "done"}, private={"version": __version__, "process": process}
        )
