"""How somebody can be helped: the channels, the kinds of authority, and the ways of each service, as the pack says them.

A city whose pack has no `channels.yaml` offers no help and no way beside the internet: the control board says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings

from kaimen.core.lifecycle.rules import Words
from kaimen.engines import packs

ONLINE, COUNTER, TELEPHONE, LETTER = "online", "counter", "telephone", "letter"
FILE = "channels"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A kind of authority that is recorded: where it may be used, how long it lasts, and whether the number is rung back."""

    code: str
    words: Words
    channels: frozenset[str]
    lasts: timedelta
    call_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """What the pack says. `services`: the ways of each workflow that it names."""

    channels: Mapping[str, Words] = field(default_factory=dict[str, Words])
    authorities: Mapping[str, Authority] = field(default_factory=dict[str, Authority])
    services: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])


def channels() -> Channels:
    """Of the pack in force."""
    return channels_of(settings.KAIMEN_PACK)


@lru_cache(maxsize=4)
def channels_of(pack: str) -> Channels:
    """Of a pack; nothing where it has no such file."""
    found = packs.load(pack)
    if not (found.folder / f"{FILE}.yaml").exists():
        return Channels()
    told: dict[str, Any] = dict(found.document(FILE))
    return Channels(
        channels={code: _words(row) for code, row in told["channels"].items()},
        authorities={
            code: Authority(
                code=code,
                words=_words(row),
                channels=frozenset(row["channels"]),
                lasts=timedelta(hours=row["hours"]),
                call_back=bool(row.get("call_back")),
            )
            for code, row in told["authorities"].items()
        },
        services={code: frozenset(ways) for code, ways in told["services"].items()},
    )


def _words(row: Mapping[str, str]) -> Words:
    return Words(zh=row["zh"], en=row["en"])
