"""The mask that a column names, as text in an entry: its grammar and nothing else. The gate turns it into expressions.

null · deny · keep:<first>,<last> · pseudonym:<domain> · generalise:date:month|year · generalise:division:district
generalise:number:<bucket width> · minimum:<n>
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kaimen.core.errors import Invalid


@dataclass(frozen=True, slots=True)
class Null:
    """Every value becomes empty."""


@dataclass(frozen=True, slots=True)
class Deny:
    """The column does not exist for the reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """The first and the last characters stay, stars between."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pseudonym:
    """A keyed hash; joins only inside its domain."""

    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Generalise:
    """A step up a hierarchy; `level` is a word, or the bucket's width for numbers."""

    hierarchy: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum:
    """Numbers below `least` become empty."""

    least: int


Mask = Null | Deny | Keep | Pseudonym | Generalise | Minimum

_NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_DOMAIN = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)
_KEEP = re.compile(r"(\d{1,2}),(\d{1,2})", re.ASCII)
_LEVELS = {"date": ("month", "year"), "division": ("district",)}


def parse_mask(rule: str) -> Mask:
    """Raises `Invalid("mask_rule")` for everything outside the grammar."""
    kind, _, rest = rule.partition(":")
    match kind:
        case "null" if rule == "null":
            return Null()
        case "deny" if rule == "deny":
            return Deny()
        case "keep" if found := _KEEP.fullmatch(rest):
            return Keep(first=int(found[1]), last=int(found[2]))
        case "pseudonym" if _DOMAIN.fullmatch(rest):
            return Pseudonym(domain=rest)
        case "minimum" if _NUMBER.fullmatch(rest):
            return Minimum(least=int(rest))
        case "generalise":
            hierarchy, _, level = rest.partition(":")
            if level in _LEVELS.get(hierarchy, ()) or (hierarchy == "number" and _NUMBER.fullmatch(level)):
                return Generalise(hierarchy=hierarchy, level=level)
        case _:
            pass
    raise Invalid("mask_rule", value=rule[:60])
