"""Where this installation keeps its keys, and the log's name.

The origin of the log is the name of its key: it was `<host>/log` when the key was made and never changes after that.

Log keys: `log.key` is the first, `log-<moment>.key` one that took over at that moment. The newest is the present one; each older one
signs beside it for 30 days. So a rotation is the making of one file, and what counts follows from the names alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
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
    signer_if_there,
    tree_signer,
    verifiers,
)
from kaimen.engines.terminal import speaker

BOTH_SIGN = timedelta(days=30)
"""So long a log key signs beside the one that took over, for readers and witnesses that do not know the new one yet."""
say = speaker(
    {
        "ml_dsa": (
            "KAIMEN_EVIDENCE_ML_DSA: the cryptography package here has no ML-DSA-44; it comes with OpenSSL 3.5 or newer",
            "KAIMEN_EVIDENCE_ML_DSA：本机的密码库没有 ML-DSA-44；OpenSSL 3.5 起才有",
        )
    }
)
_MOMENT = "%Y%m%dT%H%M%SZ"


def folder() -> Path:
    """All key files, mode 0700."""
    return Path(settings.KAIMEN_HOME) / "keys"


def log() -> Signer:
    """The present log key: only the integrator asks for it. The first is made when there is none."""
    successors = sorted(folder().glob("log-*.key"))
    return signer(successors[-1] if successors else folder() / "log.key", name=f"{settings.KAIMEN_HOST}/log")


def log_signers() -> list[Signer]:
    """Every log key that signs: the present one first, then those beside it while keys rotate."""
    present = log()
    older = [held for stem in reversed(_stems()[:-1]) if (held := signer_if_there(folder() / f"{stem}.key"))]
    return [present, *older]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogKey:
    """A log key and when it took over; until when it still signs beside its successor, None for the present one."""

    verifier: Verifier
    since: datetime | None
    until: datetime | None


def log_keys() -> list[LogKey]:
    """The log keys that count, the oldest first."""
    stems = [stem for stem in _stems() if (folder() / f"{stem}.vkey").exists()]
    ends = [*map(_since, stems[1:]), None]
    return [
        LogKey(
            verifier=_vkey(folder() / f"{stem}.vkey"),
            since=_since(stem),
            until=None if end is None else end + BOTH_SIGN,
        )
        for stem, end in zip(stems, ends, strict=False)
    ]


def succeed(now: datetime) -> LogKey:
    """Make the key that takes over now; from this moment it signs first and the one before beside it."""
    signer(folder() / f"log-{now.astimezone(UTC):{_MOMENT}}.key", name=log().name)
    return log_keys()[-1]


def retire(now: datetime) -> None:
    """Drop the keys whose time beside their successor is over. Their files stay, under a name that nothing reads."""
    stems = _stems()
    for stem, successor in pairwise(stems):
        if now >= (_since(successor) or now) + BOTH_SIGN:
            for path in (folder() / f"{stem}.key", folder() / f"{stem}.vkey"):
                if path.exists():
                    path.rename(path.with_name(f"retired-{path.name}"))


def retired_verifiers() -> list[Verifier]:
    """Public keys that signed once and do not count any more."""
    return verifiers(folder(), "retired-log*.vkey")


def _stems() -> list[str]:
    """Names of the log keys that are here, whole or in part, the oldest first."""
    first = {path.stem for path in folder().glob("log.*key")}
    return [*first, *sorted({path.stem for path in folder().glob("log-*.*key")})]


def _since(stem: str) -> datetime | None:
    return datetime.strptime(stem.removeprefix("log-"), _MOMENT).replace(tzinfo=UTC) if stem != "log" else None


def additional() -> TreeSigner | None:
    """The ML-DSA-44 key whose line stands beside the log's own, where `evidence.ml_dsa` asks for it."""
    return tree_signer(folder() / "ml-dsa-44.key", name=origin()) if settings.KAIMEN_EVIDENCE_ML_DSA else None


def check_ml_dsa() -> None:
    """Called at the start of every process. Raises SystemExit where ML-DSA-44 is asked for and the machine does not have it."""
    if settings.KAIMEN_EVIDENCE_ML_DSA and not knows_ml_dsa():
        raise SystemExit(say("ml_dsa"))


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
    held = log_verifiers()
    return held[0].name if held else f"{settings.KAIMEN_HOST}/log"


def log_verifiers() -> list[Verifier]:
    """Public keys whose signature makes a checkpoint ours: the present one and, while keys rotate, the one before."""
    return verifiers(folder(), "log*.vkey")


def _vkey(path: Path) -> Verifier:
    return parse_vkey(path.read_text("ascii").strip())


def additional_verifiers() -> list[Verifier]:
    """Public keys of lines that stand beside the log's own; shown also when no such line is written any more."""
    return verifiers(folder(), "ml-dsa-44.vkey")


def receipt_verifiers() -> list[Verifier]:
    """Public keys of receipts."""
    return verifiers(folder(), "receipt*.vkey")
