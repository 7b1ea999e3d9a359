"""The mail server from one address, as `KAIMEN_MAIL` has it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A mail server as its address says. `smtp` begins in the clear and turns to TLS before anything is said, `smtps` is TLS at once."""

    host: str
    port: int
    user: str
    password: str
    at_once: bool
    turns: bool


def server_of(address: str) -> MailServer:
    """`smtps://user:password@host:465` or `smtp://…:587`; `?tls=none` only for a server on this machine. Raises `ValueError`."""
    parts = urlsplit(address)
    plain = parts.query == "tls=none"
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or (parts.query and not plain):
        raise ValueError(address)
    if plain and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError(address)
    return MailServer(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        at_once=parts.scheme == "smtps",
        turns=parts.scheme == "smtp" and not plain,
    )
