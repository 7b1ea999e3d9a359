"""Bodies as JSON and back. The canonical form is RFC 8785 over the fields that differ from their default; the digest is its SHA-256.

Leaving defaults out keeps digests of old bodies when a later specification adds a field.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import rfc8785

from kaimen.core.errors import Invalid
from kaimen.core.metadata.entry import Body

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Record = TypeVar("Record")

_HINTS: dict[type, dict[str, Any]] = {}
_LONGEST_TEXT = 20_000
_LONGEST_LIST = 5_000


def to_json(record: object) -> dict[str, Json]:
    """A dataclass of `entry.py` as JSON, without fields that hold their default."""
    return {
        field.name: _plain(value)
        for field in dataclasses.fields(cast("Any", record))
        if (value := getattr(record, field.name)) != field.default
    }


def _plain(value: Any) -> Json:
    if dataclasses.is_dataclass(value):
        return to_json(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in cast("tuple[object, ...]", value)]
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def canonical(body: Body) -> bytes:
    """The one byte form of a body."""
    return rfc8785.dumps(cast("Any", to_json(body)))


def digest(document: bytes) -> str:
    """SHA-256, base64url without padding, as the evidence log writes digests."""
    return base64.urlsafe_b64encode(hashlib.sha256(document).digest()).rstrip(b"=").decode("ascii")


def body_from_json(document: object) -> Body:
    """Raises `Invalid("entry_field")` with the field's path for unknown fields and wrong types, at whatever depth."""
    return from_json(Body, document)


def from_json(shape: type[Record], document: object, *, path: str = "") -> Record:
    """Any dataclass of `entry.py` from JSON; strict."""
    if not isinstance(document, Mapping):
        raise Invalid("entry_field", field=path or "body")
    given = cast("Mapping[str, object]", document)
    hints = _HINTS.setdefault(shape, get_type_hints(shape))
    if unknown := [str(name) for name in given if name not in hints]:
        raise Invalid("entry_field", field=_join(path, unknown[0][:60]))
    try:
        return shape(**{name: _typed(hints[name], value, path=_join(path, name)) for name, value in given.items()})
    except TypeError:  # a required field is missing
        raise Invalid("entry_field", field=path or "body") from None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _typed(hint: Any, value: object, *, path: str) -> object:
    wrong = Invalid("entry_field", field=path)
    if get_origin(hint) in {Union, UnionType}:
        return (
            None
            if value is None
            else _typed(next(one for one in get_args(hint) if one is not NoneType), value, path=path)
        )
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple) or len(cast("list[object]", value)) > _LONGEST_LIST:
            raise wrong
        return tuple(
            _typed(get_args(hint)[0], one, path=f"{path}[{place}]")
            for place, one in enumerate(cast("list[object]", value))
        )
    if dataclasses.is_dataclass(hint):
        return from_json(cast("type[object]", hint), value, path=path)
    if hint is bool or hint is int:
        if type(value) is not hint:
            raise wrong
        return value
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or "\0" in value or not _encodes(value):
        raise wrong
    if hint is str:
        return value
    try:
        return date.fromisoformat(value) if hint is date else hint(value)
    except ValueError:
        raise wrong from None


def _encodes(value: str) -> bool:
    """Half of a surrogate pair is no character."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
