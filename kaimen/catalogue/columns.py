"""Columns drafted from the head of a CSV file: names as they stand, types guessed. A person confirms every one of them."""

from __future__ import annotations

import csv
import re
from datetime import date, datetime
from itertools import islice

from kaimen.core.errors import Invalid
from kaimen.core.metadata.entry import Item

LONGEST = 256 * 1024
_ROWS = 200
_MOST_COLUMNS = 500
_WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?", re.ASCII)
_LEADING_ZERO = re.compile(r"-?0\d", re.ASCII)


def columns_of(head: bytes) -> tuple[Item, ...]:
    """Items for the columns of a file that begins with `head`. Raises `Invalid("catalogue.file_head")` when there is no head line."""
    lines = _text(head[:LONGEST]).splitlines()
    try:
        rows = list(islice(csv.reader(lines[:-1] if len(head) >= LONGEST else lines), _ROWS + 1))
    except csv.Error:
        raise Invalid("catalogue.file_head") from None
    names = [name.strip().strip("\ufeff") for name in rows[0]] if rows else []
    if (
        not names
        or not all(names)
        or len(names) > _MOST_COLUMNS
        or len({name.casefold() for name in names}) < len(names)
    ):
        raise Invalid("catalogue.file_head")
    return tuple(
        Item(
            column=name[:128],
            name_zh=name[:200] if not name.isascii() else "",
            name_en=name.replace("_", " ").capitalize()[:200] if name.isascii() else "",
            data_type=_type([row[place].strip() for row in rows[1:] if place < len(row) and row[place].strip()]),
        )
        for place, name in enumerate(names)
    )


def _text(head: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return head.decode(encoding)
        except UnicodeDecodeError as fault:
            if len(head) == LONGEST and fault.start > LONGEST - 4:  # cut in the middle of a character
                return head[: fault.start].decode(encoding)
    raise Invalid("catalogue.file_head")


def _type(values: list[str]) -> str:
    """A leading zero makes a number a text: it is a code."""
    if not values or any(_LEADING_ZERO.match(value) for value in values):
        return "C"
    if all(_WHOLE.fullmatch(value) for value in values):
        return "I"
    if all(_NUMBER.fullmatch(value) for value in values):
        return "N"
    if all(_reads(date, value) for value in values):
        return "D"
    if all(_reads(datetime, value) for value in values):
        return "T"
    return "C"


def _reads(kind: type[date], value: str) -> bool:
    try:
        kind.fromisoformat(value)
    except ValueError:
        return False
    return True
