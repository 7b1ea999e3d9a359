"""Rule 5: where the decision asks for totals only, the question has the closed shape of totals.

One SELECT over one dataset; plain grouping columns; count, sum and avg of plain columns; no window, no sub-query. Then
`HAVING count(DISTINCT unit) >= k` is added. `min` and `max` show single values and are refused. Two such answers can
still be subtracted from one another: quotas, the log, and noise where it matters.
"""

from __future__ import annotations

from sqlglot import exp

from kaimen.core.errors import Invalid
from kaimen.core.policy.obligations import Aggregate
from kaimen.core.sql import lists
from kaimen.core.sql.view import GovernedView, fold

UNIT = "_unit"
"""Under this name, and a number, the governed source carries the unit that is counted; the asker cannot name it."""


def aggregate_only(tree: exp.Query, view: GovernedView) -> exp.Query:
    """Raises `Invalid("sql_not_totals")` when the question is not of the closed shape."""
    places = [table.name for table in tree.find_all(exp.Table) if table.name.startswith("_g")]
    asked = {int(name[2:]) for name in places}
    limits = {
        place: [each for each in view.sources[place].obligations if isinstance(each, Aggregate)] for place in asked
    }
    if not any(limits.values()):
        return tree
    if not isinstance(tree, exp.Select) or len(places) != 1 or not _is_closed_shape(tree):
        raise Invalid("sql_not_totals")
    enough = [
        exp.GTE(
            this=exp.Count(this=exp.Distinct(expressions=[exp.column(f"{UNIT}{n}", quoted=True)])),
            expression=exp.Literal.number(each.min_group),
        )
        for n, each in enumerate(limits[asked.pop()])
    ]
    having = tree.args.get("having")
    terms = [exp.paren(having.this), *enough] if having else enough
    tree.set("having", exp.Having(this=exp.and_(*terms, copy=False)))
    return tree


def _is_closed_shape(tree: exp.Select) -> bool:
    if any(tree.args.get(name) for name in ("with_", "joins", "distinct", "qualify", "windows")):
        return False
    source = tree.args.get("from_")
    if not isinstance(source, exp.From) or not isinstance(source.this, exp.Table) or source.this.args.get("joins"):
        return False
    if any(fold(column.name).startswith(UNIT) for column in tree.find_all(exp.Column)):
        return False
    group = tree.args.get("group")
    if group and (not all(isinstance(each, exp.Column) for each in group.expressions) or len(group.args) > 1):
        return False
    if any(
        isinstance(node, exp.Window | exp.Filter | exp.Subquery | exp.Select)
        for node in tree.walk()
        if node is not tree
    ):
        return False
    grouped = {fold(column.name) for column in (group.expressions if group else ())}
    shown = [each.this if isinstance(each, exp.Alias) else each for each in tree.expressions]
    if not all(_is_total(each) or (isinstance(each, exp.Column) and fold(each.name) in grouped) for each in shown):
        return False
    total = [node for node in tree.walk() if type(node) in lists.AGGREGATES or isinstance(node, exp.Anonymous)]
    return all(_is_total(node) for node in total)


def _is_total(node: exp.Expr) -> bool:
    if isinstance(node, exp.Count):
        inner = node.this
        if isinstance(inner, exp.Distinct):
            return len(inner.expressions) == 1 and isinstance(inner.expressions[0], exp.Column)
        return isinstance(inner, exp.Star | exp.Column) and not node.expressions
    return isinstance(node, exp.Sum | exp.Avg) and isinstance(node.this, exp.Column)
