"""Who asks what, under which policies: closed structures in the words of ODRL 2.2, never SQL text.

`Request` and `Facts` go in, `Decision` comes out (see `decide`). All of it can be stored and replayed years later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from kaimen.core.policy.obligations import Obligation
from kaimen.core.policy.party import Actor, InstitutionId, PersonId, Role
from kaimen.core.policy.rows import Value


class Action(StrEnum):
    """What is done with the data."""

    READ = "read"
    QUERY = "query"
    EXTRACT = "extract"
    SHARE = "share"
    OPEN = "open"
    TRAIN = "train"


class Channel(StrEnum):
    """The way by which the answer travels."""

    SQL = "sql"
    REST = "rest"
    FILE = "file"
    DELTA_SHARING = "delta_sharing"
    FLIGHT = "flight"
    PROXY = "proxy"
    ZONE = "zone"


class PolicyKind(StrEnum):
    """A set binds everybody, an offer lets in whom it names, an agreement is between two."""

    SET = "set"
    OFFER = "offer"
    AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignee:
    """For whom a policy is meant; what is None is not asked. All None means anybody."""

    institution: InstitutionId | None = None
    person: PersonId | None = None
    role: Role | None = None

    def fits(self, actor: Actor) -> bool:
        """Whether the asker is meant."""
        return (
            self.institution in {None, actor.institution}
            and self.person in {None, actor.person}
            and self.role in {None, actor.role}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """`left op right`, as in ODRL. `left` and `op` are text so that an unknown one can be read, and refused."""

    left: str
    op: str
    right: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A permission or a prohibition: for actions and purposes, under constraints, at the price of duties.

    No action or no purpose named means every one for a prohibition and none for a permission.
    """

    uid: str
    actions: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    duties: tuple[Obligation, ...] = ()
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What an assigner lets an assignee do with one dataset, and what nobody may."""

    uid: str
    kind: PolicyKind
    target: str
    assigner: InstitutionId | None = None
    assignee: Assignee = Assignee()
    permissions: tuple[Rule, ...] = ()
    prohibitions: tuple[Rule, ...] = ()
    duties: tuple[Obligation, ...] = ()
    """Of a set: what holds for every permission of others. Of an agreement or offer: what holds for all of its own."""
    not_before: datetime | None = None
    not_after: datetime | None = None
    suspended: bool = False
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of one dataset."""

    assignee: Actor
    purpose: str
    action: Action
    dataset: str
    channel: Channel
    agreement: str | None = None
    """The policy under which the asker wants to stand, where several would let them in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known from outside at this moment. What is missing here is not assumed: it refuses."""

    level: int | None = None
    """Sensitivity level of what the answer may contain, 1 to 4."""
    spatial: tuple[str, ...] | None = None
    """Division codes for which the asker is competent."""
    events: frozenset[str] = frozenset()
    """Events in force, such as an emergency that was declared."""
    zone: str | None = None
    others: int = 0
    """Number of other datasets in the same question."""
    used: Mapping[tuple[str, str, str], int] = field(default_factory=lambda: MappingProxyType({}))
    """(policy uid, what, window) -> already used of that quota."""
    sets: Mapping[str, tuple[Value, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Named values of the asker for row terms, such as `my.divisions`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Which rule of which policy determined the decision, and how: a code that has a sentence."""

    policy: str
    rule: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Permitted or not, at which price, and why. `code` is `permitted` or the code of the refusal."""

    permitted: bool
    code: str
    dataset: str
    policy: str | None
    obligations: tuple[Obligation, ...]
    reasons: tuple[Reason, ...]
    policy_hash: str
    """SHA-256 of the RFC 8785 bytes of the effective policy and the rewriter's version; hexadecimal."""
