"""What a mask does to a value, how masks are written, and which of two is stricter. Kinds are those of the privacy note.

A mask is written as in a catalogue item: `null`, `keep:1,0`, `pseudonym:<domain>`, `generalise:<hierarchy>:<level>`,
`generalise:number:<width>`, `minimum:<n>`. Strictness: null > {keep, pseudonym, generalise, minimum}; one kind compares by
its parameters, two kinds in the braces cannot be compared, and then only null is stricter than both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import lcm

DATE_LEVELS = ("month", "year")
DIVISION_LEVELS = ("street", "district", "city", "province")
"""Each list from fine to coarse."""

_DOMAIN = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Null:
    """Nothing of the value is left."""

    def __str__(self) -> str:
        return "null"


@dataclass(frozen=True, slots=True)
class Keep:
    """The first and the last signs stay; what is between becomes a fixed number of stars."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"keep:{self.first},{self.last}"


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """The same value has the same name inside one agreement and domain, and another name everywhere else."""

    domain: str

    def __str__(self) -> str:
        return f"pseudonym:{self.domain}"


@dataclass(frozen=True, slots=True)
class Generalise:
    """A coarser value of a hierarchy: `date` to month or year, `division` to street, district, city or province."""

    hierarchy: str
    level: str

    def __str__(self) -> str:
        return f"generalise:{self.hierarchy}:{self.level}"


@dataclass(frozen=True, slots=True)
class Steps:
    """A number rounded down to a multiple of `width`."""

    width: int

    def __str__(self) -> str:
        return f"generalise:number:{self.width}"


@dataclass(frozen=True, slots=True)
class Minimum:
    """A number below `least` is not shown."""

    least: int

    def __str__(self) -> str:
        return f"minimum:{self.least}"


Treatment = Null | Keep | Pseudonym | Generalise | Steps | Minimum
HIERARCHIES = {"date": DATE_LEVELS, "division": DIVISION_LEVELS}


def parse(text: str) -> Treatment | None:
    """The mask that `text` writes; None when it writes none that we know (the caller then refuses)."""
    match text.split(":"):
        case ["null"]:
            return Null()
        case ["keep", ends] if len(parts := ends.split(",")) == 2 and all(_WHOLE.fullmatch(part) for part in parts):
            return Keep(int(parts[0]), int(parts[1]))
        case ["pseudonym", domain] if _DOMAIN.fullmatch(domain):
            return Pseudonym(domain)
        case ["generalise", "number", width] if _WHOLE.fullmatch(width) and int(width) > 0:
            return Steps(int(width))
        case ["generalise", hierarchy, level] if level in HIERARCHIES.get(hierarchy, ()):
            return Generalise(hierarchy, level)
        case ["minimum", least] if _WHOLE.fullmatch(least):
            return Minimum(int(least))
        case _:
            return None


def stricter(one: Treatment, other: Treatment) -> Treatment:
    """The mildest mask that shows no more than either: commutative, associative, idempotent."""
    match one, other:
        case _ if one == other:
            return one
        case Keep(), Keep():
            return Keep(min(one.first, other.first), min(one.last, other.last))
        case Minimum(), Minimum():
            return Minimum(max(one.least, other.least))
        case Steps(), Steps():
            return Steps(lcm(one.width, other.width))
        case Generalise(), Generalise() if one.hierarchy == other.hierarchy:
            levels = HIERARCHIES[one.hierarchy]
            return max(one, other, key=lambda mask: levels.index(mask.level))
        case _:
            return Null()
