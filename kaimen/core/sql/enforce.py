"""From a question and a decision to a query that an engine may run: eight small rewrites in this order.

The asker's text never reaches an engine; only the regenerated tree does, without comments, every name in quotes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlglot import exp

from kaimen.core.errors import Invalid, KaimenError
from kaimen.core.sql.aggregate_only import aggregate_only
from kaimen.core.sql.allow import allow
from kaimen.core.sql.assert_closed import assert_closed
from kaimen.core.sql.bind_names import asked, bind_names
from kaimen.core.sql.bound_amplifiers import bound_amplifiers
from kaimen.core.sql.fail_to_null import fail_to_null
from kaimen.core.sql.govern import govern
from kaimen.core.sql.one_query import DEEPEST, one_query
from kaimen.core.sql.pin_clock import pin_clock
from kaimen.core.sql.view import Engine, Governed, GovernedView

Result = TypeVar("Result")
Rule = Callable[[exp.Query, GovernedView], exp.Query]

RULES: tuple[Rule, ...] = (
    allow,
    bind_names,
    pin_clock,
    bound_amplifiers,
    aggregate_only,
    fail_to_null,
    govern,
    assert_closed,
)


def read(sql: str, *, dialect: str = "duckdb") -> exp.Query:
    """The question as a tree; hand it to `enforce` and to `names`. Raises `Invalid`."""
    return one_query(sql, dialect)


def names(tree: exp.Query) -> tuple[str, ...]:
    """The names in the question that must be datasets."""
    return _shallow(lambda: asked(tree))


def enforce(
    question: str | exp.Query, view: GovernedView, *, engine: Engine = "duckdb", dialect: str = "duckdb"
) -> Governed:
    """The governed query. Raises `Invalid`, `Missing("dataset_unknown")` or `Refused`; anything else is a bug and closes."""
    return _shallow(lambda: _enforce(question, view, engine=engine, dialect=dialect))


def _enforce(question: str | exp.Query, view: GovernedView, *, engine: Engine, dialect: str) -> Governed:
    tree = one_query(question, dialect) if isinstance(question, str) else question.copy()
    before = tree
    for rule in RULES:
        if rule is fail_to_null:
            before = tree.copy()
        tree = rule(tree, view)
    places = {int(table.name[2:]) for table in before.find_all(exp.Table) if table.name.startswith("_g")}
    return Governed(
        sql=tree.sql(engine, comments=False, identify=True),
        datasets=tuple(view.sources[place].dataset for place in sorted(places)),
        parameters=_parameters(before),
        tree=tree,
        asked=before,
    )


def _parameters(tree: exp.Query) -> tuple[str, ...]:
    found = [str(node.this) if node.this else "?" for node in tree.find_all(exp.Placeholder)]
    if "?" in found and set(found) != {"?"}:
        raise Invalid("parameter_count", asked=len(found), given=0)
    return tuple(found) if "?" in found else tuple(dict.fromkeys(found))


def _shallow(work: Callable[[], Result]) -> Result:
    """A question that goes too deep for a rule is refused like one that goes too deep for the parser."""
    try:
        return work()
    except KaimenError:
        raise
    except RecursionError:
        raise Invalid("sql_too_deep", deepest=DEEPEST) from None
