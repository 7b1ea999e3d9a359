"""Which assessments an act of providing data needs, and whether those in force cover it. Sources: PIPL 55, NDR 31.

An assessment is of one recipient, its purposes and columns. It covers whatever is not more than that: a grant of fewer columns for one of
the purposes needs no other. What is more, or lasts longer than the assessment holds, is not covered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kaimen.core.metadata.entry import Item, PiClass


class AssessmentKind(StrEnum):
    """What is assessed."""

    IMPACT = "impact"
    """On persons, before information on them is provided to another (PI-05)."""
    IMPORTANT = "important_data"
    """The risk, before important data are provided (SEC-05)."""
    EXPORT = "export"
    """On persons and security, before data go abroad (EXP-09); it stands behind an export and clears no grant to another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """An assessment in force: it is of these purposes and columns, and holds until then."""

    kind: AssessmentKind
    purposes: frozenset[str]
    columns: frozenset[str]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """`until`: when the first of the assessments that cover it ends, None where none is needed; `missing`: those that no assessment covers."""

    until: datetime | None
    missing: tuple[AssessmentKind, ...]


def needed(
    items: Iterable[Item], given: Collection[str], *, important: bool
) -> Mapping[AssessmentKind, frozenset[str]]:
    """The columns that each kind must be of, where `given` leave the body. Masks change nothing: a code for a person is still of them."""
    leaving = [item for item in items if item.column in given]
    personal = frozenset(item.column for item in leaving if item.pi_class is not PiClass.NONE)
    found: dict[AssessmentKind, frozenset[str]] = {AssessmentKind.IMPACT: personal} if personal else {}
    if leaving and important:
        found[AssessmentKind.IMPORTANT] = frozenset(item.column for item in leaving)
    return found


def covered(
    need: Mapping[AssessmentKind, frozenset[str]],
    purposes: Collection[str],
    clearances: Iterable[Clearance],
    *,
    now: datetime,
) -> Covered:
    """How far what is in force covers what is needed."""
    held = list(clearances)
    ends: list[datetime] = []
    missing: list[AssessmentKind] = []
    for kind, columns in need.items():
        fitting = [
            one.until
            for one in held
            if one.kind is kind and one.until > now and columns <= one.columns and set(purposes) <= one.purposes
        ]
        if fitting:
            ends.append(max(fitting))
        else:
            missing.append(kind)
    return Covered(until=min(ends, default=None), missing=tuple(missing))
