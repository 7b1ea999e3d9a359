"""Whose data a reader has to do with."""

from __future__ import annotations

from kaimen.cases.selectors import OVERSEERS
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy.party import Actor


def concerns(entry: PublishedEntry, by: Actor) -> bool:
    """Is it data of the reader's own body, or does the reader oversee all bodies?"""
    if by.on_behalf is not None:
        return False  # who files for somebody sees what that person would
    return by.role in OVERSEERS or (by.institution is not None and str(by.institution) == str(entry.provider))
