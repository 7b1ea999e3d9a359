"""Data come into a zone: what is done at the steps of `zone_admission`, so that only the zone's own channel opens.

The machine of cases (`kaimen.cases`) has checked hat, side, state, answers and four eyes before any of these runs.
"""

from __future__ import annotations

from collections.abc import Mapping

from kaimen.accounts import selectors as accounts
from kaimen.cases.services import Hook, Step
from kaimen.core.errors import Invalid, Refused
from kaimen.core.metadata.entry import ImportantData, NationalLevel, PiClass, PublishedEntry
from kaimen.core.policy.model import Channel
from kaimen.core.policy.obligations import Aggregate, Delivery, Obligation
from kaimen.core.policy.party import Actor, InstitutionId, Via
from kaimen.gate import selectors as gate_selectors
from kaimen.gate import services as gate
from kaimen.gate.services import GrantForm
from kaimen.zones import selectors
from kaimen.zones.models import Admission, Zone


def _open(step: Step) -> None:
    """A zone in operation that the asking body implements; nothing that is admitted already."""
    zone, entry = _zone(step), step.dataset()
    step.facts["operator"] = accounts.institution(zone.operator).slug
    _not_twice(step, zone, entry)


def _consent(step: Step) -> None:
    """Where data are about persons, the provider says which column tells one from another: totals are counted by it."""
    unit = step.facts.get("unit")
    if is_personal(step.dataset()) and not (isinstance(unit, list) and len(unit) == 1):
        raise Invalid("case_facts", fields=["unit"], faults=["one_unit"])


def _admit(step: Step) -> None:
    """The grant: for the operator, in the zone's channel alone, until the term ends; of persons, totals over enough of them."""
    zone, entry = _zone(step), step.dataset()
    if not entry.level or any(item.level is None for item in entry.items):
        raise Refused("zone_not_graded", dataset=entry.slug)
    if entry.body.national_level is not NationalLevel.GENERAL or entry.body.important_data is not ImportantData.NONE:
        raise Refused("zone_important_data", dataset=entry.slug)
    _not_twice(step, zone, entry)
    personal, unit = is_personal(entry), step.many("unit")
    if personal and len(unit) != 1:  # the entry may have been graded anew since the provider consented
        raise Refused("zone_unit_missing", dataset=entry.slug)
    columns = step.many("columns")
    duties: list[Obligation] = [*GrantForm.duties_of(columns=columns), Delivery((Channel.ZONE.value,))]
    if personal:
        duties.append(Aggregate(selectors.smallest_group(entry.level, step.now), unit[0]))
    form = GrantForm(
        code=step.case.number,
        dataset=entry.id,
        purposes=(step.text("purpose"),),
        not_before=step.now,
        not_after=gate_selectors.end_of(zone.until),
        institution=InstitutionId(zone.operator),
        duties=tuple(duties),
        basis_zh=f"{zone.name_zh}：{step.text('scenario')}",
        basis_en=f"{zone.name_en}: {step.text('scenario')}",
    )
    gate.grant(form, by=step.by, now=step.now)
    Admission.objects.create(
        code=step.case.number,
        zone=zone,
        dataset=entry.id,
        columns=columns,
        purpose=step.text("purpose"),
        unit=unit[0] if personal else "",
        admitted_at=step.now,
    )


def _suspend(step: Step) -> None:
    gate.suspend(step.case.number, reason=step.text("reason"), by=_hand(step), now=step.now)
    Admission.objects.filter(code=step.case.number).update(suspended_at=step.now)


def _lift(step: Step) -> None:
    _zone(step)
    gate.resume(step.case.number, reason=step.text("reason"), by=_hand(step), now=step.now)
    Admission.objects.filter(code=step.case.number).update(suspended_at=None)


def _withdraw(step: Step) -> None:
    gate.revoke(step.case.number, reason=step.text("reason"), by=_hand(step), now=step.now)
    Admission.objects.filter(code=step.case.number).update(withdrawn_at=step.now)


def _hand(step: Step) -> Actor:
    """Who moves the gate: the provider or the authority; for the two sides of the zone, who master no grant, the platform."""
    return step.by if step.sides & {"provider", "authority"} else Actor(via=Via.JOB)


def _zone(step: Step) -> Zone:
    """Locked, so that it does not end meanwhile. Raises `Invalid("case_facts")` with `zone_unknown`."""
    zone = (
        Zone.objects.select_for_update().filter(slug=step.text("zone"), implementing=step.party("implementing")).first()
    )
    if zone is None or not selectors.in_force(zone, step.now):
        raise Invalid("case_facts", fields=["zone"], faults=["zone_unknown"])
    return zone


def _not_twice(step: Step, zone: Zone, entry: PublishedEntry) -> None:
    """Once in a zone; and the operator holds nothing else on these data, since two views of one person could be glued together."""
    if Admission.objects.filter(zone=zone, dataset=entry.id, withdrawn_at=None).exists():
        raise Refused("zone_admitted_already", dataset=entry.slug)
    held = gate_selectors.held_by(InstitutionId(zone.operator), dataset=entry.id, now=step.now)
    if held:
        raise Refused("zone_second_grant", dataset=entry.slug, grant=held[0])


def is_personal(entry: PublishedEntry) -> bool:
    """By any column of the entry, also one that is not asked for: the rows are about persons all the same."""
    return any(item.pi_class is not PiClass.NONE or item.identifier_kind for item in entry.items)


HOOKS: Mapping[str, Hook] = {
    "open": _open,
    "consent": _consent,
    "admit": _admit,
    "suspend": _suspend,
    "lift": _lift,
    "withdraw": _withdraw,
}
"""What is done at which step of `zone_admission`."""
