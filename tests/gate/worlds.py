"""Two worlds that differ only in what the asker may not see, physically masked copies of one of them, and random questions."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from kaimen.core.errors import KaimenError
from kaimen.core.policy.mask import parse
from kaimen.core.policy.obligations import Columns, Deny, Filter, Mask
from kaimen.core.policy.rows import Compare, Either
from kaimen.core.sql.enforce import RULES, enforce, read
from kaimen.core.sql.fail_to_null import fail_to_null
from kaimen.core.sql.view import Column, GovernedView, Source
from kaimen.engines.duckdb import code_of, open_locked, run
from kaimen.gate.encoders import values

NOW = datetime(2026, 11, 23, 10, 24, 7, tzinfo=ZoneInfo("Asia/Shanghai"))
KEY = bytes(range(7, 39))


def mask(column: str, how: str) -> Mask:
    found = parse(how)
    assert found is not None
    return Mask(column, found)


PERSONS = (
    Column("id", "BIGINT"), Column("name", "VARCHAR"), Column("ssn", "VARCHAR"), Column("born", "DATE"), Column("region", "VARCHAR"),
    Column("amount", "BIGINT"), Column("small", "INTEGER"), Column("secret", "VARCHAR"), Column("text", "VARCHAR"), Column("later", "VARCHAR"),
)  # fmt: skip
VISITS = (
    Column("person", "BIGINT"),
    Column("ssn", "VARCHAR"),
    Column("day", "DATE"),
    Column("cost", "BIGINT"),
    Column("place", "VARCHAR"),
)
PERSONS_DUTIES = (
    mask("name", "keep:1,0"), mask("ssn", "pseudonym:id_number"), mask("born", "generalise:date:year"), mask("amount", "generalise:number:100"),
    mask("small", "minimum:10"), mask("text", "null"), Deny("secret"),
    Columns(("id", "name", "ssn", "born", "region", "amount", "small", "secret", "text")),
    Filter(Either((Compare("region", "in", ("A", "B")), Compare("region", "is_null")))),
)  # fmt: skip
VISITS_DUTIES = (
    mask("ssn", "pseudonym:id_number"),
    mask("place", "generalise:division:district"),
    Filter(Compare("cost", "gteq", (0,))),
)


@dataclass(frozen=True)
class World:
    """Sources over one set of files, asked as the gate would, on an instance that is used again."""

    view: GovernedView
    connection: duckdb.DuckDBPyConnection

    @classmethod
    def of(cls, persons: Path, visits: Path, *, plain: bool = False, drifted: bool = False) -> World:
        known = PERSONS if not drifted else tuple(each for each in PERSONS if each.name != "later")
        keys = (("id_number", KEY),)
        sources = (
            Source(dataset="P", files=(str(persons),), columns=known, obligations=PERSONS_DUTIES, keys=keys),
            Source(dataset="V", files=(str(visits),), columns=VISITS, obligations=VISITS_DUTIES, keys=keys),
        )
        if plain:
            from kaimen.core.sql.govern import governed_columns

            sources = tuple(replace(each, columns=governed_columns(each), obligations=(), keys=()) for each in sources)
        view = GovernedView(sources=sources, names={"persons": 0, "visits": 1}, now=NOW)
        files = [file for source in sources for file in source.files]
        return cls(view, open_locked(files, memory_mb=512, threads=1, time_zone="Asia/Shanghai"))

    def ask(self, question: str, *, failing: bool = False) -> tuple[str, object]:
        """("rows", names with types and sorted rows) or ("code", the code). `failing` leaves casts that throw as they are."""
        try:
            sql = _failing(question, self.view) if failing else enforce(question, self.view).sql
        except KaimenError as refused:
            return "code", (refused.code, str(refused.details))
        cursor = self.connection.cursor()
        try:
            table = run(cursor, sql).read_all()
        except Exception as error:  # noqa: BLE001 - what the worker does
            return "code", code_of(error)
        finally:
            cursor.close()
        columns = [values(column.combine_chunks()) for column in table.columns]
        return "rows", ([str(field) for field in table.schema], sorted(map(repr, zip(*columns, strict=True))))


def _failing(question: str, view: GovernedView) -> str:
    tree = read(question)
    for rule in RULES:
        tree = tree if rule is fail_to_null else rule(tree, view)
    return tree.sql("duckdb", comments=False, identify=True)


def two_worlds(folder: Path, chance: random.Random) -> tuple[World, World, World]:
    """World one, world two (other forbidden cells and rows, same visible ones), and world one physically masked."""
    one = _write(folder / "one", chance, chance.random())
    _write(folder / "two", chance, chance.random(), like=one)
    masked = folder / "masked"
    masked.mkdir()
    world = World.of(*(folder / "one" / name for name in ("persons.parquet", "visits.parquet")))
    for name in ("persons", "visits"):
        sql = enforce(f"SELECT * FROM {name}", world.view).sql
        duckdb.connect().execute(f"COPY ({sql}) TO '{masked / name}.parquet' (FORMAT parquet)")
    return (
        world,
        World.of(*(folder / "two" / name for name in ("persons.parquet", "visits.parquet"))),
        World.of(*(masked / name for name in ("persons.parquet", "visits.parquet")), plain=True),
    )


Rows = tuple[list[tuple], list[tuple]]
SURNAMES = "王李张刘陈"


def _write(folder: Path, chance: random.Random, salt: float, *, like: Rows | None = None) -> Rows:
    folder.mkdir()
    persons, visits = _fresh(chance) if like is None else _other(like, random.Random(salt))
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE persons(id BIGINT, name VARCHAR, ssn VARCHAR, born DATE, region VARCHAR, amount BIGINT, small INTEGER, "
        "secret VARCHAR, text VARCHAR, later VARCHAR)"
    )
    connection.execute("CREATE TABLE visits(person BIGINT, ssn VARCHAR, day DATE, cost BIGINT, place VARCHAR)")
    connection.executemany("INSERT INTO persons VALUES (?,?,?,?,?,?,?,?,?,?)", persons)
    connection.executemany("INSERT INTO visits VALUES (?,?,?,?,?)", visits)
    for name in ("persons", "visits"):
        connection.execute(f"COPY {name} TO '{folder / name}.parquet' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
    return persons, visits


def _fresh(chance: random.Random) -> Rows:
    persons = [
        (
            n,
            chance.choice([None, "", chance.choice(SURNAMES) + "小" * chance.randint(0, 3), "7"]),
            chance.choice([None, f"11010119{chance.randint(300, 999)}0101{n:04d}", "x"]),
            chance.choice(
                [None, f"{chance.randint(1930, 2010)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"]
            ),
            chance.choice(["A", "B", "C", "D", None]),
            chance.choice([None, chance.randint(-500, 5000), 2**62]),
            chance.choice([None, chance.randint(0, 30)]),
            f"canary-{n}",
            chance.choice([None, "1", "not a number"]),
            "later",
        )
        for n in range(120)
    ]
    visits = [
        (
            chance.randint(0, 130),
            chance.choice([None, persons[chance.randrange(120)][2]]),
            f"2026-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            chance.choice([None, chance.randint(-50, 900)]),
            chance.choice([None, "110108001002", "110105", "1"]),
        )
        for _ in range(200)
    ]
    return persons, visits


def _other(like: Rows, chance: random.Random) -> Rows:
    """Everything that may not be seen is another; what may be seen through a mask stays the same through that mask."""
    persons: list[tuple] = []
    for id_, name, ssn, born, region, amount, small, _secret, _text, _later in like[0]:
        visible = region in {"A", "B", None}
        if not visible:
            if chance.random() < 0.5:
                continue  # a forbidden row is gone
            persons.append(
                (
                    chance.randint(-(2**60), 2**60),
                    "boom",
                    "y",
                    "0001-01-01",
                    chance.choice(["C", "D", "ZZ"]),
                    -(2**62),
                    2**31 - 1,
                    "other",
                    "99",
                    "z",
                )
            )
            continue
        changed = (
            name[:1] + "变" * chance.randint(1, 5)
            if name is not None and len(name) > 1
            else chance.choice(["", "q", "8"])
            if name is not None
            else None
        )
        day = f"{born[:4]}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}" if born else None
        step = amount if amount is None or amount >= 2**62 else amount // 100 * 100 + chance.randint(0, 99)
        less = chance.choice([None, chance.randint(0, 9)]) if small is None or small < 10 else small
        persons.append(
            (
                id_,
                changed,
                ssn,
                day,
                region,
                step,
                less,
                f"other-{chance.random()}",
                chance.choice([None, "5", "boom"]),
                "w",
            )
        )
    visits: list[tuple] = []
    for person, ssn, day, cost, place in like[1]:
        if cost is None or cost < 0:
            if chance.random() < 0.5:
                visits.append((chance.randint(-9, 999), "zz", "1999-01-01", chance.choice([None, -(2**60)]), "99"))
            continue
        visits.append(
            (person, ssn, day, cost, place[:6] + str(chance.randint(0, 999999)) if place and len(place) >= 6 else place)
        )
    return persons, visits


def question(chance: random.Random) -> str:
    """A random question whose answer is a set: where something is cut off, its order is total."""
    return _Author(chance).query(depth=0)


class _Author:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.own: list[str] = []

    def pick(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def query(self, depth: int) -> str:
        made = [
            self.plain,
            self.plain,
            self.grouped,
            self.windowed,
            self.joined,
            self.joined,
            self.with_own,
            self.united,
            self.nested,
        ]
        return self.chance.choice(made if depth < 2 else made[:3])(depth)

    def table(self) -> tuple[str, str]:
        """(name, its columns' family)."""
        family = self.pick("persons", "persons", "visits")
        mine = [name for name, kind in self.own if kind == family]
        return (self.pick(*mine) if mine and self.chance.random() < 0.5 else family), family

    def column(self, family: str) -> str:
        known = {"persons": "id name ssn born region amount small text", "visits": "person ssn day cost place"}[
            family
        ].split()
        if self.chance.random() < 0.03:
            known = ["secret", "later", "nothing", "filename", "rowid", "file_row_number"]
        return self.pick(*known)

    def value(self, alias: str, family: str) -> str:
        column = f"{alias}.{self.column(family)}"
        return self.pick(
            column, column, column,
            f"CAST({column} AS INTEGER)", f"TRY_CAST({column} AS BIGINT)", f"CAST({column} AS VARCHAR)", f"CAST({column} AS DATE)",
            f"CAST({column} AS TINYINT)", f"length(CAST({column} AS VARCHAR))", f"coalesce(CAST({column} AS VARCHAR), 'none')",
            f"{column} IS NULL", f"CAST({column} AS VARCHAR) || 'x'", f"1 / CAST({column} AS BIGINT)", f"CAST({column} AS BIGINT) * 9000000000000",
            f"CASE WHEN {column} IS NULL THEN 1 ELSE CAST(CAST({column} AS VARCHAR) AS INTEGER) END", f"md5(CAST({column} AS VARCHAR))",
            f"substring(CAST({column} AS VARCHAR), 1, 2)", f"strptime(CAST({column} AS VARCHAR), '%Y')", f"chr(CAST({column} AS INTEGER))",
        )  # fmt: skip

    def condition(self, alias: str, family: str) -> str:
        column = f"{alias}.{self.column(family)}"
        literal = self.pick(
            "1",
            "0",
            "50",
            "'A'",
            "'C'",
            "'王小小'",
            "'王**'",
            "DATE '1950-01-01'",
            "1950",
            "NULL",
            "4611686018427387904",
            "''",
        )
        simple = self.pick(
            f"{column} = {literal}", f"{column} > {literal}", f"{column} <> {literal}", f"{column} IS NOT NULL",
            f"CAST({column} AS VARCHAR) LIKE '%{self.pick('王', '小', '1', 'canary', '9')}%'", f"CAST({column} AS INTEGER) > 3",
            f"{column} IN ({literal}, {literal})", f"TRY_CAST({column} AS INTEGER) BETWEEN 1 AND 60",
        )  # fmt: skip
        if self.chance.random() < 0.3:
            return f"({simple} {self.pick('AND', 'OR')} {self.condition(alias, family)})"
        return self.pick(simple, simple, f"NOT ({simple})")

    def ordered(self, text: str) -> str:
        if self.chance.random() < 0.3:
            return f"{text} ORDER BY ALL LIMIT {self.chance.randint(0, 9)}"
        return text

    def where(self, alias: str, family: str) -> str:
        return f" WHERE {self.condition(alias, family)}" if self.chance.random() < 0.6 else ""

    def plain(self, depth: int) -> str:
        del depth
        name, family = self.table()
        shown = self.pick(
            "*", "t.*", "t", ", ".join(f"{self.value('t', family)} AS v{n}" for n in range(self.chance.randint(1, 3)))
        )
        return self.ordered(f"SELECT {self.pick('', 'DISTINCT ')}{shown} FROM {name} AS t{self.where('t', family)}")

    def grouped(self, depth: int) -> str:
        del depth
        name, family = self.table()
        column = f"t.{self.column(family)}"
        total = self.pick(
            "count(*)", f"count(DISTINCT {column})", f"min({column})", f"max({column})", f"sum(CAST({column} AS BIGINT))", f"min(CAST({column} AS INTEGER))",
            f"count(*) FILTER (WHERE {self.condition('t', family)})", f"string_agg(CAST({column} AS VARCHAR), ',' ORDER BY CAST({column} AS VARCHAR))",
            f"bool_or({column} IS NULL)", f"arg_max({column}, t.{self.pick('ssn')})" if family == "x" else "count(*)",
        )  # fmt: skip
        key = self.value("t", family)
        having = (
            f" HAVING {self.pick('count(*) > 1', f'max({column}) IS NOT NULL', f'min(CAST({column} AS INTEGER)) > 0')}"
            if self.chance.random() < 0.3
            else ""
        )
        return self.ordered(
            f"SELECT {key} AS k, {total} AS a FROM {name} AS t{self.where('t', family)} GROUP BY {key}{having}"
        )

    def windowed(self, depth: int) -> str:
        del depth
        name, family = self.table()
        order = "t.id" if family == "persons" else "t.person, t.day, t.cost, t.ssn, t.place"
        window = f"OVER (PARTITION BY {self.value('t', family)} ORDER BY {order})"
        what = self.pick(
            "row_number()",
            "rank()",
            f"lag(t.{self.column(family)})",
            f"sum(CAST(t.{self.column(family)} AS BIGINT))",
            "count(*)",
        )
        return f"SELECT {what} {window} AS w FROM {name} AS t{self.where('t', family)}"

    def joined(self, depth: int) -> str:
        del depth
        (one, family), (two, other) = self.table(), self.table()
        kind = self.pick("JOIN", "LEFT JOIN", "FULL JOIN", "SEMI JOIN", "ANTI JOIN")
        on = self.pick(
            "a.ssn = b.ssn",
            f"{self.value('a', family)} = {self.value('b', other)}",
            f"a.{self.column(family)} = b.{self.column(other)}",
        )
        if family == "persons" and other == "visits" and self.chance.random() < 0.5:
            on = "a.id = b.person"
        shown = self.pick("count(*) AS n", f"a.{self.column(family)} AS x", f"{self.value('a', family)} AS x")
        extra = self.pick("", "", f" WHERE {self.condition('a', family)}")
        return f"SELECT {shown} FROM {one} AS a {kind} {two} AS b ON {on}{extra}"

    def with_own(self, depth: int) -> str:
        """Own queries under the names of datasets and under ours."""
        name = self.pick("persons", "visits", "_g0", "_g1", "_c0", "region", "_s0", "x")
        family = self.pick("persons", "visits")
        body = self.pick(f"SELECT * FROM {family}", f"SELECT * FROM {family} AS t{self.where('t', family)}")
        self.own.append((name, family))
        try:
            return f"WITH {name} AS ({body}) {self.query(depth + 1)}"
        finally:
            self.own.pop()

    def united(self, depth: int) -> str:
        one, two = (
            f"SELECT CAST({self.value('t', family)} AS VARCHAR) AS v FROM {family} AS t{self.where('t', family)}"
            for family in (self.pick("persons", "visits"), self.pick("persons", "visits"))
        )
        del depth
        return f"{one} {self.pick('UNION', 'UNION ALL', 'EXCEPT', 'INTERSECT')} {two}"

    def nested(self, depth: int) -> str:
        del depth
        family, other = self.pick("persons", "visits"), self.pick("persons", "visits")
        inner = self.pick(
            f"EXISTS (SELECT 1 FROM {other} AS i WHERE {self.pick('i.ssn = t.ssn', self.condition('i', other))})",
            f"t.ssn IN (SELECT i.ssn FROM {other} AS i{self.where('i', other)})",
            f"(SELECT max({self.value('i', other)}) FROM {other} AS i) IS NOT NULL",
            f"(SELECT count(*) FROM {other} AS i WHERE i.ssn = t.ssn) > 1",
            f"t.{self.column(family)} = (SELECT i.{self.column(other)} FROM {other} AS i)",
        )  # fmt: skip
        lent = self.pick("", "", "(SELECT 'A' AS region, 0 AS cost, 'lent' AS secret) AS lent, ")
        return f"SELECT {self.value('t', family)} AS v FROM {lent}{family} AS t WHERE {inner}"
