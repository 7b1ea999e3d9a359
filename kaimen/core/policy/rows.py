"""Which rows: terms of (column, op, literals) under and, or, not. Never SQL text, never a second table.

A value may be a `Fact` of the asker ("the districts of my institution"); it is resolved to literals at decision time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

Value = str | int | bool
"""No fractions: a canonical form must have one spelling. A decimal is written as text and cast by the column's type."""

COMPARISONS = frozenset({"eq", "neq", "lt", "lteq", "gt", "gteq"})
"""Operators with one value; beside them stand in, not_in, is_null, is_not_null."""


@dataclass(frozen=True, slots=True)
class Compare:
    """One column against literals; `fact` names values of the asker instead, and is gone once resolved."""

    column: str
    op: str
    values: tuple[Value, ...] = ()
    fact: str | None = None


@dataclass(frozen=True, slots=True)
class All:
    """Every term holds."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one term holds."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The term is false. Unknown stays unknown, as in SQL, so such a row is not shown."""

    term: Term


Term = Compare | All | Either | Not


def well_formed(term: Term) -> bool:
    """Whether each operator is known and has the number of values that it takes."""
    match term:
        case Compare(op="is_null" | "is_not_null"):
            return not term.values and term.fact is None
        case Compare(op="in" | "not_in"):
            return True
        case Compare():
            return term.op in COMPARISONS and len(term.values) == 1 and term.fact is None
        case All() | Either():
            return bool(term.terms) and all(well_formed(each) for each in term.terms)
        case Not():
            return well_formed(term.term)


def columns(term: Term) -> frozenset[str]:
    """The columns that the term reads."""
    match term:
        case Compare():
            return frozenset({term.column})
        case All() | Either():
            return frozenset[str]().union(*(columns(each) for each in term.terms))
        case Not():
            return columns(term.term)


def resolve(term: Term, known: Mapping[str, tuple[Value, ...]]) -> Term | None:
    """The term with every fact replaced by its values; None when a fact is not known (the caller then refuses)."""
    match term:
        case Compare():
            if term.fact is None:
                return term
            values = known.get(term.fact)
            return None if values is None else replace(term, values=tuple(sorted(set(values), key=repr)), fact=None)
        case All() | Either():
            parts = [resolve(each, known) for each in term.terms]
            whole = tuple(part for part in parts if part is not None)
            return type(term)(whole) if len(whole) == len(parts) else None
        case Not():
            inner = resolve(term.term, known)
            return None if inner is None else Not(inner)
