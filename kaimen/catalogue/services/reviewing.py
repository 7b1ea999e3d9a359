"""Consent, submission, review; publication, change and end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from pypinyin import lazy_pinyin

from kaimen.catalogue import selectors
from kaimen.catalogue.guards import undeclared
from kaimen.catalogue.lifecycle import LIFECYCLE, UNREVIEWED
from kaimen.catalogue.models import CodeSequence, Entry, EntryVersion, Hold, Item
from kaimen.catalogue.services.compiling import draft, standing, weaker
from kaimen.catalogue.services.indexing import feed
from kaimen.catalogue.services.recording import (
    CASE,
    CHANGE,
    DESK_HEAD,
    DESK_RETURNED,
    DESK_SUBMIT,
    FIRST_REVIEW,
    UPDATE_REVIEW,
    Fault,
    State,
    ask,
    go,
    locked,
    record,
    round_of,
    start,
    stop_at,
    working_copy,
)
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.lifecycle import Table, step
from kaimen.core.metadata.canonical import canonical, digest
from kaimen.core.metadata.entry import Body, PiClass
from kaimen.core.metadata.identifiers import CLASS_PATH, UNCLASSIFIED, resource_code, slug_of
from kaimen.core.metadata.public import has_public_face, public_view
from kaimen.core.metadata.rules import Due, blocking
from kaimen.core.policy.party import Actor
from kaimen.engines.packs import load
from kaimen.evidence import services as evidence
from kaimen.evidence.services import Kind
from kaimen.office import services as office


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """What became of a text that was handed in: `version` is None where it waits for its review."""

    entry: str
    version: int | None


@transaction.atomic
def head_approve(entry_id: str, *, by: Actor, now: datetime, note: str = "") -> None:
    """The head of department consents. Not a person who wrote or checked it."""
    entry = locked(entry_id, by=by, verb="head_approve")
    office.close_desk_items(kind=DESK_HEAD, ref=entry.pk, now=now)
    body = working_copy(entry)
    ask(entry, DESK_SUBMIT, role="steward", institution=entry.provider, body=body, now=now)
    go(entry, "head_approve", body=body, by=by, now=now, reason=note)


@transaction.atomic
def head_decline(entry_id: str, *, reason: str, by: Actor, now: datetime) -> None:
    """The head of department sends it back to the steward, with a reason."""
    if not reason.strip():
        raise Invalid("reason_needed")
    entry = locked(entry_id, by=by, verb="head_decline")
    office.close_desk_items(kind=DESK_HEAD, ref=entry.pk, now=now)
    body = working_copy(entry)
    ask(entry, DESK_RETURNED, role="steward", institution=entry.provider, body=body, now=now)
    go(entry, "head_decline", body=body, by=by, now=now, reason=reason)


@transaction.atomic
def put(
    body: Body,
    *,
    by: Actor,
    now: datetime,
    entry_id: str | None = None,
    expected: int | None = None,
    slug: str | None = None,
    wanted_id: str | None = None,
    reason: str = "",
) -> Put:
    """Hand in the text of a new or an existing entry, published or not. Where there is no review it is published at once.

    A published entry is first taken up again, for `reason`. Raises what `draft` and `change` raise, and
    `Invalid("catalogue.findings")` for what stops publication even without review.
    """
    if entry_id is not None and Entry.objects.filter(pk=entry_id, state=State.PUBLISHED).exists():
        change(entry_id, reason=reason, by=by, now=now)
    made = draft(body, by=by, now=now, entry_id=entry_id, expected=expected, slug=slug, wanted_id=wanted_id)
    if not selectors.review_is_off():
        return Put(entry=made, version=None)
    return Put(entry=made, version=_publish_unreviewed(made, by=by, now=now))


def _publish_unreviewed(entry_id: str, *, by: Actor, now: datetime) -> int:
    """The steps that it leaps over lie on no desk any more."""
    entry = locked(entry_id, by=by, verb="save")
    for kind in (DESK_HEAD, DESK_SUBMIT):
        office.close_desk_items(kind=kind, ref=entry.pk, now=now)
    office.cancel_clocks(case_kind=CASE, case=entry.pk, now=now)
    return _publish(entry, by=by, now=now, way=UNREVIEWED)


@transaction.atomic
def submit(entry_id: str, *, by: Actor, now: datetime) -> None:
    """To the authority. What blocks now (a declaration grown old) stops it here."""
    entry = locked(entry_id, by=by, verb="submit")
    if selectors.review_is_off():
        _publish_unreviewed(entry.pk, by=by, now=now)
        return
    body = working_copy(entry)
    stop_at(blocking(selectors.findings(body, now=now), Due.ASSESS))
    office.close_desk_items(kind=DESK_SUBMIT, ref=entry.pk, now=now)
    office.meet_running(CHANGE, case_kind=CASE, case=entry.pk, now=now)
    rule = UPDATE_REVIEW if entry.current is not None else FIRST_REVIEW
    start(entry, rule, role="authority_reviewer", institution="", body=body, now=now)
    go(entry, "submit", body=body, by=by, now=now)


@transaction.atomic
def decide(
    entry_id: str, verdict: str, *, by: Actor, now: datetime, faults: Sequence[Fault] = (), note: str = ""
) -> int | None:
    """The authority's one decision: `approve`, which publishes at once and returns the version, or `return` with every fault.

    Raises `Invalid("verdict")`, `Invalid("faults_needed")`, `Invalid("code_unknown")`, `Refused("same_person")`.
    """
    match verdict:
        case "approve":
            entry = locked(entry_id, by=by, verb="approve")
            office.meet_running(FIRST_REVIEW, UPDATE_REVIEW, case_kind=CASE, case=entry.pk, now=now)
            go(entry, "approve", body=working_copy(entry), by=by, now=now, reason=note)
            return _publish(entry, by=by, now=now)
        case "return":
            _return(entry_id, by=by, now=now, faults=faults, note=note)
            return None
        case _:
            raise Invalid("verdict", verdict=verdict[:40])


def _return(entry_id: str, *, by: Actor, now: datetime, faults: Sequence[Fault], note: str) -> None:
    known = selectors.spec().list_of("review_fault")
    for fault in faults:
        known.get(fault.code)
    if not faults:
        raise Invalid("faults_needed")
    entry = locked(entry_id, by=by, verb="return")
    office.meet_running(FIRST_REVIEW, UPDATE_REVIEW, case_kind=CASE, case=entry.pk, now=now)
    body = working_copy(entry)
    ask(entry, DESK_RETURNED, role="steward", institution=entry.provider, body=body, now=now)
    go(entry, "return", body=body, by=by, now=now, reason=note, faults=faults)


@transaction.atomic
def publish(entry_id: str, *, by: Actor, now: datetime) -> int:
    """Publish what is approved; returns the version. What is published already stays as it is: asking twice is not two versions."""
    entry = locked(entry_id, by=by, verb="publish")
    if entry.state == State.PUBLISHED and entry.current is not None:
        return entry.current.n
    return _publish(entry, by=by, now=now)


def _publish(entry: Entry, *, by: Actor, now: datetime, way: Table = LIFECYCLE) -> int:
    body = working_copy(entry)
    stop_at(blocking(selectors.findings(body, now=now), Due.ASSESS))
    _stop_at_data(entry, body)
    before, entry.state = entry.state, step(way, entry.state, "publish")
    round_ = round_of(entry)
    _give_identifiers(entry, body)
    version = _freeze(entry, body, n=round_, reviewed=way is LIFECYCLE, now=now)
    entry.current, entry.changed_at = version, now
    entry.save()
    feed([entry.pk], now=now)
    record(
        entry, "publish", before=before, body=body, by=by, now=now, round_=round_, public=version.public_digest or None
    )
    return version.n


def _give_identifiers(entry: Entry, body: Body) -> None:
    """Slug and resource code, once. A later classification changes neither."""
    if entry.code is None:
        path = body.class_path if CLASS_PATH.fullmatch(body.class_path) else UNCLASSIFIED
        row, _ = CodeSequence.objects.select_for_update().get_or_create(class_path=path, defaults={"last": 0})
        row.last += 1
        row.save(update_fields=["last"])
        entry.code = resource_code(path, row.last)
    if entry.slug is None:
        words = body.title.en or " ".join(lazy_pinyin(body.title.zh))
        stem = slug_of(words, taken=())
        taken = set(Entry.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
        entry.slug = slug_of(words, taken=taken)


def _freeze(entry: Entry, body: Body, *, n: int, reviewed: bool, now: datetime) -> EntryVersion:
    document = canonical(body)
    public = has_public_face(body)
    first = EntryVersion.objects.filter(entry=entry, n=1).values_list("published_at", flat=True).first()
    version = EntryVersion.objects.create(
        entry=entry,
        n=n,
        body=document.decode("utf-8"),
        digest=digest(document),
        public_digest=digest(canonical(public_view(body))) if public else "",
        spec_version=selectors.spec().version,
        pack_digest=load(settings.KAIMEN_PACK).digest,
        visibility=body.visibility.value,
        public_face=public,
        reviewed=reviewed,
        published_at=now,
        first_published_at=first or now,
    )
    Item.objects.bulk_create(
        Item(
            version=version,
            position=position,
            column=item.column,
            name_zh=item.name_zh,
            name_en=item.name_en,
            data_type=item.data_type,
            standard_ref=item.standard_ref,
            is_key=item.is_key,
            nullable=item.nullable,
            pi_class=item.pi_class.value,
            identifier_kind=item.identifier_kind,
            level=item.level,
            share_type_override=item.share_type_override,
            open_type_override=item.open_type_override,
            mask_rule=item.mask_rule or "",
        )
        for position, item in enumerate(body.items)
    )
    return version


@transaction.atomic
def change(entry_id: str, *, reason: str, by: Actor, now: datetime) -> None:
    """A law or a duty changed, or the text is wrong: a published entry is taken up again. Readers keep the present version meanwhile."""
    if not reason.strip():
        raise Invalid("reason_needed")
    entry = locked(entry_id, by=by, verb="change")
    body = working_copy(entry)
    start(entry, CHANGE, role="steward", institution=entry.provider, body=body, now=now)
    go(entry, "change", body=body, by=by, now=now, reason=reason)


@transaction.atomic
def extend_change(entry_id: str, *, n: int, by: Actor, now: datetime) -> None:
    """The authority grants a body more working days for a change, once, before it is due (CAT-07).

    Raises `Refused("not_your_role" | "extension_given" | "extension_late" | "clock_state")`, `Invalid("extension_length")`.
    """
    entry = Entry.objects.select_for_update(of=("self",)).filter(pk=entry_id).first()
    if entry is None or by.person is None:
        raise Missing("entry_unknown")
    office.extend_clock(
        CHANGE, case_kind=CASE, case=entry.pk, n=n, role=str(by.role), person=str(by.person), notified=True, now=now
    )
    evidence.record(
        Kind.ENTRY_CHANGE_EXTENDED,
        at=now,
        public={"inst": str(by.institution) if by.institution else "natural-person", "ds": entry.pk, "out": "done"},
        private={"rule": CHANGE, "working_days": n, **evidence.who(by)},
    )


@transaction.atomic
def revert(entry_id: str, *, to: int, by: Actor, now: datetime) -> None:
    """Put the text of an older version into the working copy; it takes the whole way again, under today's rules."""
    entry = locked(entry_id, by=by, verb="save")
    old = EntryVersion.objects.filter(entry=entry, n=to).first()
    if old is None:
        raise Missing("entry_unknown")
    draft(
        selectors.parsed(old.digest, old.body),
        entry_id=entry_id,
        expected=selectors.draft_of(entry).revision,
        by=by,
        now=now,
    )


@transaction.atomic
def retire(entry_id: str, *, reason: str, by: Actor, now: datetime) -> None:
    """Announce the end of an entry. Refused while somebody holds it: `Refused("catalogue.held")`."""
    if not reason.strip():
        raise Invalid("reason_needed")
    entry = locked(entry_id, by=by, verb="retire")
    _stop_while_held(entry)
    go(entry, "retire", body=working_copy(entry), by=by, now=now, reason=reason)


@transaction.atomic
def end(entry_id: str, *, by: Actor, now: datetime) -> None:
    """The authority ends a retiring entry: no reader finds it, its versions stay."""
    entry = locked(entry_id, by=by, verb="end")
    _stop_while_held(entry)
    entry.retired_at = now
    feed([entry.pk], now=now)
    go(entry, "end", body=working_copy(entry), by=by, now=now, reason="ended")


@transaction.atomic
def keep(entry_id: str, *, by: Actor, now: datetime) -> None:
    """Give up a retirement or a change that was announced."""
    entry = locked(entry_id, by=by, verb="keep")
    office.cancel_clocks(case_kind=CASE, case=entry.pk, now=now)
    go(entry, "keep", body=working_copy(entry), by=by, now=now)


def _stop_while_held(entry: Entry) -> None:
    holds = Hold.objects.filter(entry=entry, released_at__isnull=True).count()
    if holds:
        raise Refused("catalogue.held", holds=holds)


def _stop_at_data(entry: Entry, body: Body) -> None:
    """Weaker marks, or an entry that opens: nothing is published over data in which persons stand unmarked."""
    if entry.current is None:
        return  # nothing is loaded before the first version
    opens = body.open_type == 1 and standing(entry.current).open_type != 1
    items = [item for item in body.items if item.pi_class is PiClass.NONE]
    if not opens:
        columns = set(weaker(entry, body))
        items = [item for item in items if item.column in columns]
    if items and (found := undeclared(entry.pk, items)):
        raise Refused("marks_against_data", columns=found)
