"""Money as whole fen: from and to the text of a form, and shares of an amount. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

WHOLE = 10_000
"""Hundredths of a percent in a whole."""


def fen_of(yuan: str) -> int:
    """Yuan as a form keeps them (`12000.50`) in fen. Exact: the form allows two places."""
    return int(Decimal(yuan) * 100)


def yuan_of(fen: int) -> str:
    """`1200050` -> `12000.50`: for forms and documents."""
    return f"{Decimal(fen) / 100:.2f}"


def split(fen: int, parts: Sequence[int]) -> list[int]:
    """An amount in parts of hundredths of a percent, by the largest remainder: the shares sum to the amount exactly.

    Args: parts: sum to `WHOLE`; ties go to the earlier part. Raises ValueError.
    """
    if fen < 0 or sum(parts) != WHOLE or min(parts) < 0:
        raise ValueError("parts of a whole are expected")
    shares = [fen * part // WHOLE for part in parts]
    by_rest = sorted(range(len(parts)), key=lambda place: (-(fen * parts[place] % WHOLE), place))
    for place in by_rest[: fen - sum(shares)]:
        shares[place] += 1
    return shares
