"""Pages of the public window: home, the page of an entry, its downloads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kaimen.accounts.selectors import actor
from kaimen.core.errors import Missing
from kaimen.evidence import selectors as evidence
from kaimen.gate import services as gate
from kaimen.opening import gatehouse, pages, selectors
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


@require_safe
@access(PUBLIC)
def download(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """`/data/<id>/download.<form>`: what the gate lets through, as a file. HEAD decides, reads nothing, and has no receipt."""
    if form not in pages.FORMATS:
        raise Missing("page_missing")
    at, by = now(), actor(request)
    page = selectors.entry_page(by, name, now=at)
    chosen = gate.FORMS[form]
    if request.method == "HEAD":
        gatehouse.may_take(page, by=by, now=at)
        response: HttpResponseBase = StreamingHttpResponse(
            (), content_type=chosen.media_type
        )  # no length: it is not known
    else:
        response = gate.respond(gatehouse.whole(page, by=by, now=at), chosen)
    for header, value in pages.download_headers(page, form).items():
        response[header] = value
    return response
