"""What happens at the steps of demands and of the open plan: lines are written, comments answered, what is called open is checked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime

import rfc8785
from django.db import transaction
from django.db.models import Max

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.cases import services as machine
from kaimen.cases.services import Hook, Step
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy.party import ANYBODY, Actor, Via
from kaimen.core.privacy.identifiers import kinds_in
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence import services as evidence
from kaimen.office import selectors as office
from kaimen.opening import planning
from kaimen.opening.models import PlanComment, PlanItem

PLATFORM = Actor(via=Via.JOB)
LONGEST_COMMENT, MOST_WAITING = 2_000, 1_000
RUNNING = (*planning.SHOWN, "compiling")


# ---- demands -------------------------------------------------------------------------------------------------------------------
def _public_words(field: str) -> Hook:
    """What everybody will read of a demand holds nobody's number or address; names, the one who writes it must see."""

    def read(step: Step) -> None:
        if any(kind.strong for kind in kinds_in(step.text(field))):
            raise Invalid("case_facts", fields=[field], faults=["personal"])

    return read


def _planned(step: Step) -> None:
    """Only what a plan really holds is planned."""
    item = PlanItem.objects.filter(demand=step.case.number).exclude(state=PlanItem.State.DROPPED).last()
    if item is None:
        raise Refused("demand_not_in_plan", case=step.case.number)
    step.facts["planned_on"], step.facts["plan_item"] = item.planned_on.isoformat(), item.n


def _linked(step: Step) -> None:
    """What is pointed at must be there for the one who asked."""
    try:
        catalogue.entry_for(ANYBODY, step.text("dataset"))
    except Missing:
        raise Invalid("case_facts", fields=["dataset"], faults=["not_open_data"]) from None


def _delivered(step: Step) -> None:
    _must_be_open(step.text("dataset"), "dataset", {1, 2})


# ---- the plan ------------------------------------------------------------------------------------------------------------------
def _compile(step: Step) -> None:
    year = step.facts["year"]
    if any(case.facts["year"] == year for case in cases.running(planning.PLAN, states=RUNNING)):
        raise Refused("plan_exists", year=str(year))


def _add(step: Step) -> None:
    day = date.fromisoformat(str(step.facts["planned_on"]))
    if str(day.year) != step.text("year"):
        raise Invalid("case_facts", fields=["planned_on"], faults=["not_that_year"])
    last = PlanItem.objects.filter(plan=step.case.pk).aggregate(last=Max("n"))["last"] or 0
    PlanItem.objects.create(
        plan=step.case.pk,
        n=last + 1,
        title_zh=str(step.facts["item_title"]),
        title_en=str(step.facts["item_title_en"]),
        institution=str(accounts.institution(str(step.facts["item_body"])).pk),
        open_type=int(str(step.facts["item_open_type"])),
        first_planned_on=day,
        planned_on=day,
        demand=str(step.facts.get("demand") or ""),
        added_later=step.act.verb == "add_later",
        reason=str(step.facts.get("reason") or ""),
    )


def _remove(step: Step) -> None:
    _item(step).delete()


def _consult(step: Step) -> None:
    if not PlanItem.objects.filter(plan=step.case.pk).exists():
        raise Refused("plan_empty")


def _answer(step: Step) -> None:
    found = PlanComment.objects.filter(plan=step.case.pk, n=int(str(step.facts["comment"]))).first()
    if found is None or found.answered_at is not None:
        raise Invalid("case_facts", fields=["comment"], faults=["no_such_item"])
    found.answer, found.answered_at = str(step.facts["answer"]), step.now
    found.save(update_fields=["answer", "answered_at"])


def _approve(step: Step) -> None:
    """Not before the days of the public have run, and not over a comment that has no answer."""
    end = planning.consultation_ends(step.case.pk)
    if end is None or step.now <= end:
        raise Refused("term_running", until=_day(end or step.now).isoformat())
    waiting = PlanComment.objects.filter(plan=step.case.pk, answered_at=None).count()
    if waiting:
        raise Refused("plan_unanswered", n=waiting)


def _publish(step: Step) -> None:
    """What is published is fixed by its digest, which stands on the page and can be counted again from it."""
    step.facts["plan_digest"] = digest_of(step.case.pk)


def digest_of(plan: str) -> str:
    """SHA-256 of the lines as RFC 8785 JSON: line, titles, body, open type, day, demand."""
    lines = [
        [
            item.n,
            item.title_zh,
            item.title_en,
            item.institution,
            item.open_type,
            item.first_planned_on.isoformat(),
            item.demand,
        ]
        for item in PlanItem.objects.filter(plan=plan, added_later=False).order_by("n")
    ]
    return hashlib.sha256(rfc8785.dumps(lines)).hexdigest()


def _begin_item(step: Step) -> None:
    item = _item(step, *planning.NOT_BEGUN)
    item.state = PlanItem.State.IN_PROGRESS
    item.save(update_fields=["state"])


def _open_item(step: Step) -> None:
    """Set only where the entry is open as promised and holds data; a demand behind the line is answered with it."""
    item = _item(step, *planning.UNFINISHED)
    allowed = {1} if item.open_type == 1 else {1, 2}
    entry = _must_be_open(str(step.facts["opened_as"]), "opened_as", allowed)
    step.facts["opened_as"] = entry.slug
    item.state, item.dataset, item.opened_on = PlanItem.State.OPENED, entry.id, _day(step.now)
    item.save(update_fields=["state", "dataset", "opened_on"])
    if item.demand and cases.running(planning.DEMAND, states=("planned",)).filter(number=item.demand).exists():
        machine.act(item.demand, "deliver", {"dataset": entry.slug}, by=PLATFORM, now=step.now)


def _defer_item(step: Step) -> None:
    item = _item(step, *planning.UNFINISHED)
    day = date.fromisoformat(str(step.facts["new_date"]))
    if day <= item.planned_on:
        raise Invalid("case_facts", fields=["new_date"], faults=["not_later"])
    item.state, item.planned_on, item.reason = PlanItem.State.DEFERRED, day, str(step.facts["reason"])
    item.save(update_fields=["state", "planned_on", "reason"])


def _drop_item(step: Step) -> None:
    item = _item(step, *planning.UNFINISHED)
    item.state, item.reason = PlanItem.State.DROPPED, str(step.facts["reason"])
    item.save(update_fields=["state", "reason"])


def _close(step: Step) -> None:
    """The report of the year is counted, not written."""
    items = list(PlanItem.objects.filter(plan=step.case.pk))
    opened = [item for item in items if item.state == PlanItem.State.OPENED]
    step.facts["count_opened"] = len(opened)
    step.facts["count_late"] = sum(1 for one in opened if one.opened_on and one.opened_on > one.first_planned_on)
    step.facts["count_deferred"] = sum(1 for one in items if one.state == PlanItem.State.DEFERRED)
    step.facts["count_dropped"] = sum(1 for one in items if one.state == PlanItem.State.DROPPED)
    step.facts["count_unfinished"] = len(items) - sum(
        int(str(step.facts[name])) for name in ("count_opened", "count_deferred", "count_dropped")
    )


@transaction.atomic
def comment(year: int, text: str, *, by: Actor, now: datetime) -> PlanComment:
    """What anybody says of a draft while it is open for comments; who they are is not asked and not kept.

    Raises `Missing("plan_missing")`, `Refused("consultation_over")`, `Invalid("comment_text")`, `Refused("comments_full")`.
    """
    plan = planning.plan(year, now=now)
    if plan.comment_until is None or now > plan.comment_until:
        raise Refused("consultation_over", year=str(year))
    text = text.replace("\r\n", "\n").strip()
    if not text or len(text) > LONGEST_COMMENT or any(ord(sign) < 32 and sign not in "\n\t" for sign in text):
        raise Invalid("comment_text", most=LONGEST_COMMENT)
    if plan.waiting >= MOST_WAITING:
        raise Refused("comments_full", most=MOST_WAITING)
    cases.running(planning.PLAN, states=planning.SHOWN).select_for_update().get(pk=plan.case)
    last = PlanComment.objects.filter(plan=plan.case).aggregate(last=Max("n"))["last"] or 0
    receipt = evidence.record(
        Kind.CASE_OPEN_PLAN,
        at=now,
        public={"inst": "natural-person", "out": "done"},
        private=evidence.who(by)
        | {
            "case": plan.number,
            "verb": "comment",
            "before": plan.state,
            "after": plan.state,
            "facts": hashlib.sha256(text.encode()).hexdigest(),
        },
    )
    return PlanComment.objects.create(plan=plan.case, n=last + 1, text=text, at=now, receipt=receipt.entry)


# ---- parts ---------------------------------------------------------------------------------------------------------------------
def _item(step: Step, *states: str) -> PlanItem:
    item = PlanItem.objects.select_for_update().filter(plan=step.case.pk, n=int(str(step.facts["item"]))).first()
    if item is None or (states and item.state not in states):
        raise Invalid("case_facts", fields=["item"], faults=["no_such_item"])
    return item


def _must_be_open(name: str, field: str, allowed: set[int]) -> PublishedEntry:
    try:
        entry = catalogue.entry_for(ANYBODY, name)
    except Missing:
        entry = None
    if entry is None or entry.open_type not in allowed or not entry.has_data:
        raise Invalid("case_facts", fields=[field], faults=["not_open_data"])
    return entry


def _day(instant: datetime) -> date:
    return office.rules().calendar.day(instant)


HOOKS: Mapping[str, Mapping[str, Hook]] = {
    planning.DEMAND: {
        "acknowledge": _public_words("public_title"),
        "plan": _planned,
        "link": _linked,
        "refuse": _public_words("reason"),
        "deliver": _delivered,
    },
    planning.PLAN: {
        "compile": _compile,
        "add_item": _add,
        "add_later": _add,
        "remove_item": _remove,
        "consult": _consult,
        "answer_comment": _answer,
        "approve": _approve,
        "publish": _publish,
        "begin_item": _begin_item,
        "open_item": _open_item,
        "defer_item": _defer_item,
        "drop_item": _drop_item,
        "close": _close,
    },
}
