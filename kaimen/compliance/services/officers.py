"""What the steps of an appointment do: the role is given in accounts, made public here, and taken away again with a hand-over.

Who may nominate and approve which post, and what may not be held together, is data of the pack; accounts says it. A step by a token
appoints nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from kaimen.accounts import selectors as accounts
from kaimen.accounts import services as appointments
from kaimen.cases import selectors as cases
from kaimen.cases.services import Hook, Step
from kaimen.compliance.models import Officer
from kaimen.core.errors import Invalid, Refused
from kaimen.core.lifecycle import four_eyes
from kaimen.core.policy.party import Actor, InstitutionId, PersonId, Via
from kaimen.gate import selectors as gate
from kaimen.office import selectors as office

WORKFLOW = "officer"
PUBLIC_CONTACT = frozenset({"protection_officer"})
"""Posts whose contact the law wants published: PIPL 52."""
BY_CASE = Actor(via=Via.JOB)
_DIGEST = re.compile(r"[0-9a-f]{64}")


def _nominate(step: Step) -> None:
    _check(step, "nominate")
    address = step.text("address").lower()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
        raise Invalid("case_facts", fields=["address"], faults=["not_an_address"])
    step.facts["address"] = address


def _approve(step: Step) -> None:
    _check(step, "approve")
    named = accounts.person_at(step.text("address"))
    if named is not None:
        four_eyes(accounts.persons_behind(step.by, at=step.now), accounts.family([named]))


def _refuse(step: Step) -> None:
    _check(step, "approve")


def _check(step: Step, verb: appointments.PostVerb) -> None:
    appointments.check_post(step.text("post"), InstitutionId(_body(step)), verb=verb, by=step.by)


def _appoint(step: Step) -> None:
    """The role is given from the first day on. What the person holds already is recorded, not given twice."""
    since, until = _days(step)
    digest = step.text("letter_digest")
    if digest and not _DIGEST.fullmatch(digest):
        raise Invalid("case_facts", fields=["letter_digest"], faults=["not_a_digest"])
    person = accounts.person_at(step.text("address"))
    held = _held(step, person)
    if person is None:
        person = appointments.invite_person(
            name=step.text("name"), email=step.text("address"), by=BY_CASE, now=step.now
        )
    if held is None:
        if since < _proposed(step):
            raise Invalid("case_facts", fields=["since"], faults=["before_nomination"])
        held = str(
            appointments.appoint(
                person, role_code=step.text("post"), institution_id=InstitutionId(_body(step)),
                since=gate.end_of(since - timedelta(days=1)), until=until, acting=step.text("way") == "acting",
                letter_digest=digest, decided_by=_decided(step), by=BY_CASE, now=step.now,
            ).pk
        )  # fmt: skip
    elif Officer.objects.filter(appointment=held).exists():
        raise Refused("officer_on_record")
    Officer.objects.create(
        case=step.case.number,
        appointment=held,
        institution=_body(step),
        post=step.text("post"),
        acting=step.text("way") == "acting",
        name=accounts.person_names([person])[person],  # whose role it is, not what somebody wrote
        letter_no=step.text("letter_no"),
        since=since,
        until=date.fromisoformat(step.text("until")) if step.text("until") else None,
    )


def _proposed(step: Step) -> date:
    """The day on which somebody was named: nobody new is in office before it."""
    return office.rules().calendar.day(step.case.opened_at)


def _days(step: Step) -> tuple[date, datetime | None]:
    since = date.fromisoformat(step.text("since"))
    if not step.text("until"):
        return since, None
    until = date.fromisoformat(step.text("until"))
    if until < since:
        raise Invalid("case_facts", fields=["until"], faults=["before_the_first_day"])
    return since, gate.end_of(until)


def _held(step: Step, person: PersonId | None) -> str | None:
    """The appointment to this post that the person has already, if any."""
    if person is None:
        return None
    fitting = (
        str(one.pk)
        for one in accounts.in_force(person, at=step.now)
        if one.role == step.text("post") and str(one.institution_id) == _body(step)
    )
    return next(fitting, None)


def _decided(step: Step) -> appointments.Decided:
    taken = {one.verb: one.person for one in cases.taken(step.case)}
    approved = taken.get("approve") or taken["approve_head"]
    return appointments.Decided(nominated=PersonId(taken["nominate"]), approved=PersonId(approved))


def _publish(step: Step) -> None:
    if step.text("post") in PUBLIC_CONTACT and not step.text("contact"):
        raise Invalid("case_facts", fields=["contact"], faults=["needed"])
    step.facts["is_published"] = True
    Officer.objects.filter(case=step.case.number).update(contact=step.text("contact"), published_at=step.now)


def _change(step: Step) -> None:
    Officer.objects.filter(case=step.case.number).update(contact=step.text("contact"))


def _end(step: Step) -> None:
    """Proposed only: somebody else confirms it. A program takes no role away, as it gives none."""
    _in_person(step)
    if step.text("successor") == step.case.number:
        raise Invalid("case_facts", fields=["successor"], faults=["case_unknown"])


def _in_person(step: Step) -> None:
    if step.by.via is Via.TOKEN:
        raise Refused("person_needed")


def _confirm_end(step: Step) -> None:
    """The role goes, where it has not gone by its own date or by hand."""
    _in_person(step)
    row = Officer.objects.select_for_update().get(case=step.case.number)
    after = Officer.objects.filter(case=step.text("successor")).first()
    handed_to = accounts.appointed_person(after.appointment) if after else None
    if accounts.appointment_open(row.appointment):
        reason = step.text("reason")[:200]
        appointments.end_appointment(row.appointment, reason=reason, by=BY_CASE, now=step.now, handed_to=handed_to)
    row.ended_at, row.successor = step.now, step.text("successor")
    row.save(update_fields=["ended_at", "successor"])


def _body(step: Step) -> str:
    return step.party("body") or str(accounts.institution(step.text("body")).pk)


HOOKS: Mapping[str, Mapping[str, Hook]] = {
    WORKFLOW: {
        "nominate": _nominate,
        "approve": _approve,
        "approve_head": _approve,
        "refuse": _refuse,
        "refuse_head": _refuse,
        "appoint": _appoint,
        "publish": _publish,
        "change": _change,
        "end": _end,
        "confirm_end": _confirm_end,
        "confirm_head_end": _confirm_end,
    },
}
"""Steps of an appointment."""
