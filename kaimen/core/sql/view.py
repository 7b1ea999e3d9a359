"""What a question may see, and what comes out of the rewriting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlglot import exp

from kaimen.core.policy.obligations import Obligation

Engine = Literal["duckdb"]
"""Engines that `enforce` writes for. The word is also the dialect."""

UNIT = "_unit"
"""Under this name, and a number, a governed source carries the unit that totals are counted by; the asker cannot name it."""

_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def fold(name: str) -> str:
    """The form in which names are compared: ASCII letters in lower case, everything else as it is."""
    return name.translate(_ASCII_LOWER)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a snapshot with the engine's type, such as `VARCHAR` or `DECIMAL(15,2)`."""

    name: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One dataset as this asker may see it: its files, its columns, and what the decision asks for."""

    dataset: str
    files: tuple[str, ...]
    columns: tuple[Column, ...]
    obligations: tuple[Obligation, ...] = ()
    keys: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    """Pseudonym domain -> key of this agreement and domain."""

    def key(self, domain: str) -> bytes:
        """Raises KeyError where no key was given: then there is no pseudonym and no answer."""
        return dict(self.keys)[domain]


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernedView:
    """Everything that a question may name, and the moment at which it is asked."""

    sources: tuple[Source, ...]
    names: Mapping[str, int]
    """Folded name (slug or identifier) -> place in `sources`. A name that is not here does not exist."""
    now: datetime
    """Aware, in the zone of the platform: what `current_date` will say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Governed:
    """A query that an engine may run."""

    sql: str
    datasets: tuple[str, ...]
    parameters: tuple[str, ...]
    """Names of the parameters, each once; `?` have become numbers in the order in which they were written."""
    tree: exp.Query = field(repr=False, compare=False)
    asked: exp.Query = field(repr=False, compare=False)
    """The question after names were bound, before it was governed: what lineage reads."""

    def shown(self) -> str:
        """The query for people: laid out, without files and without keys."""
        tree = self.tree.copy()
        for literal in list(tree.find_all(exp.Literal)):
            if literal.meta.get("hidden"):
                literal.replace(exp.Literal.string("…"))
        return tree.sql("duckdb", pretty=True, comments=False)
