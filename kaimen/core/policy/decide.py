"""The decision. Pure: the moment and the facts are arguments, so it can be replayed for any day.

The gate is closed unless exactly one offer or agreement lets this request in; a prohibition that applies closes it again;
whatever is not understood refuses. The obligations of the chosen policy meet those of every set on the dataset.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum

from kaimen.core.policy import rows
from kaimen.core.policy.model import (
    Action,
    Channel,
    Constraint,
    Decision,
    Facts,
    Policy,
    PolicyKind,
    Reason,
    Request,
    Rule,
)
from kaimen.core.policy.obligations import (
    Aggregate,
    Caps,
    Columns,
    Combine,
    Delivery,
    Deny,
    Expire,
    Filter,
    Level,
    Mask,
    Obligation,
    Quota,
    Unknown,
    meet,
)
from kaimen.core.policy.text import policy_hash

_ROWWISE = frozenset({Channel.SQL, Channel.REST, Channel.FLIGHT, Channel.ZONE})
_EVERY = frozenset(Channel)

ENFORCERS: dict[type[Obligation], frozenset[Channel]] = {
    Columns: _ROWWISE,
    Deny: _ROWWISE,
    Mask: _ROWWISE,
    Filter: _ROWWISE,
    Aggregate: frozenset({Channel.SQL, Channel.FLIGHT, Channel.ZONE}),
    Quota: _ROWWISE,
    Caps: _ROWWISE,
    Expire: _EVERY,
    Level: _EVERY,
    Delivery: _EVERY,
    Combine: _EVERY,
    Unknown: frozenset(),
}
"""Obligation x channel: where somebody carries it out. A pair that is not here refuses (`obligation_unenforceable`)."""


class Holds(Enum):
    """Three values: what we cannot tell is neither yes nor no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def decide(request: Request, policies: Sequence[Policy], facts: Facts, *, now: datetime) -> Decision:
    """May this be done, at which price, and which rules say so. Never raises for what a policy says."""
    concerned = [
        policy for policy in policies if policy.target == request.dataset and policy.assignee.fits(request.assignee)
    ]
    lets_in = [policy for policy in concerned if policy.kind is not PolicyKind.SET]
    if not lets_in:
        return _closed(request, "dataset_unknown", ())
    if not request.purpose:
        return _closed(request, "purpose_missing", ())

    in_force = [policy for policy in concerned if _in_time(policy, now)]
    for policy in in_force:
        for rule in policy.prohibitions:
            if applies(rule, request, facts, now=now, empty_means_every=True) is not Holds.NO:
                return _closed(request, "not_permitted", (Reason(policy=policy.uid, rule=rule.uid, code="prohibited"),))

    chosen = _choose(request, lets_in, facts, now=now)
    if isinstance(chosen, Decision):
        return chosen
    policy, rule = chosen
    sets = [policy for policy in in_force if policy.kind is PolicyKind.SET]
    obligations = meet([*rule.duties, *policy.duties, *(duty for each in sets for duty in each.duties)])
    reasons = (
        Reason(policy=policy.uid, rule=rule.uid, code="permitted"),
        *(Reason(policy=each.uid, rule="", code="bound_by_set") for each in sets if each.duties),
    )
    return _carry_out(request, policy, obligations, reasons, facts, now=now)


def applies(rule: Rule, request: Request, facts: Facts, *, now: datetime, empty_means_every: bool) -> Holds:
    """Whether the rule speaks of this request."""
    if any(action not in _ACTIONS for action in rule.actions):
        return Holds.UNKNOWN
    for named, asked in ((rule.actions, request.action.value), (rule.purposes, request.purpose)):
        if asked not in named and (named or not empty_means_every):
            return Holds.NO
    found = [_holds(constraint, request, facts, now=now) for constraint in rule.constraints]
    if Holds.UNKNOWN in found:
        return Holds.UNKNOWN
    return Holds.NO if Holds.NO in found else Holds.YES


_ACTIONS = frozenset(action.value for action in Action)


def _choose(
    request: Request, policies: Sequence[Policy], facts: Facts, *, now: datetime
) -> tuple[Policy, Rule] | Decision:
    """The one policy under which the request stands, or the refusal that comes nearest to letting it in."""
    # INVARIANT: one request stands under one policy only; two masked views of one person must not be glued together.
    refusals: list[tuple[int, str, Reason]] = []
    for policy in sorted(policies, key=_preference):
        if request.agreement is not None and policy.uid != request.agreement:
            refusals.append((9, "not_permitted", Reason(policy=policy.uid, rule="", code="other_agreement")))
            continue
        for rule in policy.permissions:
            holds = applies(rule, request, facts, now=now, empty_means_every=False)
            reason = Reason(policy=policy.uid, rule=rule.uid, code="permitted")
            if holds is Holds.UNKNOWN:
                return _closed(request, "not_permitted", (replace(reason, code="operand_unknown"),))
            if holds is Holds.NO:
                code = _missed(rule, request)
                refusals.append((5 if code == "constraint_not_met" else 6, "not_permitted", replace(reason, code=code)))
            elif policy.suspended:
                refusals.append((1, "grant_suspended", replace(reason, code="grant_suspended")))
            elif not _in_time(policy, now):
                refusals.append((2, "grant_expired", replace(reason, code="grant_expired")))
            else:
                return policy, rule
    if not refusals:
        return _closed(request, "not_permitted", ())
    refusals.sort(key=lambda refusal: refusal[0])
    nearest = refusals[0][0]
    return _closed(request, refusals[0][1], tuple(reason for rank, _, reason in refusals if rank == nearest))


def _missed(rule: Rule, request: Request) -> str:
    if request.purpose not in rule.purposes:
        return "purpose_not_agreed"
    return "constraint_not_met" if request.action.value in rule.actions else "action_not_agreed"


def _carry_out(
    request: Request,
    policy: Policy,
    obligations: tuple[Obligation, ...],
    reasons: tuple[Reason, ...],
    facts: Facts,
    *,
    now: datetime,
) -> Decision:
    """Refuse where an obligation cannot be met or carried out; else permit with literal row terms."""
    final: list[Obligation] = []
    for obligation in obligations:
        code = _hindrance(obligation, request, policy, facts, now=now)
        resolved = obligation
        if isinstance(obligation, Filter):
            term = rows.resolve(obligation.term, facts.sets) if rows.well_formed(obligation.term) else None
            if term is None:
                code = code or "obligation_unenforceable"
            else:
                resolved = replace(obligation, term=term)
        if code:
            why = Reason(policy=policy.uid, rule="", code=code)
            return _closed(request, code, (*reasons, why), policy=policy, obligations=obligations)
        final.append(resolved)
    return Decision(
        permitted=True,
        code="permitted",
        dataset=request.dataset,
        policy=policy.uid,
        obligations=tuple(final),
        reasons=reasons,
        policy_hash=policy_hash(policy.uid, final, reasons),
    )


def _hindrance(obligation: Obligation, request: Request, policy: Policy, facts: Facts, *, now: datetime) -> str | None:
    """The code that refuses, or None when the obligation can be carried out on this channel now."""
    if request.channel not in ENFORCERS[type(obligation)]:
        return "obligation_unenforceable"
    match obligation:
        case Expire() if now >= obligation.at:
            return "grant_expired"
        case Quota() if facts.used.get((policy.uid, obligation.what, obligation.window), 0) >= obligation.limit:
            return "quota_spent"
        case Level() if facts.level is None or facts.level > obligation.highest:
            return "level_too_high"
        case Delivery() if request.channel.value not in obligation.channels:
            return "channel_not_agreed"
        case Combine() if facts.others and not obligation.allowed:
            return "combine_not_granted"
        case _:
            return None


def _holds(constraint: Constraint, request: Request, facts: Facts, *, now: datetime) -> Holds:
    match constraint.left:
        case "purpose":
            return _compare((request.purpose,), constraint)
        case "dateTime":
            return _compare_times(now, constraint)
        case "count":
            spent = [used for (_, what, _), used in facts.used.items() if what == "calls"]
            return _compare((max(spent, default=0),), constraint)
        case "spatial":
            return Holds.UNKNOWN if facts.spatial is None else _compare(facts.spatial, constraint)
        case "event":
            return _compare(tuple(facts.events), constraint)
        case "km:deliveryMode":
            return _compare((request.channel.value,), constraint)
        case "km:zone":
            return Holds.UNKNOWN if facts.zone is None else _compare((facts.zone,), constraint)
        case _:
            return Holds.UNKNOWN


def _compare(have: tuple[rows.Value, ...], constraint: Constraint) -> Holds:
    """`have` holds the values of the left operand: one, or several of a set."""
    want = constraint.right
    match constraint.op:
        case "eq" if len(want) == 1:
            return _truth(have == want)
        case "neq" if len(want) == 1:
            return _truth(want[0] not in have)
        case "isAnyOf" if want:
            return _truth(bool(set(have) & set(want)))
        case "isNoneOf" if want:
            return _truth(not set(have) & set(want))
        case "lt" | "lteq" | "gt" | "gteq" if len(want) == 1 and len(have) == 1:
            left, right = have[0], want[0]
            if type(left) is not int or type(right) is not int:
                return Holds.UNKNOWN
            return _truth(_ordered(left, right, constraint.op))
        case _:
            return Holds.UNKNOWN


def _compare_times(now: datetime, constraint: Constraint) -> Holds:
    if len(constraint.right) != 1 or not isinstance(constraint.right[0], str):
        return Holds.UNKNOWN
    try:
        moment = datetime.fromisoformat(constraint.right[0])
    except ValueError:
        return Holds.UNKNOWN
    if moment.tzinfo is None or constraint.op not in {"lt", "lteq", "gt", "gteq"}:
        return Holds.UNKNOWN
    return _truth(_ordered(now.timestamp(), moment.timestamp(), constraint.op))


def _ordered(left: float, right: float, op: str) -> bool:
    return {"lt": left < right, "lteq": left <= right, "gt": left > right, "gteq": left >= right}[op]


def _truth(value: bool) -> Holds:  # noqa: FBT001 - turns a boolean into a value of three
    return Holds.YES if value else Holds.NO


def _in_time(policy: Policy, now: datetime) -> bool:
    begun = policy.not_before is None or policy.not_before <= now
    return begun and (policy.not_after is None or now < policy.not_after)


def _preference(policy: Policy) -> tuple[int, str]:
    """An agreement before an offer; then by name, so that the choice is the same every time."""
    return (0 if policy.kind is PolicyKind.AGREEMENT else 1, policy.uid)


def _closed(
    request: Request,
    code: str,
    reasons: Iterable[Reason],
    *,
    policy: Policy | None = None,
    obligations: tuple[Obligation, ...] = (),
) -> Decision:
    why = tuple(reasons)
    uid = policy.uid if policy else None
    return Decision(
        permitted=False,
        code=code,
        dataset=request.dataset,
        policy=uid,
        obligations=(),
        reasons=why,
        policy_hash=policy_hash(uid, obligations, why),
    )
