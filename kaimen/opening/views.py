"""Pages of the public window: home, the page of an entry, its downloads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kaimen.accounts.selectors import actor
from kaimen.opening import pages, selectors
from kaimen.web.access import PUBLIC, access
from kaimen.web.now import now


@access(PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    """`/`."""
    return render(request, "opening/home.html", pages.home(selectors.home(actor(request), now=now())))


@access(PUBLIC)
def entry(request: HttpRequest, name: str) -> HttpResponse:
    """`/data/<id>`, by id or by slug."""
    at = now()
    page = selectors.entry_page(actor(request), name, now=at)
    host = request.build_absolute_uri("/").rstrip("/")
    return render(request, "opening/entry.html", pages.entry(page, host=host, proofs={}))
