"""Identifiers of entries: the resource code of the specification, the slug of our addresses, the shape of a credit code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

CLASS_PATH = re.compile(r"[1-3]\d{2}\d{3}\d*", re.ASCII)
UNCLASSIFIED = "300000"
"""Where codes are counted of entries that nobody classified: only without review there are any."""
RESOURCE_CODE = re.compile(r"[1-3]\d{2}\d{3}\d*/\d{1,12}", re.ASCII)
SLUG = re.compile(r"[a-z0-9_-]{2,100}", re.ASCII)
ENTRY_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}", re.ASCII)

_SEQUENCE_DIGITS = 6
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def resource_code(class_path: str, sequence: int) -> str:
    """`307012/000123`: classification, then the sequence within it. Issued once, never changed.

    Raises ValueError outside the grammar.
    """
    code = f"{class_path}/{sequence:0{_SEQUENCE_DIGITS}d}"
    if sequence < 1 or not RESOURCE_CODE.fullmatch(code):
        raise ValueError(code)
    return code


def slug_of(text: str, *, taken: Container[str]) -> str:
    """An ASCII word for an address, 2 to 100 signs, unlike all in `taken`. Give pinyin where there is no English title."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-")
    if len(stem) < 2:
        stem = f"entry-{stem}".strip("-")
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug


def credit_code_holds(code: str) -> bool:
    """Whether the check character of a unified social credit code (GB 32100) is right. The institution register checks the rest."""
    if len(code) != 18 or any(sign not in _CREDIT_ALPHABET for sign in code):
        return False
    total = sum(_CREDIT_ALPHABET.index(sign) * weight for sign, weight in zip(code[:17], _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[-total % 31] == code[17]
