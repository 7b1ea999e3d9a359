"""What a permission asks in return, and how several askings meet: the result is never milder than any of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from kaimen.core.policy import mask
from kaimen.core.policy.rows import Term


@dataclass(frozen=True, slots=True)
class Columns:
    """Only these columns exist. A column added later to the data stays behind until somebody grants it."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deny:
    """The column does not exist for this asker. `clause` and `why` say on what ground (a code with a sentence)."""

    column: str
    why: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Mask:
    """The column is seen only through its mask, also by filters, joins, groups and orders."""

    column: str
    how: mask.Treatment
    why: str = ""
    clause: str = ""


WITHHELD = "withheld"
"""Why of a filter that leaves out rows of somebody: its values are told to nobody, neither in words nor in the query shown."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Only rows for which the term is true."""

    term: Term
    why: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Only totals over groups of at least `min_group` different values of `unit`."""

    min_group: int
    unit: str


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `limit` calls, rows or bytes in a window."""

    what: Literal["calls", "rows", "bytes"]
    window: Literal["day", "month", "term"]
    limit: int


@dataclass(frozen=True, slots=True)
class Caps:
    """At most so many rows and bytes in one answer."""

    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Expire:
    """Nothing after this moment."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Level:
    """The highest sensitivity level (1 to 4) that the answer may have."""

    highest: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """Only through these channels."""

    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Combine:
    """Whether the dataset may stand in one question with others."""

    allowed: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """An obligation that this version does not know. It is kept so that it can refuse."""

    kind: str


Obligation = Columns | Deny | Mask | Filter | Aggregate | Quota | Caps | Expire | Level | Delivery | Combine | Unknown


def meet(obligations: Iterable[Obligation]) -> tuple[Obligation, ...]:
    """All obligations as one short list in a fixed order, at most one of a key, each at its strictest.

    Commutative, associative and idempotent, so the order in which rules are read cannot open anything.
    """
    met: dict[tuple[str, str], Obligation] = {}
    for obligation in obligations:
        key = _key(obligation)
        met[key] = _stricter(met[key], obligation) if key in met else _normal(obligation)
    return tuple(met[key] for key in sorted(met))


def _key(obligation: Obligation) -> tuple[str, str]:
    """What stands under one key is met; what stands under different keys holds side by side."""
    match obligation:
        case Deny() | Mask():
            return ("column", obligation.column)
        case Filter():
            return ("filter", repr(obligation.term))
        case Aggregate():
            return ("aggregate", obligation.unit)
        case Quota():
            return ("quota", f"{obligation.what}/{obligation.window}")
        case Unknown():
            return ("unknown", obligation.kind)
        case _:
            return (type(obligation).__name__.lower(), "")


def _normal(obligation: Obligation) -> Obligation:
    match obligation:
        case Columns():
            return Columns(tuple(sorted(set(obligation.names))))
        case Delivery():
            return Delivery(tuple(sorted(set(obligation.channels))))
        case _:
            return obligation


def _stricter(one: Obligation, other: Obligation) -> Obligation:
    """Of two under one key."""
    match one, other:
        case Columns(names=some), Columns(names=others):
            return Columns(tuple(sorted(set(some) & set(others))))
        case Delivery(channels=some), Delivery(channels=others):
            return Delivery(tuple(sorted(set(some) & set(others))))
        case Aggregate(min_group=least, unit=unit), Aggregate(min_group=other_least):
            return Aggregate(max(least, other_least), unit)
        case Quota(what=what, window=window, limit=limit), Quota(limit=other_limit):
            return Quota(what, window, min(limit, other_limit))
        case Caps(rows=rows, bytes=size), Caps(rows=other_rows, bytes=other_size):
            return Caps(min(rows, other_rows), min(size, other_size))
        case Expire(at=at), Expire(at=other_at):
            return Expire(min(at, other_at))
        case Level(highest=highest), Level(highest=other_highest):
            return Level(min(highest, other_highest))
        case Combine(allowed=allowed), Combine(allowed=other_allowed):
            return Combine(allowed and other_allowed)
        case (Deny() | Mask() | Filter()) as mine, (Deny() | Mask() | Filter()) as theirs:
            return _stricter_cover(mine, theirs)
        case _:
            return one


def _stricter_cover(one: Deny | Mask | Filter, other: Deny | Mask | Filter) -> Deny | Mask | Filter:
    """Deny beats a mask; two masks become the mildest that shows no more than either; equal ones keep one ground."""
    if isinstance(one, Mask) and isinstance(other, Mask):
        return replace(min(one, other, key=_ground), how=mask.stricter(one.how, other.how))
    if isinstance(one, Mask) or isinstance(other, Mask):
        return other if isinstance(one, Mask) else one
    return min(one, other, key=_ground)


def _ground(obligation: Deny | Mask | Filter) -> tuple[bool, str, str]:
    """The order of grounds: one with a clause first. Fixed, so that the meet does not depend on the order of rules."""
    return (not obligation.clause, obligation.clause, obligation.why)
