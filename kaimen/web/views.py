"""The component gallery: each part in each state, with real words. Browser tests walk it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kaimen.web.access import PUBLIC, access
from kaimen.web.gallery import gallery


@access(PUBLIC)
def design(request: HttpRequest) -> HttpResponse:
    """`/design`."""
    return render(request, "web/design.html", gallery(request.POST if request.method == "POST" else None))
