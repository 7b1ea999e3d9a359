"""Which name of a question is not there, once an engine has said that one is missing: the engine's own text goes nowhere.

Looked at are the question and what this asker may see. A column that is denied and one that never was are not told apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from kaimen.core.sql.kinds import Kinds
from kaimen.core.sql.view import Governed, GovernedView, fold
from kaimen.core.sql.wording import LONGEST, as_written

_NAMED = (exp.Table, exp.Subquery, exp.Values, exp.Unnest, exp.Explode)


def unknown_name(governed: Governed, view: GovernedView) -> str | None:
    """The first such name as the asker wrote it; None where every name is there, and something else did not fit."""
    kinds = Kinds(governed.asked, view)
    for node in governed.asked.walk(bfs=False):
        match node:
            case exp.Column() if isinstance(node.this, exp.Identifier) and _is_missing(node, kinds):
                return ".".join(as_written(part) for part in node.parts)[:LONGEST]
            case exp.Join():
                missing = next(
                    (name for name in node.args.get("using") or () if _is_missing_in(name, node, kinds)), None
                )
                if missing is not None:
                    return as_written(missing)
            case exp.Star():
                missing = next((name for name in _left_out(node) if not kinds.knows(name.name)), None)
                if missing is not None:
                    return as_written(missing)
            case _:
                pass
    return None


def _is_missing(column: exp.Column, kinds: Kinds) -> bool:
    if not kinds.knows(column.parts[0].name):  # a table, or a column, or a column that holds parts
        return True
    around = list(_around(column))
    if not column.table:
        known = [_columns(source, kinds) for query in around for source in _sources(query)]
        shown = {fold(each.alias) for query in around for each in query.expressions if isinstance(each, exp.Alias)}
        tables = {fold(source.alias_or_name) for query in around for source in _sources(query)}
        return _in_none(column.name, known) and fold(column.name) not in shown | tables
    named = [
        source for query in around for source in _sources(query) if fold(source.alias_or_name) == fold(column.table)
    ]
    return bool(named) and _in_none(column.name, [_columns(named[0], kinds)])


def _is_missing_in(name: exp.Expr, join: exp.Join, kinds: Kinds) -> bool:
    """A join by USING needs it on both sides."""
    if not kinds.knows(name.name):
        return True
    query = join.parent
    if not isinstance(query, exp.Select):
        return False
    before = _sources(query)
    mine = next((place for place, source in enumerate(before) if source is join.this), len(before))
    left = [_columns(source, kinds) for source in before[:mine]]
    return _in_none(name.name, left) or _in_none(name.name, [_columns(join.this, kinds)])


def _in_none(name: str, known: list[frozenset[str]]) -> bool:
    """Surely: the columns of each place are known, and it is in none."""
    return bool(known) and all(known) and not any(fold(name) in columns for columns in known)


def _columns(source: exp.Expr, kinds: Kinds) -> frozenset[str]:
    """Empty where they are not known."""
    return kinds.columns_of(source) if isinstance(source, exp.Table) else frozenset()


def _around(node: exp.Expr) -> Iterator[exp.Select]:
    query = node.find_ancestor(exp.Select)
    while query is not None:
        yield query
        query = query.find_ancestor(exp.Select)


def _sources(query: exp.Select) -> list[exp.Expr]:
    clause = query.args.get("from_")
    joins = [join.this for join in query.args.get("joins") or ()]
    return [each for each in [*([clause.this] if clause else []), *joins] if isinstance(each, _NAMED)]


def _left_out(star: exp.Star) -> list[exp.Expr]:
    return [each for each in star.args.get("except_") or () if isinstance(each, exp.Identifier)]
