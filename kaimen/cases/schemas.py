"""Shapes of this room's API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema

from kaimen.web.bodies import Asked


class WordsOut(Schema):
    """A text in both languages."""

    zh: str
    en: str


class WorkflowLine(Schema):
    """A workflow of the pack."""

    code: str
    name: WordsOut
    about: WordsOut
    rules: list[str]
    may_begin: bool


class ServiceOut(Schema):
    """A service that the public can begin, and the ways in which it can be had now."""

    workflow: str
    name: WordsOut
    ways: list[str]
    online_only: bool


class CounterOut(Schema):
    """A place where people are helped in person; `synthetic` where it is made up."""

    code: str
    region: str
    name: WordsOut
    address: WordsOut
    hours: WordsOut
    telephone: str
    synthetic: bool


class ChannelsOut(Schema):
    """Each service with its ways, the counters, and the number of the help line."""

    telephone: str
    services: list[ServiceOut]
    counters: list[CounterOut]


class WorkflowOut(WorkflowLine):
    """With its table: states, steps, what each step asks and which terms it starts, ends or stops."""

    sides: dict[str, Any]
    states: dict[str, Any]
    fields: dict[str, Any]
    acts: list[dict[str, Any]]
    retention: str


class NewCaseIn(Asked):
    """Begin a case: the workflow and the answers to its first step."""

    workflow: str
    facts: dict[str, Any] = {}
    verb: str | None = None


class ActIn(Asked):
    """Take a step. `expected`: the number of steps that you saw taken; `key`: the word of a case filed without an account."""

    verb: str
    facts: dict[str, Any] = {}
    expected: int | None = None
    key: str | None = None


class DoneOut(Schema):
    """What a step came to. `key`: the word of a case that was begun without an account."""

    number: str
    verb: str
    state: str
    n: int
    receipt: str
    key: str | None = None


class CaseLine(Schema):
    """A case in a list."""

    number: str
    workflow: str
    state: str
    title: WordsOut
    dataset: str | None
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


class CasesOut(Schema):
    """A page of cases."""

    total: int
    page: int
    pages: int
    cases: list[CaseLine]


class CaseOut(CaseLine):
    """A case with its facts, parties, steps, terms, and what you may do now. `sheets`: what its window keeps beside, line by line."""

    n: int
    facts: dict[str, Any]
    parties: list[dict[str, Any]]
    acts: list[dict[str, Any]]
    terms: list[dict[str, Any]]
    sheets: dict[str, list[dict[str, str]]]
    may: list[str]
    regime: str
    keep_until: datetime | None


class WebhookIn(Asked):
    """An address to be told."""

    url: str


class WebhookMade(Schema):
    """The subscription and the secret of its signatures, told once."""

    id: str
    secret: str


class WebhookOut(Schema):
    """A subscription."""

    id: str
    url: str
    created_at: datetime
    told_at: datetime | None
    failed_at: datetime | None
