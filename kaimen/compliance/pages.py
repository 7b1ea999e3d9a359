"""From what selectors found to what templates draw: words in the reader's language, addresses, pictures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.urls import reverse

from kaimen.compliance.selectors import Article, Law
from kaimen.compliance.words import (
    FORCE_ICONS,
    FORCES,
    LOOKS,
    PARTIES,
    PARTS,
    language,
    several,
    word,
)
from kaimen.core.lifecycle.rules import Clause, Control, RuleBook


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


def law(found: Law) -> dict[str, object]:
    """Context of `/law`."""
    book, counts = found.book, Counter(clause.force for clause in found.book.clauses.values())
    return {
        "section": "law",
        "tab": "law",
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
                    _line(clause, book, faded=clause.article not in found.found)
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


def _line(clause: Clause, book: RuleBook, *, faded: bool = False) -> Line:
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
    )


def article(found: Article) -> dict[str, object]:
    """Context of `/law/<article>`."""
    book, clause = found.book, found.clause
    return {
        "section": "law",
        "tab": "law",
        "name": book.sources[book.law].names.in_(language()),
        "chapter": book.chapters[clause.chapter].in_(language()),
        "chapter_number": clause.chapter,
        "line": _line(clause, book),
        "note": clause.note.in_(language()) if clause.note else "",
        "parts": several(PARTS, clause.functions),
        "control": _control(found.control) if found.control else None,
        "duties": [{"id": rule.id, "text": rule.text.in_(language())} for rule in found.duties],
        "before": found.before,
        "after": found.after,
    }


def _control(control: Control) -> dict[str, object]:
    return {
        "id": control.id,
        "passes": control.passes.in_(language()),
        "evidence": control.evidence.in_(language()),
        "looks": several(LOOKS, control.kinds),
        "parts": several(PARTS, control.rooms),
        "advice": control.advice,
    }
