"""Rule 2: every name of a table is either a query of the asker's own (renamed) or a dataset that was granted.

Own queries become `_cN`, datasets `_gN` (N is the place in `view.sources`); the old name stays as an alias so that `p.x`
still binds. The walk keeps its own stack: a question may be wide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlglot import exp

from kaimen.core.errors import Missing
from kaimen.core.sql.view import GovernedView, fold

Names = Mapping[str, str]


def bind_names(tree: exp.Query, view: GovernedView) -> exp.Query:
    """Raises `Missing("dataset_unknown", name=…)` for whatever else stands where a table stands."""

    def granted(name: str) -> str:
        place = view.names.get(fold(name))
        if place is None:
            raise Missing("dataset_unknown", name=name[:200])
        return f"_g{place}"

    for _ in _walk(tree, granted):
        pass
    return tree


def asked(tree: exp.Query) -> tuple[str, ...]:
    """The names that must be datasets, each once, in order. Raises `Missing("dataset_unknown")` as `bind_names` does."""
    found: dict[str, None] = {}

    def note(name: str) -> str:
        found.setdefault(name)
        return name

    for _ in _walk(tree.copy(), note):
        pass
    return tuple(found)


def _walk(tree: exp.Query, dataset: Callable[[str], str]) -> Iterator[None]:
    """Rename below `tree`; `dataset` gives the new name of a name that no own query has."""
    count = 0
    stack: list[tuple[exp.Expr, Names]] = [(tree, {})]
    while stack:
        node, names = stack.pop()
        if isinstance(node, exp.Table):
            _bind(node, names, dataset)
            yield
        clause = node.args.get("with_")
        later: list[tuple[exp.Expr, Names]] = []
        if isinstance(clause, exp.With):
            inside = dict(names)
            for cte in clause.expressions:
                own, fresh = fold(cte.alias), f"_c{count}"
                count += 1
                # A plain query does not see itself, a recursive one does: else it could reach a dataset of its name.
                later.append((cte.this, {**inside, own: fresh} if clause.recursive else dict(inside)))
                inside[own] = fresh
                cte.args["alias"].set("this", exp.to_identifier(fresh, quoted=True))
            names = inside
        later.extend((child, names) for child in node.iter_expressions() if child is not clause)
        stack.extend(reversed(later))


def _bind(table: exp.Table, names: Names, dataset: Callable[[str], str]) -> None:
    if not isinstance(table.this, exp.Identifier):
        return
    if table.args.get("db") or table.args.get("catalog"):
        raise Missing("dataset_unknown", name=".".join(part.name for part in table.parts)[:200])
    name = table.this.name
    fresh = names.get(fold(name)) or dataset(name)
    table.set("this", exp.to_identifier(fresh, quoted=True))
    alias = table.args.get("alias")
    if alias is None:
        table.set("alias", exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
    elif not alias.this:
        alias.set("this", exp.to_identifier(name, quoted=True))
