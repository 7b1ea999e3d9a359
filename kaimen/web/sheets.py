"""Forms that make something which is shown once: what a browser sends again by a refresh or the back button makes nothing more."""

from __future__ import annotations

import secrets

from django.http import HttpRequest

SENT = "sent_sheets"
"""Session: marks of the forms that were sent from this browser."""
FIELD = "form_mark"
MOST = 40


def fresh_mark() -> str:
    """What only one drawing of a form carries."""
    return secrets.token_urlsafe(18)


def sent_before(request: HttpRequest) -> bool:
    """Was this very form sent already?"""
    mark = request.POST.get(FIELD, "")
    return bool(mark) and mark in request.session.get(SENT, [])


def remember_sent(request: HttpRequest) -> None:
    """What this form was for is done."""
    mark = request.POST.get(FIELD, "")[:40]
    if mark:
        request.session[SENT] = [*request.session.get(SENT, []), mark][-MOST:]
