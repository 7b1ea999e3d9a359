"""Dated rules of a jurisdiction: what an article asks, in numbers that are data. Code knows rules by id and asks for a day's value.

A rule has one value at a time. What was in force on a day is answered by `at`; a value written down by a person of the installation
(`Setting`) stands before the pack's, and may only tighten what was read in a legal text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kaimen.core.errors import Invalid, Refused
from kaimen.core.lifecycle.calendar import Calendar
from kaimen.core.lifecycle.terms import Amount, StopKind, Unit


class RuleKind(StrEnum):
    """The few things that code knows of a rule."""

    TIMER = "timer"
    THRESHOLD = "threshold"
    RETENTION = "retention"
    VALIDITY = "validity"
    PERIODIC = "periodic"
    BLOCK = "block"
    DUTY = "duty"


class Verified(StrEnum):
    """How sure the pack is: the text itself was read, a quotation of it, general knowledge, or a choice of the product."""

    TEXT_READ = "text_read"
    QUOTED = "quoted"
    MEMORY = "memory"
    POLICY = "policy"


VALUED = frozenset({RuleKind.TIMER, RuleKind.THRESHOLD, RuleKind.RETENTION, RuleKind.VALIDITY, RuleKind.PERIODIC})
TERM_UNITS = frozenset(unit.value for unit in Unit)
UNITS = TERM_UNITS | {"persons", "month_day", "count"}
FLOORS = frozenset({RuleKind.RETENTION})
"""Kinds whose value is a least: tightening makes it larger. Of all others it makes it smaller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text in both languages of the house."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """In English where asked for, else in Chinese."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A law, a regulation, a rule; or the product's own choice."""

    id: str
    names: Words
    in_force: date | None
    verified: Verified


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What holds from a day on, until the next value. `numbers` are of `unit`; a `month_day` stands as (month, day)."""

    since: date
    unit: str
    numbers: tuple[int, ...]
    until: date | None = None

    def amount(self) -> Amount:
        """As a term. Raises `Invalid("rule_unit")` for numbers of persons and yearly dates."""
        if self.unit not in TERM_UNITS or len(self.numbers) != 1:
            raise Invalid("rule_unit", unit=self.unit)
        return Amount(n=self.numbers[0], unit=Unit(self.unit))


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """At most so much more, once, before the due day, by the holder of a role, after notice to a side."""

    amount: Amount
    by: str
    notify: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One duty with its place in the law and its values, oldest first."""

    id: str
    kind: RuleKind
    source: str
    article: str
    verified: Verified
    workflow: str
    responsible: str
    trigger: Words
    text: Words
    values: tuple[Value, ...] = ()
    extension: Extension | None = None
    stops: frozenset[StopKind] = frozenset()
    fields: tuple[str, ...] = ()
    note: Words | None = None
    waits: bool = False
    """A time that must pass before the next step, such as a public notice: nobody owes anything in it, so it is never late."""

    @property
    def adjustable(self) -> bool:
        """Whether an installation may set any value: what was remembered or chosen is a setting, what was read is law."""
        return self.verified in {Verified.MEMORY, Verified.POLICY}

    def holds(self, day: date) -> bool:
        """Is there a value on that day?"""
        return any(value.since <= day and (value.until is None or day <= value.until) for value in self.values)

    def value(self, day: date) -> Value:
        """What holds on a day. Raises `Invalid("rule_not_in_force")`."""
        for value in reversed(self.values):
            if value.since <= day and (value.until is None or day <= value.until):
                return value
        raise Invalid("rule_not_in_force", rule=self.id, day=day.isoformat())


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One article: what it asks, of whom, how hard, and the control that looks after it."""

    article: int
    chapter: int
    force: str
    obliged: tuple[str, ...]
    functions: tuple[str, ...]
    topic: Words
    text: Words
    control: str | None = None
    note: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """What is looked at on the running system, and when it passes."""

    id: str
    article: int
    group: int
    kinds: tuple[str, ...]
    rooms: tuple[str, ...]
    passes: Words
    evidence: Words
    advice: bool = False
    covers: tuple[str, ...] = ()
    """Codes of what the article names one by one, such as the fields of scenarios."""
    carried: tuple[str, ...] = ()
    """Workflows whose cases carry the article out, under the duties of other texts."""
    attests: Words | None = None
    """What a named person puts their name to, where the system cannot see it for itself."""
    each_release: bool = False
    """Then their word holds for one release of the software only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of the ladder: when it is reached, and whose desk it is put on (`owner`, or a role); `everywhere`: of the authority."""

    at: str
    role: str
    everywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """Everything a pack says of the law, frozen. `version` and `digest` are what a clock pins."""

    id: str
    version: str
    digest: str
    law: str
    sources: Mapping[str, Source]
    rules: Mapping[str, Rule]
    clauses: Mapping[int, Clause]
    chapters: Mapping[int, Words]
    controls: Mapping[str, Control]
    calendar: Calendar
    ladder: tuple[Rung, ...]
    settings: Mapping[str, tuple[Value, ...]] = field(default_factory=dict[str, tuple[Value, ...]])

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id. Raises `Invalid("rule_unknown")`."""
        try:
            return self.rules[rule_id]
        except KeyError:
            raise Invalid("rule_unknown", rule=rule_id) from None

    def value(self, rule_id: str, day: date) -> Value:
        """What holds here on a day: the installation's own value where there is one, else the pack's."""
        rule = self.rule(rule_id)
        law = rule.value(day)
        for own in reversed(self.settings.get(rule_id, ())):
            if own.since <= day and (own.until is None or day <= own.until):
                return own
        return law

    def cite(self, rule_id: str, language: str) -> str:
        """The source with its article, as people write it."""
        rule = self.rule(rule_id)
        name = self.sources[rule.source].names.in_(language)
        if rule.article in {"", "-"}:
            return name
        if rule.article == "annex":
            return f"{name}, annex" if language == "en" else f"《{name}》附件"
        return f"{name} art. {rule.article}" if language == "en" else f"《{name}》第{rule.article}条"


TIMES_AT_MOST = 10
"""A value further off than that is a slip of the hand, also where the rule may be set freely."""


def check_setting(rule: Rule, wanted: Value, *, day: date) -> None:
    """May an installation hold this value? What was read in a legal text is only ever tightened, in its own unit.

    Raises `Invalid("rule_unit" | "rule_value" | "rule_far_off")`, `Refused("rule_loosened")`.
    """
    law = rule.value(max(day, wanted.since))
    if wanted.unit != law.unit or len(wanted.numbers) != len(law.numbers):
        raise Invalid("rule_unit", unit=wanted.unit)
    if any(number < 1 for number in wanted.numbers):
        raise Invalid("rule_value", rule=rule.id)
    if wanted.unit == "month_day":
        _month_day(wanted.numbers, rule.id)
    if wanted.unit != "month_day" and any(
        own > TIMES_AT_MOST * legal for own, legal in zip(wanted.numbers, law.numbers, strict=True)
    ):
        raise Invalid("rule_far_off", rule=rule.id, most=[TIMES_AT_MOST * legal for legal in law.numbers])
    if rule.adjustable:
        return
    looser = [
        (own < legal) if rule.kind in FLOORS else (own > legal)
        for own, legal in zip(wanted.numbers, law.numbers, strict=True)
    ]
    if wanted.unit == "month_day":
        looser = [wanted.numbers > law.numbers]
    if any(looser):
        raise Refused("rule_loosened", rule=rule.id)


def _month_day(numbers: Sequence[int], rule: str) -> None:
    try:
        date(2024, numbers[0], numbers[1])
    except (ValueError, IndexError):
        raise Invalid("rule_value", rule=rule) from None
