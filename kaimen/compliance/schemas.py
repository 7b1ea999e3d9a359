"""What the API of this room takes and gives."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Field, Schema

from kaimen.web.bodies import Asked

LARGEST = 999_999_999


class TextOut(Schema):
    """A text in both languages."""

    zh: str
    en: str


class ControlOut(Schema):
    """The question that looks after an article; `attests` is the sentence that a person puts their name to. Results stand on the board."""

    id: str
    kinds: list[str]
    rooms: list[str]
    passes: TextOut
    evidence: TextOut
    advice: bool
    attests: TextOut | None
    each_release: bool


class ClauseOut(Schema):
    """An article in our words; `force` is must, ban, support or info."""

    article: int
    chapter: int
    force: str
    obliged: list[str]
    functions: list[str]
    topic: TextOut
    text: TextOut
    note: TextOut | None
    control: ControlOut | None


class ArticleOut(ClauseOut):
    """An article with the duties that cite it, by id. `carried`: those of other texts by which its cases are carried out."""

    duties: list[str]
    carried: list[str]


class ValueOut(Schema):
    """Numbers of a unit that hold from a day on; a `month_day` stands as month and day."""

    since: date
    until: date | None
    unit: str
    numbers: list[int]


class OwnValueOut(ValueOut):
    """A value that this installation set for itself. `person` is null for whoever is no officer of the authority."""

    reason: str
    at: datetime
    person: str | None


class ExtensionOut(Schema):
    """How much more, once, by the holder of a role, after notice to a side."""

    unit: str
    n: int
    by: str
    notify: str


class RuleOut(Schema):
    """A duty and what holds today (`value`, null where nothing does). `verified` says how sure we are of it."""

    id: str
    kind: str
    cites: TextOut
    verified: str
    workflow: str
    responsible: str
    trigger: TextOut
    text: TextOut
    value: ValueOut | None
    extension: ExtensionOut | None
    stops: list[str]


class RuleFullOut(RuleOut):
    """With all values, and how many clocks run by it."""

    values: list[ValueOut]
    own_values: list[OwnValueOut]
    note: TextOut | None
    open_clocks: int


class ValueIn(Asked):
    """Another value of a rule, in its own unit, from a day on, with the reason."""

    numbers: Annotated[list[Annotated[int, Field(strict=True, le=LARGEST)]], Field(min_length=1, max_length=5)]
    since: date
    reason: Annotated[str, Field(max_length=1000)]


class DayOut(Schema):
    """A day that is not as the week says; `kind` is holiday, makeup or closure."""

    day: date
    kind: str
    notice: str


class CalendarOut(Schema):
    """A year. Where `announced` is false its days are provisional."""

    year: int
    announced: bool
    notice: str
    announced_until: date
    working_days: int
    special: list[DayOut]


class DueOut(Schema):
    """When a term ends; `counted` are the working days of one that counts them."""

    start: date
    unit: str
    n: int
    due: date
    due_at: datetime
    provisional: bool
    counted: list[date]


class BoardLine(Schema):
    """What a control came to."""

    id: str
    outcome: str
    since: datetime
    parts: list[dict[str, Any]]


class BoardOut(Schema):
    """A run of the control board."""

    at: datetime | None
    duration_ms: int | None
    pack: str | None
    digest: str | None
    receipt: str | None
    counts: dict[str, int]
    controls: list[BoardLine]


class WordIn(Asked):
    """A person's word on a control: whether it is so, what was looked at, until when."""

    holds: bool
    seen: Annotated[str, Field(max_length=2000)]
    until: date


class WordOut(Schema):
    """A word that was given. `fault` says why it does not count today: denied, expired, other_sentence, other_release."""

    holds: bool
    seen: str
    until: date
    release: str
    at: datetime
    institution: str
    role: str
    person: str | None
    fault: str
    receipt: str


class ControlFullOut(ControlOut):
    """A control with what the last run found and the words that were given on it, the newest first."""

    article: int
    result: BoardLine | None
    words: list[WordOut]
