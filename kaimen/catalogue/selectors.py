"""Questions about entries. `published` is for rooms that decide; `entry_for` is for readers and shows what the reader may see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db.models import Q, QuerySet

from kaimen.accounts import selectors as accounts
from kaimen.catalogue.lifecycle import APART, AUTHORITY, LIFECYCLE, WHO
from kaimen.catalogue.models import Act, Draft, Entry, EntryQuerySet, EntryVersion, Hold
from kaimen.core.errors import Missing
from kaimen.core.lifecycle import verbs
from kaimen.core.metadata.canonical import body_from_json
from kaimen.core.metadata.codes import Spec
from kaimen.core.metadata.diff import Change, diff
from kaimen.core.metadata.entry import Body, PublishedEntry
from kaimen.core.metadata.public import public_view
from kaimen.core.metadata.rules import Finding, check
from kaimen.core.policy.party import Actor, Role, Via
from kaimen.engines.packs import load

State = Entry.State

OFFICIAL = frozenset(
    Role(code)
    for code in (
        "steward", "office_head", "department_head", "cdo", "security_officer", "protection_officer", "authority_reviewer", "auditor",
        "government",
    )
)  # fmt: skip
"""Roles that read the government catalogue, in a body whose kind reads it."""


def spec() -> Spec:
    """The specification in force, of the pack that this installation runs under."""
    return load(settings.KAIMEN_PACK).spec


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


def _published(entry: Entry, version: EntryVersion) -> PublishedEntry:
    return PublishedEntry(
        id=entry.pk,
        slug=entry.slug or "",
        code=entry.code or "",
        version=version.n,
        digest=version.digest,
        spec_version=version.spec_version,
        published_at=version.published_at,
        first_published_at=version.first_published_at,
        body=parsed(version.digest, version.body),
    )


def _named(id_or_slug: str) -> Q:
    return Q(pk=id_or_slug) if len(id_or_slug) == 26 and id_or_slug.isupper() else Q(slug=id_or_slug)


def published(id_or_slug: str) -> PublishedEntry:
    """The version in force, whole. For rooms that decide what of it passes. Raises `Missing("entry_unknown")`."""
    entry = EntryQuerySet(Entry).published().select_related("current").filter(_named(id_or_slug)).first()
    if entry is None or entry.current is None:
        raise Missing("entry_unknown")
    return _published(entry, entry.current)


def published_many(ids: Iterable[str]) -> dict[str, PublishedEntry]:
    """Versions in force by id, in one question; unknown ids are absent."""
    rows = EntryQuerySet(Entry).published().select_related("current").filter(pk__in=list(ids))
    return {row.pk: _published(row, row.current) for row in rows if row.current is not None}


def by_names(names: Iterable[str]) -> dict[str, PublishedEntry]:
    """Versions in force by the name used (slug or id), in one question; unknown names are absent."""
    asked = list(names)
    rows = EntryQuerySet(Entry).published().select_related("current").filter(Q(pk__in=asked) | Q(slug__in=asked))
    found = [_published(row, row.current) for row in rows if row.current is not None]
    return {name: one for one in found for name in (one.id, one.slug) if name in asked}


def _seen(entry: PublishedEntry, *, official: bool) -> PublishedEntry:
    return entry if official else replace(entry, body=public_view(entry.body))


def entry_for(actor: Actor, id_or_slug: str, *, version: int | None = None) -> PublishedEntry:
    """An entry as this reader sees it; `version` asks for an older one. Raises `Missing("entry_unknown")`."""
    return _entry_for(id_or_slug, version=version, official=reads_government(actor))


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
    return _seen(_published(entry, row), official=official)


def entries_for(actor: Actor, ids: Iterable[str]) -> list[PublishedEntry]:
    """These entries in this order, as the reader sees them; what they may not see is absent. One question."""
    asked, official = list(ids), reads_government(actor)
    rows = _visible(official=official).filter(pk__in=asked)
    found = {row.pk: _seen(_published(row, row.current), official=official) for row in rows if row.current is not None}
    return [found[one] for one in asked if one in found]


def newest(actor: Actor, *, limit: int, offset: int = 0) -> list[PublishedEntry]:
    """The entries published last, as the reader sees them."""
    official = reads_government(actor)
    rows = _visible(official=official).order_by("-current__published_at", "pk")[offset : offset + limit]
    return [_seen(_published(row, row.current), official=official) for row in rows if row.current is not None]


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
        findings=tuple(check(body, spec(), now)),
        acts=tuple(Act.objects.filter(entry=entry).order_by("-at", "-pk")),
        versions=tuple(EntryVersion.objects.filter(entry=entry).order_by("-n").values_list("n", flat=True)),
        holds=Hold.objects.filter(entry=entry, released_at__isnull=True).count(),
        verbs=verbs_for(actor, entry),
    )


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


def work_lines(actor: Actor, *, state: str | None = None, limit: int = 200) -> list[WorkLine]:
    """What the reader works on, last changed first."""
    rows = workable(actor).select_related("draft", "current").order_by("-changed_at", "pk")
    if state is not None:
        rows = rows.filter(state=state)
    lines = []
    for row in rows[:limit]:
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
    acts = Act.objects.filter(entry=entry, round=round_, verb__in=APART.get(verb, ()))
    return {person for behind in acts.values_list("behind", flat=True) for person in behind}


def draft_of(entry: Entry) -> Draft:
    """The working copy; every entry has one."""
    return Draft.objects.get(entry=entry)
