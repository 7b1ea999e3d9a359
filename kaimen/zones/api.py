"""API operations of this room: zones, projects, analyses, frozen results, releases. No operation gives rows: they are shown on pages, or leave by request.

Admissions and requests to take something out are cases: `/api/v1/cases` serves them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Router

from kaimen.core.policy.party import Actor
from kaimen.web.access import PUBLIC, SIGNED_IN, access
from kaimen.web.bodies import Asked
from kaimen.web.now import now
from kaimen.zones import selectors, services
from kaimen.zones.models import Analysis, Artefact, Project, Zone
from kaimen.zones.pages import delivery

router = Router()


class NewProjectIn(Asked):
    """A project: for a product of the agreement and a listed purpose, until a day."""

    title: str
    product: str
    purpose: str
    until: date


class NewMemberIn(Asked):
    """Whom to take into the team."""

    person: str


class NewAnalysisIn(Asked):
    """A question to keep under a name."""

    name: str
    sql: str


class FreezeIn(Asked):
    """`form`: `table` (CSV) or `figure` (JSON)."""

    title: str
    form: str = "table"


def _by(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _json(body: object, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), content_type="application/json", status=status)


def _zone(zone: Zone) -> dict[str, Any]:
    return {
        "zone": zone.slug,
        "number": zone.number,
        "name": {"zh": zone.name_zh, "en": zone.name_en},
        "kind": zone.kind,
        "implementing": zone.implementing,
        "operator": zone.operator,
        "since": zone.since,
        "until": zone.until,
        "state": zone.state,
        "products": zone.products,
        "digest": zone.digest,
    }


def _project(project: Project) -> dict[str, Any]:
    return {
        "project": project.code,
        "zone": project.zone_id,
        "title": project.title,
        "product": project.product,
        "purpose": project.purpose,
        "until": project.until,
        "closed_at": project.closed_at,
    }


def _analysis(kept: Analysis) -> dict[str, Any]:
    return {
        "analysis": kept.pk,
        "project": kept.project_id,
        "name": kept.name,
        "version": kept.version,
        "sql": kept.sql,
        "run_at": kept.run_at,
        "receipt": kept.receipt or None,
    }


def _artefact(made: Artefact) -> dict[str, Any]:
    """Checks without their facts: a count is an answer too."""
    return {
        "artefact": made.pk,
        "project": made.project_id,
        "title": made.title,
        "form": made.form,
        "sha256": made.sha256,
        "bytes": made.size,
        "level": made.level,
        "state": made.state,
        "case": made.number or None,
        "receipt": made.receipt,
        "checks": [{key: one[key] for key in ("check", "outcome", "rule", "column")} for one in made.checks],
    }


@router.get("/zones")
@access(PUBLIC, scope="catalogue:read")
def list_zones(request: HttpRequest) -> HttpResponse:
    """All zones: who runs each, until when, in which state."""
    del request
    return _json([_zone(one) for one in selectors.zones()])


@router.get("/zones/{slug}")
@access(PUBLIC, scope="catalogue:read")
def get_zone(request: HttpRequest, slug: str) -> HttpResponse:
    """One zone, with what is admitted and the log of what left."""
    del request
    zone = selectors.zone(slug)
    admitted = [
        {
            "number": one.code,
            "dataset": one.dataset,
            "purpose": one.purpose,
            "since": one.admitted_at,
            "suspended": one.suspended_at is not None,
        }
        for one in selectors.admissions(zone)
    ]
    left = [
        {
            "number": one.number,
            "title": one.title,
            "form": one.form,
            "sha256": one.sha256,
            "bytes": one.size,
            "recipient": one.recipient,
            "state": one.state,
            "decided_at": one.decided_at,
        }
        for one in selectors.taken_out(zone)
    ]
    return _json(_zone(zone) | {"admitted": admitted, "left": left})


@router.get("/zones/{slug}/projects")
@access(SIGNED_IN, scope="cases:read")
def list_zone_projects(request: HttpRequest, slug: str) -> HttpResponse:
    """Projects of a zone, for its operator, the implementing body and the overseers."""
    return _json([_project(one) for one in selectors.projects(selectors.zone(slug), _by(request))])


@router.post("/zones/{slug}/projects")
@access(selectors.LEADS, scope="cases:act")
def post_zone_project(request: HttpRequest, slug: str, body: NewProjectIn) -> HttpResponse:
    """Open a project."""
    made = services.open_project(slug, **body.dict(), by=_by(request), now=now())
    return _json(_project(made), 201)


@router.post("/zones/projects/{code}/close")
@access(selectors.LEADS, scope="cases:act")
def post_zone_project_close(request: HttpRequest, code: str) -> HttpResponse:
    """Close a project: nothing more is asked in it or taken out of it."""
    services.close_project(code, by=_by(request), now=now())
    return HttpResponse(status=204)


@router.get("/zones/projects/{code}/members")
@access(SIGNED_IN, scope="cases:read")
def list_zone_members(request: HttpRequest, code: str) -> HttpResponse:
    """The team of a project, and when each signed the commitment; for its lead also who could be added."""
    project = selectors.project_for(code, _by(request))
    leads = _by(request).role == selectors.LEADS
    return _json(
        {
            "members": [{"person": one.person, "committed_at": one.committed_at} for one in selectors.members(project)],
            "candidates": selectors.candidates(project, now=now()) if leads else {},
        }
    )


@router.post("/zones/projects/{code}/members")
@access(selectors.LEADS, scope="cases:act")
def post_zone_member(request: HttpRequest, code: str, body: NewMemberIn) -> HttpResponse:
    """Take somebody into the team."""
    made = services.add_member(code, body.person, by=_by(request), now=now())
    return _json({"person": made.person, "committed_at": None}, 201)


@router.delete("/zones/projects/{code}/members/{person}")
@access(selectors.LEADS, scope="cases:act")
def delete_zone_member(request: HttpRequest, code: str, person: str) -> HttpResponse:
    """Take somebody out of the team; their next question is refused."""
    services.end_member(code, person, by=_by(request), now=now())
    return HttpResponse(status=204)


@router.post("/zones/projects/{code}/commitment")
@access(*sorted(selectors.ANALYSTS), scope="cases:act")
def post_zone_commitment(request: HttpRequest, code: str) -> HttpResponse:
    """Sign the commitment of a member."""
    services.commit(code, by=_by(request), now=now())
    return HttpResponse(status=204)


@router.get("/zones/projects/{code}/analyses")
@access(SIGNED_IN, scope="cases:read")
def list_zone_analyses(request: HttpRequest, code: str) -> HttpResponse:
    """Saved analyses, each in its newest version."""
    return _json([_analysis(one) for one in selectors.analyses(selectors.project_for(code, _by(request)))])


@router.post("/zones/projects/{code}/analyses")
@access(*sorted(selectors.ANALYSTS), scope="cases:act")
def post_zone_analysis(request: HttpRequest, code: str, body: NewAnalysisIn) -> HttpResponse:
    """Keep a question; under a name that is taken it becomes the next version."""
    return _json(_analysis(services.save(code, body.name, body.sql, by=_by(request), now=now())), 201)


@router.delete("/zones/analyses/{code}")
@access(*sorted(selectors.ANALYSTS), scope="cases:act")
def delete_zone_analysis(request: HttpRequest, code: str) -> HttpResponse:
    """Offer a saved analysis no longer, in none of its versions; what was frozen of it stays."""
    services.remove(code, by=_by(request), now=now())
    return HttpResponse(status=204)


@router.post("/zones/analyses/{code}/run")
@access(*sorted(selectors.ANALYSTS), scope="gate:query")
def post_zone_run(request: HttpRequest, code: str) -> HttpResponse:
    """Run a saved analysis. Says receipt, columns and `least_group`, the units of the smallest group shown (0: no totals); never rows."""
    shown = services.run_saved(code, by=_by(request), now=now())
    columns = [{"name": one.name, "treatment": one.treatment} for one in shown.answer.columns]
    return _json({"receipt": shown.answer.receipt.entry, "columns": columns, "least_group": shown.least})


@router.post("/zones/analyses/{code}/freeze")
@access(*sorted(selectors.ANALYSTS), scope="gate:query")
def post_zone_freeze(request: HttpRequest, code: str, body: FreezeIn) -> HttpResponse:
    """Freeze the result of a saved analysis and check it. Ask to take it out by a case of the workflow `zone_egress`."""
    made = services.freeze(code, form=body.form, title=body.title, by=_by(request), now=now())
    return _json(_artefact(made), 201)


@router.get("/zones/artefacts/{code}")
@access(SIGNED_IN, scope="cases:read")
def get_zone_artefact(request: HttpRequest, code: str) -> HttpResponse:
    """A frozen result: digest, state, checks without facts. Never its bytes."""
    return _json(_artefact(selectors.artefact_for(code, _by(request)).artefact))


@router.get("/zones/releases/{number}/file")
@access(SIGNED_IN, scope="gate:query")
def get_zone_release(request: HttpRequest, number: str) -> HttpResponse:
    """The released bytes, for the recipient, until their day; the receipt is in `Kaimen-Receipt`, the digest in `Kaimen-Digest`."""
    return delivery(services.fetch(number, by=_by(request), now=now()))
