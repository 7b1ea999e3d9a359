"""Fixture files: pairs of statements, one a line, each closed by `;`, with `--` lines between that say why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kaimen.core.policy.mask import parse
from kaimen.core.policy.obligations import Aggregate, Columns, Deny, Filter, Mask
from kaimen.core.policy.rows import All, Compare, Not
from kaimen.core.sql.view import Column, GovernedView, Source

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 23, 10, 24, 7, tzinfo=ZoneInfo("Asia/Shanghai"))
KEY = bytes(range(32))


def masked(column: str, how: str) -> Mask:
    treatment = parse(how)
    assert treatment is not None
    return Mask(column, treatment)


PERSONS = Source(
    dataset="01PERSONS",
    files=("lake/persons/1.parquet",),
    columns=(
        Column("id", "BIGINT"),
        Column("name", "VARCHAR"),
        Column("ssn", "VARCHAR"),
        Column("born", "DATE"),
        Column("region", "VARCHAR"),
        Column("amount", "DECIMAL(12,2)"),
        Column("secret", "VARCHAR"),
    ),
    obligations=(
        masked("name", "keep:1,0"),
        masked("ssn", "pseudonym:id_number"),
        masked("born", "generalise:date:year"),
        Filter(All((Compare("region", "in", ("110108", "110105")), Not(Compare("amount", "lt", ("0.5",)))))),
        Deny("secret"),
    ),
    keys=(("id_number", KEY),),
)
PARKS = Source(
    dataset="01PARKS",
    files=("lake/parks/1.parquet", "lake/parks/2.parquet"),
    columns=(Column("name", "VARCHAR"), Column("面积", "DOUBLE"), Column("inner", "VARCHAR")),
    obligations=(Columns(("name", "面积")),),
)
TOTALS = Source(
    dataset="01TOTALS",
    files=("lake/totals/1.parquet",),
    columns=(Column("person_id", "VARCHAR"), Column("region", "VARCHAR"), Column("amount", "BIGINT")),
    obligations=(Aggregate(10, "person_id"), Deny("person_id")),
)
VIEW = GovernedView(
    sources=(PERSONS, PARKS, TOTALS),
    names={"persons": 0, "01persons": 0, "parks": 1, "公园": 1, "totals": 2},
    now=NOW,
)
PLAIN = replace(PERSONS, obligations=(), keys=())


def pairs(name: str) -> list[tuple[str, str]]:
    """The pairs of one file."""
    lines = [line.strip() for line in (HERE / name).read_text("utf-8").splitlines()]
    statements = [line for line in lines if line and not line.startswith("--")]
    assert all(line.endswith(";") for line in statements), name
    assert len(statements) % 2 == 0, name
    return [(query[:-1], wanted[:-1]) for query, wanted in zip(statements[::2], statements[1::2], strict=True)]
