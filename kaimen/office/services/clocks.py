"""Clocks of cases: started at receipt, stopped where the rule allows it, extended once, met or late. Nothing is decided by time.

A waiting period is owed by nobody: it climbs nothing and is never late. At its end the next step lies on a desk, once.

A late case climbs the ladder of the pack: each rung puts it on one more desk, posts a notice and is proved in the log, once. The
due day of every desk item of the case follows its clock. Call these inside the transaction that changes the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from kaimen.core.errors import Invalid, Refused
from kaimen.core.lifecycle.rules import RuleBook, RuleKind, Rung
from kaimen.core.lifecycle.terms import Amount, Stop, StopKind, Unit, due, helping, part_of
from kaimen.evidence import services as evidence
from kaimen.office.models import Clock, ClockStop, DeskItem
from kaimen.office.rulebook import rules
from kaimen.office.services.desks import open_desk_item
from kaimen.office.services.posting import post

State = Clock.State
DESK = "clock"
BATCH = 100
_SHARES = {"half": 0.5, "four_fifths": 0.8}


def start_clock(
    rule_id: str,
    *,
    case_kind: str,
    case: str,
    title_zh: str,
    title_en: str,
    url: str,
    institution: str,
    role: str,
    at: datetime,
    now: datetime,
    book: RuleBook | None = None,
    granted: int | None = None,
) -> Clock:
    """The term of this rule begins for a case, with its receipt at `at`; the case lies on the owner's desk until it is met.

    Of a waiting period the owner is whoever has the step after it: it comes to their desk at its end.

    `book`: the rules of this moment, where the caller has read them already. `granted`: a shorter term than the rule's, in its unit. Asked twice, the running clock is given back. Raises `Invalid("rule_unknown")`, `Invalid("rule_not_in_force")`,
    `Invalid("clock_backdated")` for a receipt in the future.
    """
    if at > now:
        raise Invalid("clock_backdated")
    running = _open(rule_id, case_kind=case_kind, case=case)
    if running is not None:
        return running
    book = book or rules()
    rule = book.rule(rule_id)
    if rule.kind is not RuleKind.TIMER:
        raise Invalid("rule_unit", unit=rule.kind.value)
    amount = book.value(rule_id, book.calendar.day(at)).amount()
    clock = Clock(
        rule=rule_id,
        case_kind=case_kind,
        case=case,
        title_zh=title_zh[:300],
        title_en=title_en[:300],
        url=url,
        institution=institution,
        role=role,
        started_at=at,
        unit=amount.unit.value,
        n=amount.n if granted is None else min(granted, amount.n),
        pack_version=f"{book.id}/{book.version}",
        pack_digest=book.digest,
        waits=rule.waits,
    )
    _count(clock, (), book)
    clock.save()
    if not clock.waits:
        _on_desk(clock, institution=institution, role=role, now=now)
    return clock


def stop_clock(
    rule_id: str, *, case_kind: str, case: str, kind: StopKind, reason: str, now: datetime, book: RuleBook | None = None
) -> Clock:
    """Days do not count from here on, where the rule allows this kind of stop. A term that ran out before stays late.

    Raises `Refused("stop_not_allowed")`, `Refused("clock_state")` when it is stopped already or was met.
    """
    clock = _locked(rule_id, case_kind=case_kind, case=case)
    book = book or rules()
    if kind not in book.rule(rule_id).stops:
        raise Refused("stop_not_allowed", rule=rule_id, stop=kind.value)
    if ClockStop.objects.filter(clock=clock, ended_at__isnull=True).exists():
        raise Refused("clock_state", state=State.STOPPED.value)
    ClockStop.objects.create(clock=clock, kind=kind.value, begun_at=now, reason=reason[:500])
    if clock.due_at is not None and now > clock.due_at:
        return clock
    clock.state, clock.due_at, clock.next_at = State.STOPPED, None, None
    clock.save(update_fields=["state", "due_at", "next_at"])
    _desks(clock).update(due=None)
    return clock


def resume_clock(rule_id: str, *, case_kind: str, case: str, now: datetime, book: RuleBook | None = None) -> Clock:
    """What it waited for arrived: a pause is over, or (after a restart) the term begins anew. Raises `Refused("clock_state")`."""
    clock = _locked(rule_id, case_kind=case_kind, case=case)
    if not ClockStop.objects.filter(clock=clock, ended_at__isnull=True).update(ended_at=now):
        raise Refused("clock_state", state=clock.state)
    if clock.state == State.STOPPED:
        clock.state = State.RUNNING
        _recount(clock, book or rules())
    return clock


def extend_clock(
    rule_id: str, *, case_kind: str, case: str, n: int, role: str, person: str, notified: bool, now: datetime
) -> Clock:
    """At most what the rule grants, once, before the due day, by the role it names, and only after notice to the other side.

    Raises `Refused("extension_none" | "extension_given" | "extension_late" | "extension_notice" | "not_your_role")`,
    `Invalid("extension_length")`.
    """
    clock = _locked(rule_id, case_kind=case_kind, case=case)
    extension = rules().rule(rule_id).extension
    if extension is None:
        raise Refused("extension_none", rule=rule_id)
    if role != extension.by:
        raise Refused("not_your_role", needed=[extension.by])
    if clock.extra:
        raise Refused("extension_given", rule=rule_id)
    if clock.due_at is not None and now > clock.due_at:
        raise Refused("extension_late", rule=rule_id)
    if extension.notify and not notified:
        raise Refused("extension_notice", rule=rule_id, side=extension.notify)
    if not 1 <= n <= extension.amount.n or extension.amount.unit.value != clock.unit:
        raise Invalid("extension_length", longest=extension.amount.n)
    clock.extra, clock.extended_at, clock.extended_by = n, now, person
    _recount(clock, rules())
    return clock


def pass_clock(rule_id: str, *, case_kind: str, case: str, role: str, now: datetime) -> Clock:
    """The same term of the same body, on the desk of whoever takes the step that meets it; letters go there from now on.

    Raises `Refused("clock_state")` where none runs.
    """
    clock = _locked(rule_id, case_kind=case_kind, case=case)
    _desks(clock).filter(institution=clock.institution, role=clock.role).update(closed_at=now)
    clock.role = role
    clock.save(update_fields=["role"])
    _on_desk(clock, institution=clock.institution, role=role, now=now)
    return clock


def meet_clock(rule_id: str, *, case_kind: str, case: str, now: datetime) -> Clock:
    """What was owed is done; whether in time stays visible. Raises `Refused("clock_state")` where none runs."""
    clock = _locked(rule_id, case_kind=case_kind, case=case)
    _met(clock, now=now)
    return clock


def meet_running(*rule_ids: str, case_kind: str, case: str, now: datetime) -> int:
    """Whichever of these terms run for the case are met; returns how many. For steps that may owe one of several terms, or none."""
    running = Clock.objects.select_for_update().filter(
        rule__in=rule_ids, case_kind=case_kind, case=case, ended_at__isnull=True
    )
    met = list(running)
    for clock in met:
        _met(clock, now=now)
    return len(met)


def cancel_clocks(*, case_kind: str, case: str, now: datetime) -> int:
    """The case is gone, withdrawn or converted: nothing is owed any more. Returns how many ran."""
    open_ones = list(Clock.objects.select_for_update().filter(case_kind=case_kind, case=case, ended_at__isnull=True))
    for clock in open_ones:
        _end_waiting(clock, State.CANCELLED, now=now) if clock.waits else _end(clock, State.CANCELLED, now=now)
    return len(open_ones)


def _met(clock: Clock, *, now: datetime) -> None:
    if clock.waits:
        _end_waiting(clock, State.MET, now=now)
        return
    late = clock.due_at is not None and now > clock.due_at
    _end(clock, State.MET_LATE if late else State.MET, now=now)


def _end_waiting(clock: Clock, early: Clock.State, *, now: datetime) -> None:
    """Over at its last moment, whenever somebody comes to take the next step; before it, what was waited for came early."""
    if clock.due_at is not None and now >= clock.due_at:
        _desks(clock).update(closed_at=now)
        _end(clock, State.OVER, now=clock.due_at)
    else:
        _end(clock, early, now=now)


def clear_waited(*, case_kind: str, case: str, now: datetime) -> None:
    """The case lies on desks by itself again: what its waiting periods put there at their end is taken off."""
    over = Clock.objects.filter(case_kind=case_kind, case=case, waits=True, state=State.OVER)
    refs = [str(one) for one in over.values_list("pk", flat=True)]
    if refs:
        DeskItem.objects.filter(kind=DESK, ref__in=refs, closed_at__isnull=True).update(closed_at=now)


def _end(clock: Clock, state: State, *, now: datetime) -> None:
    ClockStop.objects.filter(clock=clock, ended_at__isnull=True).update(ended_at=now)
    if state is State.MET and clock.due_at is None:  # met while stopped: the due day it would have had stays unknown
        clock.due_at = now
    clock.state, clock.ended_at, clock.next_at = state, now, None
    clock.save(update_fields=["state", "ended_at", "next_at", "due_at"])
    _desks(clock).update(closed_at=now)


# ----------------------------------------------------------------------------------------------------------------- the ticker
def tick(now: datetime) -> int:
    """Let every clock whose next rung is due climb it; returns how many did. Safe to miss, to repeat and to run twice at once."""
    climbed = 0
    while True:
        with transaction.atomic():
            due_now = list(
                Clock.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
                .filter(next_at__lte=now)
                .order_by("next_at", "id")[:BATCH]
            )
            book = rules() if due_now else None
            for clock in due_now:
                (_wait_over if clock.waits else _climb)(clock, book, now=now)  # type: ignore[arg-type]  # a book is there when clocks are
        climbed += len(due_now)
        if len(due_now) < BATCH:
            return climbed


def _wait_over(clock: Clock, book: RuleBook, *, now: datetime) -> None:
    """The time that had to pass has passed: whoever has the next step finds it on their desk, unless the case lies there already."""
    del book
    clock.state, clock.next_at = State.OVER, None
    clock.save(update_fields=["state", "next_at"])
    lying = DeskItem.objects.filter(
        url=clock.url, institution=clock.institution, role=clock.role, closed_at__isnull=True
    )
    if not lying.exists():
        open_desk_item(
            kind=DESK, ref=str(clock.pk), url=clock.url, institution=clock.institution, role=clock.role,
            title_zh=f"期满：{clock.title_zh}"[:300], title_en=f"The time is over: {clock.title_en}"[:300], now=now,
        )  # fmt: skip
    _post_rung(clock, "over", institution=clock.institution, role=clock.role, now=now)


def _post_rung(clock: Clock, rung: str, *, institution: str, role: str, now: datetime) -> None:
    post(
        "clock.rung",
        key=f"{clock.pk}:{clock.rung}",
        body={
            "rung": rung, "rule": clock.rule, "institution": institution, "role": role, "title_zh": clock.title_zh,
            "title_en": clock.title_en, "url": clock.url, "due": clock.due_at.isoformat() if clock.due_at else None,
        },
        now=now,
    )  # fmt: skip


def _climb(clock: Clock, book: RuleBook, *, now: datetime) -> None:
    stops = _stops(clock, book)
    while clock.next_at is not None and clock.next_at <= now:
        rung = book.ladder[clock.rung]
        if rung.at == "overdue":
            clock.state = State.OVERDUE
        institution, role = ("" if rung.everywhere else clock.institution), rung.role
        if role == "owner":
            institution, role = clock.institution, clock.role
        elif not _lies_there(clock, rung, institution=institution, role=role):
            _on_desk(clock, institution=institution, role=role, now=now)
        clock.rung += 1
        clock.next_at = _next_rung(clock, stops, book)
        clock.save(update_fields=["state", "rung", "next_at"])
        _post_rung(clock, rung.at, institution=institution, role=role, now=now)
        evidence.record(
            evidence.Kind.CLOCK_ESCALATED,
            at=now,
            public={"inst": clock.institution or None, "out": rung.at},
            private={"rule": clock.rule, "case_kind": clock.case_kind, "case": clock.case, "due": clock.due_at.isoformat() if clock.due_at else None},
        )  # fmt: skip


def _lies_there(clock: Clock, rung: Rung, *, institution: str, role: str) -> bool:
    """Does the term lie on that desk already? Whoever holds a role everywhere also holds it in the body that owes."""
    lying = _desks(clock).filter(role=role)
    return (lying if rung.everywhere else lying.filter(institution=institution)).exists()


# ------------------------------------------------------------------------------------------------------------------- counting
def recount(book: RuleBook) -> int:
    """After days were announced: every open provisional clock gets its real end; returns how many moved."""
    moved = 0
    for clock in (
        Clock.objects.select_for_update().filter(ended_at__isnull=True).exclude(state__in=[State.STOPPED, State.OVER])
    ):
        before = clock.due_at
        _recount(clock, book)
        moved += clock.due_at != before
    return moved


def _recount(clock: Clock, book: RuleBook) -> None:
    _count(clock, _stops(clock, book), book)
    clock.save(
        update_fields=["state", "due_at", "provisional", "next_at", "rung", "extra", "extended_at", "extended_by"]
    )
    _desks(clock).update(due=clock.due_at)


def _count(clock: Clock, stops: Sequence[Stop], book: RuleBook) -> None:
    end = due(clock.started_at, _amount(clock), stops, book.calendar)
    if end is None:
        clock.due_at, clock.next_at = None, None
        return
    clock.due_at, clock.provisional = end.at, end.provisional
    if clock.waits:
        clock.next_at = end.at
        return
    if clock.state == State.OVERDUE and clock.rung < len(book.ladder):
        clock.state = State.RUNNING
    clock.next_at = _next_rung(clock, stops, book)


def _next_rung(clock: Clock, stops: Sequence[Stop], book: RuleBook) -> datetime | None:
    """When the next rung is reached; rungs that make no sense for the term (a due morning of hours) are passed over."""
    while clock.rung < len(book.ladder):
        moment = _moment(book.ladder[clock.rung], clock, stops, book)
        if moment is not None:
            return moment
        clock.rung += 1
    return None


def _moment(rung: Rung, clock: Clock, stops: Sequence[Stop], book: RuleBook) -> datetime | None:
    if clock.due_at is None:
        return None
    match rung.at:
        case "overdue":
            return clock.due_at
        case "due_morning":
            return None if clock.unit == Unit.HOURS else book.calendar.morning_of(book.calendar.day(clock.due_at))
        case _:
            return part_of(clock.started_at, _amount(clock), _SHARES[rung.at], stops, book.calendar)


def _amount(clock: Clock) -> Amount:
    return Amount(n=clock.n + clock.extra, unit=Unit(clock.unit))


def _stops(clock: Clock, book: RuleBook) -> Sequence[Stop]:
    if clock.pk is None:
        return ()
    kept = [
        Stop(kind=StopKind(stop.kind), begin=stop.begun_at, end=stop.ended_at)
        for stop in ClockStop.objects.filter(clock=clock).order_by("begun_at", "id")
    ]
    return helping(clock.started_at, _amount(clock), kept, book.calendar)


def _open(rule_id: str, *, case_kind: str, case: str) -> Clock | None:
    return (
        Clock.objects.select_for_update()
        .filter(rule=rule_id, case_kind=case_kind, case=case, ended_at__isnull=True)
        .first()
    )


def _locked(rule_id: str, *, case_kind: str, case: str) -> Clock:
    clock = _open(rule_id, case_kind=case_kind, case=case)
    if clock is None:
        raise Refused("clock_state", state="none")
    return clock


def _desks(clock: Clock):  # noqa: ANN202 - a query set of desk items
    return DeskItem.objects.filter(kind=DESK, ref=str(clock.pk), closed_at__isnull=True)


def _on_desk(clock: Clock, *, institution: str, role: str, now: datetime) -> None:
    open_desk_item(
        kind=DESK, ref=str(clock.pk), url=clock.url, institution=institution, role=role, title_zh=clock.title_zh,
        title_en=clock.title_en, due=clock.due_at, now=now,
    )  # fmt: skip
