"""Packs as they are shipped and with planted faults: nothing that is not understood gets in, and every fault says where it stands."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from kaimen.core.errors import Invalid, KaimenError, Refused
from kaimen.core.lifecycle.rules import RuleBook, RuleKind, Value, check_setting
from kaimen.core.lifecycle.terms import StopKind, Unit
from kaimen.engines.packs import PACKS, PackError, book, book_of, load_folder

BEIJING = book("cn_beijing", "Asia/Shanghai")
DAY = date(2026, 11, 2)
CONTROLS = {
    f"BJ-{number:02}"
    for number in (
        *range(6, 14), *range(16, 23), *range(26, 38), *range(39, 44), *range(45, 51), *range(53, 58),
    )
}  # fmt: skip


def test_all_58_articles_and_43_controls_are_there_with_their_ids() -> None:
    assert set(BEIJING.clauses) == set(range(1, 59))
    assert set(BEIJING.controls) == CONTROLS
    assert len(CONTROLS) == 43


def test_every_family_of_duties_is_there() -> None:
    families = {rule.rpartition("-")[0].split("-")[0] for rule in BEIJING.rules}
    assert families >= {"CAT", "SHR", "OPN", "PI", "SEC", "INC", "EXP", "REG", "ZON", "TRD", "TIM", "POL"}
    assert len([rule for rule in BEIJING.rules if not rule.startswith("POL-")]) == 133


@pytest.mark.parametrize(
    ("rule", "unit", "n"),
    [
        ("CAT-07", Unit.WORKING_DAYS, 10), ("CAT-08", Unit.WORKING_DAYS, 2), ("SHR-02", Unit.WORKING_DAYS, 1),
        ("SHR-03", Unit.WORKING_DAYS, 10), ("SHR-06", Unit.WORKING_DAYS, 20), ("SHR-08", Unit.WORKING_DAYS, 10),
        ("OPN-03", Unit.WORKING_DAYS, 7), ("OPN-06", Unit.WORKING_DAYS, 20), ("INC-01", Unit.HOURS, 1),
        ("INC-03", Unit.HOURS, 4), ("INC-06", Unit.CALENDAR_DAYS, 30), ("SHR-13", Unit.YEARS, 3),
    ],
)  # fmt: skip
def test_the_numbers_of_the_law(rule: str, unit: Unit, n: int) -> None:
    amount = BEIJING.value(rule, DAY).amount()
    assert (amount.unit, amount.n) == (unit, n)


def test_only_a_supplement_pauses_a_sharing_request_and_only_a_correction_restarts_an_information_request() -> None:
    assert BEIJING.rule("SHR-03").stops == {StopKind.PAUSE}
    assert StopKind.RESTART in BEIJING.rule("OPN-06").stops
    assert not BEIJING.rule("SHR-06").stops


def test_a_day_before_the_law_has_no_value() -> None:
    with pytest.raises(Invalid) as told:
        BEIJING.value("SHR-03", date(2025, 7, 31))
    assert told.value.code == "rule_not_in_force"


def test_a_rule_is_cited_as_people_write_it() -> None:
    assert BEIJING.cite("SHR-03", "en") == "Government Data Sharing Regulations art. 21"
    assert BEIJING.cite("SHR-03", "zh-hans") == "《政务数据共享条例》第21条"
    assert "第" not in BEIJING.cite("POL-SHR-SIGN", "zh-hans"), "a choice of ours has no article"


def test_an_annex_is_no_article() -> None:
    assert BEIJING.cite("INC-07", "zh-hans").endswith("》附件") and BEIJING.cite("INC-07", "en").endswith(", annex")


def test_the_small_pack_says_other_things_in_the_same_form() -> None:
    other = book("tiny", "Asia/Shanghai")
    assert other.law == "ACT"
    assert len(other.clauses) == 3
    assert other.value("SHR-03", DAY) != BEIJING.value("SHR-03", DAY)
    assert {rule.id for rule in other.rules.values()} - set(BEIJING.rules) == {"RV-ANSWER", "RV-KEEP"}, "two of its own"


@pytest.mark.parametrize(
    ("rule", "numbers", "code"),
    [
        ("SHR-03", (11,), "rule_loosened"), ("SHR-03", (10, 2), "rule_unit"), ("SHR-03", (0,), "rule_value"),
        ("SHR-13", (2,), "rule_loosened"), ("SHR-03", (9,), None), ("SHR-13", (9,), None), ("OPN-12", (99,), None), ("OPN-12", (9_999,), "rule_far_off"), ("SHR-13", (900,), "rule_far_off"),
    ],
)  # fmt: skip
def test_law_is_only_tightened_and_defaults_are_free(rule: str, numbers: tuple[int, ...], code: str | None) -> None:
    wanted = Value(since=DAY, unit=BEIJING.value(rule, DAY).unit, numbers=numbers)
    if code is None:
        check_setting(BEIJING.rule(rule), wanted, day=DAY)
        return
    with pytest.raises(KaimenError) as told:
        check_setting(BEIJING.rule(rule), wanted, day=DAY)
    assert told.value.code == code
    assert isinstance(told.value, Refused) == (code == "rule_loosened")


# ------------------------------------------------------------------------------------------------------------- planted faults
@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKS / "tiny", tmp_path / "tiny"))


def spoilt(folder: Path, file: str, change: object) -> RuleBook:
    path = folder / file
    document = yaml.safe_load(path.read_text("utf-8"))
    change(document)  # type: ignore[operator]
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return book_of(load_folder(folder), "Asia/Shanghai")


def first(document: dict[str, list[dict[str, object]]], **more: object) -> None:
    document["rules"][0].update(more)


FAULTS = [
    ("rules/all.yaml", lambda d: first(d, colour="red"), "not known: colour"),
    ("rules/all.yaml", lambda d: first(d, kind="wish"), "wish"),
    ("rules/all.yaml", lambda d: first(d, values=[{"from": DAY, "moons": 3}]), "one unit of"),
    ("rules/all.yaml", lambda d: first(d, values=[{"from": DAY, "working_days": 3, "hours": 1}]), "one unit of"),
    ("rules/all.yaml", lambda d: first(d, values=[{"from": DAY, "persons": 3}]), "a timer counts"),
    ("rules/all.yaml", lambda d: first(d, values=[{"from": DAY, "working_days": 0}]), "above nought"),
    ("rules/all.yaml", lambda d: first(d, values=[{"from": DAY, "working_days": True}]), "above nought"),
    ("rules/all.yaml", lambda d: first(d, values=[]), "needs values"),
    ("rules/all.yaml", lambda d: first(d, values=[{"from": DAY, "working_days": 3}, {"from": DAY, "working_days": 4}]), "two values hold"),
    ("rules/all.yaml", lambda d: first(d, values=[{"from": DAY, "until": date(2026, 11, 9), "working_days": 3}, {"from": date(2026, 12, 1), "working_days": 4}]), "nothing holds between"),
    ("rules/all.yaml", lambda d: first(d, source="XYZ"), "which is no source"),
    ("rules/all.yaml", lambda d: first(d, text={"zh": "只有中文"}), "en is a text"),
    ("rules/all.yaml", lambda d: first(d, stops=["sleep"]), "sleep"),
    ("rules/all.yaml", lambda d: first(d, verified="surely"), "verified is one of"),
    ("rules/all.yaml", lambda d: first(d, extension={"working_days": 3, "by": "king"}), "king is no role"),
    ("rules/all.yaml", lambda d: d["rules"].append(dict(d["rules"][0])), "stands twice"),
    ("rules/all.yaml", lambda d: d.update(family="other"), "own name"),
    ("clauses.yaml", lambda d: d["clauses"][0].update(force="maybe"), "force is one of"),
    ("clauses.yaml", lambda d: d["clauses"][0].update(control="RV-09"), "RV-09"),
    ("clauses.yaml", lambda d: d["clauses"][0].update(chapter=9), "chapter 9"),
    ("controls.yaml", lambda d: d["controls"][0].update(kinds=[]), "kinds are"),
    ("controls.yaml", lambda d: d["controls"].append({**d["controls"][0], "id": "RV-77"}), "belongs to no article"),
    ("calendar/2026.yaml", lambda d: d["holidays"].append(d["holidays"][0]), "twice"),
    ("calendar/2026.yaml", lambda d: d.update(notice=""), "notice is a text"),
    ("calendar/2026.yaml", lambda d: d["makeup"].append(date(2026, 11, 3)), "makeup_on_weekday"),
    ("calendar/2026.yaml", lambda d: d.update(year=2027), "speaks of 2027"),
    ("clocks.yaml", lambda d: d["ladder"][0].update(at="noon"), "noon"),
    ("clocks.yaml", lambda d: d.update(feasts=["13-45"]), "calendar"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "change", "words"), FAULTS, ids=[f"{file}: {words}" for file, _, words in FAULTS])
def test_a_pack_that_is_not_understood_is_not_loaded(folder: Path, file: str, change: object, words: str) -> None:
    with pytest.raises(PackError, match=words):
        spoilt(folder, file, change)


def test_the_untouched_copy_loads(folder: Path) -> None:
    assert spoilt(folder, "clocks.yaml", lambda _: None).rule("SHR-03").kind is RuleKind.TIMER
