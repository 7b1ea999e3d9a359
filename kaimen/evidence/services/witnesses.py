"""Ask the witnesses of the policy to cosign a checkpoint, and remember what they have seen of us."""

from __future__ import annotations

from datetime import datetime, timedelta

from kaimen.core.tlog import proofs
from kaimen.core.tlog.notes import Note, parse_checkpoint
from kaimen.core.tlog.policy import Party, judge
from kaimen.core.tlog.witness import Request
from kaimen.engines.witness_client import Reply, ask, last_signed
from kaimen.evidence import keys
from kaimen.evidence.models import WitnessState
from kaimen.evidence.services.integrating import read_tile
from kaimen.evidence.trust import policy

PAUSE = timedelta(seconds=10)
"""A witness that gave trouble is left alone for so long."""


def cosigned(note: Note, *, now: datetime) -> tuple[Note, bool]:
    """The note with all cosignatures that could be had, and whether they are the quorum."""
    rule = policy()
    for name, party in rule.witnesses.items():
        state = WitnessState.objects.get_or_create(name=name)[0]
        if party.url and not (state.trouble and state.asked_at and now - state.asked_at < PAUSE):
            note = note.with_lines(_cosign(note, party, state, now=now).lines)
    return note, judge(note, rule).quorum


def look() -> None:
    """Ask each witness how far it has signed us: a restored backup has forgotten. One that does not answer stops nothing."""
    for name, party in policy().witnesses.items():
        size = last_signed(party.url, keys.origin(), key=party.key) if party.url else None
        state = WitnessState.objects.get_or_create(name=name)[0]
        if size is not None and size > state.size:
            state.size = size
            state.save()


def _cosign(note: Note, party: Party, state: WitnessState, *, now: datetime) -> Reply:
    """Ask once, and once more from the size that the witness names; a size beyond ours is kept, and stops the integrator."""
    head = parse_checkpoint(note.text)
    reply = Reply(size=state.size)
    for _ in range(2):
        if reply.size is None or reply.size > head.size:
            break
        old, node = reply.size, proofs.nodes(read_tile)
        path = proofs.consistency(old, head.size, node) if 0 < old < head.size else []
        reply = ask(party.url, Request(old=old, path=path, note=note, checkpoint=head), key=party.key)
    state.asked_at, state.trouble = now, reply.trouble
    if reply.size is not None and reply.size > head.size:
        state.size, state.trouble = reply.size, "ahead_of_us"
    elif reply.lines:
        state.size, state.signed_at = head.size, now
    state.save()
    return reply
