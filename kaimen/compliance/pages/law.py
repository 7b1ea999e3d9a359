"""The law by its articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from kaimen.accounts.selectors import role_name
from kaimen.compliance.models import ControlResult, ControlRun
from kaimen.compliance.pages.board import Result, outcomes, result
from kaimen.compliance.selectors import Article, Law, Word
from kaimen.compliance.words import (
    FORCE_ICONS,
    FORCES,
    LOOKS,
    PARTIES,
    PARTS,
    WORD_FAULTS,
    language,
    said,
    several,
    word,
)
from kaimen.core.lifecycle.rules import Clause, Control, Rule, RuleBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An article in the list and in the wall. `faded`: the filter leaves it out."""

    url: str
    number: int
    force: str
    force_words: str
    icon: str
    topic: str
    text: str
    obliged: str
    control: str
    passes: str
    faded: bool
    result: Result | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter with its articles; `found` are those that the filter leaves."""

    number: int
    name: str
    lines: tuple[Line, ...]

    @property
    def found(self) -> list[Line]:
        """What the table below the picture lists."""
        return [line for line in self.lines if not line.faded]


def law(found: Law, results: Mapping[str, ControlResult], run: ControlRun | None) -> dict[str, object]:
    """Context of `/law`."""
    book, counts = found.book, Counter(clause.force for clause in found.book.clauses.values())
    return {
        "section": "law",
        "tab": "law",
        "board": outcomes(run),
        "run": run,
        "name": book.sources[book.law].names.in_(language()),
        "in_force": book.sources[book.law].in_force,
        "total": len(book.clauses),
        "binding": counts["must"] + counts["ban"],
        "controls": len(book.controls),
        "forces": [
            {"code": code, "words": word(FORCES, code), "icon": icon, "count": counts[code], "on": code == found.force}
            for code, icon in FORCE_ICONS.items()
        ],
        "chapters": [
            Chapter(
                number=number,
                name=name.in_(language()),
                lines=tuple(
                    _line(clause, book, results, faded=clause.article not in found.found)
                    for clause in book.clauses.values()
                    if clause.chapter == number
                ),
            )
            for number, name in book.chapters.items()
        ],
        "text": found.text,
        "narrowed": bool(found.force or found.text),
        "shown": len(found.found),
    }


def _line(clause: Clause, book: RuleBook, results: Mapping[str, ControlResult], *, faded: bool = False) -> Line:
    control = book.controls.get(clause.control or "")
    return Line(
        url=reverse("law_article", args=[clause.article]),
        number=clause.article,
        force=clause.force,
        force_words=word(FORCES, clause.force),
        icon=FORCE_ICONS[clause.force],
        topic=clause.topic.in_(language()),
        text=clause.text.in_(language()),
        obliged=several(PARTIES, clause.obliged),
        control=control.id if control else "",
        passes=control.passes.in_(language()) if control else "",
        faded=faded,
        result=result(results.get(control.id)) if control else None,
    )


def article(
    found: Article,
    results: Mapping[str, ControlResult],
    *,
    official: bool,
    run: ControlRun | None,
    words_given: Sequence[Word],
) -> dict[str, object]:
    """Context of `/law/<article>`."""
    book, clause = found.book, found.clause
    return {
        "section": "law",
        "tab": "law",
        "name": book.sources[book.law].names.in_(language()),
        "chapter": book.chapters[clause.chapter].in_(language()),
        "chapter_number": clause.chapter,
        "line": _line(clause, book, results),
        "official": official,
        "note": said(clause.note),
        "parts": several(PARTS, clause.functions),
        "control": _control(found.control) if found.control else None,
        "run": run,
        "words_given": [_word(one) for one in words_given],
        "duties": [_duty(rule) for rule in found.duties],
        "carried": [_duty(rule) for rule in found.carried],
        "before": found.before,
        "after": found.after,
    }


def _duty(rule: Rule) -> dict[str, str]:
    return {"id": rule.id, "url": reverse("law_rule", args=[rule.id]), "text": rule.text.in_(language())}


def _control(control: Control) -> dict[str, object]:
    return {
        "id": control.id,
        "passes": control.passes.in_(language()),
        "evidence": control.evidence.in_(language()),
        "looks": several(LOOKS, control.kinds),
        "parts": several(PARTS, control.rooms),
        "advice": control.advice,
        "attests": said(control.attests),
        "each_release": control.each_release,
    }


def _word(given: Word) -> dict[str, object]:
    row = given.row
    return {
        "holds": row.holds,
        "seen": row.seen,
        "at": row.at,
        "until": row.until,
        "release": row.release,
        "body": str(given.institution or "—"),
        "role": role_name(row.role, language()),
        "person": given.person,
        "fault": word(WORD_FAULTS, given.fault) if given.fault else "",
        "receipt": row.receipt,
    }
