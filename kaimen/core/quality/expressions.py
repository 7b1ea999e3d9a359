"""A rule is data; here it becomes SQL of the engine. Cells come as text in `raw`, their reading as type in `value`.

`value_of` reads, `fault_of` names the first broken rule, `holds` is a cheap test that is never true for a faulty cell. The loader asks
`holds` for every row and `fault_of` only where it is not true: reading a number back to text costs half of a pattern.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
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

YEARS = range(1900, 2039)
RECENT = 2010


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """A name as SQL."""
    return '"' + text.replace('"', '""') + '"'


def type_of(column: Column) -> str:
    """The engine's type."""
    match column.type:
        case Type.TEXT:
            return "VARCHAR"
        case Type.INTEGER:
            return "BIGINT"
        case Type.DECIMAL:
            return f"DECIMAL({column.digits},{column.scale})"
        case Type.DOUBLE:
            return "DOUBLE"
        case Type.DATE:
            return "DATE"
        case Type.TIMESTAMP:
            return "TIMESTAMP WITH TIME ZONE"
        case Type.BOOLEAN:
            return "BOOLEAN"


def value_of(column: Column, raw: str, *, contract: Contract) -> str:
    """The cell as its type, NULL where that cannot be. The session's time zone must be the contract's."""
    match column.type:
        case Type.TEXT:
            return raw
        case Type.BOOLEAN:
            return (
                f"CASE WHEN {raw} IN ({_list(contract.true_words)}) THEN true "
                f"WHEN {raw} IN ({_list(contract.false_words)}) THEN false END"
            )
        case _:
            return f"TRY_CAST({raw} AS {type_of(column)})"


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(literal(word) for word in words)


def fault_of(column: Column, raw: str, value: str) -> str:
    """`'column:code'` of the first broken rule, else NULL."""
    steps: list[tuple[str, str]] = []
    pattern = format_of(column)
    if pattern is not None:
        steps.append((f"NOT regexp_full_match({raw}, {literal(pattern)})", "format"))
    match column.type:
        case Type.BOOLEAN:
            steps.append((f"{value} IS NULL", "format"))
        case Type.DATE | Type.TIMESTAMP:
            steps.append((f"{value} IS NULL OR {raw} < '0001'", "format"))
        case Type.DOUBLE:
            steps.append((f"{value} IS NULL OR NOT isfinite({value})", "range"))
        case Type.INTEGER | Type.DECIMAL:
            steps.append((f"{value} IS NULL", "range"))
        case Type.TEXT:
            pass
    steps += [(f"NOT ({_kept_lazily(rule, column, raw, value)})", _code(rule)) for rule in column.rules]
    missing = literal(f"{column.name}:required") if column.required else "NULL"
    ladder = " ".join(f"WHEN {broken} THEN {literal(f'{column.name}:{code}')}" for broken, code in steps)
    return f"CASE WHEN {raw} IS NULL THEN {missing} {ladder} END"


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """How a cell is read in a stream, in three layers: helpers on the raw text, helpers on those, the value."""

    first: str | None = None
    second: str | None = None
    value: str


def steps_of(column: Column, n: int, *, contract: Contract) -> Steps:
    """The cheap reading of column number `n`: `r<n>` is its text, `t<n>` and `k<n>` become its helpers.

    An instant is read as a local time, which is cheap; where the zone's offset has not changed since and the text is the canonical one,
    the instant is that time less the offset. All other writings take the general way.
    """
    raw, general = f"r{n}", value_of(column, f"r{n}", contract=contract)
    if column.type is not Type.TIMESTAMP:
        return Steps(value=general)
    shifted = steady(contract.zone)
    if shifted is None:
        return Steps(
            first=f"TRY_CAST({raw} AS TIMESTAMP)", second=f"strlen({raw}) = 19 AND t{n}::VARCHAR = {raw}", value=general
        )
    since, offset_us = shifted
    return Steps(
        first=f"TRY_CAST({raw} AS TIMESTAMP)",
        second=f"strlen({raw}) = 19 AND t{n} >= TIMESTAMP '{since}-01-01' AND t{n}::VARCHAR = {raw}",
        value=f"CASE WHEN k{n} THEN make_timestamptz(epoch_us(t{n}) - {offset_us}) ELSE {general} END",
    )


@lru_cache(maxsize=64)
def steady(zone: str) -> tuple[int, int] | None:
    """(year, offset in microseconds): from that year on the zone's offset has been one and the same; None where it still changes."""
    known = ZoneInfo(zone)
    offsets = {year: {datetime(year, month, 1, tzinfo=known).utcoffset() for month in range(1, 13)} for year in YEARS}
    last = next(iter(offsets[YEARS[-1]]))
    if offsets[YEARS[-1]] != {last} or last is None:
        return None
    since = next((year + 1 for year in reversed(YEARS) if offsets[year] != {last}), YEARS[0])
    return (since, last // timedelta(microseconds=1)) if since <= RECENT else None


def holds(column: Column, n: int) -> str | None:
    """True only for a cell without fault; false or NULL means: ask `fault_of`. None where nothing need be asked."""
    raw, value = f"r{n}", f"v{n}"
    tests = _cheap_format(column, n)
    tests += [_kept(rule, column, raw, value) for rule in column.rules]
    if not tests:
        return f"{raw} IS NOT NULL" if column.required else None
    both = " AND ".join(f"({test})" for test in tests)
    return both if column.required else f"(({both}) OR {raw} IS NULL)"


def _cheap_format(column: Column, n: int) -> list[str]:
    raw, value = f"r{n}", f"v{n}"
    match column.type:
        case Type.TEXT:
            return []
        case Type.INTEGER | Type.DECIMAL:
            return [f"{value}::VARCHAR = {raw}"]
        case Type.DOUBLE:  # of what the cast reads and the format does not: blanks at the ends, `_`, nan, inf
            return [
                f"isfinite({value})", f"{raw} >= '+'", f"substring({raw}, -1, 1) > ' '", f"NOT contains({raw}, '_')",
            ]  # fmt: skip
        case Type.DATE:  # ten characters: not `infinity`, not `0044-03-15 (BC)`, which also read back as written
            return [f"strlen({raw}) = 10", f"{value}::VARCHAR = {raw}"]
        case Type.TIMESTAMP:
            return [f"k{n}", f"{value} IS NOT NULL"]
        case Type.BOOLEAN:
            return [f"{value} IS NOT NULL"]


def _code(rule: Rule) -> str:
    match rule:
        case Length():
            return "length"
        case Pattern():
            return "pattern"
        case CodeList():
            return "code_list"
        case CheckDigit():
            return "check_digit"
        case Range():
            return "range"


def _kept(rule: Rule, column: Column, raw: str, value: str) -> str:
    match rule:
        case Length(least=least, most=most):
            enough = f"length({raw}) >= {least}" if least else ""
            fits = (
                f"(strlen({raw}) <= {most} OR length({raw}) <= {most})" if most is not None else ""
            )  # bytes are quicker
            return " AND ".join(test for test in (enough, fits) if test) or "true"
        case Pattern(pattern=pattern):
            return f"regexp_full_match({raw}, {literal(pattern)})"
        case CodeList(codes=codes):
            return f"{raw} IN ({_list(codes)})"
        case CheckDigit(of=of) if of is Identifier.CREDIT_CODE:
            total = _weighted(raw, CREDIT_WEIGHTS, lambda sign: f"(strpos('{CREDIT_ALPHABET}', {sign}) - 1)")
            check = f"substring('{CREDIT_ALPHABET}', CAST((31 - ({total}) % 31) % 31 AS BIGINT) + 1, 1)"
            return f"CASE WHEN regexp_full_match({raw}, {literal(CREDIT_CODE)}) THEN {check} = substring({raw}, 18, 1) ELSE false END"
        case CheckDigit():
            total = _weighted(raw, RESIDENT_WEIGHTS, lambda sign: f"(ascii({sign}) - 48)")
            check = f"substring('{RESIDENT_SIGNS}', CAST(({total}) % 11 AS BIGINT) + 1, 1)"
            birth = f"substring({raw}, 7, 4) || '-' || substring({raw}, 11, 2) || '-' || substring({raw}, 13, 2)"
            return (
                f"CASE WHEN regexp_full_match({raw}, {literal(RESIDENT_ID)}) THEN TRY_CAST({birth} AS DATE) IS NOT NULL"
                f" AND {birth} > '0001' AND {check} = substring({raw}, 18, 1) ELSE false END"
            )
        case Range(low=low, high=high):
            bounds = [(">=", low), ("<=", high)]
            tests = [f"{value} {sign} {_bound(bound, column)}" for sign, bound in bounds if bound is not None]
            return " AND ".join(tests) or "true"


def _kept_lazily(rule: Rule, column: Column, raw: str, value: str) -> str:
    """The same where few rows ask: a list of codes becomes a join that is made for every row, a cast does not."""
    if isinstance(rule, CodeList):
        return f"TRY_CAST({raw} AS ENUM({_list(tuple(dict.fromkeys(rule.codes)))})) IS NOT NULL"
    return _kept(rule, column, raw, value)


def _weighted(raw: str, weights: tuple[int, ...], number: Callable[[str], str]) -> str:
    return " + ".join(
        f"{number(f'substring({raw}, {place}, 1)')} * {weight}" for place, weight in enumerate(weights, 1)
    )


def _bound(text: str, column: Column) -> str:
    return f"CAST({literal(text)} AS {type_of(column)})"
