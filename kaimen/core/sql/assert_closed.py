"""Rule 8: look once more. What is left names governed sources and own queries only, and is made of listed parts only."""

from __future__ import annotations

import re

from sqlglot import exp

from kaimen.core.sql import lists
from kaimen.core.sql.allow import check
from kaimen.core.sql.view import GovernedView

_OURS = re.compile(r"_[gc][0-9]+")


def assert_closed(tree: exp.Query, view: GovernedView) -> exp.Query:
    """Raises `AssertionError`, which is a bug of ours and never an answer: the question is not run."""
    clause = tree.args.get("with_")
    heads = [cte for cte in clause.expressions if cte.alias.startswith("_g")] if clause else []
    if len({cte.alias for cte in heads}) != len(heads) or len(heads) > len(view.sources):
        raise AssertionError("heads")
    ours = {id(cte) for cte in heads}
    known = {cte.alias for cte in heads}
    tables: list[exp.Table] = []
    for node in tree.walk(prune=lambda each: id(each) in ours):
        if id(node) in ours:
            continue
        check(node, asked=False)
        if isinstance(node, exp.Table):
            tables.append(node)
        elif isinstance(node, exp.CTE):
            known.add(node.alias)
    if not all(_is_closed(table, known) for table in tables):
        raise AssertionError("table")
    return tree


def _is_closed(table: exp.Table, known: set[str]) -> bool:
    if isinstance(table.this, exp.Identifier):
        named_only = not table.args.get("db") and not table.args.get("catalog")
        return named_only and table.name in known and _OURS.fullmatch(table.name) is not None
    return type(table.this) in lists.TABLE_FUNCTIONS
