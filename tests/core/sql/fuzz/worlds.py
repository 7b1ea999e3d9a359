"""Two worlds that look alike to the asker, a third that was masked by hand, and an engine set as the gate sets it.

The worlds differ in whatever is hidden: denied and masked cells (inside one image of the mask), rows that the policy keeps
back, their number, and a file that has lost the column of the policy. What is hidden holds the word `canary` or 770077.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from kaimen.core.errors import KaimenError
from kaimen.core.policy.obligations import Columns, Deny, Filter
from kaimen.core.policy.rows import All, Compare, Not
from kaimen.core.sql.enforce import enforce
from kaimen.core.sql.view import Column, GovernedView, Source
from tests.core.sql.cases import KEY, NOW, masked

from .questions import PARAMETERS

CANARIES = ("canary", "770077")
PERSONS = Source(
    dataset="01PERSONS",
    files=(),
    columns=tuple(
        Column(*each)
        for each in [
            ("id", "BIGINT"), ("name", "VARCHAR"), ("ssn", "VARCHAR"), ("phone", "VARCHAR"), ("born", "DATE"), ("region", "VARCHAR"),
            ("division", "VARCHAR"), ("amount", "DECIMAL(12,2)"), ("score", "BIGINT"), ("children", "INTEGER"), ("weight", "VARCHAR"),
            ("note", "VARCHAR"), ("secret", "VARCHAR"), ("status", "VARCHAR"),
        ]
    ),
    obligations=(
        masked("name", "keep:1,0"),
        masked("ssn", "pseudonym:id_number"),
        masked("phone", "pseudonym:phone"),
        masked("born", "generalise:date:year"),
        masked("division", "generalise:division:city"),
        masked("score", "generalise:number:10"),
        masked("children", "minimum:10"),
        masked("weight", "minimum:10"),
        masked("note", "null"),
        Filter(All((Compare("region", "in", (110108, "110105")), Not(Compare("amount", "lt", ("0.5",)))))),
        Filter(Compare("status", "eq", ("open",))),
        Deny("secret"),
        Deny("status"),
    ),
    keys=(("id_number", KEY), ("phone", KEY[::-1])),
)  # fmt: skip
VISITS = Source(
    dataset="01VISITS",
    files=(),
    columns=tuple(
        Column(*each)
        for each in [
            ("visit_id", "BIGINT"), ("person_id", "BIGINT"), ("day", "DATE"), ("ward", "VARCHAR"), ("cost", "INTEGER"),
            ("diagnosis", "VARCHAR"), ("consent", "BOOLEAN"),
        ]
    ),
    obligations=(Filter(Compare("consent", "eq", (True,))), Deny("consent"), Deny("diagnosis")),
)  # fmt: skip
PARKS = Source(
    dataset="01PARKS",
    files=(),
    columns=(
        Column("name", "VARCHAR"),
        Column("面积", "INTEGER"),
        Column("region", "VARCHAR"),
        Column("inner", "VARCHAR"),
    ),
    obligations=(Columns(("name", "面积", "region")),),
)
NAMES = {"persons": 0, "01persons": 0, "visits": 1, "公园": 2}

Row = dict[str, object]


@dataclass(frozen=True)
class World:
    """Files, the view of them, and an engine that stays open from question to question."""

    view: GovernedView
    connection: duckdb.DuckDBPyConnection

    def ask(self, question: str) -> tuple[str, object]:
        """(`rows`, a multiset of them) or (`refused` | `failed`, code)."""
        try:
            governed = enforce(question, self.view)
        except KaimenError as error:
            return "refused", f"{error.code} {error.details}"
        return run(self.connection, governed.sql, governed.parameters)


def run(connection: duckdb.DuckDBPyConnection, sql: str, parameters: tuple[str, ...]) -> tuple[str, object]:
    try:
        rows = connection.execute(sql, {name: PARAMETERS[name] for name in parameters}).fetchall()
    except duckdb.Error as error:
        return "failed", code_of(error)
    return "rows", Counter(tuple(map(comparable, row)) for row in rows)


def code_of(error: duckdb.Error) -> str:
    """As the gate does it: the type of the exception decides, its text goes nowhere."""
    match error:
        case duckdb.BinderException() | duckdb.CatalogException():
            return "column_unknown"
        case duckdb.ConversionException() | duckdb.OutOfRangeException() | duckdb.InvalidInputException():
            return "evaluation"
        case _:
            return type(error).__name__


def comparable(value: object) -> object:
    """Sums of fractions come out in the order of the rows; to six digits they do not."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else float(f"{value:.6g}")
    if isinstance(value, list | tuple):
        return tuple(map(comparable, value))
    if isinstance(value, dict):
        return tuple((key, comparable(each)) for key, each in value.items())
    return value


def locked(files: tuple[str, ...] = ()) -> duckdb.DuckDBPyConnection:
    """A DuckDB as a worker has it: these files and nothing else."""
    connection = duckdb.connect()
    for setting in ("autoinstall_known_extensions=false", "autoload_known_extensions=false", "python_enable_replacements=false",
                    "temp_directory=''", "memory_limit='400MB'", "threads=1", "TimeZone='Asia/Shanghai'",
                    "error_on_division_by_zero=false"):  # fmt: skip
        connection.execute(f"SET {setting}")
    connection.execute(f"SET allowed_paths={list(files)}")
    connection.execute("SET enable_external_access=false")
    connection.execute("SET lock_configuration=true")
    return connection


# --- what the asker may see, from one seed


@dataclass(frozen=True)
class Truth:
    """The rows that the policy lets through, and for each a way to draw the raw cells behind what is seen."""

    persons: tuple[Row, ...]
    visits: tuple[Row, ...]
    parks: tuple[Row, ...]


def truth(seed: int, rows: int = 14) -> Truth:
    chance = random.Random(seed)
    persons = tuple(
        {
            "id": number,
            "first": chance.choice(["王", "李", "é", None, "1"]),
            "ssn": chance.choice([None, f"11010119{chance.randrange(10**10):010}"]),
            "phone": chance.choice([None, f"1381234{chance.randrange(10**4):04}"]),
            "year": chance.choice([None, 1936, 1990, 2001]),
            "region": chance.choice(["110108", "110105"]),
            "city": chance.choice([None, "1101", "3101"]),
            "amount": chance.choice([Decimal("0.50"), Decimal("7.25"), Decimal("100.00"), Decimal("99999999.99")]),
            "tens": chance.choice([None, -2, 0, 1, 12]),
            "children": chance.choice([None, 0, 10, 77]),
            "weight": chance.choice([None, "few", "10", "64.5"]),
        }
        for number in range(1, rows + 1)
    )
    visits = tuple(
        {
            "visit_id": number,
            "person_id": chance.randrange(1, rows + 4),
            "day": chance.choice([None, date(2021, 3, 4) + timedelta(days=chance.randrange(400))]),
            "ward": chance.choice(["a", "b", "110108", "12", "", None]),
            "cost": chance.choice([0, 5, 12, 2**31 - 1, None]),
        }
        for number in range(1, rows + 1)
    )
    parks = tuple(
        {"name": name, "面积": area, "region": region}
        for name, area, region in [("王**", 5, "110108"), ("海淀", None, "110105"), ("12", 0, None), ("été", -7, "x")]
    )
    return Truth(persons, visits, parks)


def raw_person(seen: Row, chance: random.Random) -> Row:
    """Cells that show `seen` through their masks."""

    def when(value: object, made: object) -> object:
        return None if value is None else made

    year, tens, children, ssn, phone = (seen[name] for name in ("year", "tens", "children", "ssn", "phone"))
    return {
        "id": seen["id"],
        "name": when(seen["first"], f"{seen['first']}canary{chance.randrange(99)}"),
        "ssn": when(ssn, chance.choice([ssn, f" {ssn}", f"{str(ssn)[:6]}-{str(ssn)[6:]}"])),
        "phone": when(phone, chance.choice([phone, f"+86{phone}", f"86 {phone}"])),
        "born": when(year, date(int(str(year or 1)), 1, 1) + timedelta(days=chance.randrange(365))),
        "region": seen["region"],
        "division": when(seen["city"], f"{seen['city']}canary{chance.randrange(99)}"),
        "amount": seen["amount"],
        "score": when(tens, int(str(tens or 0)) * 10 + chance.randrange(10)),
        "children": when(children, chance.randrange(-3, 10) if children == 0 else children),
        "weight": when(seen["weight"], f"canary{chance.randrange(9)}" if seen["weight"] == "few" else seen["weight"]),
        "note": chance.choice([None, f"canary{chance.randrange(99)}", "12"]),
        "secret": chance.choice([None, f"canary{chance.randrange(99)}"]),
        "status": "open",
    }


def shown_person(seen: Row) -> Row:
    """The masks written once more, by hand, from the raw cells of any world."""
    raw = raw_person(seen, random.Random(0))

    def sign(value: object, key: bytes) -> str | None:
        return None if value is None else hmac.new(key, str(value).encode(), hashlib.sha256).hexdigest()[:32]

    kept: dict[str, object] = {
        "children": seen["children"] or None,
        "weight": None if seen["weight"] == "few" else seen["weight"],
    }
    return {
        "id": raw["id"],
        "name": None if seen["first"] is None else f"{seen['first']}**",
        "ssn": sign(seen["ssn"], KEY),
        "phone": sign(seen["phone"], KEY[::-1]),
        "born": seen["year"],
        "region": raw["region"],
        "division": seen["city"],
        "amount": raw["amount"],
        "score": None if seen["tens"] is None else int(str(seen["tens"])) * 10,
        **kept,
        "note": None,
    }


def forbidden_person(chance: random.Random) -> Row:
    """A row that the policy keeps back for one reason or several, full of what makes casts and sums fail."""
    row: Row = {
        "id": 770077000 + chance.randrange(999),
        "name": f"canary{chance.randrange(99)}",
        "ssn": "canary",
        "phone": chance.choice(["canary", None]),
        "born": chance.choice([None, date(9999, 12, 31), date(1, 1, 1)]),
        "region": chance.choice(["110108", "110105"]),
        "division": "canary",
        "amount": Decimal("7700770077.00"),
        "score": chance.choice([2**63 - 1, -(2**63), None]),
        "children": chance.choice([2**31 - 1, 770077]),
        "weight": chance.choice(["canary", "1e999"]),
        "note": "canary",
        "secret": "canary",
        "status": "open",
    }
    for name in chance.sample(["region", "amount", "status"], chance.randrange(1, 4)):
        row[name] = {
            "region": chance.choice([None, "canary", "110101", ""]),
            "amount": chance.choice([None, Decimal("0.49"), Decimal("-770077.00")]),
            "status": chance.choice([None, "closed", "canary"]),
        }[name]
    return row


def forbidden_visit(chance: random.Random) -> Row:
    return {
        "visit_id": 770077000 + chance.randrange(999),
        "person_id": chance.choice([1, 2, 770077]),
        "day": chance.choice([date(9999, 12, 31), None]),
        "ward": "canary",
        "cost": chance.choice([2**31 - 1, -(2**31), 0]),
        "diagnosis": "canary",
        "consent": chance.choice([None, False]),
    }


# --- files

_ARROW = {
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(),
    "DECIMAL(12,2)": pa.decimal128(12, 2),
}


def write(path: Path, columns: tuple[Column, ...], rows: list[Row]) -> str:
    schema = pa.schema([(column.name, _ARROW[column.type]) for column in columns])
    table = pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)
    pq.write_table(table, path, row_group_size=8)
    return str(path)


def world(folder: Path, seen: Truth, seed: int) -> World:
    """One world behind what is seen: the same seed for the visible part, another for the hidden one."""
    chance = random.Random(seed)
    folder.mkdir()

    def mixed(kept: list[Row], hidden: list[Row]) -> list[Row]:
        """Hidden rows in between; what is seen keeps its order."""
        rows = list(kept)
        for row in hidden:
            rows.insert(chance.randrange(len(rows) + 1), row)
        return rows

    persons = mixed(
        [raw_person(row, chance) for row in seen.persons],
        [forbidden_person(chance) for _ in range(chance.randrange(4, 40))],
    )
    visits = [{**row, "consent": True, "diagnosis": f"canary{chance.randrange(99)}"} for row in seen.visits]
    early = mixed(visits, [forbidden_visit(chance) for _ in range(chance.randrange(4, 20))])
    drifted = [forbidden_visit(chance) for _ in range(chance.randrange(1, 20))]
    parks = [{**row, "inner": f"canary{chance.randrange(99)}"} for row in seen.parks]
    sources = (
        replace(PERSONS, files=(write(folder / "persons.parquet", PERSONS.columns, persons),)),
        replace(
            VISITS,
            files=(
                write(folder / "visits-1.parquet", VISITS.columns, early),
                write(
                    folder / "visits-2.parquet",
                    tuple(each for each in VISITS.columns if each.name != "consent"),
                    drifted,
                ),
            ),
        ),
        replace(PARKS, files=(write(folder / "parks.parquet", PARKS.columns, parks),)),
    )
    files = tuple(path for source in sources for path in source.files)
    return World(GovernedView(sources=sources, names=NAMES, now=NOW), locked(files))


def masked_by_hand(seen: Truth) -> duckdb.DuckDBPyConnection:
    """The tables that the asker believes in, under their own names, in an engine that has never met the gate."""
    connection = locked()
    kinds: Mapping[str, tuple[str, list[Row]]] = {
        "persons": (
            "id BIGINT, name VARCHAR, ssn VARCHAR, phone VARCHAR, born BIGINT, region VARCHAR, division VARCHAR, amount DECIMAL(12, 2),"
            " score BIGINT, children INTEGER, weight VARCHAR, note VARCHAR",
            [shown_person(row) for row in seen.persons],
        ),
        "visits": ("visit_id BIGINT, person_id BIGINT, day DATE, ward VARCHAR, cost INTEGER", list(seen.visits)),
        "公园": ("name VARCHAR, 面积 INTEGER, region VARCHAR", list(seen.parks)),
    }
    for name, (columns, rows) in kinds.items():
        connection.execute(f'CREATE TABLE "{name}" ({columns})')
        width = len(rows[0])
        connection.executemany(
            f'INSERT INTO "{name}" VALUES ({", ".join("?" * width)})', [list(row.values()) for row in rows]
        )
    connection.execute('CREATE VIEW "01PERSONS" AS SELECT * FROM persons')
    return connection
