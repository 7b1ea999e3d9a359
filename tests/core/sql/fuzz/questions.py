"""Random questions that mostly mean something: typed expressions over what is in scope, and every shape the gate lets through.

Nothing here depends on the order of rows: a LIMIT comes with ORDER BY ALL, windows and lists are ordered by what they show.
So two worlds that look alike to the asker must give the same rows, or fail with the same code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from hypothesis import strategies as st

INT, TEXT, DATE, DEC, BOOL = "int", "text", "date", "dec", "bool"
TYPES = (INT, TEXT, DATE, DEC, BOOL)

Columns = tuple[tuple[str, str], ...]

DATASETS: dict[str, Columns] = {
    "persons": (
        ("id", INT),
        ("name", TEXT),
        ("ssn", TEXT),
        ("phone", TEXT),
        ("born", INT),
        ("region", TEXT),
        ("division", TEXT),
        ("amount", DEC),
        ("score", INT),
        ("children", INT),
        ("weight", TEXT),
        ("note", TEXT),
    ),
    "visits": (("visit_id", INT), ("person_id", INT), ("day", DATE), ("ward", TEXT), ("cost", INT)),
    "公园": (("name", TEXT), ("面积", INT), ("region", TEXT)),
}
HIDDEN = ("secret", "status", "consent", "diagnosis", '"inner"', "_unit0")
"""Columns that are there and must not be, for whoever asks."""
SPELLINGS = {
    "persons": ("persons", "Persons", '"persons"', '"01PERSONS"'),
    "visits": ("visits", "VISITS"),
    "公园": ("公园", '"公园"'),
}
OWN = ("a", "b", "persons", "visits", "_g0", "_g1", "_c0", "_c1", "_s0", "公园", '"odd ""name"', "Persons", '"été"')
ALIASES = ("x", "y", "z", "_g0", "_s0", "persons", "region", '"q ""q"', "区", "t")
LITERALS = {
    INT: ("0", "1", "2", "-3", "7", "10", "100", "2147483647", "9223372036854775807", "NULL", "$n"),
    TEXT: ("''", "'a'", "'王**'", "'**'", "'110108'", "'12'", "'-7'", "'2021-03-04'", "'x''y'", "NULL", "$t"),
    DATE: ("DATE '2021-03-04'", "DATE '1999-12-31'", "CAST(NULL AS DATE)"),
    DEC: ("0.5", "12.34", "99999999.99", "CAST(1 AS DECIMAL(12, 2))"),
    BOOL: ("true", "false", "1 = 1", "NULL"),
}
PARAMETERS = {"n": 5, "t": "110105"}

# {i} {s} {d} {m} {b}: an expression of int, text, date, decimal, boolean.
CALLS: dict[str, tuple[str, ...]] = {
    INT: (
        "{i} + {i}", "{i} - {i}", "{i} * {i}", "{i} // {i}", "{i} % {i}", "-({i})", "abs({i})", "length({s})",
        "CAST({s} AS INTEGER)", "TRY_CAST({s} AS INTEGER)", "CAST({i} AS TINYINT)", "CAST({m} AS BIGINT)", "year({d})",
        "extract(month FROM {d})", "date_diff('day', {d}, {d})", "coalesce({i}, {i})", "nullif({i}, {i})", "greatest({i}, {i})",
        "CASE WHEN {b} THEN {i} ELSE {i} END", "strpos({s}, {s})", "sign({i})", "{i} & {i}", "{i} << {i}", "CAST({i} / {i} AS BIGINT)",
        "len([{i}, {i}])", "[{i}, {i}][{i}]", "list_extract([{i}, {i}], 1)", "day({d})", "factorial({i} % 30)", "gcd({i}, {i})",
        "CAST(floor({m}) AS BIGINT)", "ascii({s})", "levenshtein({s}, {s})",
    ),
    TEXT: (
        "{s} || {s}", "upper({s})", "lower({s})", "substring({s}, {i}, {i})", "left({s}, {i})", "right({s}, 2)", "{s}[2:3]",
        "replace({s}, {s}, {s})", "trim({s})", "reverse({s})", "CAST({i} AS VARCHAR)", "CAST({d} AS VARCHAR)", "CAST({m} AS TEXT)",
        "coalesce({s}, {s})", "split_part({s}, {s}, 1)", "regexp_extract({s}, '[0-9]+')", "regexp_replace({s}, '[*]', '#', 'g')", "md5({s})",
        "strftime({d}, '%Y-%m')", "CASE WHEN {b} THEN {s} END", "concat({s}, {s})", "repeat({s}, 3)", "lpad({s}, 5, 'x')",
        "CASE {i} WHEN 1 THEN {s} WHEN {i} THEN {s} ELSE {s} END", "concat_ws('-', {s}, {s})", "chr(65 + {i} % 20)", "dayname({d})",
    ),
    DATE: (
        "CAST({d} + INTERVAL 1 DAY AS DATE)", "CAST({d} - INTERVAL 2 MONTH AS DATE)", "CAST(date_trunc('month', {d}) AS DATE)", "CAST({s} AS DATE)",
        "TRY_CAST({s} AS DATE)", "last_day({d})", "coalesce({d}, {d})", "greatest({d}, {d})", "CASE WHEN {b} THEN {d} END", "{d} + 3",
        "make_date({i}, 1, 1)", "CAST(CAST({d} AS TIMESTAMP) AT TIME ZONE 'Asia/Shanghai' AS DATE)",
    ),
    DEC: (
        "{m} + {m}", "{m} - {m}", "CAST({i} AS DECIMAL(12, 2))", "CAST({s} AS DECIMAL(9, 3))", "round({m}, 1)", "abs({m})", "coalesce({m}, 0.0)",
        "CASE WHEN {b} THEN {m} ELSE 0.0 END", "CAST({m} * {m} AS DECIMAL(18, 2))", "nullif({m}, {m})",
    ),
    BOOL: (
        "{i} = {i}", "{i} < {i}", "{i} <> {i}", "{s} = {s}", "{s} >= {s}", "{d} <= {d}", "{m} > {m}", "{i} > {m}", "{s} LIKE '%1%'", "{s} ILIKE {s}",
        "{i} BETWEEN {i} AND {i}", "{i} IN ({i}, {i}, NULL)", "{s} NOT IN ({s}, {s})", "{i} IS NULL", "{s} IS NOT NULL", "{b} AND {b}", "{b} OR {b}",
        "NOT ({b})", "{i} IS DISTINCT FROM {i}", "regexp_matches({s}, '^[0-9]')", "list_contains([{i}, {i}], {i})", "contains({s}, {s})", "{s} = {i}",
        "starts_with({s}, {s})", "CAST({s} AS BOOLEAN)", "({i}, {s}) = ({i}, {s})", "CASE WHEN {b} THEN {b} END", "{s} SIMILAR TO '[0-9]+'",
    ),
}  # fmt: skip
TOTALS = {
    INT: ("count(*)", "count({s})", "count(DISTINCT {s})", "sum({i})", "min({i})", "max({i})", "arg_max({i}, {i})", "count_if({b})", "bit_count(max({i}))"),
    TEXT: ("min({s})", "max({s})", "string_agg({s}, ',' ORDER BY {s})", "CAST(avg({i}) AS VARCHAR)"),
    DATE: ("min({d})", "max({d})"),
    DEC: ("sum({m})", "min({m})", "max({m})"),
    BOOL: ("bool_and({b})", "bool_or({b})", "count(*) > 2", "max({i}) > min({i})"),
}  # fmt: skip
WINDOWS = {
    INT: ("rank() OVER (ORDER BY {s}, {i})", "count(*) OVER (PARTITION BY {s})", "sum({i}) OVER (PARTITION BY {s})", "dense_rank() OVER (PARTITION BY {i} ORDER BY {s} DESC)",
          "max({i}) OVER (ORDER BY {i} RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"),
    TEXT: ("first_value({s}) OVER (PARTITION BY {i} ORDER BY {s})", "max({s}) OVER ()"),
    DATE: ("min({d}) OVER (PARTITION BY {s})",),
    DEC: ("sum({m}) OVER (PARTITION BY {s})",),
    BOOL: ("bool_or({b}) OVER (PARTITION BY {s})",),
}  # fmt: skip
_LETTER = {"{i}": INT, "{s}": TEXT, "{d}": DATE, "{m}": DEC, "{b}": BOOL}


@dataclass(frozen=True)
class Seen:
    """A table in scope: its alias and columns."""

    alias: str
    columns: Columns


@dataclass
class Writer:
    """Writes one question; every choice is drawn."""

    draw: st.DrawFn
    calls: bool = True
    """Whether expressions may nest functions (slower, and they fail more often)."""
    own: dict[str, Columns] = field(default_factory=dict)
    room: int = 5
    """How many more SELECTs."""
    tables: int = 5
    """How many more tables: joins multiply."""

    def chance(self, percent: int) -> bool:
        return self.draw(_whole(99)) < percent

    def pick(self, options):
        return options[self.draw(_whole(len(options) - 1))]

    # --- expressions

    def expression(self, type_: str, scope: list[Seen], depth: int) -> str:
        if depth <= 0 or self.chance(35):
            return self.leaf(type_, scope)
        if self.room > 0 and self.chance(10):
            return self.below(type_, scope)
        return f"({self.fill(self.pick(CALLS[type_]), scope, depth - 1)})"

    def fill(self, form: str, scope: list[Seen], depth: int) -> str:
        parts = []
        while form:
            head, brace, rest = form.partition("{")
            parts.append(head)
            if brace:
                parts.append(self.expression(_LETTER["{" + rest[:2]], scope, depth))
                rest = rest[2:]
            form = rest
        return "".join(parts)

    def leaf(self, type_: str, scope: list[Seen]) -> str:
        known = [(seen.alias, name) for seen in scope for name, kind in seen.columns if kind == type_]
        if self.draw(_whole(999)) == 77:
            return self.pick(HIDDEN)
        if known and self.chance(80):
            alias, name = self.pick(known)
            return name if self.chance(10) else f"{alias}.{name}"
        return self.pick(LITERALS[type_])

    def below(self, type_: str, scope: list[Seen]) -> str:
        """A sub-query as a value."""
        if type_ == BOOL:
            kind = self.pick((INT, TEXT))
            form = self.pick(
                ("EXISTS ({q})", "NOT EXISTS ({q})", "{e} IN ({q})", "{e} NOT IN ({q})", "{e} = ANY ({q})", "{e} >= ALL ({q})")
            )  # fmt: skip
            return f"({form})".format(q=self.select((kind,), scope), e=self.expression(kind, scope, 1))
        source, seen = self.table(scope)
        inner = [*scope, seen]
        return f"(SELECT {self.fill(self.pick(TOTALS[type_]), inner, 1)} FROM {source}{self.where(inner)})"

    # --- tables

    def table(self, outer: list[Seen]) -> tuple[str, Seen]:
        self.tables -= 1
        alias = self.pick(ALIASES)
        what = self.draw(_whole(99))
        if what < 12 and self.own:
            name = self.pick(tuple(self.own))
            return self.named(name, self.own[name], alias)
        if what < 60 or self.room <= 0:
            dataset = self.pick(tuple(DATASETS))
            name = self.pick(SPELLINGS[dataset])
            columns = self.own.get(_fold(name), DATASETS[dataset])
            return self.named(name, columns, alias)
        if what < 85:
            types = self.types()
            lateral = outer if self.chance(25) else []
            return f"({self.query(types, lateral)}) AS {alias}{_names(types)}", Seen(alias, _columns(types))
        if what < 90:
            return f"generate_series(1, {self.pick(('3', '5'))}) AS {alias}(n)", Seen(alias, (("n", INT),))
        if what < 95:
            return f"unnest([1, 7, NULL]) AS {alias}(n)", Seen(alias, (("n", INT),))
        rows = f"({self.leaf(INT, [])}, {self.leaf(TEXT, [])}), (2, '110108')"
        return f"(VALUES {rows}) AS {alias}(n, w)", Seen(alias, (("n", INT), ("w", TEXT)))

    def named(self, name: str, columns: Columns, alias: str) -> tuple[str, Seen]:
        if self.chance(15):
            return name, Seen(name, columns)
        return f"{name} AS {alias}", Seen(alias, columns)

    def source(self, outer: list[Seen]) -> tuple[str, list[Seen]]:
        text, seen = self.table(outer)
        scope = [seen]
        while self.tables > 0 and self.chance(30):
            other, more = self.table([*outer, *scope])
            if more.alias in {each.alias for each in scope}:
                continue
            how = self.draw(_whole(99))
            both = [*outer, *scope, more]
            shared = [
                name for name, _ in more.columns if any(name == mine for each in scope for mine, _ in each.columns)
            ]
            if how < 10:
                text = f"{text}, {other}"
            elif how < 17:
                text = f"{text} CROSS JOIN {other}"
            elif how < 24:
                text = f"{text} NATURAL JOIN {other}"
            elif how < 40 and shared:
                text = f"{text} {self.pick(('JOIN', 'LEFT JOIN', 'FULL JOIN'))} {other} USING ({shared[0]})"
            else:
                kind = self.pick(("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "SEMI JOIN", "ANTI JOIN"))
                text = f"{text} {kind} {other} ON {self.expression(BOOL, both, 2)}"
                if kind in {"SEMI JOIN", "ANTI JOIN"}:
                    continue
            scope.append(more)
        return text, scope

    # --- queries

    def types(self) -> tuple[str, ...]:
        return tuple(self.pick(TYPES) for _ in range(1 + self.draw(_whole(2))))

    def where(self, scope: list[Seen]) -> str:
        return f" WHERE {self.expression(BOOL, scope, 3)}" if self.chance(55) else ""

    def select(self, types: tuple[str, ...], outer: list[Seen]) -> str:
        self.room -= 1
        if self.chance(5):
            return "SELECT " + ", ".join(
                f"{self.expression(each, outer, 2)} AS {_names(types, n)}" for n, each in enumerate(types)
            )
        source, mine = self.source(outer)
        scope = [*outer, *mine]
        tail = self.where(scope)
        kind = self.draw(_whole(99))
        if kind < 30:
            keys = [f"{seen.alias}.{name}" for seen in mine for name, _ in seen.columns][:6]
            keys = [self.pick(keys) for _ in range(1 + self.draw(_whole(1)))]
            shown = [self.fill(self.pick(TOTALS[each]), scope, 1) for each in types]
            if self.chance(25):
                shown[0] = f"max({shown[0]}) OVER ()" if "string_agg" not in shown[0] else shown[0]
            elif (
                self.chance(25)
                and shown[0].startswith(("count(", "sum(", "min(", "max("))
                and shown[0].endswith(")")
                and shown[0].count("(") == 1
            ):
                shown[0] += f" FILTER (WHERE {self.expression(BOOL, scope, 1)})"
            form = self.pick(("{}", "{}", "ROLLUP ({})", "CUBE ({})", "GROUPING SETS (({}), ())"))
            tail += f" GROUP BY {form.format(', '.join(dict.fromkeys(keys)))}"
            if self.chance(30):
                tail += f" HAVING {self.fill(self.pick(TOTALS[BOOL]), scope, 1)}"
        elif kind < 40:
            shown = [self.fill(self.pick(WINDOWS[each]), scope, 1) for each in types]
            if self.chance(30):
                tail += f" QUALIFY {self.fill(self.pick(WINDOWS[INT]), scope, 1)} <= 3"
        else:
            shown = [self.expression(each, scope, 3) for each in types]
        distinct = "DISTINCT " if self.chance(12) else ""
        items = ", ".join(f"{each} AS {_names(types, n)}" for n, each in enumerate(shown))
        return f"SELECT {distinct}{items} FROM {source}{tail}"

    def query(self, types: tuple[str, ...], outer: list[Seen]) -> str:
        text = self.select(types, outer)
        if self.room > 0 and self.chance(12):
            how = self.pick(("UNION", "UNION ALL", "EXCEPT", "INTERSECT"))
            text = f"({text}) {how} ({self.select(types, outer)})"
        if self.chance(15):
            text += f" ORDER BY ALL LIMIT {self.pick(('1', '3', '10'))}" + (" OFFSET 1" if self.chance(30) else "")
        return text

    def question(self) -> str:
        heads, recursive = [], self.chance(20)
        for _ in range(self.pick((0, 0, 0, 1, 1, 2))):
            types = self.types()
            # After RECURSIVE a query sees itself, where an engine by itself would still see a table of that name.
            name = self.pick(OWN[:2] + OWN[4:9] if recursive else OWN)
            if _fold(name) in self.own:
                continue
            if recursive and self.chance(60):
                source, seen = self.table([])
                step = self.expression(INT, [seen], 1)
                heads.append(
                    f"{name}(c0) AS (SELECT {step} FROM {source} UNION SELECT r.c0 + 1 FROM {name} AS r WHERE r.c0 < 5)"
                )
                self.own[_fold(name)] = (("c0", INT),)
                continue
            heads.append(f"{name}{_names(types)} AS ({self.query(types, [])})")
            self.own[_fold(name)] = _columns(types)
        head = f"WITH {'RECURSIVE ' if recursive else ''}{', '.join(heads)} " if heads else ""
        if self.chance(15):
            name = self.pick((*self.own, *DATASETS))
            star = self.pick(
                (
                    "*",
                    "* EXCLUDE (name)",
                    "persons",
                    "* REPLACE (1 AS id)",
                    "x.*",
                    "x",
                    "count(*)",
                    "x.secret",
                    "COLUMNS(*)",
                )
            )
            return f"{head}SELECT {star} FROM {name} AS {self.pick(('x', 'persons'))}"
        return head + self.query(self.types(), [])


@st.composite
def questions(draw: st.DrawFn) -> str:
    """One question."""
    return Writer(draw).question()


@st.composite
def conditions(draw: st.DrawFn) -> tuple[str, str]:
    """A table with its alias, and a condition on it."""
    writer = Writer(draw, room=2, tables=2)
    text, seen = writer.named(*draw(st.sampled_from(list(DATASETS.items()))), "x")
    return text, writer.expression(BOOL, [seen], 3)


@cache
def _whole(most: int) -> st.SearchStrategy[int]:
    return st.integers(0, most)


def _fold(name: str) -> str:
    return name.strip('"').lower() if name.isascii() else name


def _columns(types: tuple[str, ...]) -> Columns:
    return tuple((f"c{n}", each) for n, each in enumerate(types))


def _names(types: tuple[str, ...], n: int | None = None) -> str:
    if n is not None:
        return f"c{n}"
    return f"({', '.join(name for name, _ in _columns(types))})"
