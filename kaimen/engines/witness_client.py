"""Asking a witness to cosign (C2SP tlog-witness), from the log's side."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import httpx

from kaimen.core.errors import Invalid
from kaimen.core.tlog.encoding import decimal
from kaimen.core.tlog.notes import Signature, Verifier, parse, parse_checkpoint, parse_line, verified_by
from kaimen.core.tlog.witness import Request

TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Its lines, or the size that it has seen (409), or what went wrong."""

    lines: tuple[Signature, ...] = ()
    size: int | None = None
    trouble: str = ""


def ask(url: str, request: Request, *, key: Verifier) -> Reply:
    """Send one add-checkpoint request; only lines by the witness's own key that verify are taken."""
    try:
        answer = httpx.post(f"{url.rstrip('/')}/add-checkpoint", content=request.body().encode(), timeout=TIMEOUT_S)
        if answer.status_code == 409:
            return Reply(size=decimal(answer.text.strip()))
        if answer.status_code != 200:
            return Reply(trouble=f"status_{answer.status_code}")
        lines = [parse_line(line) for line in answer.text.splitlines()]
    except (httpx.HTTPError, ValueError):
        return Reply(trouble="unreachable")
    except Invalid:
        return Reply(trouble="unreadable")
    good = tuple(
        line
        for line in lines
        if (line.name, line.key_id) == (key.name, key.id) and key.verifies(request.note.text, line.data)
    )
    return Reply(lines=good, trouble="" if good else "not_signed")


def last_signed(url: str, origin: str, *, key: Verifier) -> int | None:
    """The size that this witness says it signed last; None when it does not say, or not with its signature."""
    try:
        answer = httpx.get(f"{url.rstrip('/')}/{sha256(origin.encode()).hexdigest()}/checkpoint", timeout=TIMEOUT_S)
        if answer.status_code != 200:
            return None
        note = parse(answer.text)
        head = parse_checkpoint(note.text)
        return head.size if head.origin == origin and verified_by(note, [key]) else None
    except (httpx.HTTPError, Invalid):
        return None
