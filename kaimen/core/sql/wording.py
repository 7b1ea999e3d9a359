"""What a refusal calls a part of the question: always a piece of the asker's own text, never the parser's name for it.

The parser calls `strftime` TIME_TO_STR and `->` JSON_EXTRACT, and a reader would look for such a word in vain. So the tree keeps the text
it was read from, and whoever refuses a node asks here how it was written.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.tokenizer_core import Token, TokenType

LONGEST = 60
UNSEEN = "…"
_TEXT, _DIALECT = "asked_text", "asked_dialect"

_SIGNS: dict[type[exp.Expr], tuple[str, ...]] = {
    exp.JSONExtract: ("->",),
    exp.JSONExtractScalar: ("->>",),
    exp.ArrayContainsAll: ("@>", "<@"),
    exp.ArrayOverlaps: ("&&",),
    exp.Distance: ("<->",),
    exp.RegexpILike: ("~*",),
    exp.Struct: ("{",),
    exp.ToMap: ("map",),
    exp.Comprehension: ("for",),
    exp.PositionalColumn: ("#",),
    exp.AtTimeZone: ("at",),
    exp.Slice: (":",),
    exp.Bracket: ("[",),
    exp.Pivot: ("pivot", "unpivot"),
    exp.Lock: ("for",),
    exp.TableSample: ("sample",),
    exp.HistoricalData: ("at",),
    exp.Version: ("at",),
    exp.LimitOptions: ("percent", "%"),
    exp.WindowSpec: ("rows", "range", "groups"),
    exp.Placeholder: ("$", "?"),
}
"""How a construct is written whose class has another name. What is missing here is shown by the text around it."""


def remember(tree: exp.Expr, text: str, dialect: str) -> None:
    """Keep with the tree, and with its copies, the text that it was read from."""
    tree.meta[_TEXT], tree.meta[_DIALECT] = text, dialect


def is_call(node: exp.Expr) -> bool:
    """Whether the asker wrote it as `name(…)` or as a bare name, not as an operator or brackets."""
    tokens = _tokens(node)
    return _own(node, tokens) is not None or not (isinstance(node, exp.Binary) or _named(node, tokens) is None)


def as_written(node: exp.Expr, *words: str) -> str:
    """How the asker wrote this part: its own name, else one of `words`, its sign or its text. At most 60 characters."""
    tokens = _tokens(node)
    if not isinstance(node, exp.Func) and _own(node, tokens):
        return _around(node, tokens)[:LONGEST]
    token = (
        _own(node, tokens)
        or next((token for word in words if (token := _found(tokens, word))), None)
        or _named(node, tokens)
        or next((token for sign in _SIGNS.get(type(node), ()) if (token := _found(tokens, sign))), None)
    )
    return (token.text if token else _around(node, tokens))[:LONGEST] or UNSEEN


def type_as_written(type_: exp.DataType) -> str:
    """`BLOB` is what the asker wrote for VARBINARY: the token that the dialect reads as this type."""
    tokens = _tokens(type_)
    kind = type_.args.get("kind")
    if isinstance(kind, exp.Expr | str):
        return as_written(type_, kind if isinstance(kind, str) else kind.name)
    name = type_.this.name if isinstance(type_.this, exp.DType) else "INTERVAL"
    token = next((token for token in tokens if token.token_type.name == name), None)
    return token.text[:LONGEST] if token else as_written(type_, name)


def _tokens(node: exp.Expr) -> list[Token]:
    root = node.root()
    text, dialect = root.meta.get(_TEXT), root.meta.get(_DIALECT)
    return list(Dialect.get_or_raise(dialect).tokenize(text)) if isinstance(text, str) else []


def _own(node: exp.Expr, tokens: list[Token]) -> Token | None:
    """The token that the parser says that it made the node of."""
    place = node.meta.get("start")
    return next((token for token, at in _placed(tokens) if at == place), None) if place is not None else None


def _placed(tokens: list[Token]) -> Iterator[tuple[Token, int]]:
    """Each token with its place in the text that was parsed: there each `?` stood as `$1`, `$2`…"""
    further, number = 0, 0
    for token in tokens:
        yield token, token.start + further
        if token.token_type is TokenType.PLACEHOLDER:
            number += 1
            further += len(str(number))


def _found(tokens: list[Token], word: str) -> Token | None:
    """Some tokens hold two words: `CONNECT BY`."""
    sought = word.lower()
    return next((token for token in tokens if token.text.lower() in {sought, f"{sought} by"}), None) if word else None


def _named(node: exp.Expr, tokens: list[Token]) -> Token | None:
    """A word of the text that is the name of the node's class, `JSON_OBJECT` for JSONObject."""
    return next((token for token in tokens if token.text.replace("_", "").lower() == node.key), None)


def _around(node: exp.Expr, tokens: list[Token]) -> str:
    """The text from the first to the last part of the node that has a place; of what is around it where it has none."""
    text = node.root().meta.get(_TEXT)
    around: exp.Expr | None = node
    while around is not None and isinstance(text, str):
        places = {each.meta["start"] for each in around.walk() if "start" in each.meta}
        inside = [token for token, at in _placed(tokens) if at in places]
        if inside:
            return text[inside[0].start : inside[-1].end + 1]
        around = around.parent
    return text.strip() if isinstance(text, str) else ""
