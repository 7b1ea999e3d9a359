"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature).

A note is a text and signature lines. Lines of keys that a reader does not know are ignored, so one note serves all readers;
a line of a known key that does not verify condemns the whole note.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from kaimen.core.errors import Invalid, Unavailable
from kaimen.core.tlog.encoding import b64, decimal, unb64
from kaimen.core.tlog.hashing import HASH_SIZE

DASH = "— "
LARGEST_NOTE = 64 * 1024
MOST_SIGNATURES = 64


class Algorithm(IntEnum):
    """Signature types of the C2SP register that we verify."""

    ED25519 = 0x01
    COSIGNATURE = 0x04
    ML_DSA_44 = 0x06


KEY_SIZES = {Algorithm.ED25519: 32, Algorithm.COSIGNATURE: 32, Algorithm.ML_DSA_44: 1312}
"""Bytes of a public key."""
_TREE_LABEL = b"subtree/v1\n\0"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name: what a vkey holds."""

    name: str
    algorithm: Algorithm
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public).digest()[:4]

    def vkey(self) -> str:
        """The one-line text form."""
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.algorithm]) + self.public)}"

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether the signature is by this key over the note's text.

        Raises `Unavailable("ml_dsa_missing")` where the cryptography of this machine does not know ML-DSA-44.
        """
        try:
            match self.algorithm:
                case Algorithm.ED25519:
                    Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
                case Algorithm.COSIGNATURE:
                    message = cosigned_message(text, _cosigned_at(signature))
                    Ed25519PublicKey.from_public_bytes(self.public).verify(signature[8:], message)
                case Algorithm.ML_DSA_44:
                    message = tree_message(text, name=self.name, at=_cosigned_at(signature))
                    MLDSA44PublicKey.from_public_bytes(self.public).verify(signature[8:], message)
        except (InvalidSignature, Invalid):
            return False
        except UnsupportedAlgorithm:
            raise Unavailable("ml_dsa_missing") from None
        return True


@dataclass(frozen=True, slots=True)
class Signature:
    """One line: who says to have signed, and the bytes after the key id."""

    name: str
    key_id: bytes
    data: bytes

    def line(self) -> str:
        """With its newline."""
        return f"{DASH}{self.name} {b64(self.key_id + self.data)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """The signed text, which ends in a newline, and its signature lines."""

    text: str
    signatures: tuple[Signature, ...]

    def format(self) -> str:
        """The note as served."""
        return f"{self.text}\n{''.join(signature.line() for signature in self.signatures)}"

    def with_lines(self, signatures: Iterable[Signature]) -> Note:
        """The note with further lines, those it has already left out."""
        return Note(self.text, (*self.signatures, *[line for line in signatures if line not in self.signatures]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A tree head: this log, this many entries, this root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The text to sign."""
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), b64(self.root), *self.extensions))


def check_name(name: str) -> str:
    """A key name as signed-note allows. Raises `Invalid("note")`."""
    if not name or "+" in name or any(sign.isspace() or ord(sign) < 0x20 for sign in name):
        raise Invalid("note", why="name")
    return name


def parse_vkey(text: str) -> Verifier:
    """Raises `Invalid("note")`, also when the id is not that of name and key."""
    try:
        name, key_id, coded = text.split("+", 2)
        key = unb64(coded)
        verifier = Verifier(check_name(name), Algorithm(key[0]), key[1:])
    except (ValueError, IndexError):
        raise Invalid("note", why="vkey") from None
    if len(verifier.public) != KEY_SIZES[verifier.algorithm] or verifier.id.hex() != key_id:
        raise Invalid("note", why="vkey")
    return verifier


def parse(data: str) -> Note:
    """Take a note apart. Raises `Invalid("note")`."""
    if len(data) > LARGEST_NOTE or any(ord(sign) < 0x20 and sign != "\n" for sign in data):
        raise Invalid("note", why="size" if len(data) > LARGEST_NOTE else "control")
    text, blank, lines = data.rpartition("\n\n")
    if not blank or not lines.endswith("\n") or not text:
        raise Invalid("note", why="form")
    signatures = tuple(parse_line(line) for line in lines[:-1].split("\n"))
    if len(signatures) > MOST_SIGNATURES:
        raise Invalid("note", why="signatures")
    return Note(text + "\n", signatures)


def parse_line(line: str) -> Signature:
    """One signature line without its newline. Raises `Invalid("note")`."""
    try:
        dash, name, coded = line.split(" ")
        data = unb64(coded)
    except ValueError:
        raise Invalid("note", why="line") from None
    if dash != DASH.strip() or len(data) < 5:
        raise Invalid("note", why="line")
    return Signature(check_name(name), data[:4], data[4:])


def parse_checkpoint(text: str) -> Checkpoint:
    """A checkpoint from the text of a note. Raises `Invalid("note")`."""
    origin, *rest = text.split("\n")
    if len(rest) < 3 or rest[-1] or not origin or not all(rest[:-1]):
        raise Invalid("note", why="checkpoint")
    try:
        size, root = decimal(rest[0]), unb64(rest[1])
    except ValueError:
        raise Invalid("note", why="checkpoint") from None
    if len(root) != HASH_SIZE:
        raise Invalid("note", why="checkpoint")
    return Checkpoint(origin=origin, size=size, root=root, extensions=tuple(rest[2:-1]))


def verified_by(note: Note, known: Sequence[Verifier]) -> tuple[Verifier, ...]:
    """The known keys that signed. Raises `Invalid("note")` when a known key's line does not verify."""
    keys = {(verifier.name, verifier.id): verifier for verifier in known}
    signers: list[Verifier] = []
    for signature in note.signatures:
        verifier = keys.get((signature.name, signature.key_id))
        if verifier is None:
            continue
        if not verifier.verifies(note.text, signature.data):
            raise Invalid("note", why="signature", name=signature.name)
        if verifier not in signers:
            signers.append(verifier)
    return tuple(signers)


def sign(text: str, *, name: str, key: Ed25519PrivateKey) -> Signature:
    """An Ed25519 line (type 0x01) over a note's text."""
    public = key.public_key().public_bytes_raw()
    return Signature(name, Verifier(name, Algorithm.ED25519, public).id, key.sign(text.encode()))


def cosign(text: str, *, name: str, key: Ed25519PrivateKey, at: int) -> Signature:
    """A witness's line (type 0x04): at this second, this was the largest consistent tree that I had seen."""
    verifier = Verifier(name, Algorithm.COSIGNATURE, key.public_key().public_bytes_raw())
    return Signature(name, verifier.id, at.to_bytes(8, "big") + key.sign(cosigned_message(text, at)))


def cosigned_message(text: str, at: int) -> bytes:
    """What a cosignature signs."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def tree_message(text: str, *, name: str, at: int) -> bytes:
    """What an ML-DSA-44 line (type 0x06) of this signer signs: the tree from its first leaf on, as of a second since 1970.

    Unlike the others it says who signs, and nothing of extension lines. Raises `Invalid("note")` for what is no checkpoint.
    """
    head = parse_checkpoint(text)
    signer, origin = name.encode(), head.origin.encode()
    if not 0 < len(signer) < 256 or len(origin) > 255 or not 0 <= at < 2**63:
        raise Invalid("note", why="name" if 0 <= at < 2**63 else "time")
    parts = (_TREE_LABEL, bytes([len(signer)]), signer, at.to_bytes(8, "big"), bytes([len(origin)]), origin)
    return b"".join((*parts, (0).to_bytes(8, "big"), head.size.to_bytes(8, "big"), head.root))


def cosigned_at(note: Note, witness: Verifier) -> int | None:
    """The second at which this witness signed, as its line says; None where there is no line."""
    lines = [line for line in note.signatures if (line.name, line.key_id) == (witness.name, witness.id)]
    return max((_cosigned_at(line.data) for line in lines), default=None)


def _cosigned_at(signature: bytes) -> int:
    return int.from_bytes(signature[:8], "big")
