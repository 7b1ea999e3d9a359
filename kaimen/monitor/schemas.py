"""What the API of this room takes and gives."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema

from kaimen.web.bodies import Asked


class TextOut(Schema):
    """A text in both languages."""

    zh: str
    en: str


class FieldOut(Schema):
    """A field of a register. `codes` are the values that a code, or yes and no, may be; a field that is not public is not given out."""

    name: str
    names: TextOut
    type: str
    key: bool
    needed: bool
    public: bool
    unit: TextOut | None
    codes: dict[str, TextOut]


class RequirementOut(Schema):
    """What is asked of a record, and how many lack it."""

    code: str
    names: TextOut
    lacking: int


class RegisterOut(Schema):
    """A register with its counts. `dataset` is the short name of its open dataset, `version` the published one."""

    kind: str
    names: TextOut
    clause: str
    records: int
    retired: int
    exceptions: int
    dataset: str
    version: int | None
    behind: bool


class RegisterFullOut(RegisterOut):
    """With its fields and requirements."""

    fields: list[FieldOut]
    requires: list[RequirementOut]


class RecordOut(Schema):
    """A record as it stands. `lacks` are the requirements that it does not meet, with the fields to blame."""

    code: str
    version: int
    retired: bool
    institution: str
    changed_at: datetime
    facts: dict[str, str]
    lacks: dict[str, list[str]]


class ChangeOut(Schema):
    """A version of a record."""

    version: int
    verb: str
    way: str
    fields: list[str]
    reason: str
    at: datetime
    receipt: str


class RecordFullOut(RecordOut):
    """With its versions, the newest first."""

    changes: list[ChangeOut]


class RecordGiven(Asked):
    """A whole record. `expected` is the version that you saw: 0 for a new one, absent where any is right.

    Yes or no may be `true` and `false` of JSON; everything else is text, also numbers: `"1.30"`.
    """

    facts: dict[str, bool | str]
    expected: int | None = None


class TurnIn(Asked):
    """Take a record out of force, or put it back, with a reason."""

    retired: bool
    reason: str


class FoundOut(Schema):
    """A fault of a sheet; the heads are row 1. `other`: the column against which it was held, if any."""

    row: int
    column: str
    value: str
    code: str
    other: str


class SheetOut(Schema):
    """What a sheet did, or would do in a dry run."""

    entered: bool
    rows: int
    new: list[str]
    changed: dict[str, list[str]]
    unchanged: int
    absent: int
    faults: list[FoundOut]


class InputOut(Schema):
    """A dataset in the version that was asked."""

    dataset: str
    version: int


class LineOut(Schema):
    """The value of a district in decimal text; empty where it is missing. `outside` is one that cannot be and was left out."""

    district: str
    numerator: str
    denominator: str
    value: str
    outside: str = ""


class ComputationOut(Schema):
    """An indicator, computed: from which versions, when, with which proof."""

    id: str
    at: datetime
    inputs: list[InputOut]
    lines: list[LineOut]
    digest: str
    question: str
    receipt: str


class IndicatorOut(Schema):
    """An indicator and its newest computation; none before the first. `least` and `most` are what a value can be at all, empty for no bound."""

    code: str
    names: TextOut
    method: TextOut
    unit: TextOut
    measure: str
    counts: str
    clause: str
    sql: str
    least: str
    most: str
    newest: ComputationOut | None


class IndicatorFullOut(IndicatorOut):
    """With its earlier computations, the newest first."""

    earlier: list[ComputationOut]


class ScoreOut(Schema):
    """The index of a district; no score where an input is missing, and which."""

    district: str
    score: str
    rank: int
    band: list[int]
    dimensions: dict[str, str]
    indicators: dict[str, str]
    missing: list[str]


class WeightOut(Schema):
    """An indicator in the index: its weight in the whole and its goalposts, as fractions."""

    indicator: str
    dimension: str
    weight: str
    low: str
    high: str


class EvaluationOut(Schema):
    """The index as it was computed, by which weights, from which computations."""

    id: str
    edition: str
    at: datetime
    definition: str
    computations: dict[str, str]
    weights: list[WeightOut]
    lines: list[ScoreOut]
    digest: str
    receipt: str


class ComputedOut(Schema):
    """What came of computing: how many are new, which wait for data, the index."""

    new: int
    waiting: list[str]
    evaluation: str | None


class CheckedOut(Schema):
    """A computation, repeated on its own inputs."""

    same: bool
    different: list[str]
    question: str


class ScorecardOut(Schema):
    """A district: its values and scores by indicator, its records and those that lack something by register."""

    district: str
    values: dict[str, str]
    index: ScoreOut | None
    records: dict[str, int]
    exceptions: dict[str, int]


class TermsOut(Schema):
    """Terms of a workflow: kept, late, late and still open, still running; `of` is what `percent` is taken of, empty under ten."""

    workflow: str
    kept: int
    late: int
    open_late: int
    running: int
    of: int
    percent: str


class MeasureOut(Schema):
    """A share: what is above the line, and of how many; no `percent` under ten."""

    code: str
    numerator: int
    denominator: int
    percent: str


class BodyLineOut(Schema):
    """A body (or the whole city, without a name): its terms, what else is counted, the controls that fail and name it.

    `withheld` are codes of which there is too little to be told to the public.
    """

    institution: str
    names: TextOut | None
    terms: list[TermsOut]
    measures: list[MeasureOut]
    controls: list[str]
    withheld: list[str]


class InstitutionsOut(Schema):
    """The scorecard of a period as of a moment; `version` where it was fixed, else the figures of today.

    `provisional`: the period is not over; it is fixed on `fixed_on` and seen by everybody from `public_from`. Before the first one is out
    the public gets these days of the running quarter, and no body.
    """

    period: str
    as_of: datetime
    provisional: bool
    fixed_on: date | None
    public_from: date | None
    scorecard: str | None
    version: int | None
    released_at: datetime | None
    digest: str | None
    receipt: str | None
    city: BodyLineOut
    institutions: list[BodyLineOut]


class OwedOut(Schema):
    """A term behind a number; no case where it is not for you to know of."""

    workflow: str
    rule: str
    standing: str
    case: str | None
    ran_out: datetime | None
    ended: datetime | None


class InstitutionCardOut(Schema):
    """One body of a scorecard, and the terms behind its numbers, the worst first."""

    period: str
    as_of: datetime
    provisional: bool
    fixed_on: date | None
    public_from: date | None
    version: int | None
    line: BodyLineOut
    behind: list[OwedOut]


class PeriodIn(Asked):
    """Which period: a quarter such as 2026Q3, or a year."""

    period: str


class FixedOut(Schema):
    """A scorecard as it was fixed."""

    id: str
    period: str
    version: int
    as_of: datetime
    fixed_at: datetime
    released_at: datetime
    digest: str
    receipt: str


class RecountedOut(Schema):
    """A fixed scorecard, counted again from what it was pinned to."""

    same: bool
    different: list[str]
    came_late: int
