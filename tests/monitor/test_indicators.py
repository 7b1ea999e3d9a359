"""The arithmetic of indicators and of the index: exact, independent of order, open about what is missing."""

from __future__ import annotations

import random
import shutil
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.utils import translation

from kaimen.engines.packs import PACKS, PackError, load_folder
from kaimen.monitor.figures import with_unit
from kaimen.monitor.indicators import evaluate, lines_of, measures, measures_of, score, value_of
from kaimen.monitor.registers import registers, registers_of

SUM = {"code": "s", "measure": "sum", "places": 1, "times": 1, "absent": "zero"}
RATIO = {"code": "r", "measure": "ratio", "places": 3, "times": 1, "absent": "missing"}
DISTRICTS = ["110101", "110102", "110105"]


def values(recipe, rows) -> dict[str, str]:
    return {one["district"]: one["value"] for one in lines_of(recipe, rows, city="110000", districts=DISTRICTS)}


def test_a_sum_has_zero_where_nothing_is_registered_and_nothing_where_nothing_is_known() -> None:
    found = values(SUM, [("110101", Decimal("1.25")), ("110102", None)])
    assert found == {"110000": "1.2", "110101": "1.2", "110102": "", "110105": "0.0"}


def test_the_ratio_of_the_city_is_weighted_and_no_mean_of_means() -> None:
    found = values(RATIO, [("110101", Decimal(1200), Decimal(1000)), ("110102", Decimal(200), Decimal(100))])
    assert found == {"110000": "1.273", "110101": "1.200", "110102": "2.000", "110105": ""}
    assert value_of(RATIO, Decimal(1), Decimal(0)) == ""


def test_a_value_that_cannot_be_counts_nowhere_and_is_told() -> None:
    rows = [("110101", Decimal(10), Decimal(2000)), ("110102", Decimal(1300), Decimal(1000))]
    found = lines_of(RATIO | {"least": "1", "most": "5"}, rows, city="110000", districts=DISTRICTS)
    assert {one["district"]: (one["value"], one.get("outside", "")) for one in found} == {
        "110000": ("1.300", ""),
        "110101": ("", "0.005"),
        "110102": ("1.300", ""),
        "110105": ("", ""),
    }
    assert values(RATIO | {"least": "1"}, rows[:1])["110000"] == ""


@pytest.mark.parametrize(
    "rows", [[("110101", 1.5)], [("110101", True)], [("999999", 1)], [("110101", 1), ("110101", 2)]]
)
def test_what_is_not_exact_or_no_district_is_refused(rows) -> None:
    with pytest.raises(ValueError, match=r"exact|number|district"):
        values(SUM, rows)


def test_rounding_is_half_to_even_and_once() -> None:
    assert [value_of(SUM, Decimal(text), None) for text in ("0.25", "0.35", "0.15")] == ["0.2", "0.4", "0.2"]
    assert value_of(RATIO | {"places": 0}, Decimal(5), Decimal(2)) == "2"


INDEX = measures("cn_beijing").index
DIRECTIONS = {code: one.direction for code, one in measures("cn_beijing").indicators.items()}


def drawn(chance: random.Random, districts: list[str]) -> dict[str, dict[str, str]]:
    return {
        one.code: {
            district: str(round(Decimal(chance.randint(0, 1000)) / 1000 * Decimal(int(one.high)), 3))
            for district in districts
        }
        for one in INDEX.elements
    }


def by_district(given, districts) -> dict[str, dict]:
    return {one["district"]: one for one in evaluate(INDEX, given, directions=DIRECTIONS, districts=districts)}


def test_adding_a_district_changes_no_score_of_the_others() -> None:
    chance = random.Random(7)
    given = drawn(chance, [*DISTRICTS, "110106"])
    all_, fewer = by_district(given, [*DISTRICTS, "110106"]), by_district(given, DISTRICTS)
    assert all(all_[one]["score"] == fewer[one]["score"] for one in DISTRICTS)


def test_the_order_of_indicators_changes_no_digit() -> None:
    given = drawn(random.Random(8), DISTRICTS)
    turned = dict(reversed(given.items()))
    assert by_district(given, DISTRICTS) == by_district(turned, DISTRICTS)


def test_a_better_figure_never_lowers_the_index() -> None:
    chance = random.Random(9)
    for _ in range(5):
        given = drawn(chance, DISTRICTS)
        before = Decimal(by_district(given, DISTRICTS)["110101"]["score"])
        one = chance.choice(INDEX.elements)
        better = Decimal(given[one.code]["110101"]) + (-1 if DIRECTIONS[one.code] == "down" else 1)
        given[one.code]["110101"] = str(better)
        assert Decimal(by_district(given, DISTRICTS)["110101"]["score"]) >= before


def test_a_missing_input_gives_no_value_and_is_named() -> None:
    given = drawn(random.Random(10), DISTRICTS)
    given["pue"]["110102"] = ""
    found = by_district(given, DISTRICTS)
    assert (found["110102"]["score"], found["110102"]["rank"], found["110102"]["missing"]) == ("", 0, ["pue"])
    assert found["110102"]["dimensions"]["infrastructure"] == ""
    assert found["110102"]["dimensions"]["industry"] != ""
    assert {found["110101"]["rank"], found["110105"]["rank"]} == {1, 2}


def test_a_band_holds_the_rank_and_is_the_same_each_time() -> None:
    given = drawn(random.Random(11), [*DISTRICTS, "110106", "110107", "110108"])
    districts = [*DISTRICTS, "110106", "110107", "110108"]
    first, second = by_district(given, districts), by_district(given, districts)
    assert first == second
    for one in first.values():
        low, high = one["band"]
        assert 1 <= low <= high <= len(districts)


def test_scores_stay_between_the_goalposts_and_turn_round_where_less_is_better() -> None:
    pue = next(one for one in INDEX.elements if one.code == "pue")
    assert score(pue, "1.10", direction="down") == 100
    assert score(pue, "2", direction="down") == 0
    assert score(pue, "1.35", direction="down") == Fraction(50)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("monitor/index.yaml", 'weight: "0.40"\n', 'weight: "0.41"\n'),
        ("monitor/index.yaml", "code: scenarios_active", "code: efficiency_enterprises"),
        ("monitor/index.yaml", "code: scenarios_active", "code: pue"),
        ("monitor/index.yaml", "code: scenarios_active", "code: nothing"),
        ("monitor/index.yaml", 'low: "1.10"', 'low: "1.60"'),
        ("monitor/indicators.yaml", "FROM register_park WHERE", "FROM register_cluster WHERE"),
        ("monitor/indicators.yaml", "inputs: [register_park]", "inputs: [parking_lots]"),
        ("monitor/indicators.yaml", "measure: ratio", "measure: mean"),
        ("monitor/indicators.yaml", '"Power usage effectiveness (PUE, weighted by energy)"', "PUE, weighted by energy"),
        ("monitor/tiles.yaml", "[2, 0]", "[1, 0]"),
        ("monitor/tiles.yaml", '"110119"', '"999999"'),
        ("monitor/registers/park.yaml", "type: credit_code", "type: passport"),
        ("monitor/registers/park.yaml", "list: industry", "list: nothing"),
        ("monitor/registers/park.yaml", "name: firms", "name: state"),
        ("monitor/registers/park.yaml", "key: true", "needed: true"),
        ("monitor/registers/park.yaml", "needs: [operator, field]", "needs: [nobody]"),
        ("monitor/registers/park.yaml", "kind: park", "kind: garden"),
        ("monitor/registers/park.yaml", "slug: register_park", "slug: register_cluster"),
        ("monitor/registers/park.yaml", "places: 3", "places: 4"),
        ("monitor/registers/computing.yaml", "status: [operating]}}", "status: [running]}}"),
        ("monitor/registers/computing.yaml", "field: pue,", "field: owner,"),
        (
            "monitor/registers/computing.yaml",
            "quotient: [pue, energy_mwh, it_energy_mwh]",
            "quotient: [pue, energy_mwh]",
        ),
        ("monitor/registers/network.yaml", "built_on, accepted_on]}", "capacity_gbps]}"),
        ("monitor/registers/network.yaml", "past: [built_on,", "past: [owner,"),
        ("monitor/registers/network.yaml", "past: [built_on,", "past: [nothing,"),
    ],
)
def test_a_pack_that_cannot_be_used_is_told(tmp_path: Path, file: str, old: str, new: str) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(PACKS / "cn_beijing", folder)
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    pack = load_folder(folder)
    with pytest.raises(PackError, match=r"monitor/|registers"):
        measures_of(pack, frozenset(one.slug for one in registers_of(pack).values()))


def test_every_indicator_reads_registers_of_the_pack_only() -> None:
    slugs = {one.slug for one in registers("cn_beijing").values()}
    assert all(set(one.inputs) <= slugs for one in measures("cn_beijing").indicators.values())
    assert measures("tiny").index is None


def test_one_of_a_thing_is_said_in_the_singular() -> None:
    one = measures("cn_beijing").indicators["scenarios_active"]
    with translation.override("en"):
        assert [with_unit(one, value) for value in ("0", "1", "2", "")] == [
            "0 scenarios",
            "1 scenario",
            "2 scenarios",
            "—",
        ]
    with translation.override("zh-hans"):
        assert with_unit(one, "1") == "1 个"
