"""API operations of the registers beside the law."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from ninja import Router, Schema

from kaimen.accounts import selectors as accounts
from kaimen.catalogue.selectors import reads_government
from kaimen.compliance.models import Officer
from kaimen.compliance.schemas import TextOut
from kaimen.compliance.selectors import exports, officers, vendors
from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.web.access import PUBLIC, SIGNED_IN, access
from kaimen.web.now import now

router = Router()


class OfficerOut(Schema):
    """An office as it was published. `name` is null of those who left, for the public."""

    post: str
    name: str | None
    acting: bool
    contact: str
    letter_no: str
    since: date
    until: date | None
    ended_at: datetime | None
    in_office: bool


class PostOut(Schema):
    """A post of a body. `nature` says what a vacancy means: mandatory, conditional, encouraged."""

    post: str
    nature: str
    held: bool
    officer: OfficerOut | None


class BodyOut(Schema):
    """A body with its posts."""

    institution: str
    name: TextOut
    posts: list[PostOut]


def _by(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANYBODY)


def _officer(row: Officer, *, present: bool, named: bool) -> OfficerOut:
    return OfficerOut(
        post=row.post, name=row.name if named else None, acting=row.acting, contact=row.contact if present else "",
        letter_no=row.letter_no, since=row.since, until=row.until, ended_at=row.ended_at, in_office=present,
    )  # fmt: skip


@router.get("/compliance/officers", response=list[BodyOut])
@access(PUBLIC)
def list_officers(request: HttpRequest) -> list[BodyOut]:
    """Who answers for data: each public body with its posts, who holds them as published, and which are vacant."""
    del request
    return [
        BodyOut(
            institution=one.slug,
            name=TextOut(zh=one.name_zh, en=one.name_en),
            posts=[
                PostOut(
                    post=post.code,
                    nature=post.nature,
                    held=post.held,
                    officer=_officer(post.holder, present=True, named=True) if post.holder else None,
                )
                for post in one.posts
            ],
        )
        for one in officers.officers(at=now())
    ]


@router.get("/compliance/officers/{institution}", response=list[OfficerOut])
@access(PUBLIC)
def list_past_officers(request: HttpRequest, institution: str) -> list[OfficerOut]:
    """Every office of a body that was ever published, the newest first."""
    at, official = now(), reads_government(_by(request))
    body = accounts.public_institution(institution, at=at)
    rows = officers.history(str(body.pk))
    present = officers.present(rows, at=at)
    return [_officer(row, present=present[row.case], named=present[row.case] or official) for row in rows]


class ExportOut(Schema):
    """An export of data. `used`: rows that the gate has given under it; `open`: more may go now."""

    number: str
    dataset: str
    country: str
    recipient: str
    state: str
    route: str
    why: str
    ceiling: int | None
    used: int
    until: date | None
    open: bool


@router.get("/compliance/exports", response=list[ExportOut])
@access(SIGNED_IN, scope="cases:read")
def list_exports(request: HttpRequest) -> list[ExportOut]:
    """Exports that you may know of: the way each went, its ceiling, and how much the gate has counted."""
    return [
        ExportOut(
            number=one.number, dataset=one.dataset, country=one.country, recipient=one.recipient, state=one.state_code,
            route=one.route_code, why=one.why_code, ceiling=one.ceiling, used=one.used, until=one.until, open=one.open,
        )
        for one in exports.exports(_by(request), now=now())
    ]  # fmt: skip


class VendorOut(Schema):
    """A vendor's contract. `accounts`: how many hang on it; `alive`: how many can still sign in."""

    number: str
    vendor: str
    project: str
    contract_no: str
    state: str
    until: date
    warranty_until: date | None
    accounts: int
    alive: int


@router.get("/compliance/vendors", response=list[VendorOut])
@access(SIGNED_IN, scope="cases:read")
def list_vendors(request: HttpRequest) -> list[VendorOut]:
    """Contracts with vendors that you may know of, and how many accounts still live by each."""
    return [
        VendorOut(
            number=one.number, vendor=one.vendor, project=one.project, contract_no=one.contract_no, state=one.state_code,
            until=date.fromisoformat(one.until), accounts=one.accounts, alive=one.alive,
            warranty_until=date.fromisoformat(one.warranty_until) if one.warranty_until else None,
        )
        for one in vendors.vendors(_by(request), now=now())
    ]  # fmt: skip
