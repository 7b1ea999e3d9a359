"""The result of a control: parts that counted something, what failed among it, and where that can be seen.

Counting nothing is *not applicable*, never a pass; something that must exist and does not is a fail; a part that could not be worked out
is a fail. `advice` makes of every fail an advice: of a whole control, or of one part that the law only encourages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kaimen.core.lifecycle.rules import Words

MOST_SHOWN = 50
MOST_LOOKED = 10
"""Of what is well, so many are named, so that a count can be followed to the things themselves."""


class Outcome(StrEnum):
    """What is said of a control."""

    PASS = "pass"  # noqa: S105 - the name of a result
    FAIL = "fail"
    ADVICE = "advice"
    NOT_APPLICABLE = "not_applicable"
    NOT_MEASURED = "not_measured"
    """No function looks at it yet: said as such, never counted as anything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """A thing that was looked at, by a name that may be shown to whoever reads the board, and its page. `en`: its name in English."""

    name: str
    url: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a control. `failed` is the whole number, `failing` shows the first of them; `presence`: it must exist at all.

    `looked` are the first of those that are well. `evidence` are pages that everybody may read.
    """

    words: Words
    counted: int
    failed: int = 0
    failing: Sequence[Ref] = ()
    looked: Sequence[Ref] = ()
    evidence: Sequence[Ref] = ()
    presence: bool = False
    advice: bool = False
    """What the law only encourages: lacking it fails nothing."""
    broken: str = ""
    """The code of why it could not be worked out."""

    def __post_init__(self) -> None:
        if not 0 <= self.failed <= max(self.counted, 1) or max(len(self.failing), len(self.looked)) > MOST_SHOWN:
            raise ValueError("a part counts what it fails among")

    @property
    def outcome(self) -> Outcome:
        """Of this part alone."""
        if self.broken:
            return Outcome.FAIL
        if self.failed or (self.presence and not self.counted):
            return Outcome.ADVICE if self.advice else Outcome.FAIL
        return Outcome.PASS if self.counted else Outcome.NOT_APPLICABLE


def part_of(
    words: Words,
    things: Iterable[tuple[bool, Ref]],
    *,
    evidence: Sequence[Ref] = (),
    presence: bool = False,
    advice: bool = False,
) -> Part:
    """A part over things that were looked at one by one: (is it well, what it is). What must exist and does not is one that fails."""
    looked = list(things)
    failing = [ref for well, ref in looked if not well]
    return Part(
        words=words,
        counted=len(looked),
        failed=len(failing) if looked or not presence else 1,
        failing=tuple(failing[:MOST_SHOWN]),
        looked=tuple([ref for well, ref in looked if well][:MOST_LOOKED]),
        evidence=tuple(evidence),
        presence=presence,
        advice=advice,
    )


def unseen(words: Words) -> Part:
    """What the article asks and nothing here looks at yet: said on the board, and counted for nothing."""
    return Part(words=words, counted=0)


def outcome(parts: Sequence[Part], *, advice: bool = False) -> Outcome:
    """Of the control: one failing part fails it; all of them not applicable makes it not applicable; no part is not measured.

    A part that is advice moves nothing unless there is nothing else.
    """
    if not parts:
        return Outcome.NOT_MEASURED
    binding = [part for part in parts if not part.advice or part.broken]
    found = {part.outcome for part in binding or parts}
    if Outcome.FAIL in found:
        return Outcome.ADVICE if advice else Outcome.FAIL
    if Outcome.ADVICE in found:
        return Outcome.ADVICE
    return Outcome.PASS if Outcome.PASS in found else Outcome.NOT_APPLICABLE
