"""Codes of bodies and places: unified social credit code (GB 32100), organisation code (GB 11714), division code (GB/T 2260).

The library checks the eighteenth character; places 1 and 2 are ours, because it refuses the letters that GB 32100 has there
(villages' collectives begin with N). A right check character is no proof that the body exists.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from stdnum.cn import uscc as library

from kaimen.core.errors import Invalid

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
KINDS = {  # registering authority -> kinds of body that it registers
    "1": "1239", "2": "19", "3": "123459", "4": "19", "5": "1239", "6": "129", "7": "129", "8": "19", "9": "123",
    "A": "19", "N": "1239", "Y": "1",
}  # fmt: skip
SELF_EMPLOYED = "92"
INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
LENGTHS = (6, 9, 12)


@dataclass(frozen=True, slots=True)
class Uscc:
    """A code in its clean form, and what is odd about it without being wrong."""

    code: str
    warnings: tuple[str, ...]

    @property
    def names_a_person(self) -> bool:
        """Self-employed: a natural person for privacy."""
        return self.code.startswith(SELF_EMPLOYED)


def uscc(typed: str) -> Uscc:
    """Check what was typed. Raises `Invalid("uscc", reason=length | characters | authority | region | check)`."""
    code = library.compact(unicodedata.normalize("NFKC", typed))
    if len(code) != 18:
        raise Invalid("uscc", reason="length")
    if any(sign not in ALPHABET for sign in code):
        raise Invalid("uscc", reason="characters")
    if code[1] not in KINDS.get(code[0], ""):
        raise Invalid("uscc", reason="authority")
    if not code[2:8].isdigit():
        raise Invalid("uscc", reason="region")
    if library.calc_check_digit(code[:17]) != code[17]:
        raise Invalid("uscc", reason="check")
    return Uscc(code=code, warnings=() if organisation_check(code[8:16]) == code[16] else ("organisation_check",))


def organisation_check(eight: str) -> str:
    """The check character of an organisation code (GB 11714): eight weights, modulus 11, ten is X."""
    values = [int(sign, 36) for sign in eight]
    rest = 11 - sum(value * weight for value, weight in zip(values, INNER_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def division(typed: str) -> str:
    """A division code of 6, 9 or 12 digits in its clean form. Raises `Invalid("region")`."""
    code = unicodedata.normalize("NFKC", typed).strip()
    if not (code.isascii() and code.isdigit() and len(code) in LENGTHS and code[0] in "12345678"):
        raise Invalid("region", region=typed)
    return code


def within(region: str, area: str) -> bool:
    """`region` lies in `area`: 110105 lies in 110000 and in 110105, not in 110106."""
    return region.startswith(stem(area))


def stem(code: str) -> str:
    """The digits that all divisions within share: 110000 -> 11, 110100 -> 1101, 110105 -> 110105."""
    for length in (2, 4, 6, 9):
        if not code[length:].strip("0"):
            return code[:length]
    return code
