"""Triggers that keep every step of a case as it was written, on both databases."""

from __future__ import annotations

from collections.abc import Iterable

TABLE = "cases_act"
VERBS = ("update", "delete")


def statements(vendor: str) -> Iterable[str]:
    """What freezes the table."""
    if vendor != "postgresql":
        return [
            f"create trigger {TABLE}_no_{verb} before {verb} on {TABLE} begin select raise(abort, '{TABLE} is frozen'); end"
            for verb in VERBS
        ]
    function = (
        "create or replace function cases_frozen() returns trigger language plpgsql as "
        "$$ begin raise exception '% is frozen', tg_table_name using errcode = 'restrict_violation'; end $$"
    )
    return [
        function,
        *[
            f"create trigger {TABLE}_no_{verb} before {verb} on {TABLE} for each row execute function cases_frozen()"
            for verb in VERBS
        ],
    ]


def removals(vendor: str) -> Iterable[str]:
    """What takes it back."""
    where = f" on {TABLE}" if vendor == "postgresql" else ""
    return [f"drop trigger if exists {TABLE}_no_{verb}{where}" for verb in VERBS]
