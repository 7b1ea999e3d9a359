"""From one seed to real source systems: SQLite, CSV folders (UTF-8 and GB18030), workbooks, Parquet, a PostgreSQL schema.

`<body>.sql` says what each set holds, over the words of `seed.sql`; `writing` gives it the form of its system; `faults` plants
what goes wrong on purpose. Same seed, same bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import duckdb

from demo.generate import faults, writing
from demo.plan import DATA, Delivery, Entry, System, city

SEED = 20260101
DAY = date(2026, 11, 22)
"""The last day of which the sources tell."""
SCALES = {"full": 1.0, "tiny": 0.01}

_FOLDER = Path(__file__).parent
_MANIFEST = "{}.manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A delivery as it lies in its source: a file, or a staged table of a database; rows as the source holds them."""

    entry: str
    number: int
    system: str
    kind: str
    where: str
    table: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The generated source system of one body."""

    folder: Path
    body: str
    size: str
    seed: int
    delivered: tuple[Delivered, ...]

    def of(self, entry: str) -> tuple[Delivered, ...]:
        """The deliveries of one entry, oldest first."""
        return tuple(one for one in self.delivered if one.entry == entry)


def generate(
    folder: Path, body: str, *, size: str = "full", seed: int = SEED, day: date = DAY, postgres: str = ""
) -> Sources:
    """Write the source system of a body below `folder`. `postgres`: a URL, else SQLite stands in for a server."""
    folder.mkdir(parents=True, exist_ok=True)
    plan = city()
    delivered: list[Delivered] = []
    with duckdb.connect(config={"threads": 2}) as connection:
        prepare(connection, scale=SCALES[size], seed=seed, day=day)
        connection.execute((_FOLDER / f"{body}.sql").read_text("utf-8"))
        for entry in plan.datasets:
            if entry.body == body:
                delivered += [
                    _deliver(connection, folder, entry, plan.systems[body], delivery, postgres=postgres)
                    for delivery in entry.deliveries
                ]
    sources = Sources(folder=folder, body=body, size=size, seed=seed, delivered=tuple(delivered))
    _write_manifest(sources)
    return sources


def generated(folder: Path, body: str, *, size: str, seed: int = SEED) -> Sources | None:
    """What an earlier run of this size and seed wrote, whole; None where there is none."""
    try:
        told = json.loads((folder / _MANIFEST.format(body)).read_text("utf-8"))
    except FileNotFoundError:
        return None
    if (told["size"], told["seed"]) != (size, seed):
        return None
    delivered = tuple(Delivered(**one) for one in told["delivered"])
    return Sources(folder=folder, body=body, size=size, seed=seed, delivered=delivered)


def stage(delivered: Delivered, sources: Sources, *, postgres: str = "") -> None:
    """Let a database source hold what it held on the day of this delivery. Files need nothing: each delivery is its own file."""
    if delivered.kind == "sqlite":
        writing.stage_sqlite(sources.folder / delivered.where, delivered.table, delivered.number)
    elif delivered.kind == "postgresql":
        writing.stage_postgres(postgres, delivered.where, delivered.table, delivered.number)


def prepare(connection: duckdb.DuckDBPyConnection, *, scale: float, seed: int, day: date) -> None:
    """Give a connection the words of `seed.sql` and the real geography."""
    connection.execute("SET preserve_insertion_order = true")
    connection.execute(f"SET VARIABLE seed = {int(seed)}")
    connection.execute(f"SET VARIABLE scale = {float(scale)}")
    connection.execute(f"SET VARIABLE day = DATE '{day.isoformat()}'")
    connection.execute("SET VARIABLE data = $data", {"data": str(DATA)})
    connection.execute((_FOLDER / "seed.sql").read_text("utf-8"))


def _deliver(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    entry: Entry,
    system: System,
    delivery: Delivery,
    *,
    postgres: str,
) -> Delivered:
    question = faults.question(entry, delivery)
    kind = "sqlite" if system.kind == "postgresql" and not postgres else system.kind
    many = len(entry.deliveries) > 1
    where, table = system.path, entry.slug
    match kind:
        case "sqlite":
            rows = writing.to_sqlite(
                connection, question, folder / where, entry, number=delivery.number if many else None
            )
        case "postgresql":
            where = system.schema
            rows = writing.to_postgres(
                connection, question, postgres, where, entry, number=delivery.number if many else None
            )
        case _:
            kind = system.format
            suffix = f"-{delivery.number}" if many else ""
            where = f"{system.path}/{entry.slug}{suffix}.{system.format}"
            path = folder / where
            path.parent.mkdir(parents=True, exist_ok=True)
            rows = _to_file(connection, question, path, entry, delivery, form=system.format)
            faults.spoil(path, delivery)
    return Delivered(
        entry=entry.slug, number=delivery.number, system=entry.body, kind=kind, where=where, table=table, rows=rows
    )


def _to_file(
    connection: duckdb.DuckDBPyConnection, question: str, path: Path, entry: Entry, delivery: Delivery, *, form: str
) -> int:
    match form:
        case "xlsx":
            return writing.to_xlsx(connection, question, path, entry, for_print=delivery.fault == "merged_heads")
        case "parquet":
            return writing.to_parquet(connection, question, path)
        case _:
            return writing.to_csv(connection, question, path, encoding=delivery.encoding)


def _write_manifest(sources: Sources) -> None:
    told = {"size": sources.size, "seed": sources.seed, "delivered": [asdict(one) for one in sources.delivered]}
    final = sources.folder / _MANIFEST.format(sources.body)
    part = final.with_suffix(".part")
    part.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    part.replace(final)
