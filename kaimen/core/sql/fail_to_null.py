"""Rule 6: nothing in a question can fail by a value. What would fail is NULL.

Whether the engine reaches a cast that fails depends on its plan, and it plans by what it knows of the whole files: the number of their
rows, their smallest and largest values, also of rows that the asker may not see. A question that fails in one world and answers in
another would tell about these rows. So casts become tries, TRY stands around what else can fail, and a sub-query that stands for one
value is NULL when it has several. `kinds` says where none of this is needed.

TRY may hold no totals, windows or sub-queries; they are handed in from outside: `list_transform([ROW(sum(x))], LAMBDA v :
TRY(v[1] * 2))[1]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from sqlglot import exp

from kaimen.core.errors import Invalid
from kaimen.core.sql import lists
from kaimen.core.sql.kinds import WIDEST, Exact, Kind, Kinds, agree, as_column, of_type, product_of, readable, sum_of
from kaimen.core.sql.view import GovernedView, fold
from kaimen.core.sql.wording import as_written

HANDED = "_h"
"""What is handed into TRY."""
_VALUE, _VALUES = "_v", "_q"
_SUMMED = 26
"""Digits of what may be added up: a million million such numbers still have a total."""

_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_SUMS = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg)
_UNITED = (exp.Coalesce, exp.Greatest, exp.Least, exp.Nullif, exp.Case, exp.Array, exp.Between, exp.In)
_WELL = frozenset(
    {
        exp.Is, exp.Like, exp.ILike, exp.DPipe, exp.Lower, exp.Upper, exp.Length, exp.Trim, exp.Replace, exp.Concat, exp.ConcatWs,
        exp.Reverse, exp.StrPosition, exp.Contains, exp.StartsWith, exp.EndsWith, exp.MD5, exp.SHA2, exp.Extract, exp.Year, exp.Month,
        exp.Day, exp.Quarter, exp.Pi, exp.IsNan, exp.IsInf, exp.Grouping,
    }
)  # fmt: skip
"""They cannot fail by a value."""
_SLICES = (exp.Substring, exp.Left, exp.Right)
_ROUNDED = (exp.Abs, exp.Round, exp.Ceil, exp.Floor)
_TOTALS = (*lists.AGGREGATES, *lists.WINDOWS)
_TOTAL_NAMES = frozenset({"product", "mad", "fsum", "favg", "entropy"})
_FOREIGN = (*_TOTALS, exp.Window, exp.Query, exp.Exists, exp.Unnest, exp.Explode, exp.Grouping)
_NO_VALUES = (exp.DataType, exp.Var, exp.Identifier, exp.Literal, exp.Null, exp.Boolean, exp.Placeholder)
_INTEGERS = {3: "TINYINT", 5: "SMALLINT", 10: "INTEGER", 19: "BIGINT"}
_WORDS = {"bool": "BOOLEAN", "float": "DOUBLE", "text": "VARCHAR", "date": "DATE", "timestamp": "TIMESTAMP", "interval": "INTERVAL",
          "timestamptz": "TIMESTAMPTZ"}  # fmt: skip
_WHOLE_DAYS = frozenset(
    each + ending for each in ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "DECADE") for ending in ("", "S")
)
_SMALL = 6
"""Digits."""
_LISTED = 100
_WORD = re.compile(r"\w+")

_IDLE = frozenset(
    {
        exp.Identifier, exp.Column, exp.Literal, exp.Var, exp.Null, exp.Boolean, exp.Star, exp.Placeholder, exp.Alias, exp.Table,
        exp.TableAlias, exp.From, exp.Select, exp.Paren, exp.DataType, exp.DataTypeParam, exp.Order, exp.Ordered, exp.Group, exp.Tuple,
        exp.CTE, exp.Count, exp.TryCast,
    }
)  # fmt: skip
"""Most nodes of a question, passed over quickly: nothing is ever done with them."""

Change = Callable[[exp.Expr], None]


def fail_to_null(tree: exp.Query, view: GovernedView) -> exp.Query:
    """Raises `Invalid("sql_mixed" | "column_unknown", name=…)`: only the asker can say which type, or which column, was meant."""
    nodes = list(tree.walk())
    judge = _Judge(tree, view, nodes)
    changes = [
        (node, change)
        for node in reversed(nodes)
        if type(node) not in _IDLE and (change := judge.change(node)) is not None
    ]
    names = _names_to_keep(node for node, _ in changes)
    for node, change in changes:  # what is inside comes first
        change(node)
    for query, place, name in names:
        shown = query.expressions[place]
        if not isinstance(shown, exp.Alias):
            _instead(shown, lambda shown=shown, name=name: exp.alias_(shown, name, quoted=True, copy=False))
    return tree


class _Judge:
    """Decides for each node, while the tree is still as it was asked."""

    def __init__(self, tree: exp.Query, view: GovernedView, nodes: Sequence[exp.Expr]) -> None:
        self.kinds = Kinds(tree, view)
        self._foreign = _foreign(nodes)

    def change(self, node: exp.Expr) -> Change | None:
        """What is to be done with this node, once everything inside it is done."""
        match node:
            case exp.Cast():
                return None if _casts_well(node) else _cast_to_try
            case exp.Subquery():
                return _to_one_value if _stands_for_a_value(node) and not self._has_one_row(node) else None
            case exp.Sum() | exp.Avg():
                return self._bounded(node)
            case exp.Limit() | exp.Offset():
                return None if isinstance(node.expression, exp.Literal | exp.Placeholder) else _to_a_count
            case exp.Join():
                self._check_join(node)
                return self._truth(node, "on")
            case exp.Where() | exp.Having() | exp.Qualify() | exp.Not():
                return self._truth(node, "this")
            case exp.And() | exp.Or():
                return self._truth(node, "this", "expression")
            case exp.If() if isinstance(node.parent, exp.Case):
                return None if node.parent.args.get("this") else self._truth(node, "this")
            case exp.Values():
                self._check_values(node)
                return None
            case exp.With():
                return self._recursion(node)
            case (
                exp.WindowSpec()
                | exp.Ntile()
                | exp.Lag()
                | exp.Lead()
                | exp.Max()
                | exp.Min()
                | exp.ArgMax()
                | exp.ArgMin()
            ):
                self._check_window(node)
                return None
            case _:
                return self._wrapped(node)

    def _wrapped(self, node: exp.Expr) -> Change | None:
        if isinstance(node, _COMPARED):
            return self._comparison(node)
        if isinstance(node, exp.In) and node.expressions:
            return None if self._goes_together(node) else self._one_by_one(node)
        if isinstance(node, exp.Between) and self.kinds.of(node.this) == "date":
            late = [
                key
                for key in ("low", "high")
                if self.kinds.of(node.args[key]) == "timestamp" and _is_midnight(node.args[key])
            ]
            if late and all(key in late or self.kinds.of(node.args[key]) == "date" for key in ("low", "high")):
                return _casting(dict.fromkeys(late, "DATE"))
        return self._try(node) if self._may_fail(node) else None

    def _may_fail(self, node: exp.Expr) -> bool:
        match node:
            case exp.Bracket():
                return not all(isinstance(each, exp.Literal) for each in node.expressions)
            case exp.Interval():
                return not _is_small(node.this)
            case exp.Escape() | exp.AtTimeZone() | exp.If():
                return True
            case exp.Anonymous():
                return node.name.lower() not in _TOTAL_NAMES
            case _:
                pass
        if isinstance(node, _UNITED):
            return not self._goes_together(node)
        if isinstance(node, _SUMS):
            return not self._adds_well(node)
        if isinstance(node, _SLICES):
            return not all(_is_small(each) for each in list(node.iter_expressions())[1:])
        if isinstance(node, _ROUNDED) and self.kinds.of(node.this) == "float":
            return not all(_is_small(each) for each in list(node.iter_expressions())[1:])
        if type(node) in _WELL or isinstance(node, _TOTALS):
            return False
        return type(node) in lists.SCALARS or type(node) in lists.OPERATORS

    # --- sums

    def _adds_well(self, node: exp.Expr) -> bool:
        one = self.kinds.of(node.this)
        if isinstance(node, exp.Neg):
            return isinstance(node.this, exp.Literal) or one == "float"
        other = self.kinds.of(node.args["expression"])
        numbers = all(isinstance(each, Exact) or each == "float" for each in (one, other))
        if numbers and (
            isinstance(node, exp.Div) or ("float" in (one, other) and not isinstance(node, exp.Mod | exp.IntDiv))
        ):
            return True
        if isinstance(one, Exact) and isinstance(other, Exact) and isinstance(node, exp.Add | exp.Sub | exp.Mul):
            found = product_of(one, other) if isinstance(node, exp.Mul) else sum_of(one, other)
            return found is not None and found.reach <= found.room
        return isinstance(node, exp.Add | exp.Sub) and _is_midnight(node)

    def _bounded(self, node: exp.Expr) -> Change | None:
        """What is added up must leave room for its total."""
        inner = node.this.expressions[0] if isinstance(node.this, exp.Distinct) else node.this
        kind = self.kinds.of(inner)
        if kind in {"float", "bool", "nothing"} or (isinstance(kind, Exact) and kind.reach <= _SUMMED):
            return None
        types = ["DOUBLE"]
        if isinstance(kind, Exact):
            room = _SUMMED if kind.scale is None else max(_SUMMED, kind.scale)
            types = [f"DECIMAL({room}, {kind.scale or 0})", *(["HUGEINT"] if kind.scale is None else [])]

        def change(changed: exp.Expr) -> None:
            holder: exp.Expr = changed.this if isinstance(changed.this, exp.Distinct) else changed
            tried = holder.expressions[0] if holder is not changed else holder.this
            for type_ in types:
                tried = _tried(tried, type_)
            holder.set("this" if holder is changed else "expressions", tried if holder is changed else [tried])

        return change

    # --- comparisons

    def _comparison(self, node: exp.Expr) -> Change | None:
        one, other = node.this, node.args["expression"]
        for each in (one, other):
            if isinstance(each, exp.Any | exp.All):
                if not isinstance(each.this, exp.Query) and id(node) in self._foreign:
                    raise Invalid("sql_mixed", name=as_written(each))
                return None if isinstance(each.this, exp.Query) else self._try(node)
        if self._agree((one, other)):
            return None
        kinds = {"this": self.kinds.of(one), "expression": self.kinds.of(other)}
        for key, beside in (("this", "expression"), ("expression", "this")):
            whole = kinds[beside]
            if kinds[key] == "text" and isinstance(whole, Exact) and whole.scale is None and whole.digits in _INTEGERS:
                return _casting({key: _INTEGERS[whole.digits]})
            if isinstance(kinds[key], Exact) and isinstance(whole, Exact):
                scale = max(each.scale or 0 for each in kinds.values() if isinstance(each, Exact))
                return _casting(dict.fromkeys(kinds, f"DECIMAL({WIDEST}, {scale})"))
            if kinds[key] == "timestamp" and kinds[beside] == "date" and _is_midnight(node.args[key]):
                return _casting({key: "DATE"})
        return self._try(node)

    def _one_by_one(self, node: exp.In) -> Change:
        """`x = a OR x = b`, each tried: the engine brings a list to one type before TRY can hold it."""
        if len(node.expressions) > _LISTED or any(id(each) in self._foreign for each in node.expressions):
            raise Invalid("sql_mixed", name=as_written(node, "in"))
        foreign = id(node.this) in self._foreign

        def change(node: exp.Expr) -> None:
            subject: exp.Expr = node.this
            if foreign:
                subject = exp.Bracket(this=exp.column(HANDED, quoted=True), expressions=[exp.Literal.number(0)])
            found = [exp.Try(this=exp.EQ(this=subject.copy(), expression=each)) for each in node.expressions]
            either = exp.paren(exp.or_(*found, copy=False, wrap=False), copy=False)
            node.replace(_handed_in(either, [node.this]) if foreign else either)

        return change

    def _goes_together(self, node: exp.Expr) -> bool:
        match node:
            case exp.In():
                return node.args.get("query") is not None or (
                    bool(node.expressions) and self._agree((node.this, *node.expressions))
                )
            case exp.Between():
                return self._agree((node.this, node.args["low"], node.args["high"]))
            case exp.Nullif():
                return self._agree((node.this, node.expression))
            case exp.Array():
                return self._agree(node.expressions)
            case exp.Case():
                subject, ifs = node.args.get("this"), node.args["ifs"]
                default = node.args.get("default")
                shown = [each.args["true"] for each in ifs] + ([default] if default else [])
                return self._agree(shown) and (subject is None or self._agree((subject, *(each.this for each in ifs))))
            case _:
                return self._agree((node.this, *node.expressions))

    def _agree(self, values: Sequence[exp.Expr]) -> bool:
        """Whether bringing these to one type cannot fail."""
        kinds: list[Kind] = []
        quoted: list[str] = []
        for value in values:
            kind, bare = self.kinds.of(value), value.unnest()
            if kind == "quoted" and not isinstance(bare, exp.Literal):
                return False
            if kind == "quoted":
                quoted.append(bare.name)
            else:
                kinds.append(kind)
        common = agree(kinds)
        return common is not None and all(readable(text, common) for text in quoted)

    def _truth(self, node: exp.Expr, *keys: str) -> Change | None:
        wanting = {
            key: "BOOLEAN"
            for key in keys
            if isinstance(node.args.get(key), exp.Expr)
            and not isinstance(kind := self.kinds.of(node.args[key]), Exact)
            and kind not in {"bool", "nothing", "float"}
        }
        return _casting(wanting) if wanting else None

    # --- what cannot be tried

    def _has_one_row(self, subquery: exp.Subquery) -> bool:
        """At most one."""
        query = subquery.unnest()
        if not isinstance(query, exp.Query) or not _has_one_column(query) or _is_limited(query):
            return True
        if not isinstance(query, exp.Select) or any(
            isinstance(each, exp.Unnest | exp.Explode) for each in _own(query.expressions)
        ):
            return False
        if query.args.get("from_") is None:
            return True
        return not query.args.get("group") and any(
            isinstance(each, _TOTALS) and self._is_of(each, query) for each in _own(query.expressions)
        )

    def _is_of(self, total: exp.Expr, query: exp.Select) -> bool:
        """A total of columns of the query around it belongs to that one, and then this one has all its rows."""
        if isinstance(total.this, exp.Star):
            return True
        own: dict[str, frozenset[str]] = {}
        sources = [query.args["from_"].this, *(join.this for join in query.args.get("joins") or ())]
        for source in sources:
            if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
                own[fold(source.alias)] = self.kinds.columns_of(source)
            elif isinstance(source, exp.Subquery) and not source.alias_column_names:
                shown = source.this.selects if isinstance(source.this, exp.Query) else []
                own[fold(source.alias)] = frozenset(fold(each.alias_or_name) for each in shown if not each.is_star)
        return any(
            fold(column.name) in own.get(fold(column.table), ())
            if column.table
            else any(fold(column.name) in names for names in own.values())
            for column in total.find_all(exp.Column)
        )

    def _check_join(self, join: exp.Join) -> None:
        if join.method == "NATURAL" and self.kinds.has_mixed_columns():
            raise Invalid("sql_mixed", name=as_written(join, "natural"))
        for name in join.args.get("using") or ():
            if not self.kinds.knows(name.name) and _WORD.fullmatch(
                name.name
            ):  # others are what the engine calls `sum(x)`
                raise Invalid("column_unknown", name=as_written(name))
            if self.kinds.named(name.name) is None:
                raise Invalid("sql_mixed", name=name.name)

    def _check_values(self, values: exp.Values) -> None:
        rows = [each.expressions if isinstance(each, exp.Tuple) else [each] for each in values.expressions]
        if not all(self._agree(column) for column in zip(*rows, strict=False) if len(column) > 1):
            raise Invalid("sql_mixed", name=as_written(values))

    def _check_window(self, node: exp.Expr) -> None:
        match node:
            case exp.WindowSpec():
                bounds = [node.args.get(key) for key in ("start", "end")]
                fine = all(
                    not isinstance(each, exp.Expr) or isinstance(each, exp.Literal | exp.Interval) for each in bounds
                )
            case exp.Ntile():
                fine = _is_small(node.this) and node.this.name.strip("0") != ""
            case exp.Lag() | exp.Lead():
                fine = not node.args.get("default") or self._agree((node.this, node.args["default"]))
            case _:
                count = node.args.get("count")
                fine = count is None or (_is_small(count) and count.name.strip("0") != "")
        if not fine:
            raise Invalid("sql_construct", name=as_written(node))

    def _recursion(self, clause: exp.With) -> Change | None:
        """The engine brings the second half to the types of the first; so both are told theirs."""
        told: list[tuple[exp.SetOperation, int, str]] = []
        for cte in clause.expressions if clause.recursive else ():
            union = cte.this
            if not isinstance(union, exp.SetOperation) or not isinstance(union.expression, exp.Query):
                continue
            if any(each.is_star for each in (*union.selects, *union.expression.selects)):
                continue
            for place, (one, other) in enumerate(zip(union.selects, union.expression.selects, strict=False)):
                kind, second = as_column(self.kinds.of(one.unalias())), as_column(self.kinds.of(other.unalias()))
                if kind == second and kind in {"text", "bool", "date", "timestamp", "timestamptz"}:
                    continue
                if kind is None:
                    raise Invalid("sql_mixed", name=one.alias_or_name or as_written(one, "recursive"))
                told.append((union, place, _name_of(kind)))

        def change(_: exp.Expr) -> None:
            for union, place, type_ in told:
                for half in (union.this, union.expression):
                    _tell(half, place, type_)

        return change if told else None

    def _try(self, node: exp.Expr) -> Change:
        return _wrap_from_outside if id(node) in self._foreign else _wrap


def _foreign(nodes: Sequence[exp.Expr]) -> set[int]:
    """What TRY may not hold, whatever holds that, and the names that a query gives to it."""
    found: set[int] = set()

    def mark(node: exp.Expr | None) -> None:
        while node is not None and id(node) not in found:
            found.add(id(node))
            node = node.parent

    for node in nodes:
        if isinstance(node, _FOREIGN) or (isinstance(node, exp.Anonymous) and node.name.lower() in _TOTAL_NAMES):
            mark(node)
    columns = [node for node in nodes if isinstance(node, exp.Column) and not node.table]
    while columns:
        names: dict[int, set[str]] = {}
        for node in nodes:
            if isinstance(node, exp.Alias) and id(node.this) in found and isinstance(node.parent, exp.Select):
                names.setdefault(id(node.parent), set()).add(fold(node.alias))
        named = [each for each in columns if fold(each.name) in names.get(id(each.parent_select), ())]
        if not named:
            break
        for each in named:
            mark(each)
        columns = [each for each in columns if each not in named]
    return found


def _names_to_keep(changed: Iterator[exp.Expr]) -> list[tuple[exp.Select, int, str]]:
    """Columns of answers that have no alias keep the name of what was written."""
    found: dict[tuple[int, int], tuple[exp.Select, int, str]] = {}
    for each in changed:
        node = each
        while (parent := node.parent) is not None:
            if isinstance(parent, exp.Select) and node.arg_key == "expressions" and node.index is not None:
                if (id(parent), node.index) in found:
                    break
                if not isinstance(node, exp.Alias) and not node.is_star:
                    name = node.name if isinstance(node, exp.Column) else node.sql("duckdb")
                    found[id(parent), node.index] = (parent, node.index, name)
            node = parent
    return list(found.values())


# --- the changes


def _instead(node: exp.Expr, build: Callable[[], exp.Expr]) -> None:
    """Put what `build` makes of the node in its place."""
    gap = exp.Null()
    node.replace(gap)
    gap.replace(build())


def _tried(value: exp.Expr, type_: str) -> exp.TryCast:
    return exp.TryCast(this=value, to=_type(type_).copy(), safe=True)


@lru_cache(maxsize=512)
def _type(name: str) -> exp.DataType:
    return exp.DataType.build(name, dialect="duckdb")


def _wrap(node: exp.Expr) -> None:
    _instead(node, lambda: exp.Try(this=node))


def _wrap_from_outside(node: exp.Expr) -> None:
    handed: list[exp.Expr] = []
    for value in list(_values_of(node)):
        place = exp.Bracket(this=exp.column(HANDED, quoted=True), expressions=[exp.Literal.number(len(handed))])
        value.replace(place)
        handed.append(value)

    _instead(node, lambda: _handed_in(exp.Try(this=node), handed))


def _handed_in(body: exp.Expr, values: list[exp.Expr]) -> exp.Expr:
    """The body with the values under a name of ours."""
    row = exp.Anonymous(this="ROW", expressions=values)
    inner = exp.Lambda(this=body, expressions=[exp.to_identifier(HANDED, quoted=True)])
    each = exp.Transform(this=exp.Array(expressions=[row]), expression=inner)
    return exp.Bracket(this=each, expressions=[exp.Literal.number(0)])


def _values_of(node: exp.Expr) -> Iterator[exp.Expr]:
    for child in node.iter_expressions():
        if (isinstance(node, exp.Case) and isinstance(child, exp.If)) or (
            isinstance(node, exp.Escape) and isinstance(child, exp.Like | exp.ILike)
        ):
            yield from _values_of(child)
        elif not isinstance(child, _NO_VALUES) and not (
            isinstance(child, exp.Interval) and isinstance(child.this, exp.Literal)
        ):
            yield child


def _casting(types: dict[str, str]) -> Change:
    def change(node: exp.Expr) -> None:
        for key, type_ in types.items():
            node.set(key, _tried(node.args[key], type_))

    return change


def _cast_to_try(cast: exp.Expr) -> None:
    cast.replace(exp.TryCast(this=cast.this, to=cast.args["to"], safe=True))


def _to_a_count(clause: exp.Expr) -> None:
    """LIMIT and OFFSET: nothing or less than nothing is none."""
    zero = exp.Literal.number(0)
    count = exp.Coalesce(this=_tried(clause.args["expression"], "BIGINT"), expressions=[zero])
    clause.set("expression", exp.Greatest(this=count, expressions=[zero.copy()], ignore_nulls=True))


def _to_one_value(subquery: exp.Expr) -> None:
    inner = exp.Subquery(
        this=subquery.this,
        alias=exp.TableAlias(
            this=exp.to_identifier(_VALUES, quoted=True), columns=[exp.to_identifier(_VALUE, quoted=True)]
        ),
    )
    single = exp.LTE(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))
    value = exp.AnyValue(this=exp.column(_VALUE, table=_VALUES, quoted=True))
    shown = exp.Case(ifs=[exp.If(this=single, true=value)])
    subquery.set("this", exp.Select(expressions=[shown]).from_(inner, copy=False))


def _tell(query: exp.Expr, place: int, type_: str) -> None:
    """Give a column of a query, or of the first query of a set, a type."""
    while isinstance(query, exp.SetOperation | exp.Subquery):
        if isinstance(query, exp.SetOperation):
            _tell(query.expression, place, type_)
        query = query.this
    if isinstance(query, exp.Select):
        shown = query.expressions[place]
        name = shown.alias_or_name
        value = shown.unalias()
        told = _tried(value, type_)
        query.expressions[place] = exp.alias_(told, name, quoted=True, copy=False) if name else told
        query.set("expressions", query.expressions)


# --- looking


def _casts_well(cast: exp.Cast) -> bool:
    wanted = of_type(cast.args["to"])
    return wanted == "text" or (
        isinstance(cast.this, exp.Literal) and cast.this.is_string and readable(cast.this.name, wanted)
    )


def _is_small(value: exp.Expr | None) -> bool:
    bare = value.this if isinstance(value, exp.Neg | exp.Paren) else value
    return isinstance(bare, exp.Literal) and bare.name.isdigit() and bare.name.isascii() and len(bare.name) <= _SMALL


def _is_midnight(value: exp.Expr) -> bool:
    """A day that is written down, with some days, months or years more or less."""
    bare = value.unnest()
    if isinstance(bare, exp.Cast):
        return bare.to.this == exp.DType.DATE and _casts_well(bare)
    if not isinstance(bare, exp.Add | exp.Sub) or not isinstance(bare.expression, exp.Interval):
        return False
    step = bare.expression
    unit = step.args.get("unit")
    return _is_midnight(bare.this) and _is_small(step.this) and unit is not None and unit.name.upper() in _WHOLE_DAYS


def _stands_for_a_value(subquery: exp.Subquery) -> bool:
    parent = subquery.parent
    if isinstance(
        parent, exp.From | exp.Join | exp.Query | exp.Any | exp.All | exp.Exists | exp.CTE | exp.Table | None
    ):
        return isinstance(parent, exp.Select) and subquery.arg_key == "expressions"
    return not (isinstance(parent, exp.In) and subquery.arg_key == "query")


def _has_one_column(query: exp.Query) -> bool:
    """The engine refuses others before it looks at a value."""
    return len(query.selects) <= 1


def _is_limited(query: exp.Query) -> bool:
    limit = query.args.get("limit")
    return limit is not None and isinstance(limit.expression, exp.Literal) and limit.expression.name in {"0", "1"}


def _own(shown: Sequence[exp.Expr]) -> Iterator[exp.Expr]:
    """What stands in these, but not in windows and queries within."""
    for each in shown:
        yield from each.walk(prune=lambda node: isinstance(node, exp.Window | exp.Query))


def _name_of(kind: Kind) -> str:
    if isinstance(kind, Exact):
        return _INTEGERS.get(kind.digits, "HUGEINT") if kind.scale is None else f"DECIMAL({kind.digits}, {kind.scale})"
    return _WORDS[str(kind)]
