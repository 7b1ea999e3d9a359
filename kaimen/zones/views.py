"""Pages of this room: zones and one zone, a project with its questions, a frozen result, a release for its recipient."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kaimen.core.errors import Invalid, KaimenError
from kaimen.core.policy.party import Actor
from kaimen.web.access import PUBLIC, SIGNED_IN, access
from kaimen.web.errors import words
from kaimen.web.now import now
from kaimen.zones import pages, selectors, services
from kaimen.zones.models import Project


def _by(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


@access(PUBLIC)
def zones(request: HttpRequest) -> HttpResponse:
    """`/zones`."""
    return render(request, "zones/zones.html", pages.listed())


@access(PUBLIC)
@never_cache
def zone(request: HttpRequest, slug: str) -> HttpResponse:
    """`/zones/<slug>`: who runs it until when, which data are in it, and what left it."""
    return _zone_page(request, slug)


def _zone_page(request: HttpRequest, slug: str, *, status: int = 200, **more: object) -> HttpResponse:
    found = selectors.zone(slug)
    return render(request, "zones/zone.html", pages.zone_page(found, _by(request), at=now()) | more, status=status)


@access(selectors.LEADS)
@require_POST
def open_project(request: HttpRequest, slug: str) -> HttpResponse:
    """The operator opens a project."""
    given = {name: request.POST.get(name, "") for name in ("title", "product", "purpose", "until")}
    try:
        made = services.open_project(
            slug, title=given["title"], product=given["product"], purpose=given["purpose"], until=_day(given["until"]),
            by=_by(request), now=now(),
        )  # fmt: skip
    except Invalid as fault:
        return _zone_page(request, slug, status=422, fault=words(fault.code, fault.details), given=given)
    messages.success(request, _("Done and recorded."))
    return redirect("zone_project", made.code)


def _day(given: str) -> date:
    """No day at all is one that lies behind us."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        return date.min


@access(*sorted(selectors.ANALYSTS))
@never_cache
def projects(request: HttpRequest) -> HttpResponse:
    """`/zones/projects`: those of my body's zones."""
    return render(request, "zones/projects.html", {"section": "zones", "zones": pages.own_projects(_by(request))})


@access(SIGNED_IN)
@never_cache
def project(request: HttpRequest, code: str) -> HttpResponse:
    """`/zones/projects/<code>`: GET shows it, POST asks, or keeps the question as an analysis."""
    found = selectors.project_for(code, _by(request))
    if request.method != "POST":
        return _project_page(request, found)
    asked = {"sql": request.POST.get("sql", ""), "name": request.POST.get("name", "")}
    try:
        if "save" in request.POST:
            services.save(code, asked["name"], asked["sql"], by=_by(request), now=now())
            messages.success(request, _("Saved."))
            return redirect("zone_project", code)
        shown = services.run(code, asked["sql"], by=_by(request), now=now())
    except KaimenError as fault:
        return _project_page(request, found, status=fault.status, asked=asked, fault=words(fault.code, fault.details))
    return _project_page(request, found, asked=asked, verdict=pages.verdict(shown))


def _project_page(request: HttpRequest, found: Project, *, status: int = 200, **more: object) -> HttpResponse:
    context = pages.project_page(found, _by(request), at=now()) | more
    return render(request, "zones/project.html", context, status=status)


@access(selectors.LEADS)
@require_POST
def team(request: HttpRequest, code: str) -> HttpResponse:
    """Take somebody into the team, or out of it."""
    act = services.end_member if "end" in request.POST else services.add_member
    act(code, request.POST.get("end") or request.POST.get("person", ""), by=_by(request), now=now())
    messages.success(request, _("Done and recorded."))
    return redirect("zone_project", code)


@access(*sorted(selectors.ANALYSTS))
@require_POST
def commit(request: HttpRequest, code: str) -> HttpResponse:
    """Sign the commitment."""
    services.commit(code, by=_by(request), now=now())
    messages.success(request, _("Done and recorded."))
    return redirect("zone_project", code)


@access(selectors.LEADS)
@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Close a project."""
    services.close_project(code, by=_by(request), now=now())
    messages.success(request, _("Done and recorded."))
    return redirect("zone_project", code)


@access(*sorted(selectors.ANALYSTS))
@require_POST
def run_saved(request: HttpRequest, code: str) -> HttpResponse:
    """Run a saved analysis; its result stands on the page of the project."""
    kept = selectors.analysis_for(code, _by(request))
    asked = {"sql": kept.sql, "name": kept.name}
    try:
        shown = services.run_saved(code, by=_by(request), now=now())
    except KaimenError as fault:
        said = words(fault.code, fault.details)
        return _project_page(request, kept.project, status=fault.status, asked=asked, fault=said)
    return _project_page(request, kept.project, asked=asked, verdict=pages.verdict(shown))


@access(*sorted(selectors.ANALYSTS))
@require_POST
def remove(request: HttpRequest, code: str) -> HttpResponse:
    """Delete a saved analysis."""
    kept = selectors.analysis_for(code, _by(request))
    services.remove(code, by=_by(request), now=now())
    messages.success(request, _("Deleted."))
    return redirect("zone_project", kept.project_id)


@access(*sorted(selectors.ANALYSTS))
@require_POST
def freeze(request: HttpRequest, code: str) -> HttpResponse:
    """Freeze the result of a saved analysis; nothing leaves by this."""
    kept = selectors.analysis_for(code, _by(request))
    try:
        made = services.freeze(
            code, form=request.POST.get("form", ""), title=request.POST.get("title", ""), by=_by(request), now=now()
        )
    except KaimenError as fault:
        asked, said = {"sql": kept.sql, "name": kept.name}, words(fault.code, fault.details)
        return _project_page(request, kept.project, status=fault.status, asked=asked, fault=said)
    return redirect("zone_artefact", made.pk)


@access(SIGNED_IN)
@never_cache
def artefact(request: HttpRequest, code: str) -> HttpResponse:
    """`/zones/artefacts/<id>`."""
    by = _by(request)
    return render(request, "zones/artefact.html", pages.artefact_page(selectors.artefact_for(code, by), by))


@access(SIGNED_IN)
@never_cache
def release(request: HttpRequest, number: str) -> HttpResponse:
    """`/zones/releases/<number>`: for the recipient."""
    return render(request, "zones/release.html", pages.release_page(number, _by(request)))


@access(SIGNED_IN)
@require_POST
def release_file(request: HttpRequest, number: str) -> HttpResponse:
    """The bytes, through the gate: to the recipient, counted, with a receipt."""
    return pages.delivery(services.fetch(number, by=_by(request), now=now()))
