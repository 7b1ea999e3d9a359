"""Zones: authorised as their bodies would do it, with one dataset admitted and one project ready. Each part is there whole or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from demo.plan import City, ZonePlan
from kaimen.cases import services as cases
from kaimen.cases.services import Done
from kaimen.config.demo.assessments import assess
from kaimen.config.demo.people import People, Someone
from kaimen.gate import selectors as gate
from kaimen.gate.services import GrantForm
from kaimen.zones import services
from kaimen.zones.models import Admission, Project, Zone

_DRAFTED, _SIGNED, _ADMITTED, _OPENED = timedelta(days=150), timedelta(days=110), timedelta(days=30), timedelta(days=20)
_ASSESSED = timedelta(days=5)
_TERM = timedelta(days=3 * 365)


def authorise(plan: City, people: People, *, now: datetime) -> None:
    """Bring the zones of the plan into operation, where they are not there yet."""
    for told in plan.zones:
        if not Zone.objects.filter(slug=told.slug).exists():
            _sign(told, plan, people, now=now)
        if not Admission.objects.filter(zone=told.slug).exists():
            _admit(told, plan, people, now=now - _ADMITTED)
        if not Project.objects.filter(zone=told.slug).exists():
            _open_project(told, plan, people, now=now - _OPENED, until=now + timedelta(days=told.project.days))


def _take(done: Done, verb: str, by: Someone, at: datetime, **facts: object) -> None:
    cases.act(done.case.number, verb, facts, by=by.acting(at), now=at)


@transaction.atomic
def _sign(told: ZonePlan, plan: City, people: People, *, now: datetime) -> None:
    steward, head = (people.holder(plan, told.implementing, role) for role in ("steward", "department_head"))
    reviewer, lead = (
        people.holder(plan, "authority", "authority_reviewer"),
        people.holder(plan, told.operator, "zone_operator"),
    )
    drafted, signed = now - _DRAFTED, now - _SIGNED
    facts = {
        "slug": told.slug, "name_zh": told.name.zh, "name_en": told.name.en, "kind": told.kind, "plan": told.agreed["plan"].zh,
        "scope": told.agreed["scope"].zh, "products": "\n".join(told.products),
    }  # fmt: skip
    done = cases.begin("zone_authorisation", facts, by=steward.acting(drafted), now=drafted)
    _take(done, "review", steward, drafted + timedelta(days=4), experts=5, opinion="方案可行，同意。")
    decided = drafted + timedelta(days=9)
    _take(
        done, "approve", reviewer, decided, decision_no="示数专区〔1〕号", decided_on=decided.date().isoformat(), collective=True
    )  # fmt: skip
    chosen = drafted + timedelta(days=15)
    _take(
        done, "select", steward, chosen, operator=told.operator.replace("_", "-"), selection="tender", selection_no="示招〔1〕号"
    )  # fmt: skip
    terms = {name: told.agreed[name].zh for name in ("duties", "security", "price", "ending")}
    since, until = signed.date(), (signed + _TERM).date()
    _take(done, "sign_implementing", head, signed, since=since.isoformat(), until=until.isoformat(), **terms)
    _take(done, "sign_operator", lead, signed + timedelta(hours=5), accepted=True)
    _take(done, "start", reviewer, signed + timedelta(days=2), checked=True)


@transaction.atomic
def _admit(told: ZonePlan, plan: City, people: People, *, now: datetime) -> None:
    admitted, body = told.admitted, plan.entries[told.admitted.entry].body
    facts = {
        "zone": told.slug, "dataset": admitted.entry, "columns": list(admitted.columns), "purpose": admitted.purpose,
        "scenario": admitted.scenario.zh, "registration_no": "GZ-DEMO-0001", "stays": True,
    }  # fmt: skip
    form = GrantForm(
        code=told.slug, dataset=admitted.entry, purposes=(admitted.purpose,), not_before=now,
        not_after=gate.end_of(Zone.objects.get(slug=told.slug).until), institution=people.institutions[told.operator],
        duties=GrantForm.duties_of(columns=admitted.columns), basis_zh=f"{told.name.zh}：{admitted.scenario.zh}",
    )  # fmt: skip
    assess(form, plan, people, body=body, now=now - _ASSESSED)
    done = cases.begin(
        "zone_admission", facts, by=people.holder(plan, told.implementing, "steward").acting(now), now=now
    )
    _take(
        done, "consent", people.holder(plan, body, "department_head"), now + timedelta(hours=20), unit=[admitted.unit]
    )
    _take(
        done, "assess", people.holder(plan, body, "protection_officer"), now + timedelta(days=2), risk="low",
        assessment_no="示评〔1〕号", measures="只给出人数够多的汇总。",
    )  # fmt: skip
    _take(done, "admit", people.holder(plan, "authority", "authority_reviewer"), now + timedelta(days=3))


@transaction.atomic
def _open_project(told: ZonePlan, plan: City, people: People, *, now: datetime, until: datetime) -> None:
    lead, analyst = (people.holder(plan, told.operator, role) for role in ("zone_operator", "zone_analyst"))
    made = services.open_project(
        told.slug, title=told.project.title.zh, product=told.project.product, purpose=told.admitted.purpose,
        until=until.date(), by=lead.acting(now), now=now,
    )  # fmt: skip
    for one in (lead, analyst):
        services.add_member(made.code, str(one.person), by=lead.acting(now), now=now)
        services.commit(made.code, by=one.acting(now), now=now)
    services.save(made.code, told.project.analysis.zh, told.project.sql, by=analyst.acting(now), now=now)
