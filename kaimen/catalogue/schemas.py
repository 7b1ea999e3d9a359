"""Shapes of the API. Bodies of entries are the fields of `core.metadata.entry.Body`; unknown ones are refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema

from kaimen.web.bodies import Asked


class TextOut(Schema):
    """A text in both languages; the missing one is empty."""

    zh: str
    en: str


class EntryLine(Schema):
    """An entry in a list."""

    id: str
    slug: str
    code: str
    version: int
    kind: str
    title: TextOut
    description: TextOut
    provider: str
    provider_name: TextOut
    open_type: int
    share_type: int
    level: int
    formats: list[str]
    themes: list[str]
    licence: str
    update_frequency: str
    keywords_zh: list[str]
    keywords_en: list[str]
    published_at: datetime


class FacetCodeOut(Schema):
    """A value of a facet."""

    code: str
    zh: str
    en: str
    count: int
    chosen: bool


class SearchOut(Schema):
    """Entries in order, exact counts. `relaxed` says how far the question was loosened: none, words, typo, any."""

    total: int
    page: int
    size: int
    relaxed: str
    entries: list[EntryLine]
    facets: dict[str, list[FacetCodeOut]]


class SuggestionOut(Schema):
    """A title to offer."""

    id: str
    slug: str
    title: TextOut


class EntryOut(Schema):
    """A published version. `body` holds every field that differs from its default, as far as you may see it."""

    id: str
    slug: str
    code: str
    version: int
    digest: str = Field(description="SHA-256 of the canonical form of what you see, base64url")
    spec_version: str
    published_at: datetime
    first_published_at: datetime
    body: dict[str, Any]


class VersionOut(Schema):
    """A version in a list."""

    n: int
    published_at: datetime
    digest: str
    spec_version: str


class ChangeOut(Schema):
    """A field that differs between two versions."""

    path: str
    before: Any
    after: Any


class FindingOut(Schema):
    """A rule that is not met."""

    rule: str
    path: str
    severity: str
    due: str
    value: str


class WorkingOut(Schema):
    """The working copy of an entry, for those who work on it."""

    id: str
    state: str
    revision: int
    version: int | None
    digest: str
    body: dict[str, Any]
    findings: list[FindingOut]
    faults: list[dict[str, str]]
    verbs: list[str]


class WorkLineOut(Schema):
    """An entry in the list of those who work on it."""

    id: str
    title: TextOut
    kind: str
    state: str
    provider: str
    changed_at: datetime
    version: int | None


class DraftIn(Asked):
    """A new entry. The provider is your own body; `share_type` has no default anywhere."""

    body: dict[str, Any]
    slug: str | None = Field(None, max_length=100)


class SavedOut(Schema):
    """What was saved."""

    id: str
    revision: int


class DraftChange(Asked):
    """A new text of the working copy."""

    body: dict[str, Any]
    revision: int | None = Field(None, description="the revision that you saw; another writer's is not overwritten")


class AssessmentIn(Asked):
    """A reference, or the reason why there is no personal information."""

    document: str = Field("", max_length=200)
    on: date | None = None
    result: str = Field("", max_length=200)
    no_pi_reason_zh: str = Field("", max_length=500)
    no_pi_reason_en: str = Field("", max_length=500)
    valid_until: date | None = None


class AssessForm(Asked):
    """The two references; the third only where columns go out because they were anonymised."""

    confidentiality: AssessmentIn
    pi: AssessmentIn
    anonymisation: AssessmentIn | None = None


class ReasonForm(Asked):
    """Why."""

    reason: str = Field(max_length=2000)


class NoteIn(Asked):
    """A remark, may be empty."""

    note: str = Field("", max_length=2000)


class FaultIn(Asked):
    """A coded reason of a return, and the field it speaks of."""

    code: str = Field(max_length=40)
    path: str = Field("", max_length=200)


class DecideIn(Asked):
    """The authority's decision. A return lists every fault at once."""

    verdict: Literal["approve", "return"]
    faults: list[FaultIn] = Field([], max_length=100)
    note: str = Field("", max_length=2000)


class RevertIn(Asked):
    """The version whose text comes back."""

    to: int = Field(ge=1)


class StateOut(Schema):
    """Where the entry stands now, and the proof of the step that brought it there."""

    id: str
    state: str
    version: int | None
    receipt: str
