"""Who acts: one natural person, in one role, for one institution, perhaps on behalf of somebody, by a way in that we trust this much.

`Actor` is what every service takes as `by`. Rooms below `accounts` know people, institutions and roles only as these opaque values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", str)
AccountId = NewType("AccountId", str)
InstitutionId = NewType("InstitutionId", str)
Role = NewType("Role", str)

PUBLIC = Role("public")


class Via(StrEnum):
    """The way in."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - the name of a way in, not a secret
    CLI = "cli"
    JOB = "job"


class Assurance(StrEnum):
    """How surely we know who it is; compare by `strength`."""

    NONE = "none"
    ONE_FACTOR = "one_factor"
    TWO_FACTOR = "two_factor"
    PHISHING_RESISTANT = "phishing_resistant"

    @property
    def strength(self) -> int:
        """0 (nobody) to 3."""
        return list(Assurance).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """On whose behalf: a known person, or one described on the form (the description is private).

    `mandate` is the recorded authority, an opaque reference; `channel` and `authority` say how they came and on what ground, in codes.
    """

    person: PersonId | None
    described_as: str | None = None
    mandate: str = ""
    channel: str = ""
    authority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does it. `person is None` means the public, or a job of ours (then `via` is `job`)."""

    person: PersonId | None = None
    account: AccountId | None = None
    institution: InstitutionId | None = None
    role: Role = PUBLIC
    on_behalf: Principal | None = None
    via: Via = Via.SESSION
    assurance: Assurance = Assurance.NONE
    signed_in_at: datetime | None = None
    scopes: frozenset[str] | None = None
    """Verbs that a token is narrowed to; None means not narrowed (a session)."""

    @property
    def is_public(self) -> bool:
        """Nobody in particular: the anonymous reader."""
        return self.person is None and self.via is Via.SESSION


ANYBODY = Actor()
"""The anonymous public."""
