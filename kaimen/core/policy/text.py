"""Policies as plain data and back, and the hash of what was in force.

The form is JSON with lower-case keys; `tests/core/policy/*.yaml` are written in it. Reading never fails on an obligation
that it does not know: it becomes `Unknown`, and `decide` refuses. It fails (`Invalid("policy_unreadable")`) on a form
that is no policy at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, TypeVar, cast

from kaimen.core.errors import Invalid
from kaimen.core.policy import mask
from kaimen.core.policy.model import Assignee, Constraint, Policy, PolicyKind, Reason, Rule
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
)
from kaimen.core.policy.party import InstitutionId, PersonId, Role
from kaimen.core.policy.rows import All, Compare, Either, Not, Term, Value

Plain = str | int | bool | None | Sequence["Plain"] | Mapping[str, "Plain"]

Name = TypeVar("Name", bound=str)
QUOTA_OF: tuple[Literal["calls", "rows", "bytes"], ...] = ("calls", "rows", "bytes")
WINDOWS: tuple[Literal["day", "month", "term"], ...] = ("day", "month", "term")

REWRITER = "kaimen-sql-2"
"""Raise it whenever `core.sql` makes another query out of the same decision."""


def canonical(data: Plain) -> bytes:
    """RFC 8785 bytes of data without fractions and with ASCII keys, which is all that we have here."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def policy_hash(policy: str | None, obligations: Iterable[Obligation], reasons: Iterable[Reason]) -> str:
    """SHA-256 of what was effective: the policy, the met obligations, the rules that decided, the rewriter's version."""
    effective: Plain = {
        "policy": policy,
        "obligations": [obligation_to_data(each) for each in obligations],
        "reasons": [[each.policy, each.rule, each.code] for each in reasons],
        "rewriter": REWRITER,
    }
    return hashlib.sha256(canonical(effective)).hexdigest()


def policy_to_data(policy: Policy) -> dict[str, Plain]:
    """The policy as JSON."""
    return _lean(
        {
            "uid": policy.uid,
            "kind": policy.kind.value,
            "target": policy.target,
            "assigner": policy.assigner,
            "assignee": _lean(
                {
                    "institution": policy.assignee.institution,
                    "person": policy.assignee.person,
                    "role": policy.assignee.role,
                }
            ),
            "permissions": [_rule_to_data(rule) for rule in policy.permissions],
            "prohibitions": [_rule_to_data(rule) for rule in policy.prohibitions],
            "duties": [obligation_to_data(each) for each in policy.duties],
            "not_before": _time_to_data(policy.not_before),
            "not_after": _time_to_data(policy.not_after),
            "suspended": policy.suspended or None,
            "clause": policy.clause,
        }
    )


def policy_from_data(data: Plain) -> Policy:
    """The policy that `data` writes. Raises `Invalid("policy_unreadable")`."""
    try:
        fields = _fields(
            data,
            "uid kind target assigner assignee permissions prohibitions duties not_before not_after suspended clause",
        )
        to = _fields(fields.get("assignee", {}), "institution person role")
        return Policy(
            uid=_text(fields["uid"]),
            kind=PolicyKind(_text(fields["kind"])),
            target=_text(fields["target"]),
            assigner=InstitutionId(_text(fields["assigner"])) if fields.get("assigner") else None,
            assignee=Assignee(
                institution=InstitutionId(_text(to["institution"])) if to.get("institution") else None,
                person=PersonId(_text(to["person"])) if to.get("person") else None,
                role=Role(_text(to["role"])) if to.get("role") else None,
            ),
            permissions=tuple(_rule_from_data(rule) for rule in _list(fields.get("permissions", []))),
            prohibitions=tuple(_rule_from_data(rule) for rule in _list(fields.get("prohibitions", []))),
            duties=tuple(obligation_from_data(each) for each in _list(fields.get("duties", []))),
            not_before=_time_from_data(fields.get("not_before")),
            not_after=_time_from_data(fields.get("not_after")),
            suspended=fields.get("suspended") is True,
            clause=_text(fields.get("clause", "")),
        )
    except (KeyError, TypeError, ValueError):
        raise Invalid("policy_unreadable") from None


def _rule_to_data(rule: Rule) -> dict[str, Plain]:
    return _lean(
        {
            "uid": rule.uid,
            "actions": list(rule.actions),
            "purposes": list(rule.purposes),
            "constraints": [{"left": each.left, "op": each.op, "right": list(each.right)} for each in rule.constraints],
            "duties": [obligation_to_data(each) for each in rule.duties],
            "clause": rule.clause,
        }
    )


def _rule_from_data(data: Plain) -> Rule:
    fields = _fields(data, "uid actions purposes constraints duties clause")
    return Rule(
        uid=_text(fields["uid"]),
        actions=_texts(fields.get("actions", [])),
        purposes=_texts(fields.get("purposes", [])),
        constraints=tuple(_constraint_from_data(each) for each in _list(fields.get("constraints", []))),
        duties=tuple(obligation_from_data(each) for each in _list(fields.get("duties", []))),
        clause=_text(fields.get("clause", "")),
    )


def _constraint_from_data(data: Plain) -> Constraint:
    fields = _fields(data, "left op right")
    return Constraint(left=_text(fields["left"]), op=_text(fields["op"]), right=_values(fields["right"]))


def obligation_to_data(obligation: Obligation) -> dict[str, Plain]:
    """One key names the kind, its value holds the rest."""
    match obligation:
        case Columns():
            return {"columns": list(obligation.names)}
        case Deny():
            return _lean({"deny": obligation.column, "why": obligation.why, "clause": obligation.clause})
        case Mask():
            return _lean(
                {
                    "mask": obligation.column,
                    "how": str(obligation.how),
                    "why": obligation.why,
                    "clause": obligation.clause,
                }
            )
        case Filter():
            return _lean({"filter": _term_to_data(obligation.term), "why": obligation.why, "clause": obligation.clause})
        case Aggregate():
            return {"aggregate": obligation.min_group, "unit": obligation.unit}
        case Quota():
            return {"quota": obligation.what, "window": obligation.window, "limit": obligation.limit}
        case Caps():
            return {"caps": {"rows": obligation.rows, "bytes": obligation.bytes}}
        case Expire():
            return {"expire": obligation.at.isoformat()}
        case Level():
            return {"level": obligation.highest}
        case Delivery():
            return {"delivery": list(obligation.channels)}
        case Combine():
            return {"combine": obligation.allowed}
        case Unknown():
            return {"unknown": obligation.kind}


def obligation_from_data(data: Plain) -> Obligation:
    """The obligation that `data` writes; `Unknown` for one that we do not know or cannot read."""
    if not isinstance(data, Mapping):
        return Unknown("unreadable")
    fields = dict(data)
    try:
        return _read_obligation(fields)
    except (KeyError, TypeError, ValueError):
        return Unknown(next(iter(fields), "unreadable"))


def _read_obligation(fields: dict[str, Plain]) -> Obligation:
    why, clause = _text(fields.pop("why", "")), _text(fields.pop("clause", ""))
    match fields:
        case {"columns": names, **rest} if not rest:
            return Columns(_texts(names))
        case {"deny": str(column), **rest} if not rest:
            return Deny(column, why, clause)
        case {"mask": str(column), "how": str(how), **rest} if not rest:
            treatment = mask.parse(how)
            return Unknown(f"mask {how}") if treatment is None else Mask(column, treatment, why, clause)
        case {"filter": term, **rest} if not rest:
            return Filter(_term_from_data(term), why, clause)
        case {"aggregate": min_group, "unit": str(unit), **rest} if not rest:
            return Aggregate(_whole(min_group), unit)
        case {"quota": what, "window": window, "limit": limit, **rest} if not rest:
            return Quota(_one_of(what, QUOTA_OF), _one_of(window, WINDOWS), _whole(limit))
        case {"caps": Mapping() as caps, **rest} if not rest:
            return Caps(_whole(caps["rows"]), _whole(caps["bytes"]))
        case {"expire": str(at), **rest} if not rest:
            moment = _time_from_data(at)
            return Unknown("expire") if moment is None else Expire(moment)
        case {"level": highest, **rest} if not rest:
            return Level(_whole(highest))
        case {"delivery": channels, **rest} if not rest:
            return Delivery(_texts(channels))
        case {"combine": bool(allowed), **rest} if not rest:
            return Combine(allowed)
        case {"unknown": str(kind), **rest} if not rest:
            return Unknown(kind)
        case _:
            return Unknown(next(iter(fields), "unreadable"))


def _term_to_data(term: Term) -> dict[str, Plain]:
    match term:
        case Compare():
            data: dict[str, Plain] = {"column": term.column, "op": term.op}
            return data | ({"fact": term.fact} if term.fact else {"values": list(term.values)})
        case All():
            return {"all": [_term_to_data(each) for each in term.terms]}
        case Either():
            return {"either": [_term_to_data(each) for each in term.terms]}
        case Not():
            return {"not": _term_to_data(term.term)}


def _term_from_data(data: Plain) -> Term:
    fields = _fields(data, "column op values fact all either not")
    match fields:
        case {"all": terms, **rest} if not rest:
            return All(tuple(_term_from_data(each) for each in _list(terms)))
        case {"either": terms, **rest} if not rest:
            return Either(tuple(_term_from_data(each) for each in _list(terms)))
        case {"not": term, **rest} if not rest:
            return Not(_term_from_data(term))
        case {"column": str(column), "op": str(op), "fact": str(fact), **rest} if not rest:
            return Compare(column, op, (), fact)
        case {"column": str(column), "op": str(op), **rest} if rest.keys() <= {"values"}:
            return Compare(column, op, _values(rest.get("values", [])))
        case _:
            raise ValueError


def _lean(data: Mapping[str, Plain]) -> dict[str, Plain]:
    """Without what is empty: an absent key and an empty value mean the same, and have one spelling."""
    return {key: value for key, value in data.items() if value not in (None, "", [], {})}


def _fields(data: Plain, known: str) -> dict[str, Plain]:
    """A mapping with no key that we do not know: an ignored constraint would be an open gate."""
    if not isinstance(data, Mapping) or not data.keys() <= set(known.split()):
        raise ValueError
    return dict(data)


def _list(data: Plain) -> Sequence[Plain]:
    if not isinstance(data, list | tuple):
        raise TypeError
    return cast("Sequence[Plain]", data)


def _text(data: Plain) -> str:
    if not isinstance(data, str):
        raise TypeError
    return data


def _texts(data: Plain) -> tuple[str, ...]:
    return tuple(_text(each) for each in _list(data))


def _values(data: Plain) -> tuple[Value, ...]:
    values = _list(data)
    if not all(isinstance(each, str | int) for each in values):
        raise TypeError
    return tuple(cast("Sequence[Value]", values))


def _one_of(data: Plain, known: tuple[Name, ...]) -> Name:
    return known[known.index(cast("Name", data))]


def _whole(data: Plain) -> int:
    if type(data) is not int or data < 0:
        raise TypeError
    return data


def _time_to_data(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _time_from_data(data: Plain) -> datetime | None:
    if data is None:
        return None
    moment = datetime.fromisoformat(_text(data))
    if moment.tzinfo is None:
        raise ValueError
    return moment
