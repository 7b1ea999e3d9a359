"""The one way out: what is done at the steps of `zone_egress`. What is reviewed is what leaves; a check can return it, only people let it go."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from kaimen.accounts import selectors as accounts
from kaimen.cases import services as cases
from kaimen.cases.services import Hook, Step
from kaimen.core.errors import Invalid, Refused, Unavailable
from kaimen.core.lifecycle import four_eyes
from kaimen.core.lifecycle.terms import due
from kaimen.core.policy.party import Actor, InstitutionId, Via
from kaimen.core.privacy import egress
from kaimen.core.privacy.egress import Check, Outcome
from kaimen.gate import selectors as gate_selectors
from kaimen.gate import services as gate
from kaimen.gate.services import ReleaseForm, Taken
from kaimen.office import selectors as office
from kaimen.office import services as office_services
from kaimen.zones import selectors
from kaimen.zones.models import Admission, Artefact, Member, Project, Zone

DELIVERY = "POL-ZON-DELIVERY"
KEPT_FROZEN = timedelta(days=7)
"""How long a frozen result waits to be asked for."""
_MEDIA = {"table": ("text/csv; charset=utf-8", "csv"), "figure": ("application/json", "json")}


RELEASED = "zone.released"
FETCHERS = ("steward", "office_head", "trader")
"""On whose desk of the recipient a release lies."""


def checks_of(artefact: Artefact) -> list[Check]:
    """As they were made when it was frozen, and when it was asked for."""
    return [Check(**{**one, "outcome": Outcome(one["outcome"])}) for one in artefact.checks]


def _open(step: Step) -> None:
    """A frozen result of one's own; the declared is checked now, and a request that fails any check is returned at once."""
    artefact = (
        Artefact.objects.select_for_update()
        .filter(pk=step.text("artefact"), state=Artefact.State.FROZEN, person=str(step.by.person or "-"))
        .first()
    )
    if artefact is None:
        raise Invalid("case_facts", fields=["artefact"], faults=["artefact_unknown"])
    project = selectors.working(artefact.project_id, step.by, now=step.now)
    recipient = accounts.institution(step.text("recipient"))
    declared = egress.declared(
        {
            "product_not_agreed": project.product in project.zone.products,
            "recipient_not_verified": recipient.standing != "unverified" and recipient.until is None,
            "not_admitted_now": _still_admitted(artefact, project.zone),
            "old_rules": artefact.rules == egress.VERSION,
        }
    )
    checks = [*checks_of(artefact), *declared]
    failed = [one for one in checks if one.outcome is Outcome.FAIL]
    outcome = egress.worst(checks)
    step.facts |= {
        "zone": project.zone_id,
        "implementing": accounts.institution(project.zone.implementing).slug,
        "title": artefact.title,
        "product": project.product,
        "level": artefact.level,
        "sha256": artefact.sha256,
        "checks": outcome.value,
    }
    if failed:
        step.facts["failed"] = sorted({one.rule for one in failed})
        step.facts["failed_columns"] = ", ".join(sorted({one.column for one in failed if one.column}))[:300] or None
    artefact.checks = [{**_told(one)} for one in checks]
    artefact.case, artefact.number, artefact.recipient = step.case.pk, step.case.number, str(recipient.pk)
    artefact.state = Artefact.State.RETURNED if outcome is Outcome.FAIL else Artefact.State.ASKED
    if outcome is Outcome.FAIL:
        artefact.content, artefact.decided_at = None, step.now
    artefact.save()


def _told(check: Check) -> dict[str, str]:
    return {
        "check": check.check,
        "outcome": check.outcome.value,
        "rule": check.rule,
        "column": check.column,
        "fact": check.fact,
    }


def _pass_first(step: Step) -> None:
    _is_no_member(step, _asked(step))


def _approve(step: Step) -> None:
    """The release: the same bytes, one recipient, until a day; only while everything that it stands on holds at this moment."""
    artefact = _asked(step)
    _is_no_member(step, artefact)
    zone = Zone.objects.select_for_update().get(pk=artefact.project.zone_id)
    project = Project.objects.select_for_update().get(pk=artefact.project_id)
    asker = Member.objects.filter(project=project, person=artefact.person, ended_at=None).exclude(committed_at=None)
    ended = project.closed_at is not None or project.until < office.rules().calendar.day(step.now)
    if not selectors.in_force(zone, step.now) or ended or not asker.exists() or not _still_admitted(artefact, zone):
        raise Refused("zone_ended_meanwhile", zone=zone.slug)
    content = bytes(artefact.content or b"")
    if hashlib.sha256(content).hexdigest() != artefact.sha256 or step.text("sha256") != artefact.sha256:
        raise Refused("release_changed")
    if artefact.rules != egress.VERSION:
        raise Unavailable("zone_check")
    media, extension = _MEDIA[artefact.form]
    until = _until(step.now)
    gate.release(
        ReleaseForm(
            code=step.case.number, institution=InstitutionId(artefact.recipient), purpose=project.purpose,
            datasets=sorted({str(one[0]) for one in artefact.inputs}), level=artefact.level, content=content,
            sha256=artefact.sha256, media_type=media, file_name=f"{step.case.number}.{extension}", not_after=until,
        ),
        by=step.by, now=step.now,
    )  # fmt: skip
    step.facts["fetch_until"] = until.isoformat()
    _tell(step, artefact.recipient)
    _end(artefact, Artefact.State.RELEASED, step.now)


def _tell(step: Step, recipient: str) -> None:
    """It lies on the recipient's desks until it is fetched or over: what is to be done stands on the page of the release."""
    number, case = step.case.number, step.case
    for role in FETCHERS:
        office_services.open_desk_item(
            kind=RELEASED, ref=number, url=f"/zones/releases/{number}", institution=recipient, role=role, now=step.now,
            title_zh=f"已准予出区，请下载：{case.title_zh}（{number}）",
            title_en=f"Released, to be fetched: {case.title_en} ({number})",
        )  # fmt: skip


def _until(now: datetime) -> datetime:
    book = office.rules()
    end = due(now, book.value(DELIVERY, book.calendar.day(now)).amount(), (), book.calendar)
    if end is None:
        raise Unavailable("zone_check")
    return end.at


def _refuse(step: Step) -> None:
    artefact = _asked(step)
    _is_no_member(step, artefact)
    _end(artefact, Artefact.State.REFUSED, step.now)


def _withdraw(step: Step) -> None:
    _end(_asked(step), Artefact.State.WITHDRAWN, step.now)


def _recall(step: Step) -> None:
    """Bytes that were fetched do not come back: it is a notice, and nothing more is given."""
    gate.end_release(step.case.number, reason=step.text("reason"), by=step.by, now=step.now)
    office_services.close_desk_items(kind=RELEASED, ref=step.case.number, now=step.now)
    Artefact.objects.filter(case=step.case.pk).update(state=Artefact.State.RECALLED)


def _expire(step: Step) -> None:
    if step.case.number not in gate_selectors.releases_over(step.now):
        raise Refused("zone_release_running")
    gate.end_release(step.case.number, reason=step.act.words.zh, by=step.by, now=step.now)
    office_services.close_desk_items(kind=RELEASED, ref=step.case.number, now=step.now)
    Artefact.objects.filter(case=step.case.pk).update(state=Artefact.State.EXPIRED)


def _asked(step: Step) -> Artefact:
    """Locked."""
    return Artefact.objects.select_for_update(of=("self",)).select_related("project").get(case=step.case.pk)


def _is_no_member(step: Step, artefact: Artefact) -> None:
    """Nobody judges what their own team made, also not through a second role. Raises `Refused("same_person")`."""
    team = Member.objects.filter(project=artefact.project_id).values_list("person", flat=True)
    four_eyes((str(one) for one in accounts.persons_behind(step.by, at=step.now)), team)


def _still_admitted(artefact: Artefact, zone: Zone) -> bool:
    codes = {str(one[2]) for one in artefact.inputs}
    held = Admission.objects.filter(pk__in=codes, zone=zone, withdrawn_at=None, suspended_at=None)
    return bool(codes) and held.count() == len(codes)


def _end(artefact: Artefact, state: Artefact.State, now: datetime) -> None:
    """The bytes go: to the gate with a release, else for good."""
    artefact.state, artefact.content, artefact.decided_at = state, None, now
    artefact.save(update_fields=["state", "content", "decided_at"])


def fetch(number: str, *, by: Actor, now: datetime) -> Taken:
    """A released result, for its recipient; it is off their desks then. While its zone is not in operation nothing is delivered.

    Raises `Refused("zone_not_in_force")`, and what `gate.take` raises.
    """
    stands = selectors.stands(number, now)
    taken = gate.take(number, by=by, now=now, barred="" if stands else "zone_not_in_force")
    office_services.close_desk_items(kind=RELEASED, ref=number, now=now)
    return taken


def sweep(*, now: datetime) -> int:
    """Releases whose day is over end; frozen results that nobody asked for are destroyed. How many of both."""
    over = gate_selectors.releases_over(now)
    for number in over:
        cases.act(number, "expire", {}, by=Actor(via=Via.JOB), now=now)
    forgotten = Artefact.objects.filter(state=Artefact.State.FROZEN, frozen_at__lt=now - KEPT_FROZEN)
    return len(over) + forgotten.update(state=Artefact.State.WITHDRAWN, content=None)


HOOKS: Mapping[str, Hook] = {
    "open": _open,
    "pass_first": _pass_first,
    "refuse_first": _refuse,
    "approve": _approve,
    "refuse_second": _refuse,
    "withdraw": _withdraw,
    "recall": _recall,
    "expire": _expire,
}
"""What is done at which step of `zone_egress`."""
