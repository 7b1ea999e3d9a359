"""Projects and their teams: opened by the operator, for a product of the agreement; members sign a commitment before they ask."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from ulid import ULID

from kaimen.cases import selectors as cases
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.policy.party import Actor
from kaimen.core.tlog.kinds import Kind
from kaimen.evidence import services as evidence
from kaimen.office import selectors as office
from kaimen.zones import selectors
from kaimen.zones.models import Member, Project, Zone


@transaction.atomic
def open_project(
    slug: str, *, title: str, product: str, purpose: str, until: date, by: Actor, now: datetime
) -> Project:
    """Raises `Missing("zone_unknown")`, `Refused("not_your_role" | "zone_not_in_force")`, `Invalid("zone_project_form")` with `field`."""
    zone = Zone.objects.select_for_update().filter(pk=slug[:40]).first()
    if zone is None:
        raise Missing("zone_unknown")
    _must_lead(zone, by)
    if not selectors.in_force(zone, now):
        raise Refused("zone_not_in_force", zone=zone.slug)
    faults = {
        "title": not title.strip() or len(title.strip()) > 200,
        "product": product not in zone.products,
        "purpose": purpose not in cases.lists()["purpose"],
        "until": not office.rules().calendar.day(now) <= until <= zone.until,
    }
    for field, wrong in faults.items():
        if wrong:
            raise Invalid("zone_project_form", field=field, until=zone.until.isoformat())
    made = Project.objects.create(
        code=str(ULID.from_datetime(now)), zone=zone, title=title.strip(), product=product, purpose=purpose, until=until,
        opened_at=now,
    )  # fmt: skip
    _record_project(made, "done", by=by, now=now)
    return made


@transaction.atomic
def close_project(code: str, *, by: Actor, now: datetime) -> None:
    """Nothing more is asked or taken out. Raises `Refused("lifecycle")` when it is closed."""
    project = _led(code, by)
    if project.closed_at is not None:
        raise Refused("lifecycle", state="closed", verb="close")
    project.closed_at = now
    project.save(update_fields=["closed_at"])
    _record_project(project, "ended", by=by, now=now)


@transaction.atomic
def add_member(code: str, person: str, *, by: Actor, now: datetime) -> Member:
    """Raises `Invalid("zone_not_an_analyst")` for somebody without a role of the operator, `Refused("zone_member_already")`."""
    project = _led(code, by)
    selectors.check_open(project, now)
    if Member.objects.filter(project=project, person=person[:64], ended_at=None).exists():
        raise Refused("zone_member_already")
    if person not in selectors.candidates(project, now=now):
        raise Invalid("zone_not_an_analyst")
    try:
        with transaction.atomic():
            made = Member.objects.create(project=project, person=person, added_at=now)
    except IntegrityError:
        raise Refused("zone_member_already") from None
    _record_member(made, "done", by=by, now=now)
    return made


@transaction.atomic
def commit(code: str, *, by: Actor, now: datetime) -> None:
    """A member signs: data stay inside, nobody is re-identified, results leave by request only. Raises `Refused("zone_not_a_member")`."""
    project = selectors.project_for(code, by)
    mine = selectors.membership(project, by)
    if mine is None:
        raise Refused("zone_not_a_member")
    if mine.committed_at is not None:
        return
    mine.committed_at = now
    mine.save(update_fields=["committed_at"])
    _record_member(mine, "consented", by=by, now=now)


@transaction.atomic
def end_member(code: str, person: str, *, by: Actor, now: datetime) -> None:
    """Raises `Missing("zone_member_unknown")`."""
    project = _led(code, by)
    found = Member.objects.select_for_update().filter(project=project, person=person[:64], ended_at=None).first()
    if found is None:
        raise Missing("zone_member_unknown")
    found.ended_at = now
    found.save(update_fields=["ended_at"])
    _record_member(found, "ended", by=by, now=now)


def _led(code: str, by: Actor) -> Project:
    """Locked, for the operator's own lead."""
    project = Project.objects.select_for_update().filter(pk=selectors.project_for(code, by).pk).get()
    _must_lead(project.zone, by)
    return project


def _must_lead(zone: Zone, by: Actor) -> None:
    if by.role != selectors.LEADS or str(by.institution) != zone.operator or by.on_behalf is not None:
        raise Refused("not_your_role", needed=[selectors.LEADS])


def _record_project(project: Project, out: str, *, by: Actor, now: datetime) -> None:
    evidence.record(
        Kind.ZONE_PROJECT,
        at=now,
        public={"inst": str(by.institution), "out": out},
        private=evidence.who(by)
        | {
            "zone": project.zone_id,
            "project": project.code,
            "title": project.title,
            "purpose": project.purpose,
            "until": project.until.isoformat(),
        },
    )


def _record_member(member: Member, out: str, *, by: Actor, now: datetime) -> None:
    evidence.record(
        Kind.ZONE_MEMBER,
        at=now,
        public={"inst": str(by.institution), "out": out},
        private=evidence.who(by)
        | {"zone": member.project.zone_id, "project": member.project_id, "target": member.person},
    )
