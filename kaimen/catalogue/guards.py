"""Who is asked before columns go out with weaker marks: floors above, which know the data, say in which of them persons stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kaimen.core.metadata.entry import Item

Guard = Callable[[str, Sequence[Item]], Sequence[str]]
"""An entry and columns that are not marked as personal; the names of those whose data hold identifiers of persons."""
_guards: list[Guard] = []


def guard_marks(guard: Guard) -> None:
    """Ask this one too. Called once, when the program starts."""
    if guard not in _guards:
        _guards.append(guard)


def undeclared(entry: str, items: Sequence[Item]) -> list[str]:
    """The columns that somebody objects to, in their order."""
    said = {column for guard in _guards for column in guard(entry, items)}
    return [item.column for item in items if item.column in said]
