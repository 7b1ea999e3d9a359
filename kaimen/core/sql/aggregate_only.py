"""Rule 5: where the decision asks for totals only, the question has the closed shape of totals.

One SELECT over one dataset; plain grouping columns; count, sum and avg of plain columns; conditions that compare a column
with constants; no window, no sub-query. Then `HAVING count(DISTINCT unit) >= k` is added. `min` and `max` show single
values and are refused, and so is whatever could fail by the value of one row (`CAST(CASE WHEN amount = 7 THEN 'x' END AS
INT)`): a failure would answer about that row. The name of a table is not a value: a whole row would hold the unit.
Two such answers can still be subtracted from one another: quotas, the log, and noise where it matters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from kaimen.core.errors import Invalid
from kaimen.core.policy.obligations import Aggregate
from kaimen.core.sql.govern import governed_columns
from kaimen.core.sql.view import UNIT, GovernedView, fold

_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_CONNECTORS = (exp.And, exp.Or, exp.Not, exp.Paren)
_INTEGERS = frozenset(
    ["TINYINT", "SMALLINT", "INTEGER", "INT", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"]
)
_NUMBERS = ("HUGEINT", "UHUGEINT", "DECIMAL", "NUMERIC", "FLOAT", "REAL", "DOUBLE")

Types = Mapping[str, str]
"""Folded name of a visible column -> its type after masking."""


def aggregate_only(tree: exp.Query, view: GovernedView) -> exp.Query:
    """Raises `Invalid("sql_not_totals")` when the question is not of the closed shape."""
    places = [table.name for table in tree.find_all(exp.Table) if table.name.startswith("_g")]
    asked = {int(name[2:]) for name in places}
    limits = {
        place: [each for each in view.sources[place].obligations if isinstance(each, Aggregate)] for place in asked
    }
    if not any(limits.values()):
        return tree
    place = min(asked)
    types = {fold(column.name): column.type for column in governed_columns(view.sources[place])}
    if not isinstance(tree, exp.Select) or len(places) != 1 or not _is_closed_shape(tree, types):
        raise Invalid("sql_not_totals")
    _make_safe(tree, types)
    enough = [
        exp.GTE(
            this=exp.Count(this=exp.Distinct(expressions=[exp.column(f"{UNIT}{n}", quoted=True)])),
            expression=exp.Literal.number(each.min_group),
        )
        for n, each in enumerate(limits[place])
    ]
    having = tree.args.get("having")
    terms = [exp.paren(having.this), *enough] if having else enough
    tree.set("having", exp.Having(this=exp.and_(*terms, copy=False)))
    return tree


def _is_closed_shape(tree: exp.Select, types: Types) -> bool:
    if any(tree.args.get(name) for name in ("with_", "joins", "distinct", "qualify", "windows")):
        return False
    source = tree.args.get("from_")
    if not isinstance(source, exp.From) or not isinstance(source.this, exp.Table) or source.this.args.get("joins"):
        return False
    if source.this.args["alias"].args.get("columns"):
        return False
    group = tree.args.get("group")
    if group and (len(group.args) > 1 or not all(_is_column(each, types) for each in group.expressions)):
        return False
    grouped = {fold(column.name) for column in (group.expressions if group else ())}
    shown = [each.this if isinstance(each, exp.Alias) else each for each in tree.expressions]
    if not all(_is_total(each, types) or (_is_column(each, types) and fold(each.name) in grouped) for each in shown):
        return False
    aliases = {fold(each.alias) for each in tree.expressions if isinstance(each, exp.Alias)}
    ordered = [each.this for each in tree.args["order"].expressions] if tree.args.get("order") else []
    return (
        all(
            _is_total(each, types) or _is_column(each, types) or (_is_name(each) and fold(each.name) in aliases)
            for each in ordered
        )
        and all(_compares(each, types, of_totals=False) for each in _conditions(tree, "where"))
        and all(_compares(each, types, of_totals=True) for each in _conditions(tree, "having"))
        and all(_is_constant(tree.args[name].expression) for name in ("limit", "offset") if tree.args.get(name))
    )


def _conditions(tree: exp.Select, clause: str) -> Iterator[exp.Expr]:
    """What stands between the ands, ors and nots of a clause."""
    stack = [tree.args[clause].this] if tree.args.get(clause) else []
    while stack:
        node = stack.pop()
        if isinstance(node, _CONNECTORS):
            stack.extend(node.iter_expressions())
        else:
            yield node


def _compares(node: exp.Expr, types: Types, *, of_totals: bool) -> bool:
    """A column (or a total) against constants."""
    if of_totals and isinstance(node, _COMPARISONS):
        return _is_total(node.this, types) and _is_constant(node.expression)
    if not of_totals and _is_column(node.this, types):
        match node:
            case exp.EQ() | exp.NEQ() | exp.GT() | exp.GTE() | exp.LT() | exp.LTE():
                return _is_constant(node.expression)
            case exp.Like() | exp.ILike():
                return _is_constant(node.expression) and types[fold(node.this.name)].upper() in {"VARCHAR", "TEXT"}
            case exp.Is():
                return isinstance(node.expression, exp.Null)
            case exp.Between():
                return _is_constant(node.args["low"]) and _is_constant(node.args["high"])
            case exp.In():
                return len(node.args) == 2 and bool(node.expressions) and all(map(_is_constant, node.expressions))
            case _:
                pass
    return False


def _is_name(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier) and not node.args.get("table")


def _is_column(node: object, types: Types) -> bool:
    """A visible column by its name. Whatever else has a name, such as the table itself, is no column."""
    if not isinstance(node, exp.Column) or not isinstance(node.this, exp.Identifier) or node.args.get("db"):
        return False
    return fold(node.name) in types and not fold(node.table).startswith(UNIT)


def _is_constant(node: exp.Expr | None) -> bool:
    match node:
        case exp.Literal() | exp.Boolean() | exp.Null() | exp.Placeholder():
            return True
        case exp.Neg() | exp.Paren() | exp.Cast():
            return _is_constant(node.this)
        case _:
            return False


def _is_total(node: exp.Expr, types: Types) -> bool:
    if isinstance(node, exp.Count):
        inner = node.this
        if isinstance(inner, exp.Distinct):
            return len(inner.expressions) == 1 and _is_column(inner.expressions[0], types)
        return (isinstance(inner, exp.Star) or _is_column(inner, types)) and not node.expressions
    return isinstance(node, exp.Sum | exp.Avg) and _is_column(node.this, types)


def _make_safe(tree: exp.Select, types: Types) -> None:
    """Constants take a type in which no comparison can fail: neither their own cast nor that of the other side."""
    for clause in ("where", "having"):
        for node in list(_conditions(tree, clause)):
            type_ = types[fold(node.this.name)] if clause == "where" else "DOUBLE"
            for name in ("expression", "low", "high"):
                if node.args.get(name) is not None:
                    node.set(name, _safe(node.args[name], type_))
            if isinstance(node, exp.In):
                node.set("expressions", [_safe(each, type_) for each in node.expressions])


def _safe(constant: exp.Expr, type_: str) -> exp.Expr:
    family = type_.upper()
    if isinstance(constant, exp.Null):
        return constant
    if family in {"VARCHAR", "TEXT"}:
        return constant if isinstance(constant, exp.Literal) and constant.is_string else _tried(constant, "text")
    if family in _INTEGERS:
        whole = isinstance(constant, exp.Literal) and constant.is_int and len(constant.name) < 19
        return constant if whole else _tried(constant, "decimal(38, 9)")
    return _tried(constant, "double" if family.startswith(_NUMBERS) else type_)


def _tried(constant: exp.Expr, type_: str) -> exp.Expr:
    for cast in list(constant.find_all(exp.Cast)):
        if not isinstance(cast, exp.TryCast):
            cast.replace(exp.TryCast(this=cast.this, to=cast.args["to"], safe=True))
    inner = constant if not isinstance(constant, exp.Cast) or isinstance(constant, exp.TryCast) else constant.this
    return exp.TryCast(this=inner, to=exp.DataType.build(type_, dialect="duckdb"), safe=True)
