"""The form of a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What happened; why; what to do. `{name}` stands for a fact of the error."""

    what: str
    why: str = ""
    todo: str = ""

    def filled(self, facts: Mapping[str, object]) -> Words:
        """The same words with the facts put in; a fact that is not there shows as `…`."""
        known = _Facts(facts)
        return Words(what=self.what.format_map(known), why=self.why.format_map(known), todo=self.todo.format_map(known))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """The same in both languages."""

    en: Words
    zh: Words
