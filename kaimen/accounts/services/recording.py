"""What every verb of this room needs: its evidence, its post, keys of rows."""

from __future__ import annotations

import uuid
from datetime import datetime

from kaimen.accounts import selectors
from kaimen.core.policy.party import Actor, Assurance, PersonId, Via
from kaimen.evidence import services as evidence
from kaimen.evidence.services import Kind, SubjectId
from kaimen.office import services as office

NOBODY = "natural-person"


def record(
    kind: Kind, *, by: Actor, now: datetime, about: uuid.UUID | None = None, **private: str | list[str] | None
) -> evidence.Receipt:
    """One entry: institution in the leaf, persons and facts in the private record. `about` is the one person it concerns."""
    return evidence.record(
        kind,
        at=now,
        public={"inst": str(by.institution) if by.institution else NOBODY, "out": "done"},
        private=evidence.who(by) | private,
        subject=SubjectId(str(about)) if about else None,
    )


def post(kind: str, *, key: str, now: datetime, **body: str | None) -> None:
    """One outbox row of this room."""
    office.post(kind, key=key, body=body, now=now)


def key(text: object) -> uuid.UUID | None:
    """A primary key of what was sent; None for what cannot be one."""
    if text is None:
        return None
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


def persons(*ids: uuid.UUID | None) -> frozenset[PersonId]:
    """These persons with all that were merged with them."""
    return selectors.family(str(one) for one in ids if one is not None)


MACHINE = Actor(via=Via.CLI, assurance=Assurance.NONE)
"""Somebody with a shell on the machine: the command line."""
