"""The list of broken copies speaks of the code as it stands: a break whose text is gone would break nothing."""

from __future__ import annotations

from kaimen.config.mutants import breaks, stale


def test_every_break_finds_its_text_exactly_once() -> None:
    assert not stale(breaks())
