"""From the published entry and the grants on it to policies: the only place where catalogue words become rules.

An entry open without conditions is an offer to anybody, for every purpose of the list. A grant is an agreement. Columns marked `deny`
do not exist for anybody; a mask of the entry holds where an agreement does not name another one for that column.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from django.conf import settings

from kaimen.core.metadata.entry import Item, PiClass, PublishedEntry
from kaimen.core.policy import mask
from kaimen.core.policy.model import Action, Assignee, Policy, PolicyKind, Rule
from kaimen.core.policy.obligations import WITHHELD, Caps, Columns, Deny, Filter, Mask, Obligation, Unknown
from kaimen.core.policy.party import InstitutionId, PersonId
from kaimen.core.policy.rows import Compare, Either
from kaimen.core.policy.text import Plain, obligation_from_data
from kaimen.engines.keys import Place, Ring
from kaimen.engines.packs import load
from kaimen.gate.models import Closure, Grant

OPEN_CAPS = Caps(rows=1_000_000, bytes=256 * 1024 * 1024)
UNCOUNTED = 1 << 60
"""Bytes of an answer that is a whole open dataset: its rows, and its size in store, are looked at before the first one."""
GRANT_CAPS = Caps(rows=5_000_000, bytes=1024 * 1024 * 1024)
ASKING = (Action.QUERY.value, Action.READ.value)
TAKING = (Action.EXTRACT.value,)
"""All of a dataset that is open without conditions, as a file."""
HIGHEST_OPEN_WITHOUT_MASK = 1
ROWS = "gate.closed_rows"


def offer(entry: PublishedEntry) -> Policy | None:
    """What anybody may ask of an entry that is open without conditions; None for every other entry."""
    if entry.open_type != 1:
        return None
    uid, purposes = f"open/{entry.id}", every_purpose()
    return Policy(
        uid=uid,
        kind=PolicyKind.OFFER,
        target=entry.id,
        assigner=entry.provider,
        permissions=(
            Rule(uid="open", actions=ASKING, purposes=purposes, duties=(OPEN_CAPS,), clause="BJ-18"),
            Rule(uid="whole", actions=TAKING, purposes=purposes, duties=(whole_caps(),), clause="BJ-18"),
        ),
        duties=(
            Columns(tuple(item.column for item in entry.items)),
            *_covers(entry.items, for_anybody=True),
        ),
        clause="BJ-18",
    )


def every_purpose() -> tuple[str, ...]:
    """What is open is open for whatever one wants of it; so it can stand beside data that were agreed on for a duty."""
    return tuple(load(settings.KAIMEN_PACK).spec.list_of("purpose").codes)


def whole_caps() -> Caps:
    """How much a file of an open dataset may hold: the operator's setting."""
    return Caps(rows=int(settings.KAIMEN_GATE_WHOLE_ROWS), bytes=UNCOUNTED)


def whole_bytes() -> int:
    """How large in store a dataset may be that is given as one file."""
    return int(settings.KAIMEN_GATE_WHOLE_MB) * 1_000_000


def agreement(grant: Grant, entry: PublishedEntry) -> Policy:
    """What a grant lets its institution or person ask."""
    own = [obligation_from_data(duty) for duty in grant.duties]
    named = {duty.column for duty in own if isinstance(duty, Mask)}
    return Policy(
        uid=grant.code,
        kind=PolicyKind.AGREEMENT,
        target=grant.dataset,
        assigner=InstitutionId(grant.assigner),
        assignee=Assignee(
            institution=InstitutionId(grant.institution) if grant.institution else None,
            person=PersonId(grant.person) if grant.person else None,
        ),
        permissions=(Rule(uid="grant", actions=ASKING, purposes=tuple(grant.purposes)),),
        duties=(
            Columns(tuple(item.column for item in entry.items)),
            GRANT_CAPS,
            *(_grounded(duty, grant.code) for duty in own),
            *_unassessed(entry, set(grant.cleared)),
            *(cover for cover in _covers(entry.items, for_anybody=False) if cover.column not in named),
        ),
        not_before=grant.not_before,
        not_after=min(grant.not_after, grant.cleared_until or grant.not_after),
        suspended=grant.suspended_at is not None,
        clause=grant.code,
    )


def _unassessed(entry: PublishedEntry, cleared: Collection[str]) -> Iterable[Deny]:
    """What no assessment has looked at leaves nobody's hands: also a column that was found to be of persons after the agreement."""
    return (
        Deny(item.column, "unassessed", "PI-05")
        for item in entry.items
        if item.pi_class is not PiClass.NONE and item.column not in cleared
    )


def of_everybody(entry: PublishedEntry, closures: Iterable[Closure]) -> Policy | None:
    """What binds every asker: columns that never leave, and a closed dataset."""
    closures = list(closures)
    closed = tuple(Rule(uid=f"closed/{closure.pk}") for closure in closures if not closure.column)
    withheld = tuple(_without(closure) for closure in closures if closure.column)
    denied = tuple(Deny(column, "never_leaves", "BJ-46") for column in entry.never_given)
    if not closed and not denied and not withheld:
        return None
    return Policy(
        uid=f"entry/{entry.id}",
        kind=PolicyKind.SET,
        target=entry.id,
        prohibitions=closed,
        duties=(*denied, *withheld),
    )


def rows_place(number: int) -> Place:
    """Where the values of closed rows are sealed to."""
    return Place("gate_closure.box", str(number))


def _without(closure: Closure) -> Filter:
    """Every row but those; one without a value in the column is nobody's."""
    ring = Ring.of_file(Path(settings.KAIMEN_HOME) / "keys" / "kek")
    values = json.loads(ring.open(bytes(closure.box or b""), purpose=ROWS, place=rows_place(closure.pk)))
    others = Compare(closure.column, "not_in", tuple(values))
    return Filter(Either((others, Compare(closure.column, "is_null"))), WITHHELD, "PI-08")


def levels(entry: PublishedEntry) -> Mapping[str, int]:
    """Column -> level; a column without one counts as the highest."""
    return {item.column: item.level or 4 for item in entry.items}


def _covers(items: Iterable[Item], *, for_anybody: bool) -> list[Deny | Mask]:
    """The entry's own masks; for anybody, what is personal or above level 1 and has none does not exist."""
    found: list[Deny | Mask] = []
    for item in items:
        told = _mask_of(item)
        if told is not None:
            found.append(told)
        elif for_anybody and not clear_for_anybody(item):
            found.append(Deny(item.column, "not_open", "BJ-18"))
    return found


def clear_for_anybody(item: Item) -> bool:
    """May the column of an open entry go out to anybody as it is, without a mask?"""
    delicate = item.pi_class is not PiClass.NONE or (item.level or 4) > HIGHEST_OPEN_WITHOUT_MASK
    return not delicate and (item.open_type_override or 1) == 1


def _mask_of(item: Item) -> Deny | Mask | None:
    """A rule that we cannot read denies the column: an ignored mask would be an open gate."""
    if not item.mask_rule:
        return None
    how = mask.parse(item.mask_rule)
    if how is None:
        return Deny(item.column, "never_leaves", "BJ-46")
    return Mask(item.column, how, "personal" if item.pi_class is not PiClass.NONE else "level", "BJ-46")


def _grounded(duty: Obligation, code: str) -> Obligation:
    """Its ground is the agreement, where it names none."""
    from dataclasses import replace

    if isinstance(duty, Mask | Deny) and not duty.clause:
        return replace(duty, clause=code, why=duty.why or "agreed")
    return duty


def readable(duties: Iterable[Plain]) -> bool:
    """Whether every obligation is one that we know: a grant is not opened with one that would only refuse."""
    return not any(isinstance(obligation_from_data(duty), Unknown) for duty in duties)
