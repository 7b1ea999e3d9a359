"""Lifecycles are tables: (state, verb) -> next state. The diagrams in the docs are drawn from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kaimen.core.errors import Refused

Table = Mapping[tuple[str, str], str]


def step(table: Table, state: str, verb: str) -> str:
    """The state after `verb`. Raises `Refused("lifecycle")` when the table has no such step."""
    try:
        return table[state, verb]
    except KeyError:
        raise Refused("lifecycle", state=state, verb=verb) from None


def verbs(table: Table, state: str) -> tuple[str, ...]:
    """What can be done in `state`, in the table's order."""
    return tuple(verb for (from_state, verb) in table if from_state == state)


def four_eyes(now: Iterable[str], before: Iterable[str]) -> None:
    """Nobody checks their own work. Both are sets of persons: everybody behind the act, merged and on behalf included.

    Raises `Refused("same_person")`.
    """
    if set(now) & set(before):
        raise Refused("same_person")
