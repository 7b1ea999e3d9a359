from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from demo.generate import Delivered, Sources, generate
from demo.plan import city
from kaimen.config import demo

NOW = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - tokens are measured against the real clock


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


@pytest.fixture(scope="module")
def small_city(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """People, bodies and entries for all tests of a module, rolled back after the last. Gives the home folder."""
    home = tmp_path_factory.mktemp("home")
    with override_settings(KAIMEN_HOME=home), django_db_blocker.unblock(), transaction.atomic():
        demo.load_small(NOW)
        yield home
        transaction.set_rollback(True)


def silent(done: int, total: int, what: str) -> None:
    del done, total, what


@pytest.fixture(scope="module")
def whole_city(small_city: Path) -> Path:
    """With every table of the tiny city."""
    demo.load_big(NOW, silent, chosen="tiny")
    return small_city
