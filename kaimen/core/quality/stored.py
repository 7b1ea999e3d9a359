"""Contracts at rest: checked, written as canonical JSON, read again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import cast

from kaimen.core.errors import Invalid
from kaimen.core.quality.contract import (
    MOST_COLUMNS,
    MOST_DIGITS,
    CheckDigit,
    CodeList,
    Column,
    Contract,
    Identifier,
    Length,
    Pattern,
    Range,
    Rule,
    Type,
)
from kaimen.core.quality.oracle import value_of

_NO_DIALECT = re.compile(r"\(\?(?![:])|\\[1-9bBkgAzZ]|\\[pPQE]|[*+?}]\+")
_ENCODINGS = {"utf-8", "utf-16", "gb18030"}


def check(contract: Contract) -> Contract:
    """The contract itself, when it can be used. Raises `Invalid("contract_invalid")` or `Invalid("rule_invalid")` with the column."""
    names = [column.name for column in contract.columns]
    if not names or len(names) > MOST_COLUMNS or len({name.lower() for name in names}) != len(names) or "" in names:
        raise Invalid("contract_invalid", what="columns")
    delivered = [column.delivered_as for column in contract.columns]
    if len(set(delivered)) != len(delivered):
        raise Invalid("contract_invalid", what="source_name")
    if not set(contract.key) <= set(names):
        raise Invalid("contract_invalid", what="key")
    if contract.encoding is not None and contract.encoding not in _ENCODINGS:
        raise Invalid("contract_invalid", what="encoding")
    signs = contract.delimiter + contract.quote
    if len(contract.delimiter) != 1 or len(contract.quote) > 1 or not signs.isascii() or set(signs) & set("\r\n\0"):
        raise Invalid("contract_invalid", what="delimiter")
    if not re.fullmatch(r"[A-Za-z_]+(/[A-Za-z_+-]+)*(\d+)?", contract.zone):
        raise Invalid("contract_invalid", what="zone")
    for column in contract.columns:
        _check_column(column)
    return contract


def _check_column(column: Column) -> None:
    if column.type is Type.DECIMAL and not (0 < column.digits <= MOST_DIGITS and 0 <= column.scale <= column.digits):
        raise Invalid("rule_invalid", column=column.name)
    for rule in column.rules:
        if not _usable(column, rule):
            raise Invalid("rule_invalid", column=column.name)


def _usable(column: Column, rule: Rule) -> bool:
    match rule:
        case Range(low=low, high=high):
            bounds = [bound for bound in (low, high) if bound is not None]
            return column.type not in {Type.TEXT, Type.BOOLEAN} and all(
                value_of(column, bound) is not None for bound in bounds
            )
        case Pattern(pattern=pattern):
            if _NO_DIALECT.search(pattern):
                return False
            try:
                re.compile(pattern, re.ASCII)
            except re.error:
                return False
            return True
        case CodeList(codes=codes):
            return bool(codes)
        case Length(least=least, most=most):
            return least >= 0 and (most is None or most >= least)
        case CheckDigit():
            return column.type is Type.TEXT


def to_text(contract: Contract) -> str:
    """The contract as canonical JSON: equal contracts give equal texts."""
    body: dict[str, object] = {
        name: getattr(contract, name)
        for name in (
            "key",
            "encoding",
            "delimiter",
            "quote",
            "multiline",
            "tolerance_per_mille",
            "zone",
            "true_words",
            "false_words",
        )
    }
    body["columns"] = [
        {
            "name": column.name,
            "type": column.type.value,
            "source_name": column.source_name,
            "aliases": column.aliases,
            "required": column.required,
            "digits": column.digits,
            "scale": column.scale,
            "rules": [_rule_to_json(rule) for rule in column.rules],
        }
        for column in contract.columns
    ]
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _rule_to_json(rule: Rule) -> dict[str, object]:
    match rule:
        case Length(least=least, most=most):
            return {"rule": "length", "least": least, "most": most}
        case Pattern(pattern=pattern):
            return {"rule": "pattern", "pattern": pattern}
        case CodeList(codes=codes):
            return {"rule": "code_list", "codes": codes}
        case CheckDigit(of=of):
            return {"rule": "check_digit", "of": of.value}
        case Range(low=low, high=high):
            return {"rule": "range", "low": low, "high": high}


def from_text(text: str) -> Contract:
    """The contract that `to_text` wrote, checked again."""
    body = cast("dict[str, object]", json.loads(text))
    columns = tuple(_column(one) for one in cast("list[dict[str, object]]", body.pop("columns")))
    for name in ("key", "true_words", "false_words"):
        body[name] = tuple(cast("list[str]", body[name]))
    return check(Contract(columns=columns, **cast("dict[str, str]", body)))  # type: ignore[arg-type]  # checked just now


def _column(body: Mapping[str, object]) -> Column:
    rules = tuple(_rule(one) for one in cast("list[dict[str, object]]", body["rules"]))
    rest = {name: value for name, value in body.items() if name not in {"rules", "type", "aliases"}}
    aliases = tuple(cast("list[str]", body["aliases"]))
    return Column(type=Type(cast("str", body["type"])), rules=rules, aliases=aliases, **cast("dict[str, str]", rest))  # type: ignore[arg-type]


def _rule(body: Mapping[str, object]) -> Rule:
    match body:
        case {"rule": "length", "least": int(least), "most": int() | None as most}:
            return Length(least=least, most=most)
        case {"rule": "pattern", "pattern": str(pattern)}:
            return Pattern(pattern=pattern)
        case {"rule": "code_list", "codes": list()}:
            return CodeList(codes=tuple(cast("list[str]", body["codes"])))
        case {"rule": "check_digit", "of": str(of)}:
            return CheckDigit(of=Identifier(of))
        case {"rule": "range", "low": str() | None as low, "high": str() | None as high}:
            return Range(low=low, high=high)
        case _:
            raise Invalid("rule_invalid", column=str(body.get("rule", "")))
