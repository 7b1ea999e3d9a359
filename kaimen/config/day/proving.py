"""Every receipt of the play, held against the public log: what `kaimen verify` does with one, done with all of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from kaimen.config.day.story import StoryError
from kaimen.core.errors import Unavailable
from kaimen.engines.log_reading import Source
from kaimen.engines.verifying import DoesNotVerifyError, NotCheckedError, check_log, check_proof

SETTLES_WITHIN_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """How many receipts verify, in a log of how many entries that was read whole."""

    receipts: int
    entries: int


def prove(address: str, receipts: Sequence[str]) -> Proved:
    """Raises `StoryError` for the first receipt that does not verify, and for a log that does not."""
    with closing(Source(f"{address}/log")) as source:
        for receipt in receipts:
            try:
                found = check_proof(_proof(source, receipt), source, None, given=b"", opening=None)
            except (DoesNotVerifyError, NotCheckedError, Unavailable) as error:
                raise StoryError(f"the receipt {receipt} does not verify: {error}") from error
            if found.facts.get("entry") != receipt:
                raise StoryError(f"the proof of {receipt} is of another entry")
        try:
            log = check_log(source, None, full=True, state=None)
        except (DoesNotVerifyError, NotCheckedError, Unavailable) as error:
            raise StoryError(f"the log does not verify: {error}") from error
    return Proved(receipts=len(receipts), entries=int(str(log.facts["size"])))


def _proof(source: Source, receipt: str) -> str:
    """What was written a moment ago is in the log within seconds."""
    deadline = time.monotonic() + SETTLES_WITHIN_S
    while (served := source.read(f"proof/{receipt}")) is None:
        if time.monotonic() > deadline:
            raise StoryError(f"the receipt {receipt} is not in the log after {SETTLES_WITHIN_S} s")
        time.sleep(0.5)
    return served.decode("utf-8", "replace")
