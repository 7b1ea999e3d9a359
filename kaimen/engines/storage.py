"""Where bytes lie: a folder today. Everything written is complete under its name or absent: part file, fsync, rename, fsync of the folder."""

from __future__ import annotations

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from kaimen.core.errors import Unavailable

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
SQLITE_FULL = 13
"""As `sqlite3.SQLITE_FULL`; the verifier, which knows no database, comes by here too."""
POSTGRES_DISK_FULL = "53100"


def is_full(error: BaseException) -> bool:
    """Is a disk, a quota or the size of a file spent, as the system, SQLite or PostgreSQL says it? Looks at the causes too."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in FULL:
            return True
        if getattr(seen, "sqlite_errorcode", None) == SQLITE_FULL or (
            getattr(seen, "sqlstate", None) == POSTGRES_DISK_FULL
        ):
            return True
        seen = seen.__cause__
    return False


@contextmanager
def told_when_full() -> Generator[None]:
    """Raises `Unavailable("storage_full")` for a disk, quota or file size that is spent, `Unavailable("storage_unreachable")` for others."""
    try:
        yield
    except OSError as error:
        raise Unavailable("storage_full" if is_full(error) else "storage_unreachable") from error


def sync(path: Path) -> None:
    """Wait until the file, or the names in the folder, would survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def settle(part: Path, final: Path) -> Path:
    """Give a finished part file its name. An equal name that is there already is the same content, so it is replaced."""
    sync(part)
    part.replace(final)
    sync(final.parent)
    return final


def part_of(folder: Path) -> Path:
    """A name for a file that is being written; its folder exists then."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f".part-{os.getpid()}-{os.urandom(6).hex()}"


def sweep_parts(folder: Path, *, older_than_s: float, now_s: float) -> int:
    """Remove part files that nobody writes any more; returns how many."""
    removed = 0
    for part in folder.rglob(".part-*"):
        try:
            if now_s - part.stat().st_mtime > older_than_s:
                part.unlink()
                removed += 1
        except FileNotFoundError:
            continue
    return removed
