"""The SQL of a rule and its plain reading agree on any cell, and the cheap test never passes a faulty one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaimen.core.errors import Invalid
from kaimen.core.quality import oracle, stored
from kaimen.core.quality.contract import (
    CREDIT_ALPHABET,
    RESIDENT_SIGNS,
    RESIDENT_WEIGHTS,
    CheckDigit,
    CodeList,
    Column,
    Contract,
    Identifier,
    Length,
    Pattern,
    Range,
    Type,
    resolve,
)
from kaimen.core.quality.expressions import fault_of, holds, literal, steady, steps_of, type_of, value_of

COLUMNS = (
    Column(name="whole", type=Type.INTEGER, rules=(Range(low="-5", high="2000"),)),
    Column(name="any_whole", type=Type.INTEGER, required=True),
    Column(name="money", type=Type.DECIMAL, digits=6, scale=2),
    Column(name="round", type=Type.DECIMAL, digits=4, scale=0),
    Column(name="share", type=Type.DOUBLE, rules=(Range(high="1e6"),)),
    Column(name="day", type=Type.DATE, rules=(Range(low="2000-01-01"),)),
    Column(name="any_day", type=Type.DATE),
    Column(name="at", type=Type.TIMESTAMP),
    Column(name="yes", type=Type.BOOLEAN, required=True),
    Column(name="code", type=Type.TEXT, rules=(CodeList(codes=("a", "b'c", "区")), Length(most=3))),
    Column(name="line", type=Type.TEXT, required=True, rules=(Length(least=2, most=4), Pattern(pattern=r"[A-Z]\d{1,3}"))),
    Column(name="body", type=Type.TEXT, rules=(CheckDigit(of=Identifier.CREDIT_CODE),)),
    Column(name="person", type=Type.TEXT, rules=(CheckDigit(of=Identifier.RESIDENT_ID),)),
)  # fmt: skip
CONTRACT = Contract(columns=COLUMNS)
LENIENT = (
    "3.7", "0x1F", "1_000", " 12 ", "12", "+5", "-0", "007", "1e3", "12e0", ".5", "5.", "1.50", "1.505", "-1.5", "NaN", "inf", "-inf", "infinity", "1e400",
    "yes", "t", "1", "true", "是", "2024/01/05", "2024-1-5", "2024-01-05", " 2024-01-05", "2024-01-05 ", "2024-02-30", "0000-01-01", "0044-03-15 (BC)",
    "10000-01-01", "epoch", "2024-01-05 10:00:00", "2024-01-05T10:00", "2024-01-05  10:00:00", "2024-01-5 10:00:00", "2024-01-05 24:00:00",
    "2024-01-05 10:00:00Z", "2024-01-05 10:00:00+08:00", "2024-01-05 10:00:00.123456", "1986-06-01 12:00:00", "1900-01-01 00:00:00", "9223372036854775807",
    "9223372036854775808", "9999.99", "10000", "10000.00", "99999", "a", "b'c", "区", "区区区", "A1", "A1234", "110101199003074578", "91350100M000100Y43",
    "\t5", "5\t", "１２", "", "--5", "+", ".", "1e", "2000-01-01", "1999-12-31", "2001", "1e6", "1000001", "2024-01-05 10:00:60", "2024-13-01",
)  # fmt: skip
cells = st.one_of(
    st.sampled_from(LENIENT),
    st.none(),
    st.text(alphabet="0123456789+-._eExX :/TZ", max_size=20),
    st.text(max_size=6).filter(lambda text: "\0" not in text),
    st.integers(-(2**64), 2**64).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-20000, max_value=20000).map(str),
    st.dates().map(str),
    st.datetimes(min_value=datetime(1993, 1, 1), max_value=datetime(2035, 1, 1)).map(str),  # noqa: DTZ001 - local times are what is read
    st.text(alphabet=CREDIT_ALPHABET, min_size=18, max_size=18),
)


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
        connection.execute("SET threads = 1")
        yield connection


def asked(engine: duckdb.DuckDBPyConnection, column: Column, raws: list[str | None]) -> list[tuple[object, ...]]:
    """(fault by SQL, whether the cheap test holds, the value) of each cell."""
    steps = steps_of(column, 0, contract=CONTRACT)
    cheap = holds(column, 0) or "true"
    values = ", ".join(f"({n}, {'NULL' if raw is None else literal(raw)})" for n, raw in enumerate(raws))
    return engine.execute(f"""
        SELECT {fault_of(column, "r0", "g0")}, coalesce({cheap}, false), v0::VARCHAR, g0::VARCHAR FROM (
        SELECT *, {steps.value} AS v0, {value_of(column, "r0", contract=CONTRACT)} AS g0 FROM (
        SELECT *, {steps.second or "NULL"} AS k0 FROM (SELECT *, {steps.first or "NULL"} AS t0 FROM (
        SELECT n, nullif(r::VARCHAR, '') AS r0 FROM (VALUES {values}) t(n, r))))) ORDER BY n
    """).fetchall()


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
@given(raws=st.lists(cells, min_size=1, max_size=60))
@settings(max_examples=40, deadline=None)
def test_the_sql_and_the_plain_reading_agree(
    engine: duckdb.DuckDBPyConnection, column: Column, raws: list[str | None]
) -> None:
    for raw, (fault, cheap, quick, general) in zip(raws, asked(engine, column, raws), strict=True):
        expected = oracle.fault_of(column, raw, contract=CONTRACT)
        assert fault == (f"{column.name}:{expected}" if expected else None), raw
        assert not (cheap and expected), raw
        assert not cheap or quick == general, raw


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_what_casts_read_leniently_is_judged_alike(engine: duckdb.DuckDBPyConnection, column: Column) -> None:
    for raw, (fault, cheap, _, _) in zip(LENIENT, asked(engine, column, list(LENIENT)), strict=True):
        expected = oracle.fault_of(column, raw, contract=CONTRACT)
        assert (fault, bool(cheap and expected)) == (f"{column.name}:{expected}" if expected else None, False), raw


def test_generous_casts_are_refused() -> None:
    whole = CONTRACT.column("any_whole")
    assert [oracle.fault_of(whole, raw, contract=CONTRACT) for raw in ("3.7", "0x1F", "1_000", " 12 ", "1e3")] == [
        "format"
    ] * 5
    assert oracle.fault_of(CONTRACT.column("any_day"), "2024-1-5", contract=CONTRACT) == "format"


@given(
    body=st.text(alphabet="0123456789", min_size=17, max_size=17),
    place=st.integers(0, 17),
    other=st.sampled_from("0123456789"),
)
def test_a_single_changed_digit_of_a_resident_id_is_found(body: str, place: int, other: str) -> None:
    body = f"110101{1950 + int(body[:2]) % 60}0101{body[14:]}"
    whole = (
        body + RESIDENT_SIGNS[sum(int(sign) * weight for sign, weight in zip(body, RESIDENT_WEIGHTS, strict=True)) % 11]
    )
    changed = whole[:place] + other + whole[place + 1 :]
    assert oracle.identifier_holds(Identifier.RESIDENT_ID, whole)
    assert changed == whole or not oracle.identifier_holds(Identifier.RESIDENT_ID, changed)


def test_an_instant_is_the_local_time_in_the_contracts_zone(engine: duckdb.DuckDBPyConnection) -> None:
    at = CONTRACT.column("at")
    for raw in ("2026-11-22 08:00:00", "1986-06-01 12:00:00", "2024-01-05T10:00", "2024-01-05 10:00:00Z"):
        steps = steps_of(at, 0, contract=CONTRACT)
        found = engine.execute(
            f"SELECT epoch_us({steps.value}) FROM (SELECT *, {steps.second} AS k0 FROM (SELECT *, {steps.first} AS t0 FROM (SELECT {literal(raw)} AS r0)))"
        ).fetchone()
        moment = oracle.value_of(at, raw, zone=CONTRACT.zone)
        assert found and datetime.fromtimestamp(found[0] / 1e6, UTC) == moment, raw


def test_a_zone_that_still_changes_is_never_shifted() -> None:
    assert steady("Asia/Shanghai") == (1992, 8 * 3600 * 10**6)
    assert steady("Europe/Berlin") is None


def test_a_contract_survives_its_own_text() -> None:
    assert stored.from_text(stored.to_text(CONTRACT)) == CONTRACT
    assert [type_of(column) for column in COLUMNS][:3] == ["BIGINT", "BIGINT", "DECIMAL(6,2)"]


@pytest.mark.parametrize(
    "column",
    [
        Column(name="a", type=Type.TEXT, rules=(Pattern(pattern="(?=a)b"),)),
        Column(name="a", type=Type.TEXT, rules=(Pattern(pattern="(a"),)),
        Column(name="a", type=Type.TEXT, rules=(Range(low="1"),)),
        Column(name="a", type=Type.INTEGER, rules=(Range(low="1.5"),)),
        Column(name="a", type=Type.DECIMAL, digits=4, scale=5),
        Column(name="a", type=Type.TEXT, rules=(CodeList(codes=()),)),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(column: Column) -> None:
    with pytest.raises(Invalid, match="rule_invalid"):
        stored.check(Contract(columns=(column,)))


@pytest.mark.parametrize(
    "changes", [{"delimiter": ";;"}, {"delimiter": "\n"}, {"key": ("b",)}, {"encoding": "latin-1"}, {"zone": "a'b"}]
)
def test_a_contract_that_cannot_be_used_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="contract_invalid"):
        stored.check(Contract(columns=(Column(name="a", type=Type.TEXT),), **changes))


def test_columns_come_in_any_order_and_under_any_of_their_names() -> None:
    contract = Contract(
        columns=(Column(name="a", type=Type.TEXT, aliases=("甲", "First")), Column(name="b", type=Type.TEXT))
    )
    assert [column.delivered_as for column in resolve(contract, ["b", "甲"]).columns] == ["甲", "b"]
    for header in (["a"], ["a", "b", "c"], ["a", "b", "b"], ["a", "甲", "b"]):
        with pytest.raises(Invalid, match="header_mismatch"):
            resolve(contract, header)


def test_a_header_of_a_hundred_thousand_names_is_refused_at_once_and_briefly() -> None:
    header = [f"c{number}" for number in range(100_000)] + ["c1", "x" * 5000]
    began = time.process_time()
    with pytest.raises(Invalid, match="header_mismatch") as told:
        resolve(Contract(columns=(Column(name="a", type=Type.TEXT),)), header)
    assert time.process_time() - began < 2
    unknown = told.value.details["unknown"]
    assert (len(unknown), unknown[0], unknown[-1]) == (21, "c0", "… 100002")
    assert told.value.details["twice"] == ["c1"]
    with pytest.raises(Invalid) as long:
        resolve(Contract(columns=(Column(name="a", type=Type.TEXT),)), ["x" * 5000])
    assert len(long.value.details["unknown"][0]) == 61
