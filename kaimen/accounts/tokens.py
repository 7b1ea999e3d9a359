"""The form of a token: `kmt_<id 8>_<secret 43><crc 6>`, base62, 62 characters with its prefix of four.

The CRC-32 over all before it lets scanners find tokens without false alarms, and refuses a mistyped one without a question to the
database. The secret has full entropy, so its SHA-256 is enough to keep.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import zlib
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
API, INVITATION, CALENDAR, ACTIVATION = "kmt", "kmi", "kmc", "kma"
FORM = re.compile(r"\b(kmt|kmi|kmc|kma)_([0-9A-Za-z]{8})_([0-9A-Za-z]{49})\b")


def _base62(number: int, length: int) -> str:
    digits: list[str] = []
    for _ in range(length):
        number, rest = divmod(number, 62)
        digits.append(ALPHABET[rest])
    return "".join(reversed(digits))


def _crc(before: str) -> str:
    return _base62(zlib.crc32(before.encode("ascii")), 6)


@dataclass(frozen=True, slots=True)
class Token:
    """A token in the clear: it exists in this form only in the answer that shows it and in its holder's hands."""

    kind: str
    id: str
    secret: str

    @property
    def text(self) -> str:
        """As it is shown, once."""
        before = f"{self.kind}_{self.id}_{self.secret}"
        return before + _crc(before)

    @property
    def digest(self) -> bytes:
        """What is kept."""
        return hashlib.sha256(self.text.encode("ascii")).digest()

    def is_of(self, digest: bytes | memoryview) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.digest, bytes(digest))

    def __repr__(self) -> str:
        return f"Token({self.kind}_{self.id}_…)"


def fresh(kind: str) -> Token:
    """A new token: 32 random bytes."""
    return Token(
        kind=kind,
        id=_base62(secrets.randbits(64), 8),
        secret=_base62(int.from_bytes(secrets.token_bytes(32)), 43),
    )


def read(text: str, *, kind: str) -> Token | None:
    """The token of a text of exactly that form whose check sum holds; None otherwise."""
    match = FORM.fullmatch(text)
    if match is None or match[1] != kind or _crc(text[:-6]) != text[-6:]:
        return None
    return Token(kind=kind, id=match[2], secret=match[3][:43])


def find(text: str) -> list[Token]:
    """Every true token in a text, by form and check sum."""
    found = [read(match[0], kind=match[1]) for match in FORM.finditer(text)]
    return [token for token in found if token is not None]
