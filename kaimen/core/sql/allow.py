"""Rule 1: every node, function and type of the question is on a list."""

from __future__ import annotations

import re

from sqlglot import exp

from kaimen.core.errors import Invalid
from kaimen.core.sql import lists
from kaimen.core.sql.view import GovernedView

_NUMBER = re.compile(r"[0-9]*\.?[0-9]*([eE][+-]?[0-9]+)?")
_PARAMETER = re.compile(r"[A-Za-z0-9_]{1,60}")


def allow(tree: exp.Query, view: GovernedView) -> exp.Query:  # noqa: ARG001 - rules have one signature
    """Raises `Invalid`: `sql_construct`, `sql_function`, `sql_type`, each with the name as the asker wrote it."""
    for node in tree.walk():
        check(node, asked=True)
    return tree


def check(node: exp.Expr, *, asked: bool) -> None:
    """One node by itself. What is asked may name the present moment; what is rewritten may hold what only we write."""
    kind = type(node)
    if kind in lists.STRUCTURE:
        _check_structure(node)
    elif isinstance(node, exp.Anonymous):
        _check_named_call(node, asked=asked)
    elif (
        kind not in lists.OPERATORS
        and kind not in lists.FUNCTIONS
        and kind not in (lists.CLOCKS if asked else lists.OURS)
    ):
        if isinstance(node, exp.Func):
            raise _function(node.sql_name())
        raise _construct(node)


def _check_structure(node: exp.Expr) -> None:
    """Its arguments too: some are plain text that the engine would obey."""
    if isinstance(node, exp.DataType) and node.this not in lists.TYPES:
        raise Invalid("sql_type", name=_word(node))
    known = lists.STRUCTURE[type(node)]
    if any(value and name not in known for name, value in node.args.items()):
        raise _construct(node)
    match node:
        case exp.Join():
            fine = node.method in lists.JOIN_METHODS and node.kind in lists.JOIN_KINDS and node.side in lists.JOIN_SIDES
        case exp.Var():
            fine = node.name.upper() in lists.WORDS
        case exp.Literal():
            fine = node.is_string or _NUMBER.fullmatch(node.name) is not None
        case exp.Placeholder():
            fine = not node.this or (isinstance(node.this, str) and _PARAMETER.fullmatch(node.this) is not None)
        case exp.Table() if isinstance(node.this, exp.Func) and type(node.this) not in lists.TABLE_FUNCTIONS:
            raise _function(node.this.name if isinstance(node.this, exp.Anonymous) else node.this.sql_name())
        case exp.Table():
            fine = isinstance(node.this, exp.Identifier | exp.Func)
        case exp.Dot():
            fine = isinstance(node.expression, exp.Identifier)
        case exp.AtTimeZone():
            fine = isinstance(node.args["zone"], exp.Literal)
        case _:
            fine = True
    if not fine:
        raise _construct(node)


def _check_named_call(node: exp.Anonymous, *, asked: bool) -> None:
    name = node.this if isinstance(node.this, str) else ""
    if asked and name.lower() in lists.CLOCK_NAMES and not node.expressions:
        return
    if name.lower() not in lists.NAMES and (asked or name.lower() not in lists.OUR_NAMES):
        raise _function(name)


def _function(name: str) -> Invalid:
    return Invalid("sql_function", name=name.lower()[:60])


def _construct(node: exp.Expr) -> Invalid:
    return Invalid("sql_construct", name=_word(node))


def _word(node: exp.Expr) -> str:
    return node.this.name.lower() if isinstance(node, exp.DataType) and isinstance(node.this, exp.DType) else node.key
