"""API operations of this room: search and read what is published; compile, check, review."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from kaimen.catalogue import selectors, services
from kaimen.catalogue.schemas import (
    AssessForm,
    AssessmentIn,
    ChangeOut,
    DecideIn,
    DraftChange,
    DraftIn,
    EntryOut,
    FindingOut,
    NoteIn,
    ReasonForm,
    RevertIn,
    SavedOut,
    SearchOut,
    StateOut,
    SuggestionOut,
    TextOut,
    VersionOut,
    WorkingOut,
    WorkLineOut,
)
from kaimen.core.errors import Invalid
from kaimen.core.metadata.canonical import body_from_json, to_json
from kaimen.core.metadata.entry import Assessment, PublishedEntry, Text
from kaimen.core.policy.party import Actor
from kaimen.engines.search.index import FACETS
from kaimen.web.access import PUBLIC, access
from kaimen.web.now import now

router = Router()
OFFICE = tuple(sorted(selectors.OFFICIAL))
KNOWN = {"q", "sort", "page", "size", "facets", *FACETS}


# ---- what is published -------------------------------------------------------------------------------------------------------


@router.get("/entries", response=SearchOut)
@access(PUBLIC, scope="catalogue:read")
def search_entries(
    request: HttpRequest,
    q: str = "",
    sort: str = "relevance",
    page: int = 1,
    size: int = 20,
    facets: str = "open,provider,theme,format",
) -> HttpResponse:
    """Search. Filters are the facets' names, repeated for several values: `theme=transport&theme=health`; unknown ones are refused."""
    unknown = [name for name in request.GET if name not in KNOWN]
    if unknown:
        raise Invalid("filter_unknown", filter=unknown[0][:40])
    found = selectors.find(
        q,
        by=_by(request),
        filters={name: request.GET.getlist(name) for name in FACETS if name in request.GET},
        sort=sort,
        page=page,
        size=size,
        facets=tuple(name for name in facets.split(",") if name),
    )
    return _json(
        {
            "total": found.total,
            "page": found.page,
            "size": found.size,
            "relaxed": found.relaxed.value,
            "entries": [_line(entry) for entry in found.entries],
            "facets": found.facets,
        }
    )


@router.get("/entries/suggest", response=list[SuggestionOut])
@access(PUBLIC, scope="catalogue:read")
def suggest_entries(request: HttpRequest, q: str) -> HttpResponse:
    """Titles that go on from what was typed, by characters, English or pinyin."""
    return _json(
        [
            {"id": one.id, "slug": one.slug, "title": {"zh": one.title_zh, "en": one.title_en}}
            for one in selectors.suggest(q, by=_by(request))
        ]
    )


@router.get("/entries/{name}", response=EntryOut)
@access(PUBLIC, scope="catalogue:read")
def get_entry(request: HttpRequest, name: str, version: int | None = None) -> HttpResponse:
    """One entry by id or slug, as you may see it; `version` asks for an older one."""
    entry = selectors.entry_for(_by(request), name, version=version)
    return _json(
        {
            "id": entry.id,
            "slug": entry.slug,
            "code": entry.code,
            "version": entry.version,
            "digest": entry.digest,
            "spec_version": entry.spec_version,
            "published_at": entry.published_at,
            "first_published_at": entry.first_published_at,
            "body": to_json(entry.body),
        }
    )


@router.get("/entries/{name}/versions", response=list[VersionOut])
@access(PUBLIC, scope="catalogue:read")
def get_versions(request: HttpRequest, name: str) -> HttpResponse:
    """All versions that you may see, newest first."""
    return _json(selectors.versions(_by(request), name))


@router.get("/entries/{name}/diff", response=list[ChangeOut])
@access(PUBLIC, scope="catalogue:read")
def get_diff(request: HttpRequest, name: str, before: int, after: int) -> HttpResponse:
    """What changed between two versions, field by field and column by column."""
    return _json(selectors.version_diff(_by(request), name, before, after))


# ---- the working copy --------------------------------------------------------------------------------------------------------


@router.get("/drafts", response=list[WorkLineOut])
@access(*OFFICE, scope="entries:write")
def list_drafts(request: HttpRequest, state: str | None = None, page: int = 1) -> list[WorkLineOut]:
    """Entries that you work on, last changed first, 200 on a page."""
    return [
        WorkLineOut(
            id=line.id,
            title=TextOut(zh=line.title_zh, en=line.title_en),
            kind=line.kind,
            state=line.state,
            provider=line.provider,
            changed_at=line.changed_at,
            version=line.version,
        )
        for line in selectors.work_lines(_by(request), state=state, offset=max(0, min(page, 1000) - 1) * 200)
    ]


@router.post("/entries", response={201: SavedOut})
@access("steward", scope="entries:write")
def create_draft(request: HttpRequest, form: DraftIn) -> Status[SavedOut]:
    """Begin an entry of your body."""
    entry = services.draft(body_from_json(form.body), slug=form.slug, by=_by(request), now=now())
    return Status(201, SavedOut(id=entry, revision=1))


@router.get("/entries/{entry_id}/draft", response=WorkingOut)
@access(*OFFICE, scope="entries:write")
def get_draft(request: HttpRequest, entry_id: str) -> WorkingOut:
    """The working copy with what is still missing and what you may do."""
    found = selectors.working(_by(request), entry_id, now=now())
    return WorkingOut(
        id=found.entry.pk,
        state=found.entry.state,
        revision=found.revision,
        version=found.versions[0] if found.versions else None,
        digest=found.digest,
        body=to_json(found.body),
        findings=[FindingOut.from_orm(one) for one in found.findings],
        faults=[dict(fault) for fault in found.faults],
        verbs=list(found.verbs),
    )


@router.put("/entries/{entry_id}/draft", response=SavedOut)
@access("steward", scope="entries:write")
def save_draft(request: HttpRequest, entry_id: str, form: DraftChange) -> SavedOut:
    """Save a new text of the working copy."""
    services.draft(body_from_json(form.body), entry_id=entry_id, expected=form.revision, by=_by(request), now=now())
    return SavedOut(id=entry_id, revision=selectors.working(_by(request), entry_id, now=now()).revision)


@router.post("/entries/{entry_id}/check", response=list[FindingOut])
@access("steward", scope="entries:write")
def check(request: HttpRequest, entry_id: str) -> list[FindingOut]:
    """Have it checked; the answer lists what is advised."""
    return [FindingOut.from_orm(one) for one in services.check(entry_id, by=_by(request), now=now())]


@router.post("/entries/{entry_id}/assess", response=StateOut)
@access("steward", "security_officer", "protection_officer", scope="entries:write")
def assess(request: HttpRequest, entry_id: str, form: AssessForm) -> StateOut:
    """Put in the assessments."""
    services.assess(
        entry_id,
        confidentiality=_assessment(form.confidentiality),
        pi=_assessment(form.pi),
        anonymisation=_assessment(form.anonymisation) if form.anonymisation else None,
        by=_by(request),
        now=now(),
    )
    return _state(request, entry_id)


@router.post("/entries/{entry_id}/head_approve", response=StateOut)
@access("department_head", scope="entries:write")
def head_approve(request: HttpRequest, entry_id: str, form: NoteIn) -> StateOut:
    """The head of department consents."""
    services.head_approve(entry_id, note=form.note, by=_by(request), now=now())
    return _state(request, entry_id)


@router.post("/entries/{entry_id}/head_decline", response=StateOut)
@access("department_head", scope="entries:write")
def head_decline(request: HttpRequest, entry_id: str, form: ReasonForm) -> StateOut:
    """The head of department sends it back."""
    services.head_decline(entry_id, reason=form.reason, by=_by(request), now=now())
    return _state(request, entry_id)


@router.post("/entries/{entry_id}/submit", response=StateOut)
@access("steward", scope="entries:write")
def submit(request: HttpRequest, entry_id: str) -> StateOut:
    """To the authority."""
    services.submit(entry_id, by=_by(request), now=now())
    return _state(request, entry_id)


@router.post("/entries/{entry_id}/decide", response=StateOut)
@access("authority_reviewer", scope="entries:write")
def decide(request: HttpRequest, entry_id: str, form: DecideIn) -> StateOut:
    """Approve, which publishes at once, or return with every fault."""
    faults = [services.Fault(code=fault.code, path=fault.path) for fault in form.faults]
    services.decide(entry_id, form.verdict, faults=faults, note=form.note, by=_by(request), now=now())
    return _state(request, entry_id)


@router.post("/entries/{entry_id}/change", response=StateOut)
@access("steward", scope="entries:write")
def change(request: HttpRequest, entry_id: str, form: ReasonForm) -> StateOut:
    """Take a published entry up again."""
    services.change(entry_id, reason=form.reason, by=_by(request), now=now())
    return _state(request, entry_id)


@router.post("/entries/{entry_id}/revert", response=StateOut)
@access("steward", scope="entries:write")
def revert(request: HttpRequest, entry_id: str, form: RevertIn) -> StateOut:
    """Put an older version's text into the working copy."""
    services.revert(entry_id, to=form.to, by=_by(request), now=now())
    return _state(request, entry_id)


@router.post("/entries/{entry_id}/retire", response=StateOut)
@access("steward", scope="entries:write")
def retire(request: HttpRequest, entry_id: str, form: ReasonForm) -> StateOut:
    """Announce its end."""
    services.retire(entry_id, reason=form.reason, by=_by(request), now=now())
    return _state(request, entry_id)


@router.post("/entries/{entry_id}/keep", response=StateOut)
@access("steward", scope="entries:write")
def keep(request: HttpRequest, entry_id: str) -> StateOut:
    """Give up a retirement or a change that was announced."""
    services.keep(entry_id, by=_by(request), now=now())
    return _state(request, entry_id)


@router.post("/entries/{entry_id}/end", response=StateOut)
@access("authority_reviewer", scope="entries:write")
def end(request: HttpRequest, entry_id: str) -> StateOut:
    """End a retiring entry."""
    services.end(entry_id, by=_by(request), now=now())
    return _state(request, entry_id)


# ---- parts -------------------------------------------------------------------------------------------------------------------


def _by(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _json(content: object) -> HttpResponse:
    """Bytes at once: what we send was checked when it was written."""
    return HttpResponse(orjson.dumps(content), content_type="application/json")


def _line(entry: PublishedEntry) -> dict[str, Any]:
    body = entry.body
    return {
        "id": entry.id,
        "slug": entry.slug,
        "code": entry.code,
        "version": entry.version,
        "kind": body.kind.value,
        "title": body.title,
        "description": body.description,
        "provider": body.provider,
        "provider_name": body.provider_name,
        "open_type": entry.open_type,
        "share_type": entry.share_type,
        "level": entry.level,
        "formats": body.formats,
        "themes": body.themes,
        "licence": body.licence,
        "update_frequency": body.update_frequency,
        "keywords_zh": body.keywords_zh,
        "keywords_en": body.keywords_en,
        "published_at": entry.published_at,
    }


def _assessment(form: AssessmentIn) -> Assessment:
    return Assessment(
        document=form.document,
        on=form.on,
        result=form.result,
        no_pi_reason=Text(zh=form.no_pi_reason_zh, en=form.no_pi_reason_en),
        valid_until=form.valid_until,
    )


def _state(request: HttpRequest, entry_id: str) -> StateOut:
    state, version = selectors.state_of(_by(request), entry_id)
    return StateOut(id=entry_id, state=state, version=version, receipt=selectors.last_receipt(entry_id))
