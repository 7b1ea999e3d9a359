"""The control board: what a control came to, and the board as a wall and a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from kaimen.compliance.models import ControlResult, ControlRun
from kaimen.compliance.words import (
    LOOKS,
    language,
    several,
)
from kaimen.core.lifecycle.rules import Control, RuleBook

OUTCOMES: Mapping[str, tuple[object, str]] = {
    "pass": (gettext_lazy("passes"), "circle-check"),
    "fail": (gettext_lazy("fails"), "triangle-alert"),
    "advice": (gettext_lazy("advice"), "info"),
    "not_applicable": (gettext_lazy("nothing to look at"), "circle-slash"),
    "not_measured": (gettext_lazy("not measured yet"), "circle-help"),
}
"""Words and sign of a result."""


def outcome_in_words(code: str) -> str:
    """A result in the reader's language."""
    return str(OUTCOMES[code][0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a control came to, for a reader."""

    outcome: str
    words: str
    icon: str
    since: datetime
    parts: list[dict[str, object]]

    @property
    def empty(self) -> int:
        """Parts that had nothing to look at: the result says nothing of them."""
        return sum(part["outcome"] == "not_applicable" for part in self.parts)


def result(found: ControlResult | None) -> Result | None:
    """In the reader's language."""
    if found is None:
        return None
    words_, icon = OUTCOMES[found.outcome]
    return Result(
        outcome=found.outcome,
        words=str(words_),
        icon=icon,
        since=found.since,
        parts=[
            {
                **part,
                "words": part["en"] if language() == "en" else part["zh"],
                "outcome_words": str(OUTCOMES[part["outcome"]][0]),
                "icon": OUTCOMES[part["outcome"]][1],
            }
            for part in found.parts
        ],
    )


def outcomes(run: ControlRun | None) -> list[dict[str, object]]:
    """The counts of the last run, in the order of the outcomes."""
    if run is None:
        return []
    return [
        {"code": code, "words": str(words_), "icon": icon, "count": run.counts.get(code, 0)}
        for code, (words_, icon) in OUTCOMES.items()
    ]


BRICKS: Mapping[str, str] = {"fail": "fail", "advice": "advice", "not_applicable": "na", "not_measured": "na"}
"""The ground of a brick; a pass keeps the plain one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A control on the board: `brick` is its ground, `faded` says that the filter leaves it out."""

    id: str
    article: int
    url: str
    topic: str
    passes: str
    looks: str
    advice: bool
    brick: str
    result: Result | None
    counted: int
    failed: int
    advised: int
    """What fails of what binds, and what is merely advised: the first alone makes a fail of the control."""
    faded: bool

    @property
    def broken(self) -> list[dict[str, object]]:
        """The parts that do not pass."""
        return [part for part in self.result.parts if part["outcome"] in {"fail", "advice"}] if self.result else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A chapter of the law with its controls."""

    number: int
    name: str
    controls: tuple[Checked, ...]

    @property
    def found(self) -> list[Checked]:
        """What the table below the picture lists."""
        return [one for one in self.controls if not one.faded]


def board(
    book: RuleBook, results: Mapping[str, ControlResult], run: ControlRun | None, *, outcome: str, official: bool
) -> dict[str, object]:
    """Context of `/law/board`. An `outcome` that is none narrows nothing."""
    outcome = outcome if outcome in OUTCOMES else ""
    courses = [
        Course(
            number=number,
            name=name.in_(language()),
            controls=tuple(
                _checked(control, book, results, outcome)
                for control in book.controls.values()
                if control.group == number
            ),
        )
        for number, name in book.chapters.items()
    ]
    return {
        "section": "law",
        "tab": "board",
        "run": run,
        "board": outcomes(run),
        "outcome": outcome,
        "courses": [course for course in courses if course.controls],
        "shown": sum(len(course.found) for course in courses),
        "total": len(book.controls),
        "official": official,
        "passing": run.counts.get("pass", 0) if run else 0,
        "failing": run.counts.get("fail", 0) if run else 0,
        "seconds": round(run.duration_ms / 1000, 1) if run else 0,
    }


def _checked(control: Control, book: RuleBook, results: Mapping[str, ControlResult], outcome: str) -> Checked:
    found = result(results.get(control.id))
    parts = results[control.id].parts if control.id in results else []
    state = found.outcome if found else "not_measured"
    return Checked(
        id=control.id,
        article=control.article,
        url=reverse("law_article", args=[control.article]),
        topic=book.clauses[control.article].topic.in_(language()),
        passes=control.passes.in_(language()),
        looks=several(LOOKS, control.kinds),
        advice=control.advice,
        brick=BRICKS.get(state, "support"),
        result=found,
        counted=sum(part["counted"] for part in parts),
        failed=failed(parts, control, advised=False),
        advised=failed(parts, control, advised=True),
        faded=bool(outcome) and state != outcome,
    )


def failed(parts: Iterable[Mapping[str, Any]], control: Control, *, advised: bool) -> int:
    """How much fails of what is merely advised, or of what binds."""
    return sum(_failed(part) for part in parts if _advised(part, control) is advised)


def _failed(part: Mapping[str, Any]) -> int:
    """A part that broke fails once."""
    return max(part["failed"], 1) if part["broken"] else part["failed"]


def _advised(part: Mapping[str, Any], control: Control) -> bool:
    return control.advice or bool(part["advice"] and not part["broken"])
