"""Questions: which zones there are, is one in force, who may work in a project, what was taken out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kaimen.accounts import selectors as accounts
from kaimen.cases.selectors import OVERSEERS
from kaimen.core.errors import Missing, Refused
from kaimen.core.policy.party import Actor, InstitutionId, PersonId
from kaimen.office import selectors as office
from kaimen.zones.models import Admission, Analysis, Artefact, Member, Project, Zone

SMALLEST_GROUP, SMALLEST_GROUP_HIGH, HIGH = "POL-ZON-GROUP", "POL-ZON-GROUP-HIGH", "POL-ZON-SECOND"
ANALYSTS = frozenset({"zone_analyst", "zone_operator"})
"""Roles in which somebody of the operator works on data."""
LEADS = "zone_operator"
LEFT = (Artefact.State.RELEASED, Artefact.State.RECALLED, Artefact.State.EXPIRED)
"""States in which a result has left its zone."""


# ---- rules -------------------------------------------------------------------------------------------------------------------
def number(rule: str, now: datetime) -> int:
    """The number that a rule of the pack names today."""
    book = office.rules()
    (found,) = book.value(rule, book.calendar.day(now)).numbers
    return found


def smallest_group(level: int, now: datetime) -> int:
    """Of how many units a group of totals is made at least, by the level of the data (1 to 4)."""
    return number(SMALLEST_GROUP_HIGH if level >= number(HIGH, now) else SMALLEST_GROUP, now)


def in_force(zone: Zone, now: datetime) -> bool:
    """In operation, its day has come, and its last day is not over."""
    today = office.rules().calendar.day(now)
    return zone.state == Zone.State.OPERATING and zone.since <= today <= zone.until


def stands(number: str, now: datetime) -> bool:
    """Is the zone of a release in operation, so that it is delivered?"""
    found = Artefact.objects.defer("content").select_related("project__zone").filter(number=number).first()
    return found is None or in_force(found.project.zone, now)


# ---- zones -------------------------------------------------------------------------------------------------------------------
def zones() -> Sequence[Zone]:
    """All zones that were ever signed, those in operation first."""
    order = {state: place for place, state in enumerate(("operating", "suspended", "signed", "exiting", "closed"))}
    return sorted(Zone.objects.all(), key=lambda one: (order[one.state], one.slug))


def zone(slug: str) -> Zone:
    """One zone. Raises `Missing("zone_unknown")`."""
    found = Zone.objects.filter(pk=slug[:40]).first()
    if found is None:
        raise Missing("zone_unknown")
    return found


def operated_by(by: Actor) -> list[Zone]:
    """The zones that this actor's body operates."""
    return list(Zone.objects.filter(operator=str(by.institution or "-")).order_by("slug"))


def zone_of(case: str) -> Zone | None:
    """The zone that an authorisation led to."""
    return Zone.objects.filter(case=case).first()


def admissions(zone: Zone) -> list[Admission]:
    """What is admitted to a zone, suspended or not."""
    return list(Admission.objects.filter(zone=zone, withdrawn_at=None).order_by("admitted_at", "pk"))


def under(zone: Zone) -> frozenset[str]:
    """The only agreements under which somebody in this zone asks."""
    return frozenset(one.code for one in admissions(zone))


def taken_out(zone: Zone) -> list[Artefact]:
    """The log of what left, the newest first: what, when, to whom, with which hash. The bytes stay out of it."""
    found = Artefact.objects.defer("content").filter(project__zone=zone, state__in=LEFT)
    return list(found.select_related("project").order_by("-decided_at", "-pk")[:200])


def is_inside(zone: Zone, by: Actor) -> bool:
    """Does this actor belong to the operator, the implementing body or the overseers? They see its projects."""
    if by.on_behalf is not None or by.institution is None:
        return False
    return str(by.institution) in {zone.operator, zone.implementing} or by.role in OVERSEERS


# ---- projects ----------------------------------------------------------------------------------------------------------------
def projects(zone: Zone, by: Actor) -> list[Project]:
    """Projects of a zone, the open ones first; none for those outside."""
    if not is_inside(zone, by):
        return []
    found = Project.objects.filter(zone=zone).order_by("opened_at", "pk")
    return sorted(found, key=lambda one: one.closed_at is not None)


def project_for(code: str, by: Actor) -> Project:
    """A project, for those inside its zone. Raises `Missing("zone_project_unknown")`."""
    found = Project.objects.select_related("zone").filter(pk=code[:26]).first()
    if found is None or not is_inside(found.zone, by):
        raise Missing("zone_project_unknown")
    return found


def members(project: Project) -> list[Member]:
    """Who works in it now."""
    return list(Member.objects.filter(project=project, ended_at=None).order_by("added_at", "pk"))


def membership(project: Project, by: Actor) -> Member | None:
    """This actor's own place in it."""
    if by.person is None or by.on_behalf is not None:
        return None
    return Member.objects.filter(project=project, person=str(by.person), ended_at=None).first()


def working(code: str, by: Actor, *, now: datetime) -> Project:
    """A project in which this actor may ask now: of the operator, in a role of it, a member who has signed, while zone and project run.

    Raises `Missing("zone_project_unknown")`, `Refused("not_your_role" | "zone_not_a_member" | "zone_commitment_missing")`,
    `Refused("zone_not_in_force" | "zone_project_over")`.
    """
    found = project_for(code, by)
    if str(by.institution) != found.zone.operator or by.role not in ANALYSTS:
        raise Refused("not_your_role", needed=sorted(ANALYSTS))
    mine = membership(found, by)
    if mine is None:
        raise Refused("zone_not_a_member")
    if mine.committed_at is None:
        raise Refused("zone_commitment_missing")
    check_open(found, now)
    return found


def check_open(project: Project, now: datetime) -> None:
    """Raises `Refused("zone_not_in_force")`, `Refused("zone_project_over")`."""
    if not in_force(project.zone, now):
        raise Refused("zone_not_in_force", zone=project.zone_id)
    if project.closed_at is not None or project.until < office.rules().calendar.day(now):
        raise Refused("zone_project_over", until=project.until.isoformat())


def candidates(project: Project, *, now: datetime) -> dict[str, str]:
    """Who could be taken into the team: id -> name of those who hold a role of the operator and are not in it."""
    held = {one for role in ANALYSTS for one in accounts.holders(role, InstitutionId(project.zone.operator), at=now)}
    inside = {one.person for one in members(project)}
    free = [one for one in held if str(one) not in inside]
    return {str(key): name for key, name in sorted(accounts.person_names(free).items(), key=lambda pair: pair[1])}


def names(persons: Iterable[str]) -> dict[str, str]:
    """Names of persons by their ids."""
    return {str(key): name for key, name in accounts.person_names(PersonId(one) for one in persons).items()}


# ---- analyses and results ----------------------------------------------------------------------------------------------------
def analyses(project: Project) -> list[Analysis]:
    """The newest version of each saved analysis, by name."""
    newest: dict[str, Analysis] = {}
    for one in Analysis.objects.filter(project=project).order_by("name", "version"):
        newest[one.name] = one
    return [one for one in newest.values() if one.removed_at is None]


def analysis_for(code: str, by: Actor) -> Analysis:
    """A saved analysis, for those inside its zone. Raises `Missing("zone_analysis_unknown")`."""
    found = Analysis.objects.select_related("project__zone").filter(pk=code[:26], removed_at=None).first()
    if found is None or not is_inside(found.project.zone, by):
        raise Missing("zone_analysis_unknown")
    return found


def artefacts(project: Project) -> list[Artefact]:
    """What was frozen in a project, the newest first."""
    return list(Artefact.objects.defer("content").filter(project=project).order_by("-frozen_at", "-pk")[:100])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A frozen result as somebody may see it. `reviews`: also its bytes and the facts of its checks."""

    artefact: Artefact
    reviews: bool


def artefact_for(code: str, by: Actor) -> Sight:
    """A frozen result: for the team the state and the checks without their facts; for reviewers all of it.

    Raises `Missing("zone_artefact_unknown")`.
    """
    found = Artefact.objects.select_related("project__zone", "analysis").filter(pk=code[:26]).first()
    if found is None or not is_inside(found.project.zone, by):
        raise Missing("zone_artefact_unknown")
    return Sight(artefact=found, reviews=str(by.institution) != found.project.zone.operator and bool(found.case))


def artefact_of(case: str) -> Artefact | None:
    """What a request to take out speaks of."""
    return Artefact.objects.defer("content").filter(case=case).first()
