"""Bytes as text, strictly: base64 (RFC 4648), decimals without leading zeros, canonical JSON (RFC 8785).

Each value has exactly one accepted form; base64 with slack bits, padding where none belongs, or leading zeros are refused.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import rfc8785

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"

LARGEST = 2**53 - 1
"""The largest whole number of RFC 8785."""


def b64(data: bytes) -> str:
    """Standard base64 with padding, as in notes."""
    return b64encode(data).decode("ascii")


def unb64(text: str) -> bytes:
    """The bytes of standard base64. Raises ValueError for any other writing of them."""
    data = b64decode(text, validate=True)
    if b64(data) != text:
        raise ValueError("base64 with slack")
    return data


def b64url(data: bytes) -> str:
    """base64url without padding, as in leaves."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def unb64url(text: str) -> bytes:
    """The bytes of base64url without padding. Raises ValueError for any other writing of them."""
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64url(data) != text:
        raise ValueError("base64url with slack")
    return data


def decimal(text: str) -> int:
    """A whole number without sign or leading zero. Raises ValueError."""
    if not text.isascii() or not text.isdecimal() or (text != "0" and text.startswith("0")) or len(text) > 19:
        raise ValueError("not a decimal")
    return int(text)


_PLAIN = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def jcs(value: Json) -> bytes:
    """The RFC 8785 form. Raises ValueError for what has none (NaN, lone surrogates, whole numbers beyond 2^53).

    Values without floats and with ASCII keys, which is nearly all of ours, take the C encoder: it writes the same bytes.
    """
    if _is_plain(value):
        return _PLAIN.encode(value).encode("utf-8")
    data = rfc8785.dumps(value)  # type: ignore[arg-type]  # its own alias of the same shape
    rfc8785.dumps(json.loads(data))  # floats from 2^53 on are written as whole numbers that nobody may read back
    return data


def _is_plain(value: object) -> bool:
    if value is None or isinstance(value, (str, bool)):
        return True
    if isinstance(value, int):
        return -LARGEST <= value <= LARGEST
    if type(value) is dict:
        fields = cast("dict[object, object]", value)
        return all(type(key) is str and key.isascii() for key in fields) and all(map(_is_plain, fields.values()))
    return isinstance(value, (list, tuple)) and all(map(_is_plain, cast("Sequence[object]", value)))
