"""API operations of this room: workflows as data, cases, steps."""

from __future__ import annotations

from typing import Any, Literal

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Header, Router

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors, services, subscribing, ways
from kaimen.cases.hooks import sheets_of
from kaimen.cases.models import Case, Subscription
from kaimen.cases.schemas import (
    ActIn,
    CaseOut,
    CasesOut,
    ChannelsOut,
    DoneOut,
    NewCaseIn,
    WebhookIn,
    WebhookMade,
    WebhookOut,
    WorkflowLine,
    WorkflowOut,
)
from kaimen.core.lifecycle.rules import Words
from kaimen.core.lifecycle.workflow import Act, Field, Workflow
from kaimen.core.policy.party import Actor
from kaimen.web.access import PUBLIC, SIGNED_IN, access
from kaimen.web.now import now

router = Router()


def _by(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _json(body: object, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(body, default=str), content_type="application/json", status=status)


@router.get("/service/channels", response=ChannelsOut)
@access(PUBLIC, scope="cases:read")
def get_channels(request: HttpRequest) -> HttpResponse:
    """Where each service can be had: online, at a counter, by telephone, by letter; and where the counters are."""
    del request
    return _json(
        {
            "telephone": settings.KAIMEN_HELP_PHONE,
            "services": [
                {
                    "workflow": one.flow.code,
                    "name": _two(one.flow.words),
                    "ways": one.ways,
                    "online_only": one.online_only,
                }
                for one in ways.services(now())
            ],
            "counters": [
                {
                    "code": one.code,
                    "region": one.region,
                    "name": {"zh": one.name_zh, "en": one.name_en},
                    "address": {"zh": one.address_zh, "en": one.address_en},
                    "hours": {"zh": one.hours_zh, "en": one.hours_en},
                    "telephone": one.telephone,
                    "synthetic": one.synthetic,
                }
                for one in accounts.counters()
            ],
        }
    )


@router.get("/workflows", response=list[WorkflowLine])
@access(PUBLIC, scope="cases:read")
def list_workflows(request: HttpRequest) -> HttpResponse:
    """Every workflow of the pack in force."""
    return _json([_line(flow, _by(request)) for flow in selectors.workflows().values()])


@router.get("/workflows/{code}", response=WorkflowOut)
@access(PUBLIC, scope="cases:read")
def get_workflow(request: HttpRequest, code: str) -> HttpResponse:
    """One workflow whole: a client can build its forms from this."""
    flow = selectors.workflow(code)
    return _json(
        {
            **_line(flow, _by(request)),
            "sides": {side.code: {"name": _two(side.words), "kind": side.kind.value} for side in flow.sides.values()},
            "states": {
                state.code: {
                    "name": _two(state.words),
                    "end": state.end,
                    "waits": [{"side": desk.side, "role": desk.role} for desk in state.waits],
                }
                for state in flow.states.values()
            },
            "fields": {one.name: _field(one) for one in flow.fields.values()},
            "acts": [_act(act) for act in flow.acts.values()],
            "retention": flow.retention,
        }
    )


@router.get("/cases", response=CasesOut)
@access(SIGNED_IN, scope="cases:read")
def list_cases(
    request: HttpRequest, workflow: str = "", state: str = "", only: Literal["open", "all"] = "all", page: int = 1
) -> HttpResponse:
    """The cases of your body, or yours, the newest change first."""
    found = selectors.cases(
        _by(request), flow=workflow or None, state=state or None, open_only=only == "open", page=page
    )
    return _json(
        {
            "total": found.total,
            "page": found.page,
            "pages": found.pages,
            "cases": [_case(case) for case in found.cases],
        }
    )


@router.post("/cases", response={200: DoneOut, 201: DoneOut})
@access(PUBLIC, scope="cases:act")
def begin_case(request: HttpRequest, body: NewCaseIn, idempotency_key: Header[str | None] = None) -> HttpResponse:
    """Begin a case. Without an account the answer holds a `key`, by which you look at it again.

    The same `Idempotency-Key` (16 to 100 signs, your own for each case) with the same answers again is answered with the case that
    exists, status 200; with other answers it is refused.
    """
    done = services.begin(
        body.workflow, body.facts, by=_by(request), now=now(), verb=body.verb, mark=idempotency_key or ""
    )
    return _json(_done(done), status=200 if done.again else 201)


@router.get("/cases/{number}", response=CaseOut)
@access(PUBLIC, scope="cases:read")
def get_case(request: HttpRequest, number: str) -> HttpResponse:
    """One case. Without an account send its key in the header `Kaimen-Case-Key`."""
    by, key = _by(request), request.headers.get("Kaimen-Case-Key")
    case = selectors.case_for(by, number, key=key)
    done = selectors.taken(case)
    bodies, _ = selectors.names_of([case], done)
    return _json(
        {
            **_case(case),
            "n": case.n,
            "facts": selectors.opened(case, case.facts, by, key=key),
            "parties": [
                {
                    "side": party.side,
                    "institution": getattr(bodies.get(party.institution), "slug", None),
                    "person": bool(party.person or party.described_as) or (not party.institution),
                }
                for party in case.parties.all()
            ],
            "acts": [
                {
                    "n": act.n,
                    "verb": act.verb,
                    "before": act.before,
                    "after": act.after,
                    "at": act.at.isoformat(),
                    "institution": getattr(bodies.get(act.institution), "slug", None),
                    "role": act.role,
                    "on_behalf": bool(act.on_behalf),
                    "facts": selectors.opened(case, act.facts, by, key=key),
                    "receipt": act.receipt,
                }
                for act in done
            ],
            "terms": [
                {
                    "rule": term.rule,
                    "state": term.state,
                    "role": term.role,
                    "started_at": term.started_at.isoformat(),
                    "due_at": term.due_at.isoformat() if term.due_at else None,
                    "ended_at": term.ended_at.isoformat() if term.ended_at else None,
                    "extra": term.extra,
                    "waits": term.waits,
                }
                for term in selectors.clocks(case)
            ],
            "sheets": {
                sheet.code: [dict(zip((key for key, _words in sheet.heads), row, strict=True)) for row in sheet.rows]
                for sheet in sheets_of(case)
            },
            "may": [act.verb for act in selectors.acts_for(case, by, key=key)],
            "regime": case.regime,
            "keep_until": case.keep_until.isoformat() if case.keep_until else None,
        }
    )


@router.post("/cases/{number}/acts", response=DoneOut)
@access(PUBLIC, scope="cases:act")
def take_step(request: HttpRequest, number: str, body: ActIn) -> HttpResponse:
    """Take a step. Sent again with the same `expected`, by the same person with the same answers, it is answered as done."""
    done = services.act(
        number,
        body.verb,
        body.facts,
        by=_by(request),
        now=now(),
        expected=body.expected,
        key=body.key or request.headers.get("Kaimen-Case-Key"),
    )
    return _json(_done(done))


@router.get("/webhooks", response=list[WebhookOut])
@access(*sorted(subscribing.KEEPERS), scope="cases:read")
def list_webhooks(request: HttpRequest) -> HttpResponse:
    """Addresses of your body's systems that are told when a case moves."""
    return _json([_hook(one) for one in subscribing.of(_by(request))])


@router.post("/webhooks", response={201: WebhookMade})
@access(*sorted(subscribing.KEEPERS), scope="cases:act")
def add_webhook(request: HttpRequest, body: WebhookIn) -> HttpResponse:
    """Tell an address from now on. The secret of the signatures is in this answer and nowhere else."""
    made, secret = subscribing.subscribe(body.url, by=_by(request), now=now())
    return _json({"id": made, "secret": secret}, status=201)


@router.delete("/webhooks/{subscription}", response={204: None})
@access(*sorted(subscribing.KEEPERS), scope="cases:act")
def end_webhook(request: HttpRequest, subscription: str) -> HttpResponse:
    """Tell that address nothing more."""
    subscribing.unsubscribe(subscription, by=_by(request), now=now())
    return HttpResponse(status=204)


def _hook(one: Subscription) -> dict[str, Any]:
    return {
        "id": one.pk,
        "url": one.url,
        "created_at": one.created_at.isoformat(),
        "told_at": one.told_at.isoformat() if one.told_at else None,
        "failed_at": one.failed_at.isoformat() if one.failed_at else None,
    }


def _two(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _line(flow: Workflow, by: Actor) -> dict[str, Any]:
    return {
        "code": flow.code,
        "name": _two(flow.words),
        "about": _two(flow.about),
        "rules": list(flow.rules),
        "may_begin": selectors.may_begin(by, flow) is not None,
    }


def _field(asked: Field) -> dict[str, Any]:
    return {
        "kind": asked.kind.value,
        "name": _two(asked.words),
        "help": _two(asked.help) if asked.help else None,
        "options": {code: _two(words) for code, words in asked.codes.items()} or None,
        "list": asked.code_list or None,
        "of": asked.of or None,
        "least": asked.least,
        "most": asked.most,
    }


def _act(act: Act) -> dict[str, Any]:
    return {
        "verb": act.verb,
        "name": _two(act.words),
        "from": sorted(act.sources),
        "to": act.to or None,
        "roles": sorted(act.roles),
        "sides": sorted(act.sides),
        "asks": [{"field": ask.field.name, "needed": ask.needed} for ask in act.asks],
        "shows": list(act.shows),
        "apart": list(act.apart),
        "starts": [start.rule for start in act.starts],
        "meets": list(act.meets),
        "stops": [rule for rule, _ in act.stops],
        "resumes": list(act.resumes),
        "extends": list(act.extends),
        "rule": act.rule or None,
    }


def _case(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "workflow": case.workflow,
        "state": case.state,
        "title": {"zh": case.title_zh, "en": case.title_en},
        "dataset": case.facts.get("dataset"),
        "opened_at": case.opened_at.isoformat(),
        "changed_at": case.changed_at.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
    }


def _done(done: services.Done) -> dict[str, Any]:
    return {
        "number": done.case.number,
        "verb": done.verb,
        "state": done.case.state,
        "n": done.case.n,
        "receipt": done.receipt,
        "key": done.key or None,
    }
