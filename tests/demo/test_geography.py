"""The real part of the city: counts, codes, and whose it is."""

from __future__ import annotations

import csv

from demo.plan import DATA


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_city_has_16_districts_349_streets_and_7535_communities() -> None:
    assert [len(rows(f"{name}.csv")) for name in ("districts", "streets", "communities")] == [16, 349, 7535]


def test_each_street_lies_in_a_district_and_each_community_in_a_street() -> None:
    districts = {row["code"] for row in rows("districts.csv")}
    streets = {row["code"]: row["district"] for row in rows("streets.csv")}
    assert set(streets.values()) == districts
    assert all(code.startswith(district) and len(code) == 9 for code, district in streets.items())
    communities = rows("communities.csv")
    assert all(row["code"].startswith(row["street"]) and len(row["code"]) == 12 for row in communities)
    assert {row["street"] for row in communities} <= streets.keys()


def test_codes_occur_once() -> None:
    for name in ("districts.csv", "streets.csv", "communities.csv"):
        codes = [row["code"] for row in rows(name)]
        assert len(codes) == len(set(codes)), name


def test_the_calendar_has_619_holidays_and_150_working_days_and_no_day_twice() -> None:
    calendar = rows("calendar.csv")
    kinds = [row["kind"] for row in calendar]
    assert (kinds.count("holiday"), kinds.count("workday")) == (619, 150)
    assert len({row["day"] for row in calendar}) == len(calendar)


def test_both_airports_of_the_city_are_there() -> None:
    assert {"PEK", "PKX"} < {row["iata"] for row in rows("airports.csv")}


def test_every_foreign_file_has_its_licence_beside_it() -> None:
    notice = (DATA / "NOTICE.md").read_text("utf-8")
    for file in DATA.glob("*.csv"):
        assert f"`{file.name}`" in notice
    for package, words in (
        ("china-division", "PUBLIC LICENSE"),
        ("airportsdata", "The MIT License"),
        ("chinese-days", "MIT License"),
    ):
        assert words in (DATA / "licences" / f"{package}.txt").read_text("utf-8")
        assert f"`licences/{package}.txt`" in notice
