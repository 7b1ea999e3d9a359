"""Records from a spreadsheet: read, judged cell by cell, kept until somebody enters them; all of them or none."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path, PurePath

from django.db import transaction
from ulid import ULID

from kaimen.core.errors import Invalid
from kaimen.core.policy.party import Actor
from kaimen.engines.sources import excel
from kaimen.monitor import selectors
from kaimen.monitor.models import Record, Sheet
from kaimen.monitor.registers import Facts, Fault, Register, columns, read_facts
from kaimen.monitor.services.writing import Line, check_writer, write

MOST_BYTES = 5_000_000
MOST_ROWS = 5_000
MOST_CELLS = 200
KEPT = timedelta(days=7)
"""A sheet that nobody enters goes after so long."""
EXCEL, CSV = frozenset({".xlsx", ".xls"}), frozenset({".csv", ".txt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A fault of a sheet: its row as the sheet counts (the heads are row 1), the column, what stands there, and a code.

    `other`: the column against which it was held, if any.
    """

    row: int
    column: str
    value: str
    code: str
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What would come of a sheet. `lines` are the records as they would be; `sheet` waits to be entered where nothing is wrong."""

    register: Register
    rows: int
    faults: tuple[Found, ...]
    new: tuple[str, ...]
    changed: tuple[tuple[str, tuple[str, ...]], ...]
    """(key, names of the fields that change)."""
    unchanged: int
    absent: int
    """Records of this body in force that the sheet does not name. Nothing is done to them."""
    sheet: Sheet | None


def rehearse(kind: str, chunks: Iterable[bytes], *, name: str, by: Actor, now: datetime) -> Rehearsal:
    """Read a sheet and say what it would do. What is right is kept for `enter`; what is wrong is told, row by row.

    Raises `Refused("not_your_role" | "register_not_competent")`, `Invalid("file_format" | "file_locked" | "archive_unsafe" | "sheet_too_large" | "sheet_heads")`.
    """
    register = selectors.register(kind)
    body = check_writer(register, by=by, now=now)
    data = _whole(chunks)
    heads, rows = _read(data, PurePath(name).suffix.lower())
    names, strange = columns(register, heads)
    twice = sorted({one for one in names if one and names.count(one) > 1})
    absent = [one.name for one in register.fields if (one.key or one.needed) and one.name not in names]
    if strange or twice or absent:
        raise Invalid("sheet_heads", strange=[one[:80] for one in strange], twice=twice, absent=absent)
    facts, faults = _judge(register, names, heads, rows, today=selectors.day(now))
    lines, more = _beside(register, facts, body)
    found = _told(register, lines, faults + more, len(rows), body)
    if found.faults or not lines:
        return found
    with transaction.atomic():
        Sheet.objects.filter(at__lt=now - KEPT, entered_at=None).delete()
        sheet = Sheet.objects.create(
            id=str(ULID.from_datetime(now)),
            register=kind,
            institution=body,
            name=PurePath(name).name[:200],
            sha256=hashlib.sha256(data).hexdigest(),
            rows=[one.facts for _, one in lines],
            at=now,
        )
    return _told(register, lines, [], len(rows), body, sheet=sheet)


def look_again(sheet: Sheet) -> Rehearsal:
    """What would come of a kept sheet now: others may have written since."""
    register = selectors.register(sheet.register)
    facts = [(number, dict(one)) for number, one in enumerate(sheet.rows, 2)]
    lines, faults = _beside(register, facts, sheet.institution)
    return _told(register, lines, faults, len(facts), sheet.institution, sheet=sheet)


@transaction.atomic
def enter(sheet_id: str, *, by: Actor, now: datetime) -> list[Record]:
    """Enter a kept sheet: every row, or none. A sheet that was entered, or that says what is there already, changes nothing.

    Raises `Missing("sheet_unknown")`, `Refused("not_your_role")`, `Invalid("sheet_faults")` where others wrote in the meantime.
    """
    found = selectors.sheet(sheet_id, by=by)
    sheet = Sheet.objects.select_for_update().get(pk=found.pk)
    register = selectors.register(sheet.register)
    check_writer(register, by=by, now=now)
    if sheet.entered_at is not None:
        return []
    facts = [(number, dict(one)) for number, one in enumerate(sheet.rows, 2)]
    codes = [one[register.key.name] for _, one in facts]
    list(Record.objects.select_for_update().filter(register=register.kind, code__in=codes).order_by("pk"))
    lines, faults = _beside(register, facts, sheet.institution)
    if faults:
        raise Invalid("sheet_faults", count=len(faults), row=faults[0].row, column=faults[0].column)
    sheet.entered_at = now
    sheet.save(update_fields=["entered_at"])
    going = [line for _, line in lines if line.record is None or line.changed]
    return write(register, going, by=by, now=now, way="sheet") if going else []


# ---- reading -----------------------------------------------------------------------------------------------------------------


def _whole(chunks: Iterable[bytes]) -> bytes:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MOST_BYTES:
            raise Invalid("sheet_too_large", mb=MOST_BYTES // 1_000_000, rows=MOST_ROWS)
    return bytes(data)


def _read(data: bytes, suffix: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Heads, and (row, cells) for every row that is not empty."""
    if suffix in EXCEL:
        rows = _workbook(data)
    elif suffix in CSV:
        rows = _text(data)
    else:
        raise Invalid("file_format", what="kind")
    found = list[tuple[int, list[str]]]()
    for number, cells in rows:
        if not any(cells):
            continue
        if len(found) > MOST_ROWS or len(cells) > MOST_CELLS:
            raise Invalid("sheet_too_large", mb=MOST_BYTES // 1_000_000, rows=MOST_ROWS)
        found.append((number, cells))
    if not found:
        raise Invalid("file_format", what="header")
    (_, heads), *rest = found
    while heads and not heads[-1]:
        heads.pop()
    return heads, rest


def _workbook(data: bytes) -> Iterable[tuple[int, list[str]]]:
    """Its first sheet; checked for bombs and passwords before it is opened."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(data)
        file.flush()
        yield from excel.first_sheet(Path(file.name))


def _text(data: bytes) -> Iterable[tuple[int, list[str]]]:
    """UTF-8 with or without its mark, else GB18030, as office programs here write it."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise Invalid("file_format", what="encoding") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error:
        raise Invalid("file_format", what="quotes") from None


# ---- judging -----------------------------------------------------------------------------------------------------------------


def _judge(
    register: Register,
    names: Sequence[str],
    heads: Sequence[str],
    rows: Sequence[tuple[int, list[str]]],
    *,
    today: date,
) -> tuple[list[tuple[int, Facts]], list[Found]]:
    head_of = dict(zip(names, heads, strict=True))
    facts, faults = list[tuple[int, Facts]](), list[Found]()
    for number, cells in rows:
        if any(cells[len(names) :]):
            faults.append(Found(row=number, column="", value="", code="beyond_the_heads"))
            continue
        given = {name: text for name, text in zip(names, cells, strict=False) if name}
        said, wrong = read_facts(register, given, today=today)
        faults += [_found(number, one, head_of, given) for one in wrong]
        if not wrong:
            facts.append((number, said))
    return facts, faults


def _found(row: int, fault: Fault, heads: dict[str, str], given: dict[str, str]) -> Found:
    return Found(
        row=row,
        column=heads.get(fault.field, fault.field),
        value=given.get(fault.field, "")[:60],
        code=fault.code,
        other=heads.get(fault.other, fault.other),
    )


def _beside(
    register: Register, facts: Sequence[tuple[int, Facts]], body: str
) -> tuple[list[tuple[int, Line]], list[Found]]:
    """The records as they would be beside those that are there, and what stands in the way."""
    key = register.key.name
    codes = [one[key] for _, one in facts]
    there = {one.code: one for one in Record.objects.filter(register=register.kind, code__in=codes)}
    lines, faults, seen = list[tuple[int, Line]](), list[Found](), set[str]()
    for number, one in facts:
        code, record = one[key], there.get(one[key])
        wrong = (
            "twice"
            if code in seen
            else "not_yours"
            if record is not None and record.institution != body
            else "is_retired"
            if record is not None and record.retired
            else ""
        )
        seen.add(code)
        if wrong:
            faults.append(Found(row=number, column=key, value=code, code=wrong))
        else:
            lines.append((number, Line(code=code, facts=one, record=record)))
    return lines, faults


def _told(
    register: Register,
    lines: Sequence[tuple[int, Line]],
    faults: Sequence[Found],
    rows: int,
    body: str,
    *,
    sheet: Sheet | None = None,
) -> Rehearsal:
    named = {line.code for _, line in lines} | {one.value for one in faults}
    mine = set(
        Record.objects.filter(register=register.kind, institution=body, retired=False).values_list("code", flat=True)
    )
    changed = [(line.code, tuple(line.changed)) for _, line in lines if line.record is not None and line.changed]
    new = [line.code for _, line in lines if line.record is None]
    return Rehearsal(
        register=register,
        rows=rows,
        faults=tuple(sorted(faults, key=lambda one: one.row)),
        new=tuple(new),
        changed=tuple(changed),
        unchanged=len(lines) - len(changed) - len(new),
        absent=len(mine - named),
        sheet=sheet,
    )
