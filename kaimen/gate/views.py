"""The page of a question: write it, see the answer with its gate strip, or why it was refused; take it home as a file."""

from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from kaimen.accounts.selectors import actor
from kaimen.core.errors import KaimenError, Unavailable
from kaimen.core.policy.party import Actor
from kaimen.evidence.services import Receipt
from kaimen.gate import encoders, pages, selectors, services, words
from kaimen.gate.pages import Asked
from kaimen.gate.services import Question, respond
from kaimen.web.access import PUBLIC, access
from kaimen.web.errors import words as sentence
from kaimen.web.now import now
from kaimen.web.visitor import visitor_of

HERE_TO_STAY = 422
"""Faults of the question's text are told beside it; refusals have a page of their own."""


@access(PUBLIC, scope="gate:query")
def query(request: HttpRequest) -> HttpResponseBase:
    """`/query`: GET shows the form (`dataset` or `sql` fill it), POST asks."""
    by = actor(request)
    if request.method != "POST":
        return _page(request, _prefilled(request), by)
    asked = Asked(
        sql=request.POST.get("sql", ""),
        purpose=request.POST.get("purpose", ""),
        agreement=request.POST.get("agreement", ""),
        chart=request.POST.get("chart", "table"),
    )
    form = encoders.FORMS.get(request.POST.get("as", ""))
    receipts: list[Receipt] = []
    at, begun = now(), time.monotonic()
    question = Question(
        sql=asked.sql,
        purpose=asked.purpose,
        agreement=asked.agreement or None,
        limit=None if form else pages.SHOWN_ROWS + 1,
        visitor=visitor_of(request),
    )
    try:
        found = services.answer(question, by=by, now=at, refused_with=receipts.append)
        if form is not None:
            return respond(found, form)
        rows, more = pages.read(found)
    except KaimenError as error:
        return _refused(request, error, asked, receipts[0] if receipts else None, by)
    verdict = pages.verdict(found, rows, more=more, elapsed_s=time.monotonic() - begun, by=by)
    return _page(
        request,
        asked,
        by,
        verdict=verdict,
        figure=pages.figure(found, rows, asked.chart, verdict),
        governed=found.decided.governed.shown(),
        downloads=pages.downloads(),
    )


def _prefilled(request: HttpRequest) -> Asked:
    dataset = request.GET.get("dataset", "")[:100].replace('"', "")
    example = f'SELECT *\nFROM   "{dataset}"\nLIMIT  100' if dataset else ""
    return Asked(sql=request.GET.get("sql", example), purpose=request.GET.get("purpose", "public-use"))


def _page(request: HttpRequest, asked: Asked, by: Actor, *, status: int = 200, **more: object) -> HttpResponse:
    grants = selectors.grants_of(by, now=now())
    context = {
        "section": "query",
        "asked": asked,
        "purposes": words.purposes(),
        "grants": grants,
        "charts": pages.CHARTS,
        "may_ask": _may_ask(request, asked, by),
        "data_url": reverse("data"),
        **more,
    }
    return render(request, "gate/query.html", context, status=status)


def _may_ask(request: HttpRequest, asked: Asked, by: Actor) -> dict[str, object] | None:
    """The columns of the dataset that the page was opened for."""
    dataset = request.GET.get("dataset", "")[:100].replace('"', "")
    if not dataset:
        return None
    question = Question(sql=f'SELECT * FROM "{dataset}"', purpose=asked.purpose)  # noqa: S608 - read as untrusted text
    try:
        return pages.may_ask(services.decide(question, by=by, now=now()))
    except KaimenError:
        return None


def _refused(
    request: HttpRequest, error: KaimenError, asked: Asked, receipt: Receipt | None, by: Actor
) -> HttpResponse:
    if error.status == HERE_TO_STAY or isinstance(error, Unavailable):
        return _page(request, asked, by, status=error.status, fault=sentence(error.code, error.details))
    context = {"section": "query", "grants": selectors.grants_of(by, now=now())}
    return render(
        request, "gate/refused.html", context | pages.refusal(error, asked, receipt, now(), by=by), status=error.status
    )
