"""Where the lake lies under KAIMEN_HOME. Paths in the database are relative to `root`."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def root() -> Path:
    """The lake's folder."""
    return Path(settings.KAIMEN_HOME).absolute() / "lake"


def landing(feed: str) -> Path:
    """Deliveries of a feed."""
    return root() / "landing" / feed


def table(entry: str) -> Path:
    """The Delta table of an entry."""
    return root() / "tables" / entry


def quarantine(feed: str) -> Path:
    """What stayed behind, a file a load."""
    return root() / "quarantine" / feed


def relative(path: Path) -> str:
    """As it stands in the database."""
    return path.relative_to(root()).as_posix()
