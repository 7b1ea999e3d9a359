"""How much is tried: always the same questions in a usual run, ever new ones for KAIMEN_FUZZ_SECONDS in a long one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

SECONDS = float(os.environ.get("KAIMEN_FUZZ_SECONDS", "0"))


def explore(check: Callable[..., None], *drawn: st.SearchStrategy, examples: int) -> None:
    """Run `check` on what is drawn. What fails is made small and shown."""
    usual = settings(
        max_examples=examples, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
    )  # fmt: skip
    if not SECONDS:
        usual(given(*drawn)(check))()
        return
    until, round_ = time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        round_ += 1
        seed(round_)(settings(usual, max_examples=100, derandomize=False)(given(*drawn)(check)))()
