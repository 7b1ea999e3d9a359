"""The log for programs that would rather not read notes: state, and entries with their proof."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from kaimen.core.policy.party import ANYBODY
from kaimen.core.tlog.encoding import b64, b64url
from kaimen.evidence import selectors
from kaimen.web.access import PUBLIC, access
from kaimen.web.now import now

router = Router()


class WitnessOut(Schema):
    """A witness of the log."""

    name: str
    signed_at: datetime | None
    trouble: str


class StatusOut(Schema):
    """How the log stands."""

    origin: str
    size: int
    root: str
    signed_at: datetime | None
    published: int
    pending: int
    lag_s: int
    stalled: bool
    witnesses: list[WitnessOut]


class EntryOut(Schema):
    """An entry; `index` and `proof` are null while it waits to be signed. `leaf` is the text that was hashed."""

    id: str
    kind: str
    at: datetime
    node: str
    n: int
    public: dict[str, str]
    commitment: str
    leaf: str
    index: int | None
    proof_url: str | None


@router.get("/log/status", response=StatusOut, operation_id="log_status", summary="How the log stands")
@access(PUBLIC)
def log_status(request: HttpRequest) -> StatusOut:
    """Size, lag and witnesses of the public log."""
    del request
    status = selectors.status(now())
    return StatusOut(
        origin=status.origin,
        size=status.size,
        root=b64(status.root),
        signed_at=status.signed_at,
        published=status.published,
        pending=status.pending,
        lag_s=status.lag_s,
        stalled=status.stalled,
        witnesses=[WitnessOut(name=one.name, signed_at=one.signed_at, trouble=one.trouble) for one in status.witnesses],
    )


@router.get("/log/entries/{entry_id}", response=EntryOut, operation_id="log_entry", summary="One entry of the log")
@access(PUBLIC)
def log_entry(request: HttpRequest, entry_id: str) -> EntryOut:
    """An entry by the id that stands on its receipt."""
    told = selectors.entry_for(entry_id, reader=getattr(request, "actor", ANYBODY))
    return EntryOut(
        id=told.id,
        kind=told.leaf.kind.value,
        at=told.at,
        node=told.leaf.node,
        n=told.leaf.n,
        public=dict(told.leaf.public),
        commitment=b64url(told.leaf.c),
        leaf=told.data.decode(),
        index=told.index,
        proof_url=None if told.index is None else f"/log/proof/{told.id}",
    )
