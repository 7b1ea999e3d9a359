"""How many rows a question gives, where that is plain before it is run: those of its only dataset, or fewer."""

from __future__ import annotations

from sqlglot import exp

from kaimen.core.policy.obligations import Filter
from kaimen.core.sql.view import Governed, GovernedView

_PLAIN = frozenset({"expressions", "from_", "order", "limit"})


def gives_every_row_of(governed: Governed, view: GovernedView) -> str | None:
    """The dataset of which the question gives every row, each once, up to its literal LIMIT; None where that is not plain."""
    asked = governed.asked
    if not isinstance(asked, exp.Select) or any(value and name not in _PLAIN for name, value in asked.args.items()):
        return None
    source = asked.args.get("from_")
    table = source.this if isinstance(source, exp.From) else None
    if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier) or table.args.get("joins"):
        return None
    shown = (each.this if isinstance(each, exp.Alias) else each for each in asked.expressions)
    if not all(isinstance(each, exp.Column | exp.Star) for each in shown) or not table.name.startswith("_g"):
        return None
    place = view.sources[int(table.name[2:])]
    return None if any(isinstance(duty, Filter) for duty in place.obligations) else place.dataset


def limit_of(governed: Governed) -> int | None:
    """The LIMIT that stands in the question as a number; 0 where it is no plain number, since nothing can be said then."""
    limit = governed.asked.args.get("limit")
    if limit is None:
        return None
    value = limit.expression
    return int(value.name) if isinstance(value, exp.Literal) and value.is_int else 0
