"""What kind of value an expression has, as far as it matters for failing: which comparisons and sums can fail by a value.

Names are looked at without their places: a name has a kind only if all columns of that name, anywhere in the question, are of kinds
that go together. That is coarse, quick, and safe: what is not known has no kind (None), and whoever asks must then expect a failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from sqlglot import exp
from sqlglot.errors import SqlglotError

from kaimen.core.sql.govern import governed_columns
from kaimen.core.sql.view import GovernedView, Source, fold

WIDEST = 38
"""Digits of a decimal."""
UNCHECKED = 18
"""Up to so many digits the engine adds decimals without looking for an overflow."""
_HUGE = 39
_ROOMS = {5: 4, 10: 9, 19: 18, 20: 19, _HUGE: 38}
"""Digits of the greatest number of a type -> digits of which every number fits."""
_COUNTED = 12
"""Digits of how many rows there may be."""
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Exact:
    """A whole number (`scale` None) or a decimal, with the greatest number of digits of its type."""

    digits: int
    scale: int | None = None
    fewer: int | None = None
    """Digits that its values never exceed, where they are fewer: a count is no BIGINT to the brim."""

    @property
    def reach(self) -> int:
        """The greatest number of digits of a value."""
        return self.digits if self.fewer is None else self.fewer

    @property
    def before(self) -> int:
        """Of these, those before the point."""
        return self.reach - (self.scale or 0)

    @property
    def room(self) -> int:
        """So many digits fit in whatever they are."""
        return (
            self.digits
            if self.scale is not None
            else _ROOMS.get(self.digits, 2 if self.digits < 5 else 4 if self.digits < 10 else 9)
        )


Word = Literal["nothing", "text", "quoted", "bool", "float", "date", "timestamp", "timestamptz", "interval"]
Kind = Exact | Word | None
"""`nothing` is NULL and goes with everything; `quoted` is a literal in quotes, which takes the type of what stands beside it."""

_TYPES: dict[exp.DType, Kind] = {
    exp.DType.TINYINT: Exact(3), exp.DType.SMALLINT: Exact(5), exp.DType.INT: Exact(10), exp.DType.BIGINT: Exact(19),
    exp.DType.UTINYINT: Exact(3), exp.DType.USMALLINT: Exact(5), exp.DType.UINT: Exact(10), exp.DType.UBIGINT: Exact(20),
    exp.DType.INT128: Exact(_HUGE), exp.DType.FLOAT: "float", exp.DType.DOUBLE: "float", exp.DType.BOOLEAN: "bool",
    exp.DType.TEXT: "text", exp.DType.VARCHAR: "text", exp.DType.CHAR: "text", exp.DType.DATE: "date",
    exp.DType.TIMESTAMP: "timestamp", exp.DType.TIMESTAMPNTZ: "timestamp", exp.DType.TIMESTAMPTZ: "timestamptz",
    exp.DType.INTERVAL: "interval",
}  # fmt: skip
_TEXTS: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Lower, exp.Upper, exp.Substring, exp.Trim, exp.Replace, exp.Concat, exp.ConcatWs, exp.Reverse, exp.SplitPart, exp.Pad,
        exp.Repeat, exp.Translate, exp.Chr, exp.MD5, exp.SHA2, exp.GroupConcat, exp.TimeToStr, exp.Dayname, exp.Monthname,
        exp.RegexpReplace, exp.Left, exp.Right,
    }
)  # fmt: skip
_COUNTS: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Count, exp.Length, exp.Year, exp.Month, exp.Day, exp.Hour, exp.Minute, exp.Quarter, exp.Week, exp.WeekOfYear,
        exp.DayOfWeek, exp.DayOfWeekIso, exp.DayOfYear, exp.DateDiff, exp.StrPosition, exp.Levenshtein, exp.RowNumber, exp.Rank,
        exp.DenseRank, exp.Ntile, exp.Ascii, exp.ArraySize, exp.ApproxDistinct, exp.Grouping,
    }
)  # fmt: skip
_TRUTHS: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.And, exp.Or, exp.Not, exp.Is,
        exp.Like, exp.ILike, exp.SimilarTo, exp.Glob, exp.RegexpLike, exp.RegexpFullMatch, exp.In, exp.Between, exp.Exists,
        exp.Contains, exp.StartsWith, exp.EndsWith, exp.LogicalAnd, exp.LogicalOr, exp.IsNan, exp.IsInf, exp.Boolean,
        exp.ArrayContains, exp.Escape,
    }
)  # fmt: skip
_FLOATS: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.VariancePop, exp.CovarPop, exp.CovarSamp, exp.Corr,
        exp.Sqrt, exp.Cbrt, exp.Exp, exp.Ln, exp.Log, exp.Sin, exp.Cos, exp.Tan, exp.Asin, exp.Acos, exp.Atan, exp.Atan2,
        exp.Pi, exp.Degrees, exp.Radians, exp.PercentRank, exp.CumeDist, exp.Skewness, exp.Kurtosis,
    }
)  # fmt: skip
_PASSING: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Paren, exp.Alias, exp.Neg, exp.Min, exp.Max, exp.AnyValue, exp.First, exp.Last, exp.Mode, exp.ArgMin, exp.ArgMax,
        exp.FirstValue, exp.LastValue, exp.NthValue, exp.Window, exp.Filter, exp.WithinGroup, exp.IgnoreNulls,
        exp.RespectNulls, exp.Distinct,
    }
)  # fmt: skip
_DEFINING = (exp.Table, exp.CTE, exp.Query, exp.Values, exp.Unnest, exp.Explode)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(\+[0-9]{2}:[0-9]{2})?)?", re.ASCII
)


def of_type(type_: exp.DataType) -> Kind:
    """The kind of a type as it is written in a cast."""
    if type_.this == exp.DType.DECIMAL:
        given = [int(each.name) for each in type_.expressions if each.name.isdigit()]
        digits, scale = (given[0] if given else 18, given[1] if len(given) > 1 else 0 if given else 3)
        return Exact(digits, scale)
    return _TYPES.get(type_.this) if isinstance(type_.this, exp.DType) else None


def agree(kinds: Iterable[Kind]) -> Kind:
    """The kind to which all of these can be brought without a failure, as a comparison does it; else None."""
    found = set(kinds) - {"nothing"}
    if not found:
        return "text"
    if None in found:
        return None
    exact = [each for each in found if isinstance(each, Exact)]
    if len(exact) == len(found):
        scales = {each.scale for each in exact}
        fits = len(scales) == 1 or max(each.before for each in exact) + max(scale or 0 for scale in scales) <= WIDEST
        return (
            exact[0]
            if len(exact) == 1
            else Exact(
                WIDEST if scales != {None} else 19, max(scale or 0 for scale in scales) if scales != {None} else None
            )
            if fits
            else None
        )
    if all(isinstance(each, Exact) or each in {"float", "bool"} for each in found):
        return "float"
    if found <= {"text", "quoted"}:
        return "text"
    return found.pop() if len(found) == 1 else None


def unite(one: Kind, other: Kind) -> Kind:
    """A kind that stands for both; None where nothing does."""
    match one, other:
        case ("nothing", kind) | (kind, "nothing"):
            return kind
        case (Exact(), Exact()) if one != other:
            if one.scale is None and other.scale is None:
                return Exact(max(one.digits, other.digits))
            scale = max(one.scale or 0, other.scale or 0)
            digits = max(each.digits - (each.scale or 0) for each in (one, other)) + scale
            return Exact(digits, scale) if digits <= WIDEST else None
        case ("text" | "quoted", "text" | "quoted"):
            return "text"
        case _:
            return one if one == other else None


def sum_of(one: Exact, other: Exact) -> Exact:
    """Of adding or subtracting: the type that the engine gives, and the digits that the values can have."""
    scale = max(one.scale or 0, other.scale or 0)
    reach = max(one.before, other.before) + scale + 1
    if one.scale is None and other.scale is None:
        return Exact(max(one.digits, other.digits), None, reach)
    needed = max(each.digits - (each.scale or 0) for each in (one, other)) + scale + 1
    return Exact(_given(needed, scale, one, other), scale, reach)


def product_of(one: Exact, other: Exact) -> Exact | None:
    """Of multiplying; None where there is no such type."""
    reach = one.reach + other.reach
    if one.scale is None and other.scale is None:
        return Exact(max(one.digits, other.digits), None, reach)
    scale = (one.scale or 0) + (other.scale or 0)
    return Exact(_given(one.digits + other.digits, scale, one, other), scale, reach) if scale <= WIDEST else None


def _given(needed: int, scale: int, *parts: Exact) -> int:
    """The engine goes beyond 18 digits only where a part has more, and never beyond 38; then it looks for overflows."""
    small = scale < UNCHECKED and all(part.digits <= UNCHECKED for part in parts)
    return min(needed, UNCHECKED if small else WIDEST)


class Kinds:
    """The kinds of one question; ask before the tree is changed, answers are remembered."""

    def __init__(self, tree: exp.Query, view: GovernedView) -> None:
        self._known: dict[int, Kind] = {}
        self._kept: list[exp.Expr] = []
        """What is remembered by its identity must live as long as the memory."""
        self._names: dict[str, Kind] = {}
        self._blind = False
        self._view = view
        self._own: dict[str, frozenset[str]] = {}
        self._columns: set[str] = set()
        given: dict[str, list[exp.Expr | Kind]] = {}
        for node in tree.walk():
            if not isinstance(node, _DEFINING):
                continue
            for name, kind in self._defined(node, view):
                given.setdefault(fold(name), []).append(kind)
        fixed: dict[str, Kind] = {}
        for name, kinds in given.items():
            fixed[name] = _all(each for each in kinds if not isinstance(each, exp.Expr))
        open_ = {
            name: [each for each in kinds if isinstance(each, exp.Expr)]
            for name, kinds in given.items()
            if fixed[name] is not None and any(isinstance(each, exp.Expr) for each in kinds)
        }
        self._names = dict(fixed)
        for _ in range(_ROUNDS):
            self._known.clear()
            found: dict[str, Kind] = {
                name: _all([fixed[name], *(as_column(self.of(each)) for each in defined)])
                for name, defined in open_.items()
            }
            if all(self._names[name] == kind for name, kind in found.items()):
                break
            self._names = {**fixed, **found}
        else:
            self._blind = True
        self._known.clear()

    def columns_of(self, table: exp.Table) -> frozenset[str]:
        """Folded names of the columns of a governed source or of an own query, as far as they are known."""
        if table.alias_column_names:
            return frozenset()
        if table.name.startswith("_g"):
            return frozenset(fold(name) for name, _ in _columns(self._view.sources[int(table.name[2:])]))
        return self._own.get(table.name, frozenset())

    def named(self, name: str) -> Kind:
        """Of every column of this name."""
        return None if self._blind else self._names.get(fold(name))

    def knows(self, name: str) -> bool:
        """Whether anything in the question brings a column, or a row, of this name."""
        return fold(name) in self._names

    def has_mixed_columns(self) -> bool:
        """Whether columns of one name do not go together."""
        return self._blind or any(self._names.get(name) is None for name in self._columns)

    def of(self, node: exp.Expr | None) -> Kind:
        """The kind of an expression; None where it is not known."""
        if node is None:
            return "nothing"
        mark = id(node)
        if mark not in self._known:
            self._known[mark] = self._of(node)
            self._kept.append(node)
        return self._known[mark]

    def _of(self, node: exp.Expr) -> Kind:
        kind = type(node)
        if kind in _TRUTHS:
            return "bool"
        if kind in _PASSING:
            return self.of(node.expressions[0] if isinstance(node, exp.Distinct) else node.this)
        if kind in _TEXTS:
            return "text"
        if kind in _COUNTS:
            return Exact(19, None, _COUNTED)
        if kind in _FLOATS:
            return "float"
        match node:
            case exp.Column():
                plain = isinstance(node.this, exp.Identifier) and not node.args.get("db")
                return self.named(node.name) if plain else None
            case exp.Literal():
                return "quoted" if node.is_string else _of_number(node.name)
            case exp.Null():
                return "nothing"
            case exp.Cast():
                return of_type(node.args["to"])
            case exp.Interval():
                return "interval"
            case exp.Extract():
                return "float" if node.this.name.upper() in {"EPOCH", "JULIAN"} else Exact(19)
            case exp.Case():
                ifs: list[exp.Expr] = [each.args["true"] for each in node.args["ifs"]]
                return self.together([*ifs, *([node.args["default"]] if node.args.get("default") else [])])
            case exp.If():
                return self.together([node.args["true"], *([node.args["false"]] if node.args.get("false") else [])])
            case exp.Coalesce() | exp.Greatest() | exp.Least():
                return self.together([node.this, *node.expressions])
            case exp.Nullif():
                return as_column(self.of(node.this))
            case exp.Lag() | exp.Lead():
                return self.of(node.this)
            case exp.DPipe():
                return "text" if {self.of(node.this), self.of(node.expression)} & {"text", "quoted"} else None
            case exp.Subquery():
                query = node.unnest()
                halves = _halves(query) if isinstance(query, exp.Query) else []
                if not halves or any(len(shown) != 1 for shown in halves):
                    return None
                return as_column(self.together(shown[0] for shown in halves))
            case exp.TimestampTrunc() | exp.DateTrunc():
                inner = self.of(node.this)
                return inner if inner in {"timestamp", "timestamptz"} else None
            case _:
                return self._of_number(node)

    def _of_number(self, node: exp.Expr) -> Kind:
        inner = self.of(node.this) if isinstance(node.this, exp.Expr) else None
        match node:
            case exp.Sum():
                if isinstance(inner, Exact):
                    reach = min(inner.reach + _COUNTED, WIDEST)
                    return Exact(_HUGE, None, reach) if inner.scale is None else Exact(WIDEST, inner.scale, reach)
                return Exact(_HUGE, None, _COUNTED) if inner == "bool" else "float" if inner == "float" else None
            case exp.Avg() | exp.Median():
                whole = isinstance(inner, Exact) and (inner.scale is None or isinstance(node, exp.Avg))
                return "float" if whole or inner == "float" else None
            case exp.Abs() | exp.Round() | exp.Ceil() | exp.Floor() | exp.Trunc():
                if isinstance(inner, Exact) and inner.scale is not None:
                    digits = inner.digits + inner.scale
                    return Exact(digits, inner.scale) if digits <= WIDEST else None
                return inner if isinstance(inner, Exact) or inner == "float" else None
            case exp.Add() | exp.Sub() | exp.Mul() | exp.Div() | exp.IntDiv() | exp.Mod():
                return self._of_operation(node, inner, self.of(node.expression))
            case _:
                return None

    def _of_operation(self, node: exp.Binary, one: Kind, other: Kind) -> Kind:
        numbers = isinstance(one, Exact | str) and isinstance(other, Exact | str)
        if "nothing" in (one, other):
            return other if one == "nothing" else one
        if numbers and "float" in (one, other):
            return "float" if all(isinstance(each, Exact) or each == "float" for each in (one, other)) else None
        if isinstance(one, Exact) and isinstance(other, Exact):
            match node:
                case exp.Div():
                    return "float"
                case exp.Add() | exp.Sub():
                    return sum_of(one, other)
                case exp.Mul():
                    return product_of(one, other)
                case _:
                    return Exact(max(one.digits, other.digits)) if one.scale is None and other.scale is None else None
        match node, one, other:
            case (exp.Add() | exp.Sub(), "date" | "timestamp", "interval") | (
                exp.Add(),
                "interval",
                "date" | "timestamp",
            ):
                return "timestamp"
            case (exp.Add() | exp.Sub(), "timestamptz", "interval"):
                return "timestamptz"
            case (exp.Add() | exp.Sub(), "date", Exact(scale=None)):
                return "date"
            case (exp.Sub(), "date", "date"):
                return Exact(19)
            case _:
                return None

    def together(self, nodes: Iterable[exp.Expr]) -> Kind:
        """The kind of what may be any of these."""
        return _all(self.of(each) for each in nodes)

    def _defined(self, node: exp.Expr, view: GovernedView) -> Iterator[tuple[str, exp.Expr | Kind]]:
        """Names of columns that this node brings, each with the expression or kind behind it."""
        match node:
            case exp.Table():
                yield from self._of_table(node, view)
            case exp.CTE():
                shown = node.this.selects if isinstance(node.this, exp.Query) else []
                names = node.alias_column_names or [each.alias_or_name for each in shown if not each.is_star]
                self._own[node.alias] = frozenset(map(fold, names))
                yield from self._of_alias(node)
            case exp.Subquery() | exp.Values() | exp.Unnest() | exp.Explode():
                yield from self._of_alias(node)
            case exp.Select():
                yield from (each for shown in node.expressions for each in _of_projection(shown))
            case exp.SetOperation():
                yield from self._of_set(node)
            case _:
                pass

    def _of_table(self, table: exp.Table, view: GovernedView) -> Iterator[tuple[str, Kind]]:
        renamed = table.alias_column_names
        if table.name.startswith("_g") and isinstance(table.this, exp.Identifier):
            for place, (name, kind) in enumerate(_columns(view.sources[int(table.name[2:])])):
                shown = renamed[place] if place < len(renamed) else name
                self._columns.add(fold(shown))
                yield shown, kind
        else:
            yield from ((name, None) for name in renamed)
        if not isinstance(table.this, exp.Identifier):
            series = isinstance(table.this, exp.GenerateSeries)
            yield from ((name, Exact(19) if series else None) for name in ("generate_series", "range", "unnest"))
        if table.alias:
            yield table.alias, None  # the name of a table is its whole row

    def _of_alias(self, node: exp.Expr) -> Iterator[tuple[str, exp.Expr | Kind]]:
        if isinstance(node, exp.Values):
            places = range(len(node.expressions[0].expressions) if node.expressions else 0)
            yield from ((f"col{place}", None) for place in places)
        elif not isinstance(node, exp.Query | exp.CTE):
            yield "unnest", None
        alias = node.args.get("alias")
        if not isinstance(alias, exp.TableAlias):
            return
        if alias.name and not isinstance(node, exp.CTE):
            yield alias.name, None
        halves = _halves(node.this) if isinstance(node.this, exp.Query) else []
        for place, name in enumerate(node.alias_column_names):
            plain = halves and all(len(shown) == len(node.alias_column_names) for shown in halves)
            yield from ((name, shown[place]) for shown in halves) if plain else ((name, None),)

    def _of_set(self, node: exp.SetOperation) -> Iterator[tuple[str, exp.Expr | Kind]]:
        """The second half has a say in the columns that are known by the names of the first."""
        if node.args.get("by_name"):
            return
        first, *others = _halves(node) or [[]]
        if first and all(len(other) == len(first) for other in others):
            yield from ((mine.alias_or_name, his) for other in others for mine, his in zip(first, other, strict=True))
        elif not _is_outermost(node):
            self._blind = True


@lru_cache(maxsize=512)
def _columns(source: Source) -> tuple[tuple[str, Kind], ...]:
    """The governed columns of a source with their kinds."""
    return tuple((column.name, _named(column.type)) for column in governed_columns(source))


@lru_cache(maxsize=512)
def _named(type_: str) -> Kind:
    try:
        return of_type(exp.DataType.build(type_, dialect="duckdb"))
    except SqlglotError:
        return None


def _of_projection(shown: exp.Expr) -> Iterator[tuple[str, exp.Expr | Kind]]:
    match shown:
        case exp.Alias():
            yield shown.alias, shown.this
        case exp.Literal():
            yield shown.name, None
        case exp.Dot():
            yield shown.name, None
        case _ if shown.is_star:
            star = shown if isinstance(shown, exp.Star) else shown.this
            for each in (*(star.args.get("replace") or ()), *(star.args.get("rename") or ())):
                yield each.alias, each.this
        case _:
            pass


def _halves(query: exp.Query) -> list[list[exp.Expr]]:
    """What each query of a set shows; nothing where a star hides it."""
    if isinstance(query, exp.SetOperation):
        one, other = query.this, query.expression
        halves = [_halves(each) if isinstance(each, exp.Query) else [] for each in (one, other)]
        return halves[0] + halves[1] if all(halves) else []
    if isinstance(query, exp.Subquery):
        return _halves(query.this) if isinstance(query.this, exp.Query) else []
    return [] if any(each.is_star for each in query.selects) else [query.selects]


def _is_outermost(node: exp.Expr) -> bool:
    """Nobody can name its columns."""
    while isinstance(node.parent, exp.SetOperation | exp.Subquery):
        node = node.parent
        if node.args.get("alias"):
            return False
    return node.parent is None


def _of_number(text: str) -> Kind:
    if "e" in text.lower():
        return "float"
    whole, _, fraction = text.partition(".")
    digits = len(whole.lstrip("0")) + len(fraction)
    if digits > WIDEST:
        return "float" if fraction else Exact(_HUGE) if digits == _HUGE else None
    return Exact(max(digits, 1), len(fraction)) if "." in text else Exact(max(digits, 1))


def as_column(kind: Kind) -> Kind:
    """What a value becomes when it is a column: a literal takes a type of its own."""
    match kind:
        case "quoted":
            return "text"
        case "nothing":
            return Exact(10)
        case Exact(scale=None, fewer=None) if kind.digits < 20:
            return Exact(10 if kind.digits <= 10 else 19) if kind.digits not in {3, 5} else kind
        case _:
            return kind


def _all(kinds: Iterable[Kind]) -> Kind:
    found: Kind = "nothing"
    for kind in kinds:
        found = unite(found, kind)
    return found


def readable(text: str, kind: Kind) -> bool:
    """Whether a literal in quotes is surely a value of this kind."""
    try:
        match kind:
            case "text" | "quoted":
                return True
            case Exact(scale=None):
                return text.isascii() and text.isdigit() and len(text) <= min(kind.room, 18)
            case "date" | "timestamp" | "timestamptz":
                wanted = _DAY if kind == "date" else _MOMENT
                return wanted.fullmatch(text) is not None and bool(datetime.fromisoformat(text))
            case "float":
                return bool(re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", text))
            case _:
                return False
    except ValueError:
        return False
