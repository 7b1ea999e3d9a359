r"""The key ring: one key-encryption key in a file of its owner's, a data key per purpose, sealed boxes that open only in their own row.

    box = 0x01 ‖ key version u32 ‖ nonce 12 ‖ ciphertext and tag        AES-256-GCM; associated data = "table.column\0" ‖ primary key

Data keys are derived from the file's key (HKDF-SHA256, purpose and version as info), so there is one thing to keep. A box moved to
another row or column does not open. Lookups use `blind`: a keyed hash of its own purpose.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORM = 1
VERSION = 1
HEAD = struct.Struct(">BI")
NONCE_BYTES = 12


class BoxDoesNotOpen(Exception):
    """Another key, another row, another column, or changed bytes."""


@lru_cache(maxsize=64)
def _derived(kek: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(kek)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a box lies: `table.column` and the row's primary key."""

    column: str
    row: str

    @property
    def bound(self) -> bytes:
        """The associated data."""
        return self.column.encode() + b"\0" + self.row.encode()


@dataclass(frozen=True, slots=True)
class Ring:
    """Keys of one installation. Keep the file: without it sealed columns are lost."""

    kek: bytes

    @classmethod
    def of_file(cls, path: Path) -> Ring:
        """The ring of `path`, made at first use, readable by its owner only; two processes may start at once."""
        try:
            return cls(path.read_bytes())
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(os.urandom(32))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(part, path)
            except FileExistsError:
                pass
            finally:
                part.unlink()
            return cls(path.read_bytes())

    def key(self, purpose: str, version: int = VERSION) -> bytes:
        """The data key of a purpose, 32 bytes."""
        return _derived(self.kek, f"kaimen/{purpose}/v{version}".encode())

    def seal(self, content: bytes, *, purpose: str, place: Place) -> bytes:
        """A box that only opens at `place`."""
        nonce = os.urandom(NONCE_BYTES)
        return HEAD.pack(FORM, VERSION) + nonce + AESGCM(self.key(purpose)).encrypt(nonce, content, place.bound)

    def open(self, box: bytes, *, purpose: str, place: Place) -> bytes:
        """The content. Raises `BoxDoesNotOpen`."""
        if len(box) < HEAD.size + NONCE_BYTES + 16:
            raise BoxDoesNotOpen
        form, version = HEAD.unpack_from(box)
        nonce, sealed = box[HEAD.size : HEAD.size + NONCE_BYTES], box[HEAD.size + NONCE_BYTES :]
        if form != FORM:
            raise BoxDoesNotOpen
        try:
            return AESGCM(self.key(purpose, version)).decrypt(nonce, sealed, place.bound)
        except InvalidTag:
            raise BoxDoesNotOpen from None

    def blind(self, content: str, *, purpose: str, length: int = 16) -> bytes:
        """A keyed hash for finding what one already knows."""
        return hmac.digest(self.key(purpose), content.encode(), hashlib.sha256)[:length]
