"""The rules in plain Python, cell by cell. Slow, and easy to believe: the SQL of `expressions` is tested against it."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from kaimen.core.quality.contract import (
    CREDIT_ALPHABET,
    CREDIT_WEIGHTS,
    RESIDENT_SIGNS,
    RESIDENT_WEIGHTS,
    CheckDigit,
    CodeList,
    Column,
    Contract,
    Identifier,
    Length,
    Pattern,
    Range,
    Rule,
    Type,
)
from kaimen.core.quality.formats import CREDIT_CODE, RESIDENT_ID, format_of

Value = str | int | Decimal | float | date | datetime | bool
_BIGGEST = 2**63


def fault_of(column: Column, raw: str | None, *, contract: Contract) -> str | None:
    """The code of the first rule that the cell breaks; None when it is right. Empty means missing."""
    if raw is None or not raw:
        return "required" if column.required else None
    pattern = format_of(column)
    if pattern is not None and not re.fullmatch(pattern, raw, re.ASCII):
        return "format"
    if column.type is Type.BOOLEAN and raw not in contract.true_words + contract.false_words:
        return "format"
    value = value_of(column, raw, zone=contract.zone)
    if column.type is not Type.BOOLEAN and value is None:
        return "format" if column.type in {Type.DATE, Type.TIMESTAMP} else "range"
    for rule in column.rules:
        code = _broken(rule, column, raw, value, zone=contract.zone)
        if code:
            return code
    return None


def value_of(column: Column, raw: str, *, zone: str = "UTC") -> Value | None:
    """What the text stands for; None when it stands for nothing of the type."""
    pattern = format_of(column)
    if pattern is not None and not re.fullmatch(pattern, raw, re.ASCII):
        return None
    match column.type:
        case Type.TEXT | Type.BOOLEAN:
            return raw
        case Type.INTEGER:
            return number if -_BIGGEST <= (number := int(raw)) < _BIGGEST else None
        case Type.DECIMAL:
            return _decimal(raw, column)
        case Type.DOUBLE:
            return number if math.isfinite(number := float(raw)) else None
        case Type.DATE:
            return _date(raw)
        case Type.TIMESTAMP:
            return _instant(raw, zone)


def _decimal(raw: str, column: Column) -> Decimal | None:
    try:
        number = Decimal(raw)
    except InvalidOperation:  # pragma: no cover - the format was checked
        return None
    return number if abs(number) < Decimal(10) ** (column.digits - column.scale) else None


def _date(raw: str) -> date | None:
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None


def _instant(raw: str, zone: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(raw)
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _broken(rule: Rule, column: Column, raw: str, value: Value | None, *, zone: str) -> str | None:
    match rule:
        case Length(least=least, most=most):
            return None if least <= len(raw) and (most is None or len(raw) <= most) else "length"
        case Pattern(pattern=pattern):
            return None if re.fullmatch(pattern, raw, re.ASCII) else "pattern"
        case CodeList(codes=codes):
            return None if raw in codes else "code_list"
        case CheckDigit(of=of):
            return None if identifier_holds(of, raw) else "check_digit"
        case Range(low=low, high=high):
            floor = value if low is None else value_of(column, low, zone=zone)
            ceiling = value if high is None else value_of(column, high, zone=zone)
            return None if floor <= value <= ceiling else "range"  # type: ignore[operator]  # one type: the column's


def identifier_holds(of: Identifier, raw: str) -> bool:
    """Whether the check sign is right, and for a resident id the day of birth exists."""
    if of is Identifier.CREDIT_CODE:
        if not re.fullmatch(CREDIT_CODE, raw, re.ASCII):
            return False
        total = sum(CREDIT_ALPHABET.index(sign) * weight for sign, weight in zip(raw[:17], CREDIT_WEIGHTS, strict=True))
        return CREDIT_ALPHABET[-total % 31] == raw[17]
    if not re.fullmatch(RESIDENT_ID, raw, re.ASCII) or _date(f"{raw[6:10]}-{raw[10:12]}-{raw[12:14]}") is None:
        return False
    total = sum(int(sign) * weight for sign, weight in zip(raw[:17], RESIDENT_WEIGHTS, strict=True))
    return RESIDENT_SIGNS[total % 11] == raw[17]
