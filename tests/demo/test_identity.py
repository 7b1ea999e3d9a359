"""Numbers of people and bodies: right in their check digits, and nobody's."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from demo import generate
from demo.identity import credit_check, credit_code, resident_check
from demo.plan import city
from tests.demo.conftest import Made


@given(st.from_regex(r"\A119999(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}\Z"))
def test_the_check_digit_of_a_resident_is_that_of_an_independent_library(first_17: str) -> None:
    assert resident_check(first_17) == ric.calc_check_digit(first_17 + "0")


@given(st.from_regex(r"\A[0-9]{8}\Z"))
def test_a_credit_code_is_valid_for_an_independent_library(organisation: str) -> None:
    assert uscc.is_valid(credit_code(organisation, registered_by="91"))


def test_no_two_bodies_share_a_credit_code() -> None:
    codes = [body.credit_code for body in city().bodies.values() if body.credit_code]
    assert len(codes) == len(set(codes))


@pytest.fixture(scope="module")
def words() -> duckdb.DuckDBPyConnection:
    """The SQL side of the same numbers."""
    connection = duckdb.connect()
    generate.prepare(connection, scale=0.01, seed=generate.SEED, day=generate.DAY)
    return connection


def test_the_generators_sql_gives_the_same_check_digits(words: duckdb.DuckDBPyConnection) -> None:
    found = words.execute(
        "SELECT resident_id(birth_day(i, 98, 65), birth_order(i, 98, 65)), credit_code(10000000 + i * 613) FROM range(0, 20000) AS r (i)"
    ).fetchall()
    assert all(resident[-1] == resident_check(resident[:-1]) for resident, _ in found)
    assert all(code[-1] == credit_check(code[:-1]) for _, code in found)
    assert all(uscc.is_valid(code) for _, code in found[:500])


def test_no_two_people_share_an_identity_number(words: duckdb.DuckDBPyConnection) -> None:
    found = words.execute(
        "SELECT count(*), count(DISTINCT resident_id(birth_day(i, 60, 20), birth_order(i, 60, 20))) FROM range(1, 86001) AS r (i)"
    ).fetchone()
    assert found == (86000, 86000)


def test_every_identity_number_in_the_sources_is_of_the_region_that_was_never_given_out(sources: Made) -> None:
    import sqlite3

    for system, table in (("civil", "elder_allowances"), ("hr", "contributions")):
        with sqlite3.connect(sources.folder / f"{system}.sqlite") as database:
            numbers = [row[0] for row in database.execute(f"SELECT resident_id FROM {table}")]
        assert numbers
        assert all(
            number.startswith("119999") and len(number) == 18 and number[-1] == resident_check(number[:-1])
            for number in numbers
        )
        database.close()


def test_no_telephone_number_can_ring(sources: Made) -> None:
    import re

    calls = (sources.folder / "hotline" / "hotline_calls.csv").read_text("utf-8")
    dialled = re.findall(r"(?<!\d)1\d{10}(?!\d)", calls)
    assert dialled == []
    assert "回电请打00000" in calls


def test_bodies_have_valid_credit_codes_of_no_real_registry() -> None:
    codes = [body.credit_code for body in city().bodies.values()]
    assert all(uscc.is_valid(code) and code[2:8] == "119999" for code in codes)
    assert len(codes) == len(set(codes))
