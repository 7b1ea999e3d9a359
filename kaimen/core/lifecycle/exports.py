"""Which way an export must go: the first question that is answered with yes decides, and says why. Pure; thresholds are passed in.

Counters are of distinct persons over all flows of the exporter since 1 January, this one included, so that splitting gains nothing.
Whoever's sensitive data go is one of the persons too, and persons that cannot be linked are added up: the safe side of the thresholds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Route(StrEnum):
    """What must come first."""

    FORBIDDEN = "forbidden"
    AUTHORITY = "competent_authority"
    SECURITY_ASSESSMENT = "security_assessment"
    CONTRACT_OR_CERT = "contract_or_cert"
    EXEMPT = "exempt"
    """From the mechanisms only: notice, consent where it is the basis, and the impact assessment stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Numbers of persons: EXP-02 (`many`, `many_sensitive`) and EXP-03 (`some`)."""

    many: int
    many_sensitive: int
    some: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The persons of one flow, as keyed hashes; or only their number, where they cannot be told from those of other flows."""

    persons: Collection[str] = ()
    sensitive: Collection[str] = ()
    unlinked: int = 0
    """So many more, not sensitive, who may be others each time."""
    unlinked_sensitive: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of an export. `flows`: all of the exporter this year, this one among them."""

    secret_or_core: bool = False
    foreign_judicial: bool = False
    state_organ: bool = False
    """A state organ or an authorised body."""
    ciio: bool = False
    important_confirmed: bool = False
    personal: bool = False
    flows: Iterable[Flow] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """The way, and the reason that decided."""

    route: Route
    reason: str
    persons: int
    sensitive: int


def route(facts: Facts, limits: Thresholds) -> Routed:
    """The first match wins, in the order of the law."""
    flows = tuple(facts.flows)
    unlinked = sum(flow.unlinked_sensitive for flow in flows)
    sensitive = len({one for flow in flows for one in flow.sensitive}) + unlinked
    persons = len({one for flow in flows for one in (*flow.persons, *flow.sensitive)})
    persons += unlinked + sum(flow.unlinked for flow in flows)
    personal = facts.personal or persons > 0
    questions = (
        (facts.secret_or_core, Route.FORBIDDEN, "secret_or_core"),
        (facts.foreign_judicial, Route.AUTHORITY, "foreign_judicial"),
        (facts.state_organ and personal, Route.SECURITY_ASSESSMENT, "state_organ"),
        (facts.ciio and personal, Route.SECURITY_ASSESSMENT, "ciio"),
        (facts.important_confirmed, Route.SECURITY_ASSESSMENT, "important_data"),
        (persons >= limits.many, Route.SECURITY_ASSESSMENT, "many_persons"),
        (sensitive >= limits.many_sensitive, Route.SECURITY_ASSESSMENT, "many_sensitive"),
        (persons >= limits.some, Route.CONTRACT_OR_CERT, "some_persons"),
        (sensitive > 0, Route.CONTRACT_OR_CERT, "some_sensitive"),
        (True, Route.EXEMPT, "below"),
    )
    found, reason = next((way, why) for holds, way, why in questions if holds)
    return Routed(route=found, reason=reason, persons=persons, sensitive=sensitive)
