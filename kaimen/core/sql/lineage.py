"""Which columns of which datasets stand behind each column of an answer. It over-reports where it cannot tell, and never blocks."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from kaimen.core.sql.govern import governed_columns
from kaimen.core.sql.view import Governed, GovernedView, fold

Origin = tuple[str, str]
"""(dataset, column)."""


@dataclass(frozen=True, slots=True)
class Output:
    """One column of the answer."""

    name: str
    origins: frozenset[Origin]
    is_plain: bool
    """It is a column passed through, not something computed from columns."""


def lineage(governed: Governed, view: GovernedView) -> tuple[Output, ...] | None:
    """The columns of the answer in order; None when it cannot be told: then think of every visible column."""
    schema: dict[str, object] = {
        f"_g{place}": {column.name: column.type for column in governed_columns(source)}
        for place, source in enumerate(view.sources)
    }
    try:
        tree = qualify(
            governed.asked.copy(),
            dialect="duckdb",
            schema=schema,
            validate_qualify_columns=False,
            quote_identifiers=False,
            identify=False,
            allow_partial_qualification=True,
        )
        scope = build_scope(tree)
        return None if scope is None else _outputs(scope, view, {})
    except Exception:  # noqa: BLE001 - the optimiser is not part of the wall; what it cannot do is reported as "everything"
        return None


def everything(view: GovernedView, datasets: tuple[str, ...]) -> frozenset[Origin]:
    """Every visible column of the datasets that were asked."""
    return frozenset(
        (source.dataset, column.name)
        for source in view.sources
        if source.dataset in datasets
        for column in governed_columns(source)
    )


def _outputs(scope: Scope, view: GovernedView, known: dict[int, tuple[Output, ...]]) -> tuple[Output, ...]:
    """Memory by scope, so that a query named twice is walked once; a recursive one meets its own first half."""
    mark = id(scope)
    if mark in known:
        return known[mark]
    known[mark] = ()
    if scope.set_operation_scopes:
        halves = [_outputs(half, view, known) for half in scope.set_operation_scopes]
        known[mark] = tuple(
            Output(
                columns[0].name,
                frozenset[Origin]().union(*(column.origins for column in columns)),
                is_plain=all(column.is_plain for column in columns),
            )
            for columns in zip(*halves, strict=True)
        )
        return known[mark]
    found: list[Output] = []
    query = scope.expression
    for projection in query.selects if isinstance(query, exp.Query) else ():
        inner = projection.unalias()
        if inner.is_star or inner.find(exp.TableColumn):  # a star that stayed, a whole row: every column may be in it
            raise LookupError(projection.alias_or_name)
        columns = inner.find_all(exp.Column)
        origins = frozenset[Origin]().union(*(_origins(column, scope, view, known) for column in columns))
        found.append(Output(projection.alias_or_name, origins, is_plain=isinstance(inner, exp.Column)))
    known[mark] = tuple(found)
    return known[mark]


def _origins(
    column: exp.Column, scope: Scope | None, view: GovernedView, known: dict[int, tuple[Output, ...]]
) -> frozenset[Origin]:
    """Look for the column's table in this scope, then in those below (a sub-query) and around (a correlated one)."""
    near = scope
    while near is not None:
        for each in near.traverse():
            source = each.sources.get(column.table)
            if isinstance(source, exp.Table) and source.name.startswith("_g"):
                return frozenset({(view.sources[int(source.name[2:])].dataset, column.name)})
            if isinstance(source, Scope):
                outputs = _outputs(source, view, known)
                named = [output for output in outputs if fold(output.name) == fold(column.name)]
                return frozenset[Origin]().union(*(output.origins for output in named or outputs))
        near = near.parent
    raise LookupError(column.name)
