"""Freeze a result: ask once more in the zone's channel, write the bytes that may leave, check them. Nothing leaves by this."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa
from ulid import ULID

from kaimen.core.errors import Invalid, KaimenError, Unavailable
from kaimen.core.policy.mask import Pseudonym
from kaimen.core.policy.obligations import Aggregate
from kaimen.core.policy.party import Actor
from kaimen.core.privacy import egress
from kaimen.core.privacy.egress import Check, Column
from kaimen.gate import services as gate
from kaimen.gate.services import Answer, Decided
from kaimen.zones import selectors
from kaimen.zones.models import Artefact, Project
from kaimen.zones.services import working

MOST_ROWS = "POL-ZON-ROWS"
MOST_BYTES = 10_000_000
FORMS = ("table", "figure")
DIGITS = 6
"""Decimals of a number that leaves: the ends of long ones could carry anything."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def freeze(code: str, *, form: str, title: str, by: Actor, now: datetime) -> Artefact:
    """Run a saved analysis and keep what came as the bytes that may leave: a table as CSV, a figure as its drawing and its numbers.

    Raises as `working.run_saved`; `Invalid("zone_artefact_form")`, `Invalid("zone_not_a_figure")`, `Unavailable("zone_check")`.
    """
    kept = selectors.analysis_for(code, by)
    project = selectors.working(kept.project_id, by, now=now)
    title = title.strip()
    if form not in FORMS or not title or len(title) > 200:
        raise Invalid("zone_artefact_form")
    most = selectors.number(MOST_ROWS, now)
    answer = gate.answer(working.question(project, kept.sql, limit=most + 1), by=by, now=now)
    rows = sorted(([_plain(cell) for cell in row] for row in working.rows_of(answer)), key=_order)
    names = answer.schema.names
    content = table(names, rows) if form == "table" else figure(title, names, rows)
    checks = [
        *egress.size_and_form(_columns(answer), rows, size=len(content), most_rows=most, most_bytes=MOST_BYTES),
        *egress.persons(_columns(answer), rows),
        *_grain(project, kept.sql, answer.decided, by=by, now=now),
    ]
    decided = answer.decided
    return Artefact.objects.create(
        id=str(ULID.from_datetime(now)), project=project, analysis=kept, person=str(by.person), title=title, form=form,
        content=content, sha256=hashlib.sha256(content).hexdigest(), size=len(content), rows=len(rows),
        receipt=answer.receipt.entry, level=decided.level, checks=[asdict(one) for one in checks], rules=egress.VERSION,
        inputs=[[one.dataset, decided.snapshots[one.dataset].number, one.policy] for one in decided.decisions],
        frozen_at=now,
    )  # fmt: skip


def _columns(answer: Answer) -> list[Column]:
    outputs = answer.decided.outputs
    direct = {
        (entry.id, item.column)
        for entry in answer.decided.entries.values()
        for item in entry.items
        if item.identifier_kind == "direct"
    }
    found: list[Column] = []
    for place, field in enumerate(answer.schema):
        output = outputs[place] if outputs is not None and len(outputs) == len(answer.schema) else None
        pseudonym = any(isinstance(mask.how, Pseudonym) for _, mask in answer.columns[place].masks)
        passed_on = output is None or output.is_plain
        behind = bool(direct) if output is None else bool(output.origins & direct)
        nested = pa.types.is_nested(field.type) or pa.types.is_binary(field.type)
        found.append(Column(name=field.name, flat=not nested, direct=passed_on and (behind or pseudonym)))
    return found


def _grain(project: Project, sql: str, decided: Decided, *, by: Actor, now: datetime) -> list[Check]:
    """Where the gate held every group to enough persons, that is so; else the smallest group is asked for, as a question of its own."""
    needed = selectors.smallest_group(decided.level, now)
    held = [
        any(isinstance(duty, Aggregate) and duty.min_group >= needed for duty in one.obligations)
        for one in decided.decisions
    ]
    if held and all(held):
        return egress.grain(totals=True, least=None, needed=needed)
    asked = gate.smallest_group(sql)
    if asked is None or not decided.decisions:
        return egress.grain(totals=False, least=None, needed=needed)
    try:
        rows = working.rows_of(gate.answer(working.question(project, asked, limit=1), by=by, now=now))
    except KaimenError:
        raise Unavailable("zone_check") from None
    least = rows[0][0] if rows else None
    return egress.grain(totals=True, least=int(least or 0), needed=needed)


# ---- bytes -------------------------------------------------------------------------------------------------------------------
def table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """CSV in UTF-8 with lines in the order of their values. Text that a spreadsheet would run is made text before it is frozen."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_tame(name) for name in names])
    writer.writerows([_tame(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def figure(title: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """JSON: bars over the first column that is no number, the columns of numbers as series. Raises `Invalid("zone_not_a_figure")`."""
    numbers = [
        place for place in range(len(names)) if all(_is_number(row[place]) or row[place] is None for row in rows)
    ]
    labels = [place for place in range(len(names)) if place not in numbers]
    if not rows or not numbers or len(labels) != 1:
        raise Invalid("zone_not_a_figure")
    drawn = {
        "title": title,
        "kind": "bar",
        "x": {"name": names[labels[0]], "values": [row[labels[0]] for row in rows]},
        "series": [{"name": names[place], "values": [row[place] for row in rows]} for place in numbers],
    }
    return json.dumps(drawn, ensure_ascii=False, sort_keys=True, indent=1).encode()


def read_table(artefact: Artefact, *, most: int) -> tuple[list[str], list[list[str]]]:
    """Head and first rows of the frozen bytes, for those who review them."""
    content = bytes(artefact.content or b"").decode()
    if artefact.form == "figure":
        drawn = json.loads(content)
        heads = [drawn["x"]["name"], *(one["name"] for one in drawn["series"])]
        columns = [drawn["x"]["values"], *(one["values"] for one in drawn["series"])]
        rows = [["" if cell is None else str(cell) for cell in row] for row in zip(*columns, strict=True)]
        return heads, rows[:most]
    head, *rows = list(csv.reader(io.StringIO(content)))
    return head, rows[:most]


def _plain(cell: Any) -> Any:
    """A value as it leaves: numbers rounded, times as text."""
    match cell:
        case bool() | int() | str() | None:
            return cell
        case float() | Decimal():
            rounded = round(float(cell), DIGITS)
            return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


def _order(row: Sequence[Any]) -> list[tuple[bool, float, str]]:
    """By value, so that the order of rows says nothing."""
    return [
        (cell is None, float(cell) if _is_number(cell) else 0.0, "" if _is_number(cell) else str(cell)) for cell in row
    ]


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _tame(cell: Any) -> Any:
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
