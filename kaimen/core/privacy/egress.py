"""Checks on a table before it may leave a zone. They refuse or warn; nothing leaves because a check passed: people decide.

E1 size and form · E2 identifiers of persons · E3 grain: totals over enough units, no rows of the source · E7 what was declared.
A check says its outcome and the column, never a value, a group or a count that the asker may not see; `fact` is for reviewers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kaimen.core.privacy.identifiers import Kind, kinds_in

VERSION = "1"
"""Of these rules: a table that was checked by others is checked again."""
LONGEST_CELL = 200
"""Characters. A longer text can carry anything."""
FREE_TEXT = 40
"""Characters from which on somebody reads a sample."""
RATE = 0.6
"""A column of numbers holds identifiers when so many of its values look like one; single ones are chance."""


class Outcome(StrEnum):
    """In rising order."""

    PASS = "pass"  # noqa: S105 - an outcome
    WARN = "warn"
    FAIL = "fail"

    @property
    def rank(self) -> int:
        """0 for a pass."""
        return list(Outcome).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What one check came to. `rule` has words; `column` is empty where it concerns the whole."""

    check: str
    outcome: Outcome
    rule: str = ""
    column: str = ""
    fact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the table, by what stands behind it."""

    name: str
    flat: bool = True
    """Neither nested nor binary."""
    direct: bool = False
    """It passes on a column that the catalogue calls a direct identifier, or a pseudonym."""


Rows = Sequence[Sequence[object]]


def worst(checks: Iterable[Check]) -> Outcome:
    """The outcome of all together."""
    return max((one.outcome for one in checks), key=lambda outcome: outcome.rank, default=Outcome.PASS)


def size_and_form(columns: Sequence[Column], rows: Rows, *, size: int, most_rows: int, most_bytes: int) -> list[Check]:
    """E1. `size`: bytes of the file."""
    found: list[Check] = []
    if len(rows) > most_rows:
        found.append(Check(check="E1", outcome=Outcome.FAIL, rule="too_many_rows", fact=str(len(rows))))
    if size > most_bytes:
        found.append(Check(check="E1", outcome=Outcome.FAIL, rule="too_large", fact=str(size)))
    if not rows:
        found.append(Check(check="E1", outcome=Outcome.FAIL, rule="no_rows"))
    for place, column in enumerate(columns):
        if not column.flat:
            found.append(Check(check="E1", outcome=Outcome.FAIL, rule="not_flat", column=column.name))
        elif any(isinstance(row[place], str) and len(str(row[place])) > LONGEST_CELL for row in rows):
            found.append(Check(check="E1", outcome=Outcome.FAIL, rule="long_text", column=column.name))
    return found or [Check(check="E1", outcome=Outcome.PASS)]


def persons(columns: Sequence[Column], rows: Rows) -> list[Check]:
    """E2: by what the catalogue says of the columns, in their names, and in every value."""
    found: list[Check] = []
    for place, column in enumerate(columns):
        if column.direct:
            found.append(Check(check="E2", outcome=Outcome.FAIL, rule="identifier_column", column=column.name))
        if kinds_in(column.name):
            found.append(Check(check="E2", outcome=Outcome.FAIL, rule="identifier_in_name"))
        found += _values(column.name, [row[place] for row in rows])
    return found or [Check(check="E2", outcome=Outcome.PASS)]


def _values(name: str, values: Sequence[object]) -> list[Check]:
    texts = [value for value in values if isinstance(value, str)]
    numbers = [value for value in values if isinstance(value, int | Decimal | float) and not isinstance(value, bool)]
    hits: dict[Kind, int] = {}
    for text in texts:
        for kind in kinds_in(text):
            hits[kind] = hits.get(kind, 0) + 1
    of_numbers: dict[Kind, int] = {}
    for number in numbers:
        for kind in kinds_in(_whole(number)):
            of_numbers[kind] = of_numbers.get(kind, 0) + 1
    found = [
        Check(
            check="E2",
            outcome=Outcome.FAIL if kind.strong else Outcome.WARN,
            rule=f"found_{kind}",
            column=name,
            fact=str(count),
        )
        for kind, count in sorted(hits.items())
    ]
    for kind, count in sorted(of_numbers.items()):
        often = count >= RATE * len(numbers)
        outcome = Outcome.FAIL if often and kind.strong else Outcome.WARN
        found.append(Check(check="E2", outcome=outcome, rule=f"found_{kind}", column=name, fact=str(count)))
    if any(len(text) > FREE_TEXT for text in texts):
        found.append(Check(check="E2", outcome=Outcome.WARN, rule="free_text", column=name))
    return found


def _whole(number: Decimal | float) -> str:
    """A whole number as its digits; a part is no identifier."""
    whole = int(number) if number == number and abs(number) < 1e20 else 0  # noqa: PLR0124 - NaN is no number
    return str(whole) if whole == number else ""


def grain(*, totals: bool, least: int | None, needed: int) -> list[Check]:
    """E3. `totals`: the question groups rows. `least`: units of its smallest group, None where the gate held each to `needed` already."""
    if not totals:
        return [Check(check="E3", outcome=Outcome.FAIL, rule="rows_of_source")]
    if least is not None and least < needed:
        return [Check(check="E3", outcome=Outcome.FAIL, rule="small_group", fact=str(least))]
    return [Check(check="E3", outcome=Outcome.PASS)]


def declared(said: Mapping[str, bool]) -> list[Check]:
    """E7: each thing that was declared, and whether it stands in the agreement."""
    found = [Check(check="E7", outcome=Outcome.FAIL, rule=rule) for rule, holds in sorted(said.items()) if not holds]
    return found or [Check(check="E7", outcome=Outcome.PASS)]
