"""What the API of this room takes and gives."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from kaimen.accounts.scopes import Scope
from kaimen.web.bodies import Asked


class HatOut(Schema):
    """An appointment that may be put on."""

    appointment: str
    institution: str
    institution_slug: str
    role: str
    until: datetime | None


class MeOut(Schema):
    """Who the house takes the caller for."""

    person: str | None
    account: str | None
    name: str
    institution: str | None
    role: str
    via: str
    assurance: str
    on_behalf: str | None
    scopes: list[str] | None
    hats: list[HatOut]


class InstitutionOut(Schema):
    """The public part of a body."""

    id: str
    slug: str
    uscc: str | None
    name_zh: str
    name_en: str
    body_kind: str
    level: str
    region: str
    standing: str
    parent: str | None
    since: date


class InstitutionIn(Asked):
    """A body to enter."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field(min_length=1, max_length=160)
    body_kind: str
    level: str
    region: str
    region_year: int = Field(ge=1980, le=2200)
    uscc: str | None = None
    parent: str | None = None
    ciio: bool = False


class PersonOut(Schema):
    """An appointment with its holder, for those who appoint."""

    appointment: str
    person: str
    name: str
    institution: str
    role: str
    kind: str
    state: str
    since: datetime
    until: datetime | None


class NominationIn(Asked):
    """A person to name."""

    name: str = Field(min_length=1, max_length=80)
    email: str = Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")
    role: str
    institution: str | None = None
    since: datetime
    until: datetime | None = None
    acting: bool = False


class GroundIn(Asked):
    """Why."""

    reason: str = Field(default="", max_length=200)


class TokenIn(Asked):
    """A token to mint, for the hat worn now."""

    name: str = Field(min_length=1, max_length=80)
    scopes: list[Scope] = Field(min_length=1)
    days: int = Field(default=90, ge=1, le=365)
    ip_ranges: list[str] = Field(default_factory=list, max_length=20)


class ActivateIn(Asked):
    """The text of an activation link."""

    activation: str = Field(max_length=200)


class TokenOut(Schema):
    """A token without its text. One with `replaced_by` works on until `expires_at`; `ground` is the agreement that it ends with."""

    id: str
    name: str
    scopes: list[str]
    institution: str | None
    role: str
    created_at: datetime
    expires_at: datetime
    last_used_day: date | None
    revoked_at: datetime | None
    replaced_by: str | None
    ground: str


class MintedOut(TokenOut):
    """A token with its text: the only time it is shown."""

    token: str


class LeakIn(Asked):
    """A token that was found somewhere."""

    token: str = Field(max_length=200)


class LeakOut(Schema):
    """Always the same answer."""

    received: bool = True
