"""Bytes as text, strictly: base64 (RFC 4648), decimals without leading zeros, canonical JSON (RFC 8785).

Each value has exactly one accepted form; base64 with slack bits, padding where none belongs, or leading zeros are refused.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode, urlsafe_b64decode
from binascii import b2a_base64
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import orjson
import rfc8785

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
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
    return b2a_base64(data, newline=False).rstrip(b"=\n").translate(_URL_SAFE).decode("ascii")


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


def jcs(value: Json) -> bytes:
    """The RFC 8785 form. Raises ValueError for what has none (NaN, lone surrogates, whole numbers beyond 2^53).

    Values without floats and with ASCII keys, which is nearly all of ours, take the fast encoder: it writes the same bytes.
    """
    if _is_plain(value):
        try:
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        except TypeError:  # lone surrogates, or too deep
            raise ValueError("no canonical form") from None
    data = rfc8785.dumps(value)  # type: ignore[arg-type]  # its own alias of the same shape
    rfc8785.dumps(json.loads(data))  # floats from 2^53 on are written as whole numbers that nobody may read back
    return data


def _is_plain(value: object) -> bool:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return -LARGEST <= cast("int", value) <= LARGEST
    if kind is dict:
        fields = cast("dict[object, object]", value)
        for key, part in fields.items():
            if type(key) is not str or not key.isascii() or not _is_plain(part):
                return False
        return True
    if kind is list or kind is tuple:
        return all(map(_is_plain, cast("Sequence[object]", value)))
    return False
