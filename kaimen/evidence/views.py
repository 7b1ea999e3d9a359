"""Pages of the log, and its files as the log protocol wants them (no language, no session)."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from kaimen.core.errors import Unavailable
from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.evidence import selectors
from kaimen.web.access import PUBLIC, access
from kaimen.web.now import now

YEAR, DAY, HOUR = (int(timedelta(days=days).total_seconds()) for days in (365, 1, 1 / 24))
TEXT, BYTES = "text/plain; charset=utf-8", "application/octet-stream"


def _actor(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANYBODY)


def _served(content: str | bytes, kind: str, **cache: int | bool) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    patch_cache_control(response, **{name: value for name, value in cache.items() if value is not False})
    response["Access-Control-Allow-Origin"] = "*"  # a page of anybody may check the log
    return response


@access(PUBLIC)
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The signed head."""
    del request
    return _served(selectors.checkpoint(), TEXT, public=True, max_age=2)


@access(PUBLIC)
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A tile or an entry bundle; what is once there never changes."""
    content = selectors.file(f"tile/{path}", reader=_actor(request))
    shared = not path.startswith("entries/") or selectors.reads_entries(ANYBODY)
    return _served(content, BYTES, public=shared, private=not shared, max_age=YEAR, immutable=True)


@access(PUBLIC)
def proof(request: HttpRequest, entry_id: str) -> HttpResponse:
    """The .tlog-proof file of an entry."""
    proved = selectors.proved(entry_id, reader=_actor(request))
    response = _served(proved.proof.text(), TEXT, public=True, max_age=DAY)
    response["Content-Disposition"] = f'attachment; filename="{proved.file_name}"'
    return response


@access(PUBLIC)
def policy(request: HttpRequest) -> HttpResponse:
    """Our keys, witnesses and quorum as a tlog-policy file."""
    del request
    return _served(selectors.policy_text(), TEXT, public=True, max_age=HOUR)


@access(PUBLIC)
def keys(request: HttpRequest) -> HttpResponse:
    """Public keys, one a line."""
    del request
    return _served(selectors.key_lines(), TEXT, public=True, max_age=HOUR)


@access(PUBLIC)
def log(request: HttpRequest) -> HttpResponse:
    """What the log is, how it stands, how to check it."""
    return render(
        request,
        "evidence/log.html",
        {"section": "log", "status": selectors.status(now()), "latest": selectors.latest(10, reader=_actor(request))},
    )


@access(PUBLIC)
def entry(request: HttpRequest, entry_id: str) -> HttpResponse:
    """One entry and its proof, checked in the reader's browser; one that waits is shown as waiting."""
    told = selectors.entry_for(entry_id, reader=_actor(request))
    try:
        proved = selectors.proved(entry_id, reader=_actor(request))
    except Unavailable:
        proved = None
    return render(request, "evidence/entry.html", {"section": "log", "entry": told, "proved": proved})
