"""What the public window does at the steps of its workflows: what can be applied for, how receipt counts, and the gate that opens.

The machine of cases (`kaimen.cases`) has checked hat, side, state, answers and four eyes before any of these runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.cases import services as machine
from kaimen.cases.services import Hook, Step
from kaimen.core.errors import Invalid, Refused
from kaimen.core.policy.party import Actor, InstitutionId, PersonId, Role, Via
from kaimen.gate import selectors as gate_selectors
from kaimen.gate import services as gate
from kaimen.gate.services import GrantForm
from kaimen.office import selectors as office
from kaimen.opening import promises, selectors
from kaimen.opening.promises import comment

__all__ = ["HOOKS", "comment", "expire_tick"]

OPEN, ON_CONDITIONS = 1, 2
"""Open types of the catalogue: to everybody, on conditions. The third is not open."""
LEAST_WORDS = 3
"""Letters or digits in a way that somebody is sent: fewer say nothing."""
PLATFORM = Actor(via=Via.JOB)
CAME = {"counter": {"in_person", "post_signed", "post_plain"}, "telephone": {"telephone"}}
"""What a helper may say of how a request came, by the channel on which they act for somebody."""


# ---- applications for conditional data -----------------------------------------------------------------------------------------
def _file(step: Step) -> None:
    entry = step.dataset()
    if entry.open_type == OPEN:
        raise Refused("open_already", dataset=entry.slug, url=f"/data/{entry.slug}")
    if entry.open_type != ON_CONDITIONS:
        raise Refused("open_not_at_all", dataset=entry.slug)
    if step.party("applicant") == str(entry.provider):
        raise Refused("case_own_body")


def _grant(step: Step) -> None:
    step.facts["granted_columns"] = step.many("columns")
    _cleared(step)


def _cleared(step: Step) -> None:
    """What the assessments must allow is seen here, by who can have them made, and not first by the one who accepts."""
    body, person = step.party("applicant"), step.person("applicant")
    if not body and not person:
        return  # an assessment is of a recipient; who it is, is known once they sign in to accept
    form = _form(step, InstitutionId(body) if body else None, None if body else PersonId(person))
    gate.assessed(form, step.dataset(), now=step.now)


def _grant_part(step: Step) -> None:
    """Fewer columns than were asked for, and none that was not."""
    if not set(step.many("granted_columns")) < set(step.many("columns")):
        raise Invalid("case_facts", fields=["granted_columns"], faults=["not_fewer"])
    _refusal(step)
    _cleared(step)


def _refusal(step: Step) -> None:
    """A condition can be held against somebody only where the published entry states one."""
    stated = step.dataset().body.open_conditions
    if step.text("refusal") == "condition" and not (stated.zh or stated.en):
        raise Invalid("case_facts", fields=["refusal"], faults=["not_a_listed_condition"])


def _is_public(step: Step) -> None:
    if step.dataset().open_type != OPEN:
        raise Refused("open_not_yet", dataset=step.dataset().slug)


def _agree(step: Step) -> None:
    """The gate opens for the one who asked, for these columns, this purpose and until that day; what does not answer is not live."""
    until, day = date.fromisoformat(step.text("use_until")), _day(step.now)
    if until < day:
        raise Refused("agreement_term_over", until=until.isoformat())
    institution, person = _grantee(step)
    gate.grant(_form(step, institution, person), by=PLATFORM, now=step.now)
    asking = Actor(institution=institution, person=person, role=Role("applicant"), via=Via.JOB)
    columns, purpose = step.many("granted_columns"), step.text("purpose")
    gate.try_columns(step.dataset().id, columns, purpose=purpose, by=asking, now=step.now)


def _form(step: Step, institution: InstitutionId | None, person: PersonId | None) -> GrantForm:
    return GrantForm(
        code=step.case.number,
        dataset=step.dataset().id,
        purposes=(step.text("purpose"),),
        not_before=step.now,
        not_after=gate_selectors.end_of(date.fromisoformat(step.text("use_until"))),
        institution=institution,
        person=person,
        duties=GrantForm.duties_of(columns=step.many("granted_columns")),
        basis_zh=step.text("use"),
        basis_en=step.text("use"),
    )


def _grantee(step: Step) -> tuple[InstitutionId | None, PersonId | None]:
    """The gate knows bodies and persons with an account. Who filed without one and has it now takes the seat by the case's word."""
    if body := step.party("applicant"):
        return InstitutionId(body), None
    if person := step.person("applicant"):
        return None, PersonId(person)
    if step.by.person is None or step.by.on_behalf is not None:
        raise Refused("account_needed")
    machine.take_seat(step, "applicant", str(step.by.person))
    return None, step.by.person


def _suspend(step: Step) -> None:
    gate.suspend(step.case.number, reason=step.text("reason"), by=step.by, now=step.now)


def _lift(step: Step) -> None:
    gate.resume(step.case.number, reason=step.text("reason"), by=step.by, now=step.now)


def _revoke(step: Step) -> None:
    gate.revoke(step.case.number, reason=step.text("reason"), by=step.by, now=step.now)


def _expire(step: Step) -> None:
    until = date.fromisoformat(step.text("use_until"))
    if _day(step.now) <= until:
        raise Refused("term_running", until=until.isoformat())
    _end(step)


def _finish(step: Step) -> None:
    if step.case.state in {"access", "suspended"}:
        _end(step)


def _end(step: Step) -> None:
    gate.revoke(step.case.number, reason=step.act.words.zh, by=PLATFORM, now=step.now)


def _abandon(step: Step) -> None:
    """Not before the day that the notice named is over."""
    until = date.fromisoformat(step.text("correct_until"))
    if _day(step.now) <= until:
        raise Refused("term_running", until=until.isoformat())


def _convert(step: Step) -> None:
    """A request of its own to the same body, with the day of the first filing; its term waits for both to confirm receipt."""
    body = accounts.institution(str(step.dataset().provider)).slug
    asked: dict[str, object] = {
        "body": body,
        "information": step.text("information"),
        "form": "electronic",
        "contact": step.text("contact") or step.case.number,
        "channel": "internet",
    }
    done = machine.begin("information_request", asked, by=step.by, now=step.now, follows=step.case)
    step.facts["request"] = done.case.number


def expire_tick(now: datetime) -> int:
    """Applications whose last day is over come to their end in the record; the gate shut by itself. Returns how many."""
    over = [
        case.number
        for case in cases.running("open_application", states=("access", "suspended"))
        if date.fromisoformat(str(case.facts["use_until"])) < _day(now)
    ]
    for number in over:
        machine.act(number, "expire", {}, by=PLATFORM, now=now)
    return len(over)


# ---- requests for government information ---------------------------------------------------------------------------------------
def _receive(step: Step) -> None:
    """The day of receipt follows the channel (GIO 31). Only a clerk who files for somebody can say that it came over the counter."""
    channel = step.text("channel")
    faults: list[tuple[str, str]] = []
    if channel != "internet" and step.by.on_behalf is None:
        faults.append(("channel", "only_a_clerk"))
    elif (
        step.follows is None
        and step.by.on_behalf is not None
        and channel not in CAME.get(step.by.on_behalf.channel, {channel})
    ):
        faults.append(("channel", "not_how_they_came"))
    if channel == "post_signed" and "received_on" not in step.facts:
        faults.append(("received_on", "needed"))
    if channel != "post_signed" and "received_on" in step.facts:
        faults.append(("received_on", "not_yours_to_set"))
    if faults:
        raise Invalid("case_facts", fields=[one for one, _ in faults], faults=[code for _, code in faults])
    if channel == "in_person":
        step.facts["received_on"] = _day(step.now).isoformat()
    if step.follows is not None:
        step.facts["earlier"] = step.follows.number
        step.facts["first_received_on"] = _day(step.follows.opened_at).isoformat()


def _received_today(step: Step) -> None:
    step.facts["received_on"] = _day(step.now).isoformat()


def _silent(step: Step) -> None:
    """Silence means something only after the term: a third party's leaves the body to decide, a co-producer's is consent."""
    due = step.due("OPN-05")
    if due is not None and step.now <= due:
        raise Refused("term_running", until=_day(due).isoformat())
    step.facts["silence"] = "consent" if step.text("consulted_kind") == "co_producer" else "body_decides"


def _answered(step: Step) -> None:
    if step.text("said") == "objects" and not step.text("reason"):
        raise Invalid("case_facts", fields=["reason"], faults=["needed"])


def _disclose(step: Step) -> None:
    """Against a third party's objection only where the public interest demands it, and that is said (GIO 15, 32)."""
    objects = step.text("said") == "objects" and step.text("consulted_kind") == "third_party"
    if objects and not step.text("public_interest"):
        raise Invalid("case_facts", fields=["public_interest"], faults=["needed"])


def _ask_correction(step: Step) -> None:
    """Somebody must be able to mend it: the day is one to come. Until it is over nothing is given up."""
    if date.fromisoformat(step.text("correct_until")) <= _day(step.now):
        raise _fault("correct_until", "after_today")


def _not_held(step: Step) -> None:
    """Another body, of the register where it stands there, and never the one that answers (GIO 36 (5))."""
    registered, elsewhere = str(step.facts.get("other_body") or ""), str(step.facts.get("other_elsewhere") or "")
    if bool(registered) == bool(elsewhere):
        raise _fault("other_body", "one_of_two")
    if registered == step.text("body"):
        raise _fault("other_body", "not_own_body")
    known = accounts.institutions(at=step.now)
    if elsewhere and elsewhere.casefold() in {
        name.casefold() for one in known for name in (one.slug, one.name_zh, one.name_en) if name
    }:
        raise _fault("other_elsewhere", "in_the_register")
    _said(step, "other_contact")


def _repeated(step: Step) -> None:
    """Only what was answered in substance, to the same applicant, by the same body, was answered before (GIO 36 (6))."""
    if not selectors.answered_before(step.case).filter(number=step.text("earlier_answer")).exists():
        raise _fault("earlier_answer", "not_answered_before")


def _way_told(step: Step) -> None:
    _said(step, "where")


def _said(step: Step, field: str) -> None:
    """A way that somebody is sent is told in words: an address, a telephone, a page."""
    if sum(sign.isalnum() for sign in step.text(field)) < LEAST_WORDS:
        raise _fault(field, "too_short")


def _fault(field: str, code: str) -> Invalid:
    return Invalid("case_facts", fields=[field], faults=[code])


# ---- parts ---------------------------------------------------------------------------------------------------------------------
def _day(instant: datetime) -> date:
    return office.rules().calendar.day(instant)


HOOKS: Mapping[str, Mapping[str, Hook]] = {
    **promises.HOOKS,
    "open_application": {
        "file": _file,
        "ask_correction": _ask_correction,
        "grant": _grant,
        "grant_part": _grant_part,
        "refuse": _refusal,
        "answer_public": _is_public,
        "agree": _agree,
        "suspend": _suspend,
        "lift": _lift,
        "revoke": _revoke,
        "expire": _expire,
        "finish": _finish,
        "abandon": _abandon,
        "convert": _convert,
    },
    "information_request": {
        "file": _receive,
        "confirm_applicant": _received_today,
        "confirm_with_applicant": _received_today,
        "ask_correction": _ask_correction,
        "answer_not_held": _not_held,
        "answer_public": _way_told,
        "answer_repeated": _repeated,
        "answer_special": _way_told,
        "answer_no_request": _way_told,
        "abandon": _abandon,
        "consult_answered": _answered,
        "consult_silent": _silent,
        "disclose": _disclose,
        "disclose_part": _disclose,
    },
}
"""Which steps of which workflow this room attends to."""
