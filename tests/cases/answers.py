"""Answers that fit what a step asks, made of its fields alone: so every workflow of the pack is walked, also those written later."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

from kaimen.cases import selectors
from kaimen.core.lifecycle.workflow import Act, Field, FieldKind

Finder = Callable[[str], str | None]
"""The number of a case of a workflow."""
TODAY = date(2026, 11, 23)


def an_answer(
    asked: Field, chance: random.Random, *, entry: str, columns: list[str], body: str, case: Finder
) -> object:
    match asked.kind:
        case FieldKind.LINE | FieldKind.TEXT:
            return chance.choice(["按规定办理", "because the duty needs it", "一、二、三"])
        case FieldKind.NUMBER:
            low = asked.least or 1
            return chance.randint(low, min(asked.most or low + 9, low + 9))
        case FieldKind.MONEY:
            return f"{max(asked.least or 0, 1) + chance.randint(0, 5000)}.50"
        case FieldKind.DATE:
            return (TODAY + timedelta(days=chance.randint(1, 300) * (-1 if asked.future is False else 1))).isoformat()
        case FieldKind.INSTANT:
            return f"{TODAY - timedelta(days=chance.randint(1, 3))}T09:{chance.randint(10, 59)}+08:00"
        case FieldKind.CHOICE:
            return chance.choice(_codes(asked))
        case FieldKind.CHOICES:
            codes = _codes(asked)
            return chance.sample(codes, chance.randint(1, min(3, len(codes))))
        case FieldKind.YES_NO:
            return chance.random() < 0.5
        case FieldKind.TICK:
            return True
        case FieldKind.ENTRY:
            return entry
        case FieldKind.COLUMNS:
            return chance.sample(columns, chance.randint(1, len(columns)))
        case FieldKind.INSTITUTION:
            return body
        case FieldKind.CASE:
            return case(asked.of)


def answers(
    act: Act, chance: random.Random, *, entry: str, columns: list[str], body: str, case: Finder
) -> dict[str, object]:
    """All that is needed, and some of what is not."""
    return {
        ask.field.name: value
        for ask in act.asks
        if (ask.needed or chance.random() < 0.3)
        and (value := an_answer(ask.field, chance, entry=entry, columns=columns, body=body, case=case)) is not None
    }


def _codes(asked: Field) -> list[str]:
    return sorted(asked.codes or selectors.lists()[asked.code_list])
