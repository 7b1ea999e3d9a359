"""What a question may be made of: node classes, functions, types. What is not listed is refused.

Known functions are listed by the parser's class. A call that the parser does not know goes to the engine under its
literal name, so it is allowed only by that very name. Raise `REWRITER` in `core.policy.text` with every change.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

_SET = frozenset({"with_", "this", "expression", "distinct", "by_name", "order", "limit", "offset", "joins"})

STRUCTURE: Mapping[type[exp.Expr], frozenset[str]] = {
    exp.Select: frozenset(
        [
            "with_",
            "expressions",
            "distinct",
            "from_",
            "joins",
            "where",
            "group",
            "having",
            "qualify",
            "windows",
            "order",
            "limit",
            "offset",
        ]
    ),
    exp.Union: _SET,
    exp.Except: _SET,
    exp.Intersect: _SET,
    exp.Subquery: frozenset(["this", "alias", "with_", "joins", "order", "limit", "offset"]),
    exp.Table: frozenset(["this", "alias", "db", "catalog", "joins"]),
    exp.TableAlias: frozenset(["this", "columns"]),
    exp.With: frozenset(["expressions", "recursive"]),
    exp.CTE: frozenset(["this", "alias", "materialized"]),
    exp.From: frozenset({"this"}),
    exp.Join: frozenset(["this", "on", "side", "kind", "using", "method"]),
    exp.Column: frozenset(["this", "table", "db", "catalog"]),
    exp.Star: frozenset(["except_", "replace", "rename"]),
    exp.Identifier: frozenset(["this", "quoted"]),
    exp.Alias: frozenset(["this", "alias"]),
    exp.Dot: frozenset(["this", "expression"]),
    exp.Where: frozenset({"this"}),
    exp.Group: frozenset(["expressions", "grouping_sets", "cube", "rollup", "all"]),
    exp.GroupingSets: frozenset({"expressions"}),
    exp.Cube: frozenset({"expressions"}),
    exp.Rollup: frozenset({"expressions"}),
    exp.Having: frozenset({"this"}),
    exp.Qualify: frozenset({"this"}),
    exp.Order: frozenset(["this", "expressions"]),
    exp.Ordered: frozenset(["this", "desc", "nulls_first"]),
    exp.Limit: frozenset({"expression"}),
    exp.Offset: frozenset({"expression"}),
    exp.Distinct: frozenset(["expressions", "on"]),
    exp.Values: frozenset(["expressions", "alias"]),
    exp.Tuple: frozenset({"expressions"}),
    exp.Window: frozenset(["this", "partition_by", "order", "spec", "alias", "over"]),
    exp.WindowSpec: frozenset(["kind", "start", "start_side", "end", "end_side", "exclude"]),
    exp.Filter: frozenset(["this", "expression"]),
    exp.WithinGroup: frozenset(["this", "expression"]),
    exp.IgnoreNulls: frozenset({"this"}),
    exp.RespectNulls: frozenset({"this"}),
    exp.Paren: frozenset({"this"}),
    exp.Literal: frozenset(["this", "is_string"]),
    exp.Boolean: frozenset({"this"}),
    exp.Null: frozenset(),
    exp.Placeholder: frozenset({"this"}),
    exp.Interval: frozenset(["this", "unit"]),
    exp.Var: frozenset({"this"}),
    exp.Cast: frozenset(["this", "to"]),
    exp.TryCast: frozenset(["this", "to", "safe"]),
    exp.DataType: frozenset(["this", "expressions", "nested", "values"]),
    exp.DataTypeParam: frozenset({"this"}),
    exp.Case: frozenset(["this", "ifs", "default"]),
    exp.If: frozenset(["this", "true", "false"]),
    exp.In: frozenset(["this", "expressions", "query", "unnest"]),
    exp.Between: frozenset(["this", "low", "high"]),
    exp.Exists: frozenset({"this"}),
    exp.Any: frozenset({"this"}),
    exp.All: frozenset({"this"}),
    exp.Array: frozenset(["expressions", "value_constructor"]),
    exp.Bracket: frozenset(["this", "expressions", "offset", "safe"]),
    exp.Slice: frozenset(["this", "expression"]),
    exp.Escape: frozenset(["this", "expression"]),
    exp.AtTimeZone: frozenset(["this", "zone"]),
    exp.Extract: frozenset(["this", "expression"]),
}
"""Node class -> the arguments that may be set. An argument is as dangerous as a node: `SELECT … INTO` is one."""

OPERATORS: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ,
        exp.Like, exp.ILike, exp.SimilarTo, exp.Glob, exp.RegexpLike,
        exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.Pow, exp.Abs, exp.DPipe,
        exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseNot, exp.BitwiseXor, exp.BitwiseLeftShift, exp.BitwiseRightShift,
    }
)  # fmt: skip

AGGREGATES: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Count, exp.CountIf, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.ArgMin, exp.ArgMax, exp.Stddev, exp.StddevPop, exp.StddevSamp,
        exp.Variance, exp.VariancePop, exp.CovarPop, exp.CovarSamp, exp.Corr, exp.Median, exp.PercentileCont, exp.PercentileDisc,
        exp.Mode, exp.ApproxDistinct, exp.ApproxQuantile, exp.GroupConcat, exp.ArrayAgg, exp.LogicalAnd, exp.LogicalOr,
        exp.AnyValue, exp.First, exp.Last, exp.Skewness, exp.Kurtosis,
    }
)  # fmt: skip

WINDOWS: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile, exp.Lag, exp.Lead,
        exp.FirstValue, exp.LastValue, exp.NthValue,
    }
)  # fmt: skip

SCALARS: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Ceil, exp.Floor, exp.Round, exp.Trunc, exp.Sqrt, exp.Cbrt, exp.Exp, exp.Ln, exp.Log, exp.Sign, exp.Sin, exp.Cos,
        exp.Tan, exp.Asin, exp.Acos, exp.Atan, exp.Atan2, exp.Pi, exp.Degrees, exp.Radians, exp.IsNan, exp.IsInf, exp.Factorial,
        exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least,
        exp.Lower, exp.Upper, exp.Length, exp.Trim, exp.Substring, exp.Left, exp.Right, exp.Replace, exp.Concat, exp.ConcatWs,
        exp.Reverse, exp.StrPosition, exp.Contains, exp.StartsWith, exp.EndsWith, exp.SplitPart, exp.Split, exp.Pad, exp.Repeat,
        exp.Translate, exp.Ascii, exp.Chr, exp.Levenshtein, exp.RegexpExtract, exp.RegexpReplace, exp.RegexpFullMatch,
        exp.MD5, exp.SHA2, exp.ArrayContains, exp.ArraySize, exp.Grouping,
        exp.TimestampTrunc, exp.DateTrunc, exp.DateDiff, exp.DateAdd, exp.DateSub, exp.TimeToStr, exp.StrToTime, exp.Year,
        exp.Month, exp.Day, exp.Hour, exp.Minute, exp.Second, exp.Quarter, exp.Week, exp.WeekOfYear, exp.DayOfWeek,
        exp.DayOfWeekIso, exp.DayOfYear, exp.Dayname, exp.Monthname, exp.LastDay, exp.DateFromParts, exp.TimestampFromParts, exp.TimeToUnix,
        exp.UnixToTime, exp.DateBin, exp.ToDays,
    }
)  # fmt: skip

CLOCKS: frozenset[type[exp.Expr]] = frozenset({exp.CurrentDate, exp.CurrentTimestamp, exp.Localtimestamp})
CLOCK_NAMES = frozenset({"now", "get_current_timestamp", "transaction_timestamp", "today", "current_localtimestamp"})
"""Allowed to be asked, never to run: `pin_clock` puts the decision's time in their place."""

TABLE_FUNCTIONS: frozenset[type[exp.Expr]] = frozenset({exp.Unnest, exp.Explode, exp.GenerateSeries})

NAMES = frozenset(
    [
        "isfinite",
        "even",
        "gcd",
        "lcm",
        "strlen",
        "prefix",
        "suffix",
        "ord",
        "date_part",
        "date_sub",
        "try_strptime",
        "bit_count",
        "nfc_normalize",
        "strip_accents",
        "octet_length",
        "product",
        "mad",
        "fsum",
        "favg",
        "century",
        "decade",
        "era",
        "to_months",
        "to_years",
        "to_hours",
        "to_minutes",
        "to_seconds",
        "list_extract",
        "array_extract",
        "list_sort",
        "regexp_split_to_array",
        "entropy",
    ]
)
"""Functions that the parser does not know, by their very names."""

OURS: frozenset[type[exp.Expr]] = frozenset({exp.Try, exp.Transform, exp.Lambda})
OUR_NAMES = frozenset({"row"})
"""Nobody may ask them; `fail_to_null` writes them."""

FUNCTIONS = AGGREGATES | WINDOWS | SCALARS | TABLE_FUNCTIONS

TYPES = frozenset(
    {
        exp.DType.BOOLEAN, exp.DType.TINYINT, exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT, exp.DType.INT128,
        exp.DType.UTINYINT, exp.DType.USMALLINT, exp.DType.UINT, exp.DType.UBIGINT, exp.DType.UINT128,
        exp.DType.FLOAT, exp.DType.DOUBLE, exp.DType.DECIMAL, exp.DType.TEXT, exp.DType.VARCHAR, exp.DType.CHAR,
        exp.DType.DATE, exp.DType.TIME, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPTZ, exp.DType.TIMESTAMPNTZ,
        exp.DType.TIMESTAMP_S, exp.DType.TIMESTAMP_MS, exp.DType.TIMESTAMP_NS, exp.DType.INTERVAL, exp.DType.ARRAY,
        exp.DType.LIST,
    }
)  # fmt: skip

WORDS = frozenset(
    [
        "ALL",
        "YEAR",
        "YEARS",
        "MONTH",
        "MONTHS",
        "DAY",
        "DAYS",
        "HOUR",
        "HOURS",
        "MINUTE",
        "MINUTES",
        "SECOND",
        "SECONDS",
        "MILLISECOND",
        "MILLISECONDS",
        "MICROSECOND",
        "MICROSECONDS",
        "QUARTER",
        "QUARTERS",
        "WEEK",
        "WEEKS",
        "DOW",
        "ISODOW",
        "DOY",
        "DECADE",
        "CENTURY",
        "MILLENNIUM",
        "EPOCH",
        "ISOYEAR",
        "YEARWEEK",
    ]
)
"""Bare words: parts of dates, and ALL in ORDER BY."""

JOIN_METHODS = frozenset({"", "NATURAL"})
JOIN_KINDS = frozenset({"", "INNER", "OUTER", "CROSS", "SEMI", "ANTI"})
JOIN_SIDES = frozenset({"", "LEFT", "RIGHT", "FULL"})
