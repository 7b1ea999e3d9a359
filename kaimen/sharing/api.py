"""API operations of this room: agreements as they were signed, and the way to their tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from kaimen.accounts import services as accounts
from kaimen.core.policy.party import Actor
from kaimen.gate import selectors as gate
from kaimen.sharing import pages, selectors, services
from kaimen.web.access import SIGNED_IN, access
from kaimen.web.bodies import Asked
from kaimen.web.now import now

router = Router()
HEADS = tuple(sorted(services.HEADS))
OPENERS = tuple(sorted(accounts.OPENERS - {"operator"}))


class AgreementLine(Schema):
    """An agreement in a list. `state`: how its case stands, in the words of `/workflows/sharing_request`."""

    code: str
    dataset: str
    provider: str
    demand: str
    digest: str
    signed_at: datetime
    state: str


class GrantLine(Schema):
    """A grant between bodies that no agreement made. `suspended`: shut for now; `by_case`: the case under its code ends it."""

    code: str
    dataset: str
    provider: str
    demand: str
    purposes: list[str]
    since: datetime
    until: date
    suspended: bool
    by_case: bool


class EndingIn(Asked):
    """Which grant is ended, and why."""

    code: str = Field(max_length=40)
    reason: str = Field(min_length=1, max_length=services.LONGEST_REASON)


def _by(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


@router.get("/agreements", response=list[AgreementLine])
@access(SIGNED_IN, scope="cases:read")
def list_agreements(request: HttpRequest) -> HttpResponse:
    """The agreements of your body, the newest first."""
    kept = selectors.agreements(_by(request))
    states = selectors.states_of(kept)
    found = [
        {
            "code": one.code,
            "dataset": one.dataset,
            "provider": one.provider,
            "demand": one.demand,
            "digest": one.digest,
            "signed_at": one.signed_at,
            "state": states[one.code],
        }
        for one in kept
    ]
    return HttpResponse(orjson.dumps(found), content_type="application/json")


@router.get("/grants", response=list[GrantLine])
@access(SIGNED_IN, scope="cases:read")
def list_grants(request: HttpRequest) -> list[GrantLine]:
    """Grants that your body gives or holds without an agreement: what may stand in the way of one."""
    return [
        GrantLine(
            code=one.grant.code,
            dataset=one.grant.dataset,
            provider=one.grant.assigner,
            demand=one.grant.institution,
            purposes=list(one.grant.purposes),
            since=one.grant.not_before,
            until=gate.last_day(one.grant.not_after),
            suspended=one.grant.suspended_at is not None,
            by_case=one.by_case,
        )
        for one in selectors.other_grants(_by(request), now=now())
    ]


@router.post("/grants/end", response={204: None})
@access(*HEADS, scope="cases:act")
def end_grant(request: HttpRequest, body: EndingIn) -> Status[None]:
    """End a grant of your body's data that no case made. The gate shuts for its holder at once."""
    services.end_grant(body.code, reason=body.reason, by=_by(request), now=now())
    return Status(204, None)


@router.get("/agreements/{code}")
@access(SIGNED_IN, scope="cases:read")
def get_agreement(request: HttpRequest, code: str) -> HttpResponse:
    """The ODRL 2.2 document, byte for byte what both sides signed; its SHA-256 stands in `Kaimen-Digest`."""
    kept = selectors.agreement_for(_by(request), code)
    return HttpResponse(
        kept.document.encode(), content_type="application/ld+json", headers={"Kaimen-Digest": f"sha-256={kept.digest}"}
    )


class LinkIn(Asked):
    """Whom to send a link for a token: `contact` is one of `/agreements/{code}/contacts`. The token lasts `days`, the agreement at most."""

    contact: str = Field(max_length=40)
    name: str = Field(min_length=1, max_length=80)
    scopes: list[str] = Field(default_factory=lambda: list(pages.DEFAULT_SCOPES), max_length=10)
    days: int = Field(default=90, ge=1, le=365)


class ContactOut(Schema):
    """Somebody who may be the technical contact."""

    contact: str
    name: str


class LinkOut(Schema):
    """A link as whoever sent it knows it: never its text. `state`: waiting, used, over, ended; `token` is the id of the token it made."""

    id: str
    name: str
    contact: str
    state: str
    expires_at: datetime
    used_at: datetime | None
    token: str | None


@router.get("/agreements/{code}/contacts", response=list[ContactOut])
@access(*OPENERS, scope="cases:read")
def list_contacts(request: HttpRequest, code: str) -> list[ContactOut]:
    """Who in your body may make the token of an agreement."""
    by, moment = _by(request), now()
    kept = services.asked_by(by, code)
    return [ContactOut(contact=one, name=name) for one, name in pages.contacts(kept, by=by, now=moment)]


@router.get("/agreements/{code}/links", response=list[LinkOut])
@access(*OPENERS, scope="cases:read")
def list_links(request: HttpRequest, code: str) -> list[LinkOut]:
    """The links for tokens that were sent, newest first."""
    by, moment = _by(request), now()
    services.asked_by(by, code)
    return [_link(one) for one in pages.way_to_token(selectors.agreement_for(by, code), by=by, now=moment)["links"]]


@router.post("/agreements/{code}/links", response={201: LinkOut})
@access(*OPENERS, scope="cases:act")
def send_link(request: HttpRequest, code: str, form: LinkIn) -> Status[LinkOut]:
    """Have a one-time link for a token sent to a technical contact of your body. You see neither link nor token."""
    by, moment = _by(request), now()
    sent = services.send_link(code, **form.dict(), by=by, now=moment)
    shown = pages.way_to_token(selectors.agreement_for(by, code), by=by, now=moment)["links"]
    return Status(201, next(_link(one) for one in shown if one["id"] == sent.pk))


@router.delete("/agreements/{code}/links/{link}", response={204: None})
@access(*OPENERS, scope="cases:act")
def end_link(request: HttpRequest, code: str, link: str) -> Status[None]:
    """Take back a link that was not used."""
    services.end_link(code, link, by=_by(request), now=now())
    return Status(204, None)


def _link(one: Mapping[str, Any]) -> LinkOut:
    token = one["token"]
    return LinkOut(
        **{name: one[name] for name in LinkOut.model_fields if name != "token"}, token=token.pk if token else None
    )
