"""Triggers that keep the log append-only, for SQLite and PostgreSQL, and the parts of its tables that only one of the two has.

On SQLite `INSERT OR REPLACE` passes by delete triggers unless `PRAGMA recursive_triggers=ON`, which `config.database` sets.
On PostgreSQL the application's role should not own the tables: an owner can disable triggers.
"""

from __future__ import annotations

from collections.abc import Iterable

FROZEN = ("evidence", "evidence_seq", "evidence_checkpoint")
TILES = "evidence_tile"
LANES = 64
"""Lanes on PostgreSQL: as many as web threads. SQLite has one writer, so one lane."""


def statements(vendor: str) -> Iterable[str]:
    """What makes the tables append-only."""
    return [*_postgresql()] if vendor == "postgresql" else [*_sqlite()]


def removals(vendor: str) -> Iterable[str]:
    """What takes it back: for the reverse of the migration."""
    names = [
        (table, f"{table}_{verb}") for table in (*FROZEN, TILES) for verb in ("no_update", "no_delete", "no_truncate")
    ]
    if vendor == "postgresql":
        return [f"drop trigger if exists {name} on {table}" for table, name in names]
    return [f"drop trigger if exists {name}" for _, name in names if not name.endswith("truncate")]


def _sqlite() -> Iterable[str]:
    for table in (*FROZEN, TILES):
        yield _sqlite_trigger(table, "delete", "1")
    for table in FROZEN:
        yield _sqlite_trigger(table, "update", "1")
    yield _sqlite_trigger(
        TILES,
        "update",
        "new.level <> old.level or new.n <> old.n or length(new.data) <= length(old.data)"
        " or substr(new.data, 1, length(old.data)) <> old.data",
    )


def _sqlite_trigger(table: str, verb: str, when: str) -> str:
    return (
        f"create trigger {table}_no_{verb} before {verb} on {table} when {when}"
        f" begin select raise(abort, '{table} is append-only'); end"
    )


def _postgresql() -> Iterable[str]:
    yield (
        "create or replace function evidence_append_only() returns trigger language plpgsql as "
        "$$ begin raise exception using message = tg_table_name || ' is append-only', errcode = 'restrict_violation'; end $$"
    )
    for table in (*FROZEN, TILES):
        yield f"create trigger {table}_no_delete before delete on {table} for each row execute function evidence_append_only()"
        yield f"create trigger {table}_no_truncate before truncate on {table} for each statement execute function evidence_append_only()"
    for table in FROZEN:
        yield f"create trigger {table}_no_update before update on {table} for each row execute function evidence_append_only()"
    yield (
        f"create trigger {TILES}_no_update before update on {TILES} for each row when ("
        "new.level <> old.level or new.n <> old.n or length(new.data) <= length(old.data)"
        " or substr(new.data, 1, length(old.data)) <> old.data) execute function evidence_append_only()"
    )


def columns(vendor: str) -> Iterable[str]:
    """The order of commits on PostgreSQL, and its index."""
    if vendor == "postgresql":
        yield "alter table evidence add column xid xid8 not null default pg_current_xact_id()"
        yield "create index evidence_commit_order on evidence (xid, id)"


def lanes(vendor: str) -> list[str]:
    """Names of the lanes."""
    return [f"lane-{number:02}" for number in range(1, LANES + 1)] if vendor == "postgresql" else ["lane-01"]


def seed(vendor: str) -> str:
    """Puts the lanes in, those that are not there yet."""
    values = ", ".join(f"('{node}', 0)" for node in lanes(vendor))
    return f"insert into evidence_lane (node, n) values {values} on conflict (node) do nothing"  # noqa: S608 - names from here
