"""What the templates of this room draw: words for states, rules and findings, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaimen.lake import quarantined, selectors
from kaimen.web.errors import words
from kaimen.web.sentences.form import Words

STATES = {
    "planned": gettext_lazy("waits"),
    "landed": gettext_lazy("landed, is being checked"),
    "checked": gettext_lazy("checked, is being committed"),
    "committed": gettext_lazy("committed, is being published"),
    "published": gettext_lazy("published"),
    "held": gettext_lazy("held: somebody must decide"),
    "refused": gettext_lazy("refused"),
}
RULES = {
    "required": gettext_lazy("is missing, but must be there"),
    "format": gettext_lazy("is not written in the format of its type"),
    "range": gettext_lazy("lies outside what is possible"),
    "length": gettext_lazy("is too short or too long"),
    "pattern": gettext_lazy("does not have the agreed form"),
    "code_list": gettext_lazy("is not in the code list"),
    "check_digit": gettext_lazy("has a wrong check digit"),
    "missing_columns": gettext_lazy("the row has too few cells"),
    "too_many_columns": gettext_lazy("the row has too many cells"),
    "unclosed_quote": gettext_lazy("a quote is not closed, or stands in the middle of a cell"),
    "invalid_encoding": gettext_lazy("bytes that are no letters"),
    "long_line": gettext_lazy("the line is too long"),
    "broken_row": gettext_lazy("the row cannot be read"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One line of the list of what stayed behind."""

    line: quarantined.Line
    rule: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRow:
    """A load in a table."""

    load: selectors.Progress
    state: str
    why: Words | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """A feed in a table."""

    feed: selectors.FeedLine
    title: selectors.Title
    last: LoadRow | None


def _row(load: selectors.Progress) -> LoadRow:
    why = words(load.code, load.facts) if load.code else None
    return LoadRow(load=load, state=str(STATES[load.state]), why=why)


def feeds(lines: Sequence[selectors.FeedLine]) -> dict[str, object]:
    """The page of all feeds."""
    titles = selectors.titles([line.entry for line in lines])
    rows = [FeedRow(feed=one, title=titles[one.entry], last=_row(one.last) if one.last else None) for one in lines]
    held = selectors.held_loads([line.id for line in lines])
    return {"feeds": rows, "held": held, "section": "desk"}


def feed(found: selectors.FeedLine, loads: Sequence[selectors.Progress]) -> dict[str, object]:
    """The page of a feed."""
    return {
        "feed": found,
        "title": selectors.titles([found.entry])[found.entry],
        "loads": [_row(one) for one in loads],
        "section": "desk",
    }


def load(found: selectors.Progress, lines: Sequence[quarantined.Line], raw: Mapping[int, str]) -> dict[str, object]:
    """The page of a load."""
    faults = [
        Fault(line=one, rule=str(RULES.get(one.code, _("breaks a rule"))), raw=raw.get(one.number, "")) for one in lines
    ]
    return {
        "row": _row(found),
        "load": found,
        "title": selectors.titles([found.entry])[found.entry],
        "findings": [words(code, found.facts) for code in found.findings],
        "faults": faults,
        "opened": bool(raw),
        "scores": [(group, *numbers) for group, numbers in found.scores.items()],
        "section": "desk",
    }
