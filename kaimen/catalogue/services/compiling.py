"""The working copy of an entry: saved, checked, assessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from ulid import ULID

from kaimen.accounts import selectors as accounts
from kaimen.catalogue import selectors
from kaimen.catalogue.lifecycle import LIFECYCLE, LOWERS, WROTE
from kaimen.catalogue.models import Draft, Entry, EntryVersion
from kaimen.catalogue.services.recording import (
    DESK_HEAD,
    DESK_RETURNED,
    ask,
    check_role,
    go,
    locked,
    record,
    round_of,
    stop_at,
    working_copy,
)
from kaimen.core.errors import Invalid, Refused
from kaimen.core.lifecycle import four_eyes, step
from kaimen.core.metadata.canonical import canonical, digest
from kaimen.core.metadata.entry import Assessment, Body, Text
from kaimen.core.metadata.grading import lowered, stripped
from kaimen.core.metadata.identifiers import ENTRY_ID, SLUG
from kaimen.core.metadata.rules import Due, Finding, blocking, in_force
from kaimen.core.policy.party import Actor
from kaimen.office import selectors as office_selectors
from kaimen.office import services as office


@transaction.atomic
def draft(
    body: Body,
    *,
    by: Actor,
    now: datetime,
    entry_id: str | None = None,
    expected: int | None = None,
    slug: str | None = None,
    wanted_id: str | None = None,
) -> str:
    """Save the working copy of a new or an existing entry; returns its id. The provider is the actor's body, from the register.

    `expected` is the revision that the writer saw; `slug` the short name that a new entry wishes for its address and in SQL, else one
    is made of the title at publication; `wanted_id` the id that a new entry has elsewhere and keeps here.

    Raises `Invalid("catalogue.stale_draft")`, `Invalid("catalogue.title_taken")`, `Invalid("catalogue.slug")`,
    `Invalid("catalogue.id_taken")`, `Refused("not_your_role")`, `Refused("lifecycle")`.
    """
    check_role(by, "save")
    entry = (
        _begin(body, by=by, now=now, slug=slug, wanted_id=wanted_id)
        if entry_id is None
        else locked(entry_id, by=by, verb="save")
    )
    body = _of_provider(body, entry.provider)
    before = "" if entry_id is None else entry.state
    entry.state = "draft" if entry_id is None else step(LIFECYCLE, entry.state, "save")
    kept = Draft.objects.filter(entry=entry).first()
    if kept is not None and expected is not None and kept.revision != expected:
        raise Invalid("catalogue.stale_draft", expected=expected, found=kept.revision)
    _write(entry, body, revision=kept.revision + 1 if kept else 1, now=now)
    office.close_desk_items(kind=DESK_RETURNED, ref=entry.pk, now=now)
    record(entry, "save", before=before, body=body, by=by, now=now)
    return entry.pk


def _begin(body: Body, *, by: Actor, now: datetime, slug: str | None, wanted_id: str | None) -> Entry:
    if by.institution is None:
        raise Refused("not_your_role", needed=["steward"])
    if slug is not None and (SLUG.fullmatch(slug) is None or Entry.objects.filter(slug=slug).exists()):
        raise Invalid("catalogue.slug", slug=slug[:100])
    if wanted_id is not None and (ENTRY_ID.fullmatch(wanted_id) is None or Entry.objects.filter(pk=wanted_id).exists()):
        raise Invalid("catalogue.id_taken", id=wanted_id[:26])
    return Entry(
        id=wanted_id or str(ULID.from_datetime(now)),
        slug=slug,
        kind=body.kind.value,
        provider=str(by.institution),
        created_at=now,
        changed_at=now,
    )


def _of_provider(body: Body, provider: str) -> Body:
    """Who provides is never typed in: name and credit code come from the register and freeze with the version."""
    body_of = accounts.institution(provider)
    return replace(
        body,
        provider=provider,
        provider_name=Text(zh=body_of.name_zh, en=body_of.name_en),
        provider_code=body_of.uscc or "",
    )


def _write(entry: Entry, body: Body, *, revision: int, now: datetime) -> None:
    document = canonical(body)
    entry.kind, entry.working_title, entry.changed_at = body.kind.value, body.title.zh.strip()[:400], now
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError:
        raise Invalid("catalogue.title_taken", title=body.title.zh[:200]) from None
    Draft.objects.update_or_create(
        entry=entry,
        defaults={
            "body": document.decode("utf-8"),
            "digest": digest(document),
            "revision": revision,
            "spec_version": selectors.spec().version,
            "saved_at": now,
        },
    )


@transaction.atomic
def check(entry_id: str, *, by: Actor, now: datetime) -> list[Finding]:
    """The steward has it checked: nothing blocks but the assessments. Returns what is advised.

    Raises `Invalid("catalogue.findings", rules=…, fields=…)`.
    """
    entry = locked(entry_id, by=by, verb="check")
    body = working_copy(entry)
    findings = selectors.findings(body, now=now)
    stop_at(blocking(findings, Due.CHECK))
    advised = [one for one in findings if not one.blocks]
    go(entry, "check", body=body, by=by, now=now, advised=len(advised))
    return advised


@transaction.atomic
def assess(
    entry_id: str,
    *,
    confidentiality: Assessment,
    pi: Assessment,
    by: Actor,
    now: datetime,
    anonymisation: Assessment | None = None,
) -> None:
    """Put in the two references (or the reason why there is no personal information); every rule must then be met.

    Raises `Refused("marks_lowered")` where marks are weaker than in the version in force and a steward assesses them,
    `Refused("marks_stripped")` where loaded columns would tell of nobody without an assessment of how they were made anonymous.
    """
    entry = locked(entry_id, by=by, verb="assess")
    body = replace(working_copy(entry), confidentiality_assessment=confidentiality, pi_assessment=pi)
    if anonymisation is not None:
        body = replace(body, anonymisation_assessment=anonymisation)
    stop_at(blocking(selectors.findings(body, now=now), Due.ASSESS))
    if columns := weaker(entry, body):
        if by.role not in LOWERS:
            raise Refused("marks_lowered", columns=columns, needed=sorted(LOWERS))
        _anonymised(entry, body, now=now)
        wrote = selectors.persons_who(entry, WROTE, round_=round_of(entry))
        four_eyes(sorted(str(person) for person in accounts.persons_behind(by, at=now)), wrote)
    before = entry.state
    entry.state = step(LIFECYCLE, entry.state, "assess")
    _write(entry, body, revision=selectors.draft_of(entry).revision + 1, now=now)
    ask(entry, DESK_HEAD, role="department_head", institution=entry.provider, body=body, now=now)
    record(entry, "assess", before=before, body=body, by=by, now=now)


def _anonymised(entry: Entry, body: Body, *, now: datetime) -> None:
    """Words make nobody anonymous: where the data are there, an assessment in force says how that was done."""
    columns = stripped(standing(entry.current), body) if entry.current is not None and entry.has_data else ()
    day = office_selectors.rules().calendar.day(now)
    if columns and not in_force(body.anonymisation_assessment, day):
        raise Refused("marks_stripped", columns=list(columns))


def weaker(entry: Entry, body: Body) -> list[str]:
    """Columns whose marks are weaker than in the version in force."""
    return list(lowered(standing(entry.current), body)) if entry.current is not None else []


def standing(version: EntryVersion) -> Body:
    """The body of a version."""
    return selectors.parsed(version.digest, version.body)
