"""Rule 1: every node, function and type of the question is on a list."""

from __future__ import annotations

import re

from sqlglot import exp

from kaimen.core.errors import Invalid
from kaimen.core.sql import lists
from kaimen.core.sql.view import GovernedView
from kaimen.core.sql.wording import as_written, is_call, type_as_written

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
            raise _function(node) if is_call(node) else _construct(node)
        raise _construct(node)


def _check_structure(node: exp.Expr) -> None:
    """Its arguments too: some are plain text that the engine would obey."""
    if isinstance(node, exp.DataType) and node.this not in lists.TYPES:
        raise Invalid("sql_type", name=type_as_written(node))
    known = lists.STRUCTURE[type(node)]
    for name, value in node.args.items():
        if value and name not in known:
            raise _argument(node, name, value)
    match node:
        case exp.Join():
            strange = [
                *({node.method} - lists.JOIN_METHODS),
                *({node.kind} - lists.JOIN_KINDS),
                *({node.side} - lists.JOIN_SIDES),
            ]
            if strange:
                raise _construct(node, *strange)
            fine = True
        case exp.Var():
            if node.name.upper() not in lists.WORDS:
                raise _construct(node, node.name)
            fine = True
        case exp.Literal():
            fine = node.is_string or _NUMBER.fullmatch(node.name) is not None
        case exp.Placeholder():
            fine = not node.this or (isinstance(node.this, str) and _PARAMETER.fullmatch(node.this) is not None)
        case exp.Table() if isinstance(node.this, exp.Func) and type(node.this) not in lists.TABLE_FUNCTIONS:
            raise _function(node.this)
        case exp.Table():
            fine = isinstance(node.this, exp.Identifier | exp.Func)
        case exp.Dot():
            if not isinstance(node.expression, exp.Identifier):
                raise _construct(node.expression)
            fine = True
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
        raise _function(node)


def _function(node: exp.Expr) -> Invalid:
    return Invalid("sql_function", name=as_written(node, node.name if isinstance(node, exp.Anonymous) else ""))


def _construct(node: exp.Expr, *words: str) -> Invalid:
    return Invalid("sql_construct", name=as_written(node, *words))


def _argument(node: exp.Expr, name: str, value: object) -> Invalid:
    """A part that its node may not have: named by that part, where it has a word of its own."""
    part = value[0] if isinstance(value, list) and value else value  # pyright: ignore[reportUnknownVariableType]  # arguments are open
    if isinstance(part, exp.Expr) and not isinstance(part, exp.Literal | exp.Column):
        switches = [key for key, on in part.args.items() if on is True]
        return _construct(part, *switches, name)
    return _construct(node, part if isinstance(part, str) else name)
