"""Row terms as expressions. Every column is qualified with the source's fresh alias: a neighbour cannot lend one."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from kaimen.core.errors import Refused
from kaimen.core.policy.rows import All, Compare, Either, Not, Term, Value
from kaimen.core.sql.view import Column

_COMPARISONS: dict[str, type[exp.Binary]] = {
    "eq": exp.EQ,
    "neq": exp.NEQ,
    "lt": exp.LT,
    "lteq": exp.LTE,
    "gt": exp.GT,
    "gteq": exp.GTE,
}


def condition(term: Term, find: Callable[[str], tuple[exp.Column, Column]]) -> exp.Expr:
    """The term as a condition; `find` gives the qualified column of a name."""
    match term:
        case Compare():
            return _compare(term, *find(term.column))
        case All():
            return exp.and_(*(condition(each, find) for each in term.terms))
        case Either():
            return exp.or_(*(condition(each, find) for each in term.terms))
        case Not():
            return exp.not_(condition(term.term, find))


def _compare(term: Compare, column: exp.Column, known: Column) -> exp.Expr:
    literals = [_literal(value, known.type) for value in term.values]
    match term.op:
        case "is_null":
            return exp.Is(this=column, expression=exp.null())
        case "is_not_null":
            return exp.not_(exp.Is(this=column, expression=exp.null()))
        case "in":
            return exp.In(this=column, expressions=literals) if literals else exp.false()
        case "not_in":
            return exp.not_(exp.In(this=column, expressions=literals)) if literals else exp.true()
        case op if op in _COMPARISONS and len(literals) == 1 and term.fact is None:
            return _COMPARISONS[op](this=column, expression=literals[0])
        case _:
            raise Refused("obligation_unenforceable")


def _literal(value: Value, type_: str) -> exp.Expr:
    """A literal that the engine compares without casting the column: such a cast could fail by the value of a hidden cell."""
    if type_.upper() in {"VARCHAR", "TEXT"}:
        return exp.Literal.string(str(value).lower() if isinstance(value, bool) else str(value))
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, int):
        return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))
    return exp.cast(exp.Literal.string(value), type_, dialect="duckdb")
