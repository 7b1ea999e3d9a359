"""Strict canonical formats: how a cell must be written. Casts are generous (`3.7` becomes 4), so the writing is checked before."""

from __future__ import annotations

from kaimen.core.quality.contract import Column, Type

DATE = r"\d{4}-\d{2}-\d{2}"
CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?"
OFFSET = r"(?:Z|[+-]\d{2}(?::\d{2})?)?"
CREDIT_CODE = r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}"
RESIDENT_ID = r"\d{17}[\dX]"


def format_of(column: Column) -> str | None:
    """The pattern that the whole text of a cell must match (the same to RE2 and Python's ASCII `re`); None where the type has none."""
    match column.type:
        case Type.INTEGER:
            return r"[+-]?\d+"
        case Type.DECIMAL:
            return r"[+-]?\d+" + (rf"(?:\.\d{{1,{column.scale}}})?" if column.scale else "")
        case Type.DOUBLE:
            return r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
        case Type.DATE:
            return DATE
        case Type.TIMESTAMP:
            return rf"{DATE}[ T]{CLOCK}{OFFSET}"
        case Type.TEXT | Type.BOOLEAN:
            return None
