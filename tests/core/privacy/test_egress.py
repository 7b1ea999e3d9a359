"""Each check has what it must find and an innocent twin; the facts of a check are apart from what the asker is told."""

from __future__ import annotations

from kaimen.core.privacy.egress import (
    Check,
    Column,
    Outcome,
    declared,
    grain,
    persons,
    size_and_form,
    worst,
)

NAMES = [Column(name="district"), Column(name="n")]
ROWS = [["110105", 30], ["110108", 20]]


def rules(found: list[Check], outcome: Outcome = Outcome.FAIL) -> set[str]:
    return {one.rule for one in found if one.outcome is outcome}


def test_size_and_form() -> None:
    fits = size_and_form(NAMES, ROWS, size=40, most_rows=2, most_bytes=40)
    assert worst(fits) is Outcome.PASS
    assert rules(size_and_form(NAMES, ROWS, size=40, most_rows=1, most_bytes=40)) == {"too_many_rows"}
    assert rules(size_and_form(NAMES, ROWS, size=41, most_rows=2, most_bytes=40)) == {"too_large"}
    assert rules(size_and_form(NAMES, [], size=1, most_rows=2, most_bytes=40)) == {"no_rows"}
    nested = [Column(name="list", flat=False), NAMES[1]]
    assert rules(size_and_form(nested, ROWS, size=1, most_rows=2, most_bytes=40)) == {"not_flat"}
    for length, wanted in ((200, set()), (201, {"long_text"})):
        found = size_and_form(NAMES, [["字" * length, 1]], size=1, most_rows=2, most_bytes=40)
        assert rules(found) == wanted


def test_one_identifier_in_the_last_of_many_rows() -> None:
    rows = [[f"第{n}组", n] for n in range(100_000)]
    assert worst(persons(NAMES, rows)) is Outcome.PASS
    rows[-1] = ["致电１３８１２３４５６７８", 1]
    (found,) = [one for one in persons(NAMES, rows) if one.outcome is Outcome.FAIL]
    assert (found.rule, found.column, found.fact) == ("found_mobile", "district", "1")


def test_a_column_of_mobiles_is_found_and_one_that_looks_like_it_by_chance_is_a_warning() -> None:
    mobiles = [["x", 13800000000 + n] for n in range(100)]
    assert rules(persons(NAMES, mobiles)) == {"found_mobile"}
    sums = [["x", 13812345678], *(["x", n] for n in range(99))]
    found = persons(NAMES, sums)
    assert (rules(found), rules(found, Outcome.WARN)) == (set(), {"found_mobile"})


def test_what_the_catalogue_knows_and_what_a_column_is_called() -> None:
    assert rules(persons([Column(name="name", direct=True), NAMES[1]], ROWS)) == {"identifier_column"}
    assert rules(persons([Column(name="13812345678"), NAMES[1]], ROWS)) == {"identifier_in_name"}
    assert rules(persons(NAMES, [["很" * 41, 1]]), Outcome.WARN) == {"free_text"}


def test_grain() -> None:
    assert worst(grain(totals=True, least=None, needed=10)) is Outcome.PASS
    assert worst(grain(totals=True, least=10, needed=10)) is Outcome.PASS
    (small,) = grain(totals=True, least=9, needed=10)
    assert (small.rule, small.fact) == ("small_group", "9")
    assert rules(grain(totals=False, least=None, needed=10)) == {"rows_of_source"}


def test_declared() -> None:
    assert worst(declared({"product_not_agreed": True})) is Outcome.PASS
    assert rules(declared({"product_not_agreed": False, "not_admitted_now": True})) == {"product_not_agreed"}
    assert worst([]) is Outcome.PASS
