"""Where this installation keeps its keys, and the log's name.

The origin of the log is the name of its key: it was `<host>/log` when the key was made and never changes after that.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from kaimen.core.tlog.notes import Verifier, parse_vkey
from kaimen.engines.signing import (
    MasterKey,
    Signer,
    TreeSigner,
    knows_ml_dsa,
    master_key,
    signer,
    tree_signer,
    verifiers,
)


def folder() -> Path:
    """All key files, mode 0700."""
    return Path(settings.KAIMEN_HOME) / "keys"


def log() -> Signer:
    """The log key: only the integrator asks for it."""
    return signer(folder() / "log.key", name=f"{settings.KAIMEN_HOST}/log")


def log_signers() -> list[Signer]:
    """Every log key that signs: the present one first, then those beside it while keys rotate (`log-<what>.key`)."""
    return [log(), *[signer(path, name=origin()) for path in sorted(folder().glob("log-*.key"))]]


def additional() -> TreeSigner | None:
    """The ML-DSA-44 key whose line stands beside the log's own, where `evidence.ml_dsa` asks for it."""
    return tree_signer(folder() / "ml-dsa-44.key", name=origin()) if settings.KAIMEN_EVIDENCE_ML_DSA else None


def check_ml_dsa() -> None:
    """Called at the start of every process. Raises SystemExit where ML-DSA-44 is asked for and the machine does not have it."""
    if settings.KAIMEN_EVIDENCE_ML_DSA and not knows_ml_dsa():
        raise SystemExit(
            "KAIMEN_EVIDENCE_ML_DSA: the cryptography package here has no ML-DSA-44; it comes with OpenSSL 3.5 or newer"
        )


def receipts() -> Signer:
    """The receipt key of the web."""
    return signer(folder() / "receipt.key", name=f"{origin()}/receipt")


def master() -> MasterKey:
    """Wraps the keys of subjects."""
    return _master_below(settings.KAIMEN_HOME)


@lru_cache(maxsize=8)
def _master_below(home: Path) -> MasterKey:
    return master_key(Path(home) / "keys" / "master.key")


def origin() -> str:
    """The log's name, also where the log key is not."""
    try:
        return parse_vkey((folder() / "log.vkey").read_text("ascii").strip()).name
    except FileNotFoundError:
        return f"{settings.KAIMEN_HOST}/log"


def log_verifiers() -> list[Verifier]:
    """Public keys whose signature makes a checkpoint ours: the present one and, while it rotates, the one before."""
    return verifiers(folder(), "log*.vkey")


def additional_verifiers() -> list[Verifier]:
    """Public keys of lines that stand beside the log's own; shown also when no such line is written any more."""
    return verifiers(folder(), "ml-dsa-44.vkey")


def receipt_verifiers() -> list[Verifier]:
    """Public keys of receipts."""
    return verifiers(folder(), "receipt*.vkey")
