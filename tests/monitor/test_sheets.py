"""Records from spreadsheets: each fault by row and column, all rows or none, twice is once."""

from __future__ import annotations

import io
import zipfile

import pytest

from kaimen.evidence.models import Entry
from kaimen.monitor import services
from kaimen.monitor.models import Change, Record, Sheet
from tests.monitor.registrars import Registrars

pytestmark = pytest.mark.django_db
HEADS = "编号,名称,所在区,细类,状态,电能利用效率（PUE）\n"
GOOD = HEADS + "AI-1,一号中心,海淀区,智能算力,运行中,1.25\nAI-2,二号中心,朝阳区,data-centre,building,1.2\n"


def enter(office: Registrars, text: str) -> list[Record]:
    found = office.sheet(text)
    assert found.sheet is not None, found.faults
    return services.enter(found.sheet.pk, by=office.steward, now=office.now)


def test_a_rehearsal_writes_no_record_and_entering_writes_all(office: Registrars) -> None:
    found = office.sheet(GOOD)
    assert (found.rows, found.new, found.faults, Record.objects.count()) == (2, ("AI-1", "AI-2"), (), 0)
    before = Entry.objects.count()
    services.enter(found.sheet.pk, by=office.steward, now=office.now)
    assert list(Record.objects.order_by("code").values_list("code", "district")) == [
        ("AI-1", "110108"),
        ("AI-2", "110105"),
    ]
    assert (Entry.objects.count(), set(Change.objects.values_list("way", flat=True))) == (before + 1, {"sheet"})


def test_each_fault_is_named_by_row_and_column_and_nothing_is_kept(office: Registrars) -> None:
    found = office.sheet(
        HEADS
        + "AI-1,一号,海淀区,智能算力,运行中,abc\n\nAI 2,,海淀区,智能算力,运行中,9\nAI-3,三号,天津,智能算力,运行中,1.2,多\n"
    )
    assert [(one.row, one.column, one.value, one.code) for one in found.faults] == [
        (2, "电能利用效率（PUE）", "abc", "not_a_number"),
        (4, "编号", "AI 2", "not_a_key"),
        (4, "名称", "", "needed"),
        (4, "电能利用效率（PUE）", "9", "too_large"),
        (5, "", "", "beyond_the_heads"),
    ]
    assert (found.sheet, Sheet.objects.count(), Record.objects.count()) == (None, 0, 0)


def test_the_same_sheet_twice_changes_nothing(office: Registrars) -> None:
    enter(office, GOOD)
    before = Entry.objects.count()
    again = office.sheet(GOOD)
    assert (again.new, again.changed, again.unchanged) == ((), (), 2)
    assert services.enter(again.sheet.pk, by=office.steward, now=office.now) == []
    assert services.enter(again.sheet.pk, by=office.steward, now=office.now) == []
    assert (Entry.objects.count(), Change.objects.count()) == (before, 2)


def test_a_changed_sheet_says_what_changes_and_who_is_absent(office: Registrars) -> None:
    enter(office, GOOD)
    found = office.sheet(HEADS + "AI-2,二号中心,朝阳区,data-centre,building,1.1\nAI-4,四号,丰台区,edge,planned,\n")
    assert (found.new, found.changed, found.absent) == (("AI-4",), (("AI-2", ("pue",)),), 1)
    services.enter(found.sheet.pk, by=office.steward, now=office.now)
    assert Record.objects.get(code="AI-1").retired is False
    assert Record.objects.get(code="AI-2").n == 2


def test_keys_twice_of_others_and_retired_stand_in_the_way(office: Registrars) -> None:
    office.put(by=office.other)
    office.put(code="AI-2")
    services.retire("computing", "AI-2", reason="x", by=office.steward, now=office.now)
    found = office.sheet(GOOD + "AI-3,三号,丰台区,edge,planned,\nAI-3,三号,丰台区,edge,planned,\n")
    assert [(one.value, one.code) for one in found.faults] == [
        ("AI-1", "not_yours"),
        ("AI-2", "is_retired"),
        ("AI-3", "twice"),
    ]


def test_what_others_wrote_in_the_meantime_stops_the_whole_sheet(office: Registrars) -> None:
    found = office.sheet(GOOD)
    office.put(by=office.other)
    with office.refused("sheet_faults"):
        services.enter(found.sheet.pk, by=office.steward, now=office.now)
    assert not Record.objects.filter(code="AI-2").exists()


def test_a_sheet_is_entered_by_its_own_body(office: Registrars) -> None:
    found = office.sheet(GOOD)
    with office.refused("sheet_unknown"):
        services.enter(found.sheet.pk, by=office.other, now=office.now)


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("编号,名称\nA,b\n", "s.csv", "sheet_heads"),
        (HEADS.strip() + ",颜色\n", "s.csv", "sheet_heads"),
        (HEADS.strip() + ",code\n", "s.csv", "sheet_heads"),
        ("", "s.csv", "file_format"),
        (b"\xff\xfe\x00\x81", "s.csv", "file_format"),
        ('a,"b\n', "s.csv", "file_format"),
        (GOOD, "s.pdf", "file_format"),
        (b"no workbook", "s.xlsx", "file_format"),
        (b"x" * 5_000_001, "s.csv", "sheet_too_large"),
        (HEADS + "A,b,c,d,e,f\n" * 5_001, "s.csv", "sheet_too_large"),
    ],
)
def test_what_is_no_sheet_of_this_register_is_refused(office: Registrars, text, name: str, code: str) -> None:
    with office.refused(code):
        office.sheet(text, name=name)


def test_a_bomb_is_not_opened(office: Registrars) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 30_000_000)
    with office.refused("archive_unsafe"):
        office.sheet(out.getvalue(), name="s.xlsx")


def test_a_sheet_in_gb18030_is_read(office: Registrars) -> None:
    assert office.sheet(GOOD.encode("gb18030")).new == ("AI-1", "AI-2")
