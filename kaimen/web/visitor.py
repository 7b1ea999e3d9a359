"""Telling readers apart who have no account, for taking turns: by the network address that the outermost proxy saw."""

from __future__ import annotations

from hmac import digest

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest


def visitor_of(request: HttpRequest) -> str:
    """An opaque mark of the address. It is kept nowhere; without the key of this installation it tells nothing."""
    address = get_adapter().get_client_ip(request)
    return digest(settings.SECRET_KEY.encode(), f"visitor {address}".encode(), "sha256").hex()[:24]
