"""Pages of the public window: home, the page of an entry, its downloads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from kaimen.accounts.selectors import actor
from kaimen.core.errors import Missing
from kaimen.evidence import selectors as evidence
from kaimen.opening import gatehouse, pages, selectors
from kaimen.opening.files import FORMS
from kaimen.web.access import PUBLIC, access
from kaimen.web.now import now


@access(PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    """`/`."""
    at = now()
    found = selectors.home(actor(request), now=at)
    return render(request, "opening/home.html", pages.home(found, log=evidence.status(at)))


@access(PUBLIC)
def entry(request: HttpRequest, name: str) -> HttpResponse:
    """`/data/<id>`, by id or by slug."""
    at = now()
    page = selectors.entry_page(actor(request), name, now=at)
    host = request.build_absolute_uri("/").rstrip("/")
    seen = gatehouse.see(page, now=at)
    return render(
        request, "opening/entry.html", pages.entry(page, seen=seen, host=host, signed_in=not actor(request).is_public)
    )


@access(PUBLIC)
def download(request: HttpRequest, name: str, form: str) -> StreamingHttpResponse:
    """`/data/<id>/download.<form>`: what the gate lets through, as a file, piece by piece."""
    if form not in FORMS:
        raise Missing("page_missing")
    at = now()
    page = selectors.entry_page(actor(request), name, now=at)
    answer = gatehouse.whole(page, by=actor(request), now=at)
    chosen = FORMS[form]
    pieces = gatehouse.closing(answer, chosen.write(answer.schema, answer.batches))
    headers = pages.download_headers(page, answer, form)
    return StreamingHttpResponse(pieces, content_type=chosen.media_type, headers=headers)
