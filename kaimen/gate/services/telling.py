"""Answers and decisions as plain data, for the API, the command line and the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from kaimen.core.policy import rows
from kaimen.core.policy.obligations import WITHHELD, Filter, Obligation
from kaimen.core.policy.rows import All, Compare
from kaimen.core.policy.text import obligation_to_data
from kaimen.core.sql.govern import governed_columns, visible
from kaimen.gate.services.answering import Answer, Seen
from kaimen.gate.services.asking import Decided


def proof_address(entry: str) -> str:
    """Where the proof of a receipt is."""
    return f"/log/proof/{entry}"


def decisions(decided: Decided) -> list[dict[str, Any]]:
    """By dataset: under what, at which price, and which rules said so."""
    return [
        {
            "dataset": decision.dataset,
            "slug": decided.entries[decision.dataset].slug,
            "version": decided.entries[decision.dataset].version,
            "snapshot": decided.snapshots[decision.dataset].number,
            "policy": decision.policy or "",
            "policy_hash": decision.policy_hash,
            "obligations": [obligation_to_data(_unnamed(each)) for each in decision.obligations],
            "reasons": [{"policy": each.policy, "rule": each.rule, "code": each.code} for each in decision.reasons],
        }
        for decision in decided.decisions
    ]


def _unnamed(duty: Obligation) -> Obligation:
    """Rows of somebody are withheld: whose, is told to nobody."""
    if not isinstance(duty, Filter) or duty.why != WITHHELD:
        return duty
    return replace(duty, term=All(tuple(Compare(column, "not_in") for column in sorted(rows.columns(duty.term)))))


def columns(seen: Iterable[Seen]) -> list[dict[str, Any]]:
    """How each column was treated."""
    return [
        {
            "name": column.name,
            "type": column.type,
            "treatment": column.treatment,
            "masks": [
                {
                    "dataset": dataset,
                    "column": mask.column,
                    "how": str(mask.how),
                    "why": mask.why,
                    "clause": mask.clause,
                }
                for dataset, mask in column.masks
            ],
        }
        for column in seen
    ]


def answer(found: Answer) -> dict[str, Any]:
    """All but the rows."""
    entry = found.receipt.entry
    return {
        "receipt": {"entry": entry, "note": found.receipt.text, "proof": proof_address(entry)},
        "decisions": decisions(found.decided),
        "columns": columns(found.columns),
    }


def decided(found: Decided, seen: Iterable[Seen]) -> dict[str, Any]:
    """What would be answered."""
    return {
        "permitted": True,
        "decisions": decisions(found),
        "columns": columns(seen),
        "governed": found.governed.shown(),
    }


def schema(found: Decided) -> dict[str, Any]:
    """What the asker would see of the one dataset."""
    (source,) = found.view.sources
    entry, snapshot = found.entries[source.dataset], found.snapshots[source.dataset]
    masks = {column.name: str(how) for column, how in visible(source) if how is not None}
    told = {item.column: item for item in entry.items}
    return {
        "dataset": entry.id,
        "slug": entry.slug,
        "snapshot": snapshot.number,
        "rows": snapshot.rows,
        "columns": [
            {
                "name": column.name,
                "type": column.type,
                "mask": masks.get(column.name),
                "name_zh": told[column.name].name_zh if column.name in told else "",
                "name_en": told[column.name].name_en if column.name in told else "",
            }
            for column in governed_columns(source)
        ],
    }
