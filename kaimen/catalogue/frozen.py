"""Triggers that keep published versions, their items and all acts as they were written, on both databases."""

from __future__ import annotations

from collections.abc import Iterable

FROZEN = ("catalogue_entryversion", "catalogue_item", "catalogue_act")


def statements(vendor: str) -> Iterable[str]:
    """What freezes the tables."""
    if vendor != "postgresql":
        return [_sqlite(table, verb) for table in FROZEN for verb in ("update", "delete")]
    function = (
        "create or replace function catalogue_frozen() returns trigger language plpgsql as "
        "$$ begin raise exception '% is frozen', tg_table_name using errcode = 'restrict_violation'; end $$"
    )
    return [function, *[_postgresql(table, verb) for table in FROZEN for verb in ("update", "delete")]]


def removals(vendor: str) -> Iterable[str]:
    """What takes it back: for the reverse of the migration, and for tests that empty their database."""
    names = [(table, f"{table}_no_{verb}") for table in FROZEN for verb in ("update", "delete")]
    if vendor != "postgresql":
        return [f"drop trigger if exists {name}" for _, name in names]
    return [f"drop trigger if exists {name} on {table}" for table, name in names]


def _sqlite(table: str, verb: str) -> str:
    return (
        f"create trigger {table}_no_{verb} before {verb} on {table} begin select raise(abort, '{table} is frozen'); end"
    )


def _postgresql(table: str, verb: str) -> str:
    return f"create trigger {table}_no_{verb} before {verb} on {table} for each row execute function catalogue_frozen()"
