"""Key files: signing keys for notes, and the master key that wraps subjects' keys. Readable by their owner only, made at first use.

A signing key is stored as Go's note package writes it, `PRIVATE+KEY+<name>+<id>+<algorithm and seed>`, beside a `.vkey` with its
public half. The log key is used by the integrator alone, the receipt key by the web.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kaimen.core.errors import Invalid, Unavailable
from kaimen.core.tlog.encoding import b64, unb64
from kaimen.core.tlog.notes import Algorithm, Signature, Verifier, check_name, cosign, parse_vkey, sign, tree_message
from kaimen.engines.storage import is_full

NONCE_SIZE = 12
_PRIVATE = "PRIVATE+KEY"


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name. As a witness it signs with a time (type 0x04), otherwise plainly (0x01)."""

    name: str
    algorithm: Algorithm
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.algorithm, self.key.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """A note line of type 0x01."""
        return sign(text, name=self.name, key=self.key)

    def cosign(self, text: str, *, at: int) -> Signature:
        """A note line of type 0x04, at a second since 1970."""
        return cosign(text, name=self.name, key=self.key, at=at)


@dataclass(frozen=True, slots=True)
class TreeSigner:
    """An ML-DSA-44 key with its name. It signs tree heads only, with a time (type 0x06)."""

    name: str
    key: MLDSA44PrivateKey

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, Algorithm.ML_DSA_44, self.key.public_key().public_bytes_raw())

    def sign(self, text: str, *, at: int) -> Signature:
        """A note line of type 0x06 over a checkpoint's text, at a second since 1970."""
        signature = self.key.sign(tree_message(text, name=self.name, at=at))
        return Signature(self.name, self.verifier.id, at.to_bytes(8, "big") + signature)


def knows_ml_dsa() -> bool:
    """Whether the cryptography of this machine has ML-DSA-44: its OpenSSL must be 3.5 or newer."""
    try:
        MLDSA44PrivateKey.from_seed_bytes(bytes(32))
    except UnsupportedAlgorithm:
        return False
    return True


def signer(path: Path, *, name: str, algorithm: Algorithm = Algorithm.ED25519) -> Signer:
    """The key of this file; made under this name when there is none. An existing key keeps the name it was made with."""
    return _signer(str(path), name, algorithm)


@lru_cache(maxsize=64)
def _signer(path: str, name: str, algorithm: Algorithm) -> Signer:
    seed = secrets.token_bytes(32)
    made = Signer(check_name(name), algorithm, Ed25519PrivateKey.from_private_bytes(seed))
    held = _as_signer(*_kept(path, made.verifier, seed))
    _show(path, held.verifier)
    return held


def signer_if_there(path: Path) -> Signer | None:
    """The key of this file; None when there is none, and none is made."""
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        return None
    return _as_signer(*_parse_key(text.strip()))


def _as_signer(name: str, key: bytes) -> Signer:
    try:
        return Signer(name, Algorithm(key[0]), Ed25519PrivateKey.from_private_bytes(key[1:]))
    except (ValueError, IndexError):
        raise Invalid("note", why="key") from None


@lru_cache(maxsize=8)
def tree_signer(path: Path, *, name: str) -> TreeSigner:
    """The ML-DSA-44 key of this file; made under this name when there is none. Raises `Unavailable("ml_dsa_missing")`."""
    if not knows_ml_dsa():
        raise Unavailable("ml_dsa_missing")
    seed = secrets.token_bytes(32)
    made = TreeSigner(check_name(name), MLDSA44PrivateKey.from_seed_bytes(seed))
    kept_name, key = _kept(str(path), made.verifier, seed)
    if key[:1] != bytes([Algorithm.ML_DSA_44]) or len(key) != 33:
        raise Invalid("note", why="key")
    held = TreeSigner(kept_name, MLDSA44PrivateKey.from_seed_bytes(key[1:]))
    _show(str(path), held.verifier)
    return held


def _kept(path: str, verifier: Verifier, seed: bytes) -> tuple[str, bytes]:
    """Name, and algorithm byte with seed, that the file holds; those given are written when there is no file."""
    text = f"{_PRIVATE}+{verifier.name}+{verifier.id.hex()}+{b64(bytes([verifier.algorithm]) + seed)}\n"
    return _parse_key(write_once(Path(path), text.encode()).decode().strip())


def _show(path: str, verifier: Verifier) -> None:
    """Put the public half beside the key."""
    public = Path(path).with_suffix(".vkey")
    if not public.exists():
        write_whole(public, f"{verifier.vkey()}\n".encode())


def _parse_key(text: str) -> tuple[str, bytes]:
    try:
        private, name, _, coded = text.rsplit("+", 3) if text.count("+") < 5 else _split(text)
        data = unb64(coded)
    except ValueError:
        raise Invalid("note", why="key") from None
    if private != _PRIVATE:
        raise Invalid("note", why="key")
    return name, data


def _split(text: str) -> tuple[str, str, str, str]:
    first, second, name, key_id, coded = text.split("+", 4)
    return f"{first}+{second}", name, key_id, coded


def verifiers(folder: Path, pattern: str) -> list[Verifier]:
    """The public halves that lie in a folder, by file name."""
    return [parse_vkey(path.read_text("ascii").strip()) for path in sorted(folder.glob(pattern))]


class MasterKey:
    """Wraps and unwraps keys of subjects (AES-256-GCM, the subject as associated data)."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def wrap(self, key: bytes, *, subject: str) -> bytes:
        """Nonce and ciphertext."""
        return seal(self._cipher, key, subject.encode())

    def unwrap(self, wrapped: bytes, *, subject: str) -> bytes:
        """The key again."""
        return unseal(self._cipher, wrapped, subject.encode())


def seal(cipher: AESGCM, plain: bytes, associated: bytes) -> bytes:
    """Nonce and ciphertext in one."""
    nonce = os.urandom(NONCE_SIZE)
    return nonce + cipher.encrypt(nonce, plain, associated)


def unseal(cipher: AESGCM, sealed: bytes, associated: bytes) -> bytes:
    """The plaintext; raises `cryptography.exceptions.InvalidTag` for anything else."""
    return cipher.decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], associated)


@lru_cache(maxsize=16)
def _master(path: str) -> MasterKey:
    return MasterKey(unb64(write_once(Path(path), f"{b64(secrets.token_bytes(32))}\n".encode()).decode().strip()))


def master_key(path: Path) -> MasterKey:
    """The master key of this file, made when there is none."""
    return _master(str(path))


def write_once(path: Path, content: bytes) -> bytes:
    """What the file holds; written with mode 0600 when it is not there. Two processes may start at once: the first wins."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    except FileExistsError:
        pass
    except OSError as error:
        raise Unavailable("storage_full" if is_full(error) else "key_not_written") from error
    finally:
        part.unlink(missing_ok=True)
    return path.read_bytes()


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step: readers see the old or the new, also after a crash."""
    part = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
