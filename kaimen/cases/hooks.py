"""What windows add to the steps of their workflows: checks of their own and acts in other rooms, in the transaction of the step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kaimen.cases.models import Case
from kaimen.core.errors import Missing
from kaimen.core.lifecycle.workflow import Act, Plain, Workflow
from kaimen.core.metadata.entry import PublishedEntry
from kaimen.core.policy.party import Actor
from kaimen.office import selectors as office


@dataclass(slots=True, kw_only=True)
class Step:
    """A step while it is taken: after hat, side, state, answers and four eyes were checked, before anything is written.

    A hook may add to `facts` (what follows from the answers, in fields of the workflow) and refuse by raising.
    """

    case: Case
    flow: Workflow
    act: Act
    facts: dict[str, Plain]
    before: Mapping[str, Plain]
    """The facts of the case before the step."""
    entry: PublishedEntry | None
    by: Actor
    now: datetime
    sides: frozenset[str] = field(default_factory=frozenset)
    follows: Case | None = None
    """At a first step: the case out of which this one grows."""

    def fact(self, name: str) -> Plain:
        """Of this step, else of the case."""
        return self.facts.get(name, self.before.get(name))

    def text(self, name: str) -> str:
        """As text; empty where there is none."""
        value = self.fact(name)
        return "" if value is None else str(value)

    def many(self, name: str) -> list[str]:
        """As a list of codes or columns; empty where there is none."""
        value = self.fact(name)
        return [str(one) for one in value] if isinstance(value, list) else []

    def dataset(self) -> PublishedEntry:
        """The entry that the case is about. Raises `Missing("entry_unknown")` where it was withdrawn meanwhile."""
        if self.entry is None:
            raise Missing("entry_unknown")
        return self.entry

    def due(self, rule: str) -> datetime | None:
        """When the running term of a rule ends; None where none runs."""
        return next(
            (
                clock.due_at
                for clock in office.clocks_of(case_kind="case", case=self.case.pk)
                if clock.rule == rule and clock.ended_at is None
            ),
            None,
        )

    def party(self, side: str) -> str:
        """The body on a side; empty for a person."""
        found = self.case.seat(side)
        return found.institution if found else ""

    def person(self, side: str) -> str:
        """The person on a side; empty for a body."""
        found = self.case.seat(side)
        return found.person if found else ""


Hook = Callable[[Step], None]
Papers = Callable[[Case], Iterable[tuple[str, str]]]
"""What a window has to show of a case beside its story: words in the reader's language, and the address."""
Seat = Callable[[Mapping[str, Plain]], str]
"""The institution on a side that the window appoints, by what the first step was told; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a window keeps beside the answers of a case: lines of one kind, for the parties to read.

    `heads`: the key of each column, as programs read it, and its words in the reader's language. `note` stands under the title.
    """

    code: str
    words: str
    heads: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[str]]
    note: str = ""


Sheets = Callable[[Case], Iterable[Sheet]]
"""The sheets of a case, in the reader's language."""
Choices = Callable[[Case, Act], Iterable[tuple[str, str]]]
"""What a field can name at a step of a case, where that stands in the window: the value and its words."""
_HOOKS: dict[str, Mapping[str, Hook]] = {}
_PAPERS: dict[str, Papers] = {}
_SEATS: dict[str, Mapping[str, Seat]] = {}
_SHEETS: dict[str, Sheets] = {}
_CHOICES: dict[str, Mapping[str, Choices]] = {}


def attend(
    workflow: str,
    hooks: Mapping[str, Hook],
    papers: Papers | None = None,
    seats: Mapping[str, Seat] | None = None,
    sheets: Sheets | None = None,
    choices: Mapping[str, Choices] | None = None,
) -> None:
    """A window says, when it starts, which steps of its workflow it attends to, which papers and sheets it keeps of a case, whom it seats.

    `choices`: by field, what of its own can be named there.
    """
    _HOOKS[workflow] = dict(hooks)
    if sheets is not None:
        _SHEETS[workflow] = sheets
    if choices is not None:
        _CHOICES[workflow] = dict(choices)
    if seats is not None:
        _SEATS[workflow] = dict(seats)
    if papers is not None:
        _PAPERS[workflow] = papers


def papers_of(case: Case) -> list[tuple[str, str]]:
    """Papers of a case that stand on pages of its window."""
    told = _PAPERS.get(case.workflow)
    return list(told(case)) if told else []


def sheets_of(case: Case) -> list[Sheet]:
    """What the window keeps of a case, line by line. For those who may know of the case."""
    told = _SHEETS.get(case.workflow)
    return list(told(case)) if told else []


def choices_of(case: Case, act: Act) -> dict[str, list[tuple[str, str]]]:
    """What the fields of a step can name, where the window keeps that; fields that it does not know are left out."""
    known = _CHOICES.get(case.workflow, {})
    return {name: list(known[name](case, act)) for name in (ask.field.name for ask in act.asks) if name in known}


def hook_of(workflow: str, verb: str) -> Hook | None:
    """What is to be done at this step, if anything."""
    return _HOOKS.get(workflow, {}).get(verb)


def seated(workflow: str, side: str, facts: Mapping[str, Plain]) -> str:
    """The institution that the window appoints to a side."""
    seat = _SEATS.get(workflow, {}).get(side)
    return seat(facts) if seat else ""


def attended() -> Mapping[str, frozenset[str]]:
    """Which steps are attended to, by workflow: for the check that no hook hangs on a step that does not exist."""
    return {workflow: frozenset(hooks) for workflow, hooks in _HOOKS.items()}
