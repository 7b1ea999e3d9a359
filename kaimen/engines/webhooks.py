"""Tell another system that something happened: one POST, signed, to a host that the operator listed. No redirect is followed.

The signature is `v1=` and the HMAC-SHA-256, in hexadecimal, of `<delivery>.<time>.<body>` under the secret of the subscription: a receiver
checks who speaks, that nothing was changed, and by the time that it is not an old message sent again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit

from kaimen.core.errors import Invalid, Unavailable

TIMEOUT_S = 10.0
LONGEST_URL = 500
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def check_address(url: str, *, hosts: Iterable[str]) -> str:
    """The address, when it may be told to. Raises `Invalid("webhook_address", reason=…)`.

    https only (http on this machine alone), no name or password in it, a host that the operator listed.
    """
    if len(url) > LONGEST_URL or any(ord(sign) <= 32 or ord(sign) == 127 for sign in url):
        raise Invalid("webhook_address", reason="form")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Invalid("webhook_address", reason="form") from None
    if not host or parts.username or parts.password or parts.fragment:
        raise Invalid("webhook_address", reason="form")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise Invalid("webhook_address", reason="scheme")
    if host.lower() not in {one.strip().lower() for one in hosts if one.strip()}:
        raise Invalid("webhook_address", reason="host")
    return url


def signature(secret: bytes, *, delivery: str, time: int, body: bytes) -> str:
    """What stands in `Kaimen-Signature`. `time` in seconds since 1970."""
    text = f"{delivery}.{time}.".encode() + body
    return "v1=" + hmac.new(secret, text, hashlib.sha256).hexdigest()


def send(url: str, body: bytes, *, secret: bytes, delivery: str, time: int) -> int:
    """Send it; the status of the answer. Raises `Unavailable("webhook_failed")` for anything but a success."""
    import httpx

    headers = {
        "Content-Type": "application/json",
        "Kaimen-Delivery": delivery,
        "Kaimen-Time": str(time),
        "Kaimen-Signature": signature(secret, delivery=delivery, time=time, body=body),
        "User-Agent": "kaimen-webhook/1",
    }
    try:
        with (
            httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, content=body, headers=headers) as answer,
        ):
            status = answer.status_code
    except httpx.HTTPError:
        raise Unavailable("webhook_failed", status=0) from None
    if not 200 <= status < 300:
        raise Unavailable("webhook_failed", status=status)
    return status
