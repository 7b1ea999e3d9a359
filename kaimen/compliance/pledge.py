"""The texts of the data-use commitment: dated versions in the pack. What was signed names its version and the digest of its text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import cast

from django.conf import settings

from kaimen.core.errors import Missing
from kaimen.core.lifecycle.rules import Words
from kaimen.engines import packs


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """A version of the text. `digest`: SHA-256 of the Chinese text in UTF-8, which is the one that binds; 64 hexadecimal digits."""

    version: str
    since: date
    words: Words
    digest: str


def pledge_on(day: date) -> Pledge:
    """The text in force on a day. Raises `Missing("commitment_text")` where the pack has none yet."""
    found = [one for one in pledges(settings.KAIMEN_PACK) if one.since <= day]
    if not found:
        raise Missing("commitment_text")
    return max(found, key=lambda one: one.since)


@lru_cache(maxsize=4)
def pledges(pack: str) -> tuple[Pledge, ...]:
    """Every version of a pack."""
    rows = cast("list[dict[str, object]]", packs.load(pack).document("commitment")["versions"])
    return tuple(
        Pledge(
            version=str(row["version"]),
            since=cast("date", row["since"]),
            words=Words(zh=str(row["zh"]), en=str(row["en"])),
            digest=hashlib.sha256(str(row["zh"]).encode()).hexdigest(),
        )
        for row in rows
    )
