from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.generate import Delivered, Sources, generate
from demo.plan import city


@dataclass(frozen=True)
class Made:
    """All source systems of the tiny city."""

    folder: Path
    bodies: Mapping[str, Sources]

    @property
    def delivered(self) -> list[Delivered]:
        return [one for sources in self.bodies.values() for one in sources.delivered]

    def with_fault(self, fault: str) -> Delivered:
        return next(one for one in self.delivered if self.fault_of(one) == fault)

    @staticmethod
    def fault_of(one: Delivered) -> str:
        return city().entries[one.entry].deliveries[one.number - 1].fault


def make(folder: Path, *bodies: str, seed: int | None = None) -> Made:
    more = {} if seed is None else {"seed": seed}
    return Made(folder, {body: generate(folder, body, size="tiny", **more) for body in bodies or city().systems})


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Made once for all tests that only read them."""
    return make(tmp_path_factory.mktemp("sources"))
