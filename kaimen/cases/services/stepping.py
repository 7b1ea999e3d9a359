"""Take a step of a case, begin one, keep a form for later."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import rfc8785
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.crypto import salted_hmac
from ulid import ULID

from kaimen.accounts import selectors as accounts
from kaimen.accounts import services as accounts_services
from kaimen.cases import selectors, subscribing
from kaimen.cases.hooks import Step, hook_of
from kaimen.cases.models import Act as Taken
from kaimen.cases.models import Begun, Case
from kaimen.cases.models import Sequence as Series
from kaimen.cases.services.answering import answers, seal
from kaimen.cases.services.owing import close, desks, terms
from kaimen.cases.services.seating import seat, seat_follower, seat_named, stand_on_a_side
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Conflict, Invalid, KaimenError, Missing, Refused
from kaimen.core.lifecycle import four_eyes
from kaimen.core.lifecycle.rules import RuleBook
from kaimen.core.lifecycle.workflow import (
    NEW,
    PUBLIC,
    SYSTEM,
    Act,
    FieldKind,
    Plain,
    SideKind,
    Workflow,
    open_acts,
)
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy.party import Actor, Via
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence import services as evidence
from kaimen.office import selectors as office_selectors

_WORD = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a step came to. `key` is told to somebody without an account when their case begins, and to who sends the same sheet again."""

    case: Case
    verb: str
    receipt: str
    key: str = ""
    again: bool = False
    """The same sheet was sent before: this is the case that it made."""


def begin(
    workflow: str,
    given: Mapping[str, object],
    *,
    by: Actor,
    now: datetime,
    verb: str | None = None,
    follows: Case | None = None,
    mark: str = "",
    begun: int | None = None,
) -> Done:
    """Take the first step of a workflow. `follows`: the case out of which it grows, with the same opener and the same word.

    `mark`: what only this sheet carries; sent again with the same answers it is answered with the case that it made. `begun`: the begun
    form that is filed by this. Raises `Missing("workflow_unknown")`, `Refused("not_your_role" | "case_side")`, `Invalid("case_facts")`,
    `Invalid("case_mark")`, `Conflict("case_sent")` for a sheet sent again with other answers, and what the window refuses.
    """
    flow = selectors.workflow(workflow)
    first = flow.acts.get(verb) if verb else selectors.may_begin(by, flow)
    if first is None or NEW not in first.sources or not selectors.wears(by, first):
        raise Refused("not_your_role", needed=sorted({role for one in flow.opening for role in one.roles}))
    if by.role == selectors.HELPER and by.on_behalf is None and PUBLIC in first.roles:
        raise Refused("mandate_first")
    with transaction.atomic():
        book = office_selectors.rules()
        facts, entry = answers(flow, first, given, by=by, book=book, now=now, known={})
        series = _series(flow, book.calendar.day(now).year)
        sheet = _sheet(flow, mark, by)
        if sheet and (
            sent := Case.objects.filter(mark=sheet).first()
        ):  # under the lock of the series: two at once make one
            return _sent(sent, first, facts, mark=mark, by=by)
        case = Case(
            id=str(ULID.from_datetime(now)),
            number=_number(series),
            mark=sheet,
            workflow=flow.code,
            pack=f"{book.id}/{book.version}",
            state=NEW,
            facts={},
            title_zh=flow.words.zh,
            title_en=flow.words.en,
            opened_at=now,
            changed_at=now,
        )
        key = _key(case, mark) if _without_account(by) and follows is None else ""
        case.key_hash = selectors.hash_of(key) if key else ""
        case.save()
        seat(case, flow, facts, entry, first, by=by)
        if follows is not None:
            seat_follower(case, first, follows)
        prefetch_related_objects([case], "parties")
        stand_on_a_side(case, flow, first, by=by)
        taken = _take(
            case, flow, first, facts, entry, by=by, now=now, sides=first.sides, book=book, done=[], follows=follows
        )
        if by.person is not None and begun is not None:
            Begun.objects.filter(pk=begun, person=selectors.drawer(by), workflow=flow.code, case="").delete()
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
            raise Conflict("case_step", verb=verb[:40], state=case.state, case=case.number)
        book = office_selectors.rules()
        repeated = _repeated(case, flow, step, given, by=by, book=book, expected=expected, now=now)
        if repeated is not None:
            return repeated
        _may(step, by, sides)
        done = selectors.taken(case)
        if selectors.helped_here(flow, step, by, done):
            raise Refused("same_person")
        if expected is not None and expected != case.n:
            raise Conflict("case_moved", state=case.state, case=case.number)
        if step.once and any(one.verb == verb for one in done):
            raise Refused("case_once", verb=verb)
        if step not in open_acts(flow, case.state, case.facts, (one.verb for one in done)):
            raise Conflict("case_step", verb=verb, state=case.state, case=case.number)
        facts, entry = answers(flow, step, given, by=by, book=book, now=now, known=case.facts)
        taken = _take(case, flow, step, facts, entry, by=by, now=now, sides=sides, book=book, done=done)
        if by.person is not None:
            Begun.objects.filter(person=selectors.drawer(by), workflow=flow.code, case=case.pk, verb=verb).delete()
    return Done(case=case, verb=verb, receipt=taken.receipt)


def save(
    workflow: str,
    verb: str,
    given: Mapping[str, object],
    *,
    by: Actor,
    now: datetime,
    case: str = "",
    begun: int | None = None,
) -> int:
    """Keep a form that somebody will go on with, beside the others that they began, or in the place of `begun`. Returns its number.

    Only answers that the step asks for, and none that is to be destroyed. Raises `Refused("sign_in_needed" | "begun_full")`.
    """
    if by.person is None:
        raise Refused("sign_in_needed")
    step = selectors.workflow(workflow).acts.get(verb)
    if step is None:
        raise Missing("workflow_unknown")
    asked = {ask.field.name for ask in step.asks if not ask.field.sealed}
    kept = {name: _short(value) for name, value in given.items() if name in asked}
    mine = Begun.objects.filter(person=selectors.drawer(by))
    told = {"workflow": workflow, "given": kept, "saved_at": now}
    if case:
        return Begun.objects.update_or_create(person=selectors.drawer(by), case=case, verb=verb, defaults=told)[0].pk
    if begun is not None and mine.filter(pk=begun, workflow=workflow, case="", verb=verb).update(**told):
        return begun
    if mine.count() >= selectors.MOST_BEGUN:
        raise Refused("begun_full", most=selectors.MOST_BEGUN)
    return Begun.objects.create(person=selectors.drawer(by), case="", verb=verb, **told).pk


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


def forget(begun: int, *, by: Actor) -> None:
    """Throw a begun form of one's own away. Raises `Missing("begun_unknown")`."""
    if by.person is None or not Begun.objects.filter(pk=begun, person=selectors.drawer(by)).delete()[0]:
        raise Missing("begun_unknown")


def _locked(number: str, *, by: Actor, key: str | None) -> tuple[Case, frozenset[str]]:
    """The case, its row locked and its parties read, and the sides of it on which the actor stands.

    Raises `Missing("case_unknown")` as `selectors.case_for` does.
    """
    case = Case.objects.select_for_update().filter(number=selectors.number_of(number)).first()
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
        facts, _ = answers(flow, step, given, by=by, book=book, now=now, known=case.facts)
    except KaimenError:
        return None
    told = selectors.unsealed(case, last.facts)
    same = all(told.get(name) == value for name, value in facts.items())
    return Done(case=case, verb=step.verb, receipt=last.receipt) if same else None


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
    seal(case, flow, facts)
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
        close(case, flow, book, now=now)
    case.save()
    seat_named(case, flow, facts)
    terms(case, flow, step, book, by=by, now=now)
    taken = _record(case, step, facts, before=before_state, behind=behind, by=by, now=now)
    desks(case, flow, now=now)  # after the record: who took this step may not be on the desk of the next
    return taken


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
        institutions={
            party.institution
            for party in case.parties.all()
            if party.institution and selectors.workflow(case.workflow).states[case.state].shown_to(party.side)
        },
        now=now,
    )
    behalf = by.on_behalf
    return Taken.objects.create(
        case=case, n=case.n, verb=step.verb, before=before, after=case.state, at=now, person=str(by.person or ""),
        institution=str(by.institution or ""), role=SYSTEM if by.via is Via.JOB else str(by.role),
        on_behalf=str(behalf.person or behalf.described_as or "")[:200] if behalf else "",
        channel=behalf.channel if behalf else "", authority=behalf.authority if behalf else "",
        behind=behind, facts=dict(facts), digest=digest, receipt=receipt.entry,
    )  # fmt: skip


def _series(flow: Workflow, year: int) -> Series:
    """The series of numbers of a year, locked: who holds it begins a case alone."""
    return Series.objects.select_for_update().get_or_create(series=f"{flow.prefix}-{year}", defaults={"last": 0})[0]


def _number(row: Series) -> str:
    row.last += 1
    row.save(update_fields=["last"])
    return f"{row.series}-{row.last:06d}"


def _sheet(flow: Workflow, mark: str, by: Actor) -> str:
    """A sheet is its opener's own: the mark of somebody else finds nothing. Raises `Invalid("case_mark")`."""
    if not mark:
        return ""
    if not 16 <= len(mark) <= 100 or not mark.isascii() or not mark.isprintable():
        raise Invalid("case_mark")
    return hashlib.sha256(f"{selectors.drawer(by)}\n{flow.code}\n{mark}".encode()).hexdigest()


def _sent(case: Case, first: Act, facts: Mapping[str, Plain], *, mark: str, by: Actor) -> Done:
    """The case that this sheet made. Raises `Conflict("case_sent")` where the answers are others."""
    last = Taken.objects.get(case=case, n=1)
    told = selectors.unsealed(case, last.facts)
    if last.verb != first.verb or not all(told.get(name) == value for name, value in facts.items()):
        raise Conflict("case_sent", case=case.number)
    key = _key(case, mark) if case.key_hash and _without_account(by) else ""
    return Done(case=case, verb=first.verb, receipt=last.receipt, key=key, again=True)


def _key(case: Case, mark: str) -> str:
    """A word that can be read out at a counter: letters and digits that are not mistaken for one another, 98 bits.

    With a mark it follows from it and from the secret of the installation: an answer that was lost is given again.
    """
    if not mark:
        letters = [secrets.choice(_WORD) for _ in range(20)]
    else:
        drawn = salted_hmac("kaimen.cases.word", f"{case.pk}\n{mark}", algorithm="sha512").digest()
        number = int.from_bytes(drawn, "big")
        letters = [_WORD[number // len(_WORD) ** place % len(_WORD)] for place in range(20)]
    return "-".join("".join(letters[place : place + 5]) for place in range(0, 20, 5))


def _without_account(by: Actor) -> bool:
    """Nobody with an account stands behind the filing: who files, or whom a helper files for, follows it by a word."""
    if by.via is Via.JOB:
        return False
    return (by.person if by.on_behalf is None else by.on_behalf.person) is None


def _short(value: object) -> object:
    if isinstance(value, list):
        return [str(one)[:300] for one in value[:500]]
    return value if isinstance(value, bool | int) else str(value)[:20_000]
