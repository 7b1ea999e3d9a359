"""Identifiers of persons in a text, however it is spelled: full-width digits, blanks, hyphens, slashes and points between the digits.

A strong kind has a check sign or a shape that chance does not make (GB 11643, mobile numbers, e-mail); a weak one (bank cards,
ISO/IEC 7812) passes its check for one number in ten and needs a person to look.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum

from kaimen.core.quality.contract import Identifier
from kaimen.core.quality.oracle import identifier_holds

_GAP = r"[ \-/.]?"
_RESIDENT = re.compile(rf"(?<![0-9]){_GAP.join([r'[0-9]'] * 17)}{_GAP}[0-9Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(rf"(?<![0-9])(?:(?:\+|00)?86{_GAP})?1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}(?![0-9])")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_CARD = re.compile(r"(?<![0-9])(?:62|60|4|5[1-5]|35)[0-9]{12,17}(?![0-9])")


_BORN = date(1850, 1, 1), date(2150, 1, 1)


class Kind(StrEnum):
    """What was found."""

    RESIDENT_ID = "resident_id"
    MOBILE = "mobile"
    EMAIL = "email"
    BANK_CARD = "bank_card"

    @property
    def strong(self) -> bool:
        """One hit in a text is enough."""
        return self is not Kind.BANK_CARD


def kinds_in(text: str) -> frozenset[Kind]:
    """Which kinds of identifiers stand in a text."""
    plain = unicodedata.normalize("NFKC", text)
    found: set[Kind] = set()
    for hit in _RESIDENT.finditer(plain):
        number = re.sub(r"[ \-/.]", "", hit[0]).upper()
        if identifier_holds(Identifier.RESIDENT_ID, number) and _birth_day(number[6:14]):
            found.add(Kind.RESIDENT_ID)
    if _MOBILE.search(plain):
        found.add(Kind.MOBILE)
    if _EMAIL.search(plain):
        found.add(Kind.EMAIL)
    if any(_luhn(hit[0]) for hit in _CARD.finditer(plain)):
        found.add(Kind.BANK_CARD)
    return frozenset(found)


def _birth_day(digits: str) -> bool:
    """Is this a day on which somebody alive or remembered was born? One credit code in eleven passes the check sign of persons too."""
    try:
        return _BORN[0] <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) <= _BORN[1]
    except ValueError:
        return False


def _luhn(digits: str) -> bool:
    doubled = (int(sign) * (1 + place % 2) for place, sign in enumerate(reversed(digits)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0
