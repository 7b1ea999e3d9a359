"""Numbers with right check digits that belong to nobody.

Residents: region 119999, which GB/T 2260 never gave out. Bodies: the same region inside the unified social credit code (GB 32100).
"""

from __future__ import annotations

REGION = "119999"

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def resident_check(first_17: str) -> str:
    """The last character of a resident identity number (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECKS[total % 11]


def organisation_check(first_8: str) -> str:
    """The ninth character of an organisation code (GB 11714), digits only here."""
    total = sum(int(digit) * weight for digit, weight in zip(first_8, _ORGANISATION_WEIGHTS, strict=True))
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def credit_check(first_17: str) -> str:
    """The last character of a unified social credit code (GB 32100)."""
    total = sum(_CREDIT_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(first_17))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def credit_code(organisation: str, *, registered_by: str = "11") -> str:
    """A whole credit code: who registers and what (`11` organs of state, `91` companies), 119999, organisation, two checks."""
    first_17 = f"{registered_by}{REGION}{organisation}{organisation_check(organisation)}"
    return first_17 + credit_check(first_17)
