"""Whether a question gives totals of one dataset, and the question of how many rows its smallest group has.

Strict on purpose: a join or a sub-query can make ten rows out of one, and a sum over a condition is the value of one row.
"""

from __future__ import annotations

from sqlglot import exp

_PLAIN = frozenset({"expressions", "from_", "where", "group", "having", "order", "limit"})
_TOTALS = (exp.Count, exp.Sum, exp.Avg)
COUNTED = "_units"


def smallest_group(tree: exp.Query) -> str | None:
    """The SQL of one number: the rows of the smallest group that the question shows. None where it does not give totals only.

    Totals: one SELECT over one table, no sub-query, no window, no DISTINCT of rows; what it shows is a grouping expression or
    built from count, sum and avg of plain columns.
    """
    if not isinstance(tree, exp.Select) or any(value and name not in _PLAIN for name, value in tree.args.items()):
        return None
    source = tree.args.get("from_")
    if not isinstance(source, exp.From) or not isinstance(source.this, exp.Table) or source.this.args.get("joins"):
        return None
    if not isinstance(source.this.this, exp.Identifier) or tree.find(exp.Window, exp.Explode, exp.Unnest):
        return None
    if any(node is not tree for node in tree.find_all(exp.Query)):
        return None
    group = tree.args.get("group")
    if group is not None and any(value and name != "expressions" for name, value in group.args.items()):
        return None
    by = [each.sql() for each in group.expressions] if group is not None else []
    if group is not None and any(isinstance(each, exp.Literal) for each in group.expressions):
        return None  # GROUP BY 1: which column that is, is not asked here
    if not all(_is_total(each.unalias(), by) for each in tree.expressions):
        return None
    having = tree.args.get("having")
    if having is not None and _names_an_alias(having, tree):
        return None
    inner = tree.copy()
    inner.set("expressions", [exp.alias_(exp.Count(this=exp.Star()), COUNTED, quoted=True)])
    inner.set("order", None)
    inner.set("limit", None)
    least = exp.alias_(exp.Min(this=exp.column(COUNTED, quoted=True)), COUNTED, quoted=True)
    return exp.select(least).from_(inner.subquery("_groups")).sql("duckdb", comments=False)


def _is_total(shown: exp.Expr, by: list[str]) -> bool:
    if shown.sql() in by:
        return True
    totals = list(shown.find_all(exp.AggFunc))
    if not totals or not all(isinstance(each, _TOTALS) and _of_a_column(each) for each in totals):
        return False
    return all(column.sql() in by or column.find_ancestor(exp.AggFunc) for column in shown.find_all(exp.Column))


def _of_a_column(total: exp.Expr) -> bool:
    inner = total.this
    if isinstance(inner, exp.Distinct):
        inner = inner.expressions[0] if len(inner.expressions) == 1 else None
    plain = isinstance(inner, exp.Column) or (isinstance(inner, exp.Star) and isinstance(total, exp.Count))
    return plain and not total.args.get("expressions")


def _names_an_alias(having: exp.Expr, tree: exp.Select) -> bool:
    """A condition on a name of the SELECT list, which the smaller question does not have."""
    aliases = {each.alias.lower() for each in tree.expressions if isinstance(each, exp.Alias)}
    return any(not column.table and column.name.lower() in aliases for column in having.find_all(exp.Column))
