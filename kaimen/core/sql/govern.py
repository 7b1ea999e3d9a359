"""Rule 7: every dataset becomes one common table expression at the head: its files, its visible columns, its rows.

Of the visible columns only those are written whose name occurs in the question; the engine would read no others anyway, but it would
have to bind and to plan them.

Masks stand before everything the asker wrote, so a filter or an order sees masked values only. Denied columns are absent.
"""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp

from kaimen.core.errors import Refused
from kaimen.core.policy import mask
from kaimen.core.policy.obligations import WITHHELD, Aggregate, Columns, Deny, Filter, Mask
from kaimen.core.sql.masks import masked, masked_type
from kaimen.core.sql.rows import condition
from kaimen.core.sql.view import UNIT, Column, GovernedView, Source, fold


def govern(tree: exp.Query, view: GovernedView) -> exp.Query:
    """Put the head in front of the question."""
    places = sorted({int(table.name[2:]) for table in tree.find_all(exp.Table) if table.name.startswith("_g")})
    if not places:
        return tree
    named = _named(tree)
    heads = [_of_use(head(view.sources[place], place), named) for place in places]
    clause = tree.args.get("with_")
    if clause is None:
        tree.set("with_", exp.With(expressions=heads))
    else:
        clause.set("expressions", [*heads, *clause.expressions])
    return tree


@lru_cache(maxsize=512)
def head(source: Source, place: int) -> exp.CTE:
    """`_gN AS NOT MATERIALIZED (SELECT … FROM read_parquet([…]) AS _sN WHERE …)`; kept, because it depends on nothing else.

    Raises `Refused("obligation_unenforceable")` when a row rule or a unit needs a column that the data do not have.
    """
    alias = f"_s{place}"
    known = {fold(column.name): column for column in source.columns}

    def find(name: str) -> tuple[exp.Column, Column]:
        column = known.get(fold(name))
        if column is None:
            raise Refused("obligation_unenforceable")
        return exp.column(column.name, table=alias, quoted=True), column

    shown: list[exp.Expr] = []
    for column, how in visible(source):
        raw = exp.column(column.name, table=alias, quoted=True)
        seen = raw if how is None else masked(how, raw, type_=column.type, source=source)
        shown.append(exp.alias_(seen, column.name, quoted=True))
    units = [each for each in source.obligations if isinstance(each, Aggregate)]
    shown += [exp.alias_(find(each.unit)[0], f"{UNIT}{n}", quoted=True) for n, each in enumerate(units)]
    if not shown:
        raise Refused("nothing_visible")
    query = exp.Select(expressions=shown).from_(_files(source, alias))
    for obligation in source.obligations:
        if isinstance(obligation, Filter):
            rows = condition(obligation.term, find)
            if obligation.why == WITHHELD:
                for literal in rows.find_all(exp.Literal):
                    literal.meta["hidden"] = True
            query = query.where(rows, copy=False)
    return exp.CTE(
        this=query, alias=exp.TableAlias(this=exp.to_identifier(f"_g{place}", quoted=True)), materialized=False
    )


def _named(tree: exp.Query) -> frozenset[str] | None:
    """Every name in the question, in small letters; None where columns may be meant without being named."""
    names: set[str] = set()
    tables: set[str] = set()
    alone: set[str] = set()
    for node in tree.walk():
        match node:
            case exp.Identifier():
                names.add(node.this.lower())
            case exp.Star() if not isinstance(node.parent, exp.Count) and not _only_looks(node.parent):
                return None
            case exp.TableAlias():
                if node.columns:
                    return None
                tables.add(node.name.lower())
            case exp.Join(method="NATURAL"):
                return None
            case exp.Column() if not node.table:
                alone.add(node.name.lower())
            case _:
                pass
    return None if tables & alone else frozenset(names)  # the name of a table stands for its whole row


def _only_looks(query: exp.Expr | None) -> bool:
    """`EXISTS (SELECT * …)` reads no column."""
    return isinstance(query, exp.Select) and isinstance(query.parent, exp.Exists)


def _of_use(whole: exp.CTE, named: frozenset[str] | None) -> exp.CTE:
    """A copy with the columns that may be meant, and at least one."""
    if named is None:
        return whole.copy()
    columns = whole.this.expressions
    kept = [each for each in columns if each.alias.lower() in named or each.alias.startswith(UNIT)] or columns[:1]
    query = exp.Select(
        **{name: part.copy() for name, part in whole.this.args.items() if isinstance(part, exp.Expr)},
        expressions=[each.copy() for each in kept],
    )
    return exp.CTE(this=query, alias=whole.args["alias"].copy(), materialized=False)


def visible(source: Source) -> tuple[tuple[Column, mask.Treatment | None], ...]:
    """The columns that exist for this asker, each with its mask or None where it is clear."""
    listed = [set(map(fold, each.names)) for each in source.obligations if isinstance(each, Columns)]
    denied = {fold(each.column) for each in source.obligations if isinstance(each, Deny)}
    how: dict[str, mask.Treatment] = {}
    for each in source.obligations:  # two spellings of one column may have come past the meet
        if isinstance(each, Mask):
            name = fold(each.column)
            how[name] = mask.stricter(how[name], each.how) if name in how else each.how
    return tuple(
        (column, how.get(fold(column.name)))
        for column in source.columns
        if fold(column.name) not in denied and all(fold(column.name) in names for names in listed)
    )


def governed_columns(source: Source) -> tuple[Column, ...]:
    """What the asker sees: names and types after masking."""
    return tuple(
        Column(column.name, column.type if how is None else masked_type(how, column.type))
        for column, how in visible(source)
    )


def _files(source: Source, alias: str) -> exp.Table:
    paths = [exp.Literal.string(path) for path in source.files]
    for path in paths:
        path.meta["hidden"] = True
    options = [exp.EQ(this=exp.var("hive_partitioning"), expression=exp.false())]
    if len(paths) > 1:
        options.append(exp.EQ(this=exp.var("union_by_name"), expression=exp.true()))
    call = exp.ReadParquet(expressions=[exp.Array(expressions=paths), *options])
    return exp.Table(this=call, alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
