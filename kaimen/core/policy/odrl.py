"""An agreement as ODRL 2.2: written once, frozen as RFC 8785 bytes, and read back into the terms of a grant.

Only a closed set of operands is read. What is not understood is `Invalid("odrl_operand")`, never ignored: an agreement that says more
than the gate can hold must not open it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

import rfc8785

from kaimen.core.errors import Invalid

PROFILE = "urn:kaimen:odrl:1"
CONTEXT = "http://www.w3.org/ns/odrl.jsonld"
_DUTIES = ("attribute", "inform", "delete")
_PROHIBITIONS = ("distribute", "km:reidentify")
_TOLD = ("km:basis", "km:scope", "km:scenario", "km:method", "km:entryVersion")
"""What the two sides said beside the rules. It binds them; the gate does not judge it."""
Document = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What two bodies agree: whose data go to whom, for which purposes, which columns and rows, from when until which day."""

    uid: str
    dataset: str
    assigner: str
    assignee: str
    purposes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()
    since: date
    until: date
    basis: str = ""
    scope: str = ""
    """Within what the data may be used, as it was asked."""
    scenario: str = ""
    method: str = ""
    """How they are supplied, by code."""
    entry_version: int = 0
    """The version of the entry whose conditions hold; 0 where the agreement names none."""


def write(terms: Terms) -> Document:
    """The agreement. Every part that `read` asks for stands in it, what was told beside, and nothing else."""
    constraints: list[Document] = [
        _constraint("purpose", "isAnyOf", list(terms.purposes)),
        _constraint("dateTime", "gteq", terms.since.isoformat()),
        _constraint("dateTime", "lteq", terms.until.isoformat()),
        _constraint("km:column", "isAnyOf", list(terms.columns)),
        *[_constraint(f"km:row:{column}", "isAnyOf", list(values)) for column, values in terms.rows],
    ]
    told: Document = {
        key: value
        for key, value in (
            ("km:scope", terms.scope),
            ("km:scenario", terms.scenario),
            ("km:method", terms.method),
            ("km:entryVersion", terms.entry_version),
        )
        if value
    }
    return told | {
        "@context": [CONTEXT, {"km": f"{PROFILE}#"}],
        "@type": "Agreement",
        "uid": terms.uid,
        "profile": PROFILE,
        "assigner": terms.assigner,
        "assignee": terms.assignee,
        "km:basis": terms.basis,
        "permission": [
            {
                "target": terms.dataset,
                "action": "use",
                "constraint": constraints,
                "duty": [{"action": action} for action in _DUTIES],
            }
        ],
        "prohibition": [{"target": terms.dataset, "action": action} for action in _PROHIBITIONS],
    }


def frozen(document: Mapping[str, object]) -> bytes:
    """The bytes that are signed: RFC 8785."""
    return rfc8785.dumps(dict(document))  # type: ignore[arg-type]  # its own alias of the same shape


def digest(document: Mapping[str, object]) -> str:
    """SHA-256 of the frozen bytes, in hexadecimal."""
    return hashlib.sha256(frozen(document)).hexdigest()


def read(document: Mapping[str, object]) -> Terms:
    """The terms that a grant is made of. Raises `Invalid("odrl_operand", operand=…)`."""
    known = {"@context", "@type", "uid", "profile", "assigner", "assignee", "permission", "prohibition", *_TOLD}
    version = document.get("km:entryVersion", 0)
    if not isinstance(version, int) or isinstance(version, bool):
        raise _unknown("km:entryVersion")
    for key in document:
        if key not in known:
            raise _unknown(key)
    if document.get("@type") != "Agreement" or document.get("profile") != PROFILE:
        raise _unknown("profile")
    permission = _only(document.get("permission"), "permission")
    _same(permission, {"target", "action", "constraint", "duty"})
    if permission["action"] != "use":
        raise _unknown("action")
    if [row.get("action") for row in _rows(permission["duty"], "duty")] != list(_DUTIES):
        raise _unknown("duty")
    if [row.get("action") for row in _rows(document.get("prohibition"), "prohibition")] != list(_PROHIBITIONS):
        raise _unknown("prohibition")
    found = _constraints(permission["constraint"])
    terms = Terms(
        uid=_text(document, "uid"),
        dataset=_text(permission, "target"),
        assigner=_text(document, "assigner"),
        assignee=_text(document, "assignee"),
        basis=str(document.get("km:basis", "")),
        scope=str(document.get("km:scope", "")),
        scenario=str(document.get("km:scenario", "")),
        method=str(document.get("km:method", "")),
        entry_version=version,
        purposes=found.purposes,
        columns=found.columns,
        rows=tuple(found.rows),
        since=found.since,
        until=found.until,
    )
    if write(terms) != document:  # whatever was not named above: what is read says all that was written
        raise _unknown("agreement")
    return terms


@dataclass(slots=True)
class _Found:
    purposes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: list[tuple[str, tuple[str, ...]]]
    since: date
    until: date


def _constraints(raw: object) -> _Found:
    single: dict[tuple[str, str], object] = {}
    for row in _rows(raw, "constraint"):
        _same(row, {"leftOperand", "operator", "rightOperand"})
        key = (_text(row, "leftOperand"), _text(row, "operator"))
        if key in single:
            raise _unknown(key[0])
        single[key] = row["rightOperand"]
    try:
        found = _Found(
            purposes=_names(single.pop(("purpose", "isAnyOf"))),
            columns=_names(single.pop(("km:column", "isAnyOf"))),
            rows=[],
            since=date.fromisoformat(str(single.pop(("dateTime", "gteq")))),
            until=date.fromisoformat(str(single.pop(("dateTime", "lteq")))),
        )
    except (KeyError, ValueError):
        raise _unknown("constraint") from None
    for (left, operator), right in single.items():
        column = left.removeprefix("km:row:")
        if column == left or operator != "isAnyOf" or not column:
            raise _unknown(left)
        found.rows.append((column, _names(right)))
    if not found.purposes or found.until < found.since:
        raise _unknown("constraint")
    return found


def _constraint(left: str, operator: str, right: object) -> Document:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _names(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(one, str) and one for one in cast("list[object]", raw)):
        raise _unknown("rightOperand")
    return tuple(cast("list[str]", raw))


def _rows(raw: object, where: str) -> list[Mapping[str, object]]:
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in cast("list[object]", raw)):
        raise _unknown(where)
    return cast("list[Mapping[str, object]]", raw)


def _only(raw: object, where: str) -> Mapping[str, object]:
    rows = _rows(raw, where)
    if len(rows) != 1:
        raise _unknown(where)
    return rows[0]


def _same(row: Mapping[str, object], keys: set[str]) -> None:
    for key in set(row) ^ keys:
        raise _unknown(key)


def _text(row: Mapping[str, object], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise _unknown(key)
    return value


def _unknown(operand: str) -> Invalid:
    return Invalid("odrl_operand", operand=operand[:60])
