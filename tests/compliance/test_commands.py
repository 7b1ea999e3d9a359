"""The operator's side of the law: is the pack sound, what does a rule say, which days are worked, a notice that came later."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import Settings

from kaimen.engines.packs import PACKS
from kaimen.office import services as office_services
from kaimen.office.models import CalendarDay, Clock
from kaimen.office.selectors import rules

pytestmark = pytest.mark.django_db
NOTICE = """
year: 2027
notice: "Notice 9"
holidays: [2027-01-01, 2027-01-04, 2027-01-05]
makeup: [2027-01-09]
"""


def said(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=out)
    return out.getvalue()


def file_of(folder: Path, text: str) -> str:
    path = folder / "year.yaml"
    path.write_text(text, "utf-8")
    return str(path)


def test_the_configured_pack_is_checked(settings: Settings) -> None:
    told = said("rules", "check")
    for words in ("cn_beijing 2026.1 is sound", "58 in 9 chapters", "controls   43", "195, 114 values", rules().digest):
        assert words in told
    settings.KAIMEN_PACK = "tiny"
    assert "tiny 1 is sound" in said("rules", "check")


def test_a_faulty_pack_is_told_with_its_place(tmp_path: Path) -> None:
    copy = tmp_path / "tiny"
    shutil.copytree(PACKS / "tiny", copy)
    assert "is sound" in said("rules", "check", str(copy))
    file = copy / "rules" / "all.yaml"
    file.write_text(file.read_text("utf-8").replace("working_days: 4", "moons: 4", 1), "utf-8")
    with pytest.raises(CommandError, match="CAT-06P"):
        said("rules", "check", str(copy))
    with pytest.raises(CommandError, match=r"no file “.*nowhere”.*\(file_not_there\)"):
        said("rules", "check", str(tmp_path / "nowhere"))


def test_one_rule_is_shown() -> None:
    told = said("rules", "show", "SHR-03")
    for words in (
        "Government Data Sharing Regulations art. 21",
        "today      10 working days",
        "value      10 working days from 2025-08-01",
        "extension  can be extended once, up to 10 working days",
        "clocks     0",
    ):
        assert words in told, words
    with pytest.raises(CommandError, match="There is no such rule"):
        said("rules", "show", "SHR-99")


def test_a_year_is_shown() -> None:
    told = said("calendar", "show", "2026")
    for words in ("〔2025〕7", "248 working days", "makeup   2026-02-14 Sat"):
        assert words in told, words
    assert "not announced" in said("calendar", "show", "2029")
    with pytest.raises(CommandError, match="does not know that year"):
        said("calendar", "show", "1999")


def test_a_later_notice_moves_provisional_due_days(tmp_path: Path) -> None:
    at = datetime(2026, 12, 28, 2, tzinfo=UTC)
    with transaction.atomic():
        clock = office_services.start_clock(
            "SHR-03", case_kind="sharing_request", case="R1", title_zh="答复", title_en="Answer", url="/desk",
            institution="water", role="office_head", at=at, now=at + timedelta(hours=1),
        )  # fmt: skip
    assert clock.provisional
    assert "Due days moved: 1" in said("calendar", "load", file_of(tmp_path, NOTICE))
    moved = Clock.objects.get()
    assert (moved.due_at, moved.provisional) != (clock.due_at, True)
    assert rules().calendar.years[2027].notice == "Notice 9"
    assert "makeup   2027-01-09 Sat" in said("calendar", "show", "2027")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (NOTICE.replace("Notice 9", " "), "notice is a text"),
        (
            NOTICE.replace("[2027-01-09]", "[2027-01-01]"),
            "2027-01-01 stands among the holidays and among the make-up days",
        ),
        (NOTICE.replace("2027-01-05", "2026-12-31"), "2026-12-31 is no day of that year"),
        (NOTICE.replace("[2027-01-09]", "[2027-01-06]"), "2027-01-06 is worked anyhow"),
        (NOTICE.replace("2027-01-05", "2027-01-04"), "a day stands twice among holidays"),
        (NOTICE.replace("2027-01-05", "soon"), "holidays is a list of days"),
        (NOTICE.replace("2027-01-09", "2026-01-10").replace("2027", "2026"), "The year 2026 is known already"),
        ("year: 2027\nnotice: N\nholidays: []\nmakeup: []\n", "names no holiday"),
        ("year: 2027\n", "notice"),
        ("- a list\n", "a mapping is expected"),
        ("year: [", "year.yaml"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        said("calendar", "load", file_of(tmp_path, text))
    assert not CalendarDay.objects.exists()


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no file “.*none\.yaml”.*\(file_not_there\)"):
        said("calendar", "load", str(tmp_path / "none.yaml"))


def test_a_year_is_announced_once(tmp_path: Path) -> None:
    said("calendar", "load", file_of(tmp_path, NOTICE))
    with pytest.raises(CommandError, match="The year 2027 is known already"):
        said("calendar", "load", file_of(tmp_path, NOTICE))
    assert CalendarDay.objects.filter(day=date(2027, 1, 9)).count() == 1


def test_what_is_wrong_with_a_file_is_told_with_its_whole_path_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LANGUAGE", raising=False)
    file = file_of(tmp_path, "- a list\n")
    for language, why in (("en_US.UTF-8", ": a mapping is expected"), ("zh_CN.UTF-8", "：内容应当是“键: 值”的映射")):
        monkeypatch.setenv("LC_ALL", language)
        with pytest.raises(CommandError) as told:
            said("calendar", "load", file)
        assert str(told.value) == f"{file}{why}"
        with pytest.raises(CommandError, match=str(tmp_path / "pack.yaml")):
            said("rules", "check", str(tmp_path))


def test_workflows_of_a_pack_are_checked_too(tmp_path: Path) -> None:
    assert "workflows  1" in said("rules", "check", str(PACKS / "tiny"))
    copy = tmp_path / "cn_beijing"
    shutil.copytree(PACKS / "cn_beijing", copy)
    file = copy / "workflows" / "objection.yaml"
    file.write_text(file.read_text("utf-8").replace("to: verifying", "to: nowhere", 1), "utf-8")
    with pytest.raises(CommandError, match=r"workflows/.*leads to nowhere, which is no state"):
        said("rules", "check", str(copy))
