"""Messages between the gate, the pool and a worker: one letter, four bytes of length, the body.

`Q` a question and `H` a worker's greeting are JSON; `A` is a piece of an Arrow stream; `E` is the end: JSON with the code.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import IO, Any, cast

QUESTION, ARROW, END, HELLO, STOP, STATUS = b"Q", b"A", b"E", b"H", b"S", b"T"
LONGEST = 64 * 1024 * 1024
_HEAD = struct.Struct(">cI")


def send(pipe: IO[bytes], kind: bytes, body: bytes | Mapping[str, object] = b"") -> None:
    """Write one message and flush it."""
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    pipe.write(_HEAD.pack(kind, len(raw)) + raw)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[bytes, bytes] | None:
    """The next message, or None when the other side is gone or talks nonsense."""
    head = _exactly(pipe, _HEAD.size)
    if head is None:
        return None
    kind, length = _HEAD.unpack(head)
    if length > LONGEST:
        return None
    body = _exactly(pipe, length)
    return None if body is None else (kind, body)


def fields(body: bytes) -> dict[str, Any]:
    """The JSON of a message."""
    return cast("dict[str, Any]", json.loads(body))


def _exactly(pipe: IO[bytes], length: int) -> bytes | None:
    parts: list[bytes] = []
    while length:
        part = pipe.read(length)
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
