"""Masks as expressions: (mask, column, its type) -> what stands in its place, and the type that it then has.

Trees, never text. NULL stays NULL. Nothing here may fail by the value: an error would tell about a hidden cell, so casts
are tries. No CONCAT: engines differ on NULL.
"""

from __future__ import annotations

from sqlglot import exp

from kaimen.core.policy import mask
from kaimen.core.sql.view import Source

STARS = "**"
"""Always as many: the length of a value must not show."""
PSEUDONYM_LENGTH = 32
_DIVISION_DIGITS = {"street": 9, "district": 6, "city": 4, "province": 2}
_BLOCK = 64


def masked(how: mask.Treatment, column: exp.Column, *, type_: str, source: Source) -> exp.Expr:
    """The expression that shows `column` through its mask."""
    match how:
        case mask.Null():
            return exp.cast(exp.null(), type_)
        case mask.Keep():
            return _keep(_text(column, type_), how)
        case mask.Pseudonym():
            return _pseudonym(_text(column, type_), how.domain, source.key(how.domain))
        case mask.Generalise(hierarchy="date"):
            day = _try(column, "date")
            if how.level == "year":
                return exp.func("year", day)
            return exp.func("strftime", day, exp.Literal.string("%Y-%m"), dialect="duckdb")
        case mask.Generalise():
            digits = exp.Literal.number(_DIVISION_DIGITS[how.level])
            return exp.func("left", _text(column, type_), digits)
        case mask.Steps():
            return _steps(column, how.width)
        case mask.Minimum():
            kept = exp.GTE(this=_try(column, "double"), expression=exp.Literal.number(how.least))
            return exp.Case(ifs=[exp.If(this=kept, true=column.copy())])


def masked_type(how: mask.Treatment, type_: str) -> str:
    """The engine's type of the masked column."""
    match how:
        case mask.Null() | mask.Minimum():
            return type_
        case mask.Generalise(hierarchy="date", level="year") | mask.Steps():
            return "BIGINT"
        case _:
            return "VARCHAR"


def _keep(text: exp.Expr, how: mask.Keep) -> exp.Expr:
    """`王**`, `110**1234`; only stars where the value is too short to hide anything."""
    shown: exp.Expr = exp.Literal.string(STARS)
    if how.first:
        shown = _join(exp.func("left", text.copy(), exp.Literal.number(how.first)), shown)
    if how.last:
        shown = _join(shown, exp.func("right", text.copy(), exp.Literal.number(how.last)))
    long_enough = exp.GT(this=exp.func("length", text.copy()), expression=exp.Literal.number(how.first + how.last))
    missing = exp.Is(this=text, expression=exp.null())
    return exp.Case(
        ifs=[exp.If(this=missing, true=exp.null()), exp.If(this=long_enough, true=shown)],
        default=exp.Literal.string(STARS),
    )


def _pseudonym(text: exp.Expr, domain: str, key: bytes) -> exp.Expr:
    """HMAC-SHA256 (RFC 2104) out of the engine's plain sha256: the first 32 hexadecimal digits."""
    inner, outer = (_pad(key, byte) for byte in (0x36, 0x5C))
    digest = exp.func(
        "sha256", _join(inner, exp.Anonymous(this="ENCODE", expressions=[_canonical(text, domain)])), dialect="duckdb"
    )
    whole = exp.func("sha256", _join(outer, exp.func("unhex", digest)), dialect="duckdb")
    return exp.func("left", whole, exp.Literal.number(PSEUDONYM_LENGTH))


def _canonical(text: exp.Expr, domain: str) -> exp.Expr:
    """One spelling of one identifier, so that two tables meet: no blanks or hyphens, X upper, no +86."""
    if domain not in {"id_number", "mobile", "phone", "card"}:
        return exp.func("trim", text)
    for sign in (" ", "-"):
        text = exp.func("replace", text, exp.Literal.string(sign), exp.Literal.string(""))
    if domain in {"mobile", "phone"}:
        prefix = exp.Literal.string(r"^(\+86|0086|86(1[3-9]))")
        text = exp.RegexpReplace(this=text, expression=prefix, replacement=exp.Literal.string(r"\2"))
    return exp.func("upper", text)


def _steps(column: exp.Column, width: int) -> exp.Expr:
    """Down to a multiple of the width, in double precision and back: no overflow, and no failure by a value."""
    number = exp.Literal.number(width)
    floor = exp.Floor(this=exp.Div(this=_try(column, "double"), expression=number))
    return _try(exp.Mul(this=floor, expression=number.copy()), "bigint")


def _pad(key: bytes, byte: int) -> exp.Expr:
    block = bytes(each ^ byte for each in key.ljust(_BLOCK, b"\0"))
    literal = exp.Literal.string(block.hex())
    literal.meta["hidden"] = True
    return exp.func("unhex", literal)


def _text(column: exp.Column, type_: str) -> exp.Expr:
    return column if type_.upper() in {"VARCHAR", "TEXT"} else exp.cast(column, "varchar")


def _try(value: exp.Expr, type_: str) -> exp.Expr:
    return exp.TryCast(this=value, to=exp.DataType.build(type_, dialect="duckdb"), safe=True)


def _join(one: exp.Expr, other: exp.Expr) -> exp.Expr:
    return exp.DPipe(this=one, expression=other, safe=False)
