"""The one place of the web and worker that reads the clock. In a demo city it may run ahead by an offset, never back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings


def now() -> datetime:
    """This moment, aware, in UTC; plus the demo's offset in seconds where `KAIMEN_HOME/demo/clock` holds one."""
    moment = datetime.now(UTC)  # noqa: TID251 - this is the place
    return moment + offset() if settings.KAIMEN_DEMO else moment


def offset() -> timedelta:
    """How far the demo's clock runs ahead."""
    try:
        text = (settings.KAIMEN_HOME / "demo" / "clock").read_text("ascii")
    except FileNotFoundError:
        return timedelta()
    return timedelta(seconds=max(0, int(text)))
