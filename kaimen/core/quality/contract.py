"""A contract says which columns a delivery has, of which type, and which rules each cell obeys. It is data: no SQL, no I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kaimen.core.errors import Invalid

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_SIGNS = "10X98765432"
MOST_COLUMNS = 2000
MOST_DIGITS = 38


class Type(StrEnum):
    """What a cell becomes. `TIMESTAMP` is an instant: a local time is read in the contract's zone."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DOUBLE = "double"
    DATE = "date"
    TIMESTAMP = "timestamp"
    BOOLEAN = "boolean"


class Identifier(StrEnum):
    """Identifiers that carry a check sign."""

    CREDIT_CODE = "credit_code"
    RESIDENT_ID = "resident_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The value lies between the two, both included; written in the column's own format. For numbers, dates and instants."""

    low: str | None = None
    high: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """The text is one of these."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """The whole text matches. No look-around, no back reference: it must mean the same to the engine and to Python."""

    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """So many characters."""

    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDigit:
    """The check sign of an identifier is right."""

    of: Identifier


Rule = Length | Pattern | CodeList | CheckDigit | Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column. `source_name` is its name in the delivery, `aliases` are other names it may have there.

    `digits` and `scale` belong to decimals.
    """

    name: str
    type: Type
    source_name: str = ""
    aliases: tuple[str, ...] = ()
    required: bool = False
    digits: int = 18
    scale: int = 0
    rules: tuple[Rule, ...] = ()

    @property
    def delivered_as(self) -> str:
        """The name that the delivery uses."""
        return self.source_name or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The whole agreement on a delivery.

    `encoding` None means: found at landing. `tolerance_per_mille` is the share of faulty rows up to which a load publishes by itself.
    `multiline` allows line ends within quotes. `key` columns together name a row once.
    """

    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str = ","
    quote: str = '"'
    multiline: bool = False
    tolerance_per_mille: int = 10
    zone: str = "Asia/Shanghai"
    true_words: tuple[str, ...] = ("true", "1", "是")
    false_words: tuple[str, ...] = ("false", "0", "否")

    def column(self, name: str) -> Column:
        """Raises KeyError."""
        return next(column for column in self.columns if column.name == name)


NAMED = 20
"""Names of columns that a refusal lists, and characters of each: a header can hold a hundred thousand."""
NAME_LONGEST = 60


def _first(names: Sequence[str]) -> list[str]:
    told = [name if len(name) <= NAME_LONGEST else f"{name[:NAME_LONGEST]}…" for name in names[:NAMED]]
    return told if len(names) <= NAMED else [*told, f"… {len(names)}"]


def resolve(contract: Contract, header: Sequence[str]) -> Contract:
    """The contract with the names that this delivery uses. All its columns are there, once, in any order, and no others.

    Raises `Invalid("header_mismatch")` with the difference; of a long one, the first names and how many there are.
    """
    names = {
        name: column.name for column in contract.columns for name in (*column.aliases, column.name, column.delivered_as)
    }
    used = {names[cell]: cell for cell in header if cell in names}
    missing = [column.delivered_as for column in contract.columns if column.name not in used]
    unknown = [cell for cell in header if cell not in names]
    twice = sorted(cell for cell, times in Counter(header).items() if times > 1)
    if missing or unknown or len(used) != len(header):
        raise Invalid("header_mismatch", missing=_first(missing), unknown=_first(unknown), twice=_first(twice))
    return replace(
        contract, columns=tuple(replace(column, source_name=used[column.name]) for column in contract.columns)
    )
