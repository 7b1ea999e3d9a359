"""Questions about entries. `published` is for rooms that decide; `entry_for` is for readers and shows what the reader may see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from tantivy import Searcher

from kaimen.accounts import selectors as accounts
from kaimen.catalogue.lifecycle import APART, AUTHORITY, LIFECYCLE, WHO
from kaimen.catalogue.models import Act, Draft, Entry, EntryQuerySet, EntryVersion, Hold, IndexFeed
from kaimen.core.errors import Invalid, Missing, Unavailable
from kaimen.core.lifecycle import verbs
from kaimen.core.metadata.canonical import body_from_json
from kaimen.core.metadata.codes import Spec
from kaimen.core.metadata.diff import Change, diff
from kaimen.core.metadata.entry import Body, Kind, PublishedEntry
from kaimen.core.metadata.public import public_view
from kaimen.core.metadata.rules import Finding, check, without_review
from kaimen.core.policy.party import Actor, InstitutionId, Role, Via
from kaimen.engines.packs import load
from kaimen.engines.search.index import FACETS, Cursor, Document, Face, cursor_of, documents_of, live_folder
from kaimen.engines.search.question import Question, Relaxed, ask
from kaimen.engines.search.reading import DEEPEST, Reader, Sort, search
from kaimen.engines.search.reading import suggest as titles_from

State = Entry.State

OFFICIAL = frozenset(
    Role(code)
    for code in (
        "steward", "office_head", "department_head", "cdo", "security_officer", "protection_officer", "authority_reviewer", "auditor",
        "government",
    )
)  # fmt: skip
"""Roles that read the government catalogue, in a body whose kind reads it."""
TRADES = frozenset({Role("trader"), Role("zone_operator")})
"""Offices that read nothing of others, and what their own body compiled."""


def spec() -> Spec:
    """The specification in force, of the pack that this installation runs under."""
    return load(settings.KAIMEN_PACK).spec


def review_is_off() -> bool:
    """Whether this installation publishes without the statutory review."""
    return bool(settings.KAIMEN_REVIEW == "off")


def findings(body: Body, *, now: datetime) -> list[Finding]:
    """What the specification finds in a body; where there is no review, most of it is only advised."""
    found = check(body, spec(), now)
    return without_review(found) if review_is_off() else found


def reads_government(actor: Actor) -> bool:
    """Whether the government catalogue is meant for this reader: an officer of a public body, or a job of ours."""
    if actor.via is Via.JOB:
        return True
    if actor.institution is None or actor.role not in OFFICIAL:
        return False
    try:
        kind = accounts.institution(str(actor.institution)).body_kind
    except Missing:
        return False
    known = spec().list_of("body_kind").codes.get(kind)
    return known is not None and known.attributes.get("government") is True


def visible(actor: Actor) -> EntryQuerySet:
    """Published entries that the reader may know of. Unknown and not for you are the same."""
    return _visible(official=reads_government(actor))


def _visible(*, official: bool) -> EntryQuerySet:
    entries = EntryQuerySet(Entry).select_related("current")
    return entries.published() if official else entries.with_public_face()


def workable(actor: Actor) -> QuerySet[Entry]:
    """Entries whose working copy the reader may see: their own body's; of all bodies for the authority, from submission on."""
    if actor.institution is None or actor.role not in OFFICIAL:
        return Entry.objects.none()
    own = Q(provider=str(actor.institution))
    if actor.role == AUTHORITY:
        return Entry.objects.filter(own | Q(state__in=[State.SUBMITTED, State.APPROVED]) | Q(current__isnull=False))
    return Entry.objects.filter(own)


@lru_cache(maxsize=2048)
def parsed(digest: str, body: str) -> Body:
    """A stored body; the same text gives the same body, so it is kept."""
    del digest
    return body_from_json(json.loads(body))


def _published(entry: Entry, version: EntryVersion, *, official: bool = True) -> PublishedEntry:
    """A version as officials see it, or its public projection with the digest that stands in the log."""
    return PublishedEntry(
        id=entry.pk,
        slug=entry.slug or "",
        code=entry.code or "",
        version=version.n,
        digest=version.digest if official else version.public_digest,
        spec_version=version.spec_version,
        published_at=version.published_at,
        first_published_at=version.first_published_at,
        body=parsed(version.digest, version.body) if official else _public(version.digest, version.body),
        has_data=entry.has_data,
        reviewed=version.reviewed,
    )


@lru_cache(maxsize=2048)
def _public(stored: str, body: str) -> Body:
    return public_view(parsed(stored, body))


def _named(id_or_slug: str) -> Q:
    return Q(pk=id_or_slug) if len(id_or_slug) == 26 and id_or_slug.isupper() else Q(slug=id_or_slug)


def published(id_or_slug: str) -> PublishedEntry:
    """The version in force, whole. For rooms that decide what of it passes. Raises `Missing("entry_unknown")`."""
    entry = EntryQuerySet(Entry).published().select_related("current").filter(_named(id_or_slug)).first()
    if entry is None or entry.current is None:
        raise Missing("entry_unknown")
    return _published(entry, entry.current)


def exists(id_or_slug: str) -> bool:
    """Whether there is such an entry, in whatever state. For whoever has a shell on this machine: others are not told."""
    return Entry.objects.filter(_named(id_or_slug)).exists()


def published_many(ids: Iterable[str]) -> dict[str, PublishedEntry]:
    """Versions in force by id, in one question; unknown ids are absent."""
    rows = EntryQuerySet(Entry).published().select_related("current").filter(pk__in=list(ids))
    return {row.pk: _published(row, row.current) for row in rows if row.current is not None}


def published_of(kind: Kind) -> list[PublishedEntry]:
    """Every published entry of a kind, by short name."""
    found = EntryQuerySet(Entry).published().filter(kind=kind.value).select_related("current").order_by("slug")
    return [_published(entry, entry.current) for entry in found if entry.current]


def by_names(names: Iterable[str]) -> dict[str, PublishedEntry]:
    """Versions in force by the name used (slug or id), in one question; unknown names are absent."""
    asked = list(names)
    rows = EntryQuerySet(Entry).published().select_related("current").filter(Q(pk__in=asked) | Q(slug__in=asked))
    found = [_published(row, row.current) for row in rows if row.current is not None]
    return {name: one for one in found for name in (one.id, one.slug) if name in asked}


def entry_for(actor: Actor, id_or_slug: str, *, version: int | None = None) -> PublishedEntry:
    """An entry as this reader sees it; `version` asks for an older one. Raises `Missing("entry_unknown")`."""
    official = reads_government(actor) or _is_theirs(actor, id_or_slug)
    return _entry_for(id_or_slug, version=version, official=official)


def _is_theirs(actor: Actor, id_or_slug: str) -> bool:
    """Whoever holds an office in a body reads what that body itself compiled, also where its kind reads no others."""
    if actor.institution is None or actor.on_behalf is not None or actor.role not in OFFICIAL | TRADES:
        return False
    return Entry.objects.filter(_named(id_or_slug), provider=str(actor.institution)).exists()


def _entry_for(id_or_slug: str, *, version: int | None, official: bool) -> PublishedEntry:
    entry = _visible(official=official).filter(_named(id_or_slug)).first()
    if entry is None or entry.current is None:
        raise Missing("entry_unknown")
    row = entry.current
    if version is not None and version != row.n:
        older = EntryVersion.objects.filter(entry=entry, n=version)
        found = (older if official else older.filter(public_face=True)).first()
        if found is None:
            raise Missing("entry_unknown")
        row = found
    return _published(entry, row, official=official)


def entries_for(actor: Actor, ids: Iterable[str]) -> list[PublishedEntry]:
    """These entries in this order, as the reader sees them; what they may not see is absent. One question."""
    asked, official = list(ids), reads_government(actor)
    rows = _visible(official=official).filter(pk__in=asked)
    found = {row.pk: _published(row, row.current, official=official) for row in rows if row.current is not None}
    return [found[one] for one in asked if one in found]


def newest(actor: Actor, *, limit: int, offset: int = 0) -> list[PublishedEntry]:
    """The entries published last, as the reader sees them."""
    official = reads_government(actor)
    rows = _visible(official=official).order_by("-current__published_at", "pk")[offset : offset + limit]
    return [_published(row, row.current, official=official) for row in rows if row.current is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A version in a list."""

    n: int
    published_at: datetime
    digest: str
    spec_version: str


def versions(actor: Actor, id_or_slug: str) -> list[VersionLine]:
    """All versions that the reader may see, newest first. Raises `Missing("entry_unknown")`."""
    official = reads_government(actor)
    entry = _entry_for(id_or_slug, version=None, official=official)
    rows = EntryVersion.objects.filter(entry_id=entry.id).order_by("-n")
    return [
        VersionLine(
            n=row.n,
            published_at=row.published_at,
            digest=row.digest if official else row.public_digest,
            spec_version=row.spec_version,
        )
        for row in (rows if official else rows.filter(public_face=True))
    ]


def version_diff(actor: Actor, id_or_slug: str, before: int, after: int) -> list[Change]:
    """What changed between two versions, as far as the reader may see both."""
    official = reads_government(actor)
    older, newer = (_entry_for(id_or_slug, version=n, official=official).body for n in (before, after))
    return diff(older, newer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """The working copy of an entry with its story, as those who work on it see it."""

    entry: Entry
    body: Body
    revision: int
    digest: str
    spec_version: str
    findings: tuple[Finding, ...]
    acts: tuple[Act, ...]
    versions: tuple[int, ...]
    holds: int
    verbs: tuple[str, ...]

    @property
    def faults(self) -> tuple[Mapping[str, str], ...]:
        """Of the last return, while it stands."""
        last = next((act for act in self.acts if act.verb in {"return", "head_decline"}), None)
        return tuple(last.faults) if last is not None and self.entry.state == State.RETURNED else ()


def working(actor: Actor, entry_id: str, *, now: datetime) -> Working:
    """Raises `Missing("entry_unknown")` for entries that are not yours to work on."""
    entry = workable(actor).select_related("draft", "current").filter(pk=entry_id).first()
    if entry is None:
        raise Missing("entry_unknown")
    draft = entry.draft
    body = parsed(draft.digest, draft.body)
    return Working(
        entry=entry,
        body=body,
        revision=draft.revision,
        digest=draft.digest,
        spec_version=draft.spec_version,
        findings=tuple(findings(body, now=now)),
        acts=tuple(Act.objects.filter(entry=entry).order_by("-at", "-pk")),
        versions=tuple(EntryVersion.objects.filter(entry=entry).order_by("-n").values_list("n", flat=True)),
        holds=Hold.objects.filter(entry=entry, released_at__isnull=True).count(),
        verbs=verbs_for(actor, entry),
    )


def is_workable(actor: Actor, entry_id: str) -> bool:
    """Whether the reader may (still) see the working copy."""
    return workable(actor).filter(pk=entry_id).exists()


def verbs_for(actor: Actor, entry: Entry) -> tuple[str, ...]:
    """Steps that the table and the role allow; whether the person may (four eyes) the step itself tells."""
    mine = entry.provider == str(actor.institution)
    return tuple(
        verb for verb in verbs(LIFECYCLE, entry.state) if actor.role in WHO[verb] and (mine or actor.role == AUTHORITY)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLine:
    """An entry in a steward's list."""

    id: str
    title_zh: str
    title_en: str
    kind: str
    state: str
    provider: str
    changed_at: datetime
    version: int | None


def last_receipt(entry: str) -> str:
    """The entry of the log that proves the last step of an entry."""
    return Act.objects.filter(entry=entry).order_by("-at", "-pk").values_list("receipt", flat=True).first() or ""


def state_of(actor: Actor, entry_id: str) -> tuple[str, int | None]:
    """State and version in force, for those who work on it; after a return also for whoever returned it."""
    row = Entry.objects.select_related("current").filter(pk=entry_id).first()
    if (
        row is None
        or not (workable(actor) | Entry.objects.filter(acts__person=str(actor.person or "-")))
        .filter(pk=entry_id)
        .exists()
    ):
        raise Missing("entry_unknown")
    return row.state, row.current.n if row.current else None


def work_lines(actor: Actor, *, state: str | None = None, limit: int = 200, offset: int = 0) -> list[WorkLine]:
    """What the reader works on, last changed first."""
    rows = workable(actor).select_related("draft", "current").order_by("-changed_at", "pk")
    if state is not None:
        rows = rows.filter(state=state)
    lines = []
    for row in rows[offset : offset + limit]:
        body = parsed(row.draft.digest, row.draft.body)
        lines.append(
            WorkLine(
                id=row.pk,
                title_zh=body.title.zh,
                title_en=body.title.en,
                kind=row.kind,
                state=row.state,
                provider=row.provider,
                changed_at=row.changed_at,
                version=row.current.n if row.current else None,
            )
        )
    return lines


def persons_of(entry: Entry, verb: str, *, round_: int) -> set[str]:
    """Everybody behind the steps of this round that `verb` must be apart from."""
    return persons_who(entry, APART.get(verb, ()), round_=round_)


def persons_who(entry: Entry, verbs: Iterable[str], *, round_: int) -> set[str]:
    """Everybody behind these steps of a round."""
    acts = Act.objects.filter(entry=entry, round=round_, verb__in=list(verbs))
    return {person for behind in acts.values_list("behind", flat=True) for person in behind}


# ---- search ------------------------------------------------------------------------------------------------------------------

PUBLIC_AUDIENCE, GOVERNMENT_AUDIENCE = "public", "gov"


@lru_cache(maxsize=4)
def _synonyms(pack: str) -> Mapping[str, tuple[str, ...]]:
    """Word -> the other words of its groups, as the pack lists them."""
    found: dict[str, tuple[str, ...]] = {}
    for group in cast("list[list[str]]", load(pack).document("synonyms")["groups"]):
        for word in group:
            found[word] = (*found.get(word, ()), *(other for other in group if other != word))
    return found


def search_documents(entry_ids: Iterable[str]) -> dict[Face, list[Document]]:
    """The present faces of these entries; an entry that has none is absent. One question."""
    rows = _visible(official=True).filter(pk__in=list(entry_ids))
    made: dict[Face, list[Document]] = {face: [] for face in Face}
    for row in rows:
        if row.current is None:
            continue
        entry = _published(row, row.current)
        made[Face.GOV].append(_document(entry, audience=GOVERNMENT_AUDIENCE))
        if row.current.public_face:
            made[Face.PUBLIC].append(_document(_published(row, row.current, official=False), audience=PUBLIC_AUDIENCE))
    return made


def _document(entry: PublishedEntry, *, audience: str) -> Document:
    body, lists = entry.body, spec()
    zone = ZoneInfo(settings.KAIMEN_TIME_ZONE)
    return Document(
        key=entry.id,
        visible_to=(audience,),
        facets={
            "kind": (body.kind.value,),
            "theme": body.themes,
            "provider": (body.provider,),
            "format": body.formats,
            "licence": (body.licence,) if body.licence else (),
            "share": (str(body.share_type),) if body.share_type else (),
            "open": (str(body.open_type),) if body.open_type else (),
            "grade": (str(body.level),) if body.level else (),
            "area": body.spatial,
            "frequency": (body.update_frequency,),
            "year": (str(entry.published_at.astimezone(zone).year),),
        },
        updated=_microseconds(entry.published_at),
        has_data=entry.has_data,
        title_zh=body.title.zh,
        title_en=body.title.en,
        keywords_zh=body.keywords_zh,
        keywords_en=body.keywords_en,
        texts_zh=(
            body.description.zh,
            *(text for item in body.items for text in (item.name_zh, item.meaning.zh, item.column) if text),
            body.provider_name.zh,
            *(lists.list_of("theme").name_of(code, "zh") for code in body.themes),
            entry.code,
        ),
        texts_en=(
            body.description.en,
            *(text for item in body.items for text in (item.name_en, item.meaning.en) if text),
            body.provider_name.en,
            *(lists.list_of("theme").name_of(code, "en") for code in body.themes),
        ),
    )


def _microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def feed_after(cursor: Cursor, *, limit: int) -> list[tuple[Cursor, str]]:
    """Rows of the index feed behind a place, in the order of their commits.

    On PostgreSQL a transaction that began earlier may end later: only rows below every transaction that still runs are read.
    """
    rows = IndexFeed.objects.filter(Q(xid__gt=cursor.xid) | Q(xid=cursor.xid, id__gt=cursor.id))
    if connection.vendor == "postgresql":
        rows = rows.filter(xid__lt=_oldest_running())
    return [
        (Cursor(xid=xid, id=number), entry_id)
        for xid, number, entry_id in rows.order_by("xid", "id").values_list("xid", "id", "entry_id")[:limit]
    ]


def _oldest_running() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def feed_knows(place: Cursor) -> bool:
    """Whether an index at this place can go on by the feed. A place that is gone (pruned, or another database's) cannot."""
    if place == Cursor():
        return not feed_after(place, limit=1)
    return IndexFeed.objects.filter(xid=place.xid, id=place.id).exists()


def feed_end() -> Cursor:
    """The place behind which nothing has ended yet."""
    rows = IndexFeed.objects.order_by("-xid", "-id")
    if connection.vendor == "postgresql":
        rows = rows.filter(xid__lt=_oldest_running())
    last = rows.values_list("xid", "id").first()
    return Cursor(xid=last[0], id=last[1]) if last else Cursor()


def published_ids(*, after: str, limit: int) -> list[str]:
    """Ids of published entries, in order: for a rebuild."""
    rows = EntryQuerySet(Entry).published().filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


@lru_cache(maxsize=4)
def reader(home: Path) -> Reader:
    """The reading side of the index; one for a process and home."""
    return Reader(home)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCode:
    """A value of a facet: its code, its name in both languages, how many, whether it is chosen."""

    code: str
    zh: str
    en: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """What a search answers: entries as the reader sees them, exact counts, how far the question was loosened."""

    total: int
    entries: tuple[PublishedEntry, ...]
    facets: Mapping[str, tuple[FacetCode, ...]]
    relaxed: Relaxed
    question: Question
    page: int
    size: int
    building: bool = False

    @property
    def pages(self) -> int:
        """At least one; no further than the index pages."""
        return max(1, -(-min(self.total, DEEPEST) // self.size))


PAGE_FACETS = ("open", "provider", "theme", "format", "year")
LARGEST_PAGE = 100


def find(
    text: str,
    *,
    by: Actor,
    filters: Mapping[str, Sequence[str]] | None = None,
    sort: str = "relevance",
    page: int = 1,
    size: int = 20,
    facets: Sequence[str] = PAGE_FACETS,
) -> SearchPage:
    """Search what the reader may know of. The reader's audiences are part of the question; pages read the rows again.

    Raises `Invalid("question_too_long")`, `Invalid("filter_unknown")`, `Invalid("sort_unknown")`, `Invalid("page_too_deep")`,
    `Unavailable("search_building")`.
    """
    official = reads_government(by)
    question, order = _asked(text, official=official, filters=filters or {}, sort=sort, facets=facets)
    if page < 1 or not 1 <= size <= LARGEST_PAGE:
        raise Invalid("page_too_deep", most=DEEPEST)
    found = search(
        _searcher(official=official),
        question,
        sort=order,
        offset=(page - 1) * size,
        limit=size,
        facets=facets,
        synonyms=_synonyms(settings.KAIMEN_PACK),
    )
    rows = {row.pk: row for row in _visible(official=official).filter(pk__in=found.ids)}
    return SearchPage(
        total=found.total,
        entries=tuple(
            _published(row, row.current, official=official)
            for row in (rows.get(one) for one in found.ids)
            if row is not None and row.current is not None
        ),
        facets={name: _facet(name, found.facets[name], chosen=question.filters.get(name, ())) for name in facets},
        relaxed=found.relaxed,
        question=question,
        page=page,
        size=size,
    )


def find_or_newest(text: str, *, by: Actor, **asked: Any) -> SearchPage:
    """`find`; while the index is being built, all entries from the database, newest first, said so."""
    try:
        return find(text, by=by, **asked)
    except Unavailable:
        size, page = asked.get("size", 20), asked.get("page", 1)
        rows = newest(by, limit=size, offset=(page - 1) * size)
        return SearchPage(
            total=visible(by).count(), entries=tuple(rows), facets={}, relaxed=Relaxed.NONE,
            question=_nothing(official=reads_government(by)), page=page, size=size, building=True,
        )  # fmt: skip


def _nothing(*, official: bool) -> Question:
    return Question(terms=(), audiences=(GOVERNMENT_AUDIENCE if official else PUBLIC_AUDIENCE,))


def _asked(
    text: str, *, official: bool, filters: Mapping[str, Sequence[str]], sort: str, facets: Sequence[str]
) -> tuple[Question, Sort]:
    audience = GOVERNMENT_AUDIENCE if official else PUBLIC_AUDIENCE
    for name in facets:
        if name not in FACETS:
            raise Invalid("filter_unknown", filter=name[:40])
    try:
        order = Sort(sort)
    except ValueError:
        raise Invalid("sort_unknown", sort=sort[:40]) from None
    if order is Sort.TITLE and get_language() == "en":
        order = Sort.TITLE_EN
    return ask(text, audiences=(audience,), filters=filters), order


def _searcher(*, official: bool) -> Searcher:
    return reader(settings.KAIMEN_HOME).searcher(Face.GOV if official else Face.PUBLIC)


FACET_LISTS = {
    "kind": "kind", "theme": "theme", "format": "format", "licence": "licence", "share": "share_type", "open": "open_type", "grade": "level",
    "area": "area", "frequency": "update_frequency",
}  # fmt: skip


def _facet(name: str, counts: Mapping[str, int], *, chosen: Sequence[str]) -> tuple[FacetCode, ...]:
    """By count, then in the order of the list; what is chosen stays although nothing is left of it."""
    shown = dict(counts) | {code: 0 for code in chosen if code not in counts}
    if name == "provider":
        names = accounts.institution_names([InstitutionId(code) for code in shown if _is_uuid(code)])
        codes = [
            FacetCode(
                code=code,
                zh=names[InstitutionId(code)].zh if InstitutionId(code) in names else code,
                en=names[InstitutionId(code)].en if InstitutionId(code) in names else code,
                count=count,
                chosen=code in chosen,
            )
            for code, count in shown.items()
        ]
    else:
        listed = spec().lists.get(FACET_LISTS.get(name, ""))
        codes = [
            FacetCode(
                code=code,
                zh=listed.name_of(code, "zh") if listed else code,
                en=listed.name_of(code, "en") if listed else code,
                count=count,
                chosen=code in chosen,
            )
            for code, count in shown.items()
        ]
    if name == "year":
        return tuple(sorted(codes, key=lambda one: one.code, reverse=True))
    return tuple(sorted(codes, key=lambda one: (-one.count, one.code)))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An entry whose title goes on from what was typed."""

    id: str
    slug: str
    title_zh: str
    title_en: str


def suggest(text: str, *, by: Actor, limit: int = 8) -> list[Suggestion]:
    """Titles to offer while somebody types. A search like any other, so it knows no hidden title."""
    official = reads_government(by)
    audience = GOVERNMENT_AUDIENCE if official else PUBLIC_AUDIENCE
    ids = titles_from(_searcher(official=official), text, audiences=(audience,), limit=limit)
    rows = {row.pk: row for row in _visible(official=official).filter(pk__in=ids)}
    found = [_published(row, row.current) for row in (rows.get(one) for one in ids) if row is not None and row.current]
    return [Suggestion(id=one.id, slug=one.slug, title_zh=one.title_zh, title_en=one.title_en) for one in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """Where the index stands."""

    folder: str | None
    documents: Mapping[str, int]
    waiting: int


def index_state() -> IndexState:
    """For `search status` and readiness."""
    folder = live_folder(settings.KAIMEN_HOME)
    if folder is None:
        return IndexState(folder=None, documents={}, waiting=IndexFeed.objects.count())
    places = {face: cursor_of(folder, face) for face in Face}
    return IndexState(
        folder=folder.name,
        documents={face.value: documents_of(folder, face) for face in Face},
        waiting=max(len(feed_after(place or Cursor(), limit=100_000)) for place in places.values()),
    )


def draft_of(entry: Entry) -> Draft:
    """The working copy; every entry has one."""
    return Draft.objects.get(entry=entry)


def by_slug() -> list[str]:
    """Short names of all published entries, in order."""
    rows = EntryQuerySet(Entry).published().exclude(slug=None).order_by("slug")
    return [str(slug) for slug in rows.values_list("slug", flat=True)]


def in_force(at: datetime) -> list[PublishedEntry]:
    """Every entry as its version of that moment said it, whole; without those that were retired by then. For figures."""
    newest: dict[str, EntryVersion] = {}
    rows = EntryVersion.objects.filter(published_at__lte=at).exclude(entry__retired_at__lte=at)
    for version in rows.select_related("entry").order_by("entry", "n"):
        newest[version.entry.pk] = version
    return [_published(version.entry, version) for version in newest.values()]


def began_before(moment: datetime) -> bool:
    """Was any entry published before a moment?"""
    return EntryVersion.objects.filter(published_at__lt=moment).exists()
