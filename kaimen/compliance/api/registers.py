"""API operations of the registers beside the law."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from kaimen.accounts import selectors as accounts
from kaimen.catalogue.selectors import reads_government
from kaimen.compliance import services
from kaimen.compliance.models import Officer
from kaimen.compliance.schemas import TextOut
from kaimen.compliance.selectors import commitments, exports, grading, inventory, officers, vendors
from kaimen.core.policy.party import ANYBODY, Actor
from kaimen.web.access import PUBLIC, SIGNED_IN, access
from kaimen.web.bodies import Asked
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


class ProcessingOut(Schema):
    """The public part of a record of processing, in the codes of its workflow."""

    number: str
    institution: str
    dataset: str
    activity: str
    purposes: list[str]
    basis: str
    statute: str
    kinds: list[str]
    persons_band: str
    source: str
    recipients: list[str]
    months: int
    notice: str
    storage: str
    automated: bool


class FindingOut(Schema):
    """What the gate gave and no record names: `kind` is record, purpose, recipient or column. `receipts` are some of the answers."""

    kind: str
    what: str
    dataset: str
    institution: str
    answers: int
    receipts: list[str]


@router.get("/compliance/processing", response=list[ProcessingOut])
@access(PUBLIC)
def list_processing(request: HttpRequest) -> list[ProcessingOut]:
    """What bodies do with personal information: the records in force, as far as they are for everybody."""
    del request
    return [
        ProcessingOut(
            number=one.number, institution=accounts.institution(one.provider).slug, dataset=one.entry.slug,
            activity=str(one.facts["activity"]), purposes=sorted(one.many("purposes")), basis=str(one.facts["basis"]),
            statute=str(one.facts["statute"]), kinds=sorted(one.many("pi_kinds")),
            persons_band=str(one.facts["persons_band"]), source=str(one.facts["source"]),
            recipients=sorted(one.recipients), months=int(str(one.facts["months"])), notice=str(one.facts["notice"]),
            storage=str(one.facts["storage"]), automated=one.facts["automated"] is True,
        )
        for one in inventory.records()
    ]  # fmt: skip


@router.get("/compliance/processing/findings", response=list[FindingOut])
@access(SIGNED_IN, scope="cases:read")
def list_findings(request: HttpRequest) -> list[FindingOut]:
    """What was given of your body's personal information in the last thirty days and no record names; of all bodies for overseers."""
    return [
        FindingOut(
            kind=one.kind, what=one.what, dataset=one.entry.slug, institution=accounts.institution(one.institution).slug,
            answers=one.answers, receipts=list(one.receipts),
        )
        for one in inventory.findings_for(_by(request), now=now())
    ]  # fmt: skip


class GradeOut(Schema):
    """A column with the level that is published, the one suggested with its reasons, and the one confirmed; null where a person must look."""

    column: str
    published: int | None
    suggested: int
    why: list[str]
    confirmed: int | None
    reason: str
    receipt: str | None


class GradesIn(Asked):
    """Levels by column; the reason is needed where one is not the suggested one."""

    levels: dict[str, Annotated[int, Field(strict=True)]]
    reason: Annotated[str, Field(max_length=1000)] = ""


def _graded(desk: grading.Desk) -> list[GradeOut]:
    return [
        GradeOut(
            column=one.item.column, published=one.item.level, suggested=one.suggestion.level,
            why=[why.value for why in one.suggestion.why], confirmed=one.grade.level if one.grade else None,
            reason=one.grade.reason if one.grade else "", receipt=one.grade.receipt if one.grade else None,
        )
        for one in desk.columns
    ]  # fmt: skip


@router.get("/compliance/grading/{dataset}", response=list[GradeOut])
@access(SIGNED_IN, scope="catalogue:read")
def get_grading(request: HttpRequest, dataset: str) -> list[GradeOut]:
    """The columns of an entry of your body: published, suggested and confirmed levels."""
    return _graded(grading.desk(_by(request), dataset))


@router.post("/compliance/grading/{dataset}", response=list[GradeOut])
@access(*services.CONFIRM, scope="entries:write")
def confirm_levels(request: HttpRequest, dataset: str, form: GradesIn) -> list[GradeOut]:
    """Confirm levels of columns, as a security or protection officer of the body. The entry itself changes by a new version only."""
    by = _by(request)
    services.confirm(dataset, form.levels, reason=form.reason, by=by, now=now())
    return _graded(grading.desk(by, dataset))


class CommitmentOut(Schema):
    """A data-use commitment. `text_digest` is the SHA-256 of the Chinese text of that version."""

    code: str
    version: str
    text_digest: str
    institution: str
    dataset: str
    columns: list[str]
    purposes: list[str]
    until: date
    signed_at: datetime
    ended_at: datetime | None


@router.get("/compliance/commitments", response=list[CommitmentOut])
@access(SIGNED_IN, scope="cases:read")
def list_commitments(request: HttpRequest) -> list[CommitmentOut]:
    """Commitments that your body signed or that were signed for its data; all for overseers."""
    return [
        CommitmentOut(
            code=one.code, version=one.version, text_digest=one.text_digest, dataset=one.dataset, columns=one.columns,
            institution=accounts.institution(one.institution).slug, purposes=one.purposes, until=one.until,
            signed_at=one.signed_at, ended_at=one.ended_at,
        )
        for one in commitments.commitments(_by(request))
    ]  # fmt: skip
