"""`kaimen demo load`, given twice, interrupted, and where it must not be given."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from demo.plan import city
from demo.registers import BATCHES, KINDS
from kaimen.catalogue.models import Entry
from kaimen.config import demo
from kaimen.lake.models import Load, Table
from tests.demo.conftest import NOW, silent


def test_it_refuses_where_the_installation_is_no_demo(db: None, settings: object) -> None:
    settings.KAIMEN_DEMO = False  # type: ignore[attr-defined]
    before = Entry.objects.count()
    with pytest.raises(CommandError, match="KAIMEN_DEMO"):
        call_command("demo", "load")
    assert Entry.objects.count() == before


def test_the_big_part_waits_for_the_small_one(home: Path, db: None, settings: object) -> None:
    settings.KAIMEN_DEMO = True  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="small-only"):
        call_command("demo", "load", "--big-only")


def test_the_small_part_by_command_is_there_once(
    small_city: Path, db: None, settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.KAIMEN_DEMO = True  # type: ignore[attr-defined]
    before = list(Entry.objects.order_by("pk").values_list("pk", "state"))
    call_command("demo", "load", "--small-only", "--size", "tiny")
    assert list(Entry.objects.order_by("pk").values_list("pk", "state")) == before


class PulledPlug(Exception):
    """Somebody pulls the plug in the middle."""


def test_a_load_that_was_interrupted_goes_on_where_it_stopped(small_city: Path, db: None) -> None:
    def pull(done: int, total: int, what: str) -> None:
        if done == 5:
            raise PulledPlug

    with pytest.raises(PulledPlug):
        demo.load_big(NOW, pull, chosen="tiny")
    begun = dict(Load.objects.values_list("pk", "state"))
    registers = len(KINDS) * len(BATCHES)  # they come before the tables
    assert registers < len(begun) < registers + 20
    demo.load_big(NOW, silent, chosen="tiny")
    assert Table.objects.exclude(published=None).count() == len(city().datasets) + len(KINDS)
    assert begun.items() <= dict(Load.objects.values_list("pk", "state")).items()
