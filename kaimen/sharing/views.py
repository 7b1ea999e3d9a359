"""Pages of this room: the agreements of my body, and one agreement to read and print."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from kaimen.core.policy.party import Actor
from kaimen.sharing import pages, selectors
from kaimen.web.access import SIGNED_IN, access


def _by(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


@access(SIGNED_IN)
@never_cache
def agreements(request: HttpRequest) -> HttpResponse:
    """`/agreements`."""
    found = selectors.agreements(_by(request))
    return render(request, "sharing/agreements.html", {"section": "cases", "lines": pages.lines(found)})


@access(SIGNED_IN)
@never_cache
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    """`/agreements/<code>`."""
    kept = selectors.agreement_for(_by(request), code)
    return render(request, "sharing/agreement.html", pages.agreement(kept))
