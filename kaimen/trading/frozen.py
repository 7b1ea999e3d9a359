"""Triggers that keep the journal as it was written, on both databases: an entry is reversed by a new one, never changed."""

from __future__ import annotations

from collections.abc import Iterable

TABLES = ("trading_journalentry", "trading_journalline")
VERBS = ("update", "delete")


def statements(vendor: str) -> Iterable[str]:
    """What freezes the tables."""
    if vendor != "postgresql":
        return [
            f"create trigger {table}_no_{verb} before {verb} on {table} begin select raise(abort, '{table} is frozen'); end"
            for table in TABLES
            for verb in VERBS
        ]
    function = (
        "create or replace function trading_frozen() returns trigger language plpgsql as "
        "$$ begin raise exception '% is frozen', tg_table_name using errcode = 'restrict_violation'; end $$"
    )
    return [
        function,
        *[
            f"create trigger {table}_no_{verb} before {verb} on {table} for each row execute function trading_frozen()"
            for table in TABLES
            for verb in VERBS
        ],
    ]


def removals(vendor: str) -> Iterable[str]:
    """What takes it back."""
    on = " on {table}" if vendor == "postgresql" else ""
    return [f"drop trigger if exists {table}_no_{verb}{on.format(table=table)}" for table in TABLES for verb in VERBS]
