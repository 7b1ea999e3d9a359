"""Pages of the public window: home, the page of an entry, its downloads."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kaimen.accounts.selectors import actor
from kaimen.core.errors import Invalid, Missing
from kaimen.evidence import selectors as evidence
from kaimen.gate import services as gate
from kaimen.opening import gatehouse, pages, planned, planning, selectors, services
from kaimen.web.access import PUBLIC, access
from kaimen.web.errors import words
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
    at, by = now(), actor(request)
    page = selectors.entry_page(by, name, now=at)
    host = request.build_absolute_uri("/").rstrip("/")
    return render(request, "opening/entry.html", pages.entry(page, seen=gatehouse.see(page, now=at), host=host, by=by))


@require_safe
@access(PUBLIC)
def download(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """`/data/<id>/download.<form>`: what the gate lets through, as a file. HEAD decides, reads nothing, and has no receipt."""
    if form not in pages.FORMATS:
        raise Missing("page_missing")
    at, by = now(), actor(request)
    page = selectors.entry_page(by, name, now=at)
    if "version" in request.GET and request.GET["version"] != str(page.snapshot.number if page.snapshot else ""):
        raise Missing("snapshot_missing", dataset=page.entry.slug)  # only the present one is given out
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


@access(PUBLIC)
def apply(request: HttpRequest) -> HttpResponse:
    """`/apply`: which of the ways is meant, in plain words."""
    by = actor(request)
    office = not by.is_public and by.institution is not None
    return render(
        request, "opening/apply.html", {"section": "cases", "ways": planned.ways(by), "office": office, "actor": by}
    )


@access(PUBLIC)
def plan(request: HttpRequest) -> HttpResponse:
    """`/plan?year=`: the open plan; while its draft is open for comments, anybody may say what they think."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else None
    shown: dict[str, object] = {}
    status = 200
    if request.method == "POST" and year is not None:
        try:
            services.comment(year, request.POST.get("text", ""), by=actor(request), now=now())
        except Invalid as fault:
            shown, status = {"fault": words(fault.code, fault.details), "text": request.POST.get("text", "")}, 422
        else:
            messages.success(request, _("Your comment was taken. It appears with its answer."))
            return redirect(f"{reverse('plan')}?year={year}")
    years = planning.years()
    if not years:
        return render(request, "opening/plan.html", {"section": "cases"})
    found = planning.plan(year, now=now())
    return render(request, "opening/plan.html", planned.plan(found, years) | shown, status=status)


@access(PUBLIC)
def demands(request: HttpRequest) -> HttpResponse:
    """`/demands`: what people asked for and what became of it; no persons."""
    page = request.GET.get("page", "")
    found = planning.demands(page=int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1, now=now())
    return render(request, "opening/demands.html", planned.demands(found))
