"""Pages of the law. They show what is asked and by when; whether it is done nobody measures yet, and they say so."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kaimen.compliance import pages, selectors
from kaimen.web.access import PUBLIC, access


@access(PUBLIC)
def law(request: HttpRequest) -> HttpResponse:
    """`/law`: the articles by chapter, narrowed by `force` and `q`."""
    found = selectors.law(force=request.GET.get("force", ""), text=request.GET.get("q", ""))
    return render(request, "compliance/law.html", pages.law(found))


@access(PUBLIC)
def article(request: HttpRequest, number: int) -> HttpResponse:
    """`/law/<article>`: what it asks, of whom, and the question that looks after it."""
    return render(request, "compliance/article.html", pages.article(selectors.article(number)))
