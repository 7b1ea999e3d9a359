"""From text to one tree. The text is not trusted and the parser is compiled: it must not be led into the depth."""

from __future__ import annotations

import logging

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from kaimen.core.errors import Invalid
from kaimen.core.sql.wording import remember

# The parser warns with the asker's whole text whenever it gives up on a statement.
logging.getLogger("sqlglot").disabled = True

LONGEST = 100_000
"""Characters."""
MOST_TOKENS = 20_000
DEEPEST = 64
"""Brackets in brackets, and links of one chain."""
MOST_ROWS = 2**63 - 1
"""What LIMIT and OFFSET can count."""
_OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
_CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
_LINKS = frozenset({TokenType.DOT, TokenType.DCOLON, TokenType.L_BRACKET})
_WITHIN_CHAIN = _OPENING | _CLOSING | {TokenType.VAR, TokenType.IDENTIFIER}


def one_query(sql: str, dialect: str = "duckdb") -> exp.Query:
    """The one query that the text holds. Run it on a thread with a stack of 64 MB.

    Raises `Invalid` with `sql_too_long`, `sql_too_deep`, `sql_syntax`, `sql_not_a_query`, `sql_bare_values`, `sql_into`,
    `sql_limit`.
    """
    if len(sql) > LONGEST:
        raise Invalid("sql_too_long", longest=LONGEST)
    try:
        statements = _parsed(sql, dialect)
    except RecursionError:
        raise Invalid("sql_too_deep", deepest=DEEPEST) from None
    except ParseError as error:
        where = error.errors[0] if error.errors else {}
        if not where.get("line"):
            raise _at_the_end(sql) from None
        raise Invalid("sql_syntax", line=where["line"], column=where.get("col")) from None
    except Invalid:
        raise
    except Exception:  # noqa: BLE001 - the parser raises what it likes (`SHOW ALL` an IndexError); all of it means: unreadable
        raise _at_the_end(sql) from None
    if len(statements) == 1 and isinstance(statements[0], exp.Values):
        raise Invalid("sql_bare_values")
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise Invalid("sql_not_a_query")
    if statements[0].find(exp.Into):  # before the name after it is taken for a dataset
        raise Invalid("sql_into")
    if any(_is_beyond_numbers(clause.expression) for clause in statements[0].find_all(exp.Limit, exp.Offset)):
        raise Invalid("sql_limit", most=MOST_ROWS)
    if isinstance(statements[0], exp.Select) and not statements[0].expressions:
        raise _at_the_end(sql)
    remember(statements[0], sql, dialect)
    return statements[0]


def _is_beyond_numbers(count: exp.Expr | None) -> bool:
    """Told by length first: of very long numbers Python refuses to read the value."""
    if not isinstance(count, exp.Literal) or count.is_string or not count.name.isdecimal():
        return False
    digits = count.name.lstrip("0")
    return len(digits) > 19 or int(digits or "0") > MOST_ROWS


def _at_the_end(sql: str) -> Invalid:
    """Where the reader gave up, when the parser cannot say where."""
    lines = sql.rstrip().split("\n")
    return Invalid("sql_syntax", line=len(lines), column=max(1, len(lines[-1])))


def _parsed(sql: str, dialect: str) -> list[exp.Expr]:
    language = Dialect.get_or_raise(dialect)
    try:
        tokens = language.tokenize(sql)
    except TokenError:  # a quotation mark that is never closed
        raise _at_the_end(sql) from None
    if len(tokens) > MOST_TOKENS:
        raise Invalid("sql_too_long", longest=LONGEST)
    _scan([token.token_type for token in tokens])
    if dialect == "duckdb" and any(token.token_type is TokenType.PLACEHOLDER for token in tokens):
        sql = _numbered(sql, tokens)
        tokens = language.tokenize(sql)
    return [statement for statement in language.parser().parse(tokens, sql) if statement is not None]


def _numbered(sql: str, tokens: list[Token]) -> str:
    """`?` as `$1`, `$2`…: written anew, values may stand in another order (`FROM unnest([?]) SELECT ?`, `position(? IN ?)`)."""
    places = [token.start for token in tokens if token.token_type is TokenType.PLACEHOLDER]
    if any(token.token_type is TokenType.PARAMETER for token in tokens):
        raise Invalid("parameter_count", asked=len(places), given=0)
    parts, after = list[str](), 0
    for number, place in enumerate(places, 1):
        parts.append(f"{sql[after:place]}${number}")
        after = place + 1
    return "".join([*parts, sql[after:]])


def _scan(kinds: list[TokenType]) -> None:
    """A flat look at brackets and chains before the parser may go down.

    3,000 brackets end the process on a usual stack; and of `.f().f()` or `[1][1]` each link costs the square of those
    before it (800 links: 3 s, with every thread of the process held).
    """
    chains = [0]
    for kind in kinds:
        if kind in _LINKS:
            chains[-1] += 1
        elif kind not in _WITHIN_CHAIN:
            chains[-1] = 0
        if kind in _OPENING:
            chains.append(0)
        elif kind in _CLOSING and len(chains) > 1:
            chains.pop()
        if len(chains) > DEEPEST + 1 or chains[-1] > DEEPEST:
            raise Invalid("sql_too_deep", deepest=DEEPEST)
