"""What sharing does at the steps of its workflows.

Which data can be asked for, on which conditions a refusal stands, the agreement that both sides sign, the gate that it opens and shuts.

The machine of cases (`kaimen.cases`) has checked hat, side, state, answers and four eyes before any of these runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from kaimen.accounts import selectors as accounts
from kaimen.accounts import services as accounts_services
from kaimen.accounts.services import Activation
from kaimen.cases import selectors as cases
from kaimen.cases.services import Hook, Step
from kaimen.compliance import services as compliance
from kaimen.core.errors import Invalid, Missing, Refused
from kaimen.core.lifecycle import four_eyes
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy import odrl
from kaimen.core.policy.party import Actor, InstitutionId, Role, Via
from kaimen.gate import selectors as gate_selectors
from kaimen.gate import services as gate
from kaimen.gate.services import GrantForm
from kaimen.office import selectors as office
from kaimen.sharing.models import Agreement
from kaimen.sharing.selectors import agreement_for, ends_at, other_grants

NOTICE = "POL-SHR-END"
DUTY = "statutory_duty"
"""Why a grant of this window needs no assessment of important data: the demand side performs a duty (NDR 31)."""
HEADS = frozenset({"office_head", "department_head"})
"""Who ends what their body gives without a case."""
LONGEST_REASON = 2_000
NOT_SHARED = 3
"""Share type that cannot be asked for; the type itself can be challenged."""


def _open(step: Step) -> None:
    entry = step.dataset()
    if entry.share_type == NOT_SHARED:
        raise Refused("share_type_three", dataset=entry.slug)
    if step.text("share_method") not in entry.share_methods:
        raise Invalid("case_facts", fields=["share_method"], faults=["not_a_share_method"])
    step.facts["share_type"] = str(entry.share_type)


def _refuse(step: Step) -> None:
    """A refusal cites a condition that the published version lists, and that is really not met."""
    conditions = step.dataset().share_conditions
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


def _must_fit(step: Step) -> None:
    """What could never be opened beside what the demand side holds is refused here, before anybody signs for it."""
    gate.fits(_asked(step), step.dataset(), now=step.now)


def _asked(step: Step) -> GrantForm:
    """What the gate would be opened for, were it agreed as it was asked."""
    return GrantForm(
        code=step.case.number,
        dataset=step.dataset().id,
        purposes=(step.text("purpose"),),
        not_before=step.now,
        not_after=gate_selectors.end_of(date.fromisoformat(step.text("use_until"))),
        institution=InstitutionId(step.party("demand")),
        duties=GrantForm.duties_of(columns=step.many("columns")),
        exempt=DUTY,
    )


def _commit(step: Step) -> None:
    """By its signature the demand side makes the data-use commitment; the step keeps version and digest of the text.

    Nobody signs for what may not be provided: without the assessment that comes first neither side does.
    """
    gate.assessed(_asked(step), step.dataset(), now=step.now)
    made = compliance.commit(step.case.number, _scope(step), by=step.by, now=step.now)
    step.facts["commitment"] = f"{made.version} {made.text_digest}"


def _scope(step: Step) -> compliance.Scope:
    return compliance.Scope(
        dataset=step.dataset().id,
        institution=step.party("demand"),
        columns=tuple(step.many("columns")),
        purposes=(step.text("purpose"),),
        until=date.fromisoformat(step.text("use_until")),
    )


def _still_there(entry: PublishedEntry, columns: Iterable[str]) -> None:
    """The entry still has what was agreed. Raises `Refused("columns_gone")`."""
    gone = sorted(set(columns) - {item.column for item in entry.items})
    if gone:
        raise Refused("columns_gone", dataset=entry.slug, columns=gone)


def _sign(step: Step) -> None:
    """Both have signed: the document is frozen, and its digest is all that the log needs."""
    entry = step.dataset()
    _still_there(entry, step.many("columns"))
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
        columns=tuple(step.many("columns")),
        since=day,
        until=until,
        basis=step.text("use_basis"),
        scope=step.text("use_scope"),
        scenario=step.text("use_scenario"),
        method=step.text("share_method"),
        entry_version=entry.version,
    )
    gate.assessed(_form(terms, step), entry, now=step.now)  # nobody signs for what may not be provided
    gate.fits(_form(terms, step), entry, now=step.now)  # meanwhile another agreement may have begun
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
    _still_there(step.dataset(), terms.columns)
    compliance.check_commitment(step.case.number, _scope(step))
    gate.grant(_form(terms, step), by=step.by, now=step.now)
    asking = Actor(institution=InstitutionId(terms.assignee), role=Role("steward"), via=Via.JOB)
    gate.try_columns(terms.dataset, terms.columns, purpose=terms.purposes[0], by=asking, now=step.now)


def _form(terms: odrl.Terms, step: Step) -> GrantForm:
    """What the gate is opened for by a signed agreement: a duty of the demand side, whose basis the request cites."""
    return GrantForm(
        code=step.case.number,
        dataset=terms.dataset,
        purposes=terms.purposes,
        not_before=step.now,
        not_after=gate_selectors.end_of(terms.until),
        institution=InstitutionId(terms.assignee),
        duties=GrantForm.duties_of(columns=terms.columns, rows=dict(terms.rows)),
        basis_zh=terms.basis,
        basis_en=terms.basis,
        exempt=DUTY,
    )


def _give_up(step: Step) -> None:
    """Before the gate was opened: what was promised and prepared for its use ends, and there is no grant."""
    compliance.end_commitment(step.case.number, now=step.now)
    accounts_services.end_ground(step.case.number, by=_hand(step), now=step.now, reason="agreement_ended")


def _suspend(step: Step) -> None:
    gate.suspend(step.case.number, reason=step.text("reason"), by=_hand(step), now=step.now)


def _lift(step: Step) -> None:
    gate.resume(step.case.number, reason=step.text("reason"), by=_hand(step), now=step.now)


def _end(step: Step) -> None:
    gate.revoke(step.case.number, reason=step.act.words.zh, by=_hand(step), now=step.now)
    compliance.end_commitment(step.case.number, now=step.now)
    accounts_services.end_ground(step.case.number, by=_hand(step), now=step.now, reason="agreement_ended")


def _end_after_notice(step: Step) -> None:
    """Not before the notice has run its days."""
    due = step.due(NOTICE)
    if due is not None and step.now < due:
        raise Refused("notice_running", until=office.rules().calendar.day(due).isoformat())
    _end(step)


def _hand(step: Step) -> Actor:
    """Who moves the gate: the provider or the authority themselves; for the demand side, which masters no grant, the platform."""
    return Actor(via=Via.JOB) if "demand" in step.act.sides else step.by


def _dispute(step: Step) -> None:
    """The two sides of the request are the two sides of the dispute."""
    request = cases.case_for(step.by, step.text("about"))
    sides = {party.institution for party in request.parties.all() if party.side in {"demand", "provider"}}
    if {step.party("claimant"), step.party("other")} - sides or step.party("claimant") == step.party("other"):
        raise Invalid("case_facts", fields=["other"], faults=["not_a_side"])


def _offer(step: Step) -> None:
    """Which side made the offer that now stands: only the other can accept it."""
    step.facts["offered_by"] = "claimant" if "claimant" in step.sides else "other"


def _settle(step: Step) -> None:
    """The taker stands on the other side than the offer; nor are they the one who made it, in an office there."""
    offer = next(one for one in reversed(cases.taken(step.case)) if one.verb == "offer")
    four_eyes({str(person) for person in accounts.persons_behind(step.by, at=step.now)}, set(offer.behind))


# ---- the way to a token ----------------------------------------------------------------------------------------------------------
def send_link(
    code: str, *, contact: str, name: str, scopes: Iterable[str], days: int, by: Actor, now: datetime
) -> Activation:
    """Send a technical contact of the demand side the link by which they make the token of an agreement.

    The token ends with the agreement. Raises `Missing("agreement_unknown")`, `Refused("agreement_not_yours" | "activation_ended")`, and
    what `accounts.open_activation` raises.
    """
    kept = asked_by(by, code)
    until = ends_at(kept)
    if until is None or until <= now:
        raise Refused("activation_ended")
    return accounts_services.open_activation(
        contact=contact, name=name, scopes=scopes, days=days, ground=kept.code, until=until, by=by, now=now
    )


def end_link(code: str, link: str, *, by: Actor, now: datetime) -> None:
    """Take a link back that was not used. Raises as `send_link`, `Missing("activation_unknown")`, `Refused("activation_used")`."""
    kept = asked_by(by, code)
    accounts_services.end_activation(link, ground=kept.code, by=by, now=now)


def asked_by(by: Actor, code: str) -> Agreement:
    """An agreement whose demand side is the actor's body. Raises `Missing("agreement_unknown")`, `Refused("agreement_not_yours")`."""
    kept = agreement_for(by, code)
    if str(by.institution or "") != kept.demand:
        raise Refused("agreement_not_yours")
    return kept


# ---- grants without an agreement ---------------------------------------------------------------------------------------------------
def end_grant(code: str, *, reason: str, by: Actor, now: datetime) -> None:
    """The head of the body whose data they are ends a grant that no case made: for others, their case is the way.

    Raises `Missing("grant_unknown")` where it is not theirs to know of, `Refused("grant_by_case" | "grant_not_yours")`,
    `Invalid("reason_needed")`.
    """
    found = next((one for one in other_grants(by, now=now) if one.grant.code == code), None)
    if found is None:
        raise Missing("grant_unknown", grant=code[:40])
    if found.by_case:
        raise Refused("grant_by_case", grant=code)
    if found.grant.assigner != str(by.institution):
        raise Refused("grant_not_yours")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid("reason_needed")
    gate.revoke(code, reason=reason.strip(), by=by, now=now)


HOOKS: Mapping[str, Mapping[str, Hook]] = {
    "sharing_request": {
        "open": _open,
        "amend": _open,
        "consent_demand": _must_fit,
        "agree": _must_fit,
        "refuse": _refuse,
        "sign_demand": _commit,
        "sign_provider": _sign,
        "go_live": _go_live,
        "give_up": _give_up,
        "suspend": _suspend,
        "lift": _lift,
        "terminate": _end,
        "end": _end_after_notice,
        "finish": _end,
    },
    "sharing_dispute": {"open": _dispute, "offer": _offer, "settle": _settle, "settle_claim": _settle},
}
"""Which steps of which workflow this room attends to."""
