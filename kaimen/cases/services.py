"""Verbs of cases. Each step is one transaction: state, answers, terms, desks, what it does in other rooms, record and evidence.

Nothing is decided by time passing. A step that was taken already and is sent again, by the same person with the same answers, is
answered as done; anything else that comes too late is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import rfc8785
from django.db import transaction
from django.db.models import prefetch_related_objects
from ulid import ULID

from kaimen.accounts import selectors as accounts
from kaimen.accounts import services as accounts_services
from kaimen.cases import selectors, subscribing
from kaimen.cases.hooks import Hook, Seat, Step, attend, hook_of, seated
from kaimen.cases.models import Act as Taken
from kaimen.cases.models import Begun, Case, Party, Sealed
from kaimen.cases.models import Sequence as Series
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Invalid, KaimenError, Missing, Refused
from kaimen.core.lifecycle import four_eyes
from kaimen.core.lifecycle.rules import RuleBook
from kaimen.core.lifecycle.terms import due
from kaimen.core.lifecycle.workflow import (
    NEW,
    PUBLIC,
    Act,
    Ask,
    FieldKind,
    Plain,
    SideKind,
    Start,
    Workflow,
    check_facts,
    holds,
    open_acts,
)
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy.party import Actor, Via
from kaimen.core.tlog.commitment import SALT_SIZE
from kaimen.core.tlog.encoding import b64url
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence import services as evidence
from kaimen.office import selectors as office_selectors
from kaimen.office import services as office

__all__ = [
    "Done",
    "Hook",
    "Seat",
    "Step",
    "act",
    "attend",
    "begin",
    "destroy_sealed",
    "forget",
    "save",
    "take_back",
    "take_seat",
]

CASE = "case"
_WORD = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a step came to. `key` is told once, to somebody without an account, when their case begins."""

    case: Case
    verb: str
    receipt: str
    key: str = ""


def begin(
    workflow: str,
    given: Mapping[str, object],
    *,
    by: Actor,
    now: datetime,
    verb: str | None = None,
    follows: Case | None = None,
) -> Done:
    """Take the first step of a workflow. `follows`: the case out of which it grows, with the same opener and the same word.

    Raises `Missing("workflow_unknown")`, `Refused("not_your_role" | "case_side")`, `Invalid("case_facts")`, and what the window refuses.
    """
    flow = selectors.workflow(workflow)
    first = flow.acts.get(verb) if verb else selectors.may_begin(by, flow)
    if first is None or NEW not in first.sources or not selectors.wears(by, first):
        raise Refused("not_your_role", needed=sorted({role for one in flow.opening for role in one.roles}))
    with transaction.atomic():
        book = office_selectors.rules()
        facts, entry = _answers(flow, first, given, by=by, book=book, now=now, known={})
        case = Case(
            id=str(ULID.from_datetime(now)),
            number=_number(flow, book.calendar.day(now).year),
            workflow=flow.code,
            pack=f"{book.id}/{book.version}",
            state=NEW,
            facts={},
            title_zh=flow.words.zh,
            title_en=flow.words.en,
            opened_at=now,
            changed_at=now,
        )
        key = _key() if _without_account(by) and follows is None else ""
        case.key_hash = selectors.hash_of(key) if key else ""
        case.save()
        _seat(case, flow, facts, entry, first, by=by)
        if follows is not None:
            _seat_follower(case, first, follows)
        prefetch_related_objects([case], "parties")
        _stand_on_a_side(case, flow, first, by=by)
        taken = _take(
            case, flow, first, facts, entry, by=by, now=now, sides=first.sides, book=book, done=[], follows=follows
        )
        if by.person is not None:
            Begun.objects.filter(person=selectors.drawer(by), workflow=flow.code, case="", verb=first.verb).delete()
    return Done(case=case, verb=first.verb, receipt=taken.receipt, key=key)


def act(
    number: str,
    verb: str,
    given: Mapping[str, object],
    *,
    by: Actor,
    now: datetime,
    expected: int | None = None,
    key: str | None = None,
) -> Done:
    """Take one step of a case. `expected`: how many steps its author saw taken.

    Raises `Missing("case_unknown")`, `Refused("case_moved")` when somebody was faster, `Refused("case_step")` where the step is not
    open, `Refused("not_your_role" | "case_side" | "same_person")`, `Invalid("case_facts")`, and what the window refuses.
    """
    with transaction.atomic():
        case, sides = _locked(number, by=by, key=key)
        flow = selectors.workflow(case.workflow)
        step = flow.acts.get(verb)
        if step is None or NEW in step.sources:
            raise Refused("case_step", verb=verb[:40], state=case.state)
        book = office_selectors.rules()
        repeated = _repeated(case, flow, step, given, by=by, book=book, expected=expected, now=now)
        if repeated is not None:
            return repeated
        _may(step, by, sides)
        done = selectors.taken(case)
        if selectors.helped_here(flow, step, by, done):
            raise Refused("same_person")
        if expected is not None and expected != case.n:
            raise Refused("case_moved", state=case.state)
        if step.once and any(one.verb == verb for one in done):
            raise Refused("case_once", verb=verb)
        if step not in open_acts(flow, case.state, case.facts, (one.verb for one in done)):
            raise Refused("case_step", verb=verb, state=case.state)
        facts, entry = _answers(flow, step, given, by=by, book=book, now=now, known=case.facts)
        taken = _take(case, flow, step, facts, entry, by=by, now=now, sides=sides, book=book, done=done)
        if by.person is not None:
            Begun.objects.filter(person=selectors.drawer(by), workflow=flow.code, case=case.pk, verb=verb).delete()
    return Done(case=case, verb=verb, receipt=taken.receipt)


def save(workflow: str, verb: str, given: Mapping[str, object], *, by: Actor, now: datetime, case: str = "") -> None:
    """Keep a form that somebody will go on with. Only answers that the step asks for, and none that is to be destroyed. Raises `Refused("sign_in_needed")`."""
    if by.person is None:
        raise Refused("sign_in_needed")
    step = selectors.workflow(workflow).acts.get(verb)
    if step is None:
        raise Missing("workflow_unknown")
    asked = {ask.field.name for ask in step.asks if not ask.field.sealed}
    kept = {name: _short(value) for name, value in given.items() if name in asked}
    Begun.objects.update_or_create(
        person=selectors.drawer(by), workflow=workflow, case=case, verb=verb, defaults={"given": kept, "saved_at": now}
    )


def take_seat(step: Step, side: str, person: str) -> None:
    """Somebody who filed without an account has one now, and showed the word of the case: the side is theirs from here on."""
    Party.objects.filter(case=step.case, side=side, institution="", person="").update(
        person=person, described_as="", through="", mandate=""
    )
    step.case.reseated()


def take_back(number: str, *, by: Actor, now: datetime, key: str | None = None) -> None:
    """The helped person takes back the authority on which a helper filed their case: nothing more is done in their name.

    Raises `Missing("case_unknown" | "mandate")`, `Refused("case_side")` for whoever is not the person themselves.
    """
    with transaction.atomic():
        case, sides = _locked(number, by=by, key=key)
        flow = selectors.workflow(case.workflow)
        if by.on_behalf is not None or not selectors.openers(flow) & sides:
            raise Refused("case_side", sides=sorted(selectors.openers(flow)))
        held = case.parties.filter(side__in=selectors.openers(flow)).exclude(mandate="").first()
        accounts_services.withdraw_mandate(held.mandate if held else "", by=by, now=now)


def forget(workflow: str, verb: str, *, by: Actor, case: str = "") -> None:
    """Throw a begun form away."""
    Begun.objects.filter(person=selectors.drawer(by), workflow=workflow, case=case, verb=verb).delete()


# ---- parts of a step ---------------------------------------------------------------------------------------------------------
def _locked(number: str, *, by: Actor, key: str | None) -> tuple[Case, frozenset[str]]:
    """The case, its row locked and its parties read, and the sides of it on which the actor stands.

    Raises `Missing("case_unknown")` as `selectors.case_for` does.
    """
    case = Case.objects.select_for_update().filter(number=number[:40].upper()).first()
    if case is None:
        raise Missing("case_unknown")
    prefetch_related_objects([case], "parties")
    sides = selectors.sides_of(case, by, key=key)
    if not (by.via is Via.JOB or sides or selectors.visible(by).filter(pk=case.pk).exists()):
        raise Missing("case_unknown")
    return case, sides


def _may(step: Act, by: Actor, sides: frozenset[str]) -> None:
    if selectors.may_take(step, by, sides):
        return
    if selectors.hat(by) not in step.roles and PUBLIC not in step.roles:
        raise Refused("not_your_role", needed=sorted(step.roles))
    raise Refused("case_side", sides=sorted(step.sides))


def _repeated(
    case: Case,
    flow: Workflow,
    step: Act,
    given: Mapping[str, object],
    *,
    by: Actor,
    now: datetime,
    expected: int | None,
    book: RuleBook,
) -> Done | None:
    """The same step by the same person with the same answers, sent again: done already."""
    if expected is None or expected != case.n - 1:
        return None
    last = Taken.objects.filter(case=case, n=case.n).first()
    if last is None or last.verb != step.verb or last.person != str(by.person or ""):
        return None
    try:
        facts, _ = _answers(flow, step, given, by=by, book=book, now=now, known=case.facts)
    except KaimenError:
        return None
    told = selectors.unsealed(case, last.facts)
    same = all(told.get(name) == value for name, value in facts.items())
    return Done(case=case, verb=step.verb, receipt=last.receipt) if same else None


def _answers(
    flow: Workflow,
    step: Act,
    given: Mapping[str, object],
    *,
    by: Actor,
    book: RuleBook,
    now: datetime,
    known: Mapping[str, Plain],
) -> tuple[dict[str, Plain], PublishedEntry | None]:
    facts = check_facts(step.asks, given, today=book.calendar.day(now), lists=selectors.lists())
    faults: list[tuple[str, str]] = [
        (ask.field.name, "in_the_future")
        for ask in step.asks
        if ask.field.kind is FieldKind.INSTANT
        and ask.field.name in facts
        and datetime.fromisoformat(str(facts[ask.field.name])) > now
    ]
    entries = {
        ask.field.name: _entry(by, str(facts.get(ask.field.name) or known.get(ask.field.name) or ""))
        for ask in step.asks
        if ask.field.kind is FieldKind.ENTRY
    }
    for ask in step.asks:
        if ask.field.name in facts:
            _refer(ask, facts, entries, known, by=by, faults=faults)
    if faults:
        raise Invalid("case_facts", fields=[place for place, _ in faults], faults=[code for _, code in faults])
    first = next((one for one in entries.values() if one is not None), None)
    return facts, first or (_entry_of(flow, facts, known) if hook_of(flow.code, step.verb) else None)


def _refer(
    ask: Ask,
    facts: dict[str, Plain],
    entries: dict[str, PublishedEntry | None],
    known: Mapping[str, Plain],
    *,
    by: Actor,
    faults: list[tuple[str, str]],
) -> None:
    """What an answer points at must exist, for this person to know of; it is kept by its own name."""
    name, value = ask.field.name, facts[ask.field.name]
    match ask.field.kind:
        case FieldKind.ENTRY:
            entry = entries[name]
            if entry is None:
                faults.append((name, "entry_unknown"))
            else:
                facts[name] = entry.slug
        case FieldKind.COLUMNS:
            entry = entries.get(ask.field.of) or _entry(
                by, str(facts.get(ask.field.of) or known.get(ask.field.of) or "")
            )
            columns = {item.column for item in entry.items} if entry else set[str]()
            if not isinstance(value, list) or not set(value) <= columns:
                faults.append((name, "not_a_column"))
        case FieldKind.INSTITUTION:
            try:
                facts[name] = accounts.institution(str(value)).slug
            except Missing:
                faults.append((name, "institution_unknown"))
        case FieldKind.CASE:
            try:
                found = selectors.case_for(by, str(value))
            except Missing:
                found = None
            if found is None or found.workflow != ask.field.of:
                faults.append((name, "case_unknown"))
            else:
                facts[name] = found.number
        case _:
            pass


def _entry(by: Actor, name: str) -> PublishedEntry | None:
    if not name:
        return None
    try:
        return catalogue.entry_for(by, name)
    except Missing:
        return None


def _entry_of(flow: Workflow, facts: Mapping[str, Plain], known: Mapping[str, Plain]) -> PublishedEntry | None:
    """The entry that the case is about, for a step that does not name one itself."""
    for one in flow.fields.values():
        value = facts.get(one.name) or known.get(one.name)
        if one.kind is FieldKind.ENTRY and value:
            try:
                return catalogue.published(str(value))
            except Missing:
                return None
    return None


def _seat(
    case: Case, flow: Workflow, facts: Mapping[str, Plain], entry: PublishedEntry | None, first: Act, *, by: Actor
) -> None:
    """Who stands on which side. Raises `Refused("case_own_body")` when both sides would be the same body."""
    bodies: dict[str, str] = {}
    for side in flow.sides.values():
        match side.kind:
            case SideKind.OPENER:
                bodies[side.code] = _seat_opener(case, side.code, first, by)
            case SideKind.PROVIDER:
                bodies[side.code] = str(entry.provider) if entry is not None else ""
            case SideKind.NAMED:
                named = facts.get(side.of)
                bodies[side.code] = str(accounts.institution(str(named)).pk) if named else ""
            case SideKind.AUTHORITY:
                bodies[side.code] = str(accounts.authority_id() or "")
            case SideKind.APPOINTED:
                bodies[side.code] = seated(flow.code, side.code, facts)
        if side.kind is not SideKind.OPENER and bodies[side.code]:
            Party.objects.create(case=case, side=side.code, institution=bodies[side.code])
    opener = next((bodies[side.code] for side in flow.sides.values() if side.kind is SideKind.OPENER), "")
    others = {bodies[side.code] for side in flow.sides.values() if side.kind in {SideKind.PROVIDER, SideKind.NAMED}} - {
        ""
    }
    if opener and opener in others and flow.regime:
        raise Refused("case_own_body")


def _stand_on_a_side(case: Case, flow: Workflow, first: Act, *, by: Actor) -> None:
    """Whoever opens a case takes a side by it, unless the first step belongs to a side that the facts name: then they must be of it.

    A job of ours stands on none: what it opens is for the side that is named.
    """
    if by.via is Via.JOB or any(flow.sides[side].kind is SideKind.OPENER for side in first.sides):
        return
    if not selectors.sides_of(case, by, flow=flow) & first.sides:
        raise Refused("case_side", sides=sorted(first.sides))


def _seat_opener(case: Case, side: str, first: Act, by: Actor) -> str:
    """A body where its officer opens, else the person: an officer who asks for themselves asks as anybody."""
    if by.on_behalf is not None:
        person = str(by.on_behalf.person or "")
        Party.objects.create(
            case=case,
            side=side,
            person=person,
            described_as="" if person else str(by.on_behalf.described_as or "")[:200],
            through=str(by.institution or ""),
            mandate=by.on_behalf.mandate,
        )
        return ""
    if by.institution is not None and str(by.role) in first.roles:
        Party.objects.create(case=case, side=side, institution=str(by.institution))
        return str(by.institution)
    Party.objects.create(case=case, side=side, person=str(by.person or ""))
    return ""


def _seat_follower(case: Case, first: Act, follows: Case) -> None:
    """Whoever stands there in the case before stands here too, and opens it with the same word."""
    case.key_hash = follows.key_hash
    (side,) = first.sides
    before = follows.parties.get(side=side)
    case.parties.filter(side=side).delete()
    Party.objects.create(
        case=case, side=side, institution=before.institution, person=before.person,
        described_as=before.described_as, through=before.through, mandate=before.mandate,
    )  # fmt: skip


def _seat_named(case: Case, flow: Workflow, facts: Mapping[str, Plain]) -> None:
    """A body that a later step names, or the window at the first one, takes its side then; one named anew takes it over."""
    for side in flow.sides.values():
        if case.n == 1 and case.seat(side.code) is not None:
            continue
        if side.kind is SideKind.NAMED and facts.get(side.of):
            body = str(accounts.institution(str(facts[side.of])).pk)
            Party.objects.update_or_create(case=case, side=side.code, defaults={"institution": body})
            case.reseated()


def _take(
    case: Case,
    flow: Workflow,
    step: Act,
    facts: dict[str, Plain],
    entry: PublishedEntry | None,
    *,
    by: Actor,
    now: datetime,
    sides: frozenset[str],
    book: RuleBook,
    done: Sequence[Taken],
    follows: Case | None = None,
) -> Taken:
    behind = sorted(str(person) for person in accounts.persons_behind(by, at=now))
    if step.apart:
        before = [one for one in done if one.verb in step.apart]
        four_eyes(behind, {person for one in before for person in one.behind})
    hook = hook_of(flow.code, step.verb)
    if hook is not None:
        hook(
            Step(
                case=case,
                flow=flow,
                act=step,
                facts=facts,
                before=dict(case.facts),
                entry=entry,
                by=by,
                now=now,
                sides=sides,
                follows=follows,
            )
        )
    _seal(case, flow, facts)
    known = {**case.facts, **facts}
    before_state, case.state = case.state, flow.after(case.state, step, known)
    case.facts = known
    case.n += 1
    case.changed_at = now
    if entry is not None and not case.dataset:
        case.dataset = entry.id
    if case.n == 1:
        _name(case, flow, entry)
        _judge_regime(case, flow)
    if flow.states[case.state].end:
        _close(case, flow, book, now=now)
    case.save()
    _seat_named(case, flow, facts)
    _terms(case, flow, step, book, by=by, now=now)
    _desks(case, flow, now=now)
    return _record(case, step, facts, before=before_state, behind=behind, by=by, now=now)


def _seal(case: Case, flow: Workflow, facts: dict[str, Plain]) -> None:
    """What must be destroyed later never enters the facts: a salted commitment stands there, the text lies in a box of its own."""
    for name, value in facts.items():
        if not flow.fields[name].sealed or not isinstance(value, str):
            continue
        salt = os.urandom(SALT_SIZE)
        commitment = selectors.SEALED + b64url(hmac.digest(salt, value.encode(), hashlib.sha256))
        box = selectors.ring().seal(salt + value.encode(), purpose=selectors.PURPOSE, place=selectors.place(commitment))
        Sealed.objects.create(case=case, commitment=commitment, name=name, box=box)
        facts[name] = commitment


def destroy_sealed(case: Case, *names: str) -> int:
    """Destroy sealed answers of a case, all or those named, with their salts; what commits to them stays and says nothing."""
    rows = Sealed.objects.filter(case=case)
    return (rows.filter(name__in=names) if names else rows).delete()[0]


def _name(case: Case, flow: Workflow, entry: PublishedEntry | None) -> None:
    zh, en = [flow.words.zh], [flow.words.en]
    for name in flow.title:
        value = case.facts.get(name)
        asked = flow.fields[name]
        if asked.kind is FieldKind.ENTRY and entry is not None:
            zh.append(entry.title_zh)
            en.append(entry.title_en or entry.title_zh)
        elif asked.codes and isinstance(value, str):
            zh.append(asked.codes[value].zh)
            en.append(asked.codes[value].en)
        elif asked.kind is FieldKind.INSTITUTION and value:
            body = accounts.institution(str(value))
            zh.append(body.name_zh)
            en.append(body.name_en or body.name_zh)
        elif value and not asked.private:
            zh.append(str(value)[:120])
            en.append(str(value)[:120])
    case.title_zh, case.title_en = "：".join(zh)[:300], ": ".join(en)[:300]


def _judge_regime(case: Case, flow: Workflow) -> None:
    """Trap 1 of the law: which terms bind depends on what kind of body owes the answer."""
    if not flow.regime:
        return
    provider = next((side.code for side in flow.sides.values() if side.kind is SideKind.PROVIDER), None)
    party = case.seat(provider) if provider else None
    if party is None:
        return
    kind = accounts.institution(party.institution).body_kind
    case.regime = str(catalogue.spec().list_of("body_kind").get(kind).attributes.get("regime", ""))


def _close(case: Case, flow: Workflow, book: RuleBook, *, now: datetime) -> None:
    case.closed_at = now
    day = book.calendar.day(now)
    if book.rule(flow.retention).holds(day):
        end = due(now, book.value(flow.retention, day).amount(), (), book.calendar)
        case.keep_until = end.at if end else None


def _terms(case: Case, flow: Workflow, step: Act, book: RuleBook, *, by: Actor, now: datetime) -> None:
    named = {*step.extends, *step.meets, *step.resumes, *(rule for rule, _ in step.stops)}
    running = {term.rule for term in office_selectors.open_terms(case_kind=CASE, case=case.pk)} if named else set[str]()
    for rule in step.extends:
        if rule in running:
            office.extend_clock(
                rule, case_kind=CASE, case=case.pk, n=int(str(case.facts["days"])), role=str(by.role),
                person=str(by.person or ""), notified=bool(case.facts.get("notified")), now=now,
            )  # fmt: skip
    if step.extends and not running & set(step.extends):
        raise Refused("clock_state", state="none")
    for rule, kind in step.stops:
        if rule in running:
            office.stop_clock(rule, case_kind=CASE, case=case.pk, kind=kind, reason=step.words.zh, now=now, book=book)
    for rule in step.resumes:
        if rule in running:
            office.resume_clock(rule, case_kind=CASE, case=case.pk, now=now, book=book)
    met = [rule for rule in step.meets if rule in running]
    if met:
        office.meet_running(*met, case_kind=CASE, case=case.pk, now=now)
    if flow.states[case.state].end:
        office.cancel_clocks(case_kind=CASE, case=case.pk, now=now)
        return
    for start in step.starts:
        if holds(start.when, case.facts):
            _start(case, start, book, now=now)


def _start(case: Case, start: Start, book: RuleBook, *, now: datetime) -> None:
    if not book.rule(start.rule).holds(book.calendar.day(now)):
        return
    party = case.seat(start.desk.side)
    office.start_clock(
        start.rule, case_kind=CASE, case=case.pk, title_zh=_said(case, "zh"), title_en=_said(case, "en"), url=_url(case),
        institution=party.institution if party else "", role=start.desk.role, at=_since(case, start, book, now), now=now, book=book,
    )  # fmt: skip


def _since(case: Case, start: Start, book: RuleBook, now: datetime) -> datetime:
    """When a term begins: at the step, or at the day or the instant that the facts name; never in the future."""
    told = str(case.facts.get(start.since) or "") if start.since else ""
    if not told:
        return now
    at = datetime.fromisoformat(told) if "T" in told else book.calendar.morning_of(date.fromisoformat(told))
    return min(now, at)


def _said(case: Case, language: str) -> str:
    title = case.title_zh if language == "zh" else case.title_en
    return f"{title}（{case.number}）" if language == "zh" else f"{title} ({case.number})"


def _url(case: Case) -> str:
    return f"/cases/{case.number}"


def _desks(case: Case, flow: Workflow, *, now: datetime) -> None:
    """The case lies where the next step is; not twice, where a term already put it there."""
    office.close_desk_items(kind=CASE, ref=case.pk, now=now)
    state = flow.states[case.state]
    if not state.waits:
        return
    owed = {(term.institution, term.role) for term in office_selectors.open_terms(case_kind=CASE, case=case.pk)}
    for desk in state.waits:
        party = case.seat(desk.side)
        if party is None or (party.institution, desk.role) in owed:
            continue
        if not party.institution and not party.person:
            continue
        office.open_desk_item(
            kind=CASE, ref=case.pk, url=_url(case), institution=party.institution, role=desk.role,
            person=party.person if desk.role == PUBLIC else "",
            title_zh=f"{state.words.zh}：{_said(case, 'zh')}", title_en=f"{state.words.en}: {_said(case, 'en')}", now=now,
        )  # fmt: skip


def _record(
    case: Case, step: Act, facts: Mapping[str, Plain], *, before: str, behind: list[str], by: Actor, now: datetime
) -> Taken:
    digest = hashlib.sha256(rfc8785.dumps({name: value for name, value in facts.items()})).hexdigest()  # noqa: C416 - a plain dict
    public: dict[str, object] = {
        "inst": str(by.institution) if by.institution and by.on_behalf is None else "natural-person",
        "out": step.outcome,
    }
    if case.dataset:
        public["ds"] = case.dataset
    receipt = evidence.record(
        Kind(f"case.{case.workflow}"),
        at=now,
        public=public,  # type: ignore[arg-type]
        private=evidence.who(by)
        | {"case": case.number, "verb": step.verb, "before": before, "after": case.state, "facts": digest},
    )
    subscribing.post_step(
        case,
        verb=step.verb,
        receipt=receipt.entry,
        institutions={party.institution for party in case.parties.all() if party.institution},
        now=now,
    )
    behalf = by.on_behalf
    return Taken.objects.create(
        case=case, n=case.n, verb=step.verb, before=before, after=case.state, at=now, person=str(by.person or ""),
        institution=str(by.institution or ""), role=str(by.role),
        on_behalf=str(behalf.person or behalf.described_as or "")[:200] if behalf else "",
        channel=behalf.channel if behalf else "", authority=behalf.authority if behalf else "",
        behind=behind, facts=dict(facts), digest=digest, receipt=receipt.entry,
    )  # fmt: skip


def _number(flow: Workflow, year: int) -> str:
    series = f"{flow.prefix}-{year}"
    row, _ = Series.objects.select_for_update().get_or_create(series=series, defaults={"last": 0})
    row.last += 1
    row.save(update_fields=["last"])
    return f"{series}-{row.last:06d}"


def _key() -> str:
    """A word that can be read out at a counter: letters and digits that are not mistaken for one another, 98 bits."""
    return "-".join("".join(secrets.choice(_WORD) for _ in range(5)) for _ in range(4))


def _without_account(by: Actor) -> bool:
    """Nobody with an account stands behind the filing: who files, or whom a helper files for, follows it by a word."""
    if by.via is Via.JOB:
        return False
    return (by.person if by.on_behalf is None else by.on_behalf.person) is None


def _short(value: object) -> object:
    if isinstance(value, list):
        return [str(one)[:300] for one in value[:500]]
    return value if isinstance(value, bool | int) else str(value)[:20_000]
