"""TPC-H through the gate: each of the 22 queries governed, against the same policy written by hand as views, in one process.

The policy hides what a data officer would hide: customers' names, addresses and telephones, suppliers' telephones and addresses are
masked, comments of line items do not exist, and customers, suppliers and orders are cut to the rows that the asker may see. CPU of
all threads; each pair is taken in turn, the ratio is the median over the rounds, the figure the geometric mean over the queries.
"""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import sqlglot

from bench.figures import Figure, cpu_of
from kaimen.core.policy import mask
from kaimen.core.policy.obligations import Deny, Filter, Mask, Obligation
from kaimen.core.policy.rows import Compare
from kaimen.core.sql.enforce import enforce
from kaimen.core.sql.view import Column, GovernedView, Source

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TABLES = ("customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier")

POLICY: dict[str, tuple[Obligation, ...]] = {
    "customer": (
        Mask("c_name", mask.Keep(9, 2)),
        Mask("c_address", mask.Null()),
        Mask("c_phone", mask.Keep(2, 4)),
        Filter(Compare("c_mktsegment", "not_in", ("MACHINERY",))),
    ),
    "supplier": (
        Mask("s_phone", mask.Keep(2, 4)),
        Mask("s_address", mask.Keep(3, 0)),
        Filter(Compare("s_nationkey", "neq", (7,))),
    ),
    "orders": (Mask("o_clerk", mask.Null()), Filter(Compare("o_orderpriority", "not_in", ("5-LOW",)))),
    "lineitem": (Deny("l_comment"),),
}
BY_HAND = {
    "customer": """
        select c_custkey,
               case when c_name is null then null
                    when length(c_name) > 11 then left(c_name, 9) || '**' || right(c_name, 2) else '**' end as c_name,
               cast(null as varchar) as c_address, c_nationkey,
               case when c_phone is null then null
                    when length(c_phone) > 6 then left(c_phone, 2) || '**' || right(c_phone, 4) else '**' end as c_phone,
               c_acctbal, c_mktsegment, c_comment
        from {table} where not c_mktsegment in ('MACHINERY')""",
    "supplier": """
        select s_suppkey, s_name,
               case when s_address is null then null
                    when length(s_address) > 3 then left(s_address, 3) || '**' else '**' end as s_address,
               s_nationkey,
               case when s_phone is null then null
                    when length(s_phone) > 6 then left(s_phone, 2) || '**' || right(s_phone, 4) else '**' end as s_phone,
               s_acctbal, s_comment
        from {table} where s_nationkey <> 7""",
    "orders": """
        select o_orderkey, o_custkey, o_orderstatus, o_totalprice, o_orderdate, o_orderpriority,
               cast(null as varchar) as o_clerk, o_shippriority, o_comment
        from {table} where not o_orderpriority in ('5-LOW')""",
    "lineitem": "select * exclude (l_comment) from {table}",
}


def data(scale: str) -> Path:
    """TPC-H tables as Parquet at a scale factor, generated once."""
    folder = HERE / "data" / f"tpch-{scale}"
    if not all((folder / f"{table}.parquet").exists() for table in TABLES):
        folder.mkdir(parents=True, exist_ok=True)
        tool = str(Path(sys.executable).parent / "tpchgen-cli")
        subprocess.run([tool, "parquet", "-s", scale, f"--output-dir={folder}"], check=True, capture_output=True)
    return folder


def queries() -> dict[str, str]:
    """q01 … q22."""
    return {path.stem: path.read_text("utf-8") for path in sorted((HERE / "tpch").glob("q*.sql"))}


def view(
    connection: duckdb.DuckDBPyConnection, folder: Path, policy: dict[str, tuple[Obligation, ...]]
) -> GovernedView:
    """What the asker may see of the eight tables."""
    sources = []
    for table in TABLES:
        path = str(folder / f"{table}.parquet")
        rows = connection.execute(f"describe select * from read_parquet('{path}')").fetchall()
        columns = tuple(Column(name, type_) for name, type_, *_ in rows)
        sources.append(Source(dataset=table, files=(path,), columns=columns, obligations=policy.get(table, ())))
    return GovernedView(sources=tuple(sources), names={table: place for place, table in enumerate(TABLES)}, now=NOW)


def prepare(folder: Path) -> duckdb.DuckDBPyConnection:
    """One connection with the views by hand; two threads, as on the machines the figures speak of."""
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    connection.execute("set preserve_insertion_order = true")
    for table in TABLES:
        source = f"read_parquet('{folder / f'{table}.parquet'}', hive_partitioning = false)"
        connection.execute(f"create view {table} as {BY_HAND.get(table, 'select * from {table}').format(table=source)}")
    return connection


def rewriting(asked: dict[str, str], governed: GovernedView, rounds: int) -> dict[str, tuple[float, float]]:
    """Of each query: median CPU milliseconds of parse, rules and generation; and their ratio to parsing and writing alone.

    The queries take turns, so that a spell in which the machine is slow meets all of them and no median.
    """

    def alone(sql: str) -> str:
        return sqlglot.parse_one(sql, dialect="duckdb").sql("duckdb", identify=True)

    taken = {name: list[tuple[float, float]]() for name in asked}
    for _ in range(rounds):
        for name, sql in asked.items():
            taken[name].append((cpu_of(lambda sql=sql: enforce(sql, governed)), cpu_of(lambda sql=sql: alone(sql))))
    return {
        name: (1000 * statistics.median(ours for ours, _ in pairs), statistics.median(a / b for a, b in pairs))
        for name, pairs in taken.items()
    }


def compared(connection: duckdb.DuckDBPyConnection, plan: str, by_hand: str, rounds: int) -> float:
    """Median of the CPU ratios of pairs taken in turn."""

    def once(sql: str) -> float:
        return cpu_of(lambda: connection.execute(sql).fetchall())

    return statistics.median(once(plan) / once(by_hand) for _ in range(rounds))


def geometric(values: list[float]) -> float:
    return math.exp(statistics.fmean(math.log(value) for value in values))


def run(*, quick: bool) -> list[Figure]:
    """Quick: scale factor 0.1 and fewer rounds."""
    scale, rounds = ("0.1", 5) if quick else ("1", 7)
    folder = data(scale)
    connection = prepare(folder)
    governed = view(connection, folder, POLICY)
    ratios, worst = list[float](), ("", 0.0)
    began = time.monotonic()
    for name, sql in queries().items():
        plan = enforce(sql, governed).sql
        by_hand = connection.execute(sql).fetchall()
        same = connection.execute(plan).fetchall() == by_hand
        if not same:
            raise SystemExit(f"{name}: the governed query answers differently from the views by hand")
        ratio = compared(connection, plan, sql, rounds)
        ratios.append(ratio)
        worst = max(worst, (name, ratio), key=lambda each: each[1])
        print(f"  {name}  governed / by hand {ratio:.3f}", flush=True)
    rewritten = rewriting(queries(), governed, 101)
    slowest = max(rewritten, key=lambda name: rewritten[name][0])
    note = f"TPC-H SF{scale}, {rounds} rounds, {len(ratios)} queries, {time.monotonic() - began:.0f} s"
    return [
        Figure(
            figure="governed / views by hand", value=geometric(ratios), unit="CPU ratio", asked="<= 1.05", note=note
        ),
        Figure(figure="worst query", value=worst[1], unit="CPU ratio", note=worst[0]),
        Figure(
            figure="rewriting, slowest query", value=rewritten[slowest][0], unit="CPU ms", asked="<= 5", note=slowest
        ),
        Figure(figure="rewriting, median", value=statistics.median(ms for ms, _ in rewritten.values()), unit="CPU ms"),
        Figure(
            figure="rewriting ÷ parsing and writing alone",
            value=statistics.median(r for _, r in rewritten.values()),
            unit="CPU ratio",
            note="without rules and without the masks",
        ),
    ]
