"""API operations of this room: the open plan and the demands for data, as everybody sees them."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from kaimen.core.policy.party import Actor
from kaimen.opening import planning, services
from kaimen.web.access import PUBLIC, access
from kaimen.web.bodies import Asked
from kaimen.web.now import now

router = Router()


class NewCommentIn(Asked):
    """What somebody thinks of a draft."""

    text: str


class CommentOut(Schema):
    """The number of a comment and its proof."""

    n: int
    receipt: str


def _json(body: object, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(body), content_type="application/json", status=status)


@router.get("/plans")
@access(PUBLIC, scope="catalogue:read")
def list_plans(request: HttpRequest) -> HttpResponse:
    """Years that have a public plan, the newest first."""
    del request
    return _json(planning.years())


@router.get("/plans/{year}")
@access(PUBLIC, scope="catalogue:read")
def get_plan(request: HttpRequest, year: int) -> HttpResponse:
    """The open plan of a year, line by line, with the comments that were answered; `waiting`: how many were not yet."""
    del request
    found = planning.plan(year, now=now())
    body: dict[str, Any] = {
        "number": found.number,
        "year": found.year,
        "state": found.state,
        "comment_until": found.comment_until,
        "digest": found.digest or None,
        "report": dict(found.report),
        "items": [
            {
                "n": line.item.n,
                "title": {"zh": line.item.title_zh, "en": line.item.title_en},
                "institution": line.body.slug if line.body else None,
                "open_type": line.item.open_type,
                "first_planned_on": line.item.first_planned_on,
                "planned_on": line.item.planned_on,
                "state": line.item.state,
                "late": line.late,
                "reason": line.item.reason or None,
                "demand": line.item.demand or None,
                "dataset": line.slug or None,
                "opened_on": line.item.opened_on,
            }
            for line in found.lines
        ],
        "waiting": found.waiting,
        "comments": [{"n": one.n, "text": one.text, "answer": one.answer} for one in found.comments],
    }
    return _json(body)


@router.post("/plans/{year}/comments", response={201: CommentOut})
@access(PUBLIC, scope="cases:act")
def comment_on_plan(request: HttpRequest, year: int, body: NewCommentIn) -> HttpResponse:
    """Say what you think of a draft while it is open for comments. Who you are is neither asked nor kept."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    kept = services.comment(year, body.text, by=by, now=now())
    return _json({"n": kept.n, "receipt": kept.receipt}, status=201)


@router.get("/demands")
@access(PUBLIC, scope="catalogue:read")
def list_demands(request: HttpRequest, page: int = 1) -> HttpResponse:
    """Demands for data and what became of them, the newest first; no persons."""
    del request
    found = planning.demands(page=page, now=now())
    return _json(
        {
            "total": found.total,
            "page": found.page,
            "pages": found.pages,
            "demands": [
                {
                    "number": one.number,
                    "title": one.title,
                    "state": one.state,
                    "institution": one.body.slug if one.body else None,
                    "since": one.since,
                    "due": one.due,
                    "late": one.late,
                    "planned_on": one.planned_on,
                    "dataset": one.slug or None,
                    "refusal": one.refusal or None,
                    "reason": one.reason or None,
                }
                for one in found.demands
            ],
        }
    )
