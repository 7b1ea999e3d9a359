"""Which database: SQLite in the home folder, or PostgreSQL. Figures and reasons: docs/adr/2026-11-22-two-databases.md."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from kaimen.config.words import say

SQLITE_INIT = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous={durability}; PRAGMA mmap_size=134217728;"
    " PRAGMA cache_size=-20000; PRAGMA recursive_triggers=ON;"
)


def database(url: str, home: Path, *, durability: str = "FULL") -> dict[str, object]:
    """Django's `DATABASES["default"]`. `durability` is SQLite's `synchronous`: FULL wherever a checkpoint may be published.

    IMMEDIATE, because a read lock cannot be upgraded while another writes; recursive triggers, because REPLACE would slip past
    the triggers that keep the log append-only.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": home / "kaimen.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": SQLITE_INIT.format(durability=durability),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise SystemExit(say("database"))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "")
        or parse_qs(parts.query).get("host", [""])[0],  # ?host= names a socket folder
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": {"min_size": 2, "max_size": 32, "timeout": 10}},
    }
