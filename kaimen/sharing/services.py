"""What sharing does at the steps of its workflows.

Which data can be asked for, on which conditions a refusal stands, the agreement that both sides sign, the gate that it opens and shuts.

The machine of cases (`kaimen.cases`) has checked hat, side, state, answers and four eyes before any of these runs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from kaimen.accounts import selectors as accounts
from kaimen.cases import selectors as cases
from kaimen.cases.services import Hook, Step
from kaimen.catalogue import selectors as catalogue
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy import odrl
from kaimen.core.policy.party import Actor, InstitutionId, Role, Via
from kaimen.gate import selectors as gate_selectors
from kaimen.gate import services as gate
from kaimen.gate.services import GrantForm, Question
from kaimen.office import selectors as office
from kaimen.sharing.models import Agreement

NOT_SHARED = 3
"""Share type that cannot be asked for; the type itself can be challenged."""


def _open(step: Step) -> None:
    entry = _entry(step)
    if entry.share_type == NOT_SHARED:
        raise Refused("share_type_three", dataset=entry.slug)
    columns = step.fact("columns")
    barred = [
        item.column for item in entry.items if item.share_type_override == NOT_SHARED and item.column in _list(columns)
    ]
    if barred:
        raise Invalid("case_facts", fields=["columns"], faults=["not_a_column"])
    step.facts["share_type"] = str(entry.share_type)


def _refuse(step: Step) -> None:
    """A refusal cites a condition that the published version lists, and that is really not met."""
    conditions = _entry(step).share_conditions
    match step.text("condition"):
        case "bodies":
            asking = accounts.institution(step.party("demand"))
            stands = not {str(asking.pk), asking.slug, asking.body_kind} & set(conditions.bodies)
        case "purposes":
            stands = bool(conditions.purposes) and step.text("purpose") not in conditions.purposes
        case _:
            stands = bool(conditions.note.zh or conditions.note.en)
    if not stands:
        raise Invalid("case_facts", fields=["condition"], faults=["not_a_listed_condition"])


def _sign(step: Step) -> None:
    """Both have signed: the document is frozen, and its digest is all that the log needs."""
    entry = _entry(step)
    day = office.rules().calendar.day(step.now)
    until = date.fromisoformat(step.text("use_until"))
    if until <= day:
        raise Refused("agreement_term_over", until=until.isoformat())
    terms = odrl.Terms(
        uid=f"urn:kaimen:agreement:{step.case.number}",
        dataset=entry.id,
        assigner=str(entry.provider),
        assignee=step.party("demand"),
        purposes=(step.text("purpose"),),
        columns=tuple(_list(step.fact("columns"))),
        since=day,
        until=until,
        basis=step.text("use_basis"),
    )
    document = odrl.write(terms)
    Agreement.objects.create(
        code=step.case.number,
        case=step.case.pk,
        dataset=entry.id,
        provider=str(entry.provider),
        demand=terms.assignee,
        document=odrl.frozen(document).decode("utf-8"),
        digest=odrl.digest(document),
        signed_at=step.now,
        entry_version=entry.version,
    )


def _go_live(step: Step) -> None:
    """The grant is made of the signed document, then one question is tried under it; what does not answer is not live."""
    kept = Agreement.objects.get(case=step.case.pk)
    terms = odrl.read(json.loads(kept.document))
    form = GrantForm(
        code=kept.code,
        dataset=terms.dataset,
        purposes=terms.purposes,
        not_before=step.now,
        not_after=_end_of(terms.until),
        institution=InstitutionId(terms.assignee),
        duties=GrantForm.duties_of(columns=terms.columns, rows=dict(terms.rows)),
        basis_zh=terms.basis,
        basis_en=terms.basis,
    )
    gate.grant(form, by=step.by, now=step.now)
    _try(terms, step.now)


def _try(terms: odrl.Terms, now: datetime) -> None:
    slug = catalogue.published(terms.dataset).slug
    named = ", ".join('"' + column.replace('"', '""') + '"' for column in terms.columns)
    asking = Actor(institution=InstitutionId(terms.assignee), role=Role("steward"), via=Via.JOB)
    question = Question(sql=f'SELECT {named} FROM "{slug}" LIMIT 1', purpose=terms.purposes[0])  # noqa: S608 - names are quoted, and the gate parses it
    gate.decide(question, by=asking, now=now)


def _suspend(step: Step) -> None:
    gate.suspend(step.case.number, reason=step.text("reason"), by=_hand(step), now=step.now)


def _lift(step: Step) -> None:
    gate.resume(step.case.number, reason=step.text("reason"), by=_hand(step), now=step.now)


def _end(step: Step) -> None:
    gate.revoke(step.case.number, reason=step.act.words.zh, by=_hand(step), now=step.now)


def _end_after_notice(step: Step) -> None:
    """Not before the notice has run its days."""
    notice = next(
        (clock for clock in cases.clocks(step.case) if clock.rule == "POL-SHR-END" and clock.ended_at is None), None
    )
    if notice is not None and notice.due_at is not None and step.now < notice.due_at:
        raise Refused("notice_running", until=office.rules().calendar.day(notice.due_at).isoformat())
    _end(step)


def _hand(step: Step) -> Actor:
    """Who moves the gate: the provider or the authority themselves; for the demand side, which masters no grant, the platform."""
    return Actor(via=Via.JOB) if "demand" in step.sides and "provider" not in step.sides else step.by


def _dispute(step: Step) -> None:
    """The two sides of the request are the two sides of the dispute."""
    request = cases.case_for(step.by, step.text("about"))
    sides = {party.institution for party in request.parties.all() if party.side in {"demand", "provider"}}
    if {step.party("claimant"), step.party("other")} - sides or step.party("claimant") == step.party("other"):
        raise Invalid("case_facts", fields=["other"], faults=["not_a_side"])


def _entry(step: Step) -> PublishedEntry:
    if step.entry is None:
        raise Missing("entry_unknown")
    return step.entry


def _list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _end_of(day: date) -> datetime:
    """The last moment of a day, in the zone of the platform."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=gate_selectors.zone()).astimezone(UTC)


HOOKS: Mapping[str, Mapping[str, Hook]] = {
    "sharing_request": {
        "open": _open,
        "amend": _open,
        "refuse": _refuse,
        "sign_provider": _sign,
        "go_live": _go_live,
        "suspend": _suspend,
        "lift": _lift,
        "terminate": _end,
        "end": _end_after_notice,
        "finish": _end,
    },
    "sharing_dispute": {"open": _dispute},
}
"""Which steps of which workflow this room attends to."""
