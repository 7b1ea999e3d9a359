"""The zoo: each text is refused with a code, wherever it stands; and nothing but a `KaimenError` ever comes out."""

from __future__ import annotations

import contextlib
import logging
import re
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import strategies as st

from kaimen.core.errors import KaimenError
from kaimen.core.sql.enforce import enforce, names, read
from tests.core.sql.cases import PERSONS as CASE_PERSONS
from tests.core.sql.cases import VIEW

from .budget import explore
from .hostile import FUNCTIONS, TABLE_PLACES, TABLES, TEXTS, VALUE_PLACES
from .known import KNOWN

DIALECTS = ("duckdb", "postgres")
CODES = {
    "sql_not_a_query", "sql_syntax", "sql_construct", "sql_function", "sql_type", "sql_too_deep", "sql_too_long", "sql_unbounded", "parameter_count", "dataset_unknown",
    "sql_bare_values", "sql_into",
}  # fmt: skip


def refusal(text: str, dialect: str = "duckdb") -> KaimenError:
    with pytest.raises(KaimenError) as refused:
        enforce(text, VIEW, dialect=dialect)
    assert refused.value.code in CODES
    if refused.value.code in {"sql_construct", "sql_function", "sql_type", "sql_unbounded"}:
        assert str(refused.value.details["name"]) in text
    return refused.value


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", TEXTS)
def test_hostile_texts_are_refused(text: str, dialect: str) -> None:
    refusal(text, dialect)


@pytest.mark.parametrize("table", TABLES)
def test_hostile_tables_are_refused_in_every_place(table: str) -> None:
    for place in TABLE_PLACES:
        refusal(place.format(table))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_hostile_functions_are_refused_in_every_place(function: str) -> None:
    for place in VALUE_PLACES:
        refusal(place.format(function))


@pytest.mark.parametrize("place", [*TABLE_PLACES, *VALUE_PLACES])
def test_the_places_by_themselves_are_allowed(place: str) -> None:
    """Else a refusal would tell nothing about what stood there."""
    filler = "visits" if place in TABLE_PLACES else "1"
    view = replace(VIEW, names={**VIEW.names, "visits": 1})
    with contextlib.suppress(KaimenError):
        enforce(place.format(filler), view)
        return
    pytest.fail(place)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("SELECT CURRENT_SCHEMA", 'SELECT "CURRENT_SCHEMA"'),
        ("SELECT SYSTEM_USER", 'SELECT "SYSTEM_USER"'),
        ("SELECT DEFAULT", 'SELECT "DEFAULT"'),
        ("SELECT @@version", 'SELECT TRY(ABS(TRY(ABS("version")))) AS "ABS(ABS(version))"'),
        ("SELECT 1 --; COPY persons TO 'x'", "SELECT 1"),
        ("SELECT 1 /* ; DROP TABLE persons */", "SELECT 1"),
    ],
)
def test_what_looks_like_more_becomes_a_plain_name(text: str, becomes: str) -> None:
    assert enforce(text, VIEW).sql == becomes


def test_a_dataset_that_is_not_granted_answers_like_one_that_does_not_exist() -> None:
    fewer = replace(VIEW, names={"parks": 1})
    for name in ("persons", "nothing", "'x.csv'"):
        with pytest.raises(KaimenError) as refused:
            enforce(f"SELECT * FROM {name}", fewer)
        assert (refused.value.code, refused.value.status) == ("dataset_unknown", 404)
        assert refused.value.details == {"name": name.strip("'")}


def test_nothing_of_a_question_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "sqlglot"):
        for text in TEXTS:
            refusal(text)
    assert not caplog.records


# --- long, deep, odd

LONG = {
    "literal": "SELECT '" + "x" * 99_000 + "' FROM unknown",
    "number": "SELECT repeat('a', " + "9" * 90_000 + ")",
    "number in a series": "SELECT * FROM generate_series(1, " + "9" * 90_000 + ")",
    "negative number": "SELECT * FROM generate_series(-" + "9" * 5_000 + ", 1)",
    "hexadecimal": "SELECT 0x" + "f" * 90_000 + " FROM unknown",
    "identifier": 'SELECT * FROM "' + "x" * 99_000 + '"',
    "quotes": "SELECT '" + "''" * 49_000 + "' FROM unknown",
    "comment": "/*" + "*" * 99_000 + "*/ FROM unknown",
    "nested comments": "/*" * 40_000 + " SELECT 1",
    "spaces": " " * 99_990 + "FROM x",
    "columns": "SELECT " + "a," * 9_000 + "a FROM unknown",
    "tables": "SELECT * FROM " + "persons," * 9_000 + "unknown",
    "own queries": "WITH " + ", ".join(f"a{n} AS (SELECT 1)" for n in range(2_000)) + " SELECT * FROM unknown",
    "values": "SELECT * FROM (VALUES " + "(1)," * 4_000 + "(1)) AS v(x), unknown",
    "in": "SELECT 1 FROM unknown WHERE 1 IN (" + "1," * 9_000 + "1)",
    "semicolons": ";" * 90_000,
    "dollars": "$" * 90_000,
    "zeros": "\0" * 90_000,
    "question marks": "SELECT " + "?," * 9_000 + "? FROM unknown",
    "backslashes": "SELECT '" + "\\" * 90_000 + "' FROM unknown",
    "emoji": "SELECT '" + "😀" * 90_000 + "' FROM unknown",
    "too long": "SELECT " + "1," * 60_000 + "1",
    "nested functions": "SELECT " + "upper(" * 20_000 + "name",
    "nested calls": "SELECT " + "upper(" * 60 + "name" + ")" * 60 + " FROM unknown",
    "nested casts": "SELECT " + "CAST(" * 60 + "1" + " AS INT)" * 60 + " FROM unknown",
    "nested queries": "SELECT * FROM (" * 60 + "SELECT * FROM unknown" + ") AS x" * 60,
    "nested own queries": "WITH a AS (" * 60 + "SELECT * FROM unknown" + ") SELECT * FROM a" * 60,
    "nested structs": "SELECT " + "{'a': " * 20_000,
    "nested types": "SELECT CAST(1 AS " + "INT[]" * 9_000,
    "array type": "SELECT CAST(NULL AS INT" + "[]" * 9_000 + ")",
    "between": "SELECT 1 FROM unknown WHERE " + "1 BETWEEN " * 9_000 + "1",
    "is": "SELECT 1" + " IS NULL" * 9_000 + " FROM unknown",
    "collate": "SELECT 'a'" + " COLLATE x" * 9_000,
    "at time zone": "SELECT now()" + " AT TIME ZONE 'x'" * 4_900 + " FROM unknown",
    "set operations": "SELECT 1 " + "EXCEPT SELECT 1 " * 4_500 + "FROM unknown",
    "joined in brackets": "SELECT * FROM " + "(persons JOIN " * 60 + "unknown" + " ON true)" * 60,
    "case": "SELECT " + "CASE WHEN true THEN 1 ELSE " * 3_000 + "1" + " END" * 3_000 + " FROM unknown",
    "over": "SELECT sum(1) OVER (ORDER BY " * 60 + "1" + ")" * 60 + " FROM unknown",
    "lambdas": "SELECT " + "x -> " * 18_000 + "x",
    "arrows": "SELECT x" + " -> 'y'" * 9_000,
    "aliases": "SELECT 1" + " AS a" * 9_000,
    "stars": "SELECT " + "*" * 50_000,
    "not": "SELECT " + "NOT " * 19_000 + "true FROM unknown",
    "prefix alias": "SELECT " + "a: " * 19_000 + "1",
}


def on_a_deep_stack(work: Callable[[], object]) -> object:
    """As the room does it: 64 MB, since the parser is compiled and goes down as the text goes."""
    found: list[object] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:  # noqa: BLE001 - handed to the caller
            found.append(error)

    old = threading.stack_size(64 * 1024 * 1024)
    try:
        thread = threading.Thread(target=run)
        thread.start()
    finally:
        threading.stack_size(old)
    thread.join()
    return found[0]


@pytest.mark.parametrize("shape", LONG)
def test_long_and_deep_texts_are_refused_in_time(shape: str) -> None:
    for dialect in DIALECTS:
        begun = time.thread_time(), time.process_time()
        outcome = on_a_deep_stack(lambda dialect=dialect: enforce(LONG[shape], VIEW, dialect=dialect))
        assert isinstance(outcome, KaimenError), repr(outcome)[:500]
        assert time.process_time() - begun[1] < 5


# --- whatever else comes to mind

WORDS = re.compile(r"\"[^\"]*\"|'[^']*'|\w+|\s+|.", re.DOTALL)
PIECES = [
    WORDS.findall(text) for text in (*TEXTS, *KNOWN, *(place.format("x") for place in (*TABLE_PLACES, *VALUE_PLACES)))
]
ODD = [
    "\0",
    "\ufeff",
    "\u202e",
    "ＳＥＬＥＣＴ",
    "´",
    "‘",
    "\\",
    "$$",
    "$x$",
    "\r",
    "\x0b",
    "😀",
    "--",
    "/*",
    "*/",
    ";",
    "'",
    '"',
    "`",
    "[",
    "{",
    "::",
    ":=",
    "=>",
    "->",
    "@",
    "#",
    "^@",
    "!~~*",
    "İ",
    "ſ",
    "K",
]


@st.composite
def soups(draw: st.DrawFn) -> str:
    """A text of the zoo with some of its words taken out, doubled, or replaced by those of another."""
    words = list(draw(st.sampled_from(PIECES)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(words) - 1, 0)))
        other = draw(st.sampled_from(PIECES))
        match draw(st.integers(0, 4)):
            case 0:
                words[place : place + 1] = []
            case 1:
                words[place:place] = words[place : place + 3]
            case 2:
                start = draw(st.integers(0, len(other) - 1))
                words[place : place + 1] = other[start : start + 5]
            case 3:
                words[place:place] = [draw(st.sampled_from(ODD))]
            case _:
                words[place:] = other[draw(st.integers(0, len(other) - 1)) :]
    return "".join(words)


def test_nothing_but_a_refusal_comes_out() -> None:
    def check(text: str, dialect: str) -> None:
        for work in (lambda: enforce(text, VIEW, dialect=dialect), lambda: names(read(text, dialect=dialect))):
            try:
                work()
            except KaimenError as refused:
                named = refused.code in {
                    "sql_construct",
                    "sql_function",
                    "sql_type",
                    "sql_unbounded",
                    "sql_mixed",
                    "column_unknown",
                }
                assert not named or str(refused.details["name"]) in text  # noqa: PT017 - most texts are not refused

    explore(check, soups(), st.sampled_from(DIALECTS), examples=500)


def test_names_with_quotes_cannot_leave_their_quotes() -> None:
    """Names of columns come from the providers of data."""
    from kaimen.core.sql.view import Column

    evil = "a\" FROM read_text('x') AS \"b"
    view = replace(
        VIEW,
        sources=(replace(CASE_PERSONS, columns=(Column(evil, "VARCHAR"),), obligations=(), files=("a'b.parquet",)),),
    )
    sql = enforce("SELECT * FROM persons", replace(view, names={"persons": 0})).sql
    assert '"a"" FROM read_text(\'x\') AS ""b"' in sql
    assert "'a''b.parquet'" in sql
