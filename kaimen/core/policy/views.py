"""What an agreement shows of a dataset, and whether two agreements of one body together show more than either.

A body that is given the names of persons with covered numbers under one agreement, and the numbers with covered names under another, can
lay both side by side. Two views are safe together only where one of them shows nothing that the other does not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from kaimen.core.policy.mask import Null, Treatment, stricter
from kaimen.core.policy.obligations import Aggregate, Mask, Obligation, meet

View = Mapping[str, Treatment | None]
"""Column to the mask through which it is seen, None where it is seen as it is. What is not seen at all is no key."""


def view(given: Collection[str], obligations: Iterable[Obligation]) -> View:
    """What is seen of the columns that are given. A column of which nothing is left is not seen."""
    masks = {one.column: one.how for one in meet(obligations) if isinstance(one, Mask)}
    return {column: masks.get(column) for column in given if not isinstance(masks.get(column), Null)}


def totals_only(obligations: Iterable[Obligation]) -> bool:
    """Nobody gets a row under these, so there is nothing to lay side by side."""
    return any(isinstance(one, Aggregate) for one in obligations)


def within(one: View, other: View) -> bool:
    """Whoever has `other` learns nothing new from `one`: reflexive and transitive."""
    return all(column in other and _no_more(how, other[column]) for column, how in one.items())


def glued(one: View, other: View) -> tuple[str, ...]:
    """The columns by which two views together show more than either, in order; none where one lies within the other."""
    if within(one, other) or within(other, one):
        return ()
    return tuple(sorted(column for column in {*one, *other} if _differs(column, one, other)))


def _no_more(how: Treatment | None, than: Treatment | None) -> bool:
    if than is None:
        return True
    return how is not None and stricter(how, than) == how


def _differs(column: str, one: View, other: View) -> bool:
    return (column in one) != (column in other) or one[column] != other[column]
