"""API operations of this room: agreements as they were signed."""

from __future__ import annotations

from datetime import datetime

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from kaimen.core.policy.party import Actor
from kaimen.sharing import selectors
from kaimen.web.access import SIGNED_IN, access

router = Router()


class AgreementLine(Schema):
    """An agreement in a list."""

    code: str
    dataset: str
    provider: str
    demand: str
    digest: str
    signed_at: datetime


def _by(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


@router.get("/agreements", response=list[AgreementLine])
@access(SIGNED_IN, scope="cases:read")
def list_agreements(request: HttpRequest) -> HttpResponse:
    """The agreements of your body, the newest first."""
    found = [
        {
            "code": one.code,
            "dataset": one.dataset,
            "provider": one.provider,
            "demand": one.demand,
            "digest": one.digest,
            "signed_at": one.signed_at,
        }
        for one in selectors.agreements(_by(request))
    ]
    return HttpResponse(orjson.dumps(found), content_type="application/json")


@router.get("/agreements/{code}")
@access(SIGNED_IN, scope="cases:read")
def get_agreement(request: HttpRequest, code: str) -> HttpResponse:
    """The ODRL 2.2 document, byte for byte what both sides signed; its SHA-256 stands in `Kaimen-Digest`."""
    kept = selectors.agreement_for(_by(request), code)
    return HttpResponse(
        kept.document.encode(), content_type="application/ld+json", headers={"Kaimen-Digest": f"sha-256={kept.digest}"}
    )
