"""Verbs of the catalogue. Each step of an entry is one transaction: state, act, desk, index feed and evidence, or none of it.

The order of steps and who may take them stand in `lifecycle`. A reviewer decides with coded faults; nobody edits another body's entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from pypinyin import lazy_pinyin
from ulid import ULID

from kaimen.accounts import selectors as accounts
from kaimen.catalogue import selectors
from kaimen.catalogue.guards import undeclared
from kaimen.catalogue.lifecycle import APART, LIFECYCLE, LOWERS, WHO, WROTE
from kaimen.catalogue.models import Act, CodeSequence, Draft, Entry, EntryVersion, Hold, IndexFeed, Item
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.lifecycle import four_eyes, step
from kaimen.core.metadata.canonical import Json, canonical, digest
from kaimen.core.metadata.entry import Assessment, Body, PiClass, Text
from kaimen.core.metadata.grading import lowered
from kaimen.core.metadata.identifiers import SLUG, resource_code, slug_of
from kaimen.core.metadata.public import has_public_face, public_view
from kaimen.core.metadata.rules import Due, Finding, blocking
from kaimen.core.metadata.rules import check as check_body
from kaimen.core.policy.party import Actor, Via
from kaimen.core.tlog.kinds import KINDS
from kaimen.engines.packs import load
from kaimen.engines.search.index import Document, Face, FaceWriter, Indexer, IndexerBusy
from kaimen.evidence import services as evidence
from kaimen.evidence.services import Kind
from kaimen.office import selectors as office_selectors
from kaimen.office import services as office

State = Entry.State
DESK_HEAD, DESK_RETURNED, DESK_SUBMIT = "entry.head", "entry.returned", "entry.submit"
CASE = "entry"
FIRST_REVIEW, CHANGE, UPDATE_REVIEW = "CAT-06P", "CAT-07", "CAT-08"
"""Rules of the pack: how long the authority may review a first compilation and an update, and a body may take for a change."""

EVIDENCE: dict[str, Kind] = {
    "save": Kind.ENTRY_DRAFTED,
    "check": Kind.ENTRY_CHECKED,
    "assess": Kind.ENTRY_ASSESSED,
    "head_approve": Kind.ENTRY_HEAD_APPROVED,
    "head_decline": Kind.ENTRY_RETURNED,
    "submit": Kind.ENTRY_SUBMITTED,
    "return": Kind.ENTRY_RETURNED,
    "approve": Kind.ENTRY_APPROVED,
    "publish": Kind.ENTRY_PUBLISHED,
    "change": Kind.ENTRY_REOPENED,
    "keep": Kind.ENTRY_KEPT,
    "retire": Kind.ENTRY_RETIRING,
    "end": Kind.ENTRY_RETIRED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A reason of a return: a code of `review_fault`, and the field it speaks of."""

    code: str
    path: str = ""


@transaction.atomic
def draft(
    body: Body,
    *,
    by: Actor,
    now: datetime,
    entry_id: str | None = None,
    expected: int | None = None,
    slug: str | None = None,
) -> str:
    """Save the working copy of a new or an existing entry; returns its id. The provider is the actor's body, from the register.

    `expected` is the revision that the writer saw; `slug` the short name that a new entry wishes for its address and in SQL, else one
    is made of the title at publication. Raises `Invalid("catalogue.stale_draft")`, `Invalid("catalogue.title_taken")`,
    `Invalid("catalogue.slug")`, `Refused("not_your_role")`, `Refused("lifecycle")`.
    """
    _may(by, "save")
    entry = _begin(body, by=by, now=now, slug=slug) if entry_id is None else _locked(entry_id, by=by, verb="save")
    body = _of_provider(body, entry.provider)
    before = "" if entry_id is None else entry.state
    entry.state = "draft" if entry_id is None else step(LIFECYCLE, entry.state, "save")
    kept = Draft.objects.filter(entry=entry).first()
    if kept is not None and expected is not None and kept.revision != expected:
        raise Invalid("catalogue.stale_draft", expected=expected, found=kept.revision)
    _write(entry, body, revision=kept.revision + 1 if kept else 1, now=now)
    office.close_desk_items(kind=DESK_RETURNED, ref=entry.pk, now=now)
    _record(entry, "save", before=before, body=body, by=by, now=now)
    return entry.pk


def _begin(body: Body, *, by: Actor, now: datetime, slug: str | None) -> Entry:
    if by.institution is None:
        raise Refused("not_your_role", needed=["steward"])
    if slug is not None and (SLUG.fullmatch(slug) is None or Entry.objects.filter(slug=slug).exists()):
        raise Invalid("catalogue.slug", slug=slug[:100])
    return Entry(
        id=str(ULID.from_datetime(now)),
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
    entry = _locked(entry_id, by=by, verb="check")
    body = _body(entry)
    findings = check_body(body, selectors.spec(), now)
    _stop_at(blocking(findings, Due.CHECK))
    advised = [one for one in findings if not one.blocks]
    _go(entry, "check", body=body, by=by, now=now, advised=len(advised))
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

    Raises `Refused("marks_lowered")` where marks are weaker than in the version in force and a steward assesses them.
    """
    entry = _locked(entry_id, by=by, verb="assess")
    body = replace(_body(entry), confidentiality_assessment=confidentiality, pi_assessment=pi)
    if anonymisation is not None:
        body = replace(body, anonymisation_assessment=anonymisation)
    _stop_at(blocking(check_body(body, selectors.spec(), now), Due.ASSESS))
    if columns := _lowered(entry, body):
        if by.role not in LOWERS:
            raise Refused("marks_lowered", columns=columns, needed=sorted(LOWERS))
        wrote = selectors.persons_who(entry, WROTE, round_=_round(entry))
        four_eyes(sorted(str(person) for person in accounts.persons_behind(by, at=now)), wrote)
    before = entry.state
    entry.state = step(LIFECYCLE, entry.state, "assess")
    _write(entry, body, revision=selectors.draft_of(entry).revision + 1, now=now)
    _ask(entry, DESK_HEAD, role="department_head", institution=entry.provider, body=body, now=now)
    _record(entry, "assess", before=before, body=body, by=by, now=now)


@transaction.atomic
def head_approve(entry_id: str, *, by: Actor, now: datetime, note: str = "") -> None:
    """The head of department consents. Not a person who wrote or checked it."""
    entry = _locked(entry_id, by=by, verb="head_approve")
    office.close_desk_items(kind=DESK_HEAD, ref=entry.pk, now=now)
    body = _body(entry)
    _ask(entry, DESK_SUBMIT, role="steward", institution=entry.provider, body=body, now=now)
    _go(entry, "head_approve", body=body, by=by, now=now, reason=note)


@transaction.atomic
def head_decline(entry_id: str, *, reason: str, by: Actor, now: datetime) -> None:
    """The head of department sends it back to the steward, with a reason."""
    if not reason.strip():
        raise Invalid("reason_needed")
    entry = _locked(entry_id, by=by, verb="head_decline")
    office.close_desk_items(kind=DESK_HEAD, ref=entry.pk, now=now)
    body = _body(entry)
    _ask(entry, DESK_RETURNED, role="steward", institution=entry.provider, body=body, now=now)
    _go(entry, "head_decline", body=body, by=by, now=now, reason=reason)


@transaction.atomic
def submit(entry_id: str, *, by: Actor, now: datetime) -> None:
    """To the authority. What blocks now (a declaration grown old) stops it here."""
    entry = _locked(entry_id, by=by, verb="submit")
    body = _body(entry)
    _stop_at(blocking(check_body(body, selectors.spec(), now), Due.ASSESS))
    office.close_desk_items(kind=DESK_SUBMIT, ref=entry.pk, now=now)
    office.meet_running(CHANGE, case_kind=CASE, case=entry.pk, now=now)
    rule = UPDATE_REVIEW if entry.current is not None else FIRST_REVIEW
    _start(entry, rule, role="authority_reviewer", institution="", body=body, now=now)
    _go(entry, "submit", body=body, by=by, now=now)


@transaction.atomic
def decide(
    entry_id: str, verdict: str, *, by: Actor, now: datetime, faults: Sequence[Fault] = (), note: str = ""
) -> int | None:
    """The authority's one decision: `approve`, which publishes at once and returns the version, or `return` with every fault.

    Raises `Invalid("verdict")`, `Invalid("faults_needed")`, `Invalid("code_unknown")`, `Refused("same_person")`.
    """
    match verdict:
        case "approve":
            entry = _locked(entry_id, by=by, verb="approve")
            office.meet_running(FIRST_REVIEW, UPDATE_REVIEW, case_kind=CASE, case=entry.pk, now=now)
            _go(entry, "approve", body=_body(entry), by=by, now=now, reason=note)
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
    entry = _locked(entry_id, by=by, verb="return")
    office.meet_running(FIRST_REVIEW, UPDATE_REVIEW, case_kind=CASE, case=entry.pk, now=now)
    body = _body(entry)
    _ask(entry, DESK_RETURNED, role="steward", institution=entry.provider, body=body, now=now)
    _go(entry, "return", body=body, by=by, now=now, reason=note, faults=faults)


@transaction.atomic
def publish(entry_id: str, *, by: Actor, now: datetime) -> int:
    """Publish what is approved; returns the version. What is published already stays as it is: asking twice is not two versions."""
    entry = _locked(entry_id, by=by, verb="publish")
    if entry.state == State.PUBLISHED and entry.current is not None:
        return entry.current.n
    return _publish(entry, by=by, now=now)


def _publish(entry: Entry, *, by: Actor, now: datetime) -> int:
    body = _body(entry)
    _stop_at(blocking(check_body(body, selectors.spec(), now), Due.ASSESS))
    _stop_at_data(entry, body)
    before, entry.state = entry.state, step(LIFECYCLE, entry.state, "publish")
    round_ = _round(entry)
    _give_identifiers(entry, body)
    version = _freeze(entry, body, n=round_, now=now)
    entry.current, entry.changed_at = version, now
    entry.save()
    feed([entry.pk], now=now)
    _record(
        entry, "publish", before=before, body=body, by=by, now=now, round_=round_, public=version.public_digest or None
    )
    return version.n


def _give_identifiers(entry: Entry, body: Body) -> None:
    """Slug and resource code, once. A later classification changes neither."""
    if entry.code is None:
        row, _ = CodeSequence.objects.select_for_update().get_or_create(
            class_path=body.class_path, defaults={"last": 0}
        )
        row.last += 1
        row.save(update_fields=["last"])
        entry.code = resource_code(body.class_path, row.last)
    if entry.slug is None:
        words = body.title.en or " ".join(lazy_pinyin(body.title.zh))
        stem = slug_of(words, taken=())
        taken = set(Entry.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
        entry.slug = slug_of(words, taken=taken)


def _freeze(entry: Entry, body: Body, *, n: int, now: datetime) -> EntryVersion:
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
    entry = _locked(entry_id, by=by, verb="change")
    body = _body(entry)
    _start(entry, CHANGE, role="steward", institution=entry.provider, body=body, now=now)
    _go(entry, "change", body=body, by=by, now=now, reason=reason)


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
    entry = _locked(entry_id, by=by, verb="save")
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
    entry = _locked(entry_id, by=by, verb="retire")
    _stop_while_held(entry)
    _go(entry, "retire", body=_body(entry), by=by, now=now, reason=reason)


@transaction.atomic
def end(entry_id: str, *, by: Actor, now: datetime) -> None:
    """The authority ends a retiring entry: no reader finds it, its versions stay."""
    entry = _locked(entry_id, by=by, verb="end")
    _stop_while_held(entry)
    entry.retired_at = now
    feed([entry.pk], now=now)
    _go(entry, "end", body=_body(entry), by=by, now=now, reason="ended")


@transaction.atomic
def keep(entry_id: str, *, by: Actor, now: datetime) -> None:
    """Give up a retirement or a change that was announced."""
    entry = _locked(entry_id, by=by, verb="keep")
    office.cancel_clocks(case_kind=CASE, case=entry.pk, now=now)
    _go(entry, "keep", body=_body(entry), by=by, now=now)


def _stop_while_held(entry: Entry) -> None:
    holds = Hold.objects.filter(entry=entry, released_at__isnull=True).count()
    if holds:
        raise Refused("catalogue.held", holds=holds)


def place_hold(entry_id: str, *, kind: str, ref: str, now: datetime) -> None:
    """A room above relies on the entry. Call it inside the transaction of the agreement; twice is once."""
    Hold.objects.get_or_create(entry_id=entry_id, kind=kind, ref=ref, released_at=None, defaults={"placed_at": now})


def release_hold(entry_id: str, *, kind: str, ref: str, now: datetime) -> None:
    """It relies no more."""
    Hold.objects.filter(entry_id=entry_id, kind=kind, ref=ref, released_at__isnull=True).update(released_at=now)


def feed(entry_ids: Iterable[str], *, now: datetime) -> None:
    """Tell the indexer that these entries may look different. In the transaction that changes them."""
    IndexFeed.objects.bulk_create([IndexFeed(entry_id=one, at=now) for one in entry_ids])


def data_came(entry_id: str, *, now: datetime) -> None:
    """A version of the entry's data is published. Call it in the transaction that publishes it."""
    Entry.objects.filter(pk=entry_id, has_data=False).update(has_data=True)
    feed([entry_id], now=now)


# ---- the search index --------------------------------------------------------------------------------------------------------

FEED_BATCH = 2000
FEED_KEPT = timedelta(days=7)
_HELD: dict[Path, Indexer] = {}
"""The indexer of this process: it keeps its lock and its writers between ticks."""


def _indexer() -> Indexer:
    home: Path = settings.KAIMEN_HOME
    for other in [one for one in _HELD if one != home]:
        _HELD.pop(other).close()
    return _HELD.setdefault(home, Indexer(home))


def index_tick() -> int:
    """Bring the index up to the feed; returns how many rows were read. Where another process indexes, nothing is done.

    The worker calls it twice a second; a test, or a program without worker, calls it by itself. Success and recovery are the same code.
    """
    indexer = _indexer()
    try:
        indexer.take()
    except IndexerBusy:
        return 0
    writers = indexer.writers()
    if (
        writers is None
        or indexer.rebuild_asked()
        or not all(selectors.feed_knows(one.place) for one in writers.values())
    ):
        return _rebuild(indexer)
    return max(_advance(face, writer) for face, writer in writers.items())


def _advance(face: Face, writer: FaceWriter) -> int:
    rows = selectors.feed_after(writer.place, limit=FEED_BATCH)
    if not rows:
        return 0
    ids = list(dict.fromkeys(entry_id for _, entry_id in rows))
    documents = selectors.search_documents(ids)[face]
    writer.add(documents, gone=set(ids) - {document.key for document in documents})
    writer.commit(rows[-1][0])
    return len(rows)


def rebuild_index() -> int | None:
    """Build the index anew beside the live one, and switch. None: another process indexes, and was asked to do it."""
    indexer = _indexer()
    try:
        indexer.take()
    except IndexerBusy:
        indexer.ask_for_rebuild()
        return None
    return _rebuild(indexer)


def _rebuild(indexer: Indexer) -> int:
    """INVARIANT: the place is taken before the entries are read, so what changes meanwhile is read again from the feed."""
    place = selectors.feed_end()
    return indexer.rebuild(_all_documents(), place)


def _all_documents() -> Iterator[dict[Face, list[Document]]]:
    last = ""
    while ids := selectors.published_ids(after=last, limit=500):
        last = ids[-1]
        yield selectors.search_documents(ids)


def forget_indexer() -> None:
    """Let go of the folder: another process may index."""
    for one in _HELD.values():
        one.close()
    _HELD.clear()


def prune_feed(*, now: datetime) -> int:
    """Drop rows of the feed that are older than a week, but the newest: an index that stands there knows its place.

    One that stood before what was dropped is built anew (`feed_knows`).
    """
    last = IndexFeed.objects.order_by("-xid", "-id").values_list("pk", flat=True).first()
    dropped, _ = IndexFeed.objects.filter(at__lt=now - FEED_KEPT).exclude(pk=last).delete()
    return dropped


# ---- what every step does ----------------------------------------------------------------------------------------------------


def _may(by: Actor, verb: str) -> None:
    if by.via is Via.JOB and verb == "publish":
        return
    if by.role not in WHO[verb]:
        raise Refused("not_your_role", needed=sorted(WHO[verb]))


def _locked(entry_id: str, *, by: Actor, verb: str) -> Entry:
    """The entry, its row locked, for somebody who may know of its working copy and take this step. The role is asked first."""
    _may(by, verb)
    entry = Entry.objects.select_for_update().filter(pk=entry_id).first()
    if entry is None or not (by.via is Via.JOB or selectors.workable(by).filter(pk=entry_id).exists()):
        raise Missing("entry_unknown")
    mine = entry.provider == str(by.institution)
    if not mine and by.role != "authority_reviewer" and by.via is not Via.JOB:
        raise Missing("entry_unknown")
    return entry


def _body(entry: Entry) -> Body:
    kept = selectors.draft_of(entry)
    return selectors.parsed(kept.digest, kept.body)


def _stop_at(findings: Sequence[Finding]) -> None:
    if findings:
        raise Invalid(
            "catalogue.findings",
            count=len(findings),
            rules=list(dict.fromkeys(one.rule for one in findings)),
            fields=[one.path for one in findings],
        )


def _lowered(entry: Entry, body: Body) -> list[str]:
    """Columns whose marks are weaker than in the version in force."""
    return list(lowered(_in_force(entry.current), body)) if entry.current is not None else []


def _in_force(version: EntryVersion) -> Body:
    return selectors.parsed(version.digest, version.body)


def _stop_at_data(entry: Entry, body: Body) -> None:
    """Weaker marks, or an entry that opens: nothing is published over data in which persons stand unmarked."""
    if entry.current is None:
        return  # nothing is loaded before the first version
    opens = body.open_type == 1 and _in_force(entry.current).open_type != 1
    items = [item for item in body.items if item.pi_class is PiClass.NONE]
    if not opens:
        weaker = set(_lowered(entry, body))
        items = [item for item in items if item.column in weaker]
    if items and (found := undeclared(entry.pk, items)):
        raise Refused("marks_against_data", columns=found)


def _round(entry: Entry) -> int:
    """The number of the version that is being prepared, or that stands when nothing is."""
    current = entry.current.n if entry.current else 0
    return current if entry.state in {State.RETIRING, State.RETIRED} else current + 1


def _go(
    entry: Entry,
    verb: str,
    *,
    body: Body,
    by: Actor,
    now: datetime,
    reason: str = "",
    faults: Sequence[Fault] = (),
    advised: int = 0,
) -> None:
    before, entry.state, entry.changed_at = entry.state, step(LIFECYCLE, entry.state, verb), now
    entry.save()
    _record(entry, verb, before=before, body=body, by=by, now=now, reason=reason, faults=faults, advised=advised)


def _record(
    entry: Entry,
    verb: str,
    *,
    before: str,
    body: Body,
    by: Actor,
    now: datetime,
    reason: str = "",
    faults: Sequence[Fault] = (),
    advised: int = 0,
    round_: int | None = None,
    public: str | None = None,
) -> None:
    """Four eyes, then the evidence, then the act that names its receipt."""
    number = round_ if round_ is not None else _round(entry)
    behind = sorted(str(person) for person in accounts.persons_behind(by, at=now))
    if verb in APART:
        four_eyes(behind, selectors.persons_of(entry, verb, round_=number))
    document = digest(canonical(body))
    private = _private(
        verb, version=number, document=document, body=body, reason=reason, faults=faults, advised=advised
    )
    receipt = evidence.record(
        EVIDENCE[verb],
        at=now,
        public={
            "inst": str(by.institution) if by.institution else "natural-person",
            "ds": entry.pk,
            "out": "passed" if verb == "check" else "done",
            **({"d": public} if public else {}),
        },
        private={**private, **evidence.who(by)},
    )
    Act.objects.create(
        entry=entry,
        round=number,
        verb=verb,
        before=before,
        after=entry.state,
        at=now,
        person=str(by.person or ""),
        behind=behind,
        institution=str(by.institution or ""),
        role=by.role,
        via=by.via.value,
        on_behalf=str(by.on_behalf.person or "") if by.on_behalf else "",
        reason=reason,
        digest=document,
        spec_version=selectors.spec().version,
        faults=[{"code": fault.code, "path": fault.path} for fault in faults],
        receipt=receipt.entry,
    )


def _private(
    verb: str, *, version: int, document: str, body: Body, reason: str, faults: Sequence[Fault], advised: int
) -> Mapping[str, Json]:
    known: dict[str, Json] = {
        "version": version,
        "digest": document,
        "reason": " ".join([*[fault.code for fault in faults], reason]).strip(),
        "findings": advised,
        "assessment": f"{body.confidentiality_assessment.document} {body.pi_assessment.document}".strip(),
    }
    wanted = KINDS[EVIDENCE[verb]].private
    return {name: value for name, value in known.items() if name in wanted}


def _ask(entry: Entry, kind: str, *, role: str, institution: str, body: Body, now: datetime) -> None:
    office.open_desk_item(
        kind=kind,
        ref=entry.pk,
        url=f"/catalogue/{entry.pk}",
        institution=institution,
        role=role,
        title_zh=f"{DESK_TITLES[kind][0]}：{body.title.zh}",
        title_en=f"{DESK_TITLES[kind][1]}: {body.title.of('en')}",
        now=now,
    )


def _start(entry: Entry, rule: str, *, role: str, institution: str, body: Body, now: datetime) -> None:
    """A statutory term begins, and the case lies on that desk with its due day. Before the rule was in force there was no term."""
    book = office_selectors.rules()
    if not book.rule(rule).holds(book.calendar.day(now)):
        _ask(entry, rule, role=role, institution=institution, body=body, now=now)
        return
    zh, en = DESK_TITLES[rule]
    office.start_clock(
        rule, case_kind=CASE, case=entry.pk, title_zh=f"{zh}：{body.title.zh}", title_en=f"{en}: {body.title.of('en')}",
        url=f"/catalogue/{entry.pk}", institution=institution, role=role, at=now, now=now,
    )  # fmt: skip


DESK_TITLES = {
    DESK_HEAD: ("等您审核同意", "For your consent"),
    DESK_SUBMIT: ("可以报送审核", "Ready to be submitted"),
    FIRST_REVIEW: ("等待审核", "To be reviewed"),
    UPDATE_REVIEW: ("更新等待审核", "An update to be reviewed"),
    CHANGE: ("目录要更新", "An entry to be changed"),
    DESK_RETURNED: ("已退回，请修改", "Returned, please mend"),
}

__all__ = [
    "Fault", "assess", "change", "check", "data_came", "decide", "draft", "end", "extend_change", "feed", "head_approve", "head_decline", "keep", "place_hold", "publish",
    "release_hold", "retire", "revert", "submit",
]  # fmt: skip
