"""The salted commitment to a private record, and openings that show some of its fields and hide the others.

Erasing is deleting the salt: without it nobody can tell which record, or which value of a field, the commitment stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import NewType, cast

from kaimen.core.errors import Invalid
from kaimen.core.tlog.encoding import Json, b64url, jcs, unb64url

SubjectId = NewType("SubjectId", str)
"""An opaque reference to the one person (or institution) whom a private record is about."""

SALT_SIZE = 32
OPENING = "kaimen-opening/v1"


def commit(record: Mapping[str, Json], salt: bytes) -> bytes:
    """32 bytes that bind to every field of the record and reveal none. The salt is 32 random bytes, one a record."""
    return sha256(jcs(digests(record, salt))).digest()


def digests(record: Mapping[str, Json], salt: bytes) -> dict[str, str]:
    """Each field's own commitment."""
    # HMAC pads short keys with zeros, so that `k` and `k` + 00 would be one salt: only one length is taken.
    if len(salt) != SALT_SIZE:
        raise Invalid("salt_length")
    salted = _Hmac(salt)
    return {name: _field_digest(salted.of(_label(name)), value) for name, value in record.items()}


def _label(name: str) -> bytes:
    return b"kaimen/field/v1\0" + name.encode()


def _field_salt(salt: bytes, name: str) -> bytes:
    return _Hmac(salt).of(_label(name))


def _field_digest(field_salt: bytes, value: Json) -> str:
    return b64url(_Hmac(field_salt).of(jcs(value)))


class _Hmac:
    """HMAC-SHA-256 (RFC 2104) under a key of 32 bytes; the library's costs five times as much on inputs as short as ours."""

    __slots__ = ("_inner", "_outer")
    _PADDED = 64
    _INNER, _OUTER = bytes(byte ^ 0x36 for byte in range(256)), bytes(byte ^ 0x5C for byte in range(256))

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(self._PADDED, b"\0")
        self._inner, self._outer = sha256(padded.translate(self._INNER)), sha256(padded.translate(self._OUTER))

    def of(self, message: bytes) -> bytes:
        """The code of a message."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """All field digests of a record, and value with derived salt of the fields shown."""

    entry: str
    digests: Mapping[str, str]
    shown: Mapping[str, tuple[Json, bytes]]

    def text(self) -> bytes:
        """The file form, canonical JSON."""
        shown = {name: {"value": value, "salt": b64url(salt)} for name, (value, salt) in self.shown.items()}
        return jcs({"opening": OPENING, "entry": self.entry, "digests": dict(self.digests), "shown": shown})


def open_fields(entry: str, record: Mapping[str, Json], salt: bytes, *, fields: Iterable[str]) -> Opening:
    """Show these fields of the record; of the others nothing but a digest that cannot be guessed."""
    return Opening(
        entry=entry,
        digests=digests(record, salt),
        shown={name: (record[name], _field_salt(salt, name)) for name in fields},
    )


def parse_opening(document: object) -> Opening:
    """From the decoded JSON of a file. Raises `Invalid("proof")`."""
    try:
        fields = cast("Mapping[str, object]", document)
        if fields["opening"] != OPENING:
            raise Invalid("proof", why="opening")
        shown = cast("Mapping[str, Mapping[str, object]]", fields["shown"])
        return Opening(
            entry=str(fields["entry"]),
            digests={str(name): str(digest) for name, digest in cast("Mapping[str, str]", fields["digests"]).items()},
            shown={name: (cast("Json", part["value"]), unb64url(str(part["salt"]))) for name, part in shown.items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Invalid("proof", why="opening") from None


def opens(opening: Opening, commitment: bytes) -> bool:
    """Whether every value shown is the one that was committed to."""
    try:
        return compare_digest(sha256(jcs(dict(opening.digests))).digest(), commitment) and all(
            len(salt) == SALT_SIZE and _field_digest(salt, value) == opening.digests.get(name)
            for name, (value, salt) in opening.shown.items()
        )
    except ValueError:  # a value without canonical form was never committed to
        return False
