"""Rule 3: the present moment is the moment of the decision, in the zone of the platform; so an answer can be replayed."""

from __future__ import annotations

from sqlglot import exp

from kaimen.core.errors import Invalid
from kaimen.core.sql import lists
from kaimen.core.sql.view import GovernedView
from kaimen.core.sql.wording import as_written


def pin_clock(tree: exp.Query, view: GovernedView) -> exp.Query:
    """Replace every function of the present by a literal."""
    for node in list(tree.walk()):
        if isinstance(node, exp.Anonymous) and node.name.lower() == "age" and len(node.expressions) != 2:
            raise Invalid("sql_function", name=as_written(node))
        pinned = _pinned(node, view)
        if pinned is not None:
            node.replace(pinned)
    return tree


def _pinned(node: exp.Expr, view: GovernedView) -> exp.Expr | None:
    name = node.name.lower() if isinstance(node, exp.Anonymous) else ""
    if type(node) not in lists.CLOCKS and name not in lists.CLOCK_NAMES:
        return None
    if node.args.get("this") and not name:
        raise Invalid("sql_construct", name=as_written(node))
    if isinstance(node, exp.CurrentDate) or name == "today":
        return exp.cast(exp.Literal.string(view.now.date().isoformat()), "date")
    if isinstance(node, exp.Localtimestamp) or name == "current_localtimestamp":
        return exp.cast(exp.Literal.string(view.now.replace(tzinfo=None).isoformat(sep=" ")), "timestamp")
    return exp.cast(exp.Literal.string(view.now.isoformat(sep=" ")), "timestamptz")
