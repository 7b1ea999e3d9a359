"""Questions about promises: the open plan of a year with its lines, and the public list of demands, without persons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kaimen.accounts import selectors as accounts
from kaimen.accounts.selectors import InstitutionName
from kaimen.cases import selectors as cases
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Missing
from kaimen.core.policy.party import ANYBODY, InstitutionId
from kaimen.office import selectors as office
from kaimen.opening.models import PlanComment, PlanItem

PLAN, DEMAND = "open_plan", "demand"
SHOWN = ("public_consultation", "approved", "published", "closed")
"""A plan is public from the day it is put to the public."""
LISTED = ("acknowledged", "triaged", "planned", "linked", "refused", "done")
"""A demand is listed once somebody read it and gave it a name that names nobody."""
PAGE = 50
NOT_BEGUN = (PlanItem.State.PLANNED, PlanItem.State.DEFERRED)
UNFINISHED = (PlanItem.State.PLANNED, PlanItem.State.IN_PROGRESS, PlanItem.State.DEFERRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a plan, as everybody sees it. `late`: its day is over and it is neither open nor dropped."""

    item: PlanItem
    body: InstitutionName | None
    late: bool
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan of a year, as everybody sees it."""

    number: str
    case: str
    year: int
    state: str
    lines: Sequence[Line]
    comments: Sequence[PlanComment]
    waiting: int
    """Comments that have no answer yet."""
    comment_until: datetime | None
    digest: str
    report: Mapping[str, object]

    def count(self, state: str) -> int:
        """How many lines stand there."""
        return sum(1 for line in self.lines if line.item.state == state)

    @property
    def late(self) -> int:
        """How many lines are late."""
        return sum(1 for line in self.lines if line.late)


def years() -> list[int]:
    """Years that have a public plan, the newest first."""
    return sorted({int(str(case.facts["year"])) for case in cases.running(PLAN, states=SHOWN)}, reverse=True)


def is_late(item: PlanItem, today: date) -> bool:
    """Its day is over, and it is neither open nor dropped."""
    return item.state in UNFINISHED and item.planned_on < today


def plan(year: int | None, *, now: datetime) -> Plan:
    """The plan of a year, or the newest. Raises `Missing("plan_missing")`."""
    found = [case for case in cases.running(PLAN, states=SHOWN) if year is None or case.facts["year"] == year]
    if not found:
        raise Missing("plan_missing")
    case = max(found, key=lambda one: int(str(one.facts["year"])))
    items = list(PlanItem.objects.filter(plan=case.pk))
    bodies = accounts.institution_names([InstitutionId(item.institution) for item in items])
    entries = catalogue.published_many({item.dataset for item in items if item.dataset})
    today = office.rules().calendar.day(now)
    comments = list(PlanComment.objects.filter(plan=case.pk))
    return Plan(
        number=case.number,
        case=case.pk,
        year=int(str(case.facts["year"])),
        state=case.state,
        lines=[
            Line(
                item=item,
                body=bodies.get(InstitutionId(item.institution)),
                late=is_late(item, today),
                slug=entries[item.dataset].slug if item.dataset in entries else "",
            )
            for item in items
        ],
        comments=[one for one in comments if one.answered_at is not None],
        waiting=sum(1 for one in comments if one.answered_at is None),
        comment_until=consultation_ends(case.pk) if case.state == "public_consultation" else None,
        digest=str(case.facts.get("plan_digest") or ""),
        report={name: value for name, value in case.facts.items() if name.startswith("count_") or name == "summary"},
    )


def lines_of(case: str) -> list[PlanItem]:
    """Every line of a plan, also of one that is not public yet. For those who may know of its case."""
    return list(PlanItem.objects.filter(plan=case).order_by("n"))


def comments_of(case: str) -> list[PlanComment]:
    """Every comment on a plan, answered or not. For those who may know of its case."""
    return list(PlanComment.objects.filter(plan=case).order_by("n"))


def consultation_ends(case: str) -> datetime | None:
    """The last moment for comments on a draft."""
    terms = office.clocks_of(case_kind="case", case=case)
    return next((one.due_at for one in terms if one.rule == "POL-OPN-CONSULT" and one.ended_at is None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A demand on the public list."""

    number: str
    title: str
    state: str
    body: InstitutionName | None
    since: datetime
    due: datetime | None
    late: bool
    planned_on: date | None
    slug: str
    refusal: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandPage:
    """One page of the public list."""

    demands: Sequence[Wanted]
    total: int
    page: int
    pages: int


def demands(*, page: int = 1, now: datetime) -> DemandPage:
    """Demands that everybody may know of, the newest first."""
    found = cases.running(DEMAND, states=LISTED).filter(facts__has_key="public_title")
    total = found.count()
    pages = max(-(-total // PAGE), 1)
    page = min(max(page, 1), pages)
    rows = list(found.order_by("-opened_at", "-id").prefetch_related("parties")[(page - 1) * PAGE : page * PAGE])
    seats = {case.pk: next((one.institution for one in case.parties.all() if one.side == "body"), "") for case in rows}
    bodies = accounts.institution_names([InstitutionId(one) for one in seats.values() if one])
    wanted = []
    for case in rows:
        terms = office.clocks_of(case_kind="case", case=case.pk)
        due = next((one.due_at for one in terms if one.rule == "OPN-13" and one.ended_at is None), None)
        item = PlanItem.objects.filter(demand=case.number).exclude(state=PlanItem.State.DROPPED).order_by("-pk").first()
        name = str(case.facts.get("dataset") or "")
        wanted.append(
            Wanted(
                number=case.number,
                title=str(case.facts["public_title"]),
                state=case.state,
                body=bodies.get(InstitutionId(seats[case.pk])),
                since=case.opened_at,
                due=due,
                late=due is not None and now > due,
                planned_on=item.planned_on if item else None,
                slug=name if name and _known(name) else "",
                refusal=str(case.facts.get("refusal") or "") if case.state == "refused" else "",
                reason=str(case.facts.get("reason") or "") if case.state == "refused" else "",
            )
        )
    return DemandPage(demands=wanted, total=total, page=page, pages=pages)


def _known(name: str) -> bool:
    try:
        catalogue.entry_for(ANYBODY, name)
    except Missing:
        return False
    return True
