"""Questions about the log: files as published, proofs built from tiles, its state, and what an entry's private record says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection

from kaimen.core.errors import Invalid, Missing, Refused, Unavailable
from kaimen.core.policy.party import Actor
from kaimen.core.tlog import leaf as leaves
from kaimen.core.tlog import proofs, tiles
from kaimen.core.tlog.commitment import Opening, open_fields
from kaimen.core.tlog.encoding import Json, unb64, unb64url
from kaimen.core.tlog.notes import parse_checkpoint
from kaimen.core.tlog.policy import format_policy, judge
from kaimen.core.tlog.proof_text import Proof
from kaimen.core.tlog.pruning import Pruning, refuses
from kaimen.core.tlog.timestamp_text import Timestamp
from kaimen.engines.signing import unseal
from kaimen.evidence import keys, outside
from kaimen.evidence.models import CheckpointToken, Head, Private, Pruned, Reconciliation, SubjectKey, WitnessState
from kaimen.evidence.trust import policy

STALLED_AFTER = timedelta(seconds=60)
AUDITOR = "auditor"


# ------------------------------------------------------ files as published
def checkpoint() -> str:
    """The signed head that the world is shown. Raises `Missing("log_file")` before the first."""
    note = outside.folder().note()
    if note is None:
        raise Missing("log_file")
    return note.format()


def file(path: str, *, reader: Actor) -> bytes:
    """A tile or a bundle by its path. Raises `Missing("log_file")`, `Missing("entries_pruned")`, `Refused("entries_restricted")`."""
    try:
        address = tiles.parse_address(path)
    except Invalid:
        raise Missing("log_file") from None
    if address.level is None and not reads_entries(reader):
        raise Refused("entries_restricted")
    data = (outside.bundles() if address.level is None else outside.folder()).read(address)
    if data is None:
        raise Missing("log_file")
    if address.level is None and (minimum := _minimum()) and refuses(address.n, minimum=minimum):
        raise Missing("entries_pruned", minimum=minimum)
    return data


def pruning() -> Pruning | None:
    """From where on entries are served, under which policy; None where all of them are."""
    row = Pruned.objects.order_by("-id").first()
    return Pruning(minimum=row.minimum, policy=row.policy) if row else None


def pruning_text() -> str:
    """The file that says so. Raises `Missing("log_file")` where nothing was ever pruned."""
    said = pruning()
    if said is None:
        raise Missing("log_file")
    return said.text()


def _minimum() -> int:
    said = pruning()
    return said.minimum if said else 0


def _pruned(told: Told) -> bool:
    return told.index is not None and refuses(told.index // tiles.WIDTH, minimum=_minimum())


def reads_entries(reader: Actor) -> bool:
    """Whether this reader may see entries of others: everybody, unless the setting says auditors."""
    return settings.KAIMEN_EVIDENCE_ENTRIES == "public" or reader.role == AUDITOR


def policy_text() -> str:
    """Our tlog-policy file, for convenience: trust comes from having it another way."""
    return format_policy(policy())


def key_lines() -> str:
    """The vkeys of log, receipts and witnesses; those of the log that do not count any more as comments."""
    known = policy()
    logs, witnesses = ([party.key for party in parties] for parties in (known.logs, known.witnesses.values()))
    verifiers = [*logs, *known.additional_keys, *witnesses]
    lines = [key.vkey() for key in (*verifiers, *known.receipt_keys)]
    return "".join(f"{line}\n" for line in (*lines, *(f"# retired {key.vkey()}" for key in keys.retired_verifiers())))


def timestamp(covering: int | None = None) -> str:
    """The newest time-stamp, or the first over a head with so many entries. Raises `Missing("log_file")`."""
    tokens = CheckpointToken.objects.all()
    found = (
        tokens.order_by("-size").first()
        if covering is None
        else tokens.filter(size__gte=covering).order_by("size").first()
    )
    if found is None:
        raise Missing("log_file")
    return Timestamp(token=bytes(found.token), note=found.note).text()


# ------------------------------------------------------------------ entries
@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry as the log tells it. `index` is None while it waits."""

    id: str
    leaf: leaves.Leaf
    data: bytes
    index: int | None

    @property
    def at(self) -> datetime:
        """When it was written."""
        return datetime.fromtimestamp(self.leaf.t / 1000, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """An entry with its proof under the published checkpoint, whose parts the page names."""

    entry: Told
    proof: Proof
    leaf_hash: bytes
    size: int
    root: bytes
    key: str
    witness_keys: tuple[str, ...]
    witnesses: dict[str, datetime]

    @property
    def asked(self) -> int:
        """How many witnesses there are."""
        return len(self.witness_keys)

    @property
    def file_name(self) -> str:
        """What a download is called."""
        return f"{self.entry.id}.tlog-proof"


def entry(entry_id: str) -> Told:
    """One entry by its id. Raises `Missing("entry")`."""
    try:
        key = unb64url(entry_id)
    except ValueError:
        raise Missing("entry") from None
    with connection.cursor() as cursor:
        cursor.execute(
            "select e.leaf, s.leaf_index from evidence e left join evidence_seq s on s.evidence_id = e.id where e.entry = %s",
            [key],
        )
        row = cursor.fetchone()
    if row is None:
        raise Missing("entry")
    return Told(id=entry_id, leaf=leaves.parse(bytes(row[0])), data=bytes(row[0]), index=row[1])


def entry_for(entry_id: str, *, reader: Actor) -> Told:
    """The entry, for a reader who may see entries.

    Raises `Missing("entry")`, `Missing("entries_pruned")`, `Refused("entries_restricted")`.
    """
    if not reads_entries(reader):
        raise Refused("entries_restricted")
    told = entry(entry_id)
    if _pruned(told):
        raise Missing("entries_pruned", minimum=_minimum())
    return told


def proved(entry_id: str, *, reader: Actor) -> Proved:
    """The entry and the proof that it is in the log. Raises `Missing("entry")`, `Unavailable("entry_pending")`."""
    told = entry(entry_id)
    note = outside.folder().note()
    head = parse_checkpoint(note.text) if note else None
    if told.index is None or note is None or head is None or told.index >= head.size:
        raise Unavailable("entry_pending", retry_after_s=2)
    node, rule = proofs.nodes(_tiles()), policy()
    judged = judge(note, rule)
    extra = told.data if reads_entries(reader) and not _pruned(told) else b""
    return Proved(
        entry=told,
        proof=Proof(
            index=told.index, path=proofs.inclusion(told.index, head.size, node), note=note.format(), extra=extra
        ),
        leaf_hash=node(0, told.index),
        size=head.size,
        root=head.root,
        key=judged.log.vkey(),
        witness_keys=tuple(party.key.vkey() for party in rule.witnesses.values()),
        witnesses={name: datetime.fromtimestamp(at, UTC) for name, at in judged.witnesses.items()},
    )


def latest(count: int, *, reader: Actor) -> list[Told]:
    """The newest entries that the world has been shown; none where the reader may not see entries."""
    shown = outside.folder().head()
    if shown is None or not reads_entries(reader):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select e.leaf, s.leaf_index from evidence_seq s join evidence e on e.id = s.evidence_id"
            " where s.leaf_index < %s and s.leaf_index >= %s order by s.leaf_index desc limit %s",
            [shown.size, said.first if (said := pruning()) else 0, count],
        )
        rows = cursor.fetchall()
    read = [(leaves.parse(bytes(data)), bytes(data), index) for data, index in rows]
    return [Told(id=leaf.id, leaf=leaf, data=data, index=index) for leaf, data, index in read]


def _tiles() -> Callable[[int, int], bytes]:
    """Tiles from the database, each read once."""
    held: dict[tuple[int, int], bytes] = {}

    def read(level: int, n: int) -> bytes:
        if (level, n) not in held:
            with connection.cursor() as cursor:
                cursor.execute("select data from evidence_tile where level = %s and n = %s", [level, n])
                row = cursor.fetchone()
            held[level, n] = bytes(row[0]) if row else b""
        return held[level, n]

    return read


# ------------------------------------------------------------ the log itself
@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """What we know of a witness."""

    name: str
    signed_at: datetime | None
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the log stands. `lag_s` is how long the oldest entry has waited that is not published yet."""

    origin: str
    size: int
    root: bytes
    signed_at: datetime | None
    published: int
    pending: int
    lag_s: int
    held_up_by: str | None
    witnesses: tuple[Witnessed, ...]
    reconciled: Reconciliation | None
    stamped: CheckpointToken | None
    pruning: Pruning | None

    @property
    def stalled(self) -> bool:
        """Whether an operator should look."""
        return self.lag_s >= STALLED_AFTER.total_seconds()


def status(now: datetime) -> Status:
    """Size, lag, witnesses, last reconciliation."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), min(e.id) from evidence e where not exists (select 1 from evidence_seq s where s.evidence_id = e.id)"
            " and e.id > coalesce((select min(cursor_id) from evidence_head), 0) - 100000"
        )
        pending, oldest = cursor.fetchone()
        cursor.execute("select leaf from evidence where id = %s", [oldest or 0])
        waiting = cursor.fetchone()
        cursor.execute("select at, root from evidence_checkpoint order by size desc limit 1")
        signed = cursor.fetchone()
    head = Head.objects.filter(id=1).first()
    shown = outside.folder().head()
    lag = (now - datetime.fromtimestamp(leaves.parse(bytes(waiting[0])).t / 1000, UTC)) if waiting else timedelta()
    lag_s = max(0, int(lag.total_seconds()))
    states = {state.name: state for state in WitnessState.objects.all()}
    return Status(
        origin=keys.origin(),
        size=head.size if head else 0,
        root=bytes(signed[1]) if signed else b"",
        signed_at=signed[0] if signed else None,
        published=shown.size if shown else 0,
        pending=pending,
        lag_s=lag_s,
        held_up_by=_held_up_by() if lag_s >= STALLED_AFTER.total_seconds() else None,
        witnesses=tuple(
            Witnessed(
                name=name,
                signed_at=states[name].signed_at if name in states else None,
                trouble=states[name].trouble if name in states else "",
            )
            for name in policy().witnesses
        ),
        reconciled=Reconciliation.objects.order_by("-at").first(),
        stamped=CheckpointToken.objects.order_by("-size").first(),
        pruning=pruning(),
    )


def _held_up_by() -> str | None:
    """The session with the oldest open writing transaction in the cluster: below it nothing can be put in order."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "select pid::text || ' ' || coalesce(application_name, '') || ' ' || coalesce(datname, '') from pg_stat_activity"
            " where backend_xid is not null and pid <> pg_backend_pid() order by age(backend_xid) desc limit 1"
        )
        row = cursor.fetchone()
    return row[0].strip() if row else None


# ----------------------------------------------------------- private records
def opening(entry_id: str, *, fields: Iterable[str], reader: Actor) -> Opening:
    """Some fields of an entry's private record, so that an outsider can check them against the log.

    The caller has decided that the reader may see them. Raises `Missing("entry")`, `Missing("record_erased")`,
    `Refused("record_restricted")` for all but the named officer.
    """
    record, salt = private_record(entry_id, reader=reader)
    wanted = list(fields)
    if any(name not in record for name in wanted):
        raise Invalid(
            "leaf_field",
            kind=entry(entry_id).leaf.kind.value,
            field=next(name for name in wanted if name not in record),
        )
    return open_fields(entry_id, record, salt, fields=wanted)


def private_record(entry_id: str, *, reader: Actor) -> tuple[dict[str, Json], bytes]:
    """Record and salt. Raises as `opening` does."""
    told = entry(entry_id)
    row = Private.objects.filter(entry=unb64url(told.id)).first()
    held = SubjectKey.objects.filter(id=row.subject).first() if row else None
    if row is None or held is None:
        raise Missing("record_erased")
    if held.restricted_until is not None and (not held.officer or reader.person != held.officer):
        raise Refused("record_restricted")
    try:
        key = keys.master().unwrap(bytes(held.wrapped), subject=held.id)
        plain = unseal(AESGCM(key), bytes(row.sealed), unb64url(told.id))
    except InvalidTag:  # the subject has another key now: this record is from before the erasure
        raise Missing("record_erased") from None
    content = cast("dict[str, Json]", json.loads(plain))
    return cast("dict[str, Json]", content["record"]), unb64(cast("str", content["salt"]))


def unsequenced_since(moment: datetime) -> Sequence[str]:
    """Entries written before the moment and still without a place in the log: there should be none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select e.leaf from evidence e left join evidence_seq s on s.evidence_id = e.id where s.evidence_id is null order by e.id"
        )
        waiting = [leaves.parse(bytes(data)) for (data,) in cursor.fetchall()]
    return [leaf.id for leaf in waiting if leaf.t < moment.timestamp() * 1000]
