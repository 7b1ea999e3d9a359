"""Rule 4: what makes much out of little has a literal bound. An interrupt reaches these calls late (7 to 34 s seen)."""

from __future__ import annotations

from sqlglot import exp

from kaimen.core.errors import Invalid
from kaimen.core.sql.view import GovernedView
from kaimen.core.sql.wording import as_written

MOST = 100_000


def bound_amplifiers(tree: exp.Query, view: GovernedView) -> exp.Query:  # noqa: ARG001 - rules have one signature
    """Raises `Invalid("sql_unbounded", name=…, most=…)`."""
    for node in tree.walk():
        match node:
            case exp.Repeat():
                _within(node, node.args.get("times"))
            case exp.Pad():
                _within(node, node.expression)
            case exp.GenerateSeries():
                if node.args.get("is_end_exclusive") and not isinstance(node.parent, exp.Table):
                    raise Invalid("sql_function", name=as_written(node))
                for bound in ("start", "end", "step"):
                    if node.args.get(bound) is not None:
                        _within(node, node.args[bound])
            case _:
                pass
    return tree


def _within(call: exp.Expr, bound: exp.Expr | None) -> None:
    plain = bound.this if isinstance(bound, exp.Neg) else bound
    if not (isinstance(plain, exp.Literal) and plain.is_int and int(plain.name) <= MOST):
        raise Invalid("sql_unbounded", name=as_written(call), most=MOST)
