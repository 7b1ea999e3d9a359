"""Every obligation has its heading in the reference."""

from __future__ import annotations

import re
import typing
from pathlib import Path

from kaimen.core.policy.obligations import Obligation

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "obligations.md"


def test_every_obligation_has_its_heading() -> None:
    headings = set(re.findall(r"^## `([a-z]+)`$", PAGE.read_text("utf-8"), re.MULTILINE))
    assert headings == {kind.__name__.lower() for kind in typing.get_args(Obligation)}
