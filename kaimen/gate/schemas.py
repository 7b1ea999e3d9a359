"""Shapes of the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Field, Schema

from kaimen.core.sql.one_query import LONGEST
from kaimen.web.bodies import Asked

Parameter = str | int | float | bool | None


class QueryIn(Asked):
    """A question: SQL over datasets named by slug or identifier, and what the answer is for."""

    sql: str = Field(json_schema_extra={"maxLength": LONGEST})  # a longer one gets a sentence of its own
    purpose: str = Field("", max_length=40)
    agreement: str | None = Field(None, max_length=40)
    parameters: list[Parameter] | dict[str, Parameter] = []
    limit: int | None = Field(None, ge=0, le=2**63 - 1)


class MaskOut(Schema):
    """A mask on a column behind the answer."""

    dataset: str
    column: str
    how: str
    why: str
    clause: str


class ColumnOut(Schema):
    """A column of the answer. `treatment` is clear, masked, or computed (made of masked columns)."""

    name: str
    type: str
    treatment: str
    masks: list[MaskOut]


class DecisionOut(Schema):
    """The decision on one dataset."""

    dataset: str
    slug: str
    version: int
    snapshot: int
    policy: str
    policy_hash: str
    obligations: list[dict[str, Any]]
    reasons: list[dict[str, str]]


class DecidedOut(Schema):
    """What would be answered. Nothing was run."""

    permitted: bool
    decisions: list[DecisionOut]
    columns: list[ColumnOut]
    governed: str


class ReceiptOut(Schema):
    """The receipt of an answer: the entry of the log, and a signed promise that it will be in it."""

    entry: str
    note: str
    proof: str


class AnswerOut(Schema):
    """The JSON form of an answer."""

    receipt: ReceiptOut
    decisions: list[DecisionOut]
    columns: list[ColumnOut]
    rows: list[dict[str, Any]]
    row_count: int
    complete: bool


class FieldOut(Schema):
    """A column as you would see it."""

    name: str
    type: str
    mask: str | None
    name_zh: str
    name_en: str


class DatasetSchemaOut(Schema):
    """What you would see of a dataset: columns that are denied are absent."""

    dataset: str
    slug: str
    snapshot: int
    rows: int
    columns: list[FieldOut]


class GivenOut(Schema):
    """An answer of the past."""

    receipt: str
    at: datetime
    purpose: str
    datasets: list[str]
    policies: list[str]
    policy_hash: str
    outcome: str | None
    rows: int | None
    bytes: int | None
    proof: str
