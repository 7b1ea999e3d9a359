"""Who may load, and how the one who asked is remembered until the load is published, maybe by another process."""

from __future__ import annotations

from collections.abc import Mapping

from kaimen.core.errors import Missing, Refused
from kaimen.core.policy.party import AccountId, Actor, InstitutionId, PersonId, Role, Via

LOADERS = frozenset({"steward", "office_head", "operator"})
OURS = frozenset({Via.JOB, Via.CLI})


def may_load(by: Actor, institution: str, *, missing: str = "feed_missing") -> None:
    """A data steward, sharing office or operator of the body, or this machine.

    Raises `Refused("not_your_role")` and, for other bodies, `Missing(missing)`: what is said of a thing that does not exist.
    """
    if by.via in OURS:
        return
    if by.role not in LOADERS:
        raise Refused("not_your_role", needed=sorted(LOADERS))
    if str(by.institution) != institution:
        raise Missing(missing)


def to_json(by: Actor) -> dict[str, str | None]:
    """What must be known of the actor later."""
    return {
        "person": by.person,
        "account": by.account,
        "institution": by.institution,
        "role": by.role,
        "via": by.via.value,
    }


def from_json(body: Mapping[str, str | None]) -> Actor:
    """The actor that was written down."""
    person, account, institution = body.get("person"), body.get("account"), body.get("institution")
    return Actor(
        person=PersonId(person) if person else None,
        account=AccountId(account) if account else None,
        institution=InstitutionId(institution) if institution else None,
        role=Role(body.get("role") or "public"),
        via=Via(body.get("via") or "job"),
    )


def inst(by: Actor, institution: str) -> str:
    """Which institution stands in the public leaf: the actor's, else the one whose data they are."""
    return str(by.institution or institution)
