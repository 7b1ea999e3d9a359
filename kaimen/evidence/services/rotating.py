"""A new log key takes over from the one before, which signs beside it for 30 days. The log's name stays.

What counts is which key files there are (`keys`), so the change is one step and also a restored database cannot undo it. The entry
follows at once; after a crash in between the worker writes it.
"""

from __future__ import annotations

import itertools
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from kaimen.core.policy.party import Actor, Via
from kaimen.core.tlog.encoding import b64url
from kaimen.core.tlog.kinds import Kind
from kaimen.core.tlog.notes import Verifier
from kaimen.evidence import keys, outside
from kaimen.evidence.models import KeyRotation
from kaimen.evidence.services.recording import record, who


def rotate(*, by: Actor, now: datetime) -> keys.LogKey:
    """Let a new Ed25519 log key take over; the key, which both the worker and readers find from now on."""
    taken_over = keys.succeed(now)
    _enter_rotations(by=by, now=now)
    return taken_over


def settle_keys(*, now: datetime) -> None:
    """Write the entry of a rotation that has none, and drop keys whose 30 days are over.

    None is dropped while the head that the world is shown lacks the line of the present key.
    """
    if len(keys.log_keys()) < 2:
        return
    _enter_rotations(by=Actor(via=Via.JOB), now=now)
    note, present = outside.folder().note(), keys.log().verifier
    if note is not None and any((line.name, line.key_id) == (present.name, present.id) for line in note.signatures):
        keys.retire(now)


def _enter_rotations(*, by: Actor, now: datetime) -> None:
    held = [key.verifier for key in keys.log_keys()]
    for old, new in itertools.pairwise(held):
        if not KeyRotation.objects.filter(vkey=new.vkey()).exists():
            _enter(old, new, by=by, now=now)


@transaction.atomic
def _enter(old: Verifier, new: Verifier, *, by: Actor, now: datetime) -> None:
    rotation, fresh = KeyRotation.objects.get_or_create(vkey=new.vkey())
    if not fresh:  # somebody else was faster
        return
    digest = sha256(f"{new.vkey()}\n".encode()).digest()
    receipt = record(
        Kind.KEY_ROTATED,
        at=now,
        public={"d": b64url(digest), "out": "done"},
        private={"old": old.vkey(), "new": new.vkey(), **who(by)},
    )
    rotation.entry = receipt.entry
    rotation.save()
