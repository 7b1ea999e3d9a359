"""The registers of the demo city: labelled, without a fault, described like every entry, and in three states over time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from demo.registers import BATCHES, DISTRICTS, KINDS, WITHOUT_PLATFORM, rows
from kaimen.config.demo import registers as filling
from kaimen.config.demo.people import settle
from kaimen.lake import selectors as lake
from kaimen.monitor import selectors
from kaimen.monitor.models import Change, Record
from kaimen.monitor.registers import read_facts, registers
from tests.demo.conftest import NOW, city


@pytest.mark.parametrize("kind", KINDS)
def test_every_record_is_labelled_and_without_a_fault(kind: str) -> None:
    last = rows(kind, len(BATCHES) - 1)
    keys = [one[registers("cn_beijing")[kind].key.name] for one in last]
    assert len(set(keys)) == len(keys) >= len(DISTRICTS)
    for one in last:
        assert read_facts(registers("cn_beijing")[kind], one, today=date(2026, 11, 29))[1] == []
        assert one["name_zh"].startswith("示范")
        assert one["name_en"].startswith("Demo ")


def test_a_later_delivery_holds_the_earlier_one() -> None:
    first, last = ({one["code"]: one for one in rows("computing", batch)} for batch in (0, 2))
    assert all(last[code] == one for code, one in first.items())
    assert len(last) > len(first)


def test_some_districts_lack_what_the_index_needs() -> None:
    paid = {one["district"] for one in rows("new_technology", 2) if one["finance_funded"] == "true"}
    assert set(DISTRICTS) - paid == WITHOUT_PLATFORM


def test_the_registers_are_described_filled_and_published(small_city: Path) -> None:
    people = settle(city(), now=NOW)
    for _ in range(2):
        filling.fill(city(), people, now=NOW)
    for one in selectors.all_registers().values():
        entry = selectors.published_entry(one)
        assert entry is not None
        assert entry.body.synthetic
        assert lake.snapshot(entry.id).number == len(BATCHES)
        assert (
            lake.snapshot(entry.id).rows == Record.objects.filter(register=one.kind).count() == len(rows(one.kind, 2))
        )
    assert Change.objects.filter(verb="changed").count() == 0
    assert all(one.exceptions < one.count for one in selectors.shelves())
    assert sum(one.exceptions for one in selectors.shelves()) > 10
