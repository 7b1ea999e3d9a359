"""How a reader wants pages to look: larger text, light or dark. Kept in two cookies, switched by `?view=` and `?scheme=`, no script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.cache import patch_vary_headers

from kaimen.web.now import now, offset

VIEWS = ("normal", "elder")
SCHEMES = ("auto", "light", "dark")
YEAR_S = 365 * 24 * 3600


def _asked(request: HttpRequest, name: str, known: tuple[str, ...]) -> str:
    """What the address asks for, else what the cookie says, else the usual."""
    for value in (request.GET.get(name), request.COOKIES.get(f"kaimen_{name}")):
        if value in known:
            return value
    return known[0]


class AppearanceMiddleware:
    """Puts `reader_view` and `reader_scheme` on the request; an address that names one is remembered for a year."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reader_view = _asked(request, "view", VIEWS)  # type: ignore[attr-defined]
        request.reader_scheme = _asked(request, "scheme", SCHEMES)  # type: ignore[attr-defined]
        response = self.get_response(request)
        for name, known in (("view", VIEWS), ("scheme", SCHEMES)):
            value = request.GET.get(name)
            if value is not None and value in known and request.COOKIES.get(f"kaimen_{name}") != value:
                response.set_cookie(f"kaimen_{name}", value, max_age=YEAR_S, samesite="Lax", secure=request.is_secure())
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie", "HX-Request"])
        return response


def _here(request: HttpRequest, **change: str) -> str:
    """This page with another appearance."""
    query: QueryDict = request.GET.copy()
    for name, value in change.items():
        query[name] = value
    return f"?{query.urlencode()}" if query else f"?{urlencode(change)}"


def appearance(request: HttpRequest) -> dict[str, object]:
    """Template context: the appearance in force, the links that change it, the demo's clock, the help line."""
    view = getattr(request, "reader_view", VIEWS[0])
    scheme = getattr(request, "reader_scheme", SCHEMES[0])
    moment: datetime | None = now() if settings.KAIMEN_DEMO else None
    return {
        "view": view,
        "elder": view == "elder",
        "scheme": scheme,
        "elder_url": _here(request, view="normal" if view == "elder" else "elder"),
        "schemes": [{"code": code, "url": _here(request, scheme=code), "on": code == scheme} for code in SCHEMES],
        "demo_clock": moment,
        "demo_ahead": moment is not None and bool(offset()),
        "help_phone": settings.KAIMEN_HELP_PHONE,
    }
