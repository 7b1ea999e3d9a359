"""Masks on the engine, against the same thing written in Python."""

from __future__ import annotations

import hashlib
import hmac
import math
import re
from dataclasses import replace
from datetime import date

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaimen.core.policy.mask import parse
from kaimen.core.sql.govern import governed_columns, visible
from kaimen.core.sql.masks import PSEUDONYM_LENGTH, masked, masked_type
from kaimen.core.sql.view import Column

from .cases import KEY, PERSONS
from .cases import masked as mask_of

CONNECTION = duckdb.connect()
SOURCE = replace(PERSONS, keys=(("id_number", KEY), ("phone", KEY), ("other", KEY)))


def on_engine(how: str, values: list, *, arrow: pa.DataType, type_: str) -> list:
    from sqlglot import exp

    treatment = parse(how)
    assert treatment is not None
    expression = masked(treatment, exp.column("v", table="t", quoted=True), type_=type_, source=SOURCE)
    table = pa.table({"n": list(range(len(values))), "v": pa.array(values, type=arrow)})
    CONNECTION.register("t", table)
    sql = f"SELECT {expression.sql('duckdb')} AS m FROM t ORDER BY n"
    described = CONNECTION.execute(f"DESCRIBE {sql}").fetchall()[0][1]
    assert described == masked_type(treatment, type_)
    return [row[0] for row in CONNECTION.execute(sql).fetchall()]


TEXT = st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["王小明", "13812345678", "", "é", "a" * 30]))


def keep(value: str | None, first: int, last: int) -> str | None:
    if value is None:
        return None
    if len(value) <= first + last:
        return "**"
    return value[:first] + "**" + (value[-last:] if last else "")


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=6), st.integers(0, 4), st.integers(0, 4))
def test_keep_is_as_in_python_and_hides_the_length(values, first, last) -> None:
    values = [value.replace("\x00", "") if value else value for value in values]
    assert on_engine(f"keep:{first},{last}", values, arrow=pa.string(), type_="VARCHAR") == [
        keep(value, first, last) for value in values
    ]


def canonical(value: str, domain: str) -> str:
    if domain == "other":
        return value.strip(" ")
    value = value.replace(" ", "").replace("-", "")
    if domain == "phone":
        value = re.sub(r"^(\+86|0086|86(1[3-9]))", r"\2", value, count=1)
    return value.upper()


@pytest.mark.parametrize("domain", ["id_number", "phone", "other"])
def test_a_pseudonym_is_the_hmac_of_the_library(domain) -> None:
    values = [
        "11010119900101123x",
        "1101-0119 900101123X",
        "+8613812345678",
        "8613812345678",
        "13812345678",
        "",
        " a b ",
        None,
        "王",
    ]
    wanted = [
        None
        if value is None
        else hmac.new(KEY, canonical(value, domain).encode(), hashlib.sha256).hexdigest()[:PSEUDONYM_LENGTH]
        for value in values
    ]
    assert on_engine(f"pseudonym:{domain}", values, arrow=pa.string(), type_="VARCHAR") == wanted


def test_one_spelling_of_one_number_gives_one_pseudonym() -> None:
    one, two = on_engine(
        "pseudonym:id_number", ["11010119900101123x", "110101 19900101 123X"], arrow=pa.string(), type_="VARCHAR"
    )
    assert one == two
    assert (
        len(
            set(
                on_engine(
                    "pseudonym:phone",
                    ["13812345678", "+8613812345678", "86 138-1234-5678"],
                    arrow=pa.string(),
                    type_="VARCHAR",
                )
            )
        )
        == 1
    )


def test_pseudonyms_of_numbers_are_those_of_their_text() -> None:
    assert on_engine("pseudonym:other", [7], arrow=pa.int64(), type_="BIGINT") == on_engine(
        "pseudonym:other", ["7"], arrow=pa.string(), type_="VARCHAR"
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.none(), st.dates(min_value=date(1000, 1, 1))), min_size=1, max_size=5))
def test_dates_become_months_and_years(values) -> None:
    assert on_engine("generalise:date:year", values, arrow=pa.date32(), type_="DATE") == [
        value and value.year for value in values
    ]
    assert on_engine("generalise:date:month", values, arrow=pa.date32(), type_="DATE") == [
        value and f"{value.year:04}-{value.month:02}" for value in values
    ]


def test_a_date_written_as_text_never_fails_the_question() -> None:
    assert on_engine("generalise:date:year", ["1990-05-06", "unknown", None], arrow=pa.string(), type_="VARCHAR") == [
        1990,
        None,
        None,
    ]


def test_divisions_become_coarser() -> None:
    codes = ["110108001002", "110108", None]
    for level, digits in {"street": 9, "district": 6, "city": 4, "province": 2}.items():
        assert on_engine(f"generalise:division:{level}", codes, arrow=pa.string(), type_="VARCHAR") == [
            code and code[:digits] for code in codes
        ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.integers(-(2**40), 2**40)), min_size=1, max_size=5), st.sampled_from([1, 5, 100])
)
def test_numbers_go_down_to_a_step(values, width) -> None:
    assert on_engine(f"generalise:number:{width}", values, arrow=pa.int64(), type_="BIGINT") == [
        None if value is None else math.floor(value / width) * width for value in values
    ]


def test_extreme_numbers_never_fail_the_question() -> None:
    extreme = [-(2**63), 2**63 - 1, 0, None]
    assert on_engine("generalise:number:7", extreme, arrow=pa.int64(), type_="BIGINT")[2:] == [0, None]
    on_engine("generalise:number:7", [float("inf"), float("nan"), -0.5], arrow=pa.float64(), type_="DOUBLE")
    assert on_engine("generalise:number:10", ["12", "x"], arrow=pa.string(), type_="VARCHAR") == [10, None]


def test_small_numbers_are_not_shown() -> None:
    assert on_engine("minimum:10", [9, 10, 0, None, -3], arrow=pa.int64(), type_="BIGINT") == [
        None,
        10,
        None,
        None,
        None,
    ]


def test_a_small_number_written_as_text_never_fails_the_question() -> None:
    assert on_engine("minimum:10", ["9", "10", "few", None], arrow=pa.string(), type_="VARCHAR") == [
        None,
        "10",
        None,
        None,
    ]


@pytest.mark.parametrize(("arrow", "type_"), [(pa.int64(), "BIGINT"), (pa.string(), "VARCHAR"), (pa.date32(), "DATE")])
def test_null_keeps_the_type(arrow, type_) -> None:
    assert on_engine("null", [None, None], arrow=arrow, type_=type_) == [None, None]


def test_the_schema_tells_the_governed_types() -> None:
    source = replace(PERSONS, obligations=(mask_of("born", "generalise:date:year"), mask_of("amount", "null")))
    told = {column.name: column.type for column in governed_columns(source)}
    assert told["born"] == "BIGINT"
    assert told["amount"] == "DECIMAL(12,2)"
    assert [column.name for column, how in visible(source) if how] == ["born", "amount"]
    assert Column("id", "BIGINT") in governed_columns(source)


def test_of_two_spellings_of_a_column_the_stricter_mask_holds() -> None:
    for masks in (
        (mask_of("NAME", "null"), mask_of("name", "keep:9,9")),
        (mask_of("NAME", "keep:9,9"), mask_of("name", "null")),
    ):
        assert [str(how) for _, how in visible(replace(PERSONS, obligations=masks)) if how] == ["null"]
